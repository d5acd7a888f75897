"""What the page, the figure and the table of an exploration are made of."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.explore.naming import NOISE_NAME
from phasewise.compositions.explore.novelty import rank_novel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.rows import ExploredRows
    from phasewise.core.types import BoolArray, IntArray
    from phasewise.infer.clusters import Assignment

__all__ = ["Explored", "cluster_names", "cluster_numbers", "main_part"]


@dataclass(frozen=True, eq=False)
class Explored:
    """What an exploration has found.

    Attributes
    ----------
    title : str
        Name of the table.
    file : str or None
        Where it lies.
    model : str
        Name in the zoo, or folder, of the model that made the map and judged the rows.
    notices : tuple of str
        What was assumed while reading.
    settings : mapping of str to str
        How the clusters were found, in words: method, parameters, criterion, stability, cut-off.
    rows : ExploredRows
    clusters : tuple of Cluster
        The largest first; noise, number 0, is the last.
    table : pyarrow.Table
        The user's columns.
    columns : mapping of str to (str or None)
        The columns that were taken for ``label`` and ``source``.
    agreement : float
        Adjusted Rand index of clusters and labels; NaN where it was not computed.
    """

    title: str
    file: str | None
    model: str
    notices: tuple[str, ...]
    settings: Mapping[str, str]
    rows: ExploredRows
    clusters: tuple[Cluster, ...]
    table: pa.Table
    columns: Mapping[str, str | None] = field(default_factory=dict)
    agreement: float = math.nan

    @cached_property
    def number(self) -> IntArray:
        """Number of the cluster of each row (n,); 0 for noise, -1 without a place."""
        return cluster_numbers(self.rows.assigned)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each cluster by its number, none of them twice."""
        return cluster_names(self.clusters, int(self.number.max(initial=0)))

    @property
    def dense(self) -> list[Cluster]:
        """The clusters but noise."""
        return [cluster for cluster in self.clusters if cluster.number]

    @property
    def unexplained(self) -> tuple[Cluster, ...]:
        """The clusters that no known mineral explains, the most novel first."""
        return rank_novel(self.clusters)

    @property
    def placed(self) -> BoolArray:
        """Which rows have a place on the map (n,)."""
        return np.asarray(np.isfinite(self.rows.places.map).all(axis=1))

    @cached_property
    def outliers(self) -> IntArray:
        """The rows of noise, the farthest from any cluster first."""
        noise = np.flatnonzero(self.number == 0)
        distance = np.nan_to_num(self.rows.assigned.distance[noise], nan=-np.inf, posinf=np.inf)
        return noise[np.argsort(-distance, kind="stable")]

    @property
    def purity(self) -> float:
        """Part of the labelled rows in clusters that have the most frequent label of their cluster."""
        labelled = {k: sum(c.labels.values()) for k, c in enumerate(self.dense)}
        known = sum(labelled.values())
        pure = sum(c.purity * labelled[k] for k, c in enumerate(self.dense) if labelled[k])
        return pure / known if known else math.nan


def cluster_numbers(assigned: Assignment) -> IntArray:
    """Return the number of the cluster of each row (n,): 0 for noise, -1 without a place."""
    numbers: IntArray = np.where(np.isnan(assigned.probability), -1, assigned.cluster + 1)
    return numbers


def cluster_names(clusters: Sequence[Cluster], most: int = 0) -> tuple[str, ...]:
    """Return the name of each cluster by its number; those that share one have their number behind it.

    Parameters
    ----------
    clusters : sequence of Cluster
    most : int
        The highest number that has to have a name; without a cluster it is ``C7``.
    """
    named = {cluster.number: cluster.name for cluster in clusters}
    named = {0: NOISE_NAME} | {number: name or f"C{number}" for number, name in named.items()}
    often = Counter(named.values())
    unique = {k: name if often[name] == 1 else f"{name} ({k})" for k, name in named.items()}
    return tuple(unique.get(k, f"C{k}") for k in range(max(most, *named) + 1))


def main_part(counts: Mapping[str, int]) -> tuple[str, float]:
    """Return what is most frequent, and its part of all; nothing and NaN where nothing is counted.

    Examples
    --------
    >>> main_part({"Olivine": 3, "unknown": 1})
    ('Olivine', 0.75)
    """
    if not counts:
        return "", math.nan
    name = max(counts, key=lambda key: counts[key])
    return name, counts[name] / sum(counts.values())
