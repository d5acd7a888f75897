from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from phasewise.compositions.explore import sample
from phasewise.compositions.explore.explored import Explored
from phasewise.compositions.explore.sample import drawn_rows
from phasewise.infer.clusters import Assignment

from .simulated import explored


def with_clusters(sizes: list[int], noise: int) -> Explored:
    """Return an exploration in which clusters have these sizes, mixed along the table."""
    found = explored(sum(sizes) + noise)
    rng = np.random.default_rng(2)
    cluster = rng.permutation(np.repeat([*range(len(sizes)), -1], [*sizes, noise]))
    places = replace(found.rows.places, map=rng.normal(size=(len(cluster), 2)))
    distance = np.where(cluster < 0, 1 + rng.random(len(cluster)), 0.5)
    assigned = Assignment(cluster, np.where(cluster < 0, 0.0, 1.0), distance, np.maximum(cluster, 0))
    return replace(found, rows=replace(found.rows, places=places, assigned=assigned), clusters=())


def test_few_rows_are_all_drawn_even_without_a_place() -> None:
    found = explored()
    np.testing.assert_array_equal(drawn_rows(found), np.arange(len(found.rows)))


def test_noise_and_small_clusters_stay_whole_and_large_ones_keep_their_proportions() -> None:
    found = with_clusters([20_000, 10_000, 300], 200)
    rows = drawn_rows(found, 6_000)
    assert len(rows) == 6_000
    assert (np.diff(rows) > 0).all()
    drawn = np.bincount(found.number[rows])
    assert drawn[0] == 200
    assert drawn[3] == 300
    assert (drawn[1] - 500) / (drawn[2] - 500) == pytest.approx(19_500 / 9_500, rel=0.01)
    np.testing.assert_array_equal(rows, drawn_rows(found, 6_000))


def test_large_clusters_are_drawn_evenly_along_the_table() -> None:
    found = with_clusters([30_000], 100)
    rows = drawn_rows(found, 5_000)
    tenths = np.histogram(rows, 10, (0, len(found.rows)))[0]
    assert tenths.min() > 0.8 * tenths.max()


def test_the_farthest_outliers_are_always_drawn() -> None:
    found = with_clusters([5_000], 8_000)
    with mock.patch.object(sample, "MOST_NOISE", 1_000):
        rows = drawn_rows(found, 3_000)
    assert len(rows) == 3_000
    assert set(found.outliers[: sample.OUTLIERS]) <= set(rows)


@pytest.mark.parametrize("most", [1, 7, 500])
def test_no_more_rows_are_drawn_than_there_is_room_for(most: int) -> None:
    found = with_clusters([900, 400, 3], 300)
    assert len(drawn_rows(found, most)) == most
    nowhere = replace(found.rows.places, map=np.full((len(found.rows), 2), np.nan))
    nothing = replace(found, rows=replace(found.rows, places=nowhere))
    assert len(drawn_rows(nothing, most)) == 0
