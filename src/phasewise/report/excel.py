"""Excel workbooks."""

from __future__ import annotations

import datetime
import math
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from phasewise.core.errors import OutputError

__all__ = ["ExcelWriter"]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
"""What a sheet of the xlsx format holds, the header included."""

# Digits that Excel shows again exactly as they were typed: no leading zero or plus, at most 15 digits.
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,6})(?:\.(\d{1,8}))?", re.ASCII)


class ExcelWriter:
    """Write record batches as the one sheet of a workbook.

    A text that Excel would take for a formula or an error value is stored as text. A text that is
    nothing but a number ("51.20", though not "007") is stored as that number with its decimals shown.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        try:
            from openpyxl import Workbook
            from openpyxl.cell import WriteOnlyCell
            from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        except ImportError as error:
            raise OutputError(
                "Writing Excel files needs openpyxl. Install it with: pip install 'phasewise[excel]'"
            ) from error
        if len(schema) > MAX_COLUMNS:
            raise OutputError(
                f"An Excel sheet holds {MAX_COLUMNS:,} columns, the result has {len(schema):,}. "
                "Write .csv or .parquet instead."
            )
        self._path = path
        self._cell, self._illegal = WriteOnlyCell, ILLEGAL_CHARACTERS_RE
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("phasewise")
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._text(name) for name in schema.names])
        self._rows = 1

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch.

        Raises
        ------
        OutputError
            If the sheet would get more rows than the format can hold.
        """
        self._rows += batch.num_rows
        if self._rows > MAX_ROWS:
            raise OutputError(
                f"An Excel sheet holds {MAX_ROWS - 1:,} rows below its header, the result has more. "
                "Write .csv or .parquet instead."
            )
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            self._sheet.append([self._value(value) for value in row])

    def close(self) -> None:
        """Save the workbook."""
        self._book.save(self._path)

    def abandon(self) -> None:
        """Give up the workbook without saving it."""
        self._sheet.close()

    def _value(self, value: object) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return None if math.isnan(value) else value if math.isfinite(value) else str(value)
        if isinstance(value, datetime.datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            return value
        text = str(value)
        return self._number(text) if _PLAIN_NUMBER.fullmatch(text) else self._text(text)

    def _number(self, text: str) -> Any:
        decimals = len(text.partition(".")[2])
        cell = self._cell(self._sheet, value=float(text) if decimals else int(text))
        cell.number_format = f"0.{'0' * decimals}" if decimals else "0"
        return cell

    def _text(self, text: str) -> Any:
        if not text:
            return None
        cell = self._cell(self._sheet, value=self._illegal.sub("\N{REPLACEMENT CHARACTER}", text))
        cell.data_type = "s"
        return cell
