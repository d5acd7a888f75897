from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from phasewise.core.errors import HeaderError
from phasewise.report.append import append_columns, append_to_frame

RESULTS = {
    "phase": pa.array(["Olivine", None]).dictionary_encode(),
    "probability": pa.array([0.9, None], pa.float64()),
    "total": pa.array([99.5, 98.0]),
}


def as_pandas() -> pd.DataFrame:
    return pd.DataFrame({"sample": ["007", "a"], "total": [1, 2]}, index=pd.Index([7, 7], name="point"))


def test_arrow_keeps_its_columns_and_metadata() -> None:
    table = pa.table({"sample": ["007", "a"], "total": ["1", "2"]}).replace_schema_metadata({"lab": "x"})
    result = append_columns(table, RESULTS)
    assert result.column_names == ["sample", "total", "phase", "probability", "phasewise_total"]
    assert result.select(["sample", "total"]).equals(table)
    assert result.schema.metadata == {b"lab": b"x"}
    assert append_to_frame(table, RESULTS).equals(result)


def test_pandas_keeps_index_attributes_and_input() -> None:
    frame = as_pandas()
    frame.attrs["lab"] = "x"
    before = frame.copy(deep=True)
    result = append_to_frame(frame, RESULTS)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(result[["sample", "total"]], before)
    assert result.attrs == {"lab": "x"}
    assert list(result.columns) == ["sample", "total", "phase", "probability", "phasewise_total"]
    assert result["phase"].dtype == pd.Series(["text", None]).dtype
    assert result["phase"].isna().tolist() == [False, True]
    assert result["probability"].dtype == "float64"


def test_a_changed_result_leaves_the_pandas_input_alone() -> None:
    frame = as_pandas()
    result = append_to_frame(frame, RESULTS)
    result["total"] = 0
    result.iloc[0, 0] = "changed"
    pd.testing.assert_frame_equal(frame, as_pandas())


def test_polars_gets_plain_strings() -> None:
    frame = pl.DataFrame({"sample": ["007", "a"], "total": [1, 2]})
    before = frame.clone()
    result = append_to_frame(frame, RESULTS)
    assert frame.equals(before)
    assert result.columns == ["sample", "total", "phase", "probability", "phasewise_total"]
    assert result.schema["phase"] == pl.String
    assert result["phase"].to_list() == ["Olivine", None]


@pytest.mark.parametrize("frame", [pl.LazyFrame({"a": [1, 2]}), {"a": [1, 2]}, [[1], [2]]])
def test_what_is_no_eager_frame_is_refused(frame: Any) -> None:
    with pytest.raises(HeaderError, match="Give a pandas or polars DataFrame"):
        append_to_frame(frame, RESULTS)


@pytest.mark.parametrize("frame", [as_pandas()[:1], pl.DataFrame({"a": [1]}), pa.table({"a": [1]})])
def test_wrong_lengths_are_refused(frame: Any) -> None:
    with pytest.raises(ValueError, match="n_rows=1"):
        append_to_frame(frame, RESULTS)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_no_rows_give_all_columns(kind: Any) -> None:
    empty = {name: values.slice(0, 0) for name, values in RESULTS.items()}
    result = append_to_frame(kind({"sample": []}), empty)
    names = result.column_names if isinstance(result, pa.Table) else list(result.columns)
    assert names == ["sample", "phase", "probability", "total"]
    assert len(result) == 0
