"""Rows of a large table, embedded in a page so that it can list, filter, sort and save them by itself."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.core.types import BoolArray, FloatArray

__all__ = ["ANCHOR", "NOTHING", "RowColumn", "Rows", "pack_columns", "packed_json", "rows_link"]

ANCHOR = "rows"
"""The name by which a page links to its rows."""

NOTHING = "-"
"""What stands for a missing text in a link."""

COMPRESSION = 6


@dataclass(frozen=True, eq=False)
class RowColumn:
    """A column of the rows.

    Attributes
    ----------
    name : str
        Its name in links and in saved files.
    values : pyarrow array
        Numbers or texts, dictionary-encoded or not; null and NaN are "not there".
    title : str
        Its heading; empty for the name.
    width : float or None
        Width in rem among the columns that the list shows; None for all that is left. 0 for a column that
        only the details show.
    rank : int
        1 for columns that the narrowest screens show as well, 2 to 5 for those that need more room.
    choose : bool
        Whether rows can be chosen by each of its texts.
    decimals : int
        Of numbers.
    colours : mapping of str to str
        Colours of the dots before its texts, as #rrggbb.
    part : str
        The heading of the group that it belongs to in the details.
    codes_in_words : bool
        Whether its texts are codes (``bad_analysis``, ``total_low|negative``) that are shown as words.
    below : (n,) bool or None
        Numbers that are "below detection".
    several : bool
        Whether its texts are lists, ``B1|B7``: rows are chosen by each of their parts.
    """

    name: str
    values: pa.Array | pa.ChunkedArray
    title: str = ""
    width: float | None = 0.0
    rank: int = 1
    choose: bool = False
    decimals: int = 3
    colours: Mapping[str, str] = field(default_factory=dict)
    part: str = ""
    codes_in_words: bool = False
    below: BoolArray | None = None
    several: bool = False


@dataclass(frozen=True, eq=False)
class Rows:
    """A list of rows that readers filter, sort and save; one a page.

    Attributes
    ----------
    columns : sequence of RowColumn
        All of one length; the first one names the rows.
    noun : str
        What a row is, in the plural.
    file_name : str
        What the file of saved rows is called.
    remedy : str
        Where to find the rows if the browser cannot list them.
    """

    kind: ClassVar[str] = "rows"
    columns: Sequence[RowColumn]
    noun: str = "rows"
    file_name: str = "rows.csv"
    remedy: str = ""

    @property
    def packed(self) -> str:
        """The columns as the page holds them, see `pack_columns`."""
        return pack_columns(self.columns)


def rows_link(**chosen: str | None) -> str:
    """Return the link to the rows of a page whose columns hold these texts; None is a missing text.

    Examples
    --------
    >>> rows_link(phase="Olivine", why="key oxide missing: P2O5"), rows_link(phase=None)
    ('#rows?phase=Olivine&why=key%20oxide%20missing%3A%20P2O5', '#rows?phase=-')
    """
    texts = {name: NOTHING if text is None else text for name, text in chosen.items()}
    return f"#{ANCHOR}?{urlencode(texts, quote_via=quote)}"


def pack_columns(columns: Sequence[RowColumn]) -> str:
    """Return columns as the page holds them, see `packed_json`.

    Raises
    ------
    ValueError
        If the columns are of different lengths.
    """
    lengths = {len(column.values) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"{lengths=} of the columns differ")
    described = [_described(column) for column in columns]
    return packed_json({"rows": lengths.pop() if lengths else 0, "columns": described})


def packed_json(content: Mapping[str, Any]) -> str:
    """Return base64 of deflated JSON, in which no text of the user's can be taken for HTML."""
    text = json.dumps(content, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), COMPRESSION)).decode("ascii")


def _described(column: RowColumn) -> dict[str, Any]:
    values = column.values
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    described: dict[str, Any] = {
        "name": column.name,
        "title": column.title or column.name,
        "width": column.width,
        "rank": column.rank,
        "choose": column.choose,
        "part": column.part,
        "codes_in_words": column.codes_in_words,
        "several": column.several,
    }
    if pa.types.is_floating(values.type) or pa.types.is_integer(values.type):
        numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return described | _numbers(numbers, column.decimals, column.below)
    return described | _texts(values, column.colours)


def _numbers(values: FloatArray, decimals: int, below: BoolArray | None) -> dict[str, Any]:
    """Return numbers as whole ones, which are short; null is not there, false below detection."""
    there = np.isfinite(values)
    whole: list[Any] = np.round(np.where(there, values, 0.0) * 10.0**decimals).astype(np.int64).tolist()
    for row in np.flatnonzero(~there).tolist():
        whole[row] = None
    for row in np.flatnonzero(below).tolist() if below is not None else ():
        whole[row] = False
    return {"kind": "numbers", "decimals": decimals, "values": whole}


def _texts(values: pa.Array, colours: Mapping[str, str]) -> dict[str, Any]:
    """Return the texts that occur, each once, and for each row which one; -1 is not there."""
    encoded = values if pa.types.is_dictionary(values.type) else pc.dictionary_encode(values)
    codes = pc.fill_null(encoded.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    occurs, codes = np.unique(codes, return_inverse=True)
    if len(occurs) and occurs[0] < 0:
        occurs, codes = occurs[1:], codes - 1
    texts = encoded.dictionary.take(pa.array(occurs, pa.int32())).to_pylist()
    shown = {text: colours[text] for text in texts if text in colours}
    return {"kind": "texts", "texts": texts, "codes": codes.tolist(), "colours": shown}
