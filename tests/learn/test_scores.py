from __future__ import annotations

import numpy as np
import pytest

from phasewise.learn.scores import class_scores, source_interval


def test_scores_of_a_worked_example() -> None:
    truth = np.array(["a", "a", "a", "b", "b"], dtype=object)
    called = np.array(["a", "a", "b", "b", "c"], dtype=object)
    source = np.array(["x", "y", "y", "x", "x"], dtype=object)
    a, b = class_scores(truth, called, source)
    assert (a.name, a.rows, a.sources) == ("a", 3, 2)
    assert (a.precision, a.recall, a.f1) == pytest.approx((1.0, 2 / 3, 0.8))
    assert (b.precision, b.recall, b.f1) == pytest.approx((0.5, 0.5, 0.5))


def test_few_sources_allow_no_interval() -> None:
    right = np.ones(40, dtype=bool)
    assert source_interval(right, np.repeat(list("abcd"), 10)) is None


def test_the_interval_is_of_sources_not_of_rows() -> None:
    right = np.repeat([True, False] * 5, 1000)
    source = np.repeat(list("abcdefghij"), 1000)
    interval = source_interval(right, source)
    assert interval is not None
    assert interval[0] < 0.3
    assert interval[1] > 0.7
