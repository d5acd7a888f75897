from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.explore.members import Members, Spreads, spreads_of
from phasewise.compositions.row_groups import Groups
from phasewise.core.arrow import texts
from phasewise.core.types import FloatArray
from phasewise.infer.clusters import Assignment


def members_of(cluster: list[int]) -> Members:
    n = len(cluster)
    return Members.of(Assignment(np.array(cluster), np.ones(n), np.zeros(n), np.zeros(n, dtype=int)))


def spread(values: list[float]) -> tuple[float, float, int]:
    """Return mean, standard deviation and number of one column in one cluster."""
    found = spreads_of(members_of([0] * len(values)), ("MgO",), np.array(values)[:, None])
    return float(found.mean[0, 0]), float(found.sd[0, 0]), int(found.n[0, 0])


def spreads(*of: FloatArray) -> Spreads:
    """Return the spreads of clusters of two oxides."""
    cluster = np.repeat(np.arange(len(of)), [len(one) for one in of])
    return spreads_of(members_of(cluster.tolist()), ("SiO2", "CaO"), np.concatenate(of))


def test_rows_of_each_cluster() -> None:
    members = members_of([1, -1, 0, 1, 1, 0])
    assert members.numbers == (2, 1, 0)
    assert [members.rows(k).tolist() for k in range(3)] == [[0, 3, 4], [2, 5], [1]]


def test_clusters_without_rows_are_left_out() -> None:
    assert members_of([3, 3, 0]).numbers == (4, 1)


def test_counts_leave_out_blank_texts() -> None:
    groups = Groups.of(texts(["b", None, "a", "a", "b", "c"]), 6)
    assert members_of([0, 0, 0, 0, 0, -1]).count(groups) == [{"a": 2, "b": 2}, {"c": 1}]


def test_medians_leave_out_rows_without_a_place() -> None:
    values = np.array([[1.0, 10.0], [3.0, 30.0], [np.nan, np.nan], [np.nan, np.nan]])
    found = members_of([0, 0, 0, -1]).medians(values)
    np.testing.assert_array_equal(found, [[2.0, 20.0], [np.nan, np.nan]])


def test_what_was_not_measured_does_not_count() -> None:
    mean, sd, n = spread([1.0, np.nan, 2.0, 3.0, np.inf])
    assert (mean, n) == (2.0, 3)
    assert sd == pytest.approx(1.0)


@given(st.lists(st.floats(40, 41), min_size=8, max_size=60), st.floats(-1e6, 1e6))
def test_one_absurd_value_hardly_moves_the_mean(good: list[float], absurd: float) -> None:
    mean, sd, n = spread([*good, absurd])
    # The fence lies at most 3 wide ranges beyond the good ones, and the row weighs 1/n.
    reach = 3 * max(1.0, np.hypot(0.05, 0.02 * 41)) + 1
    assert abs(mean - np.mean(good)) <= reach / n + 1e-9
    assert sd <= reach
    assert n == len(good) + 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50))
def test_without_far_out_values_it_is_the_plain_mean(values: list[float]) -> None:
    rows = [50 + 0.1 * value for value in values]
    mean, sd, _ = spread(rows)
    assert mean == pytest.approx(np.mean(rows))
    assert sd == pytest.approx(np.std(rows, ddof=1), abs=1e-9)


def test_a_contrast_has_two_signs_and_grows_with_the_relative_difference() -> None:
    rng = np.random.default_rng(1)
    noise = 0.01 * rng.standard_normal((20, 2))
    found = spreads(np.array([50.0, 1.0]) + noise, np.array([53.0, 4.0]) + noise)
    one, other = found.contrast(0, 1), found.contrast(1, 0)
    np.testing.assert_allclose(one, -other)
    assert (one < 0).all()
    assert abs(one[1]) > abs(one[0])


@pytest.mark.parametrize(
    ("difference", "scatter", "told"),
    [(0.1, 0.0, False), (0.5, 0.01, True), (0.5, 2.0, False), (5.0, 2.0, True)],
)
def test_contrasts_within_the_scatter_are_none(difference: float, scatter: float, told: bool) -> None:
    rng = np.random.default_rng(2)
    rows = np.array([50.0, 10.0]) + scatter * rng.standard_normal((200, 2))
    assert bool(spreads(rows, rows + np.array([0.0, difference])).contrast(0, 1)[1]) is told


def test_an_oxide_measured_in_few_rows_makes_no_contrast() -> None:
    few = np.full((10, 2), 50.0)
    few[:6, 1] = np.nan
    assert spreads(few, np.full((10, 2), 20.0)).contrast(0, 1).tolist()[1] == 0


def test_water_makes_no_contrast() -> None:
    found = spreads_of(members_of([0, 0, 1, 1]), ("H2O",), np.array([[4.0], [4.0], [0.0], [0.0]]))
    assert found.contrast(0, 1).tolist() == [0.0]
