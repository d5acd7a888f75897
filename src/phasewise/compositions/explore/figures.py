"""The map of an exploration as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.explore.colours import cluster_colours, phases_of
from phasewise.core.errors import HeaderError
from phasewise.core.types import COLUMNS
from phasewise.plot.colours import PHASE_COLOURS, UNKNOWN_COLOUR, VERDICT_TINTS
from phasewise.plot.latent_map import MapLabel, latent_map, latent_map_of_numbers
from phasewise.plot.save import FIGURE_SUFFIXES, draw_to_file, require_matplotlib
from phasewise.report.colours import distinct_colours
from phasewise.report.targets import atomic_path, check_target

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pyarrow as pa
    from matplotlib.axes import Axes

    from phasewise.compositions.explore.explored import Explored
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["COLOURINGS", "draw_map", "write_map"]

COLOURINGS = ("cluster", "mineral", "verdict", "label", "source", "total", "distance")
"""What a map can be coloured by, beside the oxides."""

MOST_COLOURS = 24
"""Categories that have a colour of their own; the others are grey."""

SIZE = (7.2, 5.2)
"""Inches: two columns of a journal."""


def draw_map(found: Explored, colour: str = "cluster", ax: Axes | None = None) -> Axes:
    """Draw the map, with the names of the clusters at their places.

    Parameters
    ----------
    found : Explored
    colour : str
        One of `COLOURINGS`, or an oxide that was measured: ``MgO``.
    ax : matplotlib Axes, optional
        Where to draw; without it a figure of a fitting size is made.

    Raises
    ------
    HeaderError
        If the table holds nothing to colour by.
    OutputError
        If matplotlib is absent.
    """
    require_matplotlib()
    places, labels = found.rows.places.map, _labels(found)
    numbers = _numbers(found, colour)
    if numbers is not None:
        unit = "" if colour == "distance" else " (wt%)"
        title = f"{_TITLES.get(colour, colour)}{unit}"
        return latent_map_of_numbers(places, numbers, title=title, labels=labels, ax=ax)
    codes, colours = _categories(found, colour)
    behind = found.names[0] if colour == "cluster" else ""
    title = _TITLES[colour]
    return latent_map(places, codes, colours, title=title, behind=behind, labels=labels, ax=ax)


def write_map(
    found: Explored, path: str | os.PathLike[str], *, colour: str = "cluster", force: bool = False
) -> None:
    """Write the map as a figure; the format follows from the ending.

    Raises
    ------
    HeaderError
        If the table holds nothing to colour by.
    OutputError
        If matplotlib is absent, or the file cannot be written or exists (without `force`).
    """
    require_matplotlib()
    target = check_target(path, FIGURE_SUFFIXES, force=force)
    with atomic_path(target) as draft:
        draw_to_file(draft, lambda ax: draw_map(found, colour, ax), SIZE)


_TITLES = {
    "cluster": "Cluster",
    "mineral": "Mineral by composition",
    "verdict": "Verdict",
    "label": "Published mineral",
    "source": "Publication",
    "total": "Total",
    "distance": "Distance to the clusters",
}


def _labels(found: Explored) -> list[MapLabel]:
    """Return the names of the clusters, the largest first."""
    ranked = sorted(found.dense, key=lambda cluster: -cluster.rows)
    return [MapLabel(*cluster.place, found.names[cluster.number]) for cluster in ranked]


def _numbers(found: Explored, colour: str) -> FloatArray | None:
    """Return the numbers to colour by, None for categories."""
    if colour == "total":
        return np.asarray(found.rows.judged["total"].to_numpy(zero_copy_only=False))
    if colour == "distance":
        return found.rows.assigned.distance
    if colour in COLUMNS and np.isfinite(found.rows.analyses[colour]).any():
        return found.rows.analyses[colour]
    return None


def _categories(found: Explored, colour: str) -> tuple[IntArray, dict[str, str]]:
    """Return the category of each row, and all of them with their colours, the most frequent first."""
    rows = found.rows
    if colour == "cluster":
        return _by_cluster(found)
    if colour in ("mineral", "verdict"):
        codes, names = _coded(rows.judged["phase" if colour == "mineral" else "verdict"])
        known = phases_of(found) if colour == "mineral" else VERDICT_TINTS
        return _ranked(codes, names, known)
    if colour in ("label", "source") and (groups := getattr(rows, colour)).names:
        return _ranked(groups.code, groups.names, PHASE_COLOURS)
    oxides = [name for name in rows.analyses.columns if np.isfinite(rows.analyses[name]).any()]
    raise HeaderError(
        f"The map cannot be coloured by '{colour}': '{found.title}' has no such column. "
        f"Choose one of {', '.join((*COLOURINGS, *oxides))}."
    )


def _by_cluster(found: Explored) -> tuple[IntArray, dict[str, str]]:
    """Return the clusters by number, behind which noise comes last."""
    colours = cluster_colours(found)
    names = [*found.names[1:], found.names[0]]
    codes = np.where(found.number == 0, len(names), found.number) - 1
    return np.maximum(codes, -1), {name: colours.get(name, UNKNOWN_COLOUR) for name in names}


def _coded(values: pa.Array) -> tuple[IntArray, list[str]]:
    encoded = values if hasattr(values, "indices") else values.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, encoded.dictionary.to_pylist()


def _ranked(codes: IntArray, names: Sequence[str], known: dict[str, str]) -> tuple[IntArray, dict[str, str]]:
    """Return categories in the order of their frequency, with colours that are given or distinct."""
    counts = np.bincount(codes + 1, minlength=len(names) + 1)[1:]
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(names) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    ranked = [names[k] for k in order]
    given = {name: known[name] for name in ranked if name in known}
    more = [name for name in ranked if name not in given][:MOST_COLOURS]
    colours = given | dict(zip(more, distinct_colours(len(more), list(given.values())), strict=True))
    return place[codes], {name: colours.get(name, UNKNOWN_COLOUR) for name in ranked}
