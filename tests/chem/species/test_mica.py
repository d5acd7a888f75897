"""Species of micas: end members, borders, published analyses."""

from __future__ import annotations

import pytest

from phasewise.chem.species import species_of

from .cases import STEP, analysed, caveat_of, names_of, names_of_formulas, names_of_ions, probed

TRIOCTAHEDRAL = {
    "phlogopite": "KMg3AlSi3O10(OH)2",
    "annite": "KFe3AlSi3O10(OH)2",
    "eastonite": "KMg2Al3Si2O10(OH)2",
    "siderophyllite": "KFe2Al3Si2O10(OH)2",
    "fluorophlogopite": "KMg3AlSi3O10F2",
    "fluorannite": "KFe3AlSi3O10F2",
    "tetraferriphlogopite": "KMg3Fe3+Si3O10(OH)2",
    "tetraferriannite": "KFe3Fe3+Si3O10(OH)2",
    "fluorotetraferriphlogopite": "KMg3Fe3+Si3O10F2",
    "shirozulite": "KMn3AlSi3O10(OH)2",
    "hendricksite": "KZn3AlSi3O10(OH)2",
    "aspidolite": "NaMg3AlSi3O10(OH)2",
    "preiswerkite": "NaMg2Al3Si2O10(OH)2",
    "kinoshitalite": "BaMg3Al2Si2O10(OH)2",
    "ferrokinoshitalite": "BaFe3Al2Si2O10(OH)2",
    "clintonite": "CaMg2Al4SiO10(OH)2",
    "polylithionite": "KLi2AlSi4O10F2",
    "trilithionite": "KLi1.5Al2.5Si3O10F2",
    "tainiolite": "KLiMg2Si4O10F2",
    "yangzhumingite": "KMg2.5Si4O10F2",
    "montdorite": "KFe1.5Mn0.5Mg0.5Si4O10F2",
}
DIOCTAHEDRAL = {
    "muscovite": "KAl3Si3O10(OH)2",
    "paragonite": "NaAl3Si3O10(OH)2",
    "aluminoceladonite": "KMgAlSi4O10(OH)2",
    "ferro-aluminoceladonite": "KFeAlSi4O10(OH)2",
    "celadonite": "KMgFe3+Si4O10(OH)2",
    "ferroceladonite": "KFeFe3+Si4O10(OH)2",
    "roscoelite": "KV2AlSi3O10(OH)2",
    "chromphyllite": "KCr2AlSi3O10(OH)2",
    "boromuscovite": "KAl2BSi3O10(OH)2",
    "nanpingite": "CsAl3Si3O10(OH)2",
    "margarite": "CaAl4Si2O10(OH)2",
    "ganterite": "BaAl4Si2O10(OH)2",
    "chernykhite": "BaV2Al2Si2O10(OH)2",
    "illite": "K0.7Al2.7Si3.3O10(OH)2",
    "brammallite": "Na0.7Al2.7Si3.3O10(OH)2",
    "glauconite": "K0.8Fe3+1.34Mg0.66Al0.14Si3.86O10(OH)2",
}


@pytest.mark.parametrize("mineral", ["Biotite", "Muscovite"])
@pytest.mark.parametrize(("name", "formula"), [*TRIOCTAHEDRAL.items(), *DIOCTAHEDRAL.items()])
def test_end_members_have_their_names(mineral: str, name: str, formula: str) -> None:
    assert names_of_formulas(mineral, formula) == [name]


def test_o_that_leads_w_is_oxyphlogopite() -> None:
    assert names_of_formulas("Biotite", "KMg2TiAlSi3O12", water="measured") == ["oxyphlogopite"]


@pytest.mark.parametrize("formula", ["Al2Si4O10(OH)2", "K0.5Al2.5Si3.5O10(OH)2"])
def test_with_less_interlayer_charge_it_is_no_mica(formula: str) -> None:
    found = species_of(analysed("Muscovite", formula))
    assert names_of(found) == ["mica"]
    assert "interlayer charge below 0.60" in found.explain(0)


