"""``phasewise session``."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, terminal_width

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.session.quality import SessionAssessment
    from phasewise.compositions.session.recovery import Recovery

__all__ = ["session"]

LEAST_SHOWN = 0.1
"""wt% below which an oxide without an accepted value is not printed."""


@click.command(short_help="Judge a session by its standards: recoveries, precision, drift.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--standard-column",
    "standard",
    metavar="COLUMN",
    help="Tells standards: their name, or a mark, and blank for unknowns; without it one is looked for.",
)
@click.option(
    "--accepted",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="Accepted values of your own: a column of names, those of an analysis, errors where known.",
)
@click.option(
    "--order", metavar="COLUMN", help="Dates, times or numbers of analyses; without it one is looked for."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the recoveries: .csv, .tsv, .parquet, .feather or .xlsx.",
)
@click.option(
    "--unknowns",
    type=click.Path(path_type=Path),
    help="Write the unknowns with their expected errors, in the same formats.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page about it: findings, recoveries, control charts. .html, extra `report`.",
)
@click.option(
    "--model", default="default", show_default=True, help="A model of the zoo, or a folder with one."
)
@click.option("--force", is_flag=True, help="Overwrite results that exist.")
@reading_options
def session(
    file: Path, out: Path | None, unknowns: Path | None, report: Path | None, force: bool, **options: Any
) -> None:
    """Judge the session of FILE by the standards that were analysed between the unknowns.

    FILE is a table of analyses in CSV, TSV, Excel, Parquet or Feather; run `phasewise headers FILE`
    to see how its columns are understood.
    """
    from phasewise.compositions.session.quality import assess_session
    from phasewise.compositions.session.tables import recovery_table

    _check_targets(file, out, unknowns, report, force=force)
    found = assess_session(file, **options)
    print_notices(found.notices)
    _print_recoveries(found)
    click.echo()
    for sentence in found.summary:
        click.echo(textwrap.fill(sentence, terminal_width(), initial_indent="- ", subsequent_indent="  "))
    if out is not None:
        _write(recovery_table(found), out, file, force=force)
    if unknowns is not None:
        _write(found.unknown_table(), unknowns, file, force=force)
    if report is not None:
        from phasewise.compositions.session.page import write_session_page

        write_session_page(found, report, title=file.name, force=force)
    for path in (out, unknowns, report):
        if path is not None:
            click.echo(f"Written: {path}")


def _check_targets(
    file: Path, out: Path | None, unknowns: Path | None, report: Path | None, *, force: bool
) -> None:
    """Make sure that every result can be written before anything is worked out."""
    from phasewise.core.errors import OutputError
    from phasewise.report.write import check_result_path

    for path in (out, unknowns):
        if path is not None:
            check_result_path(path, force=force, source=file)
    if out is not None and unknowns is not None and out.resolve() == unknowns.resolve():
        raise OutputError(f"'{out}' cannot hold both results. Give the unknowns another name.")
    if report is not None:
        from phasewise.compositions.session.page import check_session_page

        check_session_page(report, force=force, source=file)


def _write(table: pa.Table, target: Path, source: Path, *, force: bool) -> None:
    from phasewise.report.write import open_writer

    with open_writer(target, force=force, source=source) as writer:
        writer.write(table)


def _print_recoveries(found: SessionAssessment) -> None:
    unit = found.rows.order.unit
    header = ["oxide", "n", "accepted", "mean", "rsd %", "recovery %", "95 %", f"drift/{unit}", "verdict"]
    shown = [r for r in found.recoveries if r.accepted == r.accepted or r.mean >= LEAST_SHOWN]
    lines = aligned(header, [_cells(r) for r in shown], right=range(1, 8))
    click.echo(click.style(lines[0], bold=True))
    for place, (recovery, line) in enumerate(zip(shown, lines[1:], strict=True)):
        if not place or shown[place - 1].standard != recovery.standard:
            click.echo(_title(found, recovery.standard))
        click.echo(line)
    if not shown:
        click.echo("(nothing to judge)")


def _title(found: SessionAssessment, standard: str) -> str:
    """Return what a standard is called, and what it is taken for."""
    material = found.rows.materials[found.rows.names.index(standard)]
    name = found.accepted.materials[material].name if material >= 0 else "not known"
    return standard if name == standard else f"{standard} ({name})"


def _cells(r: Recovery) -> list[str]:
    from phasewise.compositions.session.sentences import interval_text

    recovery, low, high = r.recovery
    verdict = f"{r.verdict}; {r.drift_verdict}" if r.drifts else r.verdict
    return [
        f"  {r.oxide}",
        f"{r.n}",
        _number(r.accepted, 2),
        _number(r.mean, 2),
        _number(r.rsd if r.mean >= LEAST_SHOWN else float("nan"), 1),
        _number(recovery, 1),
        interval_text(low, high),
        "-" if r.drift.slope != r.drift.slope else f"{r.drift.slope:+.2g}",
        verdict,
    ]


def _number(value: float, decimals: int) -> str:
    return "-" if value != value else f"{value:.{decimals}f}"
