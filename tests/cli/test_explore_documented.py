"""docs/explore.md knows every option and every column of `phasewise explore`."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import phasewise
from phasewise.cli.explore import explore
from phasewise.core.types import COLUMNS

TEXT = (Path(__file__).parents[2] / "docs" / "explore.md").read_text(encoding="utf-8")
FEW = pa.table(
    {"SiO2": [40.81, np.nan], "FeOt": [9.55, np.nan], "MnO": [0.14, np.nan], "MgO": [49.42, np.nan]}
)


@pytest.mark.parametrize(
    "option", sorted(name for p in explore.params for name in p.opts if name[:2] == "--")
)
def test_every_option_is_told(option: str) -> None:
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", TEXT)


def test_no_option_is_told_that_does_not_exist() -> None:
    there = {name for option in explore.params for name in option.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", TEXT)) <= there


def test_every_column_of_both_tables_is_told() -> None:
    found = phasewise.explore(FEW)
    oxides = {f"{oxide}_{part}" for oxide in COLUMNS for part in ("mean", "sd")}
    ours = [*found.rows.column_names[FEW.num_columns :], *found.clusters.column_names]
    assert len(ours) > 30
    assert not [name for name in ours if name not in oxides and f"`{name}`" not in TEXT]


def test_rows_without_oxides_have_no_place_as_the_table_of_columns_says() -> None:
    rows = phasewise.explore(FEW).rows.to_pylist()
    assert rows[0]["cluster_name"] == "Olivine"
    assert [rows[1][name] for name in ("map_x", "map_y", "cluster")] == [None, None, None]
