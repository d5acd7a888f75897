"""What an exploration has found as a page."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from phasewise import __version__
from phasewise.compositions.explore.glance import glance, lead
from phasewise.compositions.explore.listing import EVERYTHING, MAP, MOST_OUTLIERS, map_points, outlier_list
from phasewise.compositions.explore.page_tables import cluster_list, compositions, unexplained
from phasewise.compositions.explore.sample import drawn_rows
from phasewise.report.page import (
    Block,
    Cell,
    Column,
    Facts,
    Notes,
    Page,
    Prose,
    Section,
    Table,
    check_page_path,
    write_page,
)

if TYPE_CHECKING:
    import os

    from phasewise.compositions.explore.explored import Explored

__all__ = ["explore_page", "write_explore_page"]


def write_explore_page(found: Explored, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write what an exploration has found as a page.

    Raises
    ------
    OutputError
        If jinja2 is absent, or the file cannot be written or exists (without `force`).
    """
    check_page_path(path, force=force, source=found.file)
    write_page(explore_page(found), path, force=force)


def explore_page(found: Explored) -> Page:
    """Return what an exploration has found as a page that is yet to be written."""
    sections = [Section("At a glance", glance(found))]
    if found.placed.any():
        sections += [
            Section(MAP, _map(found)),
            Section("Clusters", cluster_list(found)),
            Section("Unexplained", unexplained(found)),
            Section("Composition", compositions(found)),
            Section("Outliers", _outliers(found)),
        ]
    sections.append(Section("How it was found", _how(found)))
    today = datetime.date.today()
    date = f"{today.day} {today:%B %Y}"
    return Page(found.title, lead(found), sections, f"Written by phasewise {__version__} on {date}.")


def _map(found: Explored) -> list[Block]:
    at = drawn_rows(found)
    points, left_out = map_points(found, at)
    told = (
        "Each point is an analysis: those that stand close together are alike in composition, whatever "
        "their totals. The axes have no unit. Names of clusters stand at their middle."
    )
    blocks: list[Block] = [Prose(told)]
    if len(at) < len(found.rows):
        blocks.append(
            Prose(
                f"Drawn are {len(at):,} of {len(found.rows):,} analyses: noise and small clusters as far as "
                f"there is room, and of the large clusters an even part. The tables count all. {EVERYTHING}"
            )
        )
    if left_out:
        columns = ", ".join(f"“{name}”" for name in left_out[:6]) + (" and more" if left_out[6:] else "")
        blocks.append(Prose(f"For so many rows the page has no room for {columns} of your table."))
    return [*blocks, points]


def _outliers(found: Explored) -> list[Block]:
    number = len(found.outliers)
    if not number:
        return [Prose("There are none: every row with a place is in a cluster.")]
    told = "Rows that lie apart from all clusters."
    if found.dense:
        told = (
            "Rows that lie apart from all clusters, the farthest first. A distance of 1 is the farthest "
            "that still belongs to a cluster."
        )
    if number > MOST_OUTLIERS:
        told += f" Listed are {MOST_OUTLIERS} of {number:,}."
    return [Prose(told), outlier_list(found)]


def _how(found: Explored) -> list[Block]:
    facts = [("Model", found.model), ("phasewise", __version__)]
    facts += [("File", Path(found.file).name)] if found.file and Path(found.file).name != found.title else []
    parts = {"label": "Column of minerals", "source": "Column of publications"}
    facts += [(words, column) for part, words in parts.items() if (column := found.columns.get(part))]
    blocks: list[Block] = [Facts(facts)]
    if found.settings:
        rows = [[Cell(name), Cell(words)] for name, words in found.settings.items()]
        blocks.append(Table([Column("what"), Column("how", wide=True)], rows))
    if found.notices:
        blocks.append(Prose("While reading, the following was assumed. A wrong answer often begins here."))
        blocks.append(Notes(list(dict.fromkeys(found.notices))))
    return blocks
