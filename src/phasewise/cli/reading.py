"""Options of all commands that read a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

__all__ = ["print_notices", "reading_options"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--sheet",
        metavar="NAME",
        help="Sheet of an Excel file; needed where several hold analyses (LEPR templates are read whole).",
    ),
    click.option("--iron", metavar="COLUMN", help="The column of total iron, where several could be it."),
    click.option(
        "--sigma-level",
        type=click.FloatRange(min=0, min_open=True),
        default=1.0,
        show_default=True,
        help="How many sigma the columns of uncertainties hold.",
    ),
    click.option(
        "--unit", metavar="UNIT", help="Unit of the concentrations, where the table does not say it."
    ),
)


def reading_options(command: CommandT) -> CommandT:
    """Add the options of reading to a command; their names are those of `phasewise.read`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def print_notices(notices: Sequence[str]) -> None:
    """Print on stderr what was assumed while reading."""
    for notice in dict.fromkeys(notices):
        click.echo(f"phasewise: note: {notice}", err=True)
