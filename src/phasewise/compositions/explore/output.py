"""The columns that an exploration adds to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.explore.explored import cluster_names, cluster_numbers
from phasewise.core.arrow import coded, integers, numbers, taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.rows import ExploredRows

__all__ = ["row_columns"]

FROM_CLASSIFY = (
    *("phase", "species", "probability", "verdict", "formula", "total", "reason_code", "reason"),
)
"""What of the classification helps to understand a cluster."""

DECIMALS = 4


def row_columns(rows: ExploredRows, clusters: Sequence[Cluster]) -> dict[str, pa.Array]:
    """Return the result columns of the rows, in their order.

    ``cluster`` is the number of the cluster, 0 for noise and null for a row without a place, as are its
    coordinates and distances.
    """
    number, assigned, places = cluster_numbers(rows.assigned), rows.assigned, rows.places
    most = int(number.max(initial=0))
    measures = {"cluster_probability": assigned.probability, "cluster_distance": assigned.distance}
    return {
        "map_x": numbers(np.round(places.map[:, 0], DECIMALS)),
        "map_y": numbers(np.round(places.map[:, 1], DECIMALS)),
        "cluster": taken(integers(np.arange(most + 1)), number),
        "cluster_name": coded(number, cluster_names(clusters, most)),
        **{name: numbers(np.round(values, DECIMALS)) for name, values in measures.items()},
        **{name: rows.judged[name] for name in FROM_CLASSIFY},
    }
