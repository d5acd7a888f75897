"""``phasewise data``."""

from __future__ import annotations

import click

from phasewise.cli.text_table import aligned, with_remarks

__all__ = ["data"]


@click.command(short_help="List the data for training and tests.")
def data() -> None:
    """List the real data that models are trained and tested on, and what is on this machine."""
    from phasewise.core.data import ENVIRONMENT_VARIABLE, data_folder, load_registry

    folder = data_folder()
    rows, remarks = [], []
    for entry in load_registry().values():
        here = folder is not None and (folder / entry.path).is_file()
        rows.append([entry.name, "yes" if here else "no", entry.licence, entry.sha256[:12]])
        remarks.append(f"{entry.what}; {entry.origin}; cite {entry.citation}")
    lines = aligned(["data set", "here", "licence", "sha256"], rows)
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(with_remarks(lines[1:], remarks)))
    named = f"'{folder}'" if folder else "not set"
    click.echo(f"\nThe folder of local copies is named by {ENVIRONMENT_VARIABLE} ({named}).")
