"""Mineral files: found, strict, and consistent with themselves."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from phasewise.chem.formula import molar_mass, oxides_wt
from phasewise.chem.mineral import EndMember, Mineral
from phasewise.chem.mineral_file import read_mineral
from phasewise.chem.minerals import load_minerals
from phasewise.chem.sites import is_anion_site
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS, FloatArray

CLASSES = (
    *(
        "Amphibole",
        "Apatite",
        "Biotite",
        "Clinopyroxene",
        "Garnet",
        "Glass",
        "Ilmenite",
        "KFeldspar",
        "Magnetite",
    ),
    *(
        "Muscovite",
        "Olivine",
        "Orthopyroxene",
        "Plagioclase",
        "Quartz",
        "Rutile",
        "Spinel",
        "Tourmaline",
        "Zircon",
    ),
)
MINERALS = load_minerals()
WITH_FORMULA = [mineral for mineral in MINERALS.values() if mineral.end_members]
OLIVINE = (resources.files("phasewise.chem") / "minerals" / "olivine.toml").read_text("utf-8")


def grams(member: EndMember, moles: float) -> FloatArray:
    wt = oxides_wt(member.formula)
    return moles * molar_mass(member.formula) * np.array([[wt.get(name, 0.0) for name in COLUMNS]])


def keeps_limits(mineral: Mineral, values: FloatArray) -> bool:
    return bool(StoichiometricTests.of([mineral], COLUMNS).passes(values, np.zeros(1, int))[0])


def test_all_classes_of_the_classifier_have_a_file() -> None:
    assert set(CLASSES) <= set(MINERALS)
    assert list(MINERALS) == sorted(MINERALS)


@pytest.mark.parametrize("mineral", MINERALS.values(), ids=lambda mineral: mineral.name)
def test_files_say_where_they_come_from_and_what_total_to_expect(mineral: Mineral) -> None:
    low, high = mineral.total.expected
    # Sulphur counts as SO3, so that sulphides are far above 100 and say that they need it.
    assert 30 < low < high < (103 if mineral.name != "Sulfide" else 206)
    assert high < 103 or mineral.total.needs == ("SO3",)
    assert mineral.limits
    assert mineral.sources or mineral.name == "Glass"
    assert mineral.synonyms


@pytest.mark.parametrize("mineral", WITH_FORMULA, ids=lambda mineral: mineral.name)
def test_end_members_keep_the_limits_of_their_mineral(mineral: Mineral) -> None:
    pure = [member for member in mineral.end_members if member.share[1] == 1]
    assert pure
    for member in pure:
        assert keeps_limits(mineral, grams(member, 1)), member.name
    for minor in mineral.end_members:
        share = minor.share[1]
        mixed = [grams(minor, share) + grams(major, 1 - share) for major in pure]
        assert any(keeps_limits(mineral, values) for values in mixed), minor.name


@pytest.mark.parametrize("mineral", WITH_FORMULA, ids=lambda mineral: mineral.name)
def test_sites_hold_the_ideal_sum(mineral: Mineral) -> None:
    basis = mineral.basis
    cations = sum(site.capacity for site in mineral.sites if not is_anion_site(site))
    anions = sum(site.capacity for site in mineral.sites if is_anion_site(site))
    if basis.cations and not basis.without:
        assert cations in (basis.cations, basis.cations + 1)
    assert anions in (0, basis.anions)


def test_iron_is_divided_as_the_file_says() -> None:
    for mineral in WITH_FORMULA:
        if mineral.basis.iron == "charge balance":
            assert mineral.basis.cations, f"{mineral.name}: charge balance needs a fixed sum of cations"


def test_olivine_in_print() -> None:
    olivine = MINERALS["Olivine"]
    assert (olivine.symbol, olivine.group, olivine.basis.oxygens, olivine.basis.cations) == (
        "Ol",
        "olivine",
        4,
        3,
    )
    assert olivine.end_members[0] == EndMember("forsterite", "Fo", "Mg2SiO4", (0.0, 1.0))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('symbol = "Ol"', 'symbol = "Ol"\ncolour = "green"', "unknown keys .'colour'"),
        ('title = "olivine"', "", "'title' is missing"),
        ("oxygens = 4", 'oxygens = "four"', "'oxygens' is 'four'"),
        ('"Mg2SiO4"', '"Mg2SiO5"', "Mg2SiO5 has a charge of -2"),
        ('"Mg2SiO4"', '"Mg2Si(O4"', "leaves a bracket open"),
        ('"Mg + Fe', '"Mg + Unobtainium', "'Unobtainium', which is not known"),
        ("[limits]\nSi = [", "[limits]\nSi = [9.0, ", "write .lowest, highest."),
        ("Si = [1, 0.02]", "Si = [1, 0]", "write .expected value, tolerance."),
        ('Fo = "Mg"', 'Fo = "Xx"', "names 'Xx'"),
        ('method = "ratio"', 'method = "guess"', "method is 'guess'; choose ratio"),
        ('iron = "ferrous"', 'iron = "rusty"', "iron is 'rusty'; choose from"),
        ("Al2O3 =", "Al2O4 =", "'Al2O4' is no oxide"),
        ("share = [0, 1]", "share = [0, 2]", "lies outside 0 to 1"),
        ("[total]", "[total", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_place_and_remedy(old: str, new: str, message: str) -> None:
    assert old in OLIVINE
    with pytest.raises(ModelError, match=message) as error:
        read_mineral(OLIVINE.replace(old, new, 1), "olivine.toml")
    assert "olivine.toml" in str(error.value)


REGION = """
[[indistinct]]
with = "Glass"
where = { "Mg / (Mg + Fe)" = [0.5, 1] }
probability = 0.9
because = "nothing tells them apart"
source = "invented"
"""


def test_a_region_where_nothing_tells_is_read() -> None:
    (region,) = read_mineral(OLIVINE + REGION, "olivine.toml").indistinct
    assert (region.other, region.probability) == ("Glass", 0.9)
    assert region.where[0].range == (0.5, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[0.5, 1]", "1", "where must hold ratios with .lowest, highest."),
        ("[0.5, 1]", "[1, 1]", "where must hold ratios with .lowest, highest."),
        ('"Mg / (Mg + Fe)" = [0.5, 1]', "", "where must hold ratios"),
        ("Mg / (Mg + Fe)", "Mg + Fe", "is no ratio"),
        ("0.9", "0.4", "probability is 0.4; of two minerals one has 0.5 or more"),
        ("0.9", "1", "probability is 1;"),
        ("because", "why", "'because' is missing"),
    ],
)
def test_a_wrong_region_is_refused_with_its_place(old: str, new: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as error:
        read_mineral(OLIVINE + REGION.replace(old, new, 1), "olivine.toml")
    assert "[indistinct 1" in str(error.value)


def test_the_declared_pair_separates_by_its_total() -> None:
    pair = next(p for p in MINERALS["Amphibole"].pairs if p.other == "Clinopyroxene")
    assert pair.mean + pair.sd < pair.other_mean
    assert pair.between == (90, 103)


def test_a_ratio_in_a_file_becomes_a_limit() -> None:
    text = OLIVINE.replace("[oxides]", '[ratios]\n"Mg / (Mg + Fe)" = [0.5, 1]\n\n[oxides]', 1)
    magnesian = read_mineral(text, "magnesian.toml")
    forsterite, fayalite = (EndMember(name, "", f"{name}2SiO4", (0, 1)) for name in ("Mg", "Fe"))
    assert keeps_limits(magnesian, 0.9 * grams(forsterite, 1) + 0.1 * grams(fayalite, 1))
    assert not keeps_limits(magnesian, grams(fayalite, 1))
    assert keeps_limits(MINERALS["Olivine"], grams(fayalite, 1))
