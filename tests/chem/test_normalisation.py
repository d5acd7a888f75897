"""From moles to a formula unit: oxygens, anions, O2- in the place of OH, counted cations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.formula import parse_formula
from phasewise.chem.ions import IONS, ions_of_formula
from phasewise.chem.mineral import Basis
from phasewise.chem.normalisation import normalise
from phasewise.core.types import FloatArray


def basis(oxygens: float, anions: float = 0.0, **given_values: object) -> Basis:
    values: dict[str, object] = {"cations": 0.0, "oxo": (), "count": (), "count_to": 0.0, "without": ()}
    values |= {"iron": "ferrous", "ferric_excess": None}
    return Basis(oxygens=oxygens, anions=anions, **(values | given_values))  # type: ignore[arg-type]


def ions(formula: str, scale: float = 1.0, *, measured_water: bool) -> FloatArray:
    found = scale * ions_of_formula(parse_formula(formula))[None, :]
    if not measured_water:
        found[0, IONS.index("OH")] = np.nan
    return found


def formula_of(
    formula: str, on: Basis, scale: float = 0.037, *, measured_water: bool = False
) -> dict[str, float]:
    apfu, factor = normalise(ions(formula, scale, measured_water=measured_water), on)
    assert factor[0] > 0
    return {ion: float(n) for ion, n in zip(IONS, apfu[0], strict=True) if n}


AMPHIBOLE = basis(23, 2)
OXO = basis(23, 2, oxo=(("Ti", 2.0),))
SCAPOLITE = basis(25, count=(("Si", 1.0), ("Al", 1.0)), count_to=12, without=("C", "S"))


@pytest.mark.parametrize("measured_water", [False, True])
@pytest.mark.parametrize(
    ("formula", "on"),
    [
        ("Mg2SiO4", basis(4)),
        ("Ca2Mg5Si8O22(OH)2", AMPHIBOLE),
        ("Ca2Mg5Si8O22F2", AMPHIBOLE),
        ("Ca2Mg5Si8O22F0.5Cl0.3(OH)1.2", AMPHIBOLE),
        ("KMg3AlSi3O10(OH)2", basis(11, 2)),
        ("Mg5Al2Si3O10(OH)8", basis(14, 8)),
        ("Ca5P3O12F0.4(OH)0.6", basis(12.5, 1)),
        ("NaMg3Al6Si6O18(BO3)3(OH)4", basis(24.5, 4, without=("B",))),
        ("NaCa2Mg3TiAl3Si6O24", OXO),
        ("NaCa2Mg3.5Ti0.5Al3Si6O23(OH)", OXO),
    ],
)
def test_ideal_formulae_come_back(formula: str, on: Basis, measured_water: bool) -> None:
    found = formula_of(formula, on, measured_water=measured_water)
    expected = dict(zip(IONS, ions_of_formula(parse_formula(formula)).tolist(), strict=True))
    assert found == pytest.approx({ion: n for ion, n in expected.items() if n}, abs=1e-9)


def test_without_water_the_anion_site_is_taken_to_be_full() -> None:
    """Kaersutite without H2O looks as if it held OH; on 23 O its cations are 2 % too few."""
    found = formula_of("NaCa2Mg3TiAl3Si6O24", AMPHIBOLE)
    assert found["OH"] == 2.0
    assert found["Si"] == pytest.approx(6 * 23 / 24)


def test_measured_water_counts_every_anion() -> None:
    """Half of the OH is missing, so that 24 O + OH hold a little less than the full 46 charges."""
    dry = ions("Ca2Mg5Si8O22(OH)2", measured_water=True)
    dry[0, IONS.index("OH")] = 1.0
    apfu, factor = normalise(dry, AMPHIBOLE)
    assert factor[0] == pytest.approx(24 / 23.5)
    charges = 4 * 8 + 2 * 7
    assert charges * factor[0] / 2 + apfu[0, IONS.index("OH")] / 2 == pytest.approx(24)


def test_more_halogens_than_room_leave_no_hydroxyl() -> None:
    found = formula_of("Ca5P3O11.9F1.2", basis(12.5, 1))
    assert "OH" not in found
    assert found["Ca"] == pytest.approx(5)
    assert found["F"] == pytest.approx(1.2)


def test_oxygen_in_the_place_of_hydroxyl_cannot_exceed_the_site() -> None:
    found = formula_of("NaCa2Mg2Ti2Al3Si6O25", OXO)
    assert "OH" not in found
    charges = 1 + 4 + 4 + 8 + 9 + 24
    assert found["Si"] == pytest.approx(6 * 48 / charges)


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_the_formula_has_no_jump_where_the_anion_site_becomes_full(titanium: float, fluorine: float) -> None:
    moles = np.repeat(ions("NaCa2Mg3Al3Si6O24", measured_water=False), 2, axis=0)
    moles[:, IONS.index("Ti")] = titanium
    moles[:, IONS.index("F")] = fluorine
    moles[1, IONS.index("Ti")] += 1e-7
    moles[1, IONS.index("F")] += 1e-7
    apfu, _ = normalise(moles, OXO)
    assert np.abs(apfu[1] - apfu[0]).max() < 1e-5


def test_a_count_of_cations_is_the_basis() -> None:
    found = formula_of("Na4Al3Si9O24Cl", SCAPOLITE)
    assert found == pytest.approx({"Na": 4, "Al": 3, "Si": 9, "Cl": 1})
    found = formula_of("Ca4Al6Si6O24(CO3)", SCAPOLITE)
    assert found == pytest.approx({"Ca": 4, "Al": 6, "Si": 6, "C": 1})


def test_halogens_of_a_mineral_without_an_anion_site_change_nothing() -> None:
    plain, salty = formula_of("Mg2SiO4", basis(4)), formula_of("Mg2SiO3.9F0.2", basis(4))
    assert {**salty, "F": 0.0} == pytest.approx({**plain, "F": 0.0}, abs=1e-9)


@pytest.mark.parametrize("bad", [0.0, np.nan, -1.0])
def test_rows_without_cations_have_no_formula(bad: float) -> None:
    apfu, factor = normalise(np.full((2, len(IONS)), bad), AMPHIBOLE)
    assert np.isnan(factor).all()
    assert np.isnan(apfu).all()


def test_a_cation_that_is_not_known_leaves_no_formula() -> None:
    moles = ions("Ca2Mg5Si8O22(OH)2", measured_water=False)
    moles[0, IONS.index("Fe3+")] = np.nan
    apfu, _ = normalise(moles, AMPHIBOLE)
    assert np.isnan(apfu).all()


def test_the_input_is_not_changed() -> None:
    moles = ions("Ca2Mg5Si8O22F0.5(OH)1.5", measured_water=False)
    before = moles.copy()
    normalise(moles, OXO)
    assert np.array_equal(moles, before, equal_nan=True)
