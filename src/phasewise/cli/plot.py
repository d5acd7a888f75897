"""``phasewise plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned

__all__ = ["plot"]


class _WithKinds(click.Command):
    """A command whose help lists the diagrams, and the minerals that each of them takes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the diagrams behind the options."""
        from phasewise.compositions.diagrams.kinds import DIAGRAMS

        rows = [(kind.name, f"{kind.title} [{', '.join(kind.minerals)}]") for kind in DIAGRAMS.values()]
        rows.append(("harker", "oxides against one of them (--against) [all]"))
        rows.append(("profile", "end members, indices or oxides along --distance [one mineral]"))
        with formatter.section("Diagrams, and the minerals that they take"):
            formatter.write_dl(rows)


@click.command(cls=_WithKinds, short_help="Draw a diagram of minerals.")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    help="The figure: .png, .pdf, .svg or .jpg.",
)
@click.option(
    "--mineral",
    "mineral_column",
    metavar="COLUMN",
    help="The mineral of each row; without it the phase of a classified table, else the classifier is asked.",
)
@click.option(
    "--colour-by", metavar="COLUMN", help="Colour by the groups or numbers of this column, not by mineral."
)
@click.option("--only", metavar="MINERAL", multiple=True, help="Draw this mineral; may be given again.")
@click.option(
    "--width",
    type=click.Choice(["single", "double"]),
    default="double",
    show_default=True,
    help="One or two columns of a journal, 89 or 183 mm.",
)
@click.option(
    "--against", metavar="OXIDE", default="SiO2", show_default=True, help="harker: the common oxide."
)
@click.option(
    "--show",
    metavar="NAMES",
    default="",
    help="harker: oxides; profile: end members, indices or oxides; a,b,c.",
)
@click.option("--distance", metavar="COLUMN", help="profile: the column of distances.")
@click.option(
    "--celsius",
    metavar="T",
    type=click.FloatRange(400, 1200),
    multiple=True,
    help="feldspar: draw the solvus of this temperature; may be given again.",
)
@click.option(
    "--bar", type=float, default=1000.0, show_default=True, help="feldspar: pressure of the solvus."
)
@click.option(
    "--density/--points",
    default=None,
    help="Shade places with many analyses, or draw each; by default shaded above 3000 analyses.",
)
@click.option(
    "--model", default="default", show_default=True, help="A model of the zoo, or a folder with one."
)
@click.option("--force", is_flag=True, help="Overwrite a figure that exists.")
@reading_options
def plot(kind: str, file: Path, out: Path, show: str, **options: Any) -> None:
    """Draw the diagram KIND of the minerals in FILE.

    FILE is a table of analyses in CSV, TSV, Excel, Parquet or Feather, classified or not; run
    `phasewise headers FILE` to see how its columns are understood. Marks other than discs are verdicts other
    than accepted; ellipses are analytical errors of 2 sigma, where the table states them.
    """
    from phasewise.compositions.diagrams.draw import diagram_file

    names = tuple(name.strip() for name in show.split(",") if name.strip())
    summary = diagram_file(file, out, kind, show=names, **options)
    print_notices(summary.notices)
    rows = [[name, f"{number:,}"] for name, number in summary.counts.items()]
    rows += [
        [f"not drawn: {reason.rstrip('.')}", f"{number:,}"] for reason, number in summary.left_out.items()
    ]
    lines = aligned(["drawn", "analyses"], rows, right=[1])
    click.echo(click.style(lines[0], bold=True))
    click.echo("\n".join(lines[1:]))
    click.echo(f"Written: {out}")
