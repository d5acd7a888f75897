"""``phasewise.formula`` and ``formula_file``: whose formula, laid out how, and why none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phasewise
from phasewise.chem.minerals import load_minerals
from phasewise.core.errors import HeaderError, HeaderWarning, OutputError

# San Carlos olivine NMNH 111312-44, Kakanui augite NMNH 122142 and Arenal hornblende NMNH 111356 (Jarosewich
# et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x), the latter two with all iron as FeO.
ROWS: dict[str, list[Any]] = {
    "spot": ["San Carlos", "Kakanui", "Arenal"],
    "SiO2": [40.81, 50.73, 41.46],
    "TiO2": [0.0, 0.74, 1.41],
    "Al2O3": [0.0, 8.73, 15.47],
    "FeOt": [9.55, 6.34, 11.47],
    "MnO": [0.14, 0.13, 0.15],
    "MgO": [49.42, 16.65, 14.24],
    "CaO": [0.0, 15.82, 11.55],
    "Na2O": [0.0, 1.27, 1.91],
    "K2O": [0.0, 0.0, 0.21],
}
NAMES = ["Olivine", "Clinopyroxene", "Amphibole"]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, index=[7, 8, 9])


def test_the_classifier_names_the_mineral(frame: pd.DataFrame) -> None:
    before = frame.copy()
    result = phasewise.formula(frame)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(result[list(frame.columns)], frame)
    assert result["mineral"].tolist() == NAMES
    assert result.loc[7, "formula"] == "(Mg1.80Fe2+0.20)Si1.00O4"
    assert result.loc[8, "formula"].endswith("(Si1.82Al0.18)O6")
    assert result.loc[9, "formula"].endswith("O22(OH)2.00")
    assert result["formula_reason"].tolist() == ["", "", ""]
    assert result.loc[7, "Fo"] == pytest.approx(90.1, abs=0.05)
    assert np.isnan(result.loc[8, "Fo"])
    assert result.loc[8, "Fe2O3_calc"] == pytest.approx(1.08, abs=0.02)
    assert result.loc[8, "total_calc"] == pytest.approx(100.52, abs=0.01)
    assert not any(name.endswith("_sigma") for name in result)


@pytest.mark.parametrize("kind", [pl.DataFrame, pa.table])
@pytest.mark.parametrize("layout", ["wide", "tidy"])
def test_the_kind_of_frame_is_kept(kind: Any, layout: Any, frame: pd.DataFrame) -> None:
    given = kind(ROWS)
    result = phasewise.formula(given, layout=layout)
    assert type(result) is type(given)
    expected = phasewise.formula(frame, layout=layout)
    name = "cations_apfu" if layout == "wide" else "value"
    found = result[name].to_pylist() if kind is pa.table else result[name].to_list()
    assert found == expected[name].tolist()


@pytest.mark.parametrize("layout", ["wide", "tidy"])
@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_no_rows_give_no_formulae(kind: Any, layout: Any) -> None:
    empty = kind({name: values[:0] for name, values in ROWS.items()})
    assert len(phasewise.formula(empty, layout=layout)) == 0
    assert len(phasewise.formula(empty, mineral="Olivine", layout=layout)) == 0


def test_a_name_a_species_or_a_symbol_stands_for_all_rows(frame: pd.DataFrame) -> None:
    for name in ("Clinopyroxene", "AUGITE", "Cpx"):
        assert set(phasewise.formula(frame, mineral=name)["mineral"]) == {"Clinopyroxene"}
    with pytest.raises(HeaderError, match=r"'Unobtainium' is not known as a mineral.*Olivine"):
        phasewise.formula(frame, mineral="Unobtainium")
    with pytest.raises(HeaderError, match="'Glass' is not known as a mineral with a formula"):
        phasewise.formula(frame, mineral="Glass")


def test_labels_of_the_user_go_before_the_classifier(frame: pd.DataFrame) -> None:
    labels = ["FORSTERITE", "obsidian", None]
    result = phasewise.formula(frame.assign(what=np.array(labels, dtype=object)), label_column="what")
    assert result["mineral"].tolist()[0] == "Olivine"
    assert result["formula"].isna().tolist() == [False, True, True]
    assert result["formula_reason"].tolist()[1:] == [
        "'obsidian' is no mineral with a formula here.",
        "No mineral is named.",
    ]
    with pytest.raises(HeaderError, match="no column 'nope'"):
        phasewise.formula(frame, label_column="nope")


def test_suffixes_name_their_minerals() -> None:
    both = {
        **{f"{name}_Cpx": values[1:2] for name, values in ROWS.items() if name != "spot"},
        **{f"{name}_Liq": values[1:2] for name, values in ROWS.items() if name != "spot"},
    }
    result = phasewise.formula(pd.DataFrame(both))
    assert result.loc[0, "mineral_Cpx"] == "Clinopyroxene"
    assert result.loc[0, "Si_apfu_Cpx"] == pytest.approx(1.824, abs=0.001)
    assert result.loc[0, "formula_reason_Liq"] == "Glass has no formula."
    assert np.isnan(result.loc[0, "formula_Liq"]) or result.loc[0, "formula_Liq"] is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SiO2": np.nan}, "SiO2 was not measured: no formula of amphibole."),
        ({"SiO2": np.inf}, "A value is infinite: no formula."),
        ({"Na2O": -3.0}, "Na2O is -3.0 wt%, far below zero: no formula."),
        ({"SiO2": 4146.0}, "The total is 4,202.4 wt%: no analysis in wt%, so no formula."),
        (dict.fromkeys(list(ROWS)[1:], 0.0), "No oxide was measured above zero: no formula."),
    ],
)
def test_rows_without_a_formula_say_why(change: dict[str, float], reason: str, frame: pd.DataFrame) -> None:
    spoilt = frame.astype(dict.fromkeys(change, float)).copy()
    for name, value in change.items():
        spoilt.loc[9, name] = value
    result = phasewise.formula(spoilt, mineral="Amphibole")
    assert result.loc[9, "formula_reason"] == reason
    numbers = result.loc[9].drop([*frame.columns, "mineral", "formula", "formula_reason"]).astype(float)
    assert numbers.isna().all()
    assert np.isnan(result.loc[9, "Si_apfu"])
    unspoilt = phasewise.formula(frame, mineral="Amphibole")
    pd.testing.assert_series_equal(result.loc[8, "Si_apfu":], unspoilt.loc[8, "Si_apfu":])


def test_noise_below_zero_counts_as_nothing_and_more_is_told(frame: pd.DataFrame) -> None:
    noisy = frame.assign(K2O=[-0.02, -0.5, 0.21])
    result = phasewise.formula(noisy)
    plain = phasewise.formula(frame.assign(K2O=[0.0, 0.0, 0.21]))
    assert result["K_apfu"].tolist() == plain["K_apfu"].tolist()
    assert result["formula_reason"].tolist() == ["", "K2O is -0.50 wt% and counts as 0. ", ""]


def test_choices_of_amphiboles_leave_other_minerals_alone(frame: pd.DataFrame) -> None:
    result = phasewise.formula(frame, fe3="maximum")
    plain = phasewise.formula(frame)
    pd.testing.assert_series_equal(result.loc[8, "Si_apfu":], plain.loc[8, "Si_apfu":])
    assert result.loc[9, "Fe3+/Fe"] == result.loc[9, "Fe3+/Fe maximum"]


def test_what_a_mineral_does_not_allow_is_refused_row_by_row(frame: pd.DataFrame) -> None:
    mica = phasewise.formula(frame, mineral="Biotite", fe3="charge balance")
    assert mica["formula_reason"].str.contains("K2O|Charge balance is not valid for biotite").all()
    open_iron = phasewise.formula(frame, fe3="measured")
    assert open_iron["formula_reason"].str.startswith("Fe3+ was not measured").all()
    assert open_iron["formula"].isna().all()


def test_what_the_classifier_is_unsure_of_is_told(frame: pd.DataFrame) -> None:
    # Kakanui anorthoclase NMNH 133868 (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x), and
    # an augite of the same place (NMNH 122142) with 9 wt% more CaO and less SiO2.
    rows = {"SiO2": [66.44, 45.7], "Al2O3": [20.12, 7.9], "FeOt": [0.2, 5.7], "MgO": [0.0, 15.0]}
    given = pd.DataFrame({**rows, "CaO": [0.87, 24.8], "Na2O": [9.31, 1.1], "K2O": [2.35, 0.0]})
    result = phasewise.formula(given.assign(TiO2=0.0))
    assert "both fit" in result.loc[0, "formula_reason"]
    assert "probably mixed with" in result.loc[1, "formula_reason"]
    low = phasewise.formula(frame.assign(MgO=frame["MgO"] - 3.0), mineral="Olivine")
    assert "Total 96.9 wt%, expected 98.5-101." in low.loc[7, "formula_reason"]


def test_a_label_written_nearly_right_gets_a_hint(frame: pd.DataFrame) -> None:
    result = phasewise.formula(frame.assign(what=["Olivin", "cpx-1", "Amphibole"]), label_column="what")
    assert result.loc[7, "formula_reason"] == "'Olivin' is no mineral with a formula here: perhaps olivine?"


def test_ratios_without_a_main_element_stay_blank() -> None:
    feldspar = pd.DataFrame({"SiO2": [54.0], "Al2O3": [29.0], "CaO": [11.5], "K2O": [0.3]})
    assert np.isnan(phasewise.formula(feldspar, mineral="Plagioclase").loc[0, "An"])
    assert np.isnan(phasewise.classify(feldspar).loc[0, "An"])
    whole = phasewise.formula(feldspar.assign(Na2O=5.0), mineral="Plagioclase")
    assert whole.loc[0, "An"] == pytest.approx(55, abs=1)


def test_two_results_do_not_go_into_one_file(frame: pd.DataFrame, tmp_path: Path) -> None:
    table, both = tmp_path / "t.csv", tmp_path / "both.xlsx"
    frame.to_csv(table, index=False)
    with pytest.raises(OutputError, match="cannot hold both results"):
        phasewise.formula_file(table, both, table_out=both)
    with pytest.raises(HeaderError, match="'group' gives means"):
        phasewise.formula_file(table, both, group="spot")
    assert not both.exists()


def test_a_fixed_ratio_measured_iron_and_other_bases(frame: pd.DataFrame) -> None:
    fixed = phasewise.formula(frame, mineral="Clinopyroxene", fe3=0.25)
    assert fixed["Fe3+/Fe"].tolist() == [0.25, 0.25, 0.25]
    apart = frame.drop(columns="FeOt").assign(FeO=[9.55, 5.37, 6.43], Fe2O3=[0.0, 1.08, 5.6])
    with pytest.warns(HeaderWarning, match="sum"):
        wet = phasewise.formula(apart)
    assert wet["Fe2O3_calc"].round(2).tolist() == [0.0, 1.08, 5.6]
    on_24 = phasewise.formula(frame, mineral="Clinopyroxene", oxygens=24)
    on_6 = phasewise.formula(frame, mineral="Clinopyroxene")
    assert np.allclose(on_24["Si_apfu"], 4 * on_6["Si_apfu"], atol=1e-4)
    assert np.allclose(on_24["Wo"], on_6["Wo"])
    four = phasewise.formula(frame, mineral="Amphibole", cations=4)
    assert np.allclose(four["cations_apfu"], 4, atol=1e-4)


def test_water_by_stoichiometry_by_difference_or_not_at_all(frame: pd.DataFrame) -> None:
    results = {w: phasewise.formula(frame, mineral="Amphibole", water=w) for w in ("difference", "none")}
    full = phasewise.formula(frame, mineral="Amphibole")
    assert np.allclose(full["OH_apfu"], 2)
    assert full.loc[9, "total_with_H2O_calc"] > full.loc[9, "total_calc"] + 1.9
    arenal = results["difference"].loc[9]
    assert arenal["total_with_H2O_calc"] == pytest.approx(100, abs=1e-4)
    assert results["none"]["OH_apfu"].isna().all()
    measured = phasewise.formula(frame.assign(H2O=[0.0, 0.0, 1.21]), mineral="Amphibole", water="measured")
    assert measured.loc[9, "OH_apfu"] == pytest.approx(1.18, abs=0.02)
    assert measured.loc[9, "W_O"] == pytest.approx(2 - measured.loc[9, "OH_apfu"], abs=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fe3": "guess"}, "fe3='guess' is not known. Choose from auto, measured"),
        ({"fe3": 1.5}, "fe3=1.5 is not known"),
        ({"fe3": True}, "fe3=True is not known"),
        ({"oxygens": "8"}, "oxygens='8' is no basis"),
        ({"mineral": None}, "mineral='None' is not known"),
        ({"water": "holy"}, "water='holy' is not known"),
        ({"oxo": "maybe"}, "oxo='maybe' is not known"),
        ({"layout": "long"}, "layout='long' is not known"),
        ({"oxygens": 0}, "oxygens=0 is no basis"),
        ({"oxygens": 6, "cations": 4}, "exclude one another"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: dict[str, Any], message: str, frame: pd.DataFrame
) -> None:
    with pytest.raises(HeaderError, match=message):
        phasewise.formula(frame, **options)


def test_errors_of_the_table_are_carried_through(frame: pd.DataFrame) -> None:
    stated = frame.assign(SiO2_Err=[0.4, np.nan, 0.4], MgO_Err=[0.5, np.nan, 0.1])
    result = phasewise.formula(stated)
    assert result.loc[7, "Si_apfu_sigma"] == pytest.approx(0.0067, abs=0.0002)
    assert 0 < result.loc[7, "Fo_sigma"] < 0.2
    assert np.isnan(result.loc[8, "Si_apfu_sigma"])
    tidy = phasewise.formula(stated, layout="tidy")
    assert {"row", "label", "mineral", "kind", "name", "unit", "value", "sigma"} == set(tidy.columns)
    fo = tidy[(tidy["row"] == 1) & (tidy["name"] == "Fo")].iloc[0]
    assert (fo["label"], fo["kind"], fo["unit"]) == ("San Carlos", "end member", "mol%")
    assert fo["sigma"] == pytest.approx(result.loc[7, "Fo_sigma"])


def test_a_garnet_called_pyroxene_is_found_out() -> None:
    # Kakanui pyrope NMNH 143968 (Jarosewich et al. 1980).
    pyrope = pd.DataFrame(
        {"SiO2": [41.46], "TiO2": [0.47], "Al2O3": [23.73], "FeOt": [10.68], "MnO": [0.28], "MgO": [18.51]}
    ).assign(CaO=5.17)
    result = phasewise.formula(pyrope, mineral="Clinopyroxene")
    assert "garnet (8.00 cations on 12 O) fits better" in result.loc[0, "formula_reason"]
    assert phasewise.formula(pyrope, mineral="Garnet").loc[0, "formula_reason"] == ""


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_a_file_and_its_summary(suffix: str, tmp_path: Path, frame: pd.DataFrame) -> None:
    table, out, done = tmp_path / "t.csv", tmp_path / f"result{suffix}", list[int]()
    frame.to_csv(table, index=False)
    summary = phasewise.formula_file(table, out, progress=done.append)
    assert (summary.rows, summary.out) == (3, out)
    assert [summary.counts[name] for name in (*NAMES, None)] == [1, 1, 1, 0]
    assert sum(done) == 2 * 3
    readers: dict[str, Any] = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".xlsx": pd.read_excel}
    stored = readers[suffix](out)
    expected = phasewise.formula(frame).reset_index(drop=True)
    assert list(stored.columns) == list(expected.columns)
    assert stored["formula"].tolist() == expected["formula"].tolist()
    assert np.allclose(stored["Mg#"], expected["Mg#"])
    with pytest.raises(OutputError, match="exists already"):
        phasewise.formula_file(table, out)


def test_blocks_do_not_change_a_formula(
    tmp_path: Path, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = phasewise.formula(frame)
    monkeypatch.setattr("phasewise.compositions.formula.tables.BLOCK_ROWS", 1)
    pd.testing.assert_frame_equal(phasewise.formula(frame), whole)
    table, out = tmp_path / "t.csv", tmp_path / "r.csv"
    frame.to_csv(table, index=False)
    phasewise.formula_file(table, out)
    assert pd.read_csv(out)["formula"].tolist() == whole["formula"].tolist()


def test_every_mineral_has_columns_of_its_own_names() -> None:
    from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
    from phasewise.compositions.formula.results import column_name
    from phasewise.core.types import COLUMNS

    kinds: dict[str, str] = {}
    for mineral in load_minerals().values():
        if mineral.sites:
            quantities = MineralFormula(mineral, COLUMNS, FormulaOptions()).quantities
            names = [column_name(quantity) for quantity in quantities]
            assert len(set(names)) == len(names), mineral.name
            for name, quantity in zip(names, quantities, strict=True):
                assert kinds.setdefault(name, quantity.kind) == quantity.kind, (mineral.name, name)


def test_totals_of_the_reference_analyses_are_those_of_their_authors() -> None:
    # Printed sums, where iron was measured apart: iron as reported, less O = F, Cl. REE2O3 is no column here,
    # and the sum of the phlogopite counts 0.07 of a CaO "below 0.07".
    references = pd.read_csv(Path(__file__).parents[3] / "examples" / "reference_analyses.csv")
    with (
        pytest.warns(HeaderWarning, match="Total iron is the sum"),
        pytest.warns(HeaderWarning, match="'S' not used"),
    ):
        result = phasewise.formula(references, label_column="mineral")
    apart = result["FeO"].notna() & result["Fe2O3"].notna() & result["formula"].notna()
    apart &= result["REE2O3"].isna() & ~result["name"].str.startswith("Phlogopite")
    assert apart.sum() >= 10
    ours = result["total_calc"] + result[["H2O", "S", "other"]].fillna(0).sum(axis=1)
    assert (ours - result["total"])[apart].abs().max() < 0.011
