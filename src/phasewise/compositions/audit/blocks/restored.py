"""Rows that become what they are published as once an error of the table is undone.

Every row that is strange for its label is looked at under each hypothesis: columns exchanged or shifted,
totals scaled, elements for oxides, one oxide in another unit. How likely a row is of its label, undone, is
compared with how likely it is as it stands, of its label or of what the model takes it for. A hypothesis
restores a row where it gains enough by that, keeps the limits of its label, has its total, and the model that
judges it finds the label. Rows of one source and label are explained together, by the hypothesis under which
most of them are most likely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import minerals_of_name
from phasewise.compositions.audit.blocks._court import LEAST_TOGETHER, MOST, TOGETHER, Court
from phasewise.compositions.audit.blocks.block import HIGH, Block
from phasewise.compositions.audit.hypotheses import of_any_row, of_block, of_whole_rows
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.blocks._court import Standing
    from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import BoolArray, IntArray

__all__ = ["find"]

EXPLAINED = 0.7
"""Where one simple error restores this part of the odd rows, no other order of all columns is sought."""

OFTEN = 0.2
"""Where this part of the rows of a label is another phase, the label is wrong, not the table."""

_NOTHING = 1 << FLAGS.index("nothing_measured") | 1 << FLAGS.index("not_finite")


def find(rows: AuditRows) -> list[Block]:
    """Return the blocks of rows that an undone error restores, single rows among them.

    Rows of a label that is a name of several phases are explained by the one of which most are restored.
    """
    every, whole = of_any_row(rows.order), of_whole_rows()
    usable = (rows.label.code >= 0) & (rows.judged.flags & _NOTHING == 0) & ~_mislabelled(rows)
    found: dict[tuple[int, int], list[list[Block]]] = {}
    for label, phase in _phases_of_labels(rows):
        court = Court.of(rows, phase)
        of_label = np.flatnonzero(usable & (rows.label.code == label))
        if court is None or not len(of_label):
            continue
        general = every if court.well_known else whole
        suspects = of_label[court.suspects(of_label)]
        standing = court.standing(general, suspects)
        for _, place in rows.source.take(suspects).each():
            group = suspects[place]
            everyone = of_label[rows.source.code[of_label] == rows.source.code[group[0]]]
            blocks = _explained(court, general, standing.take(place), group, everyone)
            found.setdefault((label, int(rows.source.code[group[0]])), []).append(blocks)
    return [block for several in found.values() for block in max(several, key=_n_rows)]


def _mislabelled(rows: AuditRows) -> BoolArray:
    """Return the rows that are no phase, and nearest to one on many rows of which their label stands.

    They are no evidence of anything but a wrong label.
    """
    judged, k = rows.judged, len(rows.judged.phases)
    accepted = (judged.verdict == VERDICTS.index("accepted")) & (rows.published >= 0)
    pairs = rows.published[accepted] * k + judged.phase[accepted]
    counts = np.bincount(pairs, minlength=k * k).reshape(k, k)
    often = counts >= np.maximum(OFTEN * counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(often, val=False)
    of_none = np.isin(judged.verdict, [VERDICTS.index(v) for v in ("mixture", "unknown", "bad_analysis")])
    return np.asarray(of_none & np.pad(often, (0, 1))[rows.published, judged.phase])


def _phases_of_labels(rows: AuditRows) -> list[tuple[int, int]]:
    """Return the pairs of a label and a phase that it names."""
    phases = rows.judged.phases
    return [
        (label, phases.index(mineral))
        for label, name in enumerate(rows.label.names)
        for mineral in minerals_of_name(name)
        if mineral in phases
    ]


def _n_rows(blocks: list[Block]) -> int:
    return sum(len(block.rows) for block in blocks)


def _explained(
    court: Court,
    general: list[Hypothesis],
    standing: Standing,
    group: IntArray,
    everyone: IntArray,
) -> list[Block]:
    """Return the blocks among the suspects, a group, and everyone of one source and label."""
    named = court.rows.source.code[group[0]] >= 0
    hypotheses = general
    plain = (standing.gain >= TOGETHER).sum(axis=1).max(initial=0)
    odd = int((~court.as_published(group)).sum())
    if court.well_known and len(group) >= LEAST_TOGETHER and plain < EXPLAINED * odd:
        special = of_block(court.rows.values[group], court.expected)
        hypotheses = [*general, *special]
        standing = standing.joined(court.standing(special, group))
    least = np.array([h.least_rows for h in hypotheses])
    found: list[Block] = []
    left = np.ones(len(group), dtype=bool)
    while True:
        held = standing.restored(least, left, len(everyone) if named else None)
        if not held.any():
            return found
        counts = held.sum(axis=1)
        candidates = np.flatnonzero(counts >= 0.9 * counts.max())
        best = max(candidates, key=lambda k: standing.likeness[k, held[k]].mean() - hypotheses[k].doubt)
        rows = np.flatnonzero(held[best])
        befallen = group[rows]
        if len(rows) >= LEAST_TOGETHER:
            befallen = _befallen(court, hypotheses[best], befallen, everyone)
        left[np.isin(group, befallen)] = False
        everyone = np.setdiff1d(everyone, befallen)
        found.append(_block(court, hypotheses[best], befallen))


def _befallen(court: Court, hypothesis: Hypothesis, restored: IntArray, everyone: IntArray) -> IntArray:
    """Return all rows that an error has befallen which restores many of a source and label.

    Where it restores most of them, those of whose likeness it does not take much; else those that gain much.
    """
    least = -TOGETHER if len(restored) >= MOST * len(everyone) else TOGETHER
    eased = everyone[court.eases(hypothesis, everyone, least)]
    return np.union1d(restored, eased)


def _block(court: Court, hypothesis: Hypothesis, where: IntArray) -> Block:
    rows, phase = court.rows, court.phase
    first = where[0]
    published = (rows.label.code == rows.label.code[first]) & (rows.source.code == rows.source.code[first])
    title = load_minerals()[rows.judged.phases[phase]].title
    after = hypothesis.undo(rows.values[where])
    n, of = len(where), int(published.sum())
    before, then = (np.nansum(values, axis=1).mean() for values in (rows.values[where], after))
    total = f", and the total is {then:.1f} wt%, not {before:.1f}" if abs(then - before) > 1.0 else ""
    undone = f"limits of {title} are kept and the model is sure of it{total}"
    return Block(
        kind=hypothesis.kind,
        rows=where,
        of=of,
        where=" | ".join(part for part in (rows.source.name(int(first)), title) if part),
        evidence=f"{n:,} of {of:,} rows of {title}: {hypothesis.what}. Undone, the {undone}.",
        of_row=f"Published as {title}, but {hypothesis.what}. Undone, the {undone}.",
        remedy=f"{hypothesis.remedy}.",
        priority=HIGH,
        spoils=True,
        restored=after,
    )
