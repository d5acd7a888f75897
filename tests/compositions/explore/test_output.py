from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.explore.explored import cluster_names, main_part
from phasewise.compositions.explore.output import row_columns
from phasewise.report.append import append_columns

from .simulated import NOWHERE, explored

COLUMNS = [
    *("map_x", "map_y", "cluster", "cluster_name", "cluster_probability", "cluster_distance"),
    *("phase", "species", "probability", "verdict", "formula", "total", "reason_code", "reason"),
]


def test_the_columns_stand_in_their_order_and_say_what_is_known() -> None:
    found = explored()
    columns = row_columns(found.rows, found.clusters)
    assert list(columns) == COLUMNS
    number, name = columns["cluster"].to_pylist(), columns["cluster_name"].to_pylist()
    for row, (k, p) in enumerate(
        zip(found.rows.assigned.cluster.tolist(), found.rows.assigned.probability.tolist(), strict=True)
    ):
        assert number[row] == (None if p != p else k + 1)
        assert name[row] == (None if p != p else ["noise", "Olivine", "Clinopyroxene", "Ca2SiO4"][k + 1])
    np.testing.assert_allclose(
        columns["map_x"].to_numpy(zero_copy_only=False), found.rows.places.map[:, 0], atol=5e-5
    )
    assert columns["reason"].equals(found.rows.judged["reason"])


def test_rows_without_a_place_have_neither_cluster_nor_coordinates() -> None:
    found = explored()
    columns = row_columns(found.rows, found.clusters)
    nowhere = np.flatnonzero(~found.placed)
    assert len(nowhere)
    for name in COLUMNS[:6]:
        held = columns[name].take(pa.array(nowhere))
        assert held.null_count == len(nowhere), name
        assert columns[name].null_count == len(nowhere), name


def test_without_clusters_all_placed_rows_are_noise() -> None:
    found = explored(dense=False)
    columns = row_columns(found.rows, found.clusters)
    assert set(columns["cluster"].to_pylist()) == {0, None}
    assert columns["cluster_distance"].null_count == len(found.rows)


def test_the_users_columns_stay_and_a_clash_gets_the_prefix() -> None:
    found = explored()
    mine = pa.table({"cluster": pa.array([f"own {k}" for k in range(len(found.rows))])})
    table = append_columns(mine, row_columns(found.rows, found.clusters))
    assert table["cluster"].equals(mine["cluster"])
    assert table.column_names[1:4] == ["map_x", "map_y", "phasewise_cluster"]
    assert mine.column_names == ["cluster"]


def test_clusters_of_one_name_are_told_apart_by_their_number() -> None:
    found = explored()
    same = [replace(cluster, name="Olivine") for cluster in found.clusters[:2]]
    assert cluster_names([*same, found.clusters[2]]) == ("Noise", "Olivine (1)", "Olivine (2)", "Ca2SiO4")
    assert cluster_names([], most=2) == ("Noise", "C1", "C2")


def test_what_is_most_frequent_has_its_part() -> None:
    assert main_part({"unknown": 1, "Olivine": 3}) == ("Olivine", 0.75)
    name, part = main_part({})
    assert name == ""
    assert np.isnan(part)


def test_outliers_come_by_their_distance() -> None:
    found = explored()
    distance = found.rows.assigned.distance[found.outliers]
    assert len(distance) > 5
    assert (np.diff(distance) <= 0).all()
    assert set(found.outliers) == set(np.flatnonzero(found.number == 0))


def test_purity_counts_labelled_rows_of_clusters() -> None:
    found = explored()
    label, number = found.rows.label, found.number
    pure = (
        sum(np.bincount(label.code[number == k]).max() for k in (1, 2, 3)) / np.isin(number, (1, 2, 3)).sum()
    )
    assert found.purity == pytest.approx(pure)
    assert np.isnan(explored(labels=False).purity)
    assert NOWHERE not in found.number
