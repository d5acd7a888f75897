"""Totals that are off together, while the ratios of the oxides are those of the label.

Closed to 100 %, the rows are what they are published as. Where most rows of one sample have totals
that are off to the same side, the beam current, the carbon coat, a standard or a normalisation is the reason,
not single spots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks._wording import named_rows
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM, Block

if TYPE_CHECKING:
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import IntArray

__all__ = ["find"]

LEAST_ROWS, LEAST_PART = 5, 0.5
OFF, FAR_OFF, SCALED = 2.0, 5.0, 40.0
"""Totals this many wt% outside the range that is expected are off, far off, and no total but a wrong unit."""


def find(rows: AuditRows) -> list[Block]:
    """Return the blocks of one source, sample and label of which most totals are off to one side."""
    judged = rows.judged
    named = (judged.phase == rows.published) & (judged.phase >= 0)
    below, above = judged.expected[:, 0] - judged.total, judged.total - judged.expected[:, 1]
    low = named & (below > OFF) & (below < SCALED)
    high = named & (above > OFF) & (above < SCALED)
    if not (low | high).any():
        return []
    found = []
    for where, together in rows.source.with_(rows.label).with_(rows.sample).each(LEAST_ROWS):
        for side, off in (("below", low), ("above", high)):
            members = together[off[together]]
            if len(members) >= max(LEAST_ROWS, LEAST_PART * named[together].sum()):
                found.append(_block(rows, members, together, where, side))
    return found


def _block(rows: AuditRows, members: IntArray, together: IntArray, where: str, side: str) -> Block:
    total, expected = rows.judged.total[members], rows.judged.expected[members[0]]
    middle, bound = float(np.median(total)), expected[0 if side == "below" else 1]
    spread = float(np.quantile(total, 0.75) - np.quantile(total, 0.25))
    return Block(
        kind="totals off",
        rows=members,
        of=len(together),
        where=where,
        evidence=(
            f"The totals of {len(members):,} of {len(together):,} rows are {side} the {expected[0]:g}-"
            f"{expected[1]:g} wt% expected, with a median of {middle:.1f} wt% and half of them within "
            f"{spread:.1f} wt%, while the ratios of the oxides are those of the label: {named_rows(members)}."
        ),
        remedy="Look at beam current, coating and standards, or whether an element was left out.",
        priority=MEDIUM if abs(middle - bound) > FAR_OFF else LOW,
    )
