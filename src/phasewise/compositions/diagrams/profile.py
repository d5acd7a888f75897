"""Profiles of tables: what is drawn along a traverse, and what its axes are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.diagrams.options import as_number
from phasewise.compositions.diagrams.quantities import names_of
from phasewise.core.errors import HeaderError
from phasewise.core.types import COLUMNS
from phasewise.plot.diagrams.profile import plot_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from phasewise.compositions.diagrams.quantities import DiagramRequest
    from phasewise.compositions.diagrams.rows import DiagramRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["draw_profile"]

MOST_SHOWN = 4
LEAST_SHOWN = 2.0
"""In mol%: end members that never reach it are left out of a profile, unless they are asked for."""


def draw_profile(ax: Axes, drawn: DiagramRows, request: DiagramRequest) -> Axes:
    """Draw end members, indices or oxides of one mineral along a traverse.

    Raises
    ------
    HeaderError
        If there are several minerals, or the column of distances holds no numbers.
    """
    minerals = list(dict.fromkeys(drawn.labels))
    if len(minerals) > 1:
        raise HeaderError(
            f"A profile is of one mineral, not of {', '.join(minerals)}. Name it: --only {minerals[0]}."
        )
    distance = np.array([as_number(value) for value in drawn.distance])
    if not np.isfinite(distance).any():
        raise HeaderError(
            f"Column {request.distance!r} holds no numbers. Name the column of distances: --distance."
        )
    names = names_of(request, minerals[0])
    values, covariance = np.concatenate(drawn.quantities), np.concatenate(drawn.sigma)
    shown = list(range(len(names))) if request.show else _largest(values[:, : _members(names, minerals[0])])
    sigma = {names[k]: np.sqrt(covariance[:, k, k]) for k in shown} if np.isfinite(covariance).any() else None
    return plot_profile(
        distance,
        {names[k]: values[:, k] for k in shown},
        sigma=sigma,
        verdicts=drawn.verdicts,
        unit=_unit([names[k] for k in shown], minerals[0]),
        distance_name=_distance_name(request.distance or ""),
        ax=ax,
    )


def _members(names: Sequence[str], mineral: str) -> int:
    """Return how many of the names, which begin with them, are end members; all where there are none."""
    indices = {name for name, _ in load_minerals()[mineral].indices}
    return sum(name not in indices for name in names) or len(names)


def _unit(names: Sequence[str], mineral: str) -> str:
    """Return what the axis of quantities is called.

    Examples
    --------
    >>> _unit(["Fo", "Fa"], "Olivine"), _unit(["An", "MgO"], "Plagioclase"), _unit(["XMg"], "Biotite")
    ('mol%', 'mol% or wt%', 'XMg')
    """
    indices = {name for name, _ in load_minerals()[mineral].indices if "#" not in name}
    units = ["wt%" if name in COLUMNS else name if name in indices else "mol%" for name in names]
    return " or ".join(dict.fromkeys(units))


def _distance_name(column: str) -> str:
    """Return what the axis of distances is called.

    Examples
    --------
    >>> _distance_name("distance_um"), _distance_name("Rim (mm)")
    ('Distance (µm)', 'Rim (mm)')
    """
    microns = re.search(r"(^|[^a-z])(um|µm|μm|microns?)\W*$", column.casefold())
    return "Distance (µm)" if microns else column


def _largest(values: FloatArray) -> list[int]:
    """Return the end members that are shown of themselves: the most abundant, in their order."""
    most = np.nanmax(np.where(np.isfinite(values), values, -np.inf), axis=0)
    order: IntArray = np.argsort(-most, kind="stable")
    kept = [int(k) for k in order if np.isfinite(most[k]) and most[k] >= LEAST_SHOWN]
    return sorted(kept[:MOST_SHOWN]) or [int(order[0])]
