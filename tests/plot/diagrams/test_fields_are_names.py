"""The names that stand in diagrams are those that `phasewise.chem.species` gives."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.species.amphibole_prefixes import Dominant, species_name
from phasewise.chem.species.amphibole_roots import (
    A_CHARGE,
    C_CHARGE,
    C_MAGNESIUM,
    CA,
    NA,
    NA_CA,
    ROOTS,
    first_of,
)
from phasewise.chem.species.pyroxene import QJ_LIMITS, WO_LIMITS
from phasewise.plot.diagrams.amphibole import AMPHIBOLE_FIELDS
from phasewise.plot.diagrams.feldspar import FELDSPAR_FIELDS
from phasewise.plot.diagrams.pyroxene import PYROXENE_FIELDS, Q_J_FIELDS

RNG = np.random.default_rng(3)
SUBGROUPS = {"calcium": CA, "sodium-calcium": NA_CA, "sodium": NA}


@pytest.mark.parametrize("subgroup", list(SUBGROUPS))
def test_amphiboles_of_magnesium_and_aluminium_have_the_names_of_their_fields(subgroup: str) -> None:
    for field in AMPHIBOLE_FIELDS[subgroup]:
        (low, bottom), (high, top) = np.min(field.corners, axis=0), np.max(field.corners, axis=0)
        n = 200
        values = {C_CHARGE: RNG.uniform(low, high, n), A_CHARGE: RNG.uniform(bottom, top, n)}
        values |= {C_MAGNESIUM: np.full(n, 0.95)}
        values |= dict.fromkeys(("W(O)", "A(Pb)", "C(Ti)", "C(Li)"), np.zeros(n))
        roots = [root for root in ROOTS if root.subgroup == SUBGROUPS[subgroup]]
        named = {roots[k].name for k in first_of([root.limits for root in roots], values, n)}
        assert named == {field.name.removeprefix("magnesio-")}


@pytest.mark.parametrize("subgroup", list(SUBGROUPS))
def test_short_names_are_the_symbols_of_the_species(subgroup: str) -> None:
    roots = {root.name: root for root in ROOTS if root.subgroup == SUBGROUPS[subgroup]}
    magnesian = Dominant(divalent=0, trivalent=0, anion=0, potassic=0, oxo=0)
    for field in AMPHIBOLE_FIELDS[subgroup]:
        species = species_name(roots[field.name.removeprefix("magnesio-")], magnesian)
        assert species.name == field.name
        assert field.short == species.symbol or not species.symbol


def test_no_short_name_is_the_symbol_of_another_mineral() -> None:
    andalusite = "And"
    assert andalusite not in {field.short for field in FELDSPAR_FIELDS}


def test_borders_of_the_quadrilateral_are_those_of_the_names() -> None:
    wo = {round(corner[0], 9) for field in PYROXENE_FIELDS for corner in field.corners}
    assert wo == {0.0, *WO_LIMITS}


def test_borders_of_q_and_j_are_those_of_the_names() -> None:
    by_name = {field.name: np.array(field.corners) for field in Q_J_FIELDS}
    assert by_name["others"].sum(axis=1).max() == QJ_LIMITS["Q + J"][0]
    shares = {
        name: corners[:, 1] / corners.sum(axis=1) for name, corners in by_name.items() if name != "others"
    }
    low, high = QJ_LIMITS["J / (Q + J)"]
    assert shares["Quad"].max() == pytest.approx(low)
    assert [shares["Ca-Na"].min(), shares["Ca-Na"].max()] == pytest.approx([low, high])
    assert shares["Na"].min() == pytest.approx(high)
