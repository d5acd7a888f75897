"""Which analyses of a table belong in a diagram, and what is known of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.names import canonical_phase
from phasewise.compositions.diagrams.kinds import DIAGRAMS
from phasewise.compositions.diagrams.quantities import quantities_of
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.core.errors import HeaderError
from phasewise.core.result_names import find_result, with_suffix
from phasewise.core.threads import one_blas_thread
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from pathlib import Path

    from phasewise.compositions.diagrams.quantities import DiagramRequest
    from phasewise.compositions.model import CompositionModel
    from phasewise.compositions.read import Table
    from phasewise.core.types import Analyses, FloatArray

__all__ = ["DiagramRows", "collect"]

BLOCK_ROWS = 16_384
RESULT_PHASE, RESULT_VERDICT = "phase", "verdict"


@dataclass(eq=False)
class DiagramRows:
    """The analyses of a diagram, as they are collected block by block."""

    quantities: list[FloatArray] = field(default_factory=list)
    sigma: list[FloatArray] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    own: list[Any] = field(default_factory=list)
    distance: list[Any] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notices: tuple[str, ...] = ()


def collect(table: Table, request: DiagramRequest, model: str | Path) -> DiagramRows:
    """Return the analyses that belong in the diagram."""
    for column in (request.mineral_column, request.colour_by, request.distance):
        if column is not None and column not in table.columns:
            raise HeaderError(f"{table.name} has no column {column!r}. It has {', '.join(table.columns)}.")
    drawn = DiagramRows()
    chosen: CompositionModel | None = None
    with one_blas_thread():
        for block in table.blocks(BLOCK_ROWS):
            for suffix, analyses in block.analyses.items():
                found = _phases(block.table, suffix, analyses, request)
                if found is None:
                    chosen = chosen or load_model(model)
                    found = _classified(analyses, chosen)
                phases, verdicts = found
                kept = np.ones(len(analyses), dtype=bool)
                kept[list(block.units_rows)] = False
                _add(drawn, analyses, phases, verdicts, kept, block.table, request)
    drawn.notices = table.notices
    if not drawn.labels:
        raise HeaderError(_nothing(table, request, drawn))
    return drawn


def _phases(
    rows: Any, suffix: str, analyses: Analyses, request: DiagramRequest
) -> tuple[list[str | None], list[str]] | None:
    """Return mineral and verdict of each row as the table has them, None where it does not."""
    accepted = ["accepted"] * len(analyses)
    if request.mineral_column is not None:
        names = rows[request.mineral_column].to_pylist()
        return [None if name is None else canonical_phase(str(name)) for name in names], accepted
    try:
        column = find_result(rows.column_names, with_suffix(RESULT_PHASE, suffix))
        names = [str(name) if name else None for name in rows[column].to_pylist()]
    except HeaderError:
        named = canonical_phase(suffix) if suffix else None
        return None if named is None else ([named] * len(analyses), accepted)
    try:
        told = rows[find_result(rows.column_names, with_suffix(RESULT_VERDICT, suffix))].to_pylist()
    except HeaderError:
        told = accepted
    known = [verdict if verdict in VERDICTS else "accepted" for verdict in told]
    return [name and (canonical_phase(name) or name) for name in names], known


def _classified(analyses: Analyses, model: CompositionModel) -> tuple[list[str | None], list[str]]:
    prediction = predict(analyses, model)
    names = [*model.phases, None]
    return [names[k] for k in prediction.phase.tolist()], [VERDICTS[k] for k in prediction.verdict.tolist()]


def _add(
    drawn: DiagramRows,
    analyses: Analyses,
    phases: list[str | None],
    verdicts: list[str],
    kept: Any,
    rows: Any,
    request: DiagramRequest,
) -> None:
    """Add those rows of a block that belong in the diagram."""
    wanted = _minerals(request)
    told = np.array(phases, dtype=object)
    colours = None if request.colour_by is None else rows[request.colour_by].to_pylist()
    along = None if request.distance is None else rows[request.distance].to_pylist()
    for name in sorted({phase for phase in phases if phase}):
        at = np.flatnonzero((told == name) & kept)
        if (wanted and name not in wanted) or (request.only and name not in request.only):
            drawn.left_out["of another mineral"] += len(at)
            continue
        if not len(at):
            continue
        part = analyses.take(at)
        values, covariance, reasons = quantities_of(name, part, request)
        good = (
            np.isfinite(values).any(axis=1)
            if request.kind in ("harker", "profile")
            else (np.isfinite(values).all(axis=1))
        )
        for reason in reasons[~good]:
            drawn.left_out[reason or "a quantity was not measured"] += 1
        at, values, covariance = at[good], values[good], covariance[good]
        drawn.quantities.append(values)
        drawn.sigma.append(covariance)
        drawn.labels += [name] * len(at)
        drawn.verdicts += [verdicts[row] for row in at]
        drawn.own += [None if colours is None else colours[row] for row in at]
        drawn.distance += [None if along is None else along[row] for row in at]
    drawn.left_out["without a mineral"] += int(((told == None) & kept).sum())  # noqa: E711
    drawn.left_out = +drawn.left_out


def _minerals(request: DiagramRequest) -> tuple[str, ...]:
    return DIAGRAMS[request.kind].minerals if request.kind in DIAGRAMS else ()


def _nothing(table: Table, request: DiagramRequest, drawn: DiagramRows) -> str:
    """Return why nothing is drawn, and what to do."""
    wanted = _minerals(request) or ("any mineral",)
    told = [f"{number:,} {reason.rstrip('.')}" for reason, number in drawn.left_out.most_common(3)]
    seen = f" Its analyses: {'; '.join(told)}." if told else ""
    remedy = (
        f"Is {request.mineral_column!r} the column of minerals?"
        if request.mineral_column is not None
        else "Run phasewise classify to see what they are, or name the minerals with --mineral COLUMN."
    )
    return f"{table.name} has nothing to draw: '{request.kind}' takes {', '.join(wanted)}.{seen} {remedy}"
