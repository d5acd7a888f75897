"""Names by the dominant constituent: every border, and what was not measured."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from phasewise.chem.species import species_of
from phasewise.chem.species.one_site import ONE_SITE

from .cases import STEP, calculated, given, names_of, names_of_ions, row


@pytest.mark.parametrize(
    ("mineral", "base", "pair", "expected"),
    [
        ("Olivine", {"Si": 1.0}, ("Mg", "Fe2+"), ("forsterite", "fayalite")),
        ("Olivine", {"Si": 1.0}, ("Fe2+", "Mn"), ("fayalite", "tephroite")),
        ("Monticellite", {"Si": 1.0, "Ca": 1.0}, ("Mg", "Fe2+"), ("monticellite", "kirschsteinite")),
        ("Calcite", {}, ("Ca", "Mn"), ("calcite", "rhodochrosite")),
        ("Siderite", {}, ("Fe2+", "Mg"), ("siderite", "magnesite")),
        ("Dolomite", {"Ca": 1.0}, ("Mg", "Fe2+"), ("dolomite", "ankerite")),
        ("Dolomite", {"Ca": 1.0}, ("Fe2+", "Mn"), ("ankerite", "kutnohorite")),
        ("Cordierite", {"Al": 4.0, "Si": 5.0}, ("Mg", "Fe2+"), ("cordierite", "sekaninaite")),
        ("Chlorite", {"Al": 0.8, "Si": 3.4}, ("Mg", "Fe2+"), ("clinochlore", "chamosite")),
        ("Talc", {"Si": 4.0}, ("Mg", "Fe2+"), ("talc", "minnesotaite")),
        ("Periclase", {}, ("Mg", "Fe2+"), ("periclase", "wüstite")),
        ("Corundum", {}, ("Al", "Cr"), ("corundum", "eskolaite")),
        ("Nepheline", {"Al": 4.0, "Si": 4.0}, ("Na", "K"), ("nepheline", "kalsilite")),
        ("Ilmenite", {"Ti": 1.0}, ("Fe2+", "Mg"), ("ilmenite", "geikielite")),
        ("Ilmenite", {"Ti": 1.0}, ("Fe2+", "Mn"), ("ilmenite", "pyrophanite")),
        ("Hematite", {}, ("Fe3+", "Al"), ("hematite", "corundum")),
        ("Epidote", {"Ca": 2.0, "Si": 3.0, "Al": 2.0}, ("Fe3+", "Mn"), ("epidote", "piemontite")),
        ("Apatite", {"Ca": 5.0, "P": 3.0}, ("F", "Cl"), ("fluorapatite", "chlorapatite")),
        ("Scapolite", {"Si": 7.5, "Al": 4.5}, ("Ca", "Na"), ("meionite", "marialite")),
    ],
)
def test_border_between_two(
    mineral: str, base: dict[str, float], pair: tuple[str, str], expected: tuple[str, str]
) -> None:
    one, other = pair
    more = {**base, one: base.get(one, 0.0) + 0.5 + STEP, other: 0.5 - STEP}
    less = {**base, one: base.get(one, 0.0) + 0.5 - STEP, other: 0.5 + STEP}
    assert names_of_ions(mineral, more, less) == list(expected)


def test_border_of_calcium_in_olivine() -> None:
    rows = [{"Si": 1.0, "Mg": 1.5, "Ca": 0.5 + step} for step in (-STEP, STEP)]
    assert names_of_ions("Olivine", *rows) == ["forsterite", "monticellite"]


def test_border_of_ilmenite_and_hematite() -> None:
    rows = [{"Fe2+": part, "Ti": part, "Fe3+": 2 * (1 - part)} for part in (0.5 + STEP, 0.5 - STEP)]
    assert names_of_ions("Ilmenite", *rows) == ["ilmenite", "hematite"]


def test_valency_comes_before_the_cation() -> None:
    """Hematite is the largest of the three components, but those with Ti are more together."""
    assert names_of_ions("Ilmenite", {"Fe2+": 0.3, "Mg": 0.3, "Ti": 0.6, "Fe3+": 0.8}) == ["ilmenite"]


def test_charge_balance_is_a_caveat_where_the_name_hangs_on_it() -> None:
    rows = [
        {"Fe2+": 0.95, "Ti": 0.95, "Fe3+": 0.1},
        {"Mg": 0.5, "Fe2+": 0.4, "Ti": 0.9, "Fe3+": 0.2},
        {"Fe2+": 0.2, "Ti": 0.2, "Fe3+": 1.6},
    ]
    found = species_of(given("Ilmenite", rows, measured=False))
    assert ["charge balance" in found.explain(k) for k in range(3)] == [False, True, True]


def test_border_of_pseudobrookite_after_bowles_1988() -> None:
    """It runs from FeTi2O5 to the middle between Fe2TiO5 and MgTi2O5."""
    rows = [{"Mg": 0.3 + step, "Fe3+": 0.6, "Fe2+": 0.4 - step, "Ti": 1.7} for step in (STEP, -STEP)]
    assert names_of_ions("Pseudobrookite", *rows) == ["armalcolite", "pseudobrookite"]


def test_border_of_hauyne_and_nosean() -> None:
    rows = [{"Si": 6.0, "Al": 6.0, "Na": 7.0, "Ca": 1.0 + step, "S": 1.5} for step in (STEP, -STEP)]
    assert names_of_ions("Hauyne", *rows) == ["haüyne", "nosean"]


def test_without_sulfur_the_class_decides() -> None:
    analysis = {"SiO2": 33.0, "Al2O3": 28.0, "CaO": 9.0, "Na2O": 14.0, "Cl": 0.5}
    found = species_of(calculated("Hauyne", row(analysis)))
    assert names_of(found) == ["haüyne"]
    assert "the class decided" in found.explain(0)
    assert names_of(species_of(calculated("Sodalite", row(analysis)))) == ["sodalite"]


@pytest.mark.parametrize(
    ("halogens", "name"),
    [({"F": 3.5}, "fluorapatite"), ({"F": 0.5}, "apatite"), ({"Cl": 6.0}, "chlorapatite"), ({}, "apatite")],
)
def test_apatite_needs_its_halogens(halogens: dict[str, float], name: str) -> None:
    found = species_of(calculated("Apatite", row({"CaO": 55.5, "P2O5": 42.2} | halogens)))
    assert names_of(found) == [name]
    assert "not measured" in found.explain(0)


def test_a_needed_element_may_miss_where_the_formula_is_full() -> None:
    assert names_of(species_of(calculated("Olivine", row({"SiO2": 29.49, "FeOt": 70.51})))) == ["fayalite"]
    assert names_of(species_of(calculated("Olivine", row({"SiO2": 39.0, "FeOt": 16.6})))) == [""]
    assert names_of(species_of(calculated("Chlorite", row({"SiO2": 30.0, "Al2O3": 17.0, "FeOt": 30.0})))) == [
        ""
    ]


def test_elements_that_count_as_0_are_a_caveat() -> None:
    found = species_of(calculated("Perovskite", row({"CaO": 41.25, "TiO2": 58.75, "Na2O": 0.0})))
    assert names_of(found) == ["perovskite"]
    assert "not measured and counted as 0: Nb" in found.explain(0)


def test_nothing_of_all_constituents_is_no_name() -> None:
    assert names_of_ions("Corundum", {"Si": 2.0}) == [""]


def test_every_species_of_the_tables_can_be_reached() -> None:
    """A site with one constituent alone has its name."""
    for mineral, table in ONE_SITE.items():
        for constituent in table.constituents:
            ion = constituent.quantity.rpartition(" ")[2].rpartition(".")[2]
            if constituent.quantity in ("Åk", "Gh", "Na-Mll", "Fe-Åk", "Prv", "Lop-Ce", "Lsh", "Tau", "Ltp"):
                continue
            ion = {"Fe": "Fe2+"}.get(ion, ion)
            full = {"M.Al": 20.0}.get(constituent.quantity, 4.0)
            assert names_of_ions(mineral, {ion: full}) == [constituent.species.name], constituent


def test_dolomite_is_named_by_the_site_without_calcium() -> None:
    assert names_of_ions("Dolomite", {"Ca": 1.15, "Mg": 0.45, "Fe2+": 0.4}) == ["dolomite"]


def test_what_was_not_measured_does_no_harm_in_a_full_formula() -> None:
    full = given("Olivine", [{"Si": 1.0, "Mg": 2.0}])
    missing = replace(full, unmeasured={"Mg": np.array([True])})
    assert names_of(species_of(missing)) == ["forsterite"]


PEROVSKITES = {
    "perovskite": {"Ca": 1.0, "Ti": 1.0},
    "loparite": {"Na": 0.5, "Ce": 0.5, "Ti": 1.0},
    "tausonite": {"Sr": 1.0, "Ti": 1.0},
    "lueshite": {"Na": 1.0, "Nb": 1.0},
    "latrappite": {"Ca": 1.0, "Nb": 0.5, "Fe3+": 0.5},
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pair
        for pair in itertools.combinations(PEROVSKITES, 2)
        if pair not in [("tausonite", "lueshite"), ("tausonite", "latrappite"), ("loparite", "latrappite")]
    ],
)
def test_border_of_two_perovskites_is_halfway(first: str, second: str) -> None:
    """Between members that differ on both sites a third name may lie on the border itself."""
    for share, name in ((0.5 - STEP, first), (0.5 + STEP, second)):
        one, other = PEROVSKITES[first], PEROVSKITES[second]
        ions = {ion: (1 - share) * one.get(ion, 0) + share * other.get(ion, 0) for ion in {*one, *other}}
        assert names_of_ions("Perovskite", ions) == [name]


def test_lanthanum_counts_with_cerium() -> None:
    assert names_of_ions("Perovskite", {"Na": 0.5, "La": 0.4, "Ce": 0.1, "Ti": 1.0}) == ["loparite"]


def test_type_of_alumoakermanite() -> None:
    """Its mean formula in the abstract of Wiedenmann et al. 2009, the iron that is missing there as Fe2+."""
    ions = {"Ca": 1.48, "Na": 0.50, "Sr": 0.02, "K": 0.01, "Al": 0.45, "Mg": 0.30, "Fe2+": 0.24, "Mn": 0.01}
    assert names_of_ions("Melilite", ions | {"Si": 1.99}) == ["alumoåkermanite"]
