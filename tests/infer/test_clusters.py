from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy", reason="clusters need the extra `explore`")

from phasewise.core.types import FloatArray
from phasewise.infer import clusters as module
from phasewise.infer.clusters import NOISE, Assignment, DensityClusters

TAIL = np.linspace(0.0, 2.0, 11)
FIELDS = ("cluster", "probability", "distance", "nearest")


def made(**changed: Any) -> DensityClusters:
    """Three clusters on a line, the last of them small and found among what lies apart."""
    parts: dict[str, Any] = {
        "points": np.array([[0.0, 0.0], [1.0, 0.0], [10.0, 0.0], [14.0, 0.0]]),
        "cluster": np.array([0, 0, 1, 2]),
        "reach": np.array([1.0, 1.0, 3.0, 2.0]),
        "tail": TAIL,
        "level": np.array([0, 0, 0, 1]),
    }
    return DensityClusters(**(parts | changed))


def on_a_line(*x: float) -> FloatArray:
    return np.array([[value, 0.0] for value in x])


def random_clusters(seed: int = 0, n: int = 200) -> tuple[DensityClusters, FloatArray]:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 10, (n, 3))
    found = DensityClusters(
        points, rng.integers(0, 5, n), rng.uniform(0.3, 1, n), np.sort(rng.random(20)), rng.integers(0, 2, n)
    )
    return found, rng.uniform(-1, 11, (500, 3))


def equal(one: Assignment, other: Assignment) -> bool:
    return all(np.array_equal(getattr(one, f), getattr(other, f), equal_nan=True) for f in FIELDS)


def test_points_of_a_cluster_belong_to_it() -> None:
    found = made()
    assigned = found.assign(found.points)
    assert found.count == 3
    assert assigned.cluster.tolist() == assigned.nearest.tolist() == [0, 0, 1, 2]
    assert assigned.distance.tolist() == [0.0] * 4
    assert assigned.probability.tolist() == [1.0] * 4


def test_distances_are_over_the_reach_and_probabilities_from_the_tail() -> None:
    assigned = made().assign(on_a_line(-0.5, 2.0, 11.5, 7.0))
    assert assigned.cluster.tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(assigned.distance, [0.5, 1.0, 0.5, 1.0])
    np.testing.assert_allclose(assigned.probability, [0.75, 0.5, 0.75, 0.5])


def test_beyond_reach_is_noise_that_knows_its_nearest_cluster() -> None:
    assigned = made().assign(on_a_line(-1.001, 5.6, 6.9, 20.0, -1.5))
    assert (assigned.cluster == NOISE).all()
    assert (assigned.probability == 0).all()
    assert assigned.nearest.tolist() == [0, 1, 1, 2, 0]
    assert (assigned.distance > 1).all()
    assert assigned.distance[3] == pytest.approx(3.0)


def test_repeats_do_not_make_a_point_less_likely() -> None:
    """Where 40 % of the points lie at distance 0, all lie at least so far."""
    tail = np.array([0.0, 0.0, 0.0, 0.5, 0.5, 1.0])
    p = made(tail=tail).assign(on_a_line(0.0, -1e-9, -0.25, -0.5, -0.75, -1.0)).probability
    np.testing.assert_allclose(p, [1.0, 0.6, 0.5, 0.4, 0.1, 0.0], atol=1e-8)


def test_rows_with_nan_have_no_place() -> None:
    x = on_a_line(0.0, 0.0, 20.0)
    x[1, 1] = np.nan
    assigned = made().assign(x)
    assert assigned.cluster.tolist() == [0, NOISE, NOISE]
    assert assigned.nearest.tolist() == [0, NOISE, 2]
    assert np.isnan([assigned.probability[1], assigned.distance[1]]).all()
    assert assigned.probability[[0, 2]].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("chunk", [7, 16_384])
def test_order_and_company_change_nothing(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found, x = random_clusters()
    whole = found.assign(x)
    assert {0, 1, 2, 3, 4, NOISE} == set(whole.cluster.tolist())
    monkeypatch.setattr(module, "CHUNK_ROWS", chunk)
    order = np.random.default_rng(1).permutation(len(x))
    shuffled = found.assign(x[order])
    assert equal(shuffled, Assignment(*(getattr(whole, f)[order] for f in FIELDS)))
    assert equal(found.assign(x[5:6]), Assignment(*(getattr(whole, f)[5:6] for f in FIELDS)))


def test_small_clusters_get_only_what_frequent_ones_leave() -> None:
    """At 12.9, the small cluster is nearer by any measure, yet within reach of the frequent one."""
    assigned = made().assign(on_a_line(12.9, 13.1))
    assert assigned.cluster.tolist() == [1, 2]
    np.testing.assert_allclose(assigned.distance, [2.9 / 3, 0.45])
    of_one_level = made(level=np.zeros(4, dtype=np.int64))
    assert of_one_level.assign(on_a_line(12.9)).cluster.tolist() == [2]


def test_clusters_and_assignments_are_renumbered_alike() -> None:
    found, x = random_clusters()
    order = np.array([3, 0, 4, 1, 2])
    renumbered, before = found.renumbered(order), found.assign(x)
    assert equal(renumbered.assign(x), before.renumbered(order))
    for k, was in enumerate(order.tolist()):
        assert np.array_equal(renumbered.cluster == k, found.cluster == was)
        assert np.array_equal(before.renumbered(order).cluster == k, before.cluster == was)
    assert np.array_equal(before.renumbered(order).cluster == NOISE, before.cluster == NOISE)


def test_arrays_lead_back_to_the_same_clusters() -> None:
    found, x = random_clusters()
    arrays = found.to_arrays()
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float64)}
    again = DensityClusters.from_arrays(arrays)
    assert again.count == found.count
    assert equal(again.assign(x), found.assign(x))


@pytest.mark.parametrize("name", ["points", "cluster", "reach", "tail", "level"])
def test_arrays_that_lack_or_do_not_fit_are_refused(name: str) -> None:
    arrays = made().to_arrays()
    arrays[f"clusters.{name}"] = np.empty(0)
    with pytest.raises(ValueError, match="do not fit"):
        DensityClusters.from_arrays(arrays)
    del arrays[f"clusters.{name}"]
    with pytest.raises(KeyError, match=name):
        DensityClusters.from_arrays(arrays)


def test_without_clusters_all_is_noise() -> None:
    none = np.empty(0, dtype=np.int64)
    empty = DensityClusters(np.empty((0, 2)), none, np.empty(0), TAIL, none)
    x = on_a_line(0.0, np.nan)
    for found in (empty, DensityClusters.from_arrays(empty.to_arrays())):
        assigned = found.assign(x)
        assert found.count == 0
        assert assigned.cluster.tolist() == assigned.nearest.tolist() == [NOISE, NOISE]
        np.testing.assert_array_equal(assigned.probability, [0.0, np.nan])
        np.testing.assert_array_equal(assigned.distance, [np.inf, np.nan])


def test_no_rows_have_no_places() -> None:
    assigned = made().assign(np.empty((0, 2)))
    assert all(getattr(assigned, field).shape == (0,) for field in FIELDS)
