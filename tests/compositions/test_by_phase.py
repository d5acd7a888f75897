from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from phasewise.compositions.by_phase import by_phase
from phasewise.compositions.classify import classify, classify_file
from phasewise.core.errors import HeaderError, HeaderWarning

OXIDES = ("SiO2", "TiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O", "K2O", "Cr2O3")
NAN = np.nan
ROWS = {
    "fits": (40.81, 0, 0, 9.55, 49.42, 0, 0, 0, 0),
    "total low": (38.77, 0, 0, 9.07, 46.95, 0, 0, 0, 0),
    "composition cannot tell: clinopyroxene": (52.7, 0, 1.2, 18.9, 24.2, 2.9, 0.05, 0, 0),
    "mixed with: plagioclase": (43.96, 0, 9.27, 6.87, 34.6, 4.08, 1.05, 0.06, 0),
    "nothing measured": (NAN,) * 9,
    "infinite value": (np.inf, 0, 0, 9.55, 49.42, 0, 0, 0, 0),
    "value far below zero": (40.81, 0, -6.0, 9.55, 49.42, 0, 0, 0, 0),
    "total high": (81.62, 0, 0, 19.1, 98.84, 0, 0, 0, 0),
    "stoichiometry: cation sum": (48.8, 0, 0, 0, 0, 22.8, 0, 0, 28.0),
}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS.values(), columns=list(OXIDES))


def test_each_kind_of_reason_has_its_code(frame: pd.DataFrame) -> None:
    assert classify(frame)["reason_code"].tolist() == list(ROWS)


def test_key_oxides_and_contradicted_formulae_have_theirs() -> None:
    lacks = classify(pa.table({"Al2O3": [31.0], "CaO": [14.0], "Na2O": [3.4], "FeOt": [0.5]}))
    assert lacks["reason_code"].to_pylist() == ["key oxide missing"]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.from_pandas, pa.Table.from_pandas])
def test_a_table_of_the_same_kind_counts_them(kind: Callable[[Any], Any], frame: pd.DataFrame) -> None:
    twice = kind(pd.concat([frame, frame.iloc[:1]], ignore_index=True))
    counted = by_phase(classify(twice))
    assert type(counted).__module__.split(".")[0] == type(twice).__module__.split(".")[0]
    rows = pd.DataFrame(counted.to_dict() if hasattr(counted, "to_dict") else counted.to_pydict())
    assert rows.iloc[0].tolist() == ["Olivine", "accepted", "fits", 2]
    assert rows["analyses"].sum() == len(ROWS) + 1
    assert not rows.duplicated(["phase", "verdict", "reason_code"]).any()


def test_all_analyses_of_a_row_are_counted(frame: pd.DataFrame) -> None:
    both = pd.concat(
        [frame[:2].add_suffix("_Ol"), frame[2:4].reset_index(drop=True).add_suffix("_Cpx")], axis=1
    )
    assert by_phase(classify(both))["analyses"].sum() == 4


def test_a_table_without_results_is_told(frame: pd.DataFrame) -> None:
    with pytest.raises(HeaderError, match="Classify it first"):
        by_phase(frame)


def test_the_summary_of_a_file_counts_the_same(tmp_path: Path, frame: pd.DataFrame) -> None:
    path = tmp_path / "spots.csv"
    frame.to_csv(path, index=False)
    summary = classify_file(path)
    counted = by_phase(classify(path))
    expected = {
        (phase if isinstance(phase, str) else None, *rest): number
        for phase, *rest, number in counted.itertuples(index=False)
    }
    assert summary.reasons == expected
    assert sum(summary.counts.values()) == len(ROWS)


def test_a_row_of_units_has_a_code_of_its_own() -> None:
    rows = pd.DataFrame([["wt%"] * 3, [40.8, 9.6, 49.4]], columns=["SiO2", "FeOt", "MgO"])
    with pytest.warns(HeaderWarning, match="Units, not an analysis"):
        assert classify(rows)["reason_code"].tolist() == ["row of units", "fits"]
