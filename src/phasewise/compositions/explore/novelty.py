"""Clusters that no known mineral explains, the surest first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from phasewise.compositions.explore.mean_composition import is_covered
from phasewise.compositions.explore.words import published_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phasewise.compositions.explore.cluster import Cluster

__all__ = ["NOVEL", "novelty_of", "rank_novel", "say_novel"]

NOVEL = 0.5
"""A cluster is novel where, for sure, more than this part of its rows is no known mineral."""

MUCH_MISSING = 90.0
"""A mean total below this many wt% says that something was not measured."""

_Z = 1.959963984540054
"""Quantile of the normal distribution for 95 %."""


def novelty_of(unknown: int, rows: int) -> float:
    """Return the lower 95 % bound of the part of rows that no known mineral explains.

    Rows count as if they were independent, which those of one crystal, sample or publication are not: of a
    cluster from one publication the true bound is lower. `Cluster.sources` says from how many it comes.

    Parameters
    ----------
    unknown : int
        Rows of the verdict ``unknown``; mixtures, ambiguous and bad analyses are not among them.
    rows : int
        All rows; of none the bound is 0.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> round(novelty_of(212, 230), 2), round(novelty_of(1, 1), 2)
    (0.88, 0.21)
    """
    if not unknown:
        return 0.0
    share, square = unknown / rows, _Z**2
    middle = share + square / (2 * rows)
    half = _Z * math.sqrt(share * (1 - share) / rows + square / (4 * rows**2))
    return max(0.0, (middle - half) / (1 + square / rows))


def rank_novel(clusters: Iterable[Cluster]) -> tuple[Cluster, ...]:
    """Return the clusters of which most rows are no known mineral for sure, the highest novelty first.

    Noise is none of them: its rows have nothing in common. Equally novel ones come by size and number.
    """
    novel = [cluster for cluster in clusters if cluster.number and cluster.novelty > NOVEL]
    return tuple(sorted(novel, key=lambda c: (-c.novelty, -c.rows, c.number)))


def say_novel(cluster: Cluster) -> str:
    """Return why a cluster may be new, in a few sentences.

    "212 of 230 rows are no mineral that phasewise covers, at least 87 % with 95 % confidence. The mean
    composition, Ca3.83Ce5.76Si5.76O24, is nearest to britholite (catalogue). Published as BRITHOLITE in 93 %
    of rows. The rows come from 3 publications."
    """
    published = published_as(cluster)
    sentences = [_count(cluster), _nearest(cluster), *([f"{published}."] if published else [])]
    if cluster.total.mean < MUCH_MISSING:
        sentences.append(
            f"The mean total of {cluster.total.mean:.1f} wt% says that something was not measured."
        )
    if cluster.sources and cluster.rows > 1:
        several = f"{cluster.sources} publications" if cluster.sources > 1 else "one publication"
        sentences.append(f"The rows come from {several}.")
    return " ".join(sentences)


def _count(cluster: Cluster) -> str:
    unknown = cluster.phases.get("unknown", 0)
    rows = f"{unknown:,} of {cluster.rows:,} rows are" if cluster.rows > 1 else "Its only row is"
    if unknown == cluster.rows > 1:
        rows = f"All {unknown:,} rows are"
    sure = f"at least {math.floor(100 * cluster.novelty)} % with 95 % confidence"
    return f"{rows} no mineral that phasewise covers, {sure}."


def _nearest(cluster: Cluster) -> str:
    species = cluster.nearest_species
    mean = f"the mean composition, {cluster.formula}" if cluster.formula else "the mean composition"
    comma = "," if cluster.formula else ""
    if not species:
        return f"No species of the catalogue is near {mean}."
    if is_covered(species):
        return f"T{mean[1:]}{comma} is nearest to {species}, but unlike the analyses of it that are known."
    return f"T{mean[1:]}{comma} is nearest to {species} (catalogue)."
