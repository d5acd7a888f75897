"""Labels that stand on rows of another mineral, for an essential part of one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.audit.blocks.block import HIGH, Block
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import IntArray

__all__ = ["find"]

LEAST_ROWS, LEAST_PART = 5, 0.2


def find(rows: AuditRows) -> list[Block]:
    """Return the blocks of rows of one source and label that are accepted as one other phase."""
    judged = rows.judged
    other = (judged.verdict == VERDICTS.index("accepted")) & (rows.published >= 0)
    other &= (judged.phase != rows.published) & ~rows.same_series
    found = []
    for where, together in rows.source.with_(rows.label).each(LEAST_ROWS):
        accepted = together[other[together]]
        phases, counts = np.unique(judged.phase[accepted], return_counts=True)
        many = counts >= max(LEAST_ROWS, LEAST_PART * len(together))
        found += [
            _block(rows, accepted[judged.phase[accepted] == phase], together, phase, where)
            for phase in phases[many].tolist()
        ]
    return found


def _block(rows: AuditRows, members: IntArray, together: IntArray, phase: int, where: str) -> Block:
    title = load_minerals()[rows.judged.phases[phase]].title
    first, n, of = int(together[0]), len(members), len(together)
    label = rows.label.name(first)
    return Block(
        kind="label of another mineral",
        rows=members,
        of=of,
        where=where,
        evidence=(
            f"{n:,} of {of:,} rows published as {label} are {title}: composition, stoichiometry and total "
            "are those of it, and not of the label."
        ),
        remedy=f"Look whether {title} was filed under {label}.",
        priority=HIGH,
        suggested=phase,
    )