HANDBOOK = "Anthony et al. 2001, Handbook of Mineralogy"
ANALYSES = [
    pytest.param(
        "Biotite",
        "phlogopite",
        {"SiO2": 40.3, "TiO2": 1.32, "Al2O3": 14.3, "Fe2O3": 0.63, "FeO": 1.11, "MnO": 0.03, "MgO": 26.4}
        | {"Na2O": 0.43, "K2O": 10.1, "BaO": 0.16, "F": 3.2},
        id="Phlogopite GDS20, Robie & Hemingway 1984, as given in USGS OFR 03-395",
    ),
    pytest.param(
        "Biotite",
        "annite",
        {"SiO2": 36.412, "TiO2": 3.894, "Al2O3": 15.806, "FeOt": 24.567, "MnO": 0.353, "MgO": 6.606}
        | {"K2O": 9.547},
        id="Biotite 1, Černá Voda",
    ),
    pytest.param(
        "Biotite",
        "phlogopite",
        {"SiO2": 36.25, "TiO2": 3.39, "Al2O3": 13.90, "Fe2O3": 6.80, "FeO": 14.81, "MnO": 0.49}
        | {"MgO": 11.80, "Li2O": 0.03, "Na2O": 0.10, "K2O": 9.57, "Cl": 0.06},
        id=f"Biotite, Vercelli, {HANDBOOK}",
    ),
    pytest.param(
        "Biotite",
        "fluorophlogopite",
        {"SiO2": 42.0, "TiO2": 0.22, "Al2O3": 12.7, "FeOt": 0.25, "MnO": 0.08, "MgO": 28.6, "CaO": 0.04}
        | {"BaO": 1.70, "Li2O": 0.01, "Na2O": 1.19, "K2O": 8.46, "F": 5.85},
        id=f"Phlogopite with 1.30 F, Franklin, {HANDBOOK}",
    ),
    pytest.param(
        "Muscovite",
        "muscovite",
        {"SiO2": 45.87, "Al2O3": 38.69, "MgO": 0.1, "Na2O": 0.64, "K2O": 10.08},
        id=f"Muscovite, Blue Mountain, {HANDBOOK}",
    ),
    pytest.param(
        "Muscovite",
        "margarite",
        {"SiO2": 32.59, "Al2O3": 50.33, "FeOt": 0.24, "CaO": 9.79, "Na2O": 1.96, "K2O": 0.48},
        id=f"Margarite, Fettercairn, {HANDBOOK}",
    ),
]


@pytest.mark.parametrize(("mineral", "name", "wt"), ANALYSES)
def test_published_analyses_have_the_names_of_their_citations(
    mineral: str, name: str, wt: dict[str, float]
) -> None:
    assert names_of(species_of(probed(mineral, wt))) == [name]


def biotite(y: float, x: float) -> dict[str, float]:
    """Return y Al of M and x = Mg / (Mg + Fe)."""
    return {"K": 1.0, "Si": 3 - y, "Al": 1 + 2 * y, "Mg": (3 - y) * x, "Fe2+": (3 - y) * (1 - x), "OH": 2.0}


def test_the_quadrilateral_is_cut_in_the_middle() -> None:
    names = {
        (False, True): "phlogopite",
        (False, False): "annite",
        (True, True): "eastonite",
        (True, False): "siderophyllite",
    }
    for y in (0.0, 0.4, 0.5 - STEP, 0.5 + STEP, 0.9):
        for x in (0.1, 0.5 - STEP, 0.5 + STEP, 0.9):
            assert names_of_ions("Biotite", biotite(y, x)) == [names[y > 0.5, x > 0.5]]


def phengite(r2: float, iron: str = "Mg") -> dict[str, float]:
    """Return the celadonite exchange, with r2 = R2+ / (R2+ + R3+) of M."""
    return {"K": 1.0, "Si": 3 + 2 * r2, "Al": 3 - 4 * r2, iron: 2 * r2, "OH": 2.0}


