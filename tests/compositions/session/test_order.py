"""When analyses were made, as instruments and people write it."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.session.order import order_of
from phasewise.core.errors import HeaderError


def hours(column: str, values: list[object], wanted: str | None = None) -> np.ndarray:
    order = order_of(pa.table({"SiO2": [1.0] * len(values), column: values}), wanted)
    assert order.unit == "h"
    return order.values


@pytest.mark.parametrize(
    "values",
    [
        ["2026-03-02 09:00:00", "2026-03-02 10:30:00", "2026-03-03 09:00:00"],
        ["02/03/2026 09:00", "02/03/2026 10:30", "03/03/2026 09:00"],
        ["3/2/2026 9:00:00 AM", "3/2/2026 10:30:00 AM", "3/3/2026 9:00:00 AM"],
        ["2026-03-02T09:00:00+01:00", "2026-03-02T10:30:00+01:00", "2026-03-03T09:00:00+01:00"],
        [46083.375, 46083.4375, 46084.375],
        [
            datetime.datetime(2026, 3, 2, 9),
            datetime.datetime(2026, 3, 2, 10, 30),
            datetime.datetime(2026, 3, 3, 9),
        ],
    ],
)
def test_moments_become_hours_whatever_their_form(values: list[object]) -> None:
    np.testing.assert_allclose(hours("DATETIME", values), [0, 1.5, 24], atol=1e-6)


def test_day_and_month_are_read_so_that_the_session_is_short() -> None:
    # Written day first: by months it would last 59 days.
    values: list[object] = ["01/02/2026 23:00", "02/02/2026 01:00", "03/02/2026 02:00"]
    np.testing.assert_allclose(hours("Date Time", values), [0, 2, 27])


def test_date_and_time_in_two_columns_are_joined() -> None:
    table = pa.table(
        {"Date": ["2026-03-02", "2026-03-03"], "Time": ["23:30:00", "00:15:00"], "SiO2": [1.0, 2]}
    )
    order = order_of(table, None)
    np.testing.assert_allclose(order.values, [0, 0.75])
    assert "'Date' and 'Time'" in order.told


def test_times_of_day_go_on_after_midnight() -> None:
    np.testing.assert_allclose(hours("Time", ["22:00", "23:30", "00:30", "02:00"]), [0, 1.5, 2.5, 4])


def test_a_missing_time_is_left_out_and_told() -> None:
    order = order_of(pa.table({"DATETIME": [*(f"2026-03-02 {h:02}:00" for h in range(12)), None]}), None)
    assert np.isnan(order.values[-1])
    assert "1 row has no time" in order.told


def test_numbers_count_where_no_two_are_alike() -> None:
    order = order_of(pa.table({"Analysis No.": ["3", "1", "2"], "SiO2": [1.0, 2, 3]}), None)
    assert (order.values.tolist(), order.unit) == ([3, 1, 2], "analysis")
    pairs = order_of(pa.table({"DataSet/Point": ["1 / 2 .", "2 / 1 .", "1 / 10 ."]}), None)
    assert pairs.values.tolist() == [1, 3, 2]
    again = order_of(pa.table({"point": [1, 2, 1, 2]}), None)
    assert again.values.tolist() == [1, 2, 3, 4]
    assert "that of the rows" in again.told


def test_a_column_that_is_named_has_to_tell_something() -> None:
    table = pa.table(
        {"sample": ["a", "b"], "spot": ["1 / 1", "1 / 2"], "when": ["2026-03-02 09:00", "2026-03-02 10:00"]}
    )
    assert order_of(table, "spot").values.tolist() == [1, 2]
    assert order_of(table, "when").unit == "h"
    with pytest.raises(HeaderError, match="tells neither times nor numbers"):
        order_of(table, "sample")
    with pytest.raises(HeaderError, match="is no column"):
        order_of(table, "nope")
