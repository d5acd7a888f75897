"""``phasewise classify``."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.preview import names_of, print_preview, title
from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, count, with_remarks

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.classify import Summary

__all__ = ["classify"]


@click.command(short_help="Say which phase each analysis is.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write all rows with their results: .csv, .tsv, .parquet, .feather or .xlsx.",
)
@click.option(
    "--model", default="default", show_default=True, help="A model of the zoo, or a folder with one."
)
@click.option(
    "--risk",
    type=float,
    metavar="R",
    help="Permit this share of wrong labels among accepted analyses, e.g. 0.01.",
)
@click.option("--force", is_flag=True, help="Overwrite results that exist.")
@click.option("--probabilities", is_flag=True, help="Add one column p_PHASE for each phase.")
@click.option(
    "--uncertainty", is_flag=True, help="Add what classes that overlap, and what is unknown, leave unsure."
)
@click.option(
    "--peer-names", is_flag=True, help="Add Predict_Mineral and Prediction_Score, as Thermobar has them."
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the outcome: .png, .pdf, .svg or .jpg.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page about it: what was found, what to measure again, every row. .html, extra `report`.",
)
@click.option(
    "--by-phase", is_flag=True, help="Print what is accepted of each phase, what is refused, and why."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Number of processes; for large tables the default is one for each core, at most 8.",
)
@click.option("--show", is_flag=True, help="Print the first rows even where --out is given.")
@reading_options
def classify(
    file: Path,
    out: Path | None,
    plot: Path | None,
    report: Path | None,
    by_phase: bool,
    show: bool,
    force: bool,
    workers: int | None,
    **options: Any,
) -> None:
    """Say which phase each analysis of FILE is, how sure that is, and why.

    FILE is a table of analyses in CSV, TSV, Excel, Parquet or Feather; run `phasewise headers FILE`
    to see how its columns are understood.
    """
    figure = _figure_target(plot, file, force=force)
    if report is not None:
        from phasewise.compositions.report.write import check_report_path

        check_report_path(report, force=force, source=file)
    if out is not None:
        from phasewise.report.write import check_result_path

        check_result_path(out, force=force, source=file)
    from tqdm import tqdm

    from phasewise.compositions.classify import classify_file

    quiet = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(unit=" rows", delay=1, leave=False, disable=quiet, unit_scale=True) as bar:
        summary = classify_file(
            file,
            out,
            report=report,
            force=force,
            progress=bar.update,
            workers=workers or "auto",
            **options,
        )
    print_notices(summary.notices)
    if figure is not None:
        _draw(summary, figure)
    if out is None or show:
        _print_rows(summary)
    _print_counts(summary)
    if by_phase:
        _print_reasons(summary)
    for path in (out, plot, report):
        if path is not None:
            click.echo(f"Written: {path}")


def _figure_target(plot: Path | None, file: Path, *, force: bool) -> Path | None:
    if plot is None:
        return None
    from phasewise.plot.save import FIGURE_SUFFIXES, require_matplotlib
    from phasewise.report.targets import check_target

    require_matplotlib()
    return check_target(plot, FIGURE_SUFFIXES, force=force, source=file)


def _draw(summary: Summary, figure: Path) -> None:
    from phasewise.plot.save import draw_to_file
    from phasewise.plot.verdicts import MAX_BARS, figure_size, plot_verdict_counts, plot_verdicts
    from phasewise.report.targets import atomic_path

    analyses = sum(summary.counts.values())
    complete = summary.preview.num_rows == summary.rows and analyses <= MAX_BARS
    n_bars = analyses if complete else len({phase for phase, _ in summary.counts})
    with atomic_path(figure) as draft:
        draw_to_file(
            draft,
            lambda ax: (
                plot_verdicts(summary.preview, ax=ax)
                if complete
                else plot_verdict_counts(summary.counts, ax=ax)
            ),
            figure_size(n_bars),
        )


def _print_rows(summary: Summary) -> None:
    rows, remarks = _cells(summary.preview)
    lines = aligned(["analysis", "phase", "prob.", "verdict", "flags"], rows, right=[2])
    hidden = summary.rows - summary.preview.num_rows
    print_preview(lines[0], with_remarks(lines[1:], remarks), hidden)


def _cells(preview: pa.Table) -> tuple[list[list[str]], list[str]]:
    """Return the cells that are shown of each row, and the reasons where there is something to say."""
    from phasewise.core.result_names import find_result, find_suffixes, with_suffix

    columns = preview.column_names
    suffixes = find_suffixes(columns)
    found = [
        [
            preview[find_result(columns, with_suffix(name, suffix))].to_pylist()
            for name in ("phase", "probability", "verdict", "flags", "reason")
        ]
        for suffix in suffixes
    ]
    rows, remarks = [], []
    for i, name in enumerate(names_of(preview)):
        for suffix, results in zip(suffixes, found, strict=True):
            phase, probability, verdict, flags, reason = (values[i] for values in results)
            shown = (flags or "").replace("|", ", ")
            rows.append([title(name, suffix), phase or "-", _percent(probability), verdict, shown])
            clean = verdict == "accepted" and not flags
            remarks.append("" if clean else reason or "")
    return rows, remarks


def _percent(probability: float | None) -> str:
    if probability is None or probability != probability:
        return "-"
    return f"{probability:.3f}"


def _print_counts(summary: Summary) -> None:
    from phasewise.core.types import VERDICTS

    verdicts = [v for v in VERDICTS if any(verdict == v for _, verdict in summary.counts)]
    per_phase: Counter[str | None] = Counter()
    for (phase, _), number in summary.counts.items():
        per_phase[phase] += number
    rows = [
        [phase or "-", *(count(summary.counts.get((phase, v), 0)) for v in verdicts), f"{number:,}"]
        for phase, number in per_phase.most_common()
    ]
    sums = [sum(number for (_, v), number in summary.counts.items() if v == verdict) for verdict in verdicts]
    analyses = sum(sums)
    rows.append(["all", *map(count, sums), f"{analyses:,}"])
    unit = "rows" if analyses == summary.rows else "analyses"
    header = ["phase", *(verdict.replace("_", " ") for verdict in verdicts), unit]
    lines = aligned(header, rows, right=range(1, len(header)))
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))


def _print_reasons(summary: Summary) -> None:
    from phasewise.compositions.by_phase import sorted_counts

    rows = [
        [phase or "-", verdict.replace("_", " "), code, f"{number:,}"]
        for phase, verdict, code, number in sorted_counts(summary.reasons)
    ]
    lines = aligned(["phase", "verdict", "why", "analyses"], rows, right=[3])
    click.echo()
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))
