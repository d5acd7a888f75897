"""Files classified in processes: the same bytes as in threads, and the same words."""

from __future__ import annotations

from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from phasewise.compositions import classify as classify_module
from phasewise.compositions.classify import Summary, classify_file
from phasewise.compositions.read import open_table
from phasewise.core.errors import HeaderError, OutputError

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify_module, "BLOCK_ROWS", 1024)


def with_odd_rows(path: Path) -> Path:
    """Write the reference analyses a hundred times, with rows of units, of nothing, and of odd cells."""
    header, *rows = REFERENCES.read_text(encoding="utf-8").splitlines()
    width = header.count(",")
    names = header.split(",")
    sio2, mgo = names.index("SiO2"), names.index("MgO")
    units = ",".join("wt%" if k in (sio2, mgo) else "" for k in range(width + 1))
    odd = ",".join({sio2: "broken", mgo: "<0.1"}.get(k, "") for k in range(width + 1))
    some = [*rows, odd, "," * width, units]
    path.write_text("\n".join([header, *(some * 100), *rows]) + "\n", encoding="utf-8")
    return path


def several_a_row(path: Path) -> Path:
    """Write pairs of olivine and liquid; some lack the liquid."""
    rng = np.random.default_rng(0)
    olivine = {"SiO2": 40.8, "FeO": 9.6, "MgO": 49.4, "CaO": 0.1}
    liquid = {"SiO2": 50.1, "TiO2": 1.2, "Al2O3": 15.0, "FeO": 9.0, "MgO": 9.5, "CaO": 12.0, "Na2O": 2.2}
    columns: dict[str, Any] = {"run": [f"r{k}" for k in range(3000)]}
    for suffix, oxides in (("Ol", olivine), ("Liq", liquid)):
        for name, value in oxides.items():
            values = value * rng.normal(1, 0.01, 3000)
            columns[f"{name}_{suffix}"] = np.where(np.arange(3000) % 7 == 0, np.nan, values)
    pa_csv.write_csv(pa.table(columns), path)
    return path


def classified(path: Path, out: Path, workers: int, **options: Any) -> tuple[bytes, Summary]:
    summary = classify_file(path, out, workers=workers, force=True, **options)
    return out.read_bytes(), summary


@pytest.mark.parametrize("make", [with_odd_rows, several_a_row])
def test_processes_give_the_same_bytes_and_the_same_words(make: Any, tmp_path: Path) -> None:
    path = make(tmp_path / "in.csv")
    done: dict[int, list[int]] = {1: [], 2: []}
    options = {"probabilities": True, "uncertainty": True, "peer_names": True, "risk": 0.05}
    (here, told), (there, told_there) = (
        classified(path, tmp_path / "out.parquet", k, progress=done[k].append, **options) for k in (1, 2)
    )
    assert there == here
    assert told_there.notices == told.notices
    assert told_there.reasons == told.reasons
    assert told_there.preview.equals(told.preview)
    assert done[2] == done[1]
    assert len(done[2]) > 2
    if make is with_odd_rows:
        assert any("'SiO2' has 100 cells that are no number" in notice for notice in told_there.notices)
        assert any("Units, not an analysis, are in row" in notice for notice in told_there.notices)


def test_no_rows_and_a_report(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    empty = tmp_path / "empty.csv"
    empty.write_text(REFERENCES.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    for path in (empty, with_odd_rows(tmp_path / "in.csv")):
        pages = []
        for workers in (1, 2):
            page = tmp_path / f"{workers}.html"
            classified(path, tmp_path / "out.csv", workers, report=page)
            pages.append(page.read_text(encoding="utf-8"))
        assert pages[0] == pages[1]


def test_errors_read_as_in_threads_and_leave_nothing(tmp_path: Path) -> None:
    n = 30_000
    feo = np.full(n, 9.0)
    feo[25_000] = 12.0
    table = pa.table({"SiO2": np.full(n, 40.0), "FeOt": np.full(n, 9.0), "FeO": feo})
    pq.write_table(table, tmp_path / "in.parquet")
    said = []
    for workers in (1, 2):
        with pytest.raises(HeaderError) as refused:
            classify_file(tmp_path / "in.parquet", tmp_path / "out.csv", workers=workers)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert "in row 25001" in said[0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.parquet"]
    assert not active_children()


def test_what_stops_the_writing_stops_the_workers(tmp_path: Path) -> None:
    def full(_: int) -> None:
        raise OutputError("The disk is full.")

    with pytest.raises(OutputError):
        classify_file(with_odd_rows(tmp_path / "in.csv"), tmp_path / "out.csv", workers=2, progress=full)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]
    assert not active_children()


def test_processes_are_for_large_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify_module, "usable_cpus", lambda: 12)
    path = with_odd_rows(tmp_path / "in.csv")
    table = open_table(path)
    assert 2000 < table.about_rows < 10_000
    assert classify_module._processes("auto", table) == 1
    monkeypatch.setattr(classify_module, "MANY_ROWS", 1000)
    assert 2 <= classify_module._processes("auto", table) <= 8
    monkeypatch.setattr(classify_module, "usable_cpus", lambda: 1)
    assert classify_module._processes("auto", table) == 1
    assert classify_module._processes(5, table) == 5
    with pytest.raises(ValueError, match="workers=0 must be at least 1"):
        classify_file(path, workers=0)
