"""From the text of a cell to a number: marks of what is missing or below detection included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.compositions.read._buffers import bools_of, floats_of, is_text, odd_bytes, with_points, zero
from phasewise.core.arrow import missing
from phasewise.core.types import BoolArray, FloatArray

__all__ = ["Numbers", "as_text", "numbers_of"]

MISSING = frozenset(
    {"", "na", "n.a.", "n.a", "n/a", "#n/a", "nan", "none", "null", "-", "--", "–", "—"}
    | {"n.m.", "nm", "n.r.", "nr", "not analysed", "not analyzed", "not measured"}
    | {"#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"}
)
"""Marks of "not measured", lower case; Excel's error values count as such."""

BELOW_DETECTION = frozenset(
    {"bdl", "b.d.l.", "b.d.l", "bd", "b.d.", "b.d", "n.d.", "n.d", "nd", "bld", "b.l.d.", "udl", "lod"}
    | {"<dl", "<d.l.", "<lod", "<bdl", "<mdl", "<lld"}
    | {"below detection", "below detection limit", "not detected"}
)
"""Marks of "below detection", lower case."""

REPEATS_AGREE = 0.1
"""Repeated determinations in one cell are averaged if all lie within this fraction of their mean."""

_PANDAS_MISSING = frozenset({"NAType", "NaTType"})
_LIMIT = re.compile(r"[<≤]\s*[\d.,]*(?:e[+-]?\d+)?\s*(?:wt\.?\s*%|%|ppm)?")
_MINUS = str.maketrans({"−": "-", "‒": "-", "–": "-", "﹣": "-", "－": "-", ",": "."})
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_GROUPS = re.compile(r"(?<=^[+-]) | (?=\d{3}(?: \d{3})*(?:\.\d*)?$)(?<=\d )")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?")


@dataclass(frozen=True, eq=False)
class Numbers:
    """One column as numbers.

    Attributes
    ----------
    values : (n,) float64
        NaN where nothing was measured or the text is no number; 0 below detection.
    below, unreadable : (n,) bool or None
        None where no cell is marked so.
    """

    values: FloatArray
    below: BoolArray | None = None
    unreadable: BoolArray | None = None


def numbers_of(column: pa.ChunkedArray) -> Numbers:
    """Return a column as numbers.

    Parameters
    ----------
    column : (n,) pa.ChunkedArray
        Text, or numbers of any type.

    Returns
    -------
    Numbers

    Examples
    --------
    >>> numbers_of(pa.chunked_array([["1,5", "<0.02", "n.a.", "abc"]])).values
    array([1.5, 0. , nan, nan])
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return numbers_of(pc.cast(column, kind.value_type))
    if pa.types.is_null(kind):
        return Numbers(np.full(len(column), np.nan))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Numbers(floats_of(column))
    if is_text(kind):
        return _numbers_of_text(column)
    return Numbers(np.full(len(column), np.nan), unreadable=bools_of(pc.is_valid(column)))


def _numbers_of_text(column: pa.ChunkedArray) -> Numbers:
    """Cast what are plain numbers; a cast that fails takes long for every cell at which it fails."""
    if pa.types.is_string_view(column.type):
        column = pc.cast(column, pa.string())
    odd = odd_bytes(column)
    if odd.strip(b","):
        return _numbers_of_marks(column)
    lengths = pc.binary_length(column)
    blank = pc.equal(lengths, zero(lengths.type))
    filled = pc.if_else(blank, missing(column.type), with_points(column) if odd else column)
    try:
        return Numbers(floats_of(pc.cast(filled, pa.float64())))
    except pa.ArrowInvalid:
        return _numbers_of_marks(column)


def _numbers_of_marks(column: pa.ChunkedArray) -> Numbers:
    """Read each different text once."""
    encoded = pc.dictionary_encode(pa.concat_arrays(column.chunks))
    read = [read_cell(text) for text in encoded.dictionary.to_pylist()]
    number = np.array([number for number, _ in read] + [np.nan])
    mark = np.array([ord(mark or " ") for _, mark in read] + [ord(" ")], dtype=np.uint8)
    index = floats_of(encoded.indices)
    index[np.isnan(index)] = len(read)
    place = index.astype(np.intp)
    below, unreadable = (mark == ord("<"))[place], (mark == ord("?"))[place]
    return Numbers(number[place], below if below.any() else None, unreadable if unreadable.any() else None)


@lru_cache(maxsize=65536)
def read_cell(text: str) -> tuple[float, str]:
    r"""Return the number in a cell and ``<`` (below detection), ``?`` (unreadable) or nothing.

    Examples
    --------
    >>> read_cell("−0,5"), read_cell("b.d.l."), read_cell("16.18 \\ 16.04")
    ((-0.5, ''), (0.0, '<'), (16.11, ''))
    """
    plain = _SPACES.sub(" ", text).strip(" \"'").lower()
    if plain in MISSING:
        return np.nan, ""
    if plain in BELOW_DETECTION or _LIMIT.fullmatch(plain):
        return 0.0, "<"
    dotted = _GROUPS.sub("", plain.translate(_MINUS))
    if _NUMBER.fullmatch(dotted):
        return float(dotted), ""
    return _mean_of_repeats(plain)


def _mean_of_repeats(plain: str) -> tuple[float, str]:
    r"""GEOROC writes several determinations of one quantity into one cell, ``16.18 \ 16.03``."""
    parts = [part.strip() for part in plain.split("\\")]
    if len(parts) < 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return np.nan, "?"
    values = np.array([float(part) for part in parts])
    mean = float(values.mean())
    if np.all(np.abs(values - mean) <= REPEATS_AGREE * abs(mean)):
        return mean, ""
    return np.nan, "?"


def as_text(value: object) -> str | None:
    """Return a cell of a sheet or of an object column as text; None stays None.

    Examples
    --------
    >>> as_text(7), as_text(0.1), as_text(float("nan")), as_text("007")
    ('7', '0.1', None, '007')
    """
    if value is None or type(value).__name__ in _PANDAS_MISSING or value != value:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
