"""How good a session was, from its standards: the public functions."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.load import load_model
from phasewise.compositions.read import read
from phasewise.compositions.session.accepted import load_accepted
from phasewise.compositions.session.outliers import find_outliers
from phasewise.compositions.session.recovery import measure_recoveries
from phasewise.compositions.session.rows import session_rows
from phasewise.compositions.session.sentences import summary_of
from phasewise.compositions.session.tables import outlier_table, recovery_table
from phasewise.compositions.session.unknowns import unknowns_of
from phasewise.core.errors import HeaderWarning
from phasewise.core.threads import one_blas_thread
from phasewise.report.append import append_columns, append_to_frame, as_kind_of

if TYPE_CHECKING:
    from phasewise.compositions.read import Unit
    from phasewise.compositions.session.accepted import AcceptedValues
    from phasewise.compositions.session.outliers import Outlier
    from phasewise.compositions.session.recovery import Recovery
    from phasewise.compositions.session.rows import SessionRows
    from phasewise.compositions.session.unknowns import Unknowns

__all__ = ["SessionAssessment", "SessionQuality", "assess_session", "session_quality"]


@dataclass(frozen=True, eq=False)
class SessionAssessment:
    """Everything that is known of a session; `SessionQuality` holds it as tables."""

    rows: SessionRows
    accepted: AcceptedValues
    recoveries: tuple[Recovery, ...]
    outliers: tuple[Outlier, ...]
    unknowns: Unknowns
    summary: tuple[str, ...]

    @property
    def notices(self) -> tuple[str, ...]:
        """What was assumed, and which columns were used."""
        return (*self.rows.assumed, *self.rows.told)

    def unknown_table(self) -> pa.Table:
        """Return the user's rows of unknowns with what is expected of them."""
        table: pa.Table = self.rows.analyses.meta
        return append_columns(_taken(table, self.unknowns.rows), self.unknowns.columns())


@dataclass(frozen=True, eq=False)
class SessionQuality:
    """How good a session was.

    Attributes
    ----------
    recoveries : frame
        One row a standard and oxide: ``standard`` as you call it, ``material`` that it is taken for,
        ``oxide``, ``n``, ``left_out``, ``below_detection``, ``accepted``, ``accepted_sd``, ``mean``, ``sd``,
        ``rsd_pct``, ``counting_sd``, ``standard_error``, ``recovery_pct`` (from 0.1 wt% on) with
        ``recovery_low_pct`` and ``recovery_high_pct``, ``bias`` with ``bias_low`` and
        ``bias_high``, ``z``, ``p``, ``p_adjusted``, ``verdict``, ``drift`` with ``drift_low`` and
        ``drift_high``, ``drift_unit``, ``drift_change_pct``, ``drift_p``, ``drift_p_adjusted``,
        ``drift_verdict`` and ``source`` of the accepted value. Intervals are of 95 %; all that has no unit in
        its name is in wt%. Blank where there is nothing to say.
    outliers : frame
        One row an analysis of a standard that is off and was left out: ``row`` (from 1), ``label``,
        ``standard``, ``oxide``, ``value``, ``expected`` and ``reason``.
    unknowns : frame
        The user's rows that are no standards, and behind their columns ``phase``, for each oxide
        ``..._bias_pct``, ``..._precision_pct`` and ``..._error_pct`` (in per cent of the value), the
        ratios of the mineral and its ``cations_apfu``, each with ``..._bias`` and ``..._sigma`` in its own
        unit, and ``not_covered``: oxides of 0.1 wt% and more that no standard holds at a comparable level.
    summary : tuple of str
        Sentences, what matters most first.
    notices : tuple of str
        What was assumed, and which columns were used.
    """

    recoveries: Any
    outliers: Any
    unknowns: Any
    summary: tuple[str, ...]
    notices: tuple[str, ...]
    _assessment: SessionAssessment = field(repr=False)

    def write_report(
        self, path: str | os.PathLike[str], *, title: str = "Session", force: bool = False
    ) -> None:
        """Write what was found as one page in HTML, which needs no other file and no network.

        Parameters
        ----------
        path : path-like
            The file to write, ending in .html; whole or not at all.
        title : str
            What the page is called.
        force : bool
            Whether an existing file may be overwritten.

        Raises
        ------
        OutputError
            If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
        """
        from phasewise.compositions.session.page import write_session_page

        write_session_page(self._assessment, path, title=title, force=force)


