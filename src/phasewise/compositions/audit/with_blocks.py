"""What blocks change in the findings of their rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.findings import AGREE, BAD, NO_ANALYSIS, NOT_COVERED, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.audit.blocks.block import Block
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import TextArray

__all__ = ["LEAST_ROWS", "Marked", "with_blocks"]

LEAST_ROWS = 2
"""Fewer rows are no block: what is found of them stands in their own evidence."""


@dataclass(frozen=True, eq=False)
class Marked:
    """Findings and evidence of rows, and the blocks that they belong to.

    Attributes
    ----------
    findings : Findings
    evidence : (n,) object
        Sentences.
    blocks : tuple of Block
        Those of several rows, the most important first; the first one is B1.
    names : (n,) object
        Names of the blocks of each row, ``B3|B7``; empty for none.
    """

    findings: Findings
    evidence: TextArray
    blocks: tuple[Block, ...]
    names: TextArray


def with_blocks(rows: AuditRows, findings: Findings, evidence: TextArray, blocks: Sequence[Block]) -> Marked:
    """Return findings in which rows whose numbers a block spoils are bad analyses, and say what is wrong.

    Parameters
    ----------
    rows : AuditRows
    findings : Findings
    evidence : (n,) object
        Sentences.
    blocks : sequence of Block
        Those of single rows included.
    """
    finding, priority = findings.finding.copy(), findings.priority.copy()
    suggested, certainty = findings.suggested.copy(), findings.certainty.copy()
    evidence, names = evidence.copy(), np.full(len(evidence), "", dtype=object)
    kept = [block for block in blocks if len(block.rows) >= LEAST_ROWS]
    for block in blocks:
        where = block.rows
        if block.spoils:
            finding[where[finding[where] != NO_ANALYSIS]] = BAD
            if block.restored is not None:
                suggested[where] = rows.published[where]
                certainty[where] = np.nan
            evidence[where] = f"{block.of_row or block.evidence} {block.remedy}"
        raised = where[(finding[where] != NOT_COVERED) & (finding[where] != AGREE) | block.spoils]
        priority[raised] = np.maximum(priority[raised], block.priority)
    for number, block in enumerate(kept, start=1):
        names[block.rows] = [f"{held}|B{number}" if held else f"B{number}" for held in names[block.rows]]
    found = replace(findings, finding=finding, priority=priority, suggested=suggested, certainty=certainty)
    return Marked(found, evidence, tuple(kept), names)
