"""``phasewise models``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.text_table import aligned, with_remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["models"]


@click.command(short_help="List the models that ship.")
def models() -> None:
    """List the models that ship with phasewise, with what their cards say."""
    from phasewise.infer.bundle import load_bundle, models_of_the_zoo

    rows, remarks = [], []
    for name in models_of_the_zoo():
        card = load_bundle(name).card
        rows.append([name, card["task"], str(len(card["classes"])), card["weights"]["sha256"][:12]])
        remarks.append(_digest(card))
    lines = aligned(["model", "task", "classes", "weights sha256"], rows, right=[2])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(with_remarks(lines[1:], remarks)))


def _digest(card: Mapping[str, Any]) -> str:
    """Return what it is, how good it is on publications that it has not seen, and what it was made from."""
    parts = [f"{card.get('description', card['task'])}."]
    if metrics := card.get("metrics"):
        parts.append(
            f"Macro-F1 {metrics['macro_f1']:.3f} on {metrics['rows']:,} rows of {metrics['publications']} "
            "publications, by siblings that had not seen them."
        )
    parts.append(f"Sources: {'; '.join(card['training'].get('sources', []))}.")
    return " ".join([*parts, card["limits"].get("text", "")])
