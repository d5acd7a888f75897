"""The first analyses of a result, as the commands show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["names_of", "print_preview", "title"]


def names_of(preview: pa.Table) -> list[object]:
    """Return the names of the analyses from the column that holds them, else their numbers from 1."""
    from phasewise.core.result_names import find_label

    label = find_label(preview.column_names)
    return preview[label].to_pylist() if label else list(range(1, preview.num_rows + 1))


def title(name: object, suffix: str) -> str:
    """Return what an analysis is called in a line, with the suffix where a row holds several.

    Examples
    --------
    >>> title("A-12", "Cpx"), title(None, "Cpx"), title(3, "")
    ('A-12 Cpx', 'Cpx', '3')
    """
    return f"{'' if name is None else name} {suffix}".strip()


def print_preview(header: str, lines: Sequence[str], hidden: int) -> None:
    """Print the lines of the first analyses, and how many more there are."""
    click.echo(click.style(header, bold=True))
    click.echo("\n".join(lines) if lines else "(no rows)")
    if hidden:
        click.echo(f"... and {hidden:,} more rows; write all of them with --out RESULT.csv")
    click.echo()
