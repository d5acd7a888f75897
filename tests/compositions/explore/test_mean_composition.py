from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.explore.mean_composition import alike, is_covered, mean_formula, species_near
from phasewise.core.types import COLUMNS, FloatArray

from .explored import ideal, reference


def wt(composition: dict[str, float]) -> FloatArray:
    return np.array([composition.get(name, np.nan) for name in COLUMNS])


@pytest.mark.parametrize(
    ("formula", "mineral", "printed"),
    [
        ("CaMgSiO4", "Monticellite", "Mg1.00Ca1.00Si1.00O4"),
        ("NaAlSi3O8", "Plagioclase", "Na1.00(Si3.00Al1.00)O8"),
        ("CaMgSiO4", "", "Mg6.00Ca6.00Si6.00O24"),
        ("CaMgSiO4", "Glass", "Mg6.00Ca6.00Si6.00O24"),
        ("Ca5P3O12F", "", "Ca10.00P6.00O24F2.00"),
        ("NaCl", "", ""),
        ("CaF2", "", ""),
    ],
)
def test_formulae_of_ideal_compositions(formula: str, mineral: str, printed: str) -> None:
    assert mean_formula(wt(ideal(formula)), COLUMNS, mineral) == printed


def test_a_formula_does_not_depend_on_the_total() -> None:
    composition = wt(reference("San Carlos"))
    assert mean_formula(0.9 * composition, COLUMNS, "Olivine") == mean_formula(
        composition, COLUMNS, "Olivine"
    )


@pytest.mark.parametrize(
    ("formula", "species"),
    [("Ca2Ce3Si3O12(OH)", "britholite"), ("BaTiSi3O9", "benitoite"), ("CaMgSiO4", "monticellite")],
)
def test_nearest_species(formula: str, species: str) -> None:
    composition = ideal(formula)
    assert species_near(wt(composition), COLUMNS, sum(composition.values())) == species
    assert is_covered(species) is (species == "monticellite")


def test_the_total_tells_what_holds_water() -> None:
    analcime = wt(ideal("NaAlSi2O6(H2O)"))
    assert species_near(analcime, COLUMNS, 91.8) == "analcime"
    assert species_near(analcime, COLUMNS, 100.0) != "analcime"


def test_nothing_is_near_a_mixture_of_oxides() -> None:
    assert species_near(wt({"SiO2": 30, "UO2": 30, "PbO": 20, "SO3": 20}), COLUMNS, 100.0) == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Mg1.8Fe0.2SiO4", "CaMg0.8Fe0.2SiO4", True),
        ("CaMgSi2O6", "Mg2Si2O6", True),
        ("SiO2", "ZrSiO4", False),
        ("Mg2SiO4", "MgCO3", False),
    ],
)
def test_what_can_be_compared(one: str, other: str, expected: bool) -> None:
    assert alike(wt(ideal(one)), wt(ideal(other)), COLUMNS) is expected


def test_nothing_is_alike_to_nothing() -> None:
    assert not alike(wt({}), wt(ideal("SiO2")), COLUMNS)
