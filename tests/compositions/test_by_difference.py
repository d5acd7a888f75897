from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.by_difference import ByDifference, by_difference, of_difference
from phasewise.compositions.features import INPUTS
from phasewise.core.types import BoolArray, FloatArray, IntArray

MINERALS = tuple(
    load_minerals()[name] for name in ("Plagioclase", "Ilmenite", "Spinel", "Calcite", "Apatite")
)
PLAGIOCLASE, ILMENITE, SPINEL, CALCITE, APATITE = range(5)


def rows(*analyses: dict[str, float]) -> FloatArray:
    return np.array([[row.get(name, np.nan) for name in INPUTS] for row in analyses])


EVERYTHING = np.ones(len(INPUTS), dtype=bool)


def judged(
    values: FloatArray,
    stands: int = -1,
    *,
    has_total: bool = False,
    used: BoolArray = EVERYTHING,
    likeness: Mapping[str, float] | None = None,
) -> ByDifference:
    """Return what rows lack, where the model finds every phase as likely as stated, or as any other."""

    def as_measured(places: IntArray) -> tuple[IntArray, BoolArray]:
        return np.full(len(places), stands), np.full(len(places), has_total)

    def likeness_of(trial: FloatArray, phase: int) -> FloatArray:
        return np.full(len(trial), (likeness or {}).get(MINERALS[phase].name, 0.0))

    return by_difference(values, np.nansum(values, axis=1), MINERALS, used, as_measured, likeness_of)


ALBITE = {"SiO2": 68.7, "Al2O3": 19.4}
FERROUS = {"FeOt": 46.0, "MgO": 0.5}
LIME = {"CaO": 55.6}


def test_the_missing_mass_is_the_oxide() -> None:
    found = judged(rows(ALBITE))
    assert found.phase.tolist() == [PLAGIOCLASE]
    assert found.mass[0] == pytest.approx(99.75 - 88.1)
    assert found.values[0, INPUTS.index("Na2O")] == found.mass[0]
    assert found.told.all()


def test_what_was_measured_is_not_taken_by_difference() -> None:
    found = judged(rows(ALBITE | {"Na2O": 0.0}))
    assert found.phase.tolist() == [-1]
    assert found.oxide.tolist() == [-1]
    assert not found.told.any()


def test_a_mass_that_the_formula_does_not_want_is_refused() -> None:
    assert judged(rows({"SiO2": 43.2, "Al2O3": 36.0, "CaO": 10.0})).phase.tolist() == [-1]


def test_two_explanations_leave_it_open_and_the_likelier_comes_first() -> None:
    for likely, other in (("Ilmenite", "Spinel"), ("Spinel", "Ilmenite")):
        found = judged(rows(FERROUS), likeness={likely: 1.0, other: 0.0})
        assert MINERALS[found.phase[0]].name == likely
        assert MINERALS[found.rival[0]].name == other
        assert not found.told.any()


def test_a_phase_as_measured_with_its_total_stays_and_the_other_is_its_rival() -> None:
    found = judged(rows(LIME), CALCITE, has_total=True)
    assert (found.phase[0], found.rival[0]) == (-1, APATITE)
    assert found.values[0].tolist() == pytest.approx(rows(LIME)[0].tolist(), nan_ok=True)
    assert INPUTS[found.oxide[0]] == "P2O5"


def test_a_phase_as_measured_is_not_turned_into_one_that_often_lacks_an_oxide() -> None:
    assert judged(rows(ALBITE), SPINEL).phase.tolist() == [-1]


def test_the_model_decides_whether_it_is_the_phase() -> None:
    assert judged(rows(ALBITE), likeness={"Plagioclase": -np.inf}).phase.tolist() == [-1]


def test_an_oxide_that_the_model_does_without_is_not_missed() -> None:
    without_sodium = np.array([name != "Na2O" for name in INPUTS])
    assert judged(rows(ALBITE), used=without_sodium).phase.tolist() == [-1]


def test_rows_are_left_as_they_were() -> None:
    values = rows(ALBITE, FERROUS, LIME)
    before = values.copy()
    judged(values)
    assert np.array_equal(values, before, equal_nan=True)


def test_an_empty_block_is_no_error() -> None:
    assert len(judged(np.empty((0, len(INPUTS)))).phase) == 0


def test_which_oxides_may_be_had_by_difference() -> None:
    minerals = load_minerals()
    assert set(of_difference(minerals["Plagioclase"])) == {"Na2O"}
    assert set(of_difference(minerals["Ilmenite"])) == {"TiO2"}
    assert {"Cr2O3", "TiO2"} == set(of_difference(minerals["Spinel"]))
    assert set(of_difference(minerals["Zircon"])) == {"ZrO2"}
    assert of_difference(minerals["Zircon"])["ZrO2"][1] == pytest.approx(67.2, abs=0.2)
    assert not of_difference(minerals["Rutile"])
    assert not of_difference(minerals["Sulfide"])
    assert not of_difference(minerals["Glass"])
