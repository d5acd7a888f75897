"""``phasewise explore``."""

from __future__ import annotations

import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phasewise.cli.reading import print_notices, reading_options
from phasewise.cli.text_table import aligned, terminal_width, with_remarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.exploration import Exploration

__all__ = ["explore"]

MOST_CLUSTERS = 25
MOST_UNEXPLAINED = 5


@click.command(short_help="Map analyses without labels, find clusters and say what they are.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the rows with their places and clusters: .csv, .tsv, .parquet, .feather or .xlsx.",
)
@click.option(
    "--clusters-out",
    "cluster_out",
    type=click.Path(path_type=Path),
    help="Write what the clusters are, in the same formats.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write an interactive map as one page. .html")
@click.option(
    "--plot", type=click.Path(path_type=Path), help="Write the map as a figure: .png, .svg or .pdf."
)
@click.option(
    "--colour",
    default="cluster",
    show_default=True,
    help="Of the figure: cluster, mineral, verdict, label, source, total, distance or an oxide.",
)
@click.option(
    "--clusters",
    type=click.Choice(["auto", "own", "model"]),
    default="auto",
    show_default=True,
    help="Find clusters in FILE, or use those that come with the model; auto: find them in 500 rows or more.",
)
@click.option("--method", type=click.Choice(["hdbscan", "optics"]), default="hdbscan", show_default=True)
@click.option(
    "--map",
    type=click.Choice(["autoencoder", "pca", "umap"]),
    default="autoencoder",
    show_default=True,
    help="The model's map, the same for every table, or one fitted to FILE. umap: extra `umap`.",
)
@click.option("--label-column", "label", metavar="COLUMN", help="Published minerals, to compare with.")
@click.option("--source-column", "source", metavar="COLUMN", help="The publications, e.g. CITATION.")
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the clusters in a folder: --model FOLDER --clusters model places further tables in them.",
)
@click.option(
    "--model", default="explorer", show_default=True, help="What places analyses: of the zoo, or a folder."
)
@click.option(
    "--classifier", default="default", show_default=True, help="What says which minerals are in a cluster."
)
@click.option("--seed", default=0, show_default=True, help="Of what is drawn by chance.")
@click.option("--force", is_flag=True, help="Overwrite results that exist.")
@reading_options
def explore(file: Path, out: Path | None, **options: Any) -> None:
    """Map the analyses of FILE by their composition alone, find clusters, and say what these are.

    No label is used. The page that --report writes begins with what lies apart from all clusters, and with
    clusters that no known mineral explains. Needs the extra `explore`.
    """
    from phasewise.compositions.explore.explore import explore_file

    with _bar() as progress:
        summary = explore_file(file, out, progress=progress, **options)
    found = summary.exploration
    print_notices(found.notices)
    _print_clusters(found)
    _print_unexplained(found)
    for path in summary.written:
        click.echo(f"Written: {path}")


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show on a terminal what is being done."""
    from tqdm import tqdm

    quiet = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(delay=1, leave=False, disable=quiet, unit_scale=True) as bar:
        doing = ""

        def progress(what: str, done: int, total: int) -> None:
            nonlocal doing
            if what != doing:
                doing = what
                bar.reset(total)
                bar.set_description(what)
            bar.update(done - bar.n)

        yield progress


def _print_clusters(found: Exploration) -> None:
    clusters = [cluster for cluster in found.described if cluster.number]
    for name, value in found.settings.items():
        click.echo(textwrap.fill(f"{name}: {value}.", terminal_width(), subsequent_indent="  "))
    click.echo()
    lines = aligned(
        ["", "cluster", "rows", "minerals", "unexplained"],
        [_cells(cluster) for cluster in clusters[:MOST_CLUSTERS]],
        right=[0, 2],
    )
    click.echo(click.style(lines[0], bold=True))
    remarks = [cluster.description for cluster in clusters[:MOST_CLUSTERS]]
    click.echo("\n".join(with_remarks(lines[1:], remarks)))
    if len(clusters) > MOST_CLUSTERS:
        click.echo(f"... {len(clusters) - MOST_CLUSTERS} more clusters")
    noise = sum(cluster.rows for cluster in found.described if not cluster.number)
    click.echo(f"\n{len(found):,} rows, {len(clusters)} clusters, {noise:,} rows apart from all of them.")
    if found.agreement == found.agreement:
        label = found.columns["label"]
        click.echo(f"Clusters and '{label}' agree with an adjusted Rand index of {found.agreement:.2f}.")


def _cells(cluster: Cluster) -> list[str]:
    share = {name: n / cluster.rows for name, n in cluster.phases.items()}
    phases = ", ".join(f"{name} {part:.0%}" for name, part in list(share.items())[:2])
    novelty = f"{cluster.novelty:.0%}" if cluster.novelty >= 0.005 else "-"
    return [f"{cluster.number}", cluster.name, f"{cluster.rows:,}", phases, novelty]


def _print_unexplained(found: Exploration) -> None:
    from phasewise.compositions.explore.novelty import say_novel

    novel = found.unexplained
    if not novel:
        return
    click.echo(click.style("\nNo mineral that phasewise covers explains:", bold=True))
    for cluster in novel[:MOST_UNEXPLAINED]:
        text = f"{cluster.number} {cluster.name}: {say_novel(cluster)}"
        click.echo(textwrap.fill(text, terminal_width(), initial_indent="- ", subsequent_indent="  "))
    if len(novel) > MOST_UNEXPLAINED:
        click.echo(f"... {len(novel) - MOST_UNEXPLAINED} more")
