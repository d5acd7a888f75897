"""The tables that an audit returns: rows, blocks and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS
from phasewise.core.arrow import coded, integers, numbers, texts

if TYPE_CHECKING:
    from phasewise.compositions.audit.findings import Judgement
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.compositions.audit.with_blocks import Marked

__all__ = ["block_table", "label_table", "row_columns"]

FROM_CLASSIFY = ("phase", "probability", "second_phase", "mixture_part", "mixture_part_error", "verdict")
FURTHER = ("species", "departure", "total_corrected", "total_expected", "reason_code")
"""Results of the classification that stand behind the findings."""


def row_columns(rows: AuditRows, judgement: Judgement, marked: Marked) -> dict[str, pa.Array]:
    """Return the result columns of the rows, in their order."""
    judged, found = judgement.judged, marked.findings
    formula = np.where(judgement.formula.asked, judgement.formula.fits.astype(np.int64), -1)
    return {
        "row": integers(np.arange(1, len(rows) + 1)),
        "published_phase": coded(rows.label.code, judgement.labels.nearest_mineral),
        "finding": coded(found.finding, FINDINGS),
        "priority": coded(found.priority, PRIORITIES),
        "suggested_phase": coded(found.suggested, judged.phases),
        "certainty": numbers(np.round(found.certainty, 4)),
        "evidence": texts(marked.evidence.tolist()),
        "blocks": texts([name or None for name in marked.names.tolist()]),
        "formula_fits_label": coded(formula, ("no", "yes")),
        **{name: judged.columns[name] for name in (*FROM_CLASSIFY, *FURTHER)},
        "judge": coded(judged.judge.code, judged.judge.names),
    }


def block_table(marked: Marked) -> pa.Table:
    """Return one row a block, the most important first."""
    blocks = marked.blocks
    return pa.table(
        {
            "block": texts([f"B{k}" for k in range(1, len(blocks) + 1)]),
            "kind": texts([block.kind for block in blocks]),
            "where": texts([block.where or None for block in blocks]),
            "rows": integers(np.array([len(block.rows) for block in blocks], dtype=np.int64)),
            "of": integers(np.array([block.of for block in blocks], dtype=np.int64)),
            "first_row": integers(np.array([block.rows[0] + 1 for block in blocks], dtype=np.int64)),
            "last_row": integers(np.array([block.rows[-1] + 1 for block in blocks], dtype=np.int64)),
            "priority": texts([PRIORITIES[block.priority] for block in blocks]),
            "evidence": texts([block.evidence for block in blocks]),
            "remedy": texts([block.remedy for block in blocks]),
        }
    )


def label_table(rows: AuditRows, judgement: Judgement, marked: Marked) -> pa.Table:
    """Return one row a label: what it stands for, and how many of its rows have which finding."""
    labels, n = judgement.labels, len(FINDINGS)
    place = (rows.label.code + 1) * n + marked.findings.finding
    counts = np.bincount(place, minlength=(len(labels.groups.names) + 1) * n).reshape(-1, n)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    order = order[counts[order].sum(axis=1) > 0]
    names = [None, *labels.groups.names]
    words = [None, *(word or None for word in labels.nearest_mineral)]
    covered = [None, *("|".join(found) or None for found in labels.minerals)]
    return pa.table(
        {
            "label": texts([names[k] for k in order]),
            "stands_for": texts([words[k] for k in order]),
            "minerals": texts([covered[k] for k in order]),
            "rows": integers(counts[order].sum(axis=1)),
            **{name: integers(counts[order, k]) for k, name in enumerate(FINDINGS)},
        }
    )
