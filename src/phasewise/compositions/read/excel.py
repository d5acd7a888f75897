"""Excel workbooks with one table of analyses on a sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from phasewise.compositions.headers import count_analytes, listed
from phasewise.compositions.read._dialect import find_header, named
from phasewise.compositions.read._sheets import Rows, cell_text, column_of, is_workbook, load_sheets
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.errors import FileFormatError, HeaderError

__all__ = ["SPEC"]


def _open(source: Source) -> Opened:
    sheets = {title: rows for title, rows in load_sheets(source).items() if rows}
    if not sheets:
        raise FileFormatError(f"{source.name} has only blank sheets. Save it again with its table.")
    title = _with_analyses(sheets, source)
    rows = sheets[title]
    header = _header_row(rows)
    names = named([cell_text(cell) for cell in rows[header]])
    body = rows[header + 1 :]
    columns = [column_of([row[i] for row in body]) for i in range(len(names))]

    def batches() -> Iterator[pa.Table]:
        yield pa.Table.from_arrays(columns, names=list(names))

    notices = [f"Sheet {title!r} is read."] if len(sheets) > 1 else []
    if header:
        notices.append(f"{header} row(s) before the header not read.")
    return Opened(names, batches, len(body), tuple(notices))


def _header_row(rows: Rows) -> int:
    return find_header([[cell_text(cell) for cell in row] for row in rows[:60]])


def _with_analyses(sheets: dict[str, Rows], source: Source) -> str:
    """Return the one sheet with analyses.

    Several are an error, not a stack: sheets of one workbook often repeat one another (raw and
    normalised, all and selected), and their columns differ.
    """
    found = [title for title, rows in sheets.items() if _n_analytes(rows) >= 2]
    if len(found) > 1:
        raise HeaderError(
            f"{source.name} has analyses on {len(found)} sheets: {listed(found)}. "
            f'Choose one: sheet="{found[0]}" (on the command line --sheet "{found[0]}").'
        )
    return found[0] if found else next(iter(sheets))


def _n_analytes(rows: Rows) -> int:
    return count_analytes(cell_text(cell) for cell in rows[_header_row(rows)])


SPEC = FormatSpec(
    name="excel",
    description="Excel workbook (needs phasewise[excel])",
    extensions=(".xlsx", ".xlsm"),
    sniff=is_workbook,
    open=_open,
    has_sheets=True,
    priority=1,
)
