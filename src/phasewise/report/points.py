"""Points of a large table, embedded in a page so that readers move, colour, choose and save them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.core.types import BoolArray, FloatArray
from phasewise.report.colours import RAMP, distinct_colours
from phasewise.report.rows import RowColumn, pack_columns, packed_json

__all__ = ["MOST_CATEGORIES", "ColourBy", "Mark", "Points", "points_link"]

MOST_CATEGORIES = 30
"""How many categories have a colour of their own; the rest are "other"."""

_LIMITS = (0.02, 0.98)
_STEPS = 2**22
"""Into how many steps the extent of an axis is divided; a point is never drawn a pixel off."""


def points_link(section: str, column: str, text: str) -> str:
    """Return the link to the points of a section that are coloured by a column and hold this text there.

    Parameters
    ----------
    section : str
        Title of the section, of which the page has no other with points.
    column : str
        One that points are coloured by.
    text : str

    Examples
    --------
    >>> points_link("Map", "cluster_name", "near monticellite")
    '#map?cluster_name=near%20monticellite'
    """
    anchor = "-".join(re.findall(r"[a-z0-9]+", section.lower()))
    return f"#{anchor}?{urlencode({column: text}, quote_via=quote)}"


@dataclass(frozen=True)
class ColourBy:
    """A way of colouring points.

    Attributes
    ----------
    column : str
        The name of a column of the points. Of texts each is a category: the `MOST_CATEGORIES` most frequent
        have the column's colours, or where it has none a colour of `distinct_colours`. Numbers have the
        colours of `RAMP`, from their 2 % to their 98 % quantile.
    title : str
        What readers choose it by, with the unit of numbers: "Cluster", "MgO (wt%)".
    """

    column: str
    title: str


@dataclass(frozen=True)
class Mark:
    """A text that stands at a place of the map; without both coordinates (NaN) it is not drawn."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, eq=False)
class Points:
    """A scatter of rows that readers move, colour, search, choose from and save.

    Attributes
    ----------
    x, y : (n,) float64
        Where each row stands; a row without both (NaN or infinite) is not drawn, but counted in words.
    columns : sequence of RowColumn
        What is known of the rows, each column of length n; the first one names the rows.
    colour_by : sequence of ColourBy
        The first one holds when the page opens.
    hover : sequence of str
        Names of the columns that the card of a point shows below its name; empty values are left out.
    x_title, y_title : str
        Titles of the axes, with the unit.
    marks : sequence of Mark
        The most important first: one that would cover another is left out until there is room.
    noun : str
        What a row is, in the plural.
    file_name : str
        What the file of chosen rows is called.
    remedy : str
        Where to find the rows if the browser cannot draw them.
    equal_scale : bool
        Whether a unit is as long along x as along y.

    Raises
    ------
    ValueError
        If lengths differ, there is no column, or a name is that of none.
    """

    kind: ClassVar[str] = "points"
    x: FloatArray
    y: FloatArray
    columns: Sequence[RowColumn]
    colour_by: Sequence[ColourBy] = ()
    hover: Sequence[str] = ()
    x_title: str = "x"
    y_title: str = "y"
    marks: Sequence[Mark] = field(default_factory=tuple)
    noun: str = "analyses"
    file_name: str = "chosen_rows.csv"
    remedy: str = ""
    equal_scale: bool = True

    def __post_init__(self) -> None:
        lengths = {len(self.x), len(self.y), *(len(column.values) for column in self.columns)}
        if len(lengths) > 1 or not self.columns:
            raise ValueError(
                f"{lengths=} of x, y and {len(self.columns)} columns; there has to be one column"
            )
        names = [column.name for column in self.columns]
        unknown = {*self.hover, *(by.column for by in self.colour_by)} - set(names)
        if unknown:
            raise ValueError(f"{sorted(unknown)} are not among the columns {names}")

    @property
    def placed(self) -> BoolArray:
        """(n,) bool, whether a row has a place."""
        there: BoolArray = np.isfinite(self.x) & np.isfinite(self.y)
        return there

    @property
    def packed(self) -> str:
        """The columns as the page holds them, see `pack_columns`."""
        return pack_columns(self.columns)

    @property
    def packed_map(self) -> str:
        """Where the points stand and how they look, as the page holds it."""
        placed, names = self.placed, [column.name for column in self.columns]
        return packed_json(
            {
                "x": _whole(self.x, placed) | {"title": self.x_title},
                "y": _whole(self.y, placed) | {"title": self.y_title},
                "equal": self.equal_scale,
                "hover": [names.index(name) for name in self.hover],
                "colourings": [
                    {"column": names.index(by.column), "title": by.title}
                    | _colours(self.columns[names.index(by.column)], placed)
                    for by in self.colour_by
                ],
                "ramp": RAMP,
                "marks": [
                    [mark.x, mark.y, mark.text]
                    for mark in self.marks
                    if math.isfinite(mark.x) and math.isfinite(mark.y)
                ],
            }
        )


def _whole(values: FloatArray, placed: BoolArray) -> dict[str, Any]:
    """Return numbers as whole steps from the least one, which are short; null has no place."""
    there = np.asarray(values, dtype=np.float64)[placed]
    start, extent = (there.min(), np.ptp(there)) if len(there) else (0.0, 0.0)
    step = float(extent) / _STEPS or 1.0
    whole: list[Any] = [None] * len(values)
    steps = np.round((there - start) / step).astype(np.int64)
    for row, value in zip(np.flatnonzero(placed).tolist(), steps.tolist(), strict=True):
        whole[row] = value
    return {"start": float(start), "step": step, "values": whole}


def _colours(column: RowColumn, placed: BoolArray) -> dict[str, Any]:
    """Return the limits of numbers, or the colours of the most frequent texts."""
    values = column.values
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_floating(values.type) or pa.types.is_integer(values.type):
        numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return {"limits": _limits(numbers, column, placed)}
    texts = values.cast(pa.string()).filter(pa.array(placed))
    counts = pc.value_counts(texts.drop_null()).to_pylist()
    ranked = sorted(counts, key=lambda count: (-count["counts"], count["values"]))
    most = [count["values"] for count in ranked[:MOST_CATEGORIES]]
    given = {text: column.colours[text] for text in most if text in column.colours}
    further = iter(distinct_colours(len(most) - len(given), list(given.values())))
    return {"colours": [[text, given[text] if text in given else next(further)] for text in most]}


def _limits(numbers: FloatArray, column: RowColumn, placed: BoolArray) -> list[float] | None:
    there = placed & np.isfinite(numbers)
    if column.below is not None:
        there &= ~column.below
    if not there.any():
        return None
    return [float(limit) for limit in np.quantile(numbers[there], _LIMITS).round(column.decimals)]