def session_quality(
    data: Any,
    *,
    standard: str | None = None,
    accepted: Any = None,
    order: str | None = None,
    model: str | Path = "default",
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> SessionQuality:
    """Return recoveries, precision and drift of the standards of a session, and what follows for unknowns.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row, of standards and unknowns. The input is not changed.
    standard : str, optional
        The column that tells standards: the name of the material in their rows, or a mark such as ``yes``
        (then the name of the row counts), and blank in rows of unknowns. Of a column that has a name in every
        row those count that name a known material. Without it, such a column is looked for.
    accepted : path or frame, optional
        Accepted values of your own, one material a row: a column ``name`` or ``standard``, those of an
        analysis, and, where they are known, those of errors (1 sigma). They go before the built-in ones.
    order : str, optional
        The column of dates, times or numbers of analyses; without it one is looked for, else the order of the
        rows counts.
    model : str or Path
        The model that names the minerals of the unknowns, as for `phasewise.classify`.
    sheet, iron, sigma_level, unit
        As for `phasewise.read`. Stated errors are taken for those of counting statistics.

    Returns
    -------
    SessionQuality
        Its frames are of the kind of `data`, pandas for a path.

    Raises
    ------
    FileFormatError, HeaderError
        If a table cannot be read, its columns not understood, or no row is a standard.
    ModelError
        If there is no such model.

    References
    ----------
    Intervals and degrees of freedom: JCGM 100:2008 (GUM), annex G, doi:10.59161/JCGM100-2008E; many tests at
    once: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> import pyarrow as pa
    >>> session = pa.table(
    ...     {
    ...         "standard": ["San Carlos olivine"] * 3 + [None],
    ...         "SiO2": [40.75, 40.92, 40.81, 39.9],
    ...         "MgO": [49.1, 49.3, 49.2, 45.1],
    ...         "FeOt": [9.52, 9.58, 9.55, 14.3],
    ...     }
    ... )
    >>> session_quality(session).recoveries["verdict"].to_pylist()
    ['agrees', 'agrees', 'agrees']
    """
    found = assess_session(
        data,
        standard=standard,
        accepted=accepted,
        order=order,
        model=model,
        sheet=sheet,
        iron=iron,
        sigma_level=sigma_level,
        unit=unit,
    )
    for notice in found.rows.assumed:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    if isinstance(data, str | os.PathLike):
        recoveries, outliers = recovery_table(found).to_pandas(), outlier_table(found).to_pandas()
        unknowns = found.unknown_table().to_pandas()
    else:
        recoveries, outliers = (as_kind_of(data, table(found)) for table in (recovery_table, outlier_table))
        unknowns = append_to_frame(_rows_of(data, found.unknowns.rows), found.unknowns.columns())
    return SessionQuality(recoveries, outliers, unknowns, found.summary, found.notices, found)


def assess_session(
    data: Any,
    *,
    standard: str | None = None,
    accepted: Any = None,
    order: str | None = None,
    model: str | Path = "default",
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> SessionAssessment:
    """Return what is known of a session; parameters and errors as for `session_quality`."""
    values, chosen = load_accepted(accepted), load_model(model)
    analyses = read(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    rows = session_rows(analyses, values, standard, order)
    outliers = find_outliers(rows, values)
    recoveries = measure_recoveries(rows, values, outliers)
    with one_blas_thread():
        unknowns = unknowns_of(analyses, np.flatnonzero(rows.standard < 0), recoveries, chosen)
    summary = summary_of(rows, values, recoveries, outliers, unknowns)
    return SessionAssessment(rows, values, tuple(recoveries), tuple(outliers), unknowns, summary)


def _rows_of(data: Any, rows: Any) -> Any:
    """Return some rows of a frame, as the user has them."""
    if isinstance(data, pa.Table):
        return _taken(data, rows)
    import narwhals.stable.v2 as nw

    if nw.dependencies.is_pandas_dataframe(data):
        return data.iloc[rows]
    return nw.from_native(data, eager_only=True)[rows.tolist()].to_native()


def _taken(table: pa.Table, rows: Any) -> pa.Table:
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[rows] = True
    return table.filter(pa.array(mask))
