"""Which rows of a large table are drawn: all that are rare, and of the many an even part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.compositions.explore.explored import Explored
    from phasewise.core.types import IntArray

__all__ = ["MOST_POINTS", "drawn_rows"]

MOST_POINTS = 100_000
"""Rows that a page draws."""

WHOLE = 500
"""Clusters of no more rows than this are drawn whole as far as there is room."""

MOST_NOISE = 20_000
"""Rows of noise that are drawn whole as far as there is room."""

OUTLIERS = 200
"""The rows farthest from any cluster are always drawn."""


def drawn_rows(found: Explored, most: int = MOST_POINTS) -> IntArray:
    """Return the rows that are drawn, in the order of the table: all of them, or `most`.

    Of too many, the rows without a place go first. Noise and small clusters stay whole, large clusters lose
    the same part of what goes beyond that, evenly along the table. The same table gives the same rows.
    """
    if len(found.rows) <= most:
        return np.arange(len(found.rows))
    groups = _groups(found)
    size = np.array([len(rows) for rows in groups])
    least = np.minimum(size, [MOST_NOISE, *[WHOLE] * (len(groups) - 1)])
    kept = _shared(size, least, most)
    first = [OUTLIERS, *[0] * (len(groups) - 1)]
    chosen = [_evenly(*part) for part in zip(groups, kept.tolist(), first, strict=True)]
    return np.sort(np.concatenate(chosen))


def _groups(found: Explored) -> list[IntArray]:
    """Return the placed rows of noise, the farthest first, and those of each cluster."""
    placed = found.placed
    noise = found.outliers[placed[found.outliers]]
    order = np.argsort(found.number, kind="stable")
    order = order[placed[order] & (found.number[order] > 0)]
    edges = np.flatnonzero(np.diff(found.number[order])) + 1
    return [noise, *(np.split(order, edges) if len(order) else [])]


def _shared(size: IntArray, least: IntArray, most: int) -> IntArray:
    """Return how many rows of each group are kept; they add up to `most`, or to all that there are."""
    if size.sum() <= most:
        return size
    start = least if least.sum() <= most else np.zeros_like(size)
    beyond = (least if least.sum() > most else size) - start
    parts = beyond * ((most - start.sum()) / beyond.sum())
    kept = start + np.floor(parts).astype(np.int64)
    for k in np.argsort(np.floor(parts) - parts, kind="stable")[: most - kept.sum()]:
        kept[k] += 1
    return np.asarray(kept)


def _evenly(rows: IntArray, number: int, first: int) -> IntArray:
    """Return so many of the rows: the first ones, and evenly spaced ones of the others."""
    if number >= len(rows):
        return rows
    first = min(first, number)
    rest = number - first
    steps = first + ((np.arange(rest) + 0.5) * (len(rows) - first) / max(rest, 1)).astype(np.int64)
    return np.concatenate([rows[:first], rows[steps]])