def test_celadonites_begin_at_a_quarter_of_divalent_cations() -> None:
    for r2, name in (
        (0.1, "muscovite"),
        (0.25 - STEP, "muscovite"),
        (0.25 + STEP, "aluminoceladonite"),
        (0.4, "aluminoceladonite"),
    ):
        assert names_of_ions("Muscovite", phengite(r2)) == [name]


@pytest.mark.parametrize(
    ("charge", "name"),
    [
        (0.5, "mica"),
        (0.6 - STEP, "mica"),
        (0.6 + STEP, "illite"),
        (0.85 - STEP, "illite"),
        (0.85 + STEP, "muscovite"),
    ],
)
def test_the_interlayer_charge_bounds_the_true_micas(charge: float, name: str) -> None:
    ions = {"K": charge, "Si": 4 - charge, "Al": 2 + charge, "OH": 2.0}
    assert names_of_ions("Muscovite", ions) == [name]


def test_fluorine_leads_above_one() -> None:
    for fluorine, name in ((1 - STEP, "phlogopite"), (1 + STEP, "fluorophlogopite")):
        ions = {"K": 1.0, "Mg": 3.0, "Al": 1.0, "Si": 3.0, "F": fluorine, "OH": 2 - fluorine}
        assert names_of_ions("Biotite", ions) == [name]


def test_iron_that_was_not_divided_makes_no_celadonite_of_a_muscovite() -> None:
    ions = {"K": 0.95, "Si": 3.2, "Al": 2.25, "Fe2+": 0.5, "Mg": 0.15, "OH": 2.0}
    assert names_of_ions("Muscovite", ions, measured=False) == ["muscovite"]
    assert names_of_ions("Muscovite", ions) == ["ferro-aluminoceladonite"]
    assert names_of_ions("Muscovite", phengite(0.3, "Fe2+")) == ["ferro-aluminoceladonite"]


def test_silicic_micas_need_fluorine_or_lithium() -> None:
    found = species_of(analysed("Biotite", "KMg2.5Si4O10(OH)2"))
    assert names_of(found) == ["mica"]
    assert "no species is approved without Li or dominant F" in found.explain(0)


def test_fe3_of_t_that_was_inferred_is_told_from_the_iron_that_counts_as_fe2() -> None:
    wt = {"SiO2": 40.8, "TiO2": 2.8, "Al2O3": 4.5, "FeOt": 14.8, "MgO": 20.4, "Na2O": 0.5, "K2O": 9.2}
    found = species_of(probed("Biotite", wt | {"F": 1.0}))
    assert names_of(found) == ["tetraferriphlogopite"]
    assert caveat_of(found).startswith("Fe3+ on T is inferred")
    assert "all iron counts" not in caveat_of(found)


def test_brittle_micas_are_not_compared_with_celadonite() -> None:
    wt = {"SiO2": 32.6, "Al2O3": 45.0, "FeOt": 4.0, "MgO": 4.0, "CaO": 10.0, "Na2O": 1.0, "K2O": 0.4}
    found = species_of(probed("Muscovite", wt))
    assert names_of(found) == ["margarite"]
    assert "celadonite" not in caveat_of(found)


def test_series_are_remarks() -> None:
    assert "phengite series" in species_of(analysed("Muscovite", "KMg0.2Al2.6Si3.2O10(OH)2")).explain(0)
    assert "biotite series" in species_of(analysed("Biotite", "KMg2FeAlSi3O10(OH)2")).explain(0)


def test_what_is_left_open_is_said() -> None:
    wt = {"SiO2": 36.4, "TiO2": 3.9, "Al2O3": 15.8, "FeOt": 24.6, "MgO": 6.6, "Na2O": 0.1, "K2O": 6.5}
    said = caveat_of(species_of(probed("Biotite", wt)))
    assert "all iron counts as Fe2+" in said
    assert "interlayer charge below 0.85" in said
    assert said.endswith("not measured and counted as 0: Li, F, Ba")
