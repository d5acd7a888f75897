"""What an exploration has found, as tables, a page and a figure."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from phasewise.compositions.explore.output import row_columns
from phasewise.compositions.explore.save import save_explorer
from phasewise.compositions.explore.table import cluster_table
from phasewise.report.append import append_columns, append_to_frame, as_kind_of, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.explored import Explored
    from phasewise.compositions.explore.explorer import Explorer, KnownClusters
    from phasewise.core.types import FloatArray

__all__ = ["Exploration"]


@dataclass(frozen=True, eq=False)
class Exploration:
    """What an exploration has found; `explore` returns it.

    Attributes
    ----------
    notices : tuple of str
        What was assumed while reading.
    columns : mapping of str to (str or None)
        The columns that were taken for ``label`` and ``source``; no label is used to find anything.
    settings : mapping of str to str
        How the clusters were found, in words.
    """

    notices: tuple[str, ...]
    columns: Mapping[str, str | None]
    settings: Mapping[str, str]
    _data: Any
    _found: Explored
    _explorer: Explorer
    _known: KnownClusters

    @cached_property
    def rows(self) -> Any:
        """The table with what was found behind its own columns, a row for each of its rows, in their order.

        A frame of the kind that was given, pandas for a path. Columns: ``map_x``, ``map_y``, ``cluster``
        (0 for noise, missing for rows without a place), ``cluster_name``, ``cluster_probability``,
        ``cluster_distance``, and some of `phasewise.classify`.
        """
        table = self._found.table
        data = table.to_pandas() if isinstance(self._data, str | os.PathLike) else self._data
        return append_to_frame(data, self._columns)

    @cached_property
    def _columns(self) -> dict[str, pa.Array]:
        columns = row_columns(self._found.rows, self._found.clusters)
        return {name: decode(values) for name, values in columns.items()}

    @cached_property
    def row_table(self) -> pa.Table:
        """The same as `rows`, as an Arrow table with the user's columns as they were read."""
        return append_columns(self._found.table, self._columns)

    @cached_property
    def clusters(self) -> Any:
        """The clusters, one row each, the largest first; noise is number 0 and the last."""
        table = self.cluster_table
        given = isinstance(self._data, str | os.PathLike)
        return table.to_pandas() if given else as_kind_of(self._data, table)

    @cached_property
    def cluster_table(self) -> pa.Table:
        """The same as `clusters`, as an Arrow table."""
        return cluster_table(self._found.clusters)

    @property
    def latent(self) -> FloatArray:
        """The coordinates (n, k) in which clusters were found; NaN for rows without a place."""
        return self._found.rows.places.latent

    @property
    def map(self) -> FloatArray:
        """The coordinates (n, 2) of the map; NaN for rows without a place."""
        return self._found.rows.places.map

    @property
    def described(self) -> tuple[Cluster, ...]:
        """The clusters as objects, in the same order."""
        return self._found.clusters

    @property
    def unexplained(self) -> tuple[Cluster, ...]:
        """The clusters that no known mineral explains, the most novel first."""
        return self._found.unexplained

    @property
    def agreement(self) -> float:
        """Adjusted Rand index of clusters and labels, noise a class of its own; NaN without labels."""
        return self._found.agreement

    def __len__(self) -> int:
        return len(self._found.rows)

    def write_report(
        self, path: str | os.PathLike[str], *, title: str | None = None, force: bool = False
    ) -> None:
        """Write an interactive map, with what the clusters are, as one page in HTML.

        Parameters
        ----------
        path : path-like
            The file to write, ending in .html; whole or not at all.
        title : str, optional
            What the page is called.
        force : bool
            Whether an existing file may be overwritten.

        Raises
        ------
        OutputError
            If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
        """
        from phasewise.compositions.explore.page import write_explore_page

        found = self._found if title is None else replace(self._found, title=title)
        write_explore_page(found, path, force=force)

    def write_figure(
        self, path: str | os.PathLike[str], *, colour: str = "cluster", force: bool = False
    ) -> None:
        """Write the map as a figure: .png, .svg or .pdf.

        Raises
        ------
        HeaderError, OutputError
            As for `draw`, or if the file cannot be written or exists (without `force`).
        """
        from phasewise.compositions.explore.figures import write_map

        write_map(self._found, path, colour=colour, force=force)

    def draw(self, colour: str = "cluster", ax: Axes | None = None) -> Axes:
        """Draw the map as a figure and return its axes.

        Parameters
        ----------
        colour : str
            ``cluster``, ``mineral``, ``verdict``, ``label``, ``source``, ``total``, ``distance`` or an oxide.
        ax : matplotlib Axes, optional
            Where to draw.

        Raises
        ------
        HeaderError
            If the table holds nothing to colour by.
        OutputError
            If matplotlib is absent.
        """
        from phasewise.compositions.explore.figures import draw_map

        return draw_map(self._found, colour, ax)

    def save(self, folder: str | os.PathLike[str], *, force: bool = False) -> None:
        """Keep the clusters with the model, so that further tables can be placed among them.

        Parameters
        ----------
        folder : path-like
            Give it as ``model`` to `explore`, with ``clusters="model"``.
        force : bool
            Whether a model in that folder may be overwritten.

        Raises
        ------
        OutputError
            If the folder holds something (without `force`).
        """
        names = {cluster.number: cluster.name for cluster in self._found.clusters}
        named = tuple(names.get(k + 1, f"C{k + 1}") for k in range(self._known.density.count))
        save_explorer(self._explorer, replace(self._known, names=named), folder, force=force)
