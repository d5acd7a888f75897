"""From a table of analyses to phases one can trust: the public functions."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.read import open_table
from phasewise.compositions.reason_codes import UNITS_ROW
from phasewise.core.arrow import packed, texts, unpacked
from phasewise.core.errors import HeaderWarning
from phasewise.core.processes import in_processes, usable_cpus
from phasewise.core.threads import one_blas_thread, side_by_side
from phasewise.report.append import append_columns, append_to_frame, decode
from phasewise.report.write import open_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from phasewise.compositions.by_phase import ReasonCounts
    from phasewise.compositions.model import CompositionModel
    from phasewise.compositions.read import Block, Table, Unit
    from phasewise.compositions.read._assemble import Assembled
    from phasewise.report.write import ResultWriter

    Classified = Generator[tuple[Block, dict[str, pa.Array]], None, None]

__all__ = ["Summary", "classify", "classify_file"]

BLOCK_CELLS = 1_500_000
"""Cells of the table in one block: wide tables go in shorter blocks."""

BAR = texts(["|"])[0]

BLOCK_ROWS = 65_536

MANY_ROWS = 200_000
"""From here on, two processes gain what it takes to start them."""

MOST_WORKERS = 8

PREVIEW_ROWS = 50

UNITS_REASON = "A row of units, not an analysis: it is carried along and not judged."


@dataclass(frozen=True, eq=False)
class Summary:
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows of the table.
    reasons : dict
        Number of analyses by (phase or None, verdict, reason code).
    out : Path or None
        Where the result was written.
    report : Path or None
        Where the page about it was written.
    notices : tuple of str
        What was assumed while reading.
    preview : pyarrow.Table
        The first rows with their results.
    """

    rows: int
    reasons: ReasonCounts
    out: Path | None
    report: Path | None
    notices: tuple[str, ...]
    preview: pa.Table

    @cached_property
    def counts(self) -> dict[tuple[str | None, str], int]:
        """Number of analyses by (phase or None, verdict)."""
        found: Counter[tuple[str | None, str]] = Counter()
        for (phase, verdict, _), number in self.reasons.items():
            found[phase, verdict] += number
        return dict(found)


