"""What is described: analyses with their places, clusters and the classifier's opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from phasewise.compositions.row_groups import Groups
    from phasewise.core.types import Analyses, FloatArray
    from phasewise.infer.clusters import Assignment

__all__ = ["ExploredRows", "Places"]


@dataclass(frozen=True, eq=False)
class Places:
    """Where analyses lie; NaN where a row has no oxygen to close its cations to.

    Attributes
    ----------
    map : (n, 2) float64
        Coordinates for drawing; they have no unit.
    latent : (n, k) float64
        Coordinates in which clusters are found, see `phasewise.compositions.explore.explorer.View.positions`.
    """

    map: FloatArray
    latent: FloatArray


@dataclass(frozen=True, eq=False)
class ExploredRows:
    """Analyses, their places and clusters, and what is known of them.

    Attributes
    ----------
    analyses : Analyses
        As read; `meta` holds the user's columns.
    values : (n, len(INPUTS)) float64
        The same in the order of `INPUTS`, wt%; NaN where not measured.
    places : Places
    assigned : Assignment
        Clusters are numbered by size, the largest is 0.
    judged : mapping of str to pyarrow array
        The columns of `phasewise.classify`.
    label, source : Groups
        Published mineral and publication; without names where the table has none.
    """

    analyses: Analyses
    values: FloatArray
    places: Places
    assigned: Assignment
    judged: Mapping[str, pa.Array]
    label: Groups
    source: Groups

    def __len__(self) -> int:
        return len(self.values)
