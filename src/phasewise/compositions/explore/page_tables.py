"""The clusters as tables: what they are, which are unexplained, and what they consist of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from phasewise.compositions.explore.explored import main_part
from phasewise.compositions.explore.glance import labels_disagree, sentence
from phasewise.compositions.explore.listing import map_link
from phasewise.compositions.explore.novelty import NOVEL, say_novel
from phasewise.core.types import COLUMNS
from phasewise.report.page import Block, Cell, Column, Prose, Table, cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.compositions.explore.cluster import Cluster, Spread
    from phasewise.compositions.explore.explored import Explored

__all__ = ["cluster_list", "compositions", "unexplained"]

MAJOR = 0.5
"""Oxides that a cluster holds more of than this, wt%, stand in the table of compositions."""

MOST_SHOWN = 2

MOST_OPEN = 12
"""A longer table of clusters scrolls."""


def cluster_list(found: Explored) -> list[Block]:
    """Return what each cluster is, one a row, the largest first and noise last."""
    if not found.dense:
        return [Prose("There are none: nothing lies dense enough.")]
    sources, labels = bool(found.rows.source.names), bool(found.rows.label.names)
    columns = [
        Column("cluster"),
        Column("no.", True, "Number of the cluster, by size; 0 is noise, which lies apart from all clusters"),
        Column("rows", True),
        Column("mineral", hint="What most of its rows are by composition, and which part of them"),
        Column("what it is", wide=True),
        Column("novelty", True, "Lower 95 % bound of the part of its rows that no known mineral explains"),
        *(_label_columns() if labels else []),
        *([Column("publications", True, "From how many publications its rows are")] if sources else []),
    ]
    rows = [_described(found, cluster, sources=sources, labels=labels) for cluster in found.clusters]
    return [
        Table(
            columns,
            rows,
            "Numbers of rows lead to the map. Click a heading to sort. Deeper means more to explain.",
            scrolls=len(rows) > MOST_OPEN,
        )
    ]


def unexplained(found: Explored) -> list[Block]:
    """Return the clusters that are like no known mineral, the most novel first, with what is said of them."""
    if not found.dense:
        return [Prose("There are no clusters.")]
    if not found.unexplained:
        return [Prose("There are none: each cluster is like a known mineral, at least in most of its rows.")]
    told = (
        f"In these clusters at least {100 * NOVEL:.0f} % of the rows, with 95 % confidence, are like no "
        "mineral that is known here: other minerals, altered ones, mixtures, or errors that rows share."
    )
    columns = [
        Column("cluster"),
        Column("novelty", True, "Lower 95 % bound of the part of its rows that no known mineral explains"),
        Column("rows", True),
        Column("what it is", wide=True),
        Column("why", wide=True),
    ]
    rows = [
        [
            Cell(found.names[c.number]),
            _novelty(c),
            _rows(found, c),
            Cell(sentence(c.description)),
            Cell(say_novel(c)),
        ]
        for c in found.unexplained
    ]
    return [Prose(told), Table(columns, rows)]


def compositions(found: Explored) -> list[Block]:
    """Return mean and standard deviation of the major oxides of each cluster."""
    if not found.dense:
        return [Prose("There are no clusters.")]
    oxides = [
        name
        for name in COLUMNS
        if any(name in c.composition and c.composition[name].mean >= MAJOR for c in found.dense)
    ]
    columns = [Column("cluster"), *(Column(name, True) for name in (*oxides, "total")), Column("formula")]
    rows = [
        [
            Cell(found.names[c.number]),
            *(_spread(c.composition.get(name)) for name in oxides),
            _spread(c.total),
            Cell(c.formula),
        ]
        for c in found.dense
    ]
    caption = "Mean and standard deviation of the rows in which an oxide was measured, wt%."
    return [Table(columns, rows, caption, scrolls=True)]


def _label_columns() -> list[Column]:
    return [
        Column("published as", hint="The most frequent label of its rows, and what else"),
        Column("purity", True, "Part of its labelled rows with the most frequent label"),
    ]


def _described(found: Explored, cluster: Cluster, *, sources: bool, labels: bool) -> list[Cell]:
    about = f"Nearest species: {cluster.nearest_species}." if cluster.nearest_species else ""
    cells = [
        Cell(found.names[cluster.number]),
        cell(cluster.number),
        _rows(found, cluster),
        _minerals(cluster),
        Cell(sentence(cluster.description), aside=about),
        _novelty(cluster),
    ]
    if labels:
        label = main_part(cluster.labels)[0]
        doubt = 0.4 * (1 - cluster.purity) if cluster.number and labels_disagree(cluster) else 0.0
        cells += [Cell(label or "–", aside=_counted(cluster.labels, skip=1)), _percent(cluster.purity, doubt)]
    if sources:
        cells.append(cell(cluster.sources) if cluster.sources else Cell("–"))
    return cells


def _rows(found: Explored, cluster: Cluster) -> Cell:
    return cell(cluster.rows, link=map_link(found, cluster))


def _minerals(cluster: Cluster) -> Cell:
    name, part = main_part(cluster.phases)
    if not name:
        return Cell("–")
    return Cell(_words(name), aside=f"in {_floor_percent(part)} of rows" if part < 1 else "in all rows")


def _novelty(cluster: Cluster) -> Cell:
    shade = 0.45 * cluster.novelty if cluster.number else 0.0
    return Cell(f"{math.floor(100 * cluster.novelty)} %", cluster.novelty, shade=shade)


def _floor_percent(part: float) -> str:
    """Return a part that is not the whole, so that it does not look like it."""
    return f"{min(100 * part, 99.9):.1f} %"


def _percent(part: float, shade: float = 0.0) -> Cell:
    if math.isnan(part):
        return Cell("–")
    return Cell(f"{100 * part:.0f} %", part, shade=shade)


def _spread(spread: Spread | None) -> Cell:
    if spread is None or not spread.n or math.isnan(spread.mean):
        return Cell("–")
    aside = "" if math.isnan(spread.sd) else f"± {spread.sd:.2f}"
    return Cell(f"{spread.mean:.2f}", spread.mean, aside)


def _counted(counts: Mapping[str, int], *, skip: int = 0) -> str:
    """Return the most frequent ones with their numbers, without the first ones."""
    ranked = sorted(counts.items(), key=lambda item: -item[1])[skip:]
    told = [f"{_words(name)} {n:,}" for name, n in ranked[:MOST_SHOWN]]
    return ", ".join([*told, f"{len(ranked) - MOST_SHOWN} more"] if len(ranked) > MOST_SHOWN else told)


def _words(code: str) -> str:
    return code.replace("_", " ")
