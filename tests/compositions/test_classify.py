from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phasewise
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.output import COLUMN_NAMES
from phasewise.core.errors import FileFormatError, HeaderError, HeaderWarning, ModelError, OutputError
from phasewise.core.types import FLAGS, VERDICTS

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"

# San Carlos olivine NMNH 111312-44 and Lake County plagioclase NMNH 115900 (Jarosewich et al. 1980,
# doi:10.1111/j.1751-908X.1980.tb00273.x).
ROWS: dict[str, list[Any]] = {
    "Sample": ["San Carlos", "Lake County"],
    "SiO2": [40.81, 51.25],
    "TiO2": [0.0, 0.05],
    "Al2O3": [0.0, 30.91],
    "FeOt": [9.55, 0.46],
    "MnO": [0.14, 0.01],
    "MgO": [49.42, 0.14],
    "CaO": [0.0, 13.64],
    "Na2O": [0.0, 3.45],
    "K2O": [0.0, 0.18],
    "Cr2O3": [0.0, 0.0],
}


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, index=pd.Index([7, 3], name="spot"))


def test_the_users_table_comes_first_and_as_it_was(frame: pd.DataFrame) -> None:
    before = frame.copy(deep=True)
    result = phasewise.classify(frame)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(result[list(frame.columns)], before)
    assert tuple(result.columns) == (*frame.columns, *COLUMN_NAMES)
    assert result["phase"].tolist() == ["Olivine", "Plagioclase"]
    assert result["species"].tolist() == ["forsterite", "labradorite"]
    assert result["symbol"].tolist() == ["Fo", "Pl"]
    assert result["verdict"].tolist() == ["accepted", "accepted"]
    assert result["total"].tolist() == pytest.approx([99.92, 100.09])


def test_every_result_is_in_its_range() -> None:
    with (
        pytest.warns(HeaderWarning, match="Total iron is the sum"),
        pytest.warns(HeaderWarning, match="'S' not used"),
    ):
        result = phasewise.classify(REFERENCES)
    assert isinstance(result, pd.DataFrame)
    assert len(result) == 42
    assert set(result["verdict"]) <= set(VERDICTS)
    assert {flag for flags in result["flags"] for flag in flags.split("|") if flag} <= set(FLAGS)
    assert result["probability"].between(0, 1).all()
    assert (result["probability"] >= result["second_probability"]).all()
    assert (result["phase"] != result["second_phase"]).all()
    assert all(p in s.split("|") for p, s in zip(result["phase"], result["prediction_set"], strict=True))
    assert result["reason"].str.endswith(".").all()
    iron = result[["FeO", "Fe2O3"]].apply(pd.to_numeric).fillna(0).sum(axis=1)
    oxygen_of_iron = (FE2O3_TO_FEO**-1 - 1) * iron
    assert result["total_corrected"].le(result["phasewise_total"] + oxygen_of_iron + 1e-4).all()
    assert result["departure"].dropna().ge(0).all()
    assert result.loc[result["phase"] == "Olivine", "Fo"].dropna().between(0, 100).all()
    assert result.loc[result["verdict"] == "unknown", ["formula", "Mg#", "An"]].isna().all().all()


def test_two_kinds_of_uncertainty_can_be_asked_for(frame: pd.DataFrame) -> None:
    unfit = pd.DataFrame({"SiO2": [10.0], "Al2O3": [30.0], "CaO": [30.0], "K2O": [30.0]})
    table = pd.concat([frame, unfit, unfit.assign(SiO2=np.nan) * 0], ignore_index=True)
    result = phasewise.classify(table, uncertainty=True)
    known, odd, nothing = result.index[: len(frame)], result.index[-2], result.index[-1]
    for part in ("aleatoric", "epistemic"):
        assert (result.loc[known, part] >= 0).all()
        assert np.isnan(result.loc[nothing, part])
    assert result.loc[odd, "epistemic"] > result.loc[known, "epistemic"].max()
    plain = phasewise.classify(table)
    assert "epistemic" not in plain
    pd.testing.assert_frame_equal(result[list(plain.columns)], plain)


def without_nan(values: list[Any]) -> list[Any]:
    return [None if value != value else value for value in values]


