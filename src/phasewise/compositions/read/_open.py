"""Open any table of analyses, or read it whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from phasewise.compositions.headers import interpret, listed
from phasewise.compositions.read._assemble import assemble
from phasewise.compositions.read._registry import open_with_format
from phasewise.compositions.read._source import Opened, Source, source_of
from phasewise.compositions.read._table import Table, in_blocks
from phasewise.compositions.read._units import settle_units
from phasewise.compositions.read._units_row import with_units_below
from phasewise.core.errors import HeaderError
from phasewise.core.types import Analyses

__all__ = ["open_table", "read", "read_opened"]

SAMPLE_ROWS = 10_000

Unit = Literal["wt%", "fraction"]


def open_table(
    source: Any,
    *,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> Table:
    """Open a table of analyses for reading in blocks.

    Parameters
    ----------
    source : path or frame
        A file of any known format, or a frame of pandas, polars or pyarrow (never changed).
    sheet : str, optional
        The sheet of a workbook.
    iron : str, optional
        The column that gives total iron, where there are several.
    sigma_level : float
        How many sigma the uncertainty columns hold where their names do not say so.
    unit : {"wt%", "fraction"}, optional
        Unit of the oxide and element columns; found from the values if not given.

    Returns
    -------
    Table

    Raises
    ------
    FileFormatError
        If the file is absent, empty, damaged or of no known format.
    HeaderError
        If the columns cannot be understood, or two totals of iron disagree.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = open_table(pa.table({"SiO2": ["40,8", "<0.1"], "FeO*": [9.55, None]}))
    >>> [block.analyses[""].values.tolist() for block in table.blocks()]
    [[[40.8, 9.55], [0.0, nan]]]
    """
    if unit not in (None, "wt%", "fraction"):
        raise HeaderError(f"unit={unit!r} is not known. Give 'wt%' or 'fraction'.")
    given = source_of(source, sheet)
    format_name, opened = open_with_format(given)
    headers = interpret(
        opened.columns,
        iron=iron,
        sigma_level=sigma_level,
        iron_conflicts=opened.iron_conflicts,
        where=given.name,
    )
    sample = next(in_blocks(opened.batches(), SAMPLE_ROWS), None)
    if sample is None:
        return Table(given.name, format_name, headers, opened)
    fraction, notices = settle_units(sample, headers, unit, given.name)
    headers = replace(headers, fraction=fraction)
    if 0 in assemble(sample, headers, where=given.name, first_row=1).units_rows:
        headers = with_units_below(sample, headers, given.name)
        assemble(sample, headers, where=given.name, first_row=1)
    return Table(given.name, format_name, headers, opened, notices, _about_rows(given, opened, sample))


def read(
    source: Any,
    *,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> Analyses:
    """Read a whole table of analyses.

    Parameters
    ----------
    source, sheet, iron, sigma_level, unit
        As in `open_table`.

    Returns
    -------
    Analyses
        `meta` is the table as it was, `notices` what was assumed.

    Raises
    ------
    FileFormatError
        If the file is absent, empty, damaged or of no known format.
    HeaderError
        If the columns cannot be understood, or hold several phases a row (use `open_table`).

    Examples
    --------
    >>> import pyarrow as pa
    >>> read(pa.table({"sample": ["a"], "SiO2": [40.8], "MgO": [49.4]}))["MgO"]
    array([49.4])
    """
    return read_opened(open_table(source, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit))


def read_opened(table: Table) -> Analyses:
    """Return the analyses of an opened table, one a row.

    Raises
    ------
    FileFormatError, HeaderError
        As for `read`.
    """
    if len(table.headers.suffixes) > 1:
        names = [suffix or "(none)" for suffix in table.headers.suffixes]
        raise HeaderError(
            f"{table.name} holds several analyses a row (suffixes {listed(names)}). Give each phase a table "
            "of its own, or use phasewise.compositions.read.open_table, whose blocks give each phase apart."
        )
    blocks = list(table.blocks())
    parts = [next(iter(block.analyses.values())) for block in blocks]
    whole = pa.concat_tables([block.table for block in blocks], promote_options="permissive")
    return _joined(parts, whole, table.notices)


def _joined(parts: list[Analyses], meta: pa.Table, notices: tuple[str, ...]) -> Analyses:
    first = parts[0]
    return Analyses(
        values=np.concatenate([part.values for part in parts]),
        columns=first.columns,
        below_detection=np.concatenate([part.below_detection for part in parts]),
        sigma=_together([part.sigma for part in parts]),
        ferric=_together([part.ferric for part in parts]),
        meta=meta,
        notices=notices,
    )


def _together(arrays: list[Any]) -> Any:
    return None if arrays[0] is None else np.concatenate(arrays)


def _about_rows(given: Source, opened: Opened, sample: pa.Table) -> int:
    if opened.n_rows is not None:
        return opened.n_rows
    bytes_per_row = max(1, int(sample.nbytes)) / max(1, int(sample.num_rows))
    return max(int(sample.num_rows), int(given.file.stat().st_size / bytes_per_row))
