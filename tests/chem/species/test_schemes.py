"""What holds of every scheme: ideal formulae, reference analyses, order, batch, missing values."""

import re
import time

import numpy as np
import pytest

from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.chem.species import SCHEMES, SpeciesNames, species_of
from phasewise.core.types import COLUMNS

from .cases import Reference, calculated, mixed, names_of, names_of_formulas, row

IDEAL = {
    "Aluminosilicate": {"Al2SiO5": "Al2SiO5", "Mn3+1.2Al0.8SiO5": "kanonaite"},
    "Calcite": {"CaCO3": "calcite", "SrCO3": "strontianite"},
    "Chlorite": {
        "Mg5Al2Si3O10(OH)8": "clinochlore",
        "Fe5Al2Si3O10(OH)8": "chamosite",
        "Mn5Al2Si3O10(OH)8": "pennantite",
        "Ni5Al2Si3O10(OH)8": "nimite",
        "Mg2Al4Si3O10(OH)8": "dioctahedral chlorite",
    },
    "Cordierite": {"Mg2Al4Si5O18": "cordierite", "Fe2Al4Si5O18": "sekaninaite"},
    "Corundum": {"Al2O3": "corundum", "Cr2O3": "eskolaite", "Fe3+2O3": "hematite", "V2O3": "karelianite"},
    "Dolomite": {"CaMgC2O6": "dolomite", "CaFeC2O6": "ankerite", "CaMnC2O6": "kutnohorite"},
    "Kalsilite": {"KAlSiO4": "kalsilite"},
    "Magnesite": {"MgCO3": "magnesite"},
    "Melilite": {
        "Ca2MgSi2O7": "åkermanite",
        "Ca2Al2SiO7": "gehlenite",
        "CaNaAlSi2O7": "alumoåkermanite",
    },
    "Nepheline": {"Na3KAl4Si4O16": "nepheline"},
    "Periclase": {"MgO": "periclase", "FeO": "wüstite"},
    "Perovskite": {
        "CaTiO3": "perovskite",
        "NaNbO3": "lueshite",
        "Na0.5Ce0.5TiO3": "loparite",
        "SrTiO3": "tausonite",
    },
    "Rhodochrosite": {"MnCO3": "rhodochrosite"},
    "Rutile": {"TiO2": "rutile"},
    "Serpentine": {"Mg3Si2O5(OH)4": "serpentine", "Fe3Si2O5(OH)4": "greenalite"},
    "Siderite": {"FeCO3": "siderite", "Fe0.4Mg0.6CO3": "magnesite"},
    "Staurolite": {"Fe4Al18Si8O46(OH)2": "staurolite", "Mg4Al18Si8O46(OH)2": "magnesiostaurolite"},
    "Talc": {"Mg3Si4O10(OH)2": "talc", "Fe3Si4O10(OH)2": "minnesotaite"},
    "Apatite": {
        "Ca5P3O12F": "fluorapatite",
        "Ca5P3O12Cl": "chlorapatite",
        "Ca5P3O12(OH)": "hydroxylapatite",
    },
    "Scapolite": {
        "Na4Al3Si9O24Cl": "marialite",
        "Ca4Al6Si6O24(CO3)": "meionite",
        "Ca4Al6Si6O24(SO4)": "silvialite",
        "Na1.06Ca2.86Al4.87Si7.13O24(SO4)0.57(CO3)0.41": "silvialite",
    },
    "Sodalite": {"Na8Al6Si6O24Cl2": "sodalite"},
    "Hauyne": {"Na6Ca2Al6Si6O24(SO4)2": "haüyne", "Na8Al6Si6O24(SO4)": "nosean"},
    "Epidote": {
        "Ca2Al3Si3O12(OH)": "clinozoisite",
        "Ca2Al2Fe3+Si3O12(OH)": "epidote",
        "Ca2Al2Mn3+Si3O12(OH)": "piemontite",
        "Ca2Al2V3+Si3O12(OH)": "mukhinite",
        "CaSrAl2Fe3+Si3O12(OH)": "epidote-(Sr)",
        "CaPbAl2Fe3+Si3O12(OH)": "hancockite",
        "CaSrAl3Si3O12(OH)": "niigataite",
    },
    "Quartz": {"SiO2": "SiO2 (polymorph not resolved)"},
    "Olivine": {
        "Mg2SiO4": "forsterite",
        "Fe2SiO4": "fayalite",
        "Mn2SiO4": "tephroite",
        "Ni2SiO4": "liebenbergite",
        "MgFeSiO4": "forsterite",
    },
    "Monticellite": {
        "CaMgSiO4": "monticellite",
        "CaFeSiO4": "kirschsteinite",
        "CaMnSiO4": "glaucochroite",
        "Ca2SiO4": "calcio-olivine",
    },
    "Ilmenite": {
        "FeTiO3": "ilmenite",
        "MgTiO3": "geikielite",
        "MnTiO3": "pyrophanite",
        "ZnTiO3": "ecandrewsite",
        "Fe3+2O3": "hematite",
        "Fe0.35Mg0.25Ti0.6Fe3+0.8O3": "ilmenite",
    },
    "Hematite": {"Fe3+2O3": "hematite", "FeTiO3": "ilmenite"},
    "Pseudobrookite": {
        "Fe3+2TiO5": "pseudobrookite",
        "Mg0.5Fe0.5Ti2O5": "armalcolite",
        "MgTi2O5": "armalcolite",
    },
}
"""Ideal formulae of the list of the International Mineralogical Association, and mixtures on one side."""

