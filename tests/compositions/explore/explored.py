"""Rows with known clusters, as an exploration would hand them on."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from phasewise.chem.formula import oxides_wt
from phasewise.compositions.explore.rows import ExploredRows, Places
from phasewise.compositions.features import closed_cations, inputs
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.row_groups import Groups
from phasewise.core.arrow import texts
from phasewise.core.types import COLUMNS, Analyses, FloatArray, IntArray
from phasewise.infer.clusters import Assignment

REFERENCES = Path(__file__).parents[3] / "examples" / "reference_analyses.csv"
MEASURED = COLUMNS[: COLUMNS.index("CoO")]
ERROR = 0.01
LEAST_ERROR = 0.02


def reference(name: str) -> dict[str, float]:
    """Return the wt% of a published reference analysis, total iron as FeO."""
    rows = csv.DictReader(REFERENCES.open(encoding="utf-8"))
    row = next(row for row in rows if row["name"].startswith(name))
    iron = float(row["FeO"] or 0) + 0.89981 * float(row["Fe2O3"] or 0)
    given = {oxide: float(row[oxide]) for oxide in COLUMNS if row.get(oxide) and oxide != "H2O"}
    return given | {"FeOt": iron}


def ideal(formula: str) -> dict[str, float]:
    """Return the wt% of a formula without what a microprobe does not measure."""
    return {name: wt for name, wt in oxides_wt(formula).items() if name not in ("H2O", "CO2")}


@dataclass
class Heap:
    """Rows that scatter about one composition, in one cluster (-1 for noise)."""

    wt: Mapping[str, float]
    rows: int
    cluster: int
    label: str | None = None
    sources: Sequence[str] = ()


def explored(heaps: Sequence[Heap], *, columns: tuple[str, ...] = MEASURED, seed: int = 5) -> ExploredRows:
    """Return rows with an analytical scatter of 1 % and 0.02 wt%; what is not stated scatters about 0."""
    rng = np.random.default_rng(seed)
    parts = []
    for heap in heaps:
        wt = np.array([heap.wt.get(name, 0.0) for name in columns])
        scatter = np.hypot(ERROR * wt, LEAST_ERROR) * rng.standard_normal((heap.rows, len(columns)))
        parts.append(np.fmax(wt + scatter, 0.0))
    values = np.concatenate([np.empty((0, len(columns))), *parts])
    cluster = np.repeat([heap.cluster for heap in heaps], [heap.rows for heap in heaps])
    labels = [heap.label for heap in heaps for _ in range(heap.rows)]
    sources = [
        heap.sources[k % len(heap.sources)] if heap.sources else None
        for heap in heaps
        for k in range(heap.rows)
    ]
    return of_values(values, columns, cluster.astype(int), labels, sources)


def of_values(
    values: FloatArray,
    columns: tuple[str, ...],
    cluster: IntArray,
    labels: Sequence[str | None] | None = None,
    sources: Sequence[str | None] | None = None,
) -> ExploredRows:
    """Return rows as the classifier that ships judges them, placed by their closed cations."""
    analyses = Analyses(values, columns, np.zeros(values.shape, dtype=bool))
    return of_analyses(analyses, cluster, labels, sources)


def of_analyses(
    analyses: Analyses,
    cluster: IntArray,
    labels: Sequence[str | None] | None = None,
    sources: Sequence[str | None] | None = None,
) -> ExploredRows:
    """Return analyses with what `phasewise.classify` says of them."""
    n, model = len(analyses), load_model()
    judged = result_columns(predict(analyses, model), sets=model.conformal)
    latent = closed_cations(inputs(analyses))
    places = Places(latent[:, :2], latent)
    assigned = Assignment(cluster, np.ones(n), np.zeros(n), _nearest(latent, cluster))
    return ExploredRows(
        analyses, inputs(analyses), places, assigned, judged, _groups(labels, n), _groups(sources, n)
    )


def shuffled(rows: ExploredRows, order: IntArray) -> ExploredRows:
    """Return the same rows in another order."""
    taken = pa.array(order)
    places, assigned = rows.places, rows.assigned
    return ExploredRows(
        rows.analyses.take(order),
        rows.values[order],
        Places(places.map[order], places.latent[order]),
        Assignment(
            assigned.cluster[order],
            assigned.probability[order],
            assigned.distance[order],
            assigned.nearest[order],
        ),
        {name: column.take(taken) for name, column in rows.judged.items()},
        _regrouped(rows.label, order),
        _regrouped(rows.source, order),
    )


def _nearest(latent: FloatArray, cluster: IntArray) -> IntArray:
    found = sorted(set(cluster.tolist()) - {-1})
    if not found:
        return np.full(len(cluster), -1)
    means = np.array([np.nanmean(latent[cluster == k], axis=0) for k in found])
    distance = np.nan_to_num(((latent[:, None] - means) ** 2).sum(axis=2), nan=np.inf)
    nearest = np.array(found)[distance.argmin(axis=1)]
    return np.where(np.isnan(latent).any(axis=1), -1, nearest)


def _groups(values: Sequence[str | None] | None, n: int) -> Groups:
    return Groups.of(None if values is None else texts(list(values)), n)


def _regrouped(groups: Groups, order: IntArray) -> Groups:
    """Return groups as they would be read from a table in this order: by the first row of each."""
    return _groups([groups.name(row) or None for row in order.tolist()], len(order))
