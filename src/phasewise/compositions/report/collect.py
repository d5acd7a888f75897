"""What a report says of the rows of a table, gathered block by block."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.output import COLUMN_NAMES
from phasewise.compositions.report.remedies import NOTHING_WRONG, remedy_of, why_of
from phasewise.core.arrow import integers, numbers, texts
from phasewise.core.errors import HeaderError
from phasewise.core.result_names import find_label, find_result, find_suffixes, with_suffix
from phasewise.core.types import COLUMNS
from phasewise.plot.probabilities import bin_of
from phasewise.report.append import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["FERRIC", "LISTED", "NUMBERS", "TEXTS", "ReportRows", "measured_oxides"]

LISTED = 200_000
"""Analyses that a page lists; those behind them are counted only."""

TEXTS = ("phase", "species", "verdict", "flags", "formula", "prediction_set", "total_expected", "reason")
NUMBERS = ("probability", "total", "total_corrected")
"""Results that are listed, where the table has them."""

FERRIC = "Fe2O3"
"""Ferric iron, where it was measured; FeOt holds it as well."""


class ReportRows:
    """The rows of a classified table: all of them counted, the first ones listed.

    Attributes
    ----------
    rows : int
        Rows of the table so far; each holds one analysis or several.
    counts : Counter
        Analyses by (phase or None, verdict, why).
    sureness : Counter
        Analyses by (bin of the probability, verdict), see `phasewise.plot.probabilities`.
    listed : int
        Analyses that are listed.
    """

    def __init__(self, limit: int = LISTED) -> None:
        self.rows = 0
        self.counts: Counter[tuple[str | None, str, str]] = Counter()
        self.sureness: Counter[tuple[int, str]] = Counter()
        self.listed = 0
        self._limit = limit
        self._columns: dict[str, list[pa.Array]] = {}
        self._oxides: dict[str, list[tuple[FloatArray, BoolArray]]] = {}

    @property
    def analyses(self) -> int:
        """Number of analyses so far."""
        return self.counts.total()

    def add(self, result: pa.Table, analyses: Mapping[str, Analyses]) -> None:
        """Take in the next rows.

        Parameters
        ----------
        result : pyarrow.Table
            The user's columns and the results.
        analyses : mapping of str to Analyses
            What was measured, by phase suffix.

        Raises
        ------
        HeaderError
            If the table has no columns of results.
        """
        suffixes = find_suffixes(result.column_names)
        found = {name: _interleaved([_result(result, name, s) for s in suffixes]) for name in _known()}
        why = list(map(why_of, found.pop("reason_code").to_pylist(), found["reason"].to_pylist()))
        verdicts = found["verdict"].to_pylist()
        self.counts.update(zip(found["phase"].to_pylist(), verdicts, why, strict=True))
        bins = bin_of(found["probability"].to_numpy(zero_copy_only=False)).tolist()
        self.sureness.update(pair for pair in zip(bins, verdicts, strict=True) if pair[0] >= 0)
        todo = [
            None if w == NOTHING_WRONG else remedy_of(w, v).action for w, v in zip(why, verdicts, strict=True)
        ]
        found |= {"why": texts(why), "todo": texts(todo)}
        self._list(found | _names(result, suffixes, self.rows), analyses, suffixes)
        self.rows += result.num_rows

    def column(self, name: str) -> pa.ChunkedArray | None:
        """Return a column of the listed analyses; None if the table has no such result."""
        parts = self._columns.get(name)
        return pa.chunked_array(parts) if parts else None

    def oxides(self) -> dict[str, tuple[FloatArray, BoolArray]]:
        """Return what was measured of the listed analyses in wt%, and whether it is below detection.

        Oxides that no analysis has are left out. `FERRIC` is contained in FeOt.
        """
        joined = {
            name: (np.concatenate([v for v, _ in parts]), np.concatenate([b for _, b in parts]))
            for name, parts in self._oxides.items()
        }
        return _without_empty(joined)

    def accepted(self) -> pa.Table:
        """Return the listed analyses that are accepted: what was measured in wt%, and ``phase``."""
        phase, verdict = self.column("phase"), self.column("verdict")
        accepted = [] if verdict is None else [told == "accepted" for told in verdict.to_pylist()]
        kept: IntArray = np.flatnonzero(np.array(accepted, dtype=bool))
        oxides = {name: values[kept] for name, (values, _) in self.oxides().items()}
        if FERRIC in oxides:
            total = oxides.pop("FeOt")
            oxides["FeO"] = total - FE2O3_TO_FEO * np.nan_to_num(oxides[FERRIC])
        columns = {name: numbers(values) for name, values in oxides.items()}
        return pa.table(columns if phase is None else columns | {"phase": phase.take(integers(kept))})

    def _list(
        self, found: dict[str, pa.Array], analyses: Mapping[str, Analyses], suffixes: Sequence[str]
    ) -> None:
        n = min(len(found["why"]), self._limit - self.listed)
        if n <= 0 and self.listed:
            return
        for name, values in found.items():
            self._columns.setdefault(name, []).append(values.slice(0, n))
        measured = [analyses[s] for s in suffixes if s in analyses]
        if len(measured) == len(suffixes):
            for name in (*COLUMNS, FERRIC):
                values = np.stack([_measured(a, name) for a in measured], axis=1).ravel()[:n]
                below = np.stack([_below(a, name) for a in measured], axis=1).ravel()[:n]
                self._oxides.setdefault(name, []).append((values, below))
        self.listed += n


def measured_oxides(analyses: Analyses) -> dict[str, tuple[FloatArray, BoolArray]]:
    """Return what was measured in wt%, and whether it is below detection; see `ReportRows.oxides`."""
    return _without_empty(
        {name: (_measured(analyses, name), _below(analyses, name)) for name in (*COLUMNS, FERRIC)}
    )


def _without_empty(
    oxides: dict[str, tuple[FloatArray, BoolArray]],
) -> dict[str, tuple[FloatArray, BoolArray]]:
    return {name: both for name, both in oxides.items() if not np.isnan(both[0]).all()}


def _known() -> tuple[str, ...]:
    """Return the results to look for: a name that phasewise does not give is the user's own column."""
    return (*(name for name in (*TEXTS, *NUMBERS) if name in COLUMN_NAMES), "reason_code")


