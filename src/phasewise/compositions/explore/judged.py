"""What the classifier says of the rows of an exploration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.compositions.judge import predict
from phasewise.compositions.output import result_columns
from phasewise.core.threads import side_by_side
from phasewise.report.append import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import Analyses, BoolArray, IntArray

__all__ = ["KEPT", "judge_rows", "refused"]

KEPT = (
    *("phase", "species", "probability", "second_phase", "verdict", "formula", "total"),
    *("total_corrected", "reason_code", "reason"),
)
"""Columns of `phasewise.classify` that describe clusters and rows."""

PIECE_ROWS = 8192


def judge_rows(
    analyses: Analyses, model: CompositionModel, progress: Callable[[int], object]
) -> dict[str, pa.ChunkedArray]:
    """Return some of the columns of `phasewise.classify` for all rows.

    Parameters
    ----------
    analyses : Analyses
    model : CompositionModel
    progress : callable
        Told how many rows are done.
    """

    def pieces() -> Iterator[IntArray]:
        for start in range(0, len(analyses) or 1, PIECE_ROWS):
            yield np.arange(start, min(start + PIECE_ROWS, len(analyses)))

    def one(rows: IntArray) -> dict[str, pa.Array]:
        found = result_columns(predict(analyses.take(rows), model), sets=model.conformal)
        return {name: found[name] for name in KEPT}

    parts, done = [], 0
    for rows, part in side_by_side(one, pieces()):
        parts.append(part)
        done += len(rows)
        progress(done)
    return {name: pa.chunked_array([part[name] for part in parts]) for name in KEPT}


def refused(judged: Mapping[str, pa.Array | pa.ChunkedArray]) -> BoolArray:
    """Return which rows (n,) are refused, as no known mineral or as bad analyses: rare species may be."""
    of_these = pc.is_in(decode(judged["verdict"]), pa.array(["unknown", "bad_analysis"]))
    return np.asarray(of_these.to_numpy(zero_copy_only=False), dtype=bool)
