"""Excel tables for print: numbers in columns side by side, ruled as journals rule them."""

from __future__ import annotations

import math
import re
import textwrap
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from phasewise.core.errors import OutputError
from phasewise.report.excel import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["MOST_COLUMNS", "Look", "PrintRow", "PrintSheet", "Run", "legal_name", "write_sheets"]

Look = Literal["plain", "mean", "spread"]
"""How a column is set: upright, bold, or small and slanted."""

MOST_COLUMNS = MAX_COLUMNS - 1
"""Columns of numbers that a sheet holds beside its labels."""

COLUMNS_A_PAGE = 12
COLUMNS_UPRIGHT = 6
SIZE, SMALL = 10, 8
MARGIN, LINE_HEIGHT = 1.5, 13.5
"""Characters that a column has to spare, and points from line to line."""

LABEL_WIDTHS = (12.0, 32.0)
WIDTHS: dict[Look, tuple[float, float]] = {"plain": (8.5, 16), "mean": (11.5, 16), "spread": (6.5, 9)}
"""Least and largest width of a column, in characters."""

_NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_NAME = 31


class Run(NamedTuple):
    """A piece of a label, on the line or above or below it."""

    text: str
    position: Literal["baseline", "subscript", "superscript"] = "baseline"


Label = tuple[Run, ...]


@dataclass(frozen=True, eq=False)
class PrintRow:
    """One row of a table.

    Attributes
    ----------
    label : tuple of Run
        What stands in front.
    cells : sequence of float, str or None
        One a column; a number that is not finite is left blank.
    decimals : int
        Of the numbers, which keep all their digits in the cell.
    behind : mapping of int to str
        What is shown behind the number of a column, which remains a number; without quotation marks.
    is_head : bool
        Whether the label announces the rows below.
    is_sum : bool
        Whether the row sums up those above it, and a hairline parts it from them.
    """

    label: Label
    cells: Sequence[float | str | None] = ()
    decimals: int = 2
    behind: Mapping[int, str] = field(default_factory=dict)
    is_head: bool = False
    is_sum: bool = False


@dataclass(frozen=True, eq=False)
class PrintSheet:
    """One sheet of a workbook.

    Attributes
    ----------
    name : str
        See `legal_name`.
    title : tuple of Run
        Above the table.
    looks : sequence of str
        One of `Look` a column of numbers, at most `MOST_COLUMNS`.
    heads : sequence of PrintRow
        Rows that stay in sight, and at the top of each printed page.
    rows : sequence of PrintRow
    notes : sequence of tuple of Run
        Below the table, a line each.
    """

    name: str
    title: Label
    looks: Sequence[Look]
    heads: Sequence[PrintRow]
    rows: Sequence[PrintRow]
    notes: Sequence[Label]


def legal_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name that Excel allows for a sheet and that differs from those taken.

    Examples
    --------
    >>> legal_name("Mica: 1/2"), legal_name("olivine", ["Olivine"])
    ('Mica_ 1_2', 'olivine 2')
    """
    plain = _NO_NAME.sub("_", name).strip("' ") or "Sheet"
    used = {other.casefold() for other in taken}
    found, number = plain[:LONGEST_NAME].rstrip("' "), 1
    while found.casefold() in used or found.casefold() == "history":
        number += 1
        end = f" {number}"
        found = plain[: LONGEST_NAME - len(end)].rstrip() + end
    return found


def write_sheets(path: Path, sheets: Iterable[PrintSheet]) -> None:
    """Write tables as the sheets of one workbook.

    Parameters
    ----------
    path : Path
        A file ending in .xlsx, which is overwritten.
    sheets : iterable of PrintSheet
        At least one; each is taken when the one before is written. Text that Excel would take for a formula
        is stored as text.

    Raises
    ------
    OutputError
        If openpyxl is not installed, the disk is full, or a sheet has too many columns.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise OutputError(
            "Writing Excel files needs openpyxl. Install it with: pip install 'phasewise[excel]'"
        ) from error
    book = Workbook(write_only=True)
    for sheet in sheets:
        if len(sheet.looks) > MOST_COLUMNS:
            raise OutputError(
                f"An Excel sheet holds {MOST_COLUMNS:,} columns beside its labels, '{sheet.name}' has "
                f"{len(sheet.looks):,}. Print fewer analyses."
            )
        _SheetWriter(book, sheet).write()
    book.save(path)


