"""Clusters as a table: one row each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.core.arrow import integers, numbers, texts
from phasewise.core.types import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.explore.cluster import Cluster, Spread

__all__ = ["cluster_table"]

DECIMALS = 4


def cluster_table(clusters: Sequence[Cluster]) -> pa.Table:
    """Return clusters as a table, in their order.

    Parameters
    ----------
    clusters : sequence of Cluster
        All that were found, noise included, of whose rows `share` is a part.

    Returns
    -------
    pyarrow.Table
        Columns: ``cluster`` (0 is noise), ``name``, ``rows``, ``share``, ``sources``, ``main_phase`` (the
        most frequent mineral or verdict), ``main_phase_share``, ``main_label``, ``purity``, ``novelty``,
        ``nearest_species``, ``neighbour``, ``formula``, ``total_mean``, ``total_sd``, then ``<oxide>_mean``
        and ``<oxide>_sd`` in wt% of each oxide that matters in any cluster, and ``description``. Null where a
        cluster has none of it, or an oxide does not matter in it; ``sources`` and ``neighbour`` are 0 then.
    """
    rows = sum(cluster.rows for cluster in clusters)
    phases, labels = ([_main(counts) for counts in of] for of in _counts(clusters))
    columns = {
        "cluster": _integers([c.number for c in clusters]),
        "name": _texts([c.name for c in clusters]),
        "rows": _integers([c.rows for c in clusters]),
        "share": _numbers([c.rows / rows for c in clusters]),
        "sources": _integers([c.sources for c in clusters]),
        "main_phase": _texts([name for name, _ in phases]),
        "main_phase_share": _numbers([n / c.rows for (_, n), c in zip(phases, clusters, strict=True)]),
        "main_label": _texts([name for name, _ in labels]),
        "purity": _numbers([c.purity for c in clusters]),
        "novelty": _numbers([c.novelty for c in clusters]),
        "nearest_species": _texts([c.nearest_species for c in clusters]),
        "neighbour": _integers([c.neighbour for c in clusters]),
        "formula": _texts([c.formula for c in clusters]),
        **_spread("total", [c.total for c in clusters]),
    }
    for oxide in (name for name in COLUMNS if any(name in c.composition for c in clusters)):
        columns |= _spread(oxide, [c.composition.get(oxide) for c in clusters])
    return pa.table({**columns, "description": _texts([c.description for c in clusters])})


def _counts(clusters: Sequence[Cluster]) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    return [dict(c.phases) for c in clusters], [dict(c.labels) for c in clusters]


def _main(counts: dict[str, int]) -> tuple[str, int]:
    return next(iter(counts.items()), ("", 0))


def _spread(name: str, spreads: Sequence[Spread | None]) -> dict[str, pa.Array]:
    return {
        f"{name}_mean": _numbers([math.nan if one is None else one.mean for one in spreads]),
        f"{name}_sd": _numbers([math.nan if one is None else one.sd for one in spreads]),
    }


def _texts(values: Sequence[str]) -> pa.Array:
    return texts([value or None for value in values])


def _integers(values: Sequence[int]) -> pa.Array:
    return integers(np.array(values, dtype=np.int64))


def _numbers(values: Sequence[float]) -> pa.Array:
    return numbers(np.array([round(value, DECIMALS) for value in values], dtype=np.float64))
