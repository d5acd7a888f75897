"""What must not change the result of an analysis, whatever the analysis is."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phasewise
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import OXIDES, element_to_oxide
from phasewise.compositions.judge import predict
from phasewise.compositions.output import COLUMN_NAMES
from phasewise.compositions.read import open_table
from phasewise.core.errors import PhasewiseWarning
from phasewise.core.types import TEN_OXIDES

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"
OXIDE_NAMES = (*TEN_OXIDES, "P2O5", "NiO", "ZrO2", "BaO", "SrO", "F", "Cl")
PAIRED = {frozenset({m.name, pair.other}) for m in load_minerals().values() for pair in m.pairs}
"""Phases that the total tells apart: magnetite and siderite, clinopyroxene and amphibole ..."""
TEXT = ["phase", "group", "symbol", "second_phase", "prediction_set", "verdict", "flags", "reason"]
NUMBERS = ["probability", "second_probability", "total", "total_corrected"]
BAD = {
    "nothing": np.nan,
    "zeros": 0.0,
    "infinite": np.inf,
    "minus infinite": -np.inf,
    "far too much": 1e7,
    "far below zero": -50.0,
}


def _references() -> pd.DataFrame:
    """Return the published reference analyses with all iron as FeO."""
    rows = list(csv.DictReader(REFERENCES.open(encoding="utf-8")))
    table = pd.DataFrame(rows).drop(columns=["total"]).rename(columns={"FeO": "FeOt"})
    for name in (*OXIDE_NAMES, "Fe2O3"):
        table[name] = pd.to_numeric(table[name])
    iron = table[["FeOt", "Fe2O3"]].notna().any(axis=1)
    table["FeOt"] = (table["FeOt"].fillna(0) + 0.89981 * table["Fe2O3"].fillna(0)).where(iron)
    return table[["name", *OXIDE_NAMES]]


POOL = _references()
VALUES = POOL[list(OXIDE_NAMES)].to_numpy()


@st.composite
def tables(draw: st.DrawFn, least: int = 2) -> pd.DataFrame:
    """Return reference analyses, disturbed, mixed, and with some oxides not measured."""
    rows = draw(st.lists(st.integers(0, len(VALUES) - 1), min_size=least, max_size=12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = VALUES[rows]
    mixed = rng.random(len(rows)) < 0.3
    other = VALUES[rng.integers(0, len(VALUES), len(rows))]
    values = np.where(mixed[:, None], 0.7 * values + 0.3 * other, values)
    values = values * rng.normal(1, 0.02, values.shape) + rng.normal(0, 0.02, values.shape)
    values[rng.random(values.shape) < 0.05] = np.nan
    values[:, 0] = np.where(np.isnan(values).all(axis=1), 50.0, values[:, 0])
    return pd.DataFrame(values, columns=list(OXIDE_NAMES))


def classified(table: pd.DataFrame, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PhasewiseWarning)
        result: pd.DataFrame = phasewise.classify(table, **options)
    return result[list(COLUMN_NAMES)].reset_index(drop=True)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True))


def assert_same_but_for_rounding(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found[TEXT], expected[TEXT])
    pd.testing.assert_frame_equal(found[NUMBERS], expected[NUMBERS], atol=2e-4, rtol=0)


@settings(max_examples=25)
@given(table=tables(), data=st.data())
def test_the_order_of_the_rows_means_nothing(table: pd.DataFrame, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(table))))
    assert_same(classified(table.iloc[order]), classified(table).iloc[order])


@settings(max_examples=25)
@given(table=tables(), data=st.data())
def test_the_order_of_the_columns_and_others_beside_them_mean_nothing(
    table: pd.DataFrame, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(list(OXIDE_NAMES)))
    shuffled = table[order].copy()
    shuffled.insert(3, "spot", [f"p{i}" for i in range(len(table))])
    shuffled["x (µm)"] = 0.5
    assert_same(classified(shuffled), classified(table))


@settings(max_examples=25)
@given(table=tables())
def test_repeated_rows_get_the_same_result(table: pd.DataFrame) -> None:
    once = classified(table)
    assert_same(classified(pd.concat([table, table])), pd.concat([once, once]))


@settings(max_examples=25)
@given(table=tables(least=1), rows=st.integers(1, 13))
def test_blocks_of_any_size_give_the_same(table: pd.DataFrame, rows: int) -> None:
    model, opened = phasewise.load_model(), open_table(table)
    whole = predict(next(opened.blocks()).analyses[""], model)
    parts = [predict(block.analyses[""], model) for block in opened.blocks(rows)]
    for name in ("phase", "second", "verdict", "flags", "reason"):
        np.testing.assert_array_equal(np.concatenate([getattr(p, name) for p in parts]), getattr(whole, name))
    for name in ("probabilities", "belonging", "total", "total_corrected", "total_expected"):
        found = np.concatenate([getattr(p, name) for p in parts])
        np.testing.assert_allclose(found, getattr(whole, name), rtol=0, atol=1e-9)


@settings(max_examples=40)
@given(table=tables(), kind=st.sampled_from(sorted(BAD)), data=st.data())
def test_bad_rows_leave_their_neighbours_alone(table: pd.DataFrame, kind: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(table)))
    bad = pd.DataFrame([dict.fromkeys(OXIDE_NAMES, BAD[kind])])
    spoilt = pd.concat([table[:place], bad, table[place:]], ignore_index=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = phasewise.classify(spoilt)[list(COLUMN_NAMES)]
    assert found["verdict"][place] == "bad_analysis"
    assert len(found["reason"][place]) > 20
    assert_same(found.drop(index=place), classified(table))


@settings(max_examples=25)
@given(table=tables(), data=st.data())
def test_a_value_ten_thousand_times_too_large_is_a_bad_analysis(
    table: pd.DataFrame, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(table) - 1))
    spoilt = table.copy()
    spoilt.iloc[place] *= 1e4
    found = classified(spoilt)
    assert found["verdict"][place] == "bad_analysis"
    assert found["reason"][place]
    assert_same(found.drop(index=place), classified(table).drop(index=place))


@settings(max_examples=25)
@given(table=tables())
def test_elements_and_ppm_give_what_oxides_give(table: pd.DataFrame) -> None:
    expected = classified(table)
    elements = pd.DataFrame(
        {
            f"{name} (wt%)" if name in ("F", "Cl") else f"{OXIDES[name].element} (wt%)": table[name]
            / (1 if name in ("F", "Cl") else element_to_oxide(OXIDES[name].element))
            for name in OXIDE_NAMES
        }
    )
    assert_same_but_for_rounding(classified(elements), expected)
    ppm = (table * 1e4).rename(columns=lambda name: f"{name} (ppm)")
    assert_same_but_for_rounding(classified(ppm), expected)
    assert_same_but_for_rounding(classified(table / 100, unit="fraction"), expected)


def test_fractions_are_recognised() -> None:
    fractions = pd.DataFrame(VALUES / 100, columns=list(OXIDE_NAMES))
    with pytest.warns(PhasewiseWarning, match="taken as mass fractions"):
        found = phasewise.classify(fractions)
    expected = classified(pd.DataFrame(VALUES, columns=list(OXIDE_NAMES)))
    assert_same_but_for_rounding(found[list(COLUMN_NAMES)], expected)


@pytest.mark.parametrize("factor", [0.7, 0.9, 1.1])
def test_the_total_does_not_decide_on_the_phase(factor: float) -> None:
    table = pd.DataFrame(VALUES, columns=list(OXIDE_NAMES))
    whole, scaled = classified(table), classified(table * factor)
    rows = whole.assign(phase_scaled=scaled["phase"])[whole["verdict"] == "accepted"]
    assert len(rows) > 30
    changed = rows[rows["phase_scaled"] != rows["phase"]]
    assert {frozenset(pair) for pair in zip(changed["phase"], changed["phase_scaled"], strict=True)} <= PAIRED
    assert len(changed) < 4


@settings(max_examples=15)
@given(table=tables())
def test_the_input_is_never_changed(table: pd.DataFrame) -> None:
    table.index = pd.Index(np.arange(len(table)) % 3, name="grain")
    before = table.copy(deep=True)
    result = phasewise.classify(table)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(result[list(OXIDE_NAMES)], before)
    frame = pl.DataFrame(before)
    copy = frame.clone()
    other = phasewise.classify(frame)
    assert frame.equals(copy)
    assert isinstance(other, pl.DataFrame)
    assert other["phase"].to_list() == [p if isinstance(p, str) else None for p in result["phase"]]