@pytest.mark.parametrize("kind", [pl.DataFrame, pa.table])
def test_the_kind_of_frame_is_kept(kind: Any, frame: pd.DataFrame) -> None:
    given = kind(ROWS)
    result = phasewise.classify(given)
    assert type(result) is type(given)
    expected = phasewise.classify(frame)
    for name in COLUMN_NAMES:
        found = result[name].to_pylist() if kind is pa.table else result[name].to_list()
        assert without_nan(found) == without_nan(expected[name].tolist()), name


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_no_rows_give_all_columns(kind: Any) -> None:
    schema = {name: values[:0] for name, values in ROWS.items()}
    result = phasewise.classify(kind(schema), probabilities=True, peer_names=True)
    names = result.column_names if isinstance(result, pa.Table) else list(result.columns)
    assert names[: len(ROWS) + len(COLUMN_NAMES)] == [*ROWS, *COLUMN_NAMES]
    assert names[-2:] == ["Predict_Mineral", "Prediction_Score"]
    assert len(result) == 0


def test_probabilities_and_the_names_of_peers(frame: pd.DataFrame) -> None:
    result = phasewise.classify(frame, probabilities=True, peer_names=True)
    phases = phasewise.load_model().phases
    each = result[[f"p_{phase}" for phase in phases]]
    assert each.sum(axis=1).le(1 + 1e-4).all()
    assert each.max(axis=1).tolist() == result["probability"].tolist()
    assert result["Predict_Mineral"].tolist() == result["phase"].tolist()
    assert result["Prediction_Score"].tolist() == result["probability"].tolist()


def test_columns_of_the_user_are_never_replaced(frame: pd.DataFrame) -> None:
    mine = frame.assign(phase=["mine", "too"], verdict=["?", "!"], total=[1, 2], p_Olivine=[5, 6])
    result = phasewise.classify(mine, probabilities=True)
    pd.testing.assert_frame_equal(result[list(mine.columns)], mine)
    assert result["phasewise_phase"].tolist() == ["Olivine", "Plagioclase"]
    assert {"phasewise_verdict", "phasewise_total", "phasewise_p_Olivine", "p_Garnet"} <= set(result.columns)


def test_a_classified_table_can_be_classified_again(frame: pd.DataFrame) -> None:
    once = phasewise.classify(frame)
    twice = phasewise.classify(once)
    pd.testing.assert_frame_equal(twice[list(once.columns)], once)
    for name in COLUMN_NAMES:
        again = twice[f"phasewise_{name}"].tolist()
        assert without_nan(again) == without_nan(once[name].tolist()), name


def test_several_analyses_a_row_get_their_results_apart() -> None:
    pair = {f"{name}_Ol": values[:1] for name, values in ROWS.items() if name != "Sample"}
    pair |= {f"{name}_Plag": values[1:] for name, values in ROWS.items() if name != "Sample"}
    result = phasewise.classify(pd.DataFrame(pair))
    assert result["phase_Ol"].tolist() == ["Olivine"]
    assert result["phase_Plag"].tolist() == ["Plagioclase"]
    assert list(result.columns)[len(pair) :] == [f"{n}_{s}" for s in ("Ol", "Plag") for n in COLUMN_NAMES]


def test_a_row_of_units_is_kept_and_told(frame: pd.DataFrame) -> None:
    units = dict.fromkeys(frame.columns, "wt%") | {"Sample": "", "Cr2O3": "ppm"}
    table = pd.concat([pd.DataFrame([units]), frame.astype(object)], ignore_index=True)
    table.loc[1:, "Cr2O3"] = 10_000
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = phasewise.classify(table)
    messages = [str(w.message) for w in caught]
    assert len(messages) == 2, messages
    assert any("'Cr2O3' in ppm" in message for message in messages)
    assert any("Units, not an analysis, are in row 1" in message for message in messages)
    pd.testing.assert_frame_equal(result[list(table.columns)], table)
    assert result["verdict"][0] == "bad_analysis"
    assert "row of units" in result["reason"][0]
    assert result["total"].tolist() == pytest.approx([0, 100.92, 101.09])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Fe2O3t": [20.0, 1.0]}, "gives total iron twice"),
        ({"SiO2 (wt%)": [40.0, 51.0]}, "has both 'SiO2' and 'SiO2"),
    ],
)
def test_what_contradicts_itself_is_refused(
    frame: pd.DataFrame, change: dict[str, list[float]], message: str
) -> None:
    with pytest.raises(HeaderError, match=message):
        phasewise.classify(frame.assign(**change))


