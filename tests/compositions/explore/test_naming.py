from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.explore.members import Spreads
from phasewise.compositions.explore.naming import Identity, Opinions, distinctions
from phasewise.core.arrow import numbers, texts
from phasewise.core.types import FloatArray


def opinions(*rows: tuple[str, str, str, str], probability: float = 0.9) -> tuple[Opinions, dict[str, int]]:
    """Return opinions of rows given by phase, second phase, verdict and reason, and how many are what."""
    names = ("phase", "second_phase", "verdict", "reason_code")
    columns = {name: texts([row[k] for row in rows]) for k, name in enumerate(names)}
    columns["probability"] = numbers(np.full(len(rows), probability))
    found = Opinions.of(columns, len(rows))
    kinds = found.kinds()
    told = [kinds.name(row) for row in range(len(rows))]
    return found, {
        name: told.count(name) for name in sorted(set(told), key=lambda name: (-told.count(name), name))
    }


def identity(*rows: tuple[str, str, str, str]) -> Identity:
    found, phases = opinions(*rows)
    return found.identity(np.arange(len(rows)), phases)


def accepted(phase: str) -> tuple[str, str, str, str]:
    return phase, "Quartz", "accepted", "fits"


MIXED = ("Clinopyroxene", "Olivine", "mixture", "mixed with: olivine")
TURNED = ("Olivine", "Clinopyroxene", "mixture", "mixed with: clinopyroxene")
TWO_FIT = ("Clinopyroxene", "Orthopyroxene", "ambiguous", "two phases fit: orthopyroxene")
NO_KEY = ("Zircon", "Quartz", "ambiguous", "key oxide missing")
UNKNOWN = ("Apatite", "Zircon", "unknown", "unlike known analyses")


def bad(reason: str) -> tuple[str, str, str, str]:
    return "Olivine", "Quartz", "bad_analysis", reason


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([accepted("KFeldspar")] * 3 + [UNKNOWN] * 2, "K-feldspar"),
        ([accepted("Olivine")] * 5 + [accepted("Spinel")] * 4, "Olivine"),
        ([accepted("Olivine")] * 4 + [accepted("Spinel")] * 4, "Olivine and Spinel"),
        ([accepted("Olivine")] * 4 + [UNKNOWN] * 3 + [MIXED] * 3, "Olivine"),
        ([MIXED] * 3 + [TURNED] * 2 + [UNKNOWN], "Mixture of Clinopyroxene and Olivine"),
        ([MIXED, ("Olivine", "Spinel", "mixture", "mixed with: spinel")], "Mixtures"),
        ([TWO_FIT] * 3, "Clinopyroxene or Orthopyroxene"),
        ([NO_KEY] * 3, "Probably Zircon"),
        ([NO_KEY, TWO_FIT, ("Olivine", "Quartz", "ambiguous", "model unsure")], "Ambiguous"),
        ([bad("total low")] * 2 + [bad("total high")], "Bad analyses: low totals"),
        ([bad("value far below zero")], "Bad analyses: values far below zero"),
    ],
)
def test_names(rows: list[tuple[str, str, str, str]], name: str) -> None:
    assert identity(*rows).name(3, "") == name


def test_unknown_clusters_are_named_by_species_or_number() -> None:
    found = identity(UNKNOWN, UNKNOWN)
    assert found.name(7, "britholite") == "near britholite"
    assert found.name(7, "") == "C7"
    assert found.running("") == ""


def spreads(mean: FloatArray) -> Spreads:
    n = np.full(mean.shape, 20)
    return Spreads(("SiO2", "CaO", "Na2O"), np.full(len(mean), 20), mean, np.full(mean.shape, 0.1), n)


def test_of_two_each_is_richer_in_something() -> None:
    found = distinctions(
        ["Plagioclase"] * 2, (1, 2), (20, 20), spreads(np.array([[51.0, 13.6, 3.5], [68.8, 0.2, 11.7]]))
    )
    assert found == [", richer in CaO", ", richer in Na2O"]


def test_of_three_the_middle_one_gets_a_number() -> None:
    mean = np.array([[51.0, 13.6, 3.5], [68.8, 0.2, 11.7], [60.0, 7.0, 7.5]])
    found = distinctions(["Plagioclase"] * 3, (1, 2, 3), (20,) * 3, spreads(mean))
    assert found == [", richest in CaO", ", richest in Na2O", ", 7.0 wt% CaO"]


def test_the_middle_one_is_named_by_what_was_measured_in_all() -> None:
    mean = np.array([[51.0, 13.6, np.nan], [68.8, 0.2, 11.7], [60.0, 7.0, 0.0]])
    assert distinctions(["Plagioclase"] * 3, (1, 2, 3), (20,) * 3, spreads(mean))[2] == ", 7.0 wt% CaO"


def test_clusters_that_nothing_tells_apart_get_their_numbers() -> None:
    assert distinctions(["Quartz"] * 2, (2, 5), (9, 9), spreads(np.full((2, 3), 30.0))) == [" (C2)", " (C5)"]


def test_a_name_that_no_other_has_stays() -> None:
    assert distinctions(["Quartz", "Olivine"], (1, 2), (9, 9), spreads(np.eye(2, 3) * 40)) == ["", ""]


def test_one_that_holds_most_rows_of_a_name_has_it_to_itself() -> None:
    mean = np.array([[51.0, 13.6, 3.5], [68.8, 0.2, 11.7]])
    found = distinctions(["Plagioclase"] * 2, (1, 2), (300, 20), spreads(mean))
    assert found == ["", ", richer in Na2O"]


def test_bad_analyses_that_would_be_no_known_mineral_are_unexplained() -> None:
    rows = [bad("total low")] * 2
    assert opinions(*rows)[1] == {"bad_analysis": 2}
    assert opinions(*rows, probability=0.3)[1] == {"unknown": 2}
