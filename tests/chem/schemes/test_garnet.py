"""End members of garnet: pure members, mixtures, mass balance."""

import numpy as np
import pytest

from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import IONS, ions_of_formula
from phasewise.chem.schemes.garnet import GARNET_MEMBERS, garnet_sequence
from phasewise.core.types import FloatArray

FORMULAE = {
    "menzerite-(Y)": "Y2CaMg2Si3O12",
    "Kmz": "Ca3Zr2SiAl2O12",
    "kerimasite": "Ca3Zr2SiFe3+2O12",
    "NaTi garnet": "Na2CaTi2Si3O12",
    "hutcheonite": "Ca3Ti2SiAl2O12",
    "Slo": "Ca3Ti2SiFe3+2O12",
    "Mg-morimotoite": "Ca3TiMgSi3O12",
    "Mmt": "Ca3TiFeSi3O12",
    "Na-majorite": "Na2MgSi5O12",
    "Maj": "Mg4Si4O12",
    "Glm": "Ca3V2Si3O12",
    "Mom": "Mn3V2Si3O12",
    "Uv": "Ca3Cr2Si3O12",
    "Krr": "Mg3Cr2Si3O12",
    "Adr": "Ca3Fe3+2Si3O12",
    "Grs": "Ca3Al2Si3O12",
    "Sps": "Mn3Al2Si3O12",
    "Prp": "Mg3Al2Si3O12",
    "Alm": "Fe3Al2Si3O12",
    "calderite": "Mn3Fe3+2Si3O12",
    "khoharite": "Mg3Fe3+2Si3O12",
    "skiagite": "Fe3Fe3+2Si3O12",
}
COMMON = ("Prp", "Alm", "Sps", "Grs", "Adr", "Uv")
MEMBERS = np.array([ions_of_formula(parse_formula(FORMULAE[name])) for name in GARNET_MEMBERS])


def shares(**parts: float) -> FloatArray:
    return np.array([[parts.get(name, 0.0) for name in GARNET_MEMBERS]])


def test_each_pure_member_is_itself() -> None:
    found = garnet_sequence(FormulaUnits(MEMBERS))
    np.testing.assert_allclose(found[:, :-1], 100 * np.eye(len(GARNET_MEMBERS)), atol=1e-9)
    np.testing.assert_allclose(found[:, -1], 0, atol=1e-9)


def test_mixtures_of_the_six_common_members_are_recovered() -> None:
    rng = np.random.default_rng(1)
    truth = np.zeros((500, len(GARNET_MEMBERS)))
    truth[:, [GARNET_MEMBERS.index(name) for name in COMMON]] = rng.dirichlet(np.full(6, 0.7), 500)
    found = garnet_sequence(FormulaUnits(truth @ MEMBERS))
    np.testing.assert_allclose(found[:, :-1], 100 * truth, atol=1e-8)
    np.testing.assert_allclose(found[:, -1], 0, atol=1e-8)


@pytest.mark.parametrize(
    "parts",
    [
        {"Prp": 0.7, "Krr": 0.2, "Maj": 0.1},
        {"Adr": 0.5, "Slo": 0.2, "Mmt": 0.3},
        {"Prp": 0.6, "Alm": 0.3, "Na-majorite": 0.1},
        {"Grs": 0.8, "Glm": 0.2},
        {"Sps": 0.9, "calderite": 0.1},
    ],
)
def test_mixtures_with_rare_members_are_recovered(parts: dict[str, float]) -> None:
    truth = shares(**parts)
    found = garnet_sequence(FormulaUnits(truth @ MEMBERS))
    np.testing.assert_allclose(found[:, :-1], 100 * truth, atol=1e-9)


def test_where_nothing_is_left_the_members_add_up_to_the_analysis() -> None:
    rng = np.random.default_rng(2)
    ions = rng.dirichlet(np.full(len(GARNET_MEMBERS), 0.1), 500) @ MEMBERS
    found = garnet_sequence(FormulaUnits(ions))
    assert np.all(found >= -1e-9)
    np.testing.assert_allclose(found[:, :-1].sum(axis=1), 100)
    complete = found[:, -1] < 1e-9
    assert complete.sum() > 100
    np.testing.assert_allclose(found[complete, :-1] / 100 @ MEMBERS, ions[complete], atol=1e-9)


def test_what_no_member_explains_is_left_over() -> None:
    ions = MEMBERS[[GARNET_MEMBERS.index("Prp")]]
    ions[0, IONS.index("K")] = 0.1
    assert garnet_sequence(FormulaUnits(ions))[0, -1] == pytest.approx(100 * 0.1 / 8.1)


def test_silicon_that_is_too_low_is_left_over_as_aluminium() -> None:
    ions = MEMBERS[[GARNET_MEMBERS.index("Alm")]]
    ions[0, IONS.index("Si")] -= 0.05
    ions[0, IONS.index("Al")] += 0.05
    found = garnet_sequence(FormulaUnits(ions))[0]
    assert found[GARNET_MEMBERS.index("Alm")] == pytest.approx(100)
    assert found[-1] == pytest.approx(100 * 0.1 / 8)


def test_no_garnet_gives_nan_and_the_input_is_untouched() -> None:
    ions = np.vstack([np.full(len(IONS), np.nan), np.zeros(len(IONS)), MEMBERS[0]])
    before = ions.copy()
    found = garnet_sequence(FormulaUnits(ions))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2]).all()
    np.testing.assert_array_equal(ions, before)
