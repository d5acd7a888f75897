"""Names of feldspars: ranges of composition, and the borders between them."""

import pytest

from phasewise.chem.species import species_of
from phasewise.chem.species.feldspar import ALKALI_RANGES, PLAGIOCLASE_RANGES

from .cases import STEP, calculated, given, names_of, names_of_formulas, row


def ternary(an: float, ab: float, barium: float = 0.0) -> dict[str, float]:
    """Return a feldspar, percent of An, Ab and Cls, the rest Or."""
    al = 1 + (an + barium) / 100
    cations = {"Ca": an / 100, "Na": ab / 100, "K": (100 - an - ab - barium) / 100, "Ba": barium / 100}
    return {"Si": 4 - al, "Al": al, **cations}


def names_here(*rows: dict[str, float]) -> list[str]:
    found = names_of(species_of(given("Plagioclase", list(rows))))
    assert names_of(species_of(given("KFeldspar", list(rows)))) == found
    return found


def test_ideal_feldspars() -> None:
    formulas = ["NaAlSi3O8", "CaAl2Si2O8", "KAlSi3O8", "BaAl2Si2O8", "K0.7Ba0.3Al1.3Si2.7O8"]
    assert names_of_formulas("KFeldspar", *formulas) == [
        "albite",
        "anorthite",
        "K-feldspar",
        "celsian",
        "hyalophane",
    ]


@pytest.mark.parametrize("orthoclase", [0.0, 4.0])
@pytest.mark.parametrize("border", range(1, 6))
def test_borders_of_plagioclase(border: int, orthoclase: float) -> None:
    left, right = PLAGIOCLASE_RANGES[border - 1], PLAGIOCLASE_RANGES[border]
    assert left[3] == right[2]
    rows = []
    for ratio in (left[3] - STEP, left[3] + STEP):
        an = ratio * (100 - orthoclase) / 100
        rows.append(ternary(an, 100 - orthoclase - an))
    assert names_here(*rows) == [left[0].name, right[0].name]


@pytest.mark.parametrize("border", range(1, 3))
def test_borders_of_alkali_feldspar(border: int) -> None:
    left, right = ALKALI_RANGES[border - 1], ALKALI_RANGES[border]
    rows = [ternary(0, 100 - ratio) for ratio in (left[2] - STEP, left[2] + STEP)]
    assert names_here(*rows) == [left[0].name, right[0].name]


def test_an_and_or_divide_plagioclase_from_alkali_feldspar() -> None:
    assert names_here(ternary(15 + STEP, 70), ternary(15 - STEP, 70)) == ["oligoclase", "anorthoclase"]


@pytest.mark.parametrize(
    ("border", "pair"), [(10, ("K-feldspar", "hyalophane")), (50, ("hyalophane", "celsian"))]
)
def test_borders_of_barium_feldspar(border: float, pair: tuple[str, str]) -> None:
    assert names_here(ternary(0, 5, border - STEP), ternary(0, 5, border + STEP)) == list(pair)


def test_rules_say_that_names_are_ranges() -> None:
    found = species_of(given("Plagioclase", [ternary(60, 38), ternary(20, 65), ternary(2, 10)]))
    assert "a range of composition, the IMA species is anorthite" in found.explain(0)
    assert "between plagioclase and alkali feldspar" in found.explain(1)
    assert "sanidine, orthoclase and microcline" in found.explain(2)


def test_what_was_not_measured_matters_where_cations_are_missing() -> None:
    albite = {"SiO2": 68.74, "Al2O3": 19.44, "Na2O": 11.82}
    assert names_of(species_of(calculated("Plagioclase", row(albite)))) == ["albite"]
    without_sodium = {"SiO2": 55.6, "Al2O3": 28.3, "CaO": 10.4}
    assert names_of(species_of(calculated("Plagioclase", row(without_sodium)))) == [""]
