"""Explorations of simulated tables: places and clusters are set by hand, so that the truth is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

import phasewise
from phasewise.compositions.explore.cluster import Cluster, Spread
from phasewise.compositions.explore.explored import Explored
from phasewise.compositions.explore.rows import ExploredRows, Places
from phasewise.compositions.features import inputs
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.row_groups import Groups
from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.clusters import NOISE, Assignment

HOSTILE = '</script><img src=x onerror="window.hurt=1">\' &amp; $x$ {{ 7*7 }}'

OXIDES = ("SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O")
KINDS = {
    # San Carlos olivine and Kakanui augite (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x).
    "Olivine": (40.81, 0.0, 0.0, 9.55, 0.14, 49.42, 0.0, 0.0),
    "Clinopyroxene": (50.73, 0.74, 7.86, 6.77, 0.13, 16.65, 15.82, 1.27),
    # Ideal Ca2SiO4, which no model of igneous minerals covers.
    "Ca2SiO4": (34.89, 0.0, 0.0, 0.0, 0.0, 0.0, 65.11, 0.0),
}
MIDDLES = np.array([[0.0, 0.0], [6.0, 1.0], [2.0, 7.0]])
PARTS = (0.5, 0.3, 0.15)
APART, NOWHERE = 3, 4


@lru_cache(maxsize=4)
def explored(n: int = 400, *, labels: bool = True, dense: bool = True) -> Explored:
    """Return an exploration of three clusters, 4 % noise, and 1 % of rows without oxides.

    Parameters
    ----------
    n : int
        Rows.
    labels : bool
        Whether the table has minerals and publications.
    dense : bool
        Whether there are clusters; without them all rows are noise.
    """
    rng = np.random.default_rng(7)
    kind = rng.choice(5, n, p=[*PARTS, 0.04, 0.01])
    values = _values(kind, rng)
    table = _table(kind, values, labels=labels)
    analyses = phasewise.read(table)
    places = np.where(
        (kind < APART)[:, None],
        MIDDLES[np.minimum(kind, 2)] + rng.normal(0, 0.4, (n, 2)),
        rng.uniform(-6, 12, (n, 2)),
    )
    places[kind == NOWHERE] = np.nan
    assigned = _assigned(places, kind, dense=dense)
    model = load_model()
    rows = ExploredRows(
        analyses,
        inputs(analyses),
        Places(places, places),
        assigned,
        result_columns(predict(analyses, model), sets=model.conformal),
        Groups.of(table["mineral"] if labels else None, n),
        Groups.of(table["reference"] if labels else None, n),
    )
    names = {"label": "mineral", "source": "reference"} if labels else {}
    settings = {"Method": "By density, in 2 coordinates", "Cut-off": "A distance of 1"}
    return Explored(
        "grains.csv",
        None,
        "default",
        ("Iron is total iron.",),
        settings,
        rows,
        clusters_of(rows),
        table,
        names,
    )


def clusters_of(rows: ExploredRows) -> tuple[Cluster, ...]:
    """Return the clusters of some rows as the tests expect them, noise last."""
    found = [_cluster(rows, k) for k in range(int(rows.assigned.cluster.max(initial=-1)) + 1)]
    return (*found, _cluster(rows, NOISE)) if (rows.assigned.probability == 0).any() else tuple(found)


def renamed(found: Explored, **names: Any) -> Explored:
    """Return an exploration whose clusters have other attributes."""
    return replace(found, clusters=tuple(replace(cluster, **names) for cluster in found.clusters))


def _values(kind: IntArray, rng: np.random.Generator) -> FloatArray:
    means = np.array([*KINDS.values(), [30.0] * len(OXIDES), [np.nan] * len(OXIDES)])
    values = means[kind]
    values += rng.normal(size=values.shape) * np.hypot(0.02, 0.005 * values)
    odd = kind == APART
    values[odd] = rng.dirichlet(np.ones(len(OXIDES)), int(odd.sum())) * 100
    rounded: FloatArray = np.abs(values).round(2)
    return rounded


def _table(kind: IntArray, values: FloatArray, *, labels: bool) -> pa.Table:
    n = len(kind)
    columns: dict[str, Any] = {
        "sample": [f"S{k // 30:04d}-{k % 30:02d}" for k in range(n)],
        "remark": [HOSTILE if k % 7 == 0 else None if k % 7 == 1 else f"remark {k % 5}" for k in range(n)],
        "depth": [None if k % 11 == 0 else round(0.1 * k, 1) for k in range(n)],
    }
    if labels:
        named = np.array([*KINDS, "Glass", "Glass"], dtype=object)[kind]
        named[::25] = "Amphibole"
        columns |= {"mineral": named.tolist(), "reference": [f"Simulated {k % 6}" for k in range(n)]}
    for name, column in zip(OXIDES, values.T, strict=True):
        columns[name] = pa.array([None if v != v else v for v in column.tolist()], pa.float64())
    # Titanium is printed as texts, some of them below detection.
    printed = [None if v != v else "<0.03" if v < 0.03 else f"{v:.2f}" for v in values[:, 1].tolist()]
    return pa.table(columns | {"TiO2": printed})


def _assigned(places: FloatArray, kind: IntArray, *, dense: bool) -> Assignment:
    distances = np.linalg.norm(places[:, None] - MIDDLES, axis=2) / 2.5
    there, nearest = kind != NOWHERE, np.argmin(np.nan_to_num(distances), axis=1)
    cluster = np.where((kind < APART) & dense, kind, NOISE)
    # Noise is what lies beyond 1.
    distance = np.where(kind == APART, 1.01 + distances.min(axis=1), np.minimum(distances.min(axis=1), 1.0))
    probability = np.where(cluster >= 0, 1 - 0.5 * distance, 0.0)
    return Assignment(
        cluster,
        np.where(there, probability, np.nan),
        np.where(there & dense, distance, np.nan),
        np.where(there & dense, nearest, NOISE),
    )


def _cluster(rows: ExploredRows, k: int) -> Cluster:
    at = np.flatnonzero((rows.assigned.cluster == k) & ~np.isnan(rows.assigned.probability))
    judged = rows.judged
    told = zip(judged["phase"].to_pylist(), judged["verdict"].to_pylist(), strict=True)
    all_kinds = [phase if verdict == "accepted" else verdict for phase, verdict in told]
    kinds = Counter(all_kinds[row] for row in at)
    labels = Counter(rows.label.name(row) for row in at.tolist() if rows.label.name(row))
    measured = {o: rows.analyses[o][at] for o in OXIDES if np.isfinite(rows.analyses[o][at]).any()}
    total = judged["total"].to_numpy(zero_copy_only=False)[at]
    names = [*KINDS, "noise"]
    return Cluster(
        number=k + 1,
        name=names[k],
        rows=len(at),
        sources=len(set(rows.source.code[at])) if rows.source.names else 0,
        composition={o: Spread(float(v.mean()), float(v.std()), len(v)) for o, v in measured.items()},
        total=Spread(float(np.nanmean(total)), float(np.nanstd(total)), len(at)),
        formula="Ca2SiO4" if k == 2 else "",
        phases=dict(kinds.most_common()),
        labels=dict(labels.most_common()),
        purity=max(labels.values()) / labels.total() if labels else float("nan"),
        place=(float(np.median(rows.places.map[at, 0])), float(np.median(rows.places.map[at, 1]))),
        neighbour=0 if k < 0 else 2 if k == 0 else 1,
        description="like olivine (cluster 1), richer in CaO" if k == 2 else "",
        novelty=0.93 if k == 2 else 0.0,
        nearest_species="larnite" if k == 2 else "",
    )
