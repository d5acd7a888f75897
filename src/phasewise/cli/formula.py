"""``phasewise formula``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.preview import names_of, print_preview, title
from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, with_remarks

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.compositions.formula.tables import FormulaSummary

__all__ = ["formula"]


@click.command(short_help="Calculate the mineral formula of each analysis.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mineral",
    default="auto",
    show_default=True,
    help="Mineral, species or symbol for all rows; auto asks the classifier.",
)
@click.option("--label-column", metavar="COLUMN", help="Take the mineral of each row from this column.")
@click.option(
    "--fe3",
    default="auto",
    show_default=True,
    metavar="CHOICE",
    help="auto (measured FeO and Fe2O3, else the scheme of the mineral), measured, ferrous, ferric, "
    "'charge balance' (Droop 1987), of amphiboles minimum, maximum, mean or chosen, or Fe3+/total Fe.",
)
@click.option(
    "--water",
    type=click.Choice(["stoichiometry", "measured", "difference", "none"]),
    default="stoichiometry",
    show_default=True,
    help="Where OH comes from.",
)
@click.option(
    "--oxo",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="O in the place of OH, such as 2 Ti in amphibole and biotite; auto: as the mineral file says.",
)
@click.option("--basis", "oxygens", type=float, metavar="N", help="Oxygens (without H2O) of the formula.")
@click.option("--cations", type=float, metavar="N", help="Sum of cations of the formula.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the formulae: .csv, .tsv, .parquet, .feather or .xlsx.",
)
@click.option(
    "--layout",
    type=click.Choice(["wide", "tidy"]),
    default="wide",
    show_default=True,
    help="One row an analysis, or one row a number.",
)
@click.option(
    "--table",
    "table_out",
    type=click.Path(path_type=Path),
    help="Write a table for print (.xlsx): a sheet a mineral, analyses side by side.",
)
@click.option("--group", metavar="COLUMN", help="Add means by this column to the table for print.")
@click.option(
    "--model", default="default", show_default=True, help="A model of the zoo, or a folder with one."
)
@click.option("--force", is_flag=True, help="Overwrite results that exist.")
@reading_options
def formula(file: Path, out: Path | None, table_out: Path | None, **options: Any) -> None:
    """Calculate the mineral formula of each analysis of FILE, with sites, end members and Fe3+.

    FILE is a table of analyses in CSV, TSV, Excel, Parquet or Feather; run `phasewise headers FILE`
    to see how its columns are understood.
    """
    from tqdm import tqdm

    from phasewise.compositions.formula.tables import formula_file

    quiet = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(unit=" rows", delay=1, leave=False, disable=quiet, unit_scale=True) as bar:
        summary = formula_file(file, out, table_out=table_out, progress=bar.update, **options)
    print_notices(summary.notices)
    if out is None and table_out is None:
        _print_rows(summary)
    _print_counts(summary)
    for path in (out, table_out):
        if path is not None:
            click.echo(f"Written: {path}")


def _print_rows(summary: FormulaSummary) -> None:
    rows, remarks = _cells(summary.preview)
    lines = aligned(["analysis", "mineral", "Fe3+/Fe", "total"], [row[:4] for row in rows], right=[2, 3])
    shown = []
    for line, row, remark in zip(lines[1:], rows, remarks, strict=True):
        shown.append(line)
        if row[4]:
            shown.append(f"    {row[4]}")
        for text in (row[5], remark):
            shown += with_remarks([""], [text])[1:]
    print_preview(lines[0], shown, summary.rows - summary.preview.num_rows)


def _cells(preview: pa.Table) -> tuple[list[list[str]], list[str]]:
    """Return name, mineral, iron, total, formula and end members of each analysis, and remarks."""
    from phasewise.compositions.formula.results import reported_names
    from phasewise.core.result_names import find_result, with_suffix

    columns = preview.column_names
    suffixes = [c.partition("_")[2] for c in columns if re.fullmatch(r"formula(_[A-Z][a-z]+)?", c)]
    rows, remarks = [], []
    for i, name in enumerate(names_of(preview)):
        for suffix in suffixes:

            def cell(result: str, i: int = i, suffix: str = suffix) -> Any:
                wanted = with_suffix(result, suffix)
                return preview[find_result(columns, wanted)][i].as_py() if wanted in columns else None

            members = [(result, cell(result)) for result in reported_names(cell("mineral"))]
            rows.append(
                [
                    title(name, suffix),
                    cell("mineral") or "-",
                    _number(cell("Fe3+/Fe"), 2),
                    _number(cell("total_calc"), 1),
                    cell("formula") or "",
                    ", ".join(
                        f"{result} {_number(value, 1 if value >= 10 else 2)}"
                        for result, value in members
                        if value
                    ),
                ]
            )
            remarks.append(cell("formula_reason") or "")
    return rows, remarks


def _number(value: float | None, decimals: int) -> str:
    return "-" if value is None or value != value else f"{value:.{decimals}f}"


def _print_counts(summary: FormulaSummary) -> None:
    rows = [
        [name or "no formula", f"{number:,}"]
        for name, number in sorted(summary.counts.items(), key=lambda item: (item[0] is None, -item[1]))
        if number
    ]
    lines = aligned(["mineral", "analyses"], rows, right=[1])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))
