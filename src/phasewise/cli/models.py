"""``phasewise models``."""

from __future__ import annotations

import click

from phasewise.cli.text_table import aligned, with_remarks

__all__ = ["models"]


@click.command(short_help="List the models that ship.")
def models() -> None:
    """List the models that ship with phasewise, with what their cards say."""
    from phasewise.infer.bundle import load_bundle, models_of_the_zoo

    rows, remarks = [], []
    for name in models_of_the_zoo():
        card = load_bundle(name).card
        rows.append([name, card["task"], str(len(card["classes"])), card["weights"]["sha256"][:12]])
        remarks.append(str(card.get("summary", "")))
    lines = aligned(["model", "task", "classes", "weights sha256"], rows, right=[2])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(with_remarks(lines[1:], remarks)))
