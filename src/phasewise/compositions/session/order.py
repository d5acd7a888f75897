"""When each analysis of a session was made."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.core.errors import HeaderError

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.core.types import FloatArray

__all__ = ["Order", "order_of"]

_MOMENTS = (
    *("datetime", "dateandtime", "dateofanalysis", "datetimeofanalysis", "timestamp", "acquisitiontime"),
    *("acquisitiondate", "analysistime", "analysisdate", "time", "date"),
)
_NUMBERS = (
    *("analysisno", "analysisnumber", "analysisnum", "datasetpoint", "order", "sequence", "run", "runno"),
    *("number", "no", "linenumber", "line", "analysis", "point", "pointno", "pointnumber"),
)
_EXCEL_DAYS = (20_000.0, 80_000.0)
"""Days since 1900 as Excel counts them, from 1954 to 2119."""

_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[ap]m)?", re.IGNORECASE)
_LEAST_KNOWN = 0.9


@dataclass(frozen=True, eq=False)
class Order:
    """The place of each analysis in the session.

    Attributes
    ----------
    values : (n,) float64
        Hours since the first analysis, or numbers of analyses; NaN where the table does not tell.
    unit : str
        ``h`` or ``analysis``.
    told : str
        A sentence on where it comes from.
    """

    values: FloatArray
    unit: str
    told: str


def order_of(table: pa.Table, column: str | None) -> Order:
    """Return the order of the rows of a table.

    Parameters
    ----------
    table : pyarrow.Table
    column : str, optional
        With dates, times or numbers; without it one is looked for, else the order of the rows counts.

    Raises
    ------
    HeaderError
        If there is no such column, or neither times nor numbers are in it.
    """
    if column is not None:
        return _of_column(table, column)
    known = {re.sub(r"[\W_]", "", name.casefold()): name for name in table.column_names}
    if "date" in known and "time" in known:
        joined = _joined(table[known["date"]].to_pylist(), table[known["time"]].to_pylist())
        if (hours := _hours(joined)) is not None:
            return _in_hours(hours, f"{known['date']!r} and {known['time']!r}")
    for name in _MOMENTS:
        if name in known and (hours := _hours(table[known[name]].to_pylist())) is not None:
            return _in_hours(hours, repr(known[name]))
    for name in _NUMBERS:
        if name in known and (values := _distinct_numbers(table[known[name]].to_pylist())) is not None:
            return Order(values, "analysis", f"The order of the analyses is that of {known[name]!r}.")
    rows = np.arange(1.0, table.num_rows + 1)
    return Order(
        rows, "analysis", "No column tells time or number: the order of the analyses is that of the rows."
    )


def _of_column(table: pa.Table, column: str) -> Order:
    if column not in table.column_names:
        raise HeaderError(f"order={column!r} is no column. The table has {', '.join(table.column_names)}.")
    values = table[column].to_pylist()
    if (hours := _hours(values)) is not None:
        return _in_hours(hours, repr(column))
    numbers = _numbers(values)
    if len(numbers) and np.isfinite(numbers).mean() < _LEAST_KNOWN:
        raise HeaderError(
            f"Column {column!r} tells neither times nor numbers of analyses, e.g. {values[0]!r}. "
            "Name another, or leave it out to take the order of the rows."
        )
    return Order(numbers, "analysis", f"The order of the analyses is that of {column!r}.")


def _in_hours(hours: FloatArray, name: str) -> Order:
    unknown = int(np.isnan(hours).sum())
    rows = "1 row has" if unknown == 1 else f"{unknown} rows have"
    told = f" {rows} no time and no part in drifts." if unknown else ""
    return Order(hours, "h", f"The time of the analyses is that of {name}.{told}")


def _joined(dates: list[Any], times: list[Any]) -> list[Any]:
    def day(value: Any) -> str:
        return str(value).replace("T", " ").split(" 00:00:00")[0]

    return [None if d is None or t is None else f"{day(d)} {t}" for d, t in zip(dates, times, strict=True)]


def _hours(values: list[Any]) -> FloatArray | None:
    """Return hours since the first moment, None unless nearly all values are moments, not all the same."""
    days = _excel_days(values)
    seconds = days * 86_400.0 if days is not None else _seconds(values)
    if seconds is None:
        return None
    known = np.isfinite(seconds)
    if not known.any() or known.mean() < _LEAST_KNOWN or np.ptp(seconds[known]) == 0:
        return None
    hours: FloatArray = (seconds - np.min(seconds[known])) / 3600.0
    return hours


def _excel_days(values: list[Any]) -> FloatArray | None:
    numbers = np.array([_plain_number(value) for value in values])
    known = numbers[np.isfinite(numbers)]
    inside = len(known) > 0 and bool(np.all((known > _EXCEL_DAYS[0]) & (known < _EXCEL_DAYS[1])))
    return numbers if inside and bool(np.any(known % 1)) else None


def _seconds(values: list[Any]) -> FloatArray | None:
    """Return seconds since some moment; where day and month can be mistaken, the shorter session counts."""
    import pandas as pd

    texts = [None if value is None else str(value).strip() for value in values]
    if sum(":" in (text or "") for text in texts) < _LEAST_KNOWN * len(texts):
        return None
    found: list[FloatArray] = []
    for day_first in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            moments = pd.to_datetime(
                pd.Series(texts, dtype=object), errors="coerce", format="mixed", dayfirst=day_first, utc=True
            )
        origin = pd.Timestamp("1970-01-01", tz="UTC")
        found.append(np.asarray((moments - origin) / pd.Timedelta(seconds=1), dtype=float))

    def span(seconds: FloatArray) -> tuple[int, float]:
        known = seconds[np.isfinite(seconds)]
        return -len(known), float(np.ptp(known)) if len(known) else np.inf

    best = min(found, key=span)
    clock = all(text is None or _CLOCK.fullmatch(text) for text in texts)
    return _over_midnight(best) if clock else best


def _over_midnight(seconds: FloatArray) -> FloatArray:
    """Return times of day as seconds that go on where the clock falls back by more than half a day."""
    known = np.flatnonzero(np.isfinite(seconds))
    days = np.cumsum(np.diff(seconds[known], prepend=seconds[known[:1]]) < -43_200.0)
    unwrapped = seconds.copy()
    unwrapped[known] += 86_400.0 * days
    return unwrapped


def _plain_number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def _numbers(values: list[Any]) -> FloatArray:
    """Return numbers; of texts such as ``3 / 12`` the place in the order of the numbers in them."""
    plain = np.array([_plain_number(value) for value in values])
    if all(value is None or known for value, known in zip(values, np.isfinite(plain), strict=True)):
        return plain
    keys = [None if value is None else tuple(map(int, re.findall(r"\d+", str(value)))) for value in values]
    places = {key: float(k) for k, key in enumerate(sorted({key for key in keys if key}), start=1)}
    return np.array([places[key] if key else np.nan for key in keys])


def _distinct_numbers(values: list[Any]) -> FloatArray | None:
    numbers = _numbers(values)
    whole = len(numbers) > 0 and bool(np.isfinite(numbers).all())
    return numbers if whole and len(np.unique(numbers)) == len(numbers) else None
