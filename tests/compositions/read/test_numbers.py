from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.read._numbers import numbers_of, read_cell


def numbers(*cells: str | None) -> tuple[list[float], list[bool], list[bool]]:
    read = numbers_of(pa.chunked_array([list(cells)], pa.string()))
    none = np.zeros(len(cells), dtype=bool)
    below = none if read.below is None else read.below
    unreadable = none if read.unreadable is None else read.unreadable
    return read.values.tolist(), below.tolist(), unreadable.tolist()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40.85", 40.85),
        (" 40.85 ", 40.85),
        ("40,85", 40.85),
        ("\u00a040.85\u00a0", 40.85),
        ("−0.02", -0.02),
        ("–0,02", -0.02),
        ("+1.5", 1.5),
        ("1.5E-2", 0.015),
        (".5", 0.5),
        ("5.", 5.0),
        ("1\u00a0234.5", 1234.5),
        ("12\u202f345", 12345.0),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
        ("16.18 \\ 16.04", 16.11),
    ],
)
def test_numbers(text: str, value: float) -> None:
    number, mark = read_cell(text)
    assert number == pytest.approx(value)
    assert mark == ""


@pytest.mark.parametrize(
    "text",
    [
        "<0.02",
        "< 0,02",
        "<0.02 wt%",
        "<",
        "≤0.1",
        "bdl",
        "BDL",
        "b.d.l.",
        "bd",
        "b.d.",
        "n.d.",
        "N.D.",
        "nd",
        "<DL",
        "<LOD",
        "below detection",
    ],
)
def test_below_detection_is_zero_with_a_mark(text: str) -> None:
    assert read_cell(text) == (0.0, "<")


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0", "NA", "n.a.", "N/A", "-", "--", "—", "NaN", "nan", "#DIV/0!", "None"]
)
def test_not_measured(text: str) -> None:
    value, mark = read_cell(text)
    assert math.isnan(value)
    assert mark == ""


@pytest.mark.parametrize(
    "text", ["abc", "12 13", "1,234.5", "45.1±0.2", "0x10", "1_0", "8.5 \\ 28.5", "--5", "1.2.3", "tr", ">99"]
)
def test_unreadable(text: str) -> None:
    value, mark = read_cell(text)
    assert math.isnan(value)
    assert mark == "?"


def test_a_mark_does_not_touch_its_neighbours() -> None:
    values, below, unreadable = numbers("40.8", "<0.02", "", None, "rubbish", "-0.01", "0")
    np.testing.assert_array_equal(values, [40.8, 0, np.nan, np.nan, np.nan, -0.01, 0])
    assert below == [False, True, False, False, False, False, False]
    assert unreadable == [False, False, False, False, True, False, False]


@given(st.lists(st.floats(allow_nan=False, width=64), min_size=1, max_size=30))
def test_text_gives_back_every_float(values: list[float]) -> None:
    plain, _, _ = numbers(*[repr(v) for v in values])
    with_marks, _, _ = numbers(*[repr(v) for v in values], "bdl")
    assert plain == values
    assert with_marks == [*values, 0.0]


@given(st.lists(st.decimals(-10, 110, places=4), min_size=1, max_size=30))
def test_decimal_comma_equals_decimal_point(values: list[Decimal]) -> None:
    points, _, _ = numbers(*[str(v) for v in values])
    commas, _, _ = numbers(*[str(v).replace(".", ",") for v in values])
    assert points == commas


@pytest.mark.parametrize(
    "column",
    [
        pa.chunked_array([[1, None, 3]], pa.int32()),
        pa.chunked_array([[1.0, None], [3.0]], pa.float32()),
        pa.chunked_array([["1", None, "3"]], pa.large_string()),
        pa.chunked_array([pa.array(["1", None, "3"]).dictionary_encode()]),
        pa.chunked_array([[Decimal("1.0"), None, Decimal("3.0")]], pa.decimal128(5, 2)),
        pa.chunked_array([[0.0, 1.0, None, 3.0]]).slice(1),
    ],
)
def test_types(column: pa.ChunkedArray) -> None:
    np.testing.assert_array_equal(numbers_of(column).values, [1, np.nan, 3])


def test_columns_that_hold_no_numbers() -> None:
    read = numbers_of(pa.chunked_array([[True, None]]))
    assert np.isnan(read.values).all()
    assert read.unreadable is not None
    assert read.unreadable.tolist() == [True, False]
    assert np.isnan(numbers_of(pa.chunked_array([pa.nulls(2)])).values).all()