def _result(table: pa.Table, name: str, suffix: str) -> pa.Array:
    """Return a result as plain texts or doubles."""
    wanted = pa.float64() if name in NUMBERS else pa.string()
    try:
        column = table[find_result(table.column_names, with_suffix(name, suffix))]
    except HeaderError:
        if name in ("phase", "verdict", "probability", "reason", "reason_code"):
            raise
        return pa.nulls(table.num_rows, wanted)
    values = decode(column).combine_chunks()
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    # Where all cells are empty, other programs make numbers of texts.
    if wanted == pa.string() and not pa.types.is_string(values.type) and values.null_count == len(values):
        return pa.nulls(len(values), wanted)
    return values.cast(wanted)


def _interleaved(parts: list[pa.Array]) -> pa.Array:
    """Return the first value of each array, then the second of each, and so on."""
    if len(parts) == 1:
        return parts[0]
    n = len(parts[0])
    order: IntArray = np.arange(len(parts) * n).reshape(len(parts), n).T.ravel()
    return pa.concat_arrays(parts).take(integers(order))


def _names(result: pa.Table, suffixes: Sequence[str], before: int) -> dict[str, pa.Array]:
    """Return number and name of each analysis."""
    counted = np.arange(before + 1, before + 1 + result.num_rows)
    label = find_label(result.column_names)
    names: list[Any] = counted.tolist() if label is None else result[label].to_pylist()
    titles = [f"{'' if name is None else name} {s}".strip() for name in names for s in suffixes]
    return {"row": integers(np.repeat(counted, len(suffixes))), "name": texts(titles)}


def _measured(analyses: Analyses, name: str) -> FloatArray:
    if name != FERRIC:
        return analyses[name]
    return np.full(len(analyses), np.nan) if analyses.ferric is None else analyses.ferric


def _below(analyses: Analyses, name: str) -> BoolArray:
    if name in analyses.columns:
        return analyses.below_detection[:, analyses.columns.index(name)]
    return np.zeros(len(analyses), dtype=bool)
