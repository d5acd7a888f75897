"""What blocks change in the findings of their rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.findings import (
    AGREE,
    BAD,
    MIXED,
    NO_ANALYSIS,
    NOT_COVERED,
    RELABEL,
    Findings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.audit.blocks.block import Block
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import IntArray, TextArray

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

    @cached_property
    def flagged(self) -> IntArray:
        """The rows that somebody has to look at (m,), the most important first."""
        priority = self.findings.priority
        order = np.lexsort((np.arange(len(priority)), -priority))
        return np.asarray(order[(priority[order] > 0) | (self.names[order] != "")])


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
        if block.suggested >= 0:
            finding[where], suggested[where] = RELABEL, block.suggested
        if block.spoils:
            named = np.isin(finding[where], (NO_ANALYSIS, MIXED)) & (block.restored is None)
            finding[where] = np.where(named, finding[where], BAD)
            if block.restored is not None:
                suggested[where] = rows.published[where]
                certainty[where] = np.nan
            if not named.all():
                evidence[where[~named]] = f"{block.of_row or block.evidence} {block.remedy}"
        raised = where[~np.isin(finding[where], (NOT_COVERED, AGREE)) | block.spoils]
        raised = raised[finding[raised] != NO_ANALYSIS]
        priority[raised] = np.maximum(priority[raised], block.priority)
    for number, block in enumerate(kept, start=1):
        names[block.rows] = [f"{held}|B{number}" if held else f"B{number}" for held in names[block.rows]]
    found = replace(findings, finding=finding, priority=priority, suggested=suggested, certainty=certainty)
    return Marked(found, evidence, tuple(kept), names)
