from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import feather
from pyarrow import parquet as pq

from phasewise.compositions.read import describe_headers, formats, open_table, read
from phasewise.core.errors import FileFormatError, HeaderError

COLUMNS: dict[str, list[Any]] = {
    "Sample": ["007", "b"],
    "SiO2": [40.1, None],
    "FeO*": ["9,5", "<0.02"],
    "n": [1, 2],
}
EXPECTED = [[40.1, 9.5], [np.nan, 0.0]]


@pytest.mark.parametrize("frame", [pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS), pa.table(COLUMNS)])
def test_frames(frame: Any) -> None:
    table = open_table(frame)
    block = next(table.blocks())
    np.testing.assert_array_equal(block.analyses[""].values, EXPECTED)
    assert (table.format, table.n_rows) == ("frame", 2)
    assert block.table["Sample"].to_pylist() == ["007", "b"]
    assert block.table["n"].to_pylist() == [1, 2]


def test_a_pandas_frame_is_not_changed() -> None:
    frame = pd.DataFrame(
        {**COLUMNS, "mixed": [1.5, "bdl"], "kind": pd.Categorical(["x", "y"])}, index=["p", "q"]
    )
    before = frame.copy(deep=True)
    block = next(open_table(frame).blocks())
    pd.testing.assert_frame_equal(frame, before)
    assert block.table.column_names == list(frame.columns)
    assert block.table["mixed"].to_pylist() == ["1.5", "bdl"]


def test_objects_of_a_pandas_frame_are_read_like_text() -> None:
    frame = pd.DataFrame({"SiO2": pd.Series([40.1, "<0.1", None, pd.NA, "x"], dtype=object), "MgO": 1.0})
    analyses = read(frame)
    np.testing.assert_array_equal(analyses["SiO2"], [40.1, 0, np.nan, np.nan, np.nan])
    assert analyses.below_detection[:, 0].tolist() == [False, True, False, False, False]


def test_odd_pandas_frames() -> None:
    with pytest.raises(HeaderError, match="2 columns named 'SiO2'"):
        read(pd.DataFrame([[1.0, 2.0]], columns=["SiO2", "SiO2"]))
    with pytest.raises(HeaderError, match="header of 2 levels"):
        read(pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("Oxide", "SiO2")])))
    with pytest.raises(HeaderError, match="Columns seen: '0', '1'"):
        read(pd.DataFrame([[1.0, 2.0]]))
    assert len(read(pd.DataFrame({"SiO2": [], "MgO": []}))) == 0
    with pytest.raises(HeaderError, match="no column with an oxide"):
        read(pd.DataFrame())


@pytest.mark.parametrize(
    "source", [{"SiO2": [1]}, [1, 2], None, 5, pd.Series([1.0]), pl.LazyFrame({"SiO2": [1]})]
)
def test_what_is_no_table(source: Any) -> None:
    with pytest.raises(FileFormatError, match=r"is no table\. Give a path, or a frame"):
        read(source)


@pytest.mark.parametrize("suffix", ["parquet", "feather", "arrow"])
def test_arrow_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    table = pa.table(COLUMNS)
    if suffix == "parquet":
        pq.write_table(table, path)
    else:
        feather.write_feather(table, path, compression="uncompressed" if suffix == "arrow" else "lz4")
    opened = open_table(path)
    np.testing.assert_array_equal(next(opened.blocks()).analyses[""].values, EXPECTED)
    assert [block.table.num_rows for block in opened.blocks(1)] == [1, 1]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileFormatError, match="is a damaged"):
        read(path)


@pytest.mark.parametrize("suffix", ["parquet", "feather"])
def test_arrow_files_without_rows_keep_their_types(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    table = pa.table({"SiO2": pa.array([], pa.float64()), "n": pa.array([], pa.int64())})
    (pq.write_table if suffix == "parquet" else feather.write_feather)(table, path)
    (block,) = open_table(path).blocks()
    assert block.table.schema.types == [pa.float64(), pa.int64()]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        *(("training_17_minerals", 76550), ("lepr_experiments", 16134), ("lepr_wet_cited", 3483)),
        *(("petrelli_cpx", 1403), ("ridolfi_amphibole", 154), ("georoc_excerpt", 40123), ("glasses", 6574)),
        *(("melt_inclusion_glass", 9375), ("cascades_published_labels", 2169)),
    ],
)
def test_registered_tables(data_dir: Path, name: str, rows: int) -> None:
    path = data_dir / "minerals" / f"{name}.parquet"
    analyses = read(path)
    assert len(analyses) == rows
    columns = pq.read_table(path)
    for oxide in analyses.columns:
        np.testing.assert_array_equal(analyses[oxide], columns[oxide].to_numpy())


def test_every_format_has_its_own_name() -> None:
    names = [spec.name for spec in formats()]
    assert len(set(names)) == len(names)
    assert set(names) >= {"delimited", "excel", "feather", "frame", "georoc", "lepr", "parquet"}


def test_description_of_headers() -> None:
    frame = pa.table(
        {
            "Sample": ["a", "", "c", "d"],
            "SiO2 wt%": ["40.8", "<0.02", "", "oops"],
            "Cr (ppm)": [100.0, None, 3.0, 4.0],
            "SiO2 error": ["0.1", "0.2", None, ""],
            "Total": [99.0, 98.0, 97.0, 96.0],
        }
    )
    lines = {line.column: line for line in describe_headers(open_table(frame))}
    silica = lines["SiO2 wt%"]
    assert (silica.taken_for, silica.unit, silica.example) == ("SiO2", "wt%", "40.8")
    counts = (silica.n_values, silica.n_missing, silica.n_below_detection, silica.n_unreadable)
    assert counts == (2, 1, 1, 1)
    assert (lines["Cr (ppm)"].taken_for, lines["Cr (ppm)"].unit) == ("Cr2O3", "ppm")
    assert lines["SiO2 error"].taken_for == "sigma of SiO2"
    assert lines["Total"].taken_for == "total"
    assert (lines["Sample"].role, lines["Sample"].n_values, lines["Sample"].n_missing) == ("user", 3, 1)
