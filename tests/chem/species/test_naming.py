"""What is left open, what was not measured, and what was replaced: the same for all schemes."""

from __future__ import annotations

import numpy as np
import pytest
from tests.chem.formula_cases import random_mixtures

from phasewise.chem.ions import IONS
from phasewise.chem.species import Species, species_of
from phasewise.chem.species.names import Naming
from phasewise.core.types import COLUMNS

from .cases import MINERALS, analysed, calculated, caveat_of, names_of, probed

CLASSES = ("Garnet", "Spinel", "Magnetite", "Biotite", "Muscovite", "Tourmaline")


@pytest.mark.parametrize("mineral", CLASSES)
def test_the_formulae_stay_as_they_are(mineral: str) -> None:
    formulae = calculated(mineral, random_mixtures(MINERALS[mineral], 20, 7).values)
    before = formulae.units.ions.copy()
    species_of(formulae)
    np.testing.assert_array_equal(formulae.units.ions, before)
    assert formulae.units.ions.shape[1] == len(IONS)


@pytest.mark.parametrize("mineral", CLASSES)
def test_what_was_not_measured_is_nan_among_the_values(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 5, 9).values
    values[:, COLUMNS.index("MgO")] = np.nan
    found = species_of(calculated(mineral, values))
    held = [v for name, v in found.values.items() if name in ("X(Mg)", "Mg", "M(Mg)", "Y(Mg)")]
    assert held
    assert all(np.isnan(v).all() for v in held)
    assert any("Mg" in caveat.rpartition(": ")[2] for caveat in found.caveats)


@pytest.mark.parametrize("mineral", ["Biotite", "Muscovite", "Tourmaline"])
def test_water_that_is_left_open_counts_as_hydroxyl(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 100, 10).values
    values[:, COLUMNS.index("F")] = 0.3
    left_open = species_of(calculated(mineral, values, water="none"))
    assert names_of(left_open) == names_of(species_of(calculated(mineral, values)))


@pytest.mark.parametrize(
    ("mineral", "oxide", "group"), [("Garnet", "SiO2", "garnet"), ("Spinel", "Al2O3", "oxyspinel")]
)
def test_one_oxide_alone_has_the_name_of_the_group(mineral: str, oxide: str, group: str) -> None:
    values = np.where(np.array(COLUMNS) == oxide, 100.0, 0.0)[None, :]
    found = species_of(calculated(mineral, values))
    assert names_of(found) == [group]
    assert "none of" in found.explain(0)


def test_all_that_is_left_open_is_joined_in_the_order_of_giving() -> None:
    naming = Naming(4)
    every = np.array([True, True, True, False])
    naming.leave_one_open(np.array([0, 1, 2, 1]), ("", "one", "other"))
    naming.leave_open(np.array([True, False, True, True]), "both")
    naming.give(every, Species("x", ""), "a rule")
    found = naming.done()
    assert [caveat_of(found, row) for row in range(4)] == ["both", "one", "other; both", ""]
    assert set(found.caveats) == {"both", "one", "other; both"}


def test_a_caveat_that_is_added_stands_behind_the_others_and_only_where_there_is_a_name() -> None:
    naming = Naming(4)
    naming.give(np.array([True, True, True, False]), Species("forsterite", "Fo"), "rule")
    naming.leave_open(np.array([True, False, False, False]), "first")
    found = naming.done().with_caveat(np.array([True, True, False, True]), "last")
    told = [found.caveats[code] if code >= 0 else "" for code in found.caveat]
    assert told == ["first; last", "last", "", ""]


def test_a_formula_that_does_not_fit_its_class_is_said() -> None:
    feldspar = {"SiO2": 57.3, "Al2O3": 26.1, "FeOt": 0.1, "MgO": 0.0, "CaO": 8.8, "Na2O": 7.2}
    tremolite = {"SiO2": 59.17, "Al2O3": 0.0, "FeOt": 0.0, "MgO": 24.81, "CaO": 13.81, "Na2O": 0.0}
    said = "departs by more than 2 tolerances from that of a good amphibole"
    assert said in caveat_of(species_of(probed("Amphibole", feldspar)))
    assert said not in caveat_of(species_of(probed("Amphibole", tremolite)))


def test_a_class_without_a_scheme_keeps_its_name() -> None:
    found = species_of(analysed("Zircon", "ZrSiO4"))
    assert found.explain(0) == "zircon: the name of the class, in which no species are told apart"


def test_species_and_rules_that_were_replaced_do_not_occur() -> None:
    naming = Naming(2)
    naming.give(np.array([True, True]), Species("x", ""), "first")
    naming.give(np.array([True, True]), Species("y", ""), "second")
    found = naming.done()
    assert (found.species, found.rules, found.code.tolist()) == ((Species("y", ""),), ("second",), [0, 0])
