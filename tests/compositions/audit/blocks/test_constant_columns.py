from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.audit.blocks.block import LOW, MEDIUM
from phasewise.compositions.audit.blocks.constant_columns import find

from ..measured import AUGITE, LABRADORITE, OLIVINE, oxide, spots
from ..tables import of_values


def test_a_value_that_was_copied_down() -> None:
    values = spots(AUGITE, 60)
    values[20:35, oxide("FeOt")] = 6.47
    (found,) = find(of_values(values, ["Clinopyroxene"] * 60, ["a"] * 60))
    assert (found.kind, found.priority, found.where) == ("constant oxide", MEDIUM, "a | Clinopyroxene")
    assert (found.rows.tolist(), found.of) == (list(range(20, 35)), 60)
    assert "FeOt is 6.47 wt% in 15 rows" in found.evidence
    assert "(rows 21-35)" in found.evidence


def test_a_run_does_not_reach_into_the_next_source() -> None:
    values = spots(AUGITE, 60)
    values[:, oxide("FeOt")] = 6.47
    found = find(of_values(values, None, ["a"] * 20 + ["b"] * 40))
    assert [(block.where, len(block.rows)) for block in found] == [("a", 20), ("b", 40)]


@pytest.mark.parametrize("rows", [3, 5])
def test_a_few_equal_values_are_chance(rows: int) -> None:
    values = spots(AUGITE, 60)
    values[20 : 20 + rows, oxide("FeOt")] = 6.47
    assert find(of_values(values)) == []


def test_a_trace_may_be_the_same_for_long() -> None:
    values = spots(OLIVINE, 60)
    values[20:32, oxide("MnO")] = 0.14
    assert find(of_values(values)) == []


def test_a_coarsely_printed_oxide_may_be_the_same_for_long() -> None:
    values = spots(AUGITE, 200)
    values[:, oxide("FeOt")] = values[:, oxide("FeOt")].round(1)
    assert find(of_values(values)) == []


def test_sorting_by_an_oxide_makes_no_constants() -> None:
    values = spots(LABRADORITE, 3000)
    for name in ("Na2O", "CaO", "SiO2"):
        assert find(of_values(values[np.argsort(values[:, oxide(name)])])) == []


def test_copied_rows_are_no_constants() -> None:
    values = spots(AUGITE, 60)
    values[20:40] = values[20]
    assert find(of_values(values)) == []


def test_what_a_probe_hardly_measures_was_assumed() -> None:
    values = spots(AUGITE, 60)
    values[:, oxide("CO2")] = 1.5
    (found,) = find(of_values(values))
    assert (found.kind, found.priority, len(found.rows)) == ("assumed, not measured", LOW, 60)
