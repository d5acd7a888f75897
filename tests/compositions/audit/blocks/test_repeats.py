from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.audit.blocks._numbers import first_of_each, printed_digits, whole
from phasewise.compositions.audit.blocks.block import HIGH, LOW, MEDIUM
from phasewise.compositions.audit.blocks.repeats import find

from ..measured import AUGITE, LABRADORITE, OLIVINE, QUARTZ, oxide, spots, stacked
from ..tables import of_values


def test_copied_rows_are_found_whatever_stands_between() -> None:
    values = spots(LABRADORITE, 40)
    values[25:30] = values[3:8]
    values[33] = values[3]
    (found,) = find(of_values(values, ["Plagioclase"] * 40, ["a"] * 40))
    assert (found.kind, found.priority, found.where) == ("copied rows", LOW, "a | Plagioclase")
    assert (found.rows.tolist(), found.of) == ([25, 26, 27, 28, 29, 33], 40)
    assert "4 analyses stand 2 times and 1 analysis stands 3 times" in found.evidence
    assert "row 26 repeats row 4" in found.evidence


def test_the_same_rows_are_copies_in_any_order() -> None:
    values = spots(LABRADORITE, 40)
    values[25:30] = values[3:8]
    order = np.random.default_rng(4).permutation(40)
    shuffled = find(of_values(values[order], ["Plagioclase"] * 40))
    assert [len(block.rows) for block in shuffled] == [5]
    again = {*order[shuffled[0].rows].tolist()}
    assert again <= {*range(3, 8), *range(25, 30)}


def test_the_last_printed_digit_makes_another_analysis() -> None:
    values = spots(LABRADORITE, 20)
    values[10:] = values[:10]
    values[10:, oxide("SiO2")] += 0.01
    assert find(of_values(values, ["Plagioclase"] * 20)) == []


def test_few_numbers_may_agree_by_chance() -> None:
    quartz = spots(QUARTZ, 20)
    quartz[:, oxide("Al2O3")] = 0.02
    quartz[10:] = quartz[:10]
    coarse = spots(OLIVINE, 20).round(0)
    coarse[10:] = coarse[:10]
    assert find(of_values(stacked(quartz, coarse), ["Quartz"] * 20 + ["Olivine"] * 20)) == []


def test_blank_and_zero_are_no_difference() -> None:
    values = spots(LABRADORITE, 10)
    values[5] = np.nan_to_num(values[2])
    (found,) = find(of_values(values))
    assert found.rows.tolist() == [5]


@pytest.mark.parametrize(
    ("second", "kind", "priority"),
    [
        ("Clinopyroxene", "repeated in another source", MEDIUM),
        ("Orthopyroxene", "label conflict", HIGH),
        ("augitic stuff", "repeated in another source", MEDIUM),
    ],
)
def test_two_sources_with_the_same_analyses(second: str, kind: str, priority: int) -> None:
    values = stacked(spots(AUGITE, 20, 1), spots(AUGITE, 20, 2))
    values[22:26] = values[4:8]
    labels = ["Clinopyroxene"] * 20 + [second] * 20
    (found,) = find(of_values(values, labels, ["a"] * 20 + ["b"] * 20))
    assert (found.kind, found.priority, found.where) == (kind, priority, "a and b")
    assert (found.rows.tolist(), found.of) == ([4, 5, 6, 7, 22, 23, 24, 25], 40)
    assert f"a (as Clinopyroxene) and in b (as {second})" in found.evidence


def test_another_source_may_have_rounded() -> None:
    values = stacked(spots(AUGITE, 20, 1), spots(AUGITE, 20, 2))
    values[:3] += 0.003
    values[30:33] = values[:3].round(2)
    (found,) = find(of_values(values, ["Clinopyroxene"] * 40, ["a"] * 20 + ["b"] * 20))
    assert found.rows.tolist() == [0, 1, 2, 30, 31, 32]


def test_one_row_in_common_needs_many_digits() -> None:
    few, many = (stacked(spots(name, 20, 1), spots(name, 20, 2)) for name in (OLIVINE, AUGITE))
    for values in (few, many):
        values[30] = values[3]
    sources = ["a"] * 20 + ["b"] * 20
    assert find(of_values(few, None, sources)) == []
    assert [block.rows.tolist() for block in find(of_values(many, None, sources))] == [[3, 30]]


def test_one_source_may_give_two_labels_to_the_same_numbers() -> None:
    values = spots(AUGITE, 20)
    values[12] = values[2]
    labels = ["Clinopyroxene"] * 10 + ["Orthopyroxene"] * 10
    (found,) = find(of_values(values, labels, ["a"] * 20))
    assert (found.kind, found.priority, found.rows.tolist()) == ("label conflict", HIGH, [2, 12])
    assert "Clinopyroxene (1) and Orthopyroxene (1)" in found.evidence


def test_digits_are_counted_without_closing_zeros() -> None:
    numbers = whole(np.array([[40.81, 9.5, 0.0, 100.0, 0.05, np.nan], [10.01, 0, 0, 0, 0, -1.5]]), 2)
    assert printed_digits(numbers).tolist() == [4 + 2 + 1 + 1, 4 + 2]


def test_the_first_row_with_the_same_keys() -> None:
    one, other = np.array([-1, 0, -1, 0, -1]), np.array([7, 7, 7, 7, 8])
    assert first_of_each(one, other).tolist() == [0, 1, 0, 1, 4]
