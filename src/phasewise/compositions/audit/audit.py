"""Audits of labelled tables: the public functions."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.blocks import find_blocks
from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS, Judgement, find
from phasewise.compositions.audit.judges import judge, judges_of
from phasewise.compositions.audit.label_formula import label_formula
from phasewise.compositions.audit.labels import Labels
from phasewise.compositions.audit.output import block_table, label_table, row_columns
from phasewise.compositions.audit.rows import AuditRows
from phasewise.compositions.audit.sentences import write_evidence
from phasewise.compositions.audit.with_blocks import with_blocks
from phasewise.compositions.features import inputs
from phasewise.compositions.find_columns import find_column, find_label_column
from phasewise.compositions.load import load_model
from phasewise.compositions.read import open_table, read_opened
from phasewise.compositions.row_groups import Groups
from phasewise.core.arrow import integers
from phasewise.core.errors import HeaderWarning
from phasewise.core.threads import one_blas_thread
from phasewise.report.append import append_columns, append_to_frame, as_kind_of, decode
from phasewise.report.write import open_writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.compositions.audit.with_blocks import Marked
    from phasewise.compositions.read import Table, Unit

__all__ = ["Audit", "AuditSummary", "audit", "audit_file"]


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit has found; `audit` returns it.

    Attributes
    ----------
    notices : tuple of str
        What was assumed while reading.
    columns : dict of str to (str or None)
        The columns that were taken for ``label``, ``source`` and ``sample``.
    """

    notices: tuple[str, ...]
    columns: dict[str, str | None]
    _data: Any
    _table: pa.Table
    _material: AuditRows
    _judgement: Judgement
    _marked: Marked
    _model: str

    @cached_property
    def rows(self) -> Any:
        """The table with its findings behind its own columns, a row for each of its rows, in their order.

        A frame of the kind that was given, pandas for a path. Columns: ``row`` (counted from 1),
        ``published_phase``, ``finding``, ``priority``, ``suggested_phase``, ``certainty``, ``evidence``,
        ``blocks``, ``formula_fits_label``, some of `phasewise.classify`, and ``judge``.
        """
        data = self._table.to_pandas() if isinstance(self._data, str | os.PathLike) else self._data
        return append_to_frame(data, self._columns)

    @cached_property
    def _columns(self) -> dict[str, pa.Array]:
        columns = row_columns(self._material, self._judgement, self._marked)
        return {name: decode(values) for name, values in columns.items()}

    @cached_property
    def row_table(self) -> pa.Table:
        """The same as `rows`, as an Arrow table with the user's columns as they were read."""
        return append_columns(self._table, self._columns)

    @cached_property
    def blocks(self) -> Any:
        """The blocks of rows that share an error, the most important first: one row each."""
        return self._as_given(self.block_table)

    @cached_property
    def labels(self) -> Any:
        """What each label stands for, and how many of its rows have which finding."""
        return self._as_given(self.label_table)

    @cached_property
    def block_table(self) -> pa.Table:
        """The same as `blocks`, as an Arrow table."""
        return block_table(self._marked)

    @cached_property
    def label_table(self) -> pa.Table:
        """The same as `labels`, as an Arrow table."""
        return label_table(self._material, self._judgement, self._marked)

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows with each finding."""
        found = np.bincount(self._marked.findings.finding, minlength=len(FINDINGS)).tolist()
        return {name: n for name, n in zip(FINDINGS, found, strict=True) if n}

    @property
    def priorities(self) -> dict[str, int]:
        """Number of flagged rows by priority, the highest first; ``none`` only share an error with others."""
        found = np.bincount(self._marked.findings.priority[self._marked.flagged], minlength=len(PRIORITIES))
        return dict(reversed(list(zip(PRIORITIES, found.tolist(), strict=True))))

    def flagged(self) -> pa.Table:
        """Return the rows that somebody has to look at, the most important first, with their findings."""
        return self.row_table.take(integers(self._marked.flagged))

    def write_report(
        self, path: str | os.PathLike[str], *, title: str = "Audit", force: bool = False
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
        from phasewise.compositions.audit.report.audited import Audited
        from phasewise.compositions.audit.report.page import write_audit_page

        file = str(self._data) if isinstance(self._data, str | os.PathLike) else None
        found = Audited(
            title=title,
            file=file,
            model=self._model,
            columns=self.columns,
            notices=self.notices,
            rows=self._material,
            labels=self._judgement.labels,
            marked=self._marked,
            table=self._table,
        )
        write_audit_page(found, path, force=force)

    def _as_given(self, table: pa.Table) -> Any:
        return (
            table.to_pandas() if isinstance(self._data, str | os.PathLike) else as_kind_of(self._data, table)
        )


def audit(
    data: Any,
    *,
    label: str | None = None,
    source: str | None = None,
    sample: str | None = None,
    model: str | Path = "default",
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Audit:
    """Return which rows and blocks of a labelled table are wrong, and why.

    No row is judged by a model that has learned from it: rows that the model knows are judged by its sibling
    that has not seen their source.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row; columns are recognised by their names. The input is not changed.
    label, source, sample : str, optional
        The columns with the published mineral, the publication, and the sample or experiment. Without them,
        the ones whose names say it (``MINERAL``, ``CITATION``, ``SAMPLE NAME``); a table may have none.
    model : str or Path
        A model of the zoo, or a folder that `phasewise train` has written.
    sheet, iron, sigma_level, unit
        As for `phasewise.read`.
    progress : callable
        Told the number of rows newly judged.

    Returns
    -------
    Audit

    Raises
    ------
    FileFormatError, HeaderError
        If the table cannot be read or its columns not understood, or a column that was named is absent.
    ModelError
        If there is no such model, or its siblings are needed and absent.

    Examples
    --------
    >>> import pyarrow as pa
    >>> olivine = {"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]}
    >>> audit(pa.table({"mineral": ["Orthopyroxene"], **olivine})).rows["finding"].to_pylist()
    ['relabel']
    """
    table = open_table(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    found = _audited(table, data, (label, source, sample), model, progress)
    for notice in found.notices:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    return found


@dataclass(frozen=True, eq=False)
class AuditSummary:
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows of the table.
    flagged : int
        Rows that somebody has to look at.
    out, report : Path or None
        What was written.
    audit : Audit
        What was found.
    """

    rows: int
    flagged: int
    out: Path | None
    report: Path | None
    audit: Audit


def audit_file(
    path: str | Path,
    out: str | Path | None = None,
    *,
    report: str | Path | None = None,
    label: str | None = None,
    source: str | None = None,
    sample: str | None = None,
    model: str | Path = "default",
    all_rows: bool = False,
    force: bool = False,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> AuditSummary:
    """Audit a file, and write the flagged rows and a report.

    Parameters
    ----------
    path : path
        The table.
    out : path, optional
        Where to write the flagged rows with their findings, the most important first (.csv, .tsv, .parquet,
        .feather, .xlsx). Written whole or not at all.
    report : path, optional
        Where to write the report (.html). Written whole or not at all.
    all_rows : bool
        Write all rows, in the order of the table.
    force : bool
        Whether existing files may be overwritten.
    label, source, sample, model, sheet, iron, sigma_level, unit, progress
        As for `audit`.

    Raises
    ------
    FileFormatError, HeaderError, ModelError
        As for `audit`.
    OutputError
        If a result may not or cannot be written.
    """
    if report is not None:
        from phasewise.compositions.report.write import check_report_path

        check_report_path(report, force=force, source=path)
    if out is not None:
        from phasewise.report.write import check_result_path

        check_result_path(out, force=force, source=path)
    table = open_table(path, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    found = _audited(table, path, (label, source, sample), model, progress)
    if out is not None:
        with open_writer(out, force=force, source=path) as writer:
            writer.write(found.row_table if all_rows else found.flagged())
    if report is not None:
        found.write_report(report, title=Path(path).name, force=force)
    written, about = (None if target is None else Path(target) for target in (out, report))
    return AuditSummary(len(found._material), len(found._marked.flagged), written, about, found)


def _audited(
    table: Table,
    data: Any,
    named: tuple[str | None, str | None, str | None],
    model_name: str | Path,
    progress: Callable[[int], object],
) -> Audit:
    model = load_model(model_name)
    analyses = read_opened(table)
    meta = cast("pa.Table", analyses.meta)
    columns = {"label": find_label_column(meta, named[0])}
    columns |= {part: find_column(meta.column_names, part, name) for part, name in _parts(named)}
    label, source, sample = (_groups(meta, columns[part]) for part in ("label", "source", "sample"))
    values = inputs(analyses)
    labels = Labels(label, model.phases)
    with one_blas_thread():
        judged = judge(analyses, judges_of(model, model_name, values, source), model, progress)
        order = tuple(c.oxide for c in table.headers.of_role("oxide", "element", "ppm") if c.oxide)
        codes = tuple(judged.columns["reason_code"].to_pylist())
        judgement = Judgement(labels, judged, label_formula(analyses, labels), codes)
        series = judgement.same_series
        rows = AuditRows(analyses, values, label, labels.phase, source, sample, judged, series, order)
        findings = find(judgement)
        evidence = write_evidence(judgement, findings)
        marked = with_blocks(rows, findings, evidence, find_blocks(rows))
    return Audit(table.notices, columns, data, meta, rows, judgement, marked, str(model_name))


def _parts(named: tuple[str | None, ...]) -> list[tuple[str, str | None]]:
    return [("source", named[1]), ("sample", named[2])]


def _groups(meta: pa.Table, column: str | None) -> Groups:
    return Groups.of(None if column is None else meta[column], meta.num_rows)
