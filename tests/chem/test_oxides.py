"""Oxides: molar masses, conversions and moles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.oxides import (
    CATIONS,
    FE2O3_TO_FEO,
    OXIDES,
    element_to_oxide,
    moles,
    oxide_of,
    oxygen_of_halogens,
)
from phasewise.core.types import COLUMNS, TEN_OXIDES

# From the unabridged weights of CIAAW 2021, middle of the interval where there is one
# (doi:10.1515/pac-2019-0603, table 1).
UNABRIDGED = {
    "SiO2": 28.085 + 2 * 15.9994,
    "TiO2": 47.867 + 2 * 15.9994,
    "Al2O3": 2 * 26.9815384 + 3 * 15.9994,
    "FeO": 55.845 + 15.9994,
    "Fe2O3": 2 * 55.845 + 3 * 15.9994,
    "MnO": 54.938043 + 15.9994,
    "MgO": 24.3055 + 15.9994,
    "CaO": 40.078 + 15.9994,
    "Na2O": 2 * 22.98976928 + 15.9994,
    "K2O": 2 * 39.0983 + 15.9994,
    "Cr2O3": 2 * 51.9961 + 3 * 15.9994,
    "P2O5": 2 * 30.973761998 + 5 * 15.9994,
    "ZrO2": 91.224 + 2 * 15.9994,
}


@pytest.mark.parametrize(("oxide", "mass"), UNABRIDGED.items())
def test_molar_masses_are_those_of_the_unabridged_weights(oxide: str, mass: float) -> None:
    assert OXIDES[oxide].molar_mass == pytest.approx(mass, rel=5e-5)


def test_every_column_has_an_oxide_and_every_oxide_an_element() -> None:
    assert set(COLUMNS) <= set(OXIDES)
    assert len(CATIONS) == len(COLUMNS) == len(set(CATIONS))
    assert all(oxide_of(element) == column for element, column in zip(CATIONS, COLUMNS, strict=True))


def test_total_iron_is_iron_as_ferrous_oxide() -> None:
    assert OXIDES["FeOt"].molar_mass == OXIDES["FeO"].molar_mass
    assert pytest.approx(0.89981, abs=5e-6) == FE2O3_TO_FEO


def test_oxygen_of_halogens_is_the_classic_correction() -> None:
    assert oxygen_of_halogens() == pytest.approx({"F": 0.4211, "Cl": 0.2256}, abs=1e-4)


@pytest.mark.parametrize(
    ("element", "factor"), [("Si", 2.1393), ("Al", 1.8895), ("Mg", 1.6583), ("K", 1.2046)]
)
def test_element_to_oxide_factors_are_the_published_ones(element: str, factor: float) -> None:
    assert element_to_oxide(element) == pytest.approx(factor, abs=1e-4)


def test_an_element_without_a_column_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="'Xe'"):
        oxide_of("Xe")


@given(st.lists(st.floats(0, 100), min_size=10, max_size=10))
def test_mass_is_conserved_from_oxides_to_moles(row: list[float]) -> None:
    wt = np.array([row])
    cations = moles(wt, TEN_OXIDES)
    back = [cations[0, CATIONS.index(OXIDES[c].element)] / OXIDES[c].cations_per_gram for c in TEN_OXIDES]
    assert np.allclose(back, row)
    oxygen = sum(
        cations[0, CATIONS.index(OXIDES[c].element)] * OXIDES[c].n_oxygens / OXIDES[c].n_cations
        for c in TEN_OXIDES
    )
    metal = sum(n * ATOMIC_WEIGHTS[element] for n, element in zip(cations[0], CATIONS, strict=True))
    assert metal + oxygen * ATOMIC_WEIGHTS["O"] == pytest.approx(sum(row))


def test_not_measured_counts_as_nothing() -> None:
    assert np.array_equal(
        moles(np.array([[50.0, np.nan]]), ("SiO2", "MgO")), moles(np.array([[50.0]]), ("SiO2",))
    )
