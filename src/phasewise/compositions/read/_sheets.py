"""The sheets of a workbook as lists of rows, and as Arrow columns."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from typing import Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.headers import listed
from phasewise.compositions.read._buffers import integers
from phasewise.compositions.read._numbers import as_text
from phasewise.compositions.read._source import Source
from phasewise.core.arrow import numbers, texts
from phasewise.core.errors import FileFormatError

__all__ = ["Rows", "cell_text", "column_of", "is_workbook", "load_sheets"]

Rows = list[tuple[Any, ...]]


def is_workbook(source: Source) -> bool:
    """Return whether a file is an .xlsx, whole or cut short."""
    if source.path is None or not source.head.startswith(b"PK\x03\x04"):
        return False
    return source.suffix in {".xlsx", ".xlsm", ".xltx"} or b"xl/" in source.head


def load_sheets(source: Source) -> dict[str, Rows]:
    """Return the rows of every visible sheet, without blank rows and columns at their ends.

    Raises
    ------
    FileFormatError
        If openpyxl is not installed, the file is damaged, or the sheet asked for is not there.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise FileFormatError(
            f"Reading {source.name} needs openpyxl. Install it with: pip install 'phasewise[excel]'."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(source.file, read_only=True, data_only=True)
            try:
                return {sheet.title: _rows(sheet) for sheet in _chosen(book, source)}
            finally:
                book.close()
    except FileFormatError:
        raise
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, TypeError, EOFError, SyntaxError) as error:
        raise FileFormatError(
            f"{source.name} is a damaged workbook ({error}). Save it again in Excel, or export .csv."
        ) from error


def _chosen(book: Any, source: Source) -> list[Any]:
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    if source.sheet is None:
        return [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        if sheet.title == source.sheet:
            return [sheet]
    raise FileFormatError(
        f"{source.name} has no sheet {source.sheet!r}. Its sheets: {listed(sheet.title for sheet in sheets)}."
    )


def _rows(sheet: Any) -> Rows:
    sheet.reset_dimensions()
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    while rows and _blank(rows[-1]):
        rows.pop()
    width = max((_width(row) for row in rows), default=0)
    return [row[:width] + (None,) * (width - len(row)) for row in rows]


def _blank(row: tuple[Any, ...]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _width(row: tuple[Any, ...]) -> int:
    width = len(row)
    while width and _blank(row[width - 1 : width]):
        width -= 1
    return width


def cell_text(cell: Any) -> str:
    """Return a cell as text, nothing for a blank one."""
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return as_text(cell) or ""


def column_of(cells: list[Any]) -> pa.Array:
    """Return cells as numbers if all of them are, else as text; blank cells are null."""
    given = [cell for cell in cells if cell is not None]
    kinds = {type(cell) for cell in given}
    if kinds == {int} and all(abs(cell) < 1 << 62 for cell in given):
        return integers(cells)
    if kinds and kinds <= {int, float}:
        return numbers(np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64))
    return texts([None if cell is None else cell_text(cell) for cell in cells])
