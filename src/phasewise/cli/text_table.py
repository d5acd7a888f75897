"""Tables as aligned text that fits the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

__all__ = ["aligned", "count", "terminal_width", "with_remarks"]

GAP = "  "


def terminal_width() -> int:
    """Return the width of the terminal in characters, 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def aligned(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    width: int | None = None,
) -> list[str]:
    """Return the lines of a table; the widest text column gives way where the width is too small.

    Parameters
    ----------
    header : sequence of str
        Titles of the columns.
    rows : sequence of sequence of str
        Cells.
    right : sequence of int
        Columns set flush right.
    width : int, optional
        Characters in a line.

    Examples
    --------
    >>> aligned(["phase", "n"], [["Olivine", "12"], ["Glass", "3"]], right=[1])
    ['phase     n', 'Olivine  12', 'Glass     3']
    """
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - (width or terminal_width())
    while excess > 0:
        flexible = [i for i in range(len(widths)) if i not in right]
        widest = max(flexible, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= 8:
            break
        widths[widest] -= 1
        excess -= 1
    return [_line(row, widths, right) for row in (header, *rows)]


def count(number: int) -> str:
    """Return a number with its thousands apart, a dot for none."""
    return f"{number:,}" if number else "."


def with_remarks(lines: Sequence[str], remarks: Sequence[str], *, width: int | None = None) -> list[str]:
    """Return the lines, each followed by its remark, indented and wrapped; empty remarks take no line."""
    result: list[str] = []
    for line, remark in zip(lines, remarks, strict=True):
        result.append(line)
        result += textwrap.wrap(
            remark, max(width or terminal_width(), 40), initial_indent="    ", subsequent_indent="    "
        )
    return result


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    fitted = [
        _shortened(cell, width).rjust(width) if i in right else _shortened(cell, width).ljust(width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return GAP.join(fitted).rstrip()


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