@pytest.mark.parametrize("data", [None, 5, [[1.0]], {"SiO2": [1.0]}, np.zeros((2, 2)), pl.LazyFrame(ROWS)])
def test_what_is_no_table_is_refused(data: Any) -> None:
    with pytest.raises(FileFormatError, match="is no table"):
        phasewise.classify(data)


def test_columns_that_arrow_does_not_know_are_carried_along(frame: pd.DataFrame) -> None:
    odd = frame.assign(wave=[1j, 2j], when=pd.to_datetime(["2020-01-01", "2021-01-01"]))
    odd["MgO"] = pd.arrays.SparseArray(frame["MgO"].tolist())
    result = phasewise.classify(odd)
    pd.testing.assert_frame_equal(result[list(odd.columns)], odd)
    assert result["phase"].tolist() == ["Olivine", "Plagioclase"]


def test_an_absent_model_is_told(frame: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="no model 'nope'"):
        phasewise.classify(frame, model="nope")


def test_a_file_and_its_summary(tmp_path: Path, frame: pd.DataFrame) -> None:
    table, out, done = tmp_path / "t.csv", tmp_path / "result.parquet", list[int]()
    frame.to_csv(table, index=False)
    summary = phasewise.classify_file(table, out, progress=done.append)
    assert (summary.rows, sum(done), summary.out) == (2, 2, out)
    assert summary.counts == {("Olivine", "accepted"): 1, ("Plagioclase", "accepted"): 1}
    stored = pd.read_parquet(out)
    expected = phasewise.classify(frame)
    for name in COLUMN_NAMES:
        assert without_nan(stored[name].tolist()) == without_nan(expected[name].tolist()), name
    with pytest.raises(OutputError, match="exists already"):
        phasewise.classify_file(table, out)


def test_files_in_many_blocks_give_what_frames_give(
    tmp_path: Path, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phasewise.compositions.classify.BLOCK_CELLS", 1)
    many = pd.concat([frame] * 1500, ignore_index=True)
    many["Sample"] = range(len(many))
    table, out = tmp_path / "t.csv", tmp_path / "result.parquet"
    many.to_csv(table, index=False)
    assert phasewise.classify_file(table, out).rows == 3000
    stored = pd.read_parquet(out)
    assert stored["Sample"].tolist() == [str(i) for i in range(3000)]
    assert stored["phase"].tolist() == ["Olivine", "Plagioclase"] * 1500


@pytest.mark.parametrize(
    "wt", [{"Fe": 60.4, "S": 39.6}, {"Fe": 46.5, "S": 53.5}, {"Fe": 30.4, "Cu": 34.6, "S": 34.9}]
)
def test_a_sulphide_given_in_elements_is_a_sulphide(wt: dict[str, float]) -> None:
    """Pyrrhotite, pyrite and chalcopyrite by their formulae; S counts as SO3, of which the total is made."""
    with pytest.warns(HeaderWarning, match="Elements in wt% are converted"):
        result = phasewise.classify(pd.DataFrame([{f"{name} (wt%)": value for name, value in wt.items()}]))
    assert result.loc[0, "phase"] == "Sulfide"
    assert result.loc[0, "verdict"] == "accepted"


def test_species_are_told_of_what_is_accepted_or_ambiguous() -> None:
    with pytest.warns(HeaderWarning):
        result = phasewise.classify(REFERENCES)
    assert isinstance(result, pd.DataFrame)
    told = result.set_index("name")
    expected = {
        "Kakanui augite NMNH 122142": ("augite", "Aug"),
        "Kakanui pyrope NMNH 143968": ("pyrope", "Prp"),
        "Kakanui hornblende NMNH 143965": ("kaersutite", "Krs"),
        "Kakanui anorthoclase NMNH 133868": ("anorthoclase", "Kfs"),
        "Durango fluorapatite NMNH 104021": ("fluorapatite", "Fap"),
        "Tiebaghi chromite NMNH 117075": ("magnesiochromite", "Mchr"),
    }
    for name, (species, symbol) in expected.items():
        assert (told.loc[name, "species"], told.loc[name, "symbol"]) == (species, symbol)
    rhyolite = told.loc["Rhyolitic glass VG-568 Yellowstone NMNH 72854"]
    assert rhyolite["species"] == "rhyolite"
    assert not rhyolite["symbol"]
    refused = ~told["verdict"].isin(["accepted", "ambiguous"])
    assert refused.any()
    assert told.loc[refused, "species"].isna().all()