class _SheetWriter:
    """One sheet on its way into a workbook."""

    def __init__(self, book: Any, sheet: PrintSheet) -> None:
        from openpyxl.cell import Cell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        self._new_cell, self._illegal = Cell, ILLEGAL_CHARACTERS_RE
        self._sheet, self._page = sheet, book.create_sheet(sheet.name)
        self._styles: dict[tuple[object, ...], Any] = {}

    def write(self) -> None:
        """Write title, header, rows and notes."""
        sheet = self._sheet
        self._set_up()
        self._page.append([self._text(sheet.title, "title", "")])
        last = len(sheet.heads) - 1
        for k, row in enumerate(sheet.heads):
            rule = ("top " if k == 0 else "") + ("middle" if k == last else "")
            self._page.append(self._cells(row, "column head", rule))
        for k, row in enumerate(sheet.rows):
            rule = ("sum " if row.is_sum else "") + ("bottom" if k == len(sheet.rows) - 1 else "")
            self._page.append(self._cells(row, "row head" if row.is_head else "row", rule))
        for note in sheet.notes:
            self._page.append([self._text(note, "note", "")])

    def _set_up(self) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties
        from openpyxl.worksheet.worksheet import Worksheet

        page, looks = self._page, self._sheet.looks
        first = len(self._sheet.heads) + 2
        page.freeze_panes = f"B{first}"
        page.sheet_view.showGridLines = False
        labels = [row.label for row in (*self._sheet.heads, *self._sheet.rows) if not row.is_head]
        widest = max((sum(len(run.text) for run in label) for label in labels), default=0)
        page.column_dimensions["A"].width = min(max(LABEL_WIDTHS[0], widest + MARGIN), LABEL_WIDTHS[1])
        heights = [1] * len(self._sheet.heads)
        for k, look in enumerate(looks):
            texts = [str(row.cells[k] or "") for row in self._sheet.heads]
            least, largest = WIDTHS[look]
            width = min(max(least, max(map(len, texts), default=0) + MARGIN), largest)
            page.column_dimensions[get_column_letter(k + 2)].width = width
            lines = [len(textwrap.wrap(text, int(width - MARGIN))) for text in texts]
            heights = [max(pair) for pair in zip(heights, lines, strict=True)]
        for k, lines_of_row in enumerate(heights):
            page.row_dimensions[k + 2].height = LINE_HEIGHT * lines_of_row
        narrow = len(looks) <= COLUMNS_UPRIGHT
        page.page_setup.orientation = (
            Worksheet.ORIENTATION_PORTRAIT if narrow else Worksheet.ORIENTATION_LANDSCAPE
        )
        page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        page.page_setup.fitToWidth = max(1, math.ceil(len(looks) / COLUMNS_A_PAGE))
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.print_title_rows = f"1:{first - 1}"
        page.print_title_cols = "A:A"
        page.oddFooter.center.text = "&A, page &P of &N"

    def _cells(self, row: PrintRow, look: str, rule: str) -> list[Any]:
        cells = [self._text(row.label, look, rule)]
        values = row.cells or [None] * len(self._sheet.looks)
        for k, (value, column) in enumerate(zip(values, self._sheet.looks, strict=True)):
            style = self._style(look, rule, column, row.decimals, row.behind.get(k, ""))
            if isinstance(value, str):
                cells.append(self._string(value, style))
                continue
            number = None if value is None or not math.isfinite(value) else float(value)
            cells.append(self._new_cell(self._page, 1, 1, number, style))
        return cells

    def _string(self, text: str, style: Any) -> Any:
        cell = self._new_cell(self._page, 1, 1, self._illegal.sub("\N{REPLACEMENT CHARACTER}", text), style)
        cell.data_type = "s"
        return cell

    def _text(self, label: Label, look: str, rule: str) -> Any:
        style = self._style(look, rule, "label", 0, "")
        if all(run.position == "baseline" for run in label):
            return self._string("".join(run.text for run in label), style)
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont

        font = _font(look, "label")
        runs = [
            TextBlock(
                InlineFont(rFont=font.name, sz=font.sz, b=font.b, i=font.i, vertAlign=run.position),
                self._illegal.sub("\N{REPLACEMENT CHARACTER}", run.text),
            )
            for run in label
        ]
        cell = self._new_cell(self._page, 1, 1, CellRichText(runs), style)
        cell.data_type = "s"
        return cell

    def _style(self, look: str, rule: str, column: str, decimals: int, behind: str) -> Any:
        """Return the style of a cell, which is made once and then shared."""
        key = (look, rule, column, decimals, behind)
        if key not in self._styles:
            cell = self._new_cell(self._page, 1, 1)
            cell.font, cell.border, cell.alignment = (
                _font(look, column),
                _border(rule),
                _alignment(look, column),
            )
            shown = f"0.{'0' * decimals}" if decimals else "0"
            cell.number_format = (
                "General" if column == "label" else shown + (f'" {behind}"' if behind else "")
            )
            self._styles[key] = cell._style
        return copy(self._styles[key])


def _font(look: str, column: str) -> Any:
    from openpyxl.styles import Font

    slanted = column == "spread" or look == "row head"
    bold = look in ("title", "column head") or (column == "mean" and look == "row")
    small = look == "note" or (column == "spread" and look != "column head")
    return Font(name="Arial", sz=SMALL if small else SIZE, b=bold, i=slanted)


def _border(rule: str) -> Any:
    from openpyxl.styles import Border, Side

    above = Side("medium") if "top" in rule else Side("hair") if "sum" in rule else None
    below = Side("medium") if "bottom" in rule else Side("thin") if "middle" in rule else None
    return Border(top=above, bottom=below)


def _alignment(look: str, column: str) -> Any:
    from openpyxl.styles import Alignment

    if column == "label":
        return Alignment(horizontal="left", vertical="bottom")
    return Alignment(horizontal="right", vertical="bottom", wrap_text=look == "column head")
