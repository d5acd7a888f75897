"""``phasewise headers``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, count

if TYPE_CHECKING:
    from phasewise.compositions.read import ColumnCounts

__all__ = ["headers"]

TITLES = (
    "",
    "column",
    "taken for",
    "unit",
    "values",
    "missing",
    "below detection",
    "unreadable",
    "first value",
)


@click.command(short_help="Show what each column is taken for.")
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
def headers(file: Path, **options: Any) -> None:
    """Show what each column of FILE is taken for, its unit, and how many of its values are missing."""
    from phasewise.compositions.read import describe_headers, open_table

    table = open_table(file, **options)
    described = describe_headers(table)
    print_notices(table.notices)
    click.echo(f"{table.name}: {table.format}, {len(described)} columns\n")
    rows = [_row(position, column) for position, column in enumerate(described, start=1)]
    lines = aligned(TITLES, rows, right=[0, 4, 5, 6, 7])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))


def _row(position: int, column: ColumnCounts) -> list[str]:
    taken_for = column.taken_for or column.note or "(carried along)"
    counts = (column.n_values, column.n_missing, column.n_below_detection, column.n_unreadable)
    return [str(position), column.column, taken_for, column.unit, *map(count, counts), column.example]
