"""Species of oxide spinels: end members, borders, published analyses."""

from __future__ import annotations

import pytest

from phasewise.chem.species import species_of

from .cases import STEP, analysed, caveat_of, names_of, names_of_formulas, names_of_ions, probed

END_MEMBERS = {
    "spinel": "MgAl2O4",
    "hercynite": "FeAl2O4",
    "galaxite": "MnAl2O4",
    "gahnite": "ZnAl2O4",
    "thermaerogenite": "CuAl2O4",
    "magnesiochromite": "MgCr2O4",
    "chromite": "FeCr2O4",
    "manganochromite": "MnCr2O4",
    "zincochromite": "ZnCr2O4",
    "nichromite": "NiCr2O4",
    "cochromite": "CoCr2O4",
    "magnetite": "FeFe3+2O4",
    "magnesioferrite": "MgFe3+2O4",
    "jacobsite": "MnFe3+2O4",
    "franklinite": "ZnFe3+2O4",
    "trevorite": "NiFe3+2O4",
    "cuprospinel": "CuFe3+2O4",
    "coulsonite": "FeV2O4",
    "magnesiocoulsonite": "MgV2O4",
    "vuorelainenite": "MnV2O4",
    "ulvöspinel": "Fe2TiO4",
    "qandilite": "Mg2TiO4",
    "maghemite": "Fe3+8O12",
    "titanomaghemite": "TiFe3+4O8",
}


@pytest.mark.parametrize("mineral", ["Spinel", "Magnetite"])
@pytest.mark.parametrize(("name", "formula"), END_MEMBERS.items())
def test_end_members_have_their_names(mineral: str, name: str, formula: str) -> None:
    assert names_of_formulas(mineral, formula) == [name]


@pytest.mark.parametrize("formula", ["Fe2SiO4", "CoAl2O4", "Zn2TiO4"])
def test_members_without_an_approved_name_are_oxyspinel(formula: str) -> None:
    found = species_of(analysed("Spinel", formula))
    assert names_of(found) == ["oxyspinel"]
    assert "no species is approved" in found.explain(0)


NMNH = "Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x, sheet of 2020"
ANALYSES = [
    pytest.param(
        "Spinel",
        "magnesiochromite",
        {"Al2O3": 9.92, "Cr2O3": 60.5, "FeOt": 13.04, "MnO": 0.11, "MgO": 15.2},
        id=f"Tiebaghi chromite, {NMNH}",
    ),
    pytest.param(
        "Spinel",
        "gahnite",
        {"Al2O3": 55.32, "FeOt": 1.97, "MnO": 0.34, "ZnO": 42.5},
        id=f"Gahnite, {NMNH}",
    ),
    pytest.param(
        "Magnetite",
        "magnetite",
        {"TiO2": 0.16, "Cr2O3": 0.25, "Fe2O3": 67.5, "FeO": 30.2, "MgO": 0.05},
        id=f"Minas Gerais magnetite, {NMNH}",
    ),
    pytest.param(
        "Spinel",
        "spinel",
        {"Al2O3": 61.99, "FeOt": 24.68, "MnO": 0.11, "MgO": 13.70},
        id="Spinel, Droop 1987, doi:10.1180/minmag.1987.051.361.10, table 3",
    ),
    pytest.param(
        "Magnetite",
        "magnetite",
        {"TiO2": 4.35, "Al2O3": 1.94, "Cr2O3": 0.18, "FeOt": 86.34, "MnO": 0.44, "MgO": 1.2},
        id="Titanomagnetite of an oxide pair, ThermoEngine, Fe-Ti oxide geothermobarometer, case 1",
    ),
]


@pytest.mark.parametrize(("mineral", "name", "wt"), ANALYSES)
def test_published_analyses_have_the_names_of_their_citations(
    mineral: str, name: str, wt: dict[str, float]
) -> None:
    assert names_of(species_of(probed(mineral, wt))) == [name]


def test_titanomagnetite_is_a_remark() -> None:
    told = species_of(probed("Magnetite", ANALYSES[4].values[2])).explain(0)  # type: ignore[arg-type]
    assert told.startswith("magnetite: ")
    assert "commonly called titanomagnetite" in told
    assert "2 R4+ / (2 R4+ + R3+) = 0.1" in told
    assert "maghemite is not seen" in told


def titanomagnetite(usp: float) -> dict[str, float]:
    return {"Ti": usp, "Fe2+": 1 + usp, "Fe3+": 2 - 2 * usp}


@pytest.mark.parametrize(
    ("usp", "name"),
    [(0.0, "magnetite"), (0.4, "magnetite"), (0.5 - STEP, "magnetite"), (0.5 + STEP, "ulvöspinel")],
)
def test_ulvospinel_begins_at_a_half(usp: float, name: str) -> None:
    assert names_of_ions("Magnetite", titanomagnetite(usp)) == [name]


@pytest.mark.parametrize(("magnesium", "ferrous"), [("spinel", "hercynite")])
def test_the_more_abundant_divalent_ion_decides(magnesium: str, ferrous: str) -> None:
    for mg, name in ((0.6, magnesium), (0.5 + STEP, magnesium), (0.5 - STEP, ferrous), (0.3, ferrous)):
        assert names_of_ions("Spinel", {"Mg": mg, "Fe2+": 1 - mg, "Al": 1.2, "Cr": 0.8}) == [name]


def test_the_most_abundant_of_three_trivalent_ions_decides() -> None:
    for al, name in ((0.8, "spinel"), (0.7 + STEP, "spinel"), (0.7 - STEP, "magnesiochromite")):
        assert names_of_ions("Spinel", {"Mg": 1.0, "Al": al, "Cr": 0.7, "Fe3+": 1.3 - al}) == [name]


@pytest.mark.parametrize(("vacancy", "name"), [(1 / 6 - STEP, "magnetite"), (1 / 6 + STEP, "maghemite")])
def test_maghemite_begins_at_half_of_its_vacancies(vacancy: float, name: str) -> None:
    assert names_of_ions("Magnetite", {"Fe2+": 1 - 3 * vacancy, "Fe3+": 2 + 2 * vacancy}) == [name]


def test_measured_iron_leaves_nothing_open() -> None:
    wt = {"Al2O3": 0.0, "Cr2O3": 0.0, "MgO": 0.0, "Fe2O3": 90.0, "FeO": 10.0}
    found = species_of(probed("Magnetite", wt))
    assert names_of(found) == ["maghemite"]
    assert "Fe3+" not in caveat_of(found)
