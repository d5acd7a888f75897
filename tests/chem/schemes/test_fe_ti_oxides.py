"""End members of Fe-Ti oxides: pure members, mass balance, the schemes of two programs."""

import numpy as np
import pytest

from phasewise.chem.end_members import proportions
from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import IONS, ions_of_formula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.schemes.fe_ti_oxides import SPINEL_MEMBERS, spinel_prism

FORMULAE = {
    "Spl": "MgAl2O4",
    "Mchr": "MgCr2O4",
    "Mfr": "MgFe3+2O4",
    "Qnd": "Mg2TiO4",
    "Hc": "FeAl2O4",
    "Chr": "FeCr2O4",
    "Mag": "FeFe3+2O4",
    "Usp": "Fe2TiO4",
}
MEMBERS = np.array([ions_of_formula(parse_formula(FORMULAE[name])) for name in SPINEL_MEMBERS[:-1]])


def test_each_pure_member_is_itself() -> None:
    found = spinel_prism(FormulaUnits(MEMBERS))
    np.testing.assert_allclose(found, np.eye(8, 9) * 100, atol=1e-9)


def test_equal_parts_of_magnetite_and_ulvospinel() -> None:
    parts = np.array([[0, 0, 0, 0, 0, 0, 0.5, 0.5]])
    np.testing.assert_allclose(spinel_prism(FormulaUnits(parts @ MEMBERS))[0, 6:], [50, 50, 0], atol=1e-9)


def test_members_of_stoichiometric_spinels_add_up_to_the_analysis() -> None:
    parts = np.random.default_rng(4).dirichlet(np.full(8, 0.6), 300)
    ions = parts @ MEMBERS
    found = spinel_prism(FormulaUnits(ions))
    np.testing.assert_allclose(found.sum(axis=1), 100)
    np.testing.assert_allclose(found[:, -1], 0, atol=1e-9)
    np.testing.assert_allclose(found[:, :-1] / 100 @ MEMBERS, ions, atol=1e-9)


def test_gahnite_and_coulsonite_are_other_members() -> None:
    ions = np.array([ions_of_formula(parse_formula(formula)) for formula in ("ZnAl2O4", "FeV2O4", "MnCr2O4")])
    np.testing.assert_allclose(spinel_prism(FormulaUnits(ions))[:, -1], 100)


def test_no_spinel_gives_nan_and_the_input_is_untouched() -> None:
    ions = np.vstack([np.full(len(IONS), np.nan), np.zeros(len(IONS)), MEMBERS[0]])
    before = ions.copy()
    found = spinel_prism(FormulaUnits(ions))
    assert np.isnan(found[:2]).all()
    assert np.isfinite(found[2]).all()
    np.testing.assert_array_equal(ions, before)


def by_scheme(mineral: str, scheme: str, parts: dict[str, float]) -> dict[str, float]:
    """Return the mol% of a scheme for a mixture of formulae."""
    table = next(table for table in load_minerals()[mineral].schemes if table.name == scheme)
    ions = sum(part * ions_of_formula(parse_formula(formula)) for formula, part in parts.items())
    found = proportions(table, FormulaUnits(np.array([ions])))[0]
    return dict(zip((name for name, _ in table.members), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("Chr MELTS", "FeCr2O4"),
        ("Hc MELTS", "FeAl2O4"),
        ("Mag MELTS", "FeFe3+2O4"),
        ("Spl MELTS", "MgAl2O4"),
        ("Usp MELTS", "Fe2TiO4"),
    ],
)
def test_pure_components_of_melts(name: str, formula: str) -> None:
    found = by_scheme("Magnetite", "MELTS", {formula: 1.0})
    assert found == pytest.approx({member: 100.0 if member == name else 0.0 for member in found})


def test_magnesioferrite_is_spinel_less_hercynite_of_melts() -> None:
    found = by_scheme("Magnetite", "MELTS", {"MgFe3+2O4": 1.0})
    assert found["Spl MELTS"] == pytest.approx(100)
    assert found["Mag MELTS"] == pytest.approx(100)
    assert found["Hc MELTS"] == pytest.approx(-100)


def test_other_spinels_do_not_move_magnetite_and_ulvospinel_of_quilf() -> None:
    parts = {
        "FeFe3+2O4": 0.3,
        "Fe2TiO4": 0.1,
        "MgFe3+2O4": 0.3,
        "Mg2TiO4": 0.1,
        "FeAl2O4": 0.1,
        "Mn2TiO4": 0.1,
    }
    found = by_scheme("Magnetite", "QUILF", parts)
    assert found == pytest.approx({"Usp QUILF": 25.0, "Mag QUILF": 75.0})


def test_ilmenite_of_quilf_holds_corundum() -> None:
    parts = {"FeTiO3": 0.60, "MgTiO3": 0.10, "MnTiO3": 0.05, "Fe3+2O3": 0.20, "Al2O3": 0.05}
    found = by_scheme("Ilmenite", "QUILF", parts)
    expected = {"Ilm QUILF": 65.0, "Gk QUILF": 10.0, "Pph QUILF": 5.0, "Hem QUILF": 20.0}
    assert found == pytest.approx(expected)
