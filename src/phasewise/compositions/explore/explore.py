"""Exploration of analyses without labels: the public functions."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pyarrow as pa

from phasewise.compositions.explore.clustering import FEW_ROWS, Method, agreement_with, find_in, use_known
from phasewise.compositions.explore.describe import describe_clusters
from phasewise.compositions.explore.exploration import Exploration
from phasewise.compositions.explore.explored import Explored
from phasewise.compositions.explore.explorer import load_explorer
from phasewise.compositions.explore.judged import judge_rows, refused
from phasewise.compositions.explore.projection import MAPS, MapKind, project
from phasewise.compositions.explore.rows import ExploredRows, Places
from phasewise.compositions.explore.save import check_folder
from phasewise.compositions.features import inputs
from phasewise.compositions.find_columns import find_column, find_label_column
from phasewise.compositions.load import load_model
from phasewise.compositions.read import open_table, read_opened
from phasewise.compositions.row_groups import Groups
from phasewise.core.errors import HeaderWarning
from phasewise.core.threads import one_blas_thread
from phasewise.report.targets import check_target
from phasewise.report.write import check_result_path, open_writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.compositions.read import Table, Unit

__all__ = ["ExplorationSummary", "Which", "explore", "explore_file"]

Which = Literal["auto", "own", "model"]


def explore(
    data: Any,
    *,
    model: str | Path = "explorer",
    classifier: str | Path = "default",
    clusters: Which = "auto",
    method: Method = "hdbscan",
    map: MapKind = "autoencoder",
    label: str | None = None,
    source: str | None = None,
    seed: int = 0,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
    progress: Callable[[str, int, int], object] = lambda what, done, total: None,
) -> Exploration:
    """Return a map of analyses, clusters among them, and what each of these is.

    Every analysis has its place by its composition alone, whatever the others are. No label plays a part;
    where the table has some, they are compared with the clusters.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row; columns are recognised by their names. The input is not changed.
    model : str or Path
        The model that places analyses: ``explorer``, or a folder that `Exploration.save` or
        ``phasewise train explorer`` has written.
    classifier : str or Path
        The model that says which minerals are in a cluster, see `phasewise.classify`.
    clusters : {"auto", "own", "model"}
        Find clusters in the table itself, or use those that come with the model: they keep their numbers
        from one table to the next. ``auto`` finds them where there are at least 500 rows.
    method : {"hdbscan", "optics"}
        How clusters are found.
    map : {"autoencoder", "pca", "umap"}
        What is drawn. Principal components and UMAP (extra ``umap``) are fitted to the table.
    label, source : str, optional
        The columns with published minerals and publications. Without them, the ones whose names say it.
    seed : int
        Of what is drawn by chance: the rows that clusters are found in, and halves of the sources.
    sheet, iron, sigma_level, unit
        As for `phasewise.read`.
    progress : callable
        Told what is being done, and how much of how much.

    Returns
    -------
    Exploration

    Raises
    ------
    FileFormatError, HeaderError
        If the table cannot be read or its columns not understood, or a column that was named is absent.
    ModelError
        If there is no such model.
    PhasewiseError
        If SciPy or scikit-learn is absent, or there are too few rows to find clusters in.

    Examples
    --------
    >>> import pyarrow as pa
    >>> olivine = pa.table({"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]})
    >>> explore(olivine).rows["cluster_name"].to_pylist()
    ['Olivine']
    """
    table = open_table(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    found = _explored(
        table, data, model, classifier, (clusters, method, map, seed), (label, source), progress
    )
    for notice in found.notices:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    return found


@dataclass(frozen=True, eq=False)
class ExplorationSummary:
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows of the table.
    written : tuple of Path
        What was written.
    exploration : Exploration
        What was found.
    """

    rows: int
    written: tuple[Path, ...]
    exploration: Exploration


def explore_file(
    path: str | Path,
    out: str | Path | None = None,
    *,
    cluster_out: str | Path | None = None,
    report: str | Path | None = None,
    plot: str | Path | None = None,
    colour: str = "cluster",
    save: str | Path | None = None,
    force: bool = False,
    model: str | Path = "explorer",
    classifier: str | Path = "default",
    clusters: Which = "auto",
    method: Method = "hdbscan",
    map: MapKind = "autoencoder",
    label: str | None = None,
    source: str | None = None,
    seed: int = 0,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
    progress: Callable[[str, int, int], object] = lambda what, done, total: None,
) -> ExplorationSummary:
    """Explore a file, and write rows, clusters, an interactive map and a figure.

    Parameters
    ----------
    path : path
        The table.
    out, cluster_out : path, optional
        Where to write the rows with what was found, and the clusters (.csv, .tsv, .parquet, .feather,
        .xlsx). Each is written whole or not at all.
    report : path, optional
        Where to write the interactive map (.html).
    plot : path, optional
        Where to write the map as a figure (.png, .svg, .pdf).
    colour : str
        What the figure is coloured by, see `Exploration.draw`.
    save : path, optional
        Folder in which the clusters are kept for further tables.
    force : bool
        Whether existing files may be overwritten.
    model, classifier, clusters, method, map, label, source, seed, sheet, iron, sigma_level, unit, progress
        As for `explore`.

    Raises
    ------
    FileFormatError, HeaderError, ModelError, PhasewiseError
        As for `explore`.
    OutputError
        If a result may not or cannot be written.
    """
    _check_targets(path, out, cluster_out, report, plot, save, force=force)
    table = open_table(path, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    found = _explored(
        table, path, model, classifier, (clusters, method, map, seed), (label, source), progress
    )
    for target, result in ((out, "row_table"), (cluster_out, "cluster_table")):
        if target is not None:
            with open_writer(target, force=force, source=path) as writer:
                writer.write(getattr(found, result))
    if report is not None:
        found.write_report(report, force=force)
    if plot is not None:
        found.write_figure(plot, colour=colour, force=force)
    if save is not None:
        found.save(save, force=force)
    written = tuple(Path(p) for p in (out, cluster_out, report, plot, save) if p is not None)
    return ExplorationSummary(len(found), written, found)


def _check_targets(
    path: str | Path,
    out: str | Path | None,
    cluster_out: str | Path | None,
    report: str | Path | None,
    plot: str | Path | None,
    save: str | Path | None,
    *,
    force: bool,
) -> None:
    """Make sure that every result can be written before anything is worked out."""
    for target in (out, cluster_out):
        if target is not None:
            check_result_path(target, force=force, source=path)
    if report is not None:
        from phasewise.report.page import check_page_path

        check_page_path(report, force=force, source=path)
    if plot is not None:
        from phasewise.plot.save import FIGURE_SUFFIXES, require_matplotlib

        require_matplotlib()
        check_target(plot, FIGURE_SUFFIXES, force=force, source=path)
    if save is not None:
        check_folder(save, force=force)


def _explored(
    table: Table,
    data: Any,
    model: str | Path,
    classifier: str | Path,
    how: tuple[Which, Method, MapKind, int],
    named: tuple[str | None, str | None],
    progress: Callable[[str, int, int], object],
) -> Exploration:
    explorer, judge = load_explorer(model), load_model(classifier)
    analyses = read_opened(table)
    meta = cast("pa.Table", analyses.meta)
    columns = {
        "label": find_label_column(meta, named[0]),
        "source": find_column(meta.column_names, "source", named[1]),
    }
    label, source = (_groups(meta, columns[part]) for part in ("label", "source"))
    values = inputs(analyses)
    with one_blas_thread():
        judged = judge_rows(analyses, judge, lambda done: progress("judged", done, len(analyses)))
        places = explorer.places(values)
        strange = refused(judged)
        which, method, kind, seed = how
        if which == "own" or (which == "auto" and np.isfinite(places.latent[:, 0]).sum() >= FEW_ROWS):
            known, assigned = find_in(
                explorer,
                places.latent,
                source.code,
                strange,
                method=method,
                seed=seed,
                progress=lambda done, total: progress("clusters tried", done, total),
            )
        else:
            known, assigned = use_known(explorer, places.latent, strange)
        if kind != "autoencoder":
            places = Places(project(kind, places.latent, seed), places.latent)
    rows = ExploredRows(analyses, values, places, assigned, judged, label, source)
    clusters = describe_clusters(rows)
    if known.names:
        clusters = tuple(replace(c, name=known.names[c.number - 1]) if c.number else c for c in clusters)
    settings = {"Map": MAPS[kind], **known.settings}
    file = str(data) if isinstance(data, str | os.PathLike) else None
    found = Explored(
        title=Path(file).name if file else "Exploration",
        file=file,
        model=str(model),
        notices=table.notices,
        settings=settings,
        rows=rows,
        clusters=clusters,
        table=meta,
        columns=columns,
        agreement=agreement_with(label.code, assigned.cluster),
    )
    return Exploration(table.notices, columns, settings, data, found, explorer, known)


def _groups(meta: pa.Table, column: str | None) -> Groups:
    return Groups.of(None if column is None else meta[column], meta.num_rows)
