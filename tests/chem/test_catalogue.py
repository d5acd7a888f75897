"""Species that are not classes."""

from __future__ import annotations

import numpy as np

from phasewise.chem.catalogue import load_catalogue, nearest_species
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import CATIONS, moles
from phasewise.compositions.training.recipe import read_recipe
from phasewise.core.types import COLUMNS


def test_species_are_unique_and_no_classes() -> None:
    names = [species.name for species in load_catalogue()]
    assert len(names) == len(set(names)) > 150
    assert not set(names) & {load_minerals()[phase].title for phase in read_recipe("default").phases}
    symbols = [species.symbol for species in load_catalogue() if species.symbol]
    assert len(symbols) == len(set(symbols))


def test_look_alikes_point_at_classes() -> None:
    classes = set(load_minerals())
    assert {species.like for species in load_catalogue()} <= classes | {""}


def test_every_formula_finds_itself() -> None:
    rows = [
        [oxides_wt(formula).get(name, 0.0) for name in COLUMNS]
        for species in load_catalogue()
        if not (species.like and species.group.startswith("high-pressure"))
        for formula in species.formulae
    ]
    assert max(distance for _, distance in nearest_species(moles(np.array(rows), COLUMNS))) < 1e-12


def test_high_pressure_forms_of_a_class_are_not_named() -> None:
    sanidine = moles(np.array([[64.8, 18.3, 16.9]]), ("SiO2", "Al2O3", "K2O"))
    ((name, _),) = nearest_species(sanidine)
    assert name != "liebermannite"


def test_solid_solutions_of_a_species_are_named() -> None:
    halves = [oxides_wt(formula) for formula in ("Na4Al3Si9O24Cl", "Ca4Al6Si6O24(CO3)")]
    row = [[sum(half.get(name, 0.0) for half in halves) for name in COLUMNS]]
    ((name, distance),) = nearest_species(moles(np.array(row), COLUMNS))
    assert name == "scapolite"
    assert distance < 0.05


def test_titanite_is_named_whatever_the_total() -> None:
    values = np.array([[30.0, 37.0, 1.2, 1.0, 28.5]])
    columns = ("SiO2", "TiO2", "Al2O3", "FeOt", "CaO")
    for scale in (0.5, 1.0, 100.0):
        ((name, distance),) = nearest_species(moles(scale * values, columns))
        assert name == "titanite"
        assert distance < 0.05


def test_no_cations_no_name() -> None:
    ((name, distance),) = nearest_species(np.zeros((1, len(CATIONS))))
    assert name == ""
    assert np.isnan(distance)
