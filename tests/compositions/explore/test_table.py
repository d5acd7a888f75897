from __future__ import annotations

import pytest

from phasewise.compositions.explore.describe import describe_clusters
from phasewise.compositions.explore.table import cluster_table

from .explored import Heap, explored, ideal


def test_one_row_a_cluster() -> None:
    heaps = [
        Heap(ideal("Mg2SiO4"), 30, 0, "OLIVINE", ("Smith 2001",)),
        Heap(ideal("CaMgSiO4"), 9, 1),
        Heap(ideal("SiO2"), 1, -1),
    ]
    clusters = describe_clusters(explored(heaps))
    table = cluster_table(clusters)
    rows = table.to_pylist()
    assert [row["cluster"] for row in rows] == [1, 2, 0]
    assert [row["share"] for row in rows] == [0.75, 0.225, 0.025]
    assert rows[0]["main_phase"] == "Olivine"
    assert rows[0]["main_phase_share"] == 1
    assert [row["main_label"] for row in rows] == ["OLIVINE", None, None]
    assert [row["purity"] for row in rows] == [1, None, None]
    assert [row["sources"] for row in rows] == [1, 0, 0]
    assert rows[1]["CaO_mean"] == pytest.approx(clusters[1].composition["CaO"].mean, abs=1e-4)
    assert rows[2]["CaO_mean"] is None
    assert [row["description"] for row in rows] == [cluster.description for cluster in clusters]
    assert table.column_names[-1] == "description"


def test_no_clusters_are_an_empty_table() -> None:
    table = cluster_table(())
    assert table.num_rows == 0
    assert "total_mean" in table.column_names
