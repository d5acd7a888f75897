"""Rows as an audit sees them, judged by the model that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.rows import AuditRows, Judged
from phasewise.compositions.features import INPUTS, inputs
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.model import among_phases
from phasewise.compositions.read import read
from phasewise.compositions.row_groups import Groups
from phasewise.core.types import Analyses, FloatArray

Texts = Sequence[str | None] | None


def audited(frame: Any, label: Texts = None, source: Texts = None, sample: Texts = None) -> AuditRows:
    """Return the rows of a frame, whose other columns are oxides in wt%."""
    return of_analyses(read(frame), label, source, sample)


def of_values(
    values: FloatArray, label: Texts = None, source: Texts = None, sample: Texts = None
) -> AuditRows:
    """Return rows (n, len(INPUTS)) of wt%, rare oxides left out."""
    columns = INPUTS[:-1]
    table = np.array(values[:, :-1], dtype=float)
    analyses = Analyses(table, columns, np.zeros(table.shape, dtype=bool))
    return of_analyses(analyses, label, source, sample)


def of_analyses(
    analyses: Analyses, label: Texts = None, source: Texts = None, sample: Texts = None
) -> AuditRows:
    """Return analyses with what they are published as, where they come from, and what the model says."""
    n, model = len(analyses), load_model("default")
    told = predict(analyses, model)
    labels, sources, samples = (_groups(texts, n) for texts in (label, source, sample))
    index = np.array([model.phases.index(x) if x in model.phases else -1 for x in (*labels.names, "")])
    judged = Judged(
        phases=model.phases,
        among=among_phases(np.column_stack([told.probabilities, 1 - told.belonging])),
        belonging=told.belonging,
        phase=told.phase,
        second=told.second,
        verdict=told.verdict,
        flags=told.flags,
        departure=told.departure,
        total=told.total_corrected,
        expected=told.total_expected,
        part=told.mixture_part,
        part_error=told.mixture_part_error,
        reason=told.reason,
        columns={},
        judge=Groups((model.name,), np.zeros(n, dtype=int)),
    )
    return AuditRows(
        analyses,
        inputs(analyses),
        labels,
        index[labels.code],
        sources,
        samples,
        judged,
        np.zeros(len(labels), dtype=bool),
    )


def _groups(texts: Texts, n: int) -> Groups:
    return Groups.of(None if texts is None else pa.chunked_array([list(texts)], pa.string()), n)


def repeated(rows: AuditRows, times: int, values: FloatArray) -> AuditRows:
    """Return judged rows several times over, with other numbers (n, len(INPUTS)), rare ones left out."""
    again = np.tile(np.arange(len(rows)), times)
    judged = rows.judged
    per_row = {
        field.name: getattr(judged, field.name)[again]
        for field in fields(judged)
        if isinstance(getattr(judged, field.name), np.ndarray)
    }
    table = np.array(values[:, :-1], dtype=float)
    analyses = Analyses(table, INPUTS[:-1], np.zeros(table.shape, dtype=bool))
    groups = [Groups(g.names, g.code[again]) for g in (rows.label, rows.source, rows.sample)]
    return AuditRows(
        analyses,
        inputs(analyses),
        groups[0],
        rows.published[again],
        groups[1],
        groups[2],
        replace(judged, judge=Groups(judged.judge.names, judged.judge.code[again]), **per_row),
        rows.same_series[again],
    )
