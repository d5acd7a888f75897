"""``phasewise audit``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, count, with_remarks

if TYPE_CHECKING:
    from phasewise.compositions.audit.audit import Audit

__all__ = ["audit"]

MOST_BLOCKS = 12
MOST_LABELS = 25


@click.command(short_help="Say which rows of a labelled table are wrong, and why.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--label-column", "label", metavar="COLUMN", help="The published minerals, e.g. MINERAL.")
@click.option("--source-column", "source", metavar="COLUMN", help="The publications, e.g. CITATION.")
@click.option("--sample-column", "sample", metavar="COLUMN", help="The samples or experiments.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the flagged rows, what matters most first: .csv, .tsv, .parquet, .feather or .xlsx.",
)
@click.option("--all-rows", is_flag=True, help="Write all rows to --out, in the order of the table.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page about it: what was found by publication, by mineral and row. .html, extra `report`.",
)
@click.option(
    "--model",
    default="default",
    show_default=True,
    help="A model of the zoo, or a folder of phasewise train.",
)
@click.option("--force", is_flag=True, help="Overwrite results that exist.")
@reading_options
def audit(file: Path, out: Path | None, report: Path | None, **options: Any) -> None:
    """Say which rows of FILE, a table of analyses with published minerals, are wrong, and why.

    Columns with minerals, publications and samples are found by their names. No row is judged by a model that
    has learned from it.
    """
    from tqdm import tqdm

    from phasewise.compositions.audit.audit import audit_file

    quiet = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(unit=" rows", delay=1, leave=False, disable=quiet, unit_scale=True) as bar:
        summary = audit_file(file, out, report=report, progress=bar.update, **options)
    found = summary.audit
    print_notices(found.notices)
    _print_columns(found)
    _print_labels(found)
    _print_blocks(found)
    click.echo(f"\n{summary.flagged:,} of {summary.rows:,} rows are flagged{_by_priority(found)}.")
    for path in (out, report):
        if path is not None:
            click.echo(f"Written: {path}")


def _by_priority(found: Audit) -> str:
    """Return how many of the flagged rows have which priority, and how many only stand in a block."""
    told = [
        f"{n:,} only in blocks" if name == "none" else f"{n:,} {name}"
        for name, n in found.priorities.items()
        if n
    ]
    return f": {', '.join(told)}" if told else ""


def _print_columns(found: Audit) -> None:
    told = [f"{part} '{name}'" if name else f"no {part}" for part, name in found.columns.items()]
    click.echo(f"Columns: {', '.join(told)}.\n")


def _print_labels(found: Audit) -> None:
    table = found.label_table
    findings = list(found.counts)
    rows = [
        [line["label"] or "(none)", line["stands_for"] or "-", *(count(line[f]) for f in findings)]
        for line in table.slice(0, MOST_LABELS).to_pylist()
    ]
    rows.append(["all", "", *(f"{n:,}" for n in found.counts.values())])
    header = ["label", "stands for", *(name.replace("_", " ") for name in findings)]
    lines = aligned(header, rows, right=range(2, len(header)))
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))
    if table.num_rows > MOST_LABELS:
        click.echo(f"... {table.num_rows - MOST_LABELS} more labels")


def _print_blocks(found: Audit) -> None:
    table = found.block_table
    if not table.num_rows:
        return
    shown = table.slice(0, MOST_BLOCKS).to_pylist()
    rows = [[b["block"], b["kind"], f"{b['rows']:,}", b["where"] or "-", b["priority"]] for b in shown]
    lines = aligned(["block", "what", "rows", "where", "priority"], rows, right=[2])
    click.echo()
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(with_remarks(lines[1:], [f"{b['evidence']} {b['remedy']}" for b in shown])))
    if table.num_rows > MOST_BLOCKS:
        click.echo(f"... {table.num_rows - MOST_BLOCKS} more blocks")
