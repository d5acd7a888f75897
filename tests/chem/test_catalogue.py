"""Species by their formulae: those of the mineral files, and the others."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.catalogue import Species, load_catalogue, nearest_species, nearest_with_volatiles
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.oxides import CATIONS, NOT_BY_PROBE, moles
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.core.types import COLUMNS, FloatArray

OWN = [species for species in load_catalogue() if not species.mineral]
"""Species of ``catalogue.toml``."""

PROBED = tuple(name for name in COLUMNS if name not in NOT_BY_PROBE)
LIMITS = StoichiometricTests.of([m for m in load_minerals().values() if m.end_members], PROBED)


def analyses(formulae: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> FloatArray:
    return np.array([[oxides_wt(formula).get(name, 0.0) for name in columns] for formula in formulae])


def nearest(formula: str) -> str:
    ((name, _),) = nearest_species(moles(analyses((formula,)), COLUMNS))
    return name


def kept_by_all(species: Species) -> set[str]:
    """Return the classes whose limits every formula of a species keeps."""
    fits = LIMITS.fits(analyses(species.formulae, PROBED))
    return {name for name, kept in zip(LIMITS.names, fits.T, strict=True) if kept.all()}


def test_names_and_symbols_are_unique() -> None:
    names = [species.name for species in load_catalogue()]
    assert len(names) == len(set(names)) > 200
    symbols = [species.symbol for species in OWN if species.symbol]
    assert len(symbols) == len(set(symbols))


def test_each_mineral_file_makes_one_species_and_nothing_repeats_it() -> None:
    made = {species.mineral: species for species in load_catalogue() if species.mineral}
    assert set(made) == set(load_minerals()) - {"Glass"}
    assert made["Melilite"].formulae[:2] == ("Ca2MgSi2O7", "Ca2Al2SiO7")
    assert all(species.formulae and not species.like for species in made.values())
    assert not {species.name for species in OWN} & {species.name for species in made.values()}


@pytest.mark.parametrize("species", OWN, ids=lambda species: species.name)
def test_varieties_and_look_alikes_point_at_their_mineral(species: Species) -> None:
    """What a mineral file names is like it; what keeps the limits of files is like one of these."""
    variety = canonical_phase(species.name)
    assert species.like in ({variety} if variety else kept_by_all(species) or {""})


def test_every_formula_finds_itself() -> None:
    rows = [
        analyses(species.formulae)
        for species in load_catalogue()
        if not (species.like and species.group.startswith("high-pressure"))
    ]
    found = nearest_species(moles(np.concatenate(rows), COLUMNS))
    assert max(distance for _, distance in found) < 1e-12


def test_high_pressure_forms_of_a_mineral_are_not_named() -> None:
    assert nearest("KAlSi3O8") == "K-feldspar"
    assert nearest("Mg1.8Fe0.2SiO4") == "olivine"


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("NaAlSiO4", "nepheline"),
        ("Na3KAl4Si4O16", "nepheline"),
        ("Mg0.9Fe0.1O", "periclase"),
        ("CaCO3", "calcite"),
        ("Al2SiO5", "Al2SiO5 mineral"),
        ("Ca2Al2SiO7", "gehlenite"),
        ("Ca2Mg0.5Al1Si1.5O7", "melilite"),
        ("CaAl2Si4O12(H2O)4", "wairakite"),
    ],
)
def test_of_equally_near_species_the_likely_or_more_precise_one_is_named(formula: str, name: str) -> None:
    assert nearest(formula) == name


def test_solid_solutions_of_a_species_are_named() -> None:
    halves = analyses(("Na4Al3Si9O24Cl", "Ca4Al6Si6O24(CO3)"))
    ((name, distance),) = nearest_species(moles(halves.sum(axis=0)[None], COLUMNS))
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


def test_hydrous_twins_of_a_class_are_named_but_not_the_class_itself() -> None:
    jadeite = moles(analyses(("NaAlSi2O6",)), COLUMNS)
    zoisite = moles(analyses(("Ca2Al3Si3O12(OH)",)), COLUMNS)
    cations, totals = np.concatenate([jadeite, jadeite, zoisite]), np.array([91.9, 91.9, 97.9])
    besides = np.array(["Clinopyroxene", "Analcime", "Epidote"], dtype=object)
    found = nearest_with_volatiles(cations, totals, besides=besides)
    assert found[0] == "analcime"
    assert found[1] != "analcime"
    assert found[2] not in {"epidote", "clinozoisite", "piemontite"}
