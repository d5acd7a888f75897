"""The audit as a curator uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phasewise
from phasewise.compositions.features import INPUTS
from phasewise.compositions.read import read
from phasewise.core.errors import HeaderError, OutputError

from .measured import AUGITE, LABRADORITE, OLIVINE, spots

OXIDES = [name for name in INPUTS if name != "rare"]
LABELS = {OLIVINE: "Ol", AUGITE: "CLINOPYROXENE", LABRADORITE: "feldspar"}
SPOTS = 12


@pytest.fixture
def table() -> pd.DataFrame:
    """Three reference materials under the names that laboratories use, by two sources."""
    values = np.concatenate([spots(name, SPOTS, seed) for seed, name in enumerate(LABELS)])
    frame = pd.DataFrame(values, columns=list(INPUTS))[OXIDES].dropna(axis="columns", how="all")
    frame.insert(0, "mineral", [label for label in LABELS.values() for _ in range(SPOTS)])
    frame.insert(1, "reference", ["A (2001)", "B (2002)"] * (len(frame) // 2))
    frame.index = pd.Index([f"spot {k}" for k in range(len(frame))])
    return frame


def of(table: Any, **options: Any) -> phasewise.Audit:
    """Return the audit of a table, in which nothing is assumed without being said."""
    return phasewise.audit(table, **options)


def test_what_is_right_agrees(table: pd.DataFrame) -> None:
    found = of(table)
    assert found.counts == {"agree": len(table)}
    assert found.columns == {"label": "mineral", "source": "reference", "sample": None}
    assert len(found.blocks) == 0
    assert (found.rows["priority"] == "none").all()
    assert found.labels.set_index("label")["stands_for"].to_dict() == {
        "Ol": "olivine",
        "CLINOPYROXENE": "clinopyroxene",
        "feldspar": "plagioclase or K-feldspar",
    }


def test_a_table_keeps_its_kind_index_and_columns(table: pd.DataFrame) -> None:
    before = table.copy(deep=True)
    rows = of(table).rows
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(rows[list(table.columns)], before)
    told = rows["finding"].tolist()
    assert of(pl.from_pandas(table)).rows["finding"].to_list() == told
    assert of(pa.Table.from_pandas(table)).rows["finding"].to_pylist() == told
    assert isinstance(of(pl.from_pandas(table)).blocks, pl.DataFrame)


def test_a_column_of_the_user_with_our_name_stays_his(table: pd.DataFrame) -> None:
    rows = of(table.assign(finding="mine", evidence=3)).rows
    assert (rows["finding"] == "mine").all()
    assert (rows["evidence"] == 3).all()
    assert (rows["phasewise_finding"] == "agree").all()


def test_a_wrong_label_is_found_with_its_limit(table: pd.DataFrame) -> None:
    table.loc["spot 3", "mineral"] = "K-feldspar"
    row = of(table).rows.loc["spot 3"]
    assert (row["finding"], row["suggested_phase"], row["priority"]) == ("relabel", "Olivine", "high")
    assert row["certainty"] > 0.95
    assert row["evidence"].startswith("Published as K-feldspar, but ")
    assert row["formula_fits_label"] == "no"


def test_names_that_are_no_minerals_are_reported_and_kept(table: pd.DataFrame) -> None:
    table.loc[["spot 0", "spot 20"], "mineral"] = ["mystery", "britholite"]
    found = of(table)
    rows = found.rows
    assert rows.loc["spot 0", "finding"] == rows.loc["spot 20", "finding"] == "label_not_covered"
    assert rows.loc["spot 0", "evidence"].startswith("'mystery' is no name of a mineral")
    assert "by composition it would be olivine" in rows.loc["spot 0", "evidence"]
    assert found.labels.set_index("label").loc["mystery", "label_not_covered"] == 1


def test_exchanged_columns_are_found_and_restored(table: pd.DataFrame) -> None:
    wrong = (table["mineral"] == "Ol") & (table["reference"] == "A (2001)")
    right = table.loc[wrong, ["MgO", "SiO2"]].to_numpy()
    table.loc[wrong, ["SiO2", "MgO"]] = right
    found = of(table)
    assert found.blocks["kind"].tolist() == ["columns exchanged"]
    block = found.blocks.iloc[0]
    assert (block["where"], block["rows"], block["priority"]) == ("A (2001) | olivine", wrong.sum(), "high")
    assert "SiO2 and MgO stand under each other's header" in block["evidence"]
    rows = found.rows
    assert (rows.loc[wrong, "finding"] == "bad_analysis").all()
    assert (rows.loc[wrong, "blocks"] == "B1").all()
    assert (rows.loc[~wrong, "finding"] == "agree").all()


def test_doubled_totals_are_found(table: pd.DataFrame) -> None:
    table.iloc[12:16, 2:] = 2 * table.iloc[12:16, 2:].astype(float)
    found = of(table)
    assert set(found.blocks["kind"]) == {"totals scaled"}
    assert "Divide all oxides by 2" in found.rows.loc["spot 12", "evidence"]


def test_the_findings_of_a_row_do_not_depend_on_the_order(table: pd.DataFrame) -> None:
    table.loc["spot 3", "mineral"] = "quartz"
    table.loc["spot 30", "Na2O"] = 9.0
    shuffled = table.sample(frac=1.0, random_state=5)
    told = ["finding", "suggested_phase", "priority", "evidence", "certainty"]
    pd.testing.assert_frame_equal(of(shuffled).rows[told].loc[table.index], of(table).rows[told])


def test_tables_without_labels_sources_or_rows(table: pd.DataFrame) -> None:
    bare = table.drop(columns=["mineral", "reference"])
    found = of(bare)
    assert found.counts == {"no_label": len(bare)}
    assert found.columns == {"label": None, "source": None, "sample": None}
    empty = of(table.iloc[:0])
    assert empty.counts == {}
    assert len(empty.rows) == len(empty.blocks) == len(empty.labels) == 0
    assert empty.flagged().num_rows == 0


def test_rows_without_major_oxides_are_no_bad_analyses(table: pd.DataFrame) -> None:
    table.iloc[1:3, 2:] = np.nan
    table.loc["spot 2", "K2O"] = 0.3
    rows = of(table).rows
    assert rows.loc[["spot 1", "spot 2"], "finding"].tolist() == ["no_analysis"] * 2


def test_flagged_rows_come_by_priority(table: pd.DataFrame) -> None:
    table.loc["spot 3", "mineral"] = "quartz"
    table.iloc[1, 2:] = 0.8 * table.iloc[1, 2:].astype(float)
    flagged = of(table).flagged().to_pandas()
    assert flagged["row"].tolist() == [4, 2]
    assert flagged["priority"].tolist() == ["high", "medium"]


def test_a_column_that_is_not_there_is_an_error(table: pd.DataFrame) -> None:
    with pytest.raises(HeaderError, match="no column 'MINERAL' for the label"):
        of(table, label="MINERAL")
    with pytest.raises(HeaderError, match="several analyses a row"):
        of(pd.DataFrame({"SiO2_Cpx": [50.0], "SiO2_Liq": [49.0], "MgO_Cpx": [16.0], "MgO_Liq": [8.0]}))


def test_a_file_is_audited_and_never_overwritten_unasked(table: pd.DataFrame, tmp_path: Path) -> None:
    table.loc["spot 3", "mineral"] = "quartz"
    path, out = tmp_path / "in.csv", tmp_path / "flagged.csv"
    table.to_csv(path)
    summary = phasewise.audit_file(path, out)
    assert (summary.rows, summary.flagged, summary.out) == (len(table), 1, out)
    assert pd.read_csv(out)["finding"].tolist() == ["relabel"]
    with pytest.raises(OutputError, match="--force"):
        phasewise.audit_file(path, out)
    phasewise.audit_file(path, out, all_rows=True, force=True)
    assert len(pd.read_csv(out)) == len(table)


def test_a_file_of_georoc_goes_in_as_downloaded(data_dir: Path) -> None:
    with pytest.warns(phasewise.errors.HeaderWarning):
        found = of(data_dir / "native" / "georoc_feldspathoids.csv")
    assert found.columns == {"label": "MINERAL", "source": "CITATION", "sample": "SAMPLE NAME"}
    rows = found.rows
    assert len(rows) == len(read(data_dir / "native" / "georoc_feldspathoids.csv"))
    assert found.counts["agree"] > 0.85 * (len(rows) - found.counts["no_analysis"])
    assert rows.loc[rows["MINERAL"] == "PSEUDOLEUCITE", "finding"].isin(["label_not_covered"]).all()


def test_the_shifted_block_of_the_compilation_is_found_and_restored(
    dataset: Callable[[str], Path],
) -> None:
    frame = pd.read_parquet(dataset("training_17_minerals"))
    frame = frame[frame["pub_group"] == "JollandsandMuntener2019"]
    found = of(
        frame[["mineral", "pub_group", *(name for name in frame if name in OXIDES)]], source="pub_group"
    )
    block = found.blocks.iloc[0]
    assert block["kind"] == "columns shifted"
    assert block["rows"] > 1300
    assert "TiO2 under SiO2" in block["remedy"]
    rows = found.rows
    assert set(rows["judge"]) == {f"default_without_fold_{frame['fold'].iloc[0]}"}
    assert (rows["finding"] == "agree").sum() > 0.99 * (len(rows) - block["rows"])
