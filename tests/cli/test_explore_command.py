"""``phasewise explore`` as a stranger uses it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ..compositions.explore.tables import with_stranger
from .conftest import Runner

EXAMPLE = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    with_stranger().to_csv(path, index=False)
    return path


def test_clusters_are_printed_with_what_they_are(phasewise: Runner, table: Path) -> None:
    code, out, _ = phasewise("explore", table)
    assert code == 0
    told = " ".join(out.split())
    assert "880 rows, 8 clusters" in told
    assert "Clusters and 'mineral' agree with an adjusted Rand index of 1.00." in told
    assert "No mineral that phasewise covers explains:" in told
    assert "Published as silicocarnotite in all rows." in told
    assert max(map(len, out.splitlines())) <= 100


def test_few_rows_are_placed_among_known_clusters(phasewise: Runner) -> None:
    code, out, _ = phasewise("explore", EXAMPLE)
    assert code == 0
    assert out.splitlines()[1] == (
        "Clusters: those that come with model 'explorer', with their numbers and names."
    )


def test_results_are_written_once_and_kept_clusters_are_used(
    phasewise: Runner, table: Path, tmp_path: Path
) -> None:
    pytest.importorskip("jinja2")
    rows, clusters, kept = tmp_path / "rows.csv", tmp_path / "clusters.csv", tmp_path / "kept"
    page, figure = tmp_path / "map.html", tmp_path / "map.svg"
    options = ("--out", rows, "--clusters-out", clusters, "--report", page, "--plot", figure, "--save", kept)
    code, told, _ = phasewise("explore", table, *options)
    assert (code, told.splitlines()[-1]) == (0, f"Written: {kept}")
    assert all(path.exists() for path in (rows, clusters, page, figure, kept / "card.toml"))
    code, _, err = phasewise("explore", table, "--out", rows)
    assert code == 2
    assert "--force" in err
    again = tmp_path / "again.csv"
    code, _, _ = phasewise("explore", table, "--model", kept, "--clusters", "model", "--out", again)
    assert code == 0
    assert pd.read_csv(again)["cluster"].equals(pd.read_csv(rows)["cluster"])
    code, out, _ = phasewise("models", kept)
    assert code == 0
    assert "Clusters that come with it:" in out


def test_mistakes_are_told_in_a_line(phasewise: Runner, table: Path, tmp_path: Path) -> None:
    for options, words in (
        (("--model", "default"), "another task"),
        (("--source-column", "nowhere"), "nowhere"),
        (("--out", table), "table.csv"),
        (("--report", tmp_path / "map.txt"), ".html"),
    ):
        code, _, err = phasewise("explore", table, *options)
        assert code == 2
        assert words in err
        assert len(err.splitlines()) == 1
