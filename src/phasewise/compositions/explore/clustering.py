"""Clusters among analyses: found in some of them, and given to all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from phasewise.compositions.explore.explorer import Explorer, KnownClusters
from phasewise.core.errors import PhasewiseError
from phasewise.infer.clusters import Assignment

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["FEW_ROWS", "Method", "agreement_with", "find_in", "use_known"]

Method = Literal["hdbscan", "optics"]

FEW_ROWS = 500
"""With fewer analyses, density says little: those that come with the model are used."""


def find_in(
    explorer: Explorer,
    latent: FloatArray,
    source: IntArray,
    strange: BoolArray,
    *,
    method: Method,
    seed: int,
    progress: Callable[[int, int], object],
    first: IntArray | None = None,
) -> tuple[KnownClusters, Assignment]:
    """Return the clusters of analyses, the largest first, and the one of each.

    Parameters
    ----------
    explorer : Explorer
    latent : (n, k) float64
        NaN without a place.
    source : (n,) int
        Where each comes from, -1 where that is not known.
    strange : (n,) bool
        Rows that the classifier refuses: small clusters are looked for among them too.
    method, seed, progress, first
        As for `phasewise.learn.density.find_clusters`.

    Raises
    ------
    PhasewiseError
        If scikit-learn is absent, or hardly any row has a place.
    """
    try:
        from phasewise.learn.density import LEAST_SIZE, METHODS, NEIGHBOURS, OUT_OF_REACH, find_clusters
    except ImportError as error:
        raise PhasewiseError(
            "Clusters need SciPy and scikit-learn. Install them with: pip install 'phasewise[explore]'"
        ) from error
    there = np.flatnonzero(np.isfinite(latent).all(axis=1))
    if len(there) < 2 * NEIGHBOURS:
        raise PhasewiseError(
            f"{len(there)} of {len(latent)} rows hold oxides, too few to find clusters among them. Place "
            "them among the clusters that come with the model: --clusters model."
        )
    if first is not None:
        first = np.flatnonzero(np.isin(there, first))
    found = find_clusters(
        latent[there],
        source[there],
        method=method,
        seed=seed,
        first=first,
        strange=strange[there],
        progress=progress,
    )
    assigned = found.clusters.assign(latent, strange)
    size = np.bincount(assigned.cluster[assigned.cluster >= 0], minlength=found.clusters.count)
    order = np.argsort(-size, kind="stable")
    settings = {
        "Clusters": (
            f"{METHODS[method]} on {explorer.clusters.network.size} latent coordinates of model "
            f"'{explorer.name}', and what these leave unexplained"
        ),
        "Found in": f"{found.fitted:,} of {len(there):,} rows, spread over their sources",
        "Smallest cluster": f"{found.recipe.min_size} of them, {LEAST_SIZE} of rows apart or refused",
        "Joined": f"where the density between two is at least {found.recipe.valley:g} of the thinner one's",
        "Criterion": (
            f"clusters of halves of the sources agree best: adjusted Rand index {found.stability:.2f}; of "
            "equals, the most clusters"
        ),
        "Noise": f"farther from a cluster than {1 - OUT_OF_REACH:.0%} of rows from those of other sources",
    }
    known = KnownClusters(found.clusters.renumbered(order), (), settings)
    return known, assigned.renumbered(order)


def agreement_with(label: IntArray, cluster: IntArray) -> float:
    """Return the adjusted Rand index of clusters and labels (n,), of rows with a label (-1: none).

    Noise is a class of its own. NaN where no row has a label, or scikit-learn is absent.
    """
    labelled = label >= 0
    if not labelled.any():
        return math.nan
    try:
        from phasewise.learn.density import agreement
    except ImportError:
        return math.nan
    return agreement(label[labelled], cluster[labelled])


def use_known(explorer: Explorer, latent: FloatArray, strange: BoolArray) -> tuple[KnownClusters, Assignment]:
    """Return the clusters that come with a model, and the one of each row.

    Raises
    ------
    PhasewiseError
        If it has none.
    """
    if explorer.known is None:
        raise PhasewiseError(
            f"No clusters come with model '{explorer.name}'. Find them in the table itself: --clusters own."
        )
    settings = {
        "Clusters": f"those that come with model '{explorer.name}', with their numbers and names",
        **{name: text for name, text in explorer.known.settings.items() if name != "Clusters"},
    }
    return replace(explorer.known, settings=settings), explorer.known.density.assign(latent, strange)
