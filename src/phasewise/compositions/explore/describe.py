"""Describe clusters: composition, formula, minerals, labels, neighbour, novelty, and sentences."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.compositions.explore.cluster import Cluster, Spread
from phasewise.compositions.explore.mean_composition import alike, mean_formula, species_near
from phasewise.compositions.explore.members import Members, Spreads, spreads_of
from phasewise.compositions.explore.naming import NOISE_NAME, Opinions, distinctions
from phasewise.compositions.explore.novelty import novelty_of
from phasewise.compositions.explore.words import Difference, Setting, describe, describe_noise, refer

if TYPE_CHECKING:
    from phasewise.compositions.explore.rows import ExploredRows
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["describe_clusters"]

LEAST_SHOWN = 0.05
"""Oxides of a lower mean, in wt%, are shown only where they set a cluster apart."""

NEAREST = 3
"""So many of the nearest clusters are looked at for one that can be compared oxide by oxide."""

_UNSOUND = ("bad_analysis", "mixture")
"""Clusters of these kinds are no measure of others."""

MOST_DIFFERENCES = 3
LEAST_OF_LARGEST = 0.25
"""A difference is told where it is no smaller than this part of the largest one."""


def describe_clusters(rows: ExploredRows) -> tuple[Cluster, ...]:
    """Return what each cluster is, the largest first, and last, as number 0, the noise if there is any.

    Neither the order of the rows matters, nor single absurd values: means and standard deviations are those
    of `phasewise.compositions.explore.members.spreads_of`, in which far-out values count as their fence.
    Formula and nearest species are those of the mean composition of all oxides that at least half of the
    rows were measured for; noise, which has nothing in common, has none.

    Parameters
    ----------
    rows : ExploredRows

    Returns
    -------
    tuple of Cluster
        Empty for a table without rows.
    """
    return _Description(rows).clusters() if len(rows) else ()


class _Description:
    """What is known of all clusters before sentences are written."""

    def __init__(self, rows: ExploredRows) -> None:
        self.rows, self.members = rows, Members.of(rows.assigned)
        analyses, n = rows.analyses, len(rows)
        self.spreads = spreads_of(self.members, analyses.columns, analyses.values)
        total = _numbers(rows.judged["total"])
        total[total == 0] = np.nan
        self.totals = spreads_of(self.members, ("total",), total[:, None])
        opinions = Opinions.of(rows.judged, n)
        self.phases = self.members.count(opinions.kinds())
        self.labels, self.sources = self.members.count(rows.label), self.members.count(rows.source)
        self.identities = [
            opinions.identity(self.members.rows(k), phases) for k, phases in enumerate(self.phases)
        ]
        self.place = self.members.medians(rows.places.map)
        latent, clusters = self.members.medians(rows.places.latent), np.array(self.members.numbers) > 0
        sound = clusters & np.array([one.kind not in _UNSOUND for one in self.identities])
        self.neighbours = [next(iter(near), -1) for near in _by_distance(latent, clusters, clusters)]
        self.compared = [
            self._most_alike(k, near) for k, near in enumerate(_by_distance(latent, clusters, sound))
        ]

    def clusters(self) -> tuple[Cluster, ...]:
        """Return all clusters with their descriptions."""
        plain = [self._cluster(k, number) for k, number in enumerate(self.members.numbers)]
        pairs = list(zip(plain, self.identities, strict=True))
        names = [
            identity.name(cluster.number, cluster.nearest_species) if cluster.number else NOISE_NAME
            for cluster, identity in pairs
        ]
        apart = distinctions(names, self.members.numbers, self.members.sizes, self.spreads)
        self.called = [
            identity.running(cluster.nearest_species) + (more if more.startswith(",") else "")
            for (cluster, identity), more in zip(pairs, apart, strict=True)
        ]
        named = [replace(c, name=name + more) for c, name, more in zip(plain, names, apart, strict=True)]
        return tuple(self._described(k, named) for k in range(len(named)))

    def _cluster(self, k: int, number: int) -> Cluster:
        """Return a cluster without name and description."""
        identity, phases, labels = self.identities[k], self.phases[k], self.labels[k]
        size, columns, mean = self.members.sizes[k], self.spreads.columns, self.spreads.typical[k]
        total, labelled = _spread(self.totals, k, 0), sum(labels.values())
        mineral = identity.minerals[0] if identity.kind == "mineral" else ""
        return Cluster(
            number=number,
            name="",
            rows=size,
            sources=len(self.sources[k]),
            composition=self._composition(k),
            total=total,
            formula=mean_formula(mean, columns, mineral) if number else "",
            phases=phases,
            labels=labels,
            purity=next(iter(labels.values())) / labelled if labelled else math.nan,
            place=(float(self.place[k, 0]), float(self.place[k, 1])),
            neighbour=self._number(k) if number else 0,
            description="",
            novelty=novelty_of(phases.get("unknown", 0), size),
            nearest_species=species_near(mean, columns, total.mean) if number else "",
        )

    def _number(self, k: int) -> int:
        near = self.neighbours[k]
        return self.members.numbers[near] if near >= 0 else 0

    def _most_alike(self, k: int, near: list[int]) -> int:
        """Return the first of a few clusters that can be compared by oxides, else the first; -1 of none."""
        return next((other for other in near if self._alike(k, other)), next(iter(near), -1))

    def _alike(self, k: int, other: int) -> bool:
        return alike(self.spreads.typical[k], self.spreads.typical[other], self.spreads.columns)

    def _composition(self, k: int) -> dict[str, Spread]:
        """Return the oxides that a cluster holds, or by whose absence it differs from its neighbour."""
        told = {one.oxide for one in self._differences(k, self.compared[k])}
        return {
            name: _spread(self.spreads, k, j)
            for j, name in enumerate(self.spreads.columns)
            if self.spreads.mean[k, j] >= LEAST_SHOWN or name in told
        }

    def _differences(self, k: int, near: int) -> tuple[Difference, ...]:
        """Return the oxides that set a cluster apart from another, the largest contrast first."""
        if near < 0:
            return ()
        size = np.abs(self.spreads.contrast(k, near))
        chosen = np.argsort(-size, kind="stable")[:MOST_DIFFERENCES]
        least = max(LEAST_OF_LARGEST * size.max(initial=0.0), np.finfo(float).tiny)
        mean = self.spreads.typical
        return tuple(
            Difference(self.spreads.columns[j], float(mean[k, j]), float(mean[near, j]))
            for j in chosen.tolist()
            if size[j] >= least
        )

    def _described(self, k: int, named: list[Cluster]) -> Cluster:
        cluster = named[k]
        if not cluster.number:
            return self._described_noise(k, named)
        near = self.compared[k]
        source, count = next(iter(self.sources[k].items()), ("", 0))
        setting = Setting(
            neighbour=named[near] if near >= 0 else None,
            alike=near >= 0 and self._alike(k, near),
            called=self.called[near] if near >= 0 else "",
            differences=self._differences(k, near),
            source=source,
            of_source=count,
            sources=len(self.rows.source.names),
        )
        return replace(cluster, description=describe(cluster, self.identities[k], setting))

    def _described_noise(self, k: int, named: list[Cluster]) -> Cluster:
        """Return the noise with the cluster to which most of its rows are nearest, if there is one."""
        assigned, rows = self.rows.assigned, self.members.rows(k)
        nearest = assigned.nearest[rows]
        counts = np.bincount(nearest[nearest >= 0])
        most = int(counts.argmax()) + 1 if 2 * counts.max(initial=0) > len(rows) else 0
        near = next((place for place, one in enumerate(named) if one.number == most and most), -1)
        called = refer(most, self.called[near]) if near >= 0 else ""
        nowhere = int(np.isnan(self.rows.places.latent[rows]).any(axis=1).sum())
        text = describe_noise(named[k], called, int(counts.max(initial=0)), nowhere)
        return replace(named[k], neighbour=most if near >= 0 else 0, description=text)


def _numbers(column: pa.Array | pa.ChunkedArray) -> FloatArray:
    """Return an Arrow column as float64, NaN where null."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.array(whole.to_numpy(zero_copy_only=False), dtype=np.float64)


def _spread(spreads: Spreads, k: int, j: int) -> Spread:
    mean, sd, n = spreads.mean[k, j], spreads.sd[k, j], spreads.n[k, j]
    return Spread(float(mean), float(sd), int(n))


def _by_distance(medians: FloatArray, clusters: BoolArray, eligible: BoolArray) -> list[list[int]]:
    """Return for each cluster a few others that are eligible, the nearest first; none for noise."""
    placed = np.asarray(~np.isnan(medians).any(axis=1))
    found: list[list[int]] = []
    for k in range(len(medians)):
        others = eligible & placed & (np.arange(len(medians)) != k) & clusters[k] & placed[k]
        squared = np.where(others, ((medians - medians[k]) ** 2).sum(axis=1), np.inf)
        found.append(np.argsort(squared, kind="stable")[: min(NEAREST, int(others.sum()))].tolist())
    return found
