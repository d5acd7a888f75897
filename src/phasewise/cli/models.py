"""``phasewise models``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.text_table import aligned, with_remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["models"]


@click.command(short_help="List the models that ship, or show one of your own.")
@click.argument("model", required=False)
def models(model: str | None) -> None:
    """List the models that ship with phasewise, with what their cards say.

    With MODEL, a name of the list or a folder, show that model class by class.
    """
    from phasewise.infer.bundle import load_bundle, models_of_the_zoo

    rows, remarks = [], []
    for name in models_of_the_zoo() if model is None else (model,):
        card = load_bundle(name).card
        title = card["name"] if model else name
        rows.append([title, card["task"], str(len(card["classes"]) or "-"), card["weights"]["sha256"][:12]])
        remarks.append(_digest(card))
    lines = aligned(["model", "task", "classes", "weights sha256"], rows, right=[2])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(with_remarks(lines[1:], remarks)))
    if model is not None and "clusters" in card:
        click.echo(f"\nClusters that come with it: {', '.join(card['clusters']['names'])}.")
    elif model is not None:
        _print_classes(card)
        _print_risks(card)


def _digest(card: Mapping[str, Any]) -> str:
    """Return what it is, how good it is on publications that it has not seen, and what it was made from."""
    parts = [f"{card.get('description', card['task'])}."]
    if metrics := card.get("metrics"):
        parts.append(
            f"Macro-F1 {metrics['macro_f1']:.3f} on {metrics['rows']:,} rows of {metrics['publications']} "
            "publications, by siblings that had not seen them."
        )
        if own := metrics.get("own_data"):
            parts.append(
                f"On own rows alone: accuracy {own['accuracy']:.3f}{_interval(own['accuracy_interval'])} on "
                f"{own['rows']:,} rows of {own['publications']} sources."
            )
    parts.append(f"Sources: {'; '.join(card['training'].get('sources', []))}.")
    alone = card["limits"].get("simulated_only", [])
    if alone:
        parts.append(f"Known from simulated analyses alone: {', '.join(alone)}.")
    return " ".join([*parts, card["limits"].get("text", "")])


def _print_classes(card: Mapping[str, Any]) -> None:
    scores = card.get("metrics", {}).get("by_class", {})
    if not scores:
        click.echo("\nThe card has no figures: the training is not finished.")
        return
    rows = [
        [
            name,
            f"{s['rows']:,}",
            str(s["sources"]),
            *(f"{s[key]:.3f}" for key in ("precision", "recall", "f1")),
            _interval(s.get("interval", ())).strip(),
        ]
        for name, s in scores.items()
    ]
    header = ["class", "rows", "publications", "precision", "recall", "F1", "95 % interval"]
    lines = aligned(header, rows, right=range(1, 6))
    click.echo()
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))


def _print_risks(card: Mapping[str, Any]) -> None:
    if "risk" not in card:
        return
    keys = ("accepted_of_right", "wrong_of_accepted", "foreign_accepted")
    rows = [
        [
            f"{level['risk']:g}" + (" (default)" if level["risk"] == card["risk"]["default"] else ""),
            *(f"{100 * level[key]:.2f}" for key in keys),
            "" if level.get("attained", True) else "not attained",
        ]
        for level in card["risk"]["levels"]
    ]
    header = ["risk", "right accepted %", "wrong of accepted %", "foreign accepted %", ""]
    lines = aligned(header, rows, right=range(1, 4))
    click.echo()
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))


def _interval(interval: list[float]) -> str:
    return " ({:.3f}-{:.3f})".format(*interval) if len(interval) else ""
