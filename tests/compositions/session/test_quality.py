"""Sessions as users give them: frames, columns, names, and what is lacking."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phasewise
from phasewise.core.errors import HeaderError, HeaderWarning, OutputError

from .simulated import OXIDES, STANDARDS, session

pytestmark = pytest.mark.filterwarnings("ignore::phasewise.core.errors.HeaderWarning")
EXAMPLE = Path(__file__).parents[3] / "examples" / "session.csv"


def simulated(**more: Any) -> pd.DataFrame:
    return session(np.random.default_rng(0), **more)


def test_the_example_shows_what_was_put_into_it() -> None:
    quality = phasewise.session_quality(EXAMPLE)
    found = quality.recoveries.set_index(["standard", "oxide"])
    titanium = found.xs("TiO2", level="oxide").dropna(subset=["recovery_pct"])
    assert set(titanium["verdict"]) == {"high"}
    assert ((titanium["recovery_low_pct"] < 106) & (titanium["recovery_high_pct"] > 106)).all()
    sodium = found.xs("Na2O", level="oxide")
    falling = sodium[sodium["drift_verdict"] == "falls"]
    assert len(falling) >= 2
    assert ((falling["drift_low"] < -0.015 * falling["accepted"]) & (falling["drift_unit"] == "wt%/h")).all()
    others = found.drop(index=["TiO2", "Na2O"], level="oxide")
    assert not set(others["verdict"]) & {"high", "low", "slightly high", "slightly low"}
    assert not set(others["drift_verdict"]) & {"falls", "rises"}
    assert quality.outliers["label"].tolist() == ["VG-2 5"]
    assert len(quality.unknowns) == 35
    told = " ".join(quality.summary)
    assert "TiO2 on VG-2 is 5.7 % high" in told
    assert "Na2O on Kakanui augite falls by" in told


def test_frames_are_of_the_users_kind_and_the_input_stays() -> None:
    frame = simulated()
    frame.index = pd.Index([f"i{k}" for k in range(len(frame))])
    before = frame.copy(deep=True)
    quality = phasewise.session_quality(frame)
    pd.testing.assert_frame_equal(frame, before)
    mask = frame["standard"].isna()
    assert quality.unknowns.index.tolist() == frame.index[mask].tolist()
    pd.testing.assert_frame_equal(quality.unknowns[list(frame.columns)], frame[mask])
    plain = frame.reset_index(drop=True)
    for other in (pl.from_pandas(plain), pa.Table.from_pandas(plain, preserve_index=False)):
        again = phasewise.session_quality(other)
        for name in ("recoveries", "outliers", "unknowns"):
            assert type(getattr(again, name)) is type(other)
        assert len(again.unknowns) == mask.sum()
        means = again.recoveries["mean"]
        np.testing.assert_allclose(
            np.array(means.to_pylist() if isinstance(other, pa.Table) else means, float),
            quality.recoveries["mean"].to_numpy(float),
        )
        assert again.summary == quality.summary


def test_the_users_columns_keep_their_names() -> None:
    frame = simulated(turns=3).assign(phase="mine", SiO2_bias_pct="mine", not_covered="mine")
    found = phasewise.session_quality(frame).unknowns
    for name in ("phase", "SiO2_bias_pct", "not_covered"):
        assert set(found[name]) == {"mine"}
        assert f"phasewise_{name}" in found
    assert set(found["phasewise_phase"]) == {"Olivine"}


@pytest.mark.parametrize("mark", ["x", "yes", "1", "standard"])
def test_marks_take_the_material_from_the_name_of_the_row(mark: str) -> None:
    frame = simulated(turns=3)
    frame["standard"] = frame["standard"].notna().map({True: mark, False: ""})
    found = phasewise.session_quality(frame).recoveries
    assert found["material"].nunique() == len(STANDARDS)
    assert set(found["standard"]) == set(found["material"])


def test_names_of_rows_tell_standards_where_no_column_does() -> None:
    frame = simulated(turns=3).drop(columns="standard")
    frame.loc[len(frame)] = frame.iloc[0]
    frame.loc[len(frame) - 1, "sample"] = "Durango rhyolite 4"
    with pytest.warns(HeaderWarning, match="count as unknowns"):
        quality = phasewise.session_quality(frame)
    assert quality.recoveries["material"].nunique() == len(STANDARDS) + 1
    assert quality.unknowns["sample"].tolist() == ["Durango rhyolite 4"]


def test_a_standard_that_is_not_known_has_precision_and_drift_and_a_remedy() -> None:
    frame = simulated(turns=5)
    frame["standard"] = frame["standard"].replace({"VG-2": "Kakanui glass"})
    quality = phasewise.session_quality(frame)
    rows = quality.recoveries[quality.recoveries["standard"] == "Kakanui glass"]
    assert set(rows["verdict"]) == {"no accepted values: give them as a table"}
    assert rows["recovery_pct"].isna().all()
    assert rows["material"].isna().all()
    assert rows["sd"].notna().all()
    assert rows.loc[rows["mean"] > 0.1, "drift"].notna().all()
    assert any(
        "No accepted values of 'Kakanui glass'" in told and "Kakanui augite" in told
        for told in quality.summary
    )
    given = pd.DataFrame({"name": ["Kakanui glass"], "SiO2": [50.81], "SiO2 1 sigma": [0.1]})
    again = phasewise.session_quality(frame, accepted=given).recoveries.set_index(["standard", "oxide"])
    assert again.loc[("Kakanui glass", "SiO2"), "accepted_sd"] == 0.1
    assert again.loc[("Kakanui glass", "SiO2"), "verdict"] == "agrees"
    assert again.loc[("Kakanui glass", "MgO"), "verdict"] == "no accepted value"


def test_without_unknowns_there_are_none() -> None:
    quality = phasewise.session_quality(simulated(turns=3, unknowns=()))
    assert len(quality.unknowns) == 0
    assert {"phase", "SiO2_error_pct", "not_covered"} <= set(quality.unknowns)
    assert "among 0 unknowns" in quality.summary[0]


def test_without_standards_it_says_how_to_mark_them() -> None:
    frame = simulated(turns=2)
    with pytest.raises(HeaderError, match="No row is a standard by column 'standard'"):
        phasewise.session_quality(frame.assign(standard=None))
    with pytest.raises(HeaderError, match="No column tells which rows are standards"):
        phasewise.session_quality(frame[list(OXIDES)])
    with pytest.raises(HeaderError, match="There is no column 'STD'"):
        phasewise.session_quality(frame, standard="STD")
    unnamed = frame.drop(columns="standard").assign(sample=[f"a{k}" for k in range(len(frame))])
    with pytest.raises(HeaderError, match="No row is a standard"):
        phasewise.session_quality(unnamed)


def test_one_analysis_of_one_standard_is_enough_to_start() -> None:
    frame = pd.DataFrame({"standard": ["VG-2", None], "SiO2": [50.1, 50.0], "MgO": [6.8, None]})
    quality = phasewise.session_quality(frame)
    assert set(quality.recoveries["verdict"]) == {"one analysis without a counting error: no interval"}
    assert quality.unknowns["SiO2_error_pct"].isna().all()


def test_rows_of_nothing_are_carried_along() -> None:
    frame = simulated(turns=3)
    frame.loc[len(frame)] = [None] * frame.shape[1]
    found = phasewise.session_quality(frame).unknowns
    assert len(found) == 4
    assert found.iloc[-1][["phase", "SiO2_error_pct", "not_covered"]].isna().all()


def test_results_do_not_depend_on_the_order_of_the_rows_where_times_are_given() -> None:
    frame = simulated(turns=5)
    shuffled = frame.sample(frac=1, random_state=1)
    keys = ["standard", "oxide"]
    first, second = (
        phasewise.session_quality(table).recoveries.set_index(keys).sort_index()
        for table in (frame, shuffled)
    )
    numbers = ["mean", "bias_low", "p_adjusted", "drift", "drift_p"]
    pd.testing.assert_frame_equal(first[numbers], second[numbers])


def test_a_large_table_takes_seconds() -> None:
    frame = simulated(turns=5)
    unknown = frame[frame["standard"].isna()]
    large = pd.concat([frame, *[unknown] * 8_000], ignore_index=True)
    large["sample"] = [f"grain {k}" for k in range(len(large))]
    start = time.perf_counter()
    quality = phasewise.session_quality(large)
    assert len(quality.unknowns) == 40_005
    assert time.perf_counter() - start < 60


def test_a_page_is_written_once_and_escapes_what_users_write(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    frame = simulated(turns=4)
    hostile = "<script>alert(1)</script>"
    frame["standard"] = frame["standard"].replace({"VG-2": hostile})
    quality = phasewise.session_quality(frame)
    page = tmp_path / "session.html"
    quality.write_report(page, title=hostile)
    text = page.read_text(encoding="utf-8")
    assert hostile not in text
    assert "What it means for the unknowns" in text
    assert text.count("<svg") >= 5
    with pytest.raises(OutputError, match="exists already"):
        quality.write_report(page)
    quality.write_report(page, force=True)
