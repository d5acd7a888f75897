from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from phasewise.core.arrow import coded, missing, numbers, texts


@given(hnp.arrays(np.float64, st.integers(0, 40)))
def test_numbers_equal_pyarrows(values: np.ndarray) -> None:
    assert numbers(values).equals(pa.array(values, from_pandas=True))


def test_numbers_may_be_strided() -> None:
    assert numbers(np.arange(6.0).reshape(3, 2)[:, 1]).to_pylist() == [1.0, 3.0, 5.0]


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts_equal_pyarrows(values: list[str | None]) -> None:
    array = texts(values)
    array.validate(full=True)
    assert array.equals(pa.array(values, pa.string()))


@given(st.lists(st.integers(-1, 2)))
def test_codes_stand_for_names(codes: list[int]) -> None:
    names = ["Olivine", "Glass", "Quartz"]
    array = coded(np.array(codes, dtype=np.int8), names)
    array.validate(full=True)
    assert array.to_pylist() == [names[code] if code >= 0 else None for code in codes]


def test_missing_has_the_type() -> None:
    assert missing(pa.float64()).type == pa.float64()
    assert missing(pa.string()).as_py() is None


def test_pandas_stays_out(tmp_path: object) -> None:
    program = f"""
import sys
import numpy as np, pyarrow as pa
from phasewise.core.arrow import coded, numbers, texts
from phasewise.report.append import append_columns
from phasewise.report.write import open_writer
table = pa.table({{"a": texts(["=1", None]), "b": numbers(np.array([1.0, np.nan]))}})
table = append_columns(table, {{"c": coded(np.array([0, -1]), ["x"])}})
for suffix in ("csv", "tsv", "parquet", "feather", "xlsx"):
    with open_writer(f"{tmp_path}/result.{{suffix}}") as writer:
        writer.write(table)
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