OF_REFERENCES = {
    "Springwater olivine USNM 2566": "forsterite",
    "San Carlos olivine NMNH 111312-44": "forsterite",
    "Rockport fayalite NMNH 85276": "fayalite",
    "USGS GDS70 olivine, Green Sand Beach, Hawaii": "forsterite",
    "Kakanui augite NMNH 122142": "augite",
    "Chromium augite NMNH 164905": "augite",
    "Omphacite NMNH 110607 Roberts Victor": "omphacite",
    "Natural Bridge diopside NMNH 117733": "diopside",
    "Johnstown hypersthene USNM 746": "enstatite",
    "Lake County plagioclase NMNH 115900": "labradorite",
    "Great Sitkin anorthite NMNH 137041": "anorthite",
    "Albite SPI MMM1": "albite",
    "Kakanui anorthoclase NMNH 133868": "anorthoclase",
    "Microcline NMNH 143966": "K-feldspar",
    "Ilmen Mtns ilmenite NMNH 96189": "ilmenite",
    "Durango fluorapatite NMNH 104021": "fluorapatite",
    "Hot Springs quartz NMNH R17701": "SiO2 (polymorph not resolved)",
    "Basaltic glass VG-2 Juan de Fuca NMNH 111240-52": "basalt",
    "Basaltic glass VG-A99 Makaopuhi NMNH 113498-1": "basalt",
    "Rhyolitic glass VG-568 Yellowstone NMNH 72854": "rhyolite",
}
OF_MINERAL_FILES = {
    ("Clinopyroxene", "Stillwater augite"): "augite",
    ("Clinopyroxene", "New Idria jadeite"): "jadeite",
    ("Clinopyroxene", "Cloverdale jadeite"): "jadeite",
    ("Cordierite", "Eifel ferroindialite"): "sekaninaite",
    ("Epidote", "zoisite, Umba Valley, Tanzania"): "clinozoisite",
    ("KFeldspar", "Sanidine, Mitchell Mesa rhyolite"): "K-feldspar",
    ("Olivine", "Liebenbergite, Bon Accord"): "liebenbergite",
    ("Scapolite", "Vesuvius meionite"): "meionite",
    ("Sodalite", "Mont Saint-Hilaire sodalite"): "sodalite",
    ("Apatite", "Hydroxylapatite, Holly Springs"): "hydroxylapatite",
}
"""Published analyses, with their sources in the mineral files; two are polymorphs of the species named."""

TESTED = [name for name in SCHEMES if load_minerals()[name].end_members]


def texts(found: SpeciesNames) -> list[str]:
    return [found.explain(row) for row in range(len(found.code))]


@pytest.mark.parametrize("mineral", IDEAL)
def test_ideal_formulae_give_their_species(mineral: str) -> None:
    assert names_of_formulas(mineral, *IDEAL[mineral]) == list(IDEAL[mineral].values())


@pytest.mark.parametrize("name", OF_REFERENCES)
def test_reference_analyses_have_the_names_of_their_citations(name: str, references: list[Reference]) -> None:
    reference = next(reference for reference in references if reference.name == name)
    mineral = reference.mineral if reference.mineral in load_minerals() else "Glass"
    assert names_of(species_of(calculated(mineral, reference.values))) == [OF_REFERENCES[name]]


@pytest.mark.parametrize(("mineral", "name"), OF_MINERAL_FILES)
def test_published_analyses_of_the_mineral_files(mineral: str, name: str) -> None:
    wt = dict(next(r.wt for r in load_minerals()[mineral].references if r.name == name))
    wt["FeOt"] = wt.pop("FeO", wt.get("FeOt", 0.0)) + FE2O3_TO_FEO * wt.pop("Fe2O3", 0.0)
    values = row({column: wt.get(column, 0.0) for column in COLUMNS if column != "H2O"})
    assert names_of(species_of(calculated(mineral, values))) == [OF_MINERAL_FILES[mineral, name]]


@pytest.mark.parametrize("mineral", TESTED)
def test_rows_do_not_depend_on_one_another(mineral: str) -> None:
    rows = mixed(mineral, 40)
    rows[::7, COLUMNS.index("MnO")] = np.nan
    order = np.random.default_rng(9).permutation(len(rows))
    together = texts(species_of(calculated(mineral, rows)))
    assert texts(species_of(calculated(mineral, rows[order]))) == [together[k] for k in order]
    assert [texts(species_of(calculated(mineral, rows[k : k + 1])))[0] for k in range(10)] == together[:10]


@pytest.mark.parametrize("mineral", SCHEMES)
def test_rows_without_a_formula_have_no_name(mineral: str) -> None:
    rows = np.full((3, len(COLUMNS)), np.nan)
    rows[1] = 0.0
    found = species_of(calculated(mineral, rows))
    assert names_of(found) == ["", "", ""]
    assert found.explain(0) == ""
    assert (found.caveat == -1).all()
    nothing = MineralFormula(load_minerals()[mineral], COLUMNS, FormulaOptions()).calculate(rows[:0])
    assert names_of(species_of(nothing)) == []


@pytest.mark.parametrize("mineral", TESTED)
def test_every_rule_names_a_value_that_is_there(mineral: str) -> None:
    found = species_of(calculated(mineral, mixed(mineral, 40)))
    named = found.code >= 0
    assert named.any()
    assert all(any(name in rule for name in found.values) for rule in found.rules)
    assert ((found.rule >= 0) == named).all()
    assert (found.rule < len(found.rules)).all()
    assert not re.search(r"\b(None|nan)\b", " ".join(found.rules + found.caveats))
    assert all(len(column) == len(named) for column in found.values.values())


@pytest.mark.parametrize("mineral", TESTED)
def test_twenty_thousand_names_take_less_than_a_third_of_a_second(mineral: str) -> None:
    formulae = calculated(mineral, mixed(mineral, 20_000))
    took = []
    for _ in range(3):
        start = time.process_time()
        species_of(formulae)
        took.append(time.process_time() - start)
    assert min(took) < 0.3