def classify(
    data: Any,
    *,
    model: str | Path = "default",
    probabilities: bool = False,
    uncertainty: bool = False,
    peer_names: bool = False,
    risk: float | None = None,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> Any:
    """Return a table with the phase of each analysis, how sure that is, and why.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row; columns are recognised by their names. The input is not changed.
    model : str or Path
        A model of the zoo, or a folder with one.
    probabilities : bool
        Add a column ``p_<Phase>`` for each phase.
    uncertainty : bool
        Add ``aleatoric`` and ``epistemic``, in nats: uncertainty from classes that overlap, and from what the
        model has not learnt.
    peer_names : bool
        Add ``Predict_Mineral`` and ``Prediction_Score``.
    risk : float, optional
        The share of wrong labels that you permit among accepted analyses, such as 0.01; thresholds follow
        from it. Without it, those of the card.
    sheet, iron, sigma_level, unit
        As for `phasewise.read`. Where the table states analytical errors, the probabilities account for them.

    Returns
    -------
    frame of the kind of `data`, pandas for a path
        The input's columns, index and order, and behind them ``phase``, ``group``, ``symbol``,
        ``probability``, ``group_probability``, ``second_phase``, ``second_probability``, ``prediction_set``,
        ``verdict``, ``flags``, ``formula`` and ratios of it, ``total``, ``total_corrected``,
        ``total_expected`` and ``reason``. Tables with several analyses a row (``SiO2_Cpx``, ``SiO2_Liq``)
        get each of them once for every suffix: ``phase_Cpx``.

    Raises
    ------
    FileFormatError, HeaderError
        If the table cannot be read or its columns not understood.
    ModelError
        If there is no such model, or it cannot keep the risk.

    Examples
    --------
    >>> import pyarrow as pa
    >>> olivine = pa.table({"spot": ["a1"], "SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]})
    >>> classify(olivine)["phase"].to_pylist()
    ['Olivine']
    """
    chosen = _chosen(model, risk)
    table = open_table(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    options = {"probabilities": probabilities, "peer_names": peer_names}
    with one_blas_thread():
        blocks = list(_in_threads(table, chosen, uncertainty, options))
    for notice in table.notices:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    columns = {name: pa.chunked_array([decode(c[name]) for _, c in blocks]) for name in blocks[0][1]}
    if isinstance(data, str | os.PathLike):
        data = pa.concat_tables(
            [block.table for block, _ in blocks], promote_options="permissive"
        ).to_pandas()
    return append_to_frame(data, columns)


def classify_file(
    path: str | Path,
    out: str | Path | None = None,
    *,
    report: str | Path | None = None,
    model: str | Path = "default",
    probabilities: bool = False,
    uncertainty: bool = False,
    peer_names: bool = False,
    risk: float | None = None,
    force: bool = False,
    progress: Callable[[int], object] | None = None,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
    workers: int | Literal["auto"] = 1,
) -> Summary:
    """Classify a file block by block, and write the result to another file.

    Parameters
    ----------
    path : path
        The table.
    out : path, optional
        Where to write it with its results (.csv, .tsv, .parquet, .feather, .xlsx); without it the
        rows are only counted. Written whole or not at all.
    report : path, optional
        Where to write a page about it (.html): what was found, what to measure again, and every analysis.
        Written whole or not at all.
    model, probabilities, uncertainty, peer_names, risk, sheet, iron, sigma_level, unit
        As for `classify`.
    force : bool
        Whether an existing file may be overwritten.
    progress : callable, optional
        Told the number of rows newly done.
    workers : int or "auto"
        1 is this process, with its threads. More are processes that it starts, in which the rows are
        classified, with the same results; a script has to call this below ``if __name__ == "__main__":``
        then. ``"auto"`` is one for each processor, up to 8, where the table has 200,000 rows or more.

    Returns
    -------
    Summary

    Raises
    ------
    FileFormatError, HeaderError, ModelError
        As for `classify`.
    OutputError
        If the result or the page may not or cannot be written.
    PhasewiseError
        If a worker process is ended from outside.
    ValueError
        If `workers` is less than 1.
    """
    chosen = _chosen(model, risk)
    page = None if report is None else _Page(report, path, force=force)
    target: AbstractContextManager[ResultWriter | None] = (
        nullcontext() if out is None else open_writer(out, force=force, source=path)
    )
    counts: Counter[tuple[str | None, str, str]] = Counter()
    rows, preview = 0, None
    options = {"probabilities": probabilities, "peer_names": peer_names}
    with one_blas_thread(), target as writer:
        table = open_table(path, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
        processes = _processes(workers, table)
        blocks = (
            _in_threads(table, chosen, uncertainty, options)
            if processes == 1
            else _in_processes(table, processes, model, risk, uncertainty, options)
        )
        with closing(blocks):
            for block, columns in blocks:
                result = append_columns(block.table, columns)
                if writer is not None:
                    writer.write(result)
                _count(counts, columns)
                if page is not None:
                    page.rows.add(result, block.analyses)
                preview = result.slice(0, PREVIEW_ROWS) if preview is None else preview
                rows += len(block)
                if progress is not None:
                    progress(len(block))
        if page is not None:
            page.write(
                chosen,
                table.notices,
                {"Risk permitted": risk, "Sheet": sheet, "Iron from": iron, "Unit": unit}
                | {"Errors given as": None if sigma_level == 1 else f"{sigma_level:g} sigma"},
            )
    written, about = (None if target is None else Path(target) for target in (out, report))
    return Summary(rows, dict(counts), written, about, table.notices, preview)


class _Page:
    """The page about a file on its way; what makes it is imported only where it is asked for."""

    def __init__(self, target: str | Path, source: str | Path, *, force: bool) -> None:
        from phasewise.compositions.report.collect import ReportRows
        from phasewise.compositions.report.write import check_report_path

        check_report_path(target, force=force, source=source)
        self._target, self._source, self._force = target, source, force
        self.rows = ReportRows()

    def write(
        self, model: CompositionModel, notices: tuple[str, ...], settings: Mapping[str, object]
    ) -> None:
        from phasewise.compositions.report.write import about_file, write_rows

        about = about_file(self._source, model, settings, notices)
        write_rows(self.rows, about, self._target, force=self._force)


def _chosen(name: str | Path, risk: float | None) -> CompositionModel:
    model = load_model(name)
    return model if risk is None else model.at_risk(risk)


def _processes(wanted: int | Literal["auto"], table: Table) -> int:
    if wanted == "auto":
        many = table.about_rows >= MANY_ROWS
        return min(MOST_WORKERS, usable_cpus(), table.about_rows // BLOCK_ROWS) if many else 1
    if wanted < 1:
        raise ValueError(f"workers={wanted} must be at least 1")
    return wanted


def _block_rows(table: Table) -> int:
    return max(1024, min(BLOCK_ROWS, BLOCK_CELLS // max(1, len(table.columns))))


def _in_threads(
    table: Table, model: CompositionModel, uncertainty: bool, options: dict[str, bool]
) -> Classified:
    """Return the blocks of a table with their result columns, in order."""
    classify_block = partial(_classify_block, model=model, uncertainty=uncertainty, options=options)
    return side_by_side(classify_block, table.blocks(_block_rows(table)))


def _in_processes(
    table: Table,
    workers: int,
    model: str | Path,
    risk: float | None,
    uncertainty: bool,
    options: dict[str, bool],
) -> Classified:
    """Yield the same from processes, each of which loads the model for itself, own minerals included."""
    blocks = table.blocks(_block_rows(table))
    with closing(in_processes(_start, (model, risk, uncertainty, options), blocks, workers)) as answers:
        for block, (data, findings) in answers:
            block.tell(findings)
            found = unpacked(data)
            yield block, dict(zip(found.column_names, found.columns, strict=True))


def _start(
    name: str | Path, risk: float | None, uncertainty: bool, options: dict[str, bool]
) -> Callable[[Block], tuple[pa.Buffer, Assembled]]:
    """Return what classifies a block in a worker process; the process that started it told any warnings."""
    warnings.simplefilter("ignore")
    model = _chosen(name, risk)

    def classify_block(block: Block) -> tuple[pa.Buffer, Assembled]:
        columns = _classify_block(block, model, uncertainty, options)
        return packed(pa.RecordBatch.from_arrays(list(columns.values()), list(columns))), block.findings

    return classify_block


def _classify_block(
    block: Block, model: CompositionModel, uncertainty: bool, options: dict[str, bool]
) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    for suffix, analyses in block.analyses.items():
        prediction = predict(analyses, model, uncertainty=uncertainty)
        prediction.reason[list(block.units_rows)] = UNITS_REASON
        prediction.reason_code[list(block.units_rows)] = UNITS_ROW
        found = result_columns(prediction, sets=model.conformal, **options)
        columns |= {f"{name}_{suffix}" if suffix else name: values for name, values in found.items()}
    return columns


def _count(counts: Counter[tuple[str | None, str, str]], columns: dict[str, pa.Array]) -> None:
    for name in columns:
        if name == "phase" or name.startswith("phase_"):
            parts = [columns[name.replace("phase", part, 1)] for part in ("phase", "verdict", "reason_code")]
            # Table.group_by would load pyarrow.dataset, and with it pandas.
            joined = pc.binary_join_element_wise(
                *map(decode, parts), BAR, null_handling="replace", null_replacement=""
            )
            for entry in joined.value_counts().to_pylist():
                phase, verdict, code = entry["values"].split("|")
                counts[phase or None, verdict, code] += entry["counts"]
