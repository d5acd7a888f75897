"""What models say of rows that they have not learned from.

A row that the model knows is judged by its sibling that has not seen the row, and so is every row of a
source of which the model knows at least half. Rows that stand in several of the folds are known to all
siblings: none of them may judge these.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.rows import NOBODY, Judged
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.row_groups import Groups
from phasewise.core.arrow import integers
from phasewise.core.errors import ModelError
from phasewise.core.threads import side_by_side
from phasewise.core.types import Analyses
from phasewise.infer.bundle import models_of_the_zoo
from phasewise.report.append import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from phasewise.compositions.known_rows import KnownRows
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import FloatArray, IntArray, Prediction

__all__ = ["judge", "judges_of"]

LEAST_KNOWN_ROWS, LEAST_KNOWN_PART = 5, 0.5
"""From here on a whole source is known."""

PIECE_ROWS = 8192


def judges_of(model: CompositionModel, name: str | Path, values: FloatArray, source: Groups) -> Groups:
    """Return the name of the model that may judge each row.

    Parameters
    ----------
    model : CompositionModel
    name : str or Path
        Of the model in the zoo, or its folder.
    values : (n, len(INPUTS)) float64
        wt%; NaN where not measured.
    source : Groups
        Publication of each row.

    Raises
    ------
    ModelError
        If a row is known and the sibling that has not seen it is not there.
    """
    known: KnownRows | None = getattr(model, "known", None)
    if known is None:
        return Groups((str(name),), np.zeros(len(values), dtype=np.int64))
    parts = _of_sources(known.parts_of(values), source, len(known.names))
    kinds, kind = np.unique(parts, return_inverse=True)
    names = [_judge(known, int(bits), name) for bits in kinds]
    distinct = tuple(dict.fromkeys(names))
    place = np.array([distinct.index(one) for one in names], dtype=np.int64)
    return Groups(distinct, place[kind.reshape(-1)])


def _of_sources(parts: IntArray, source: Groups, n_parts: int) -> IntArray:
    """Return the parts of rows, where all rows of a source that is mostly known are known."""
    out = parts.copy()
    size = np.bincount(source.code + 1, minlength=len(source.names) + 1)
    for k in range(n_parts):
        held = np.bincount(source.code[parts >> k & 1 > 0] + 1, minlength=len(size))
        whole = (held >= LEAST_KNOWN_ROWS) & (held >= LEAST_KNOWN_PART * size)
        whole[0] = False
        out = np.where(whole[source.code + 1] & (parts == 0), out | 1 << k, out)
    return np.asarray(out)


def _judge(known: KnownRows, bits: int, name: str | Path) -> str:
    if not bits:
        return str(name)
    part = known.blind_to(bits)
    if part is None:
        return NOBODY
    sibling = f"{name}_without_{part}"
    if str(name) in models_of_the_zoo():
        if sibling in models_of_the_zoo():
            return sibling
    elif (folder := Path(name) / "siblings" / part).is_dir():
        return str(folder)
    raise ModelError(
        f"Model '{name}' has learned from analyses of this table, and its sibling that has not seen them "
        f"('{part}') is not there. Use the whole folder that phasewise train has written."
    )


def judge(
    analyses: Analyses, judges: Groups, model: CompositionModel, progress: Callable[[int], object]
) -> Judged:
    """Return what its judge says of each row; those without one have phase -1 and belonging NaN.

    Parameters
    ----------
    analyses : Analyses
    judges : Groups
        Of `judges_of`.
    model : CompositionModel
        Its classes are those of its siblings.
    progress : callable
        Told the number of rows newly done.
    """
    models = {name: model if name == NOBODY else load_model(name) for name in judges.names}
    order: list[IntArray] = []
    parts: list[Judged] = []

    def pieces() -> Iterator[tuple[str, IntArray]]:
        for name, rows in judges.each():
            for start in range(0, len(rows), PIECE_ROWS):
                yield name, rows[start : start + PIECE_ROWS]

    def one(piece: tuple[str, IntArray]) -> Judged:
        name, rows = piece
        return _judged(analyses.take(rows), models[name], known=name != NOBODY)

    for (_, rows), part in side_by_side(one, pieces()):
        order.append(rows)
        parts.append(part)
        progress(len(rows))
    if not parts:
        parts.append(_judged(analyses, model, known=True))
        order.append(np.arange(0))
    return _in_order(parts, np.concatenate(order), judges)


def _judged(analyses: Analyses, model: CompositionModel, *, known: bool) -> Judged:
    if not known:
        analyses = _blank(analyses)
    return _as_judged(predict(analyses, model), model)


def _blank(analyses: Analyses) -> Analyses:
    nothing = np.full(analyses.values.shape, np.nan)
    return Analyses(nothing, analyses.columns, np.zeros(nothing.shape, dtype=bool))


def _as_judged(found: Prediction, model: CompositionModel) -> Judged:
    columns = result_columns(found, sets=model.conformal)
    return Judged(
        phases=found.phases,
        among=_among(found.probabilities),
        belonging=found.belonging,
        phase=found.phase,
        second=found.second,
        verdict=found.verdict,
        flags=found.flags,
        departure=found.departure,
        total=found.total_corrected,
        expected=found.total_expected,
        part=found.mixture_part,
        part_error=found.mixture_part_error,
        reason=found.reason,
        columns={name: decode(values) for name, values in columns.items()},
        judge=Groups((), np.full(len(found), -1)),
    )


def _among(probabilities: FloatArray) -> FloatArray:
    """Return the probability of each phase, if the row is one of them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))


def _in_order(parts: list[Judged], order: IntArray, judges: Groups) -> Judged:
    """Return judgements of pieces as one, in the order of the table."""
    back = np.argsort(order, kind="stable")
    arrays: dict[str, Any] = {}
    for field in fields(Judged):
        held = [getattr(part, field.name) for part in parts]
        if isinstance(held[0], np.ndarray):
            arrays[field.name] = np.concatenate(held)[back]
    columns = {name: _joined((part.columns[name] for part in parts), back) for name in parts[0].columns}
    return Judged(phases=parts[0].phases, columns=columns, judge=judges, **arrays)


def _joined(arrays: Iterable[pa.Array], back: IntArray) -> pa.Array:
    whole = pa.chunked_array([a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a for a in arrays])
    return whole.combine_chunks().take(integers(back))
