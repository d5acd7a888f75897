"""Rows that become what they are published as once an error of the table is undone.

Every row that is nothing as it stands is looked at under each hypothesis: columns exchanged or shifted,
totals scaled, elements for oxides, one oxide in another unit. A hypothesis restores a row where the row then
keeps the limits of its label, has its total, and the model that judges it is sure of the label. Rows of one
source and label are explained together, by the hypothesis that restores most of them; the least far-fetched
and the one under which they are most like usual analyses come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.audit.blocks.block import HIGH, Block
from phasewise.compositions.audit.hypotheses import of_any_row, of_block
from phasewise.compositions.audit.hypotheses.hypothesis import MOVABLE, Expected
from phasewise.compositions.audit.judges import NOBODY
from phasewise.compositions.features import INPUTS
from phasewise.compositions.load import load_model
from phasewise.compositions.model import among_phases
from phasewise.compositions.opinion import minerals_of
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["find"]

SURE = 0.9
"""Least probability of the label in a restored row."""

TOTAL_MARGIN = 3.0
"""A restored total may leave the range that is expected by so many wt%."""

GAIN = 10.0
"""Undone, a row has to be less strange for its label by so many nats; see `Expected.strangeness`."""

OFF = 4.0
"""And no oxide that was changed may be off by more standard deviations than this."""

NOISE = (0.05, 0.05)
"""Analytical noise of usual analyses, in wt% and as a part of what is there."""

MOVED = 2.0
"""Where columns stand under wrong headers, the oxides are off by so many standard deviations at least."""

OFTEN = 0.2
"""Where this part of the rows of a label is another phase, the label is wrong, not the table."""

NEARLY_ALL = 0.9

ESTABLISHED = 10
"""An error that restores so many rows of a source and label has befallen all whose strangeness it takes."""

_NOTHING = 1 << FLAGS.index("nothing_measured") | 1 << FLAGS.index("not_finite")


def find(rows: AuditRows) -> list[Block]:
    """Return the blocks of rows that an undone error restores, single rows among them."""
    suspects = _suspects(rows)
    if not len(suspects):
        return []
    general = of_any_row(rows.order)
    found = []
    for phase in np.unique(rows.published[suspects]).tolist():
        of_phase = suspects[rows.published[suspects] == phase]
        court = _Court.of(rows, phase)
        if court is None:
            continue
        restored = np.array([court.restores(h, of_phase) for h in general])
        for _, place in rows.source.take(of_phase).each():
            found += _explained(court, general, restored[:, place], of_phase[place])
    return found


def _suspects(rows: AuditRows) -> IntArray:
    """Return the rows with a label that are not what they are published as, nor anything else for certain.

    Where many rows of a label are certainly another phase, odd rows nearest to that phase are no evidence of
    anything but a wrong label.
    """
    judged = rows.judged
    mislabelled = _often_another(rows)[rows.published, judged.phase]
    odd = np.isin(judged.verdict, [VERDICTS.index(v) for v in ("unknown", "mixture", "bad_analysis")])
    odd |= (judged.verdict == VERDICTS.index("ambiguous")) & (judged.phase != rows.published)
    odd &= ~mislabelled
    return np.flatnonzero(odd & (rows.published >= 0) & (judged.flags & _NOTHING == 0))


def _often_another(rows: AuditRows) -> BoolArray:
    """Return of which labels (k + 1, k + 1) an essential part is accepted as which other phase."""
    k = len(rows.judged.phases)
    accepted = (rows.judged.verdict == VERDICTS.index("accepted")) & (rows.published >= 0)
    pairs = rows.published[accepted] * k + rows.judged.phase[accepted]
    counts = np.bincount(pairs, minlength=k * k).reshape(k, k)
    often = counts >= np.maximum(OFTEN * counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(often, val=False)
    return np.pad(often, (0, 1))


@dataclass(frozen=True, eq=False)
class _Court:
    """What is needed to tell whether rows are of one phase."""

    rows: AuditRows
    phase: int
    tests: StoichiometricTests
    expected: Expected
    models: tuple[CompositionModel | None, ...]

    @classmethod
    def of(cls, rows: AuditRows, phase: int) -> _Court | None:
        """Return it; None where the models do not know what the phase is usually like."""
        names = rows.judged.judge.names
        models = tuple(None if name == NOBODY else load_model(name) for name in names)
        typical = next((t for m in models if m and (t := getattr(m, "typical", None)) is not None), None)
        mineral = minerals_of(rows.judged.phases)[phase]
        if typical is None or np.isnan(typical.covariance[phase]).any():
            return None
        scale = typical.total[phase] / 100.0
        mean = typical.mean[phase, : len(MOVABLE)] * scale
        variance = typical.covariance[phase].diagonal()[: len(MOVABLE)] * scale**2
        noise = NOISE[0] + NOISE[1] * mean
        return cls(
            rows,
            phase,
            StoichiometricTests.of([mineral], INPUTS[:-1]),
            Expected(
                mean,
                np.sqrt(variance + noise**2),
                mineral.total.expected,
                lambda values: typical.log_likelihood(values, phase),
            ),
            models,
        )

    def eased(self, hypothesis: Hypothesis, where: IntArray) -> BoolArray:
        """Return which rows (m,) a hypothesis makes much less strange for the phase, with the right total."""
        before = self.rows.values[where]
        after = hypothesis.undo(before)
        total = np.nansum(after, axis=1)
        low, high = self.expected.total
        fits = (total >= low - TOTAL_MARGIN) & (total <= high + TOTAL_MARGIN)
        fits &= (np.abs(self.expected.off(before)) > MOVED).sum(axis=1) >= hypothesis.least_off
        fits &= self.expected.strangeness(before) - self.expected.strangeness(after) >= GAIN
        return np.asarray(fits)

    def restores(self, hypothesis: Hypothesis, where: IntArray) -> BoolArray:
        """Return which rows (m,) a hypothesis makes analyses of the phase."""
        before = self.rows.values[where]
        after = hypothesis.undo(before)
        off, off_before = self.expected.off(after), self.expected.off(before)
        fits = self.eased(hypothesis, where)
        fits &= ((np.abs(off) <= OFF) | (off == off_before)).all(axis=1)
        place = np.flatnonzero(fits)
        fits[place] = self.tests.passes(after[place, :-1], np.zeros(len(place), dtype=np.int64))
        place = np.flatnonzero(fits)
        fits[place] = self._named(after[place], where[place])
        return np.asarray(fits)

    def _named(self, values: FloatArray, where: IntArray) -> BoolArray:
        """Return whether the judge of each row is sure that it is of the phase with these values."""
        judges = self.rows.judged.judge.code[where]
        out = np.zeros(len(where), dtype=bool)
        for code in np.unique(judges).tolist():
            model, own = self.models[code], np.flatnonzero(judges == code)
            if model is not None:
                p = model.probabilities(np.where(model.used, values[own], np.nan))
                belongs = 1.0 - p[:, -1] >= model.thresholds.belonging
                out[own] = belongs & (among_phases(p)[:, self.phase] >= SURE)
        return out

    def likeness(self, hypothesis: Hypothesis, where: IntArray) -> float:
        """Return the mean log of how likely rows are of the phase once undone."""
        return float(np.mean(self.expected.likeness(hypothesis.undo(self.rows.values[where]))))


def _explained(court: _Court, general: list[Hypothesis], restored: BoolArray, group: IntArray) -> list[Block]:
    """Return the blocks among the suspects of one source and label, the largest first.

    Of the hypotheses that explain about as many rows as any, the least far-fetched is taken.
    """
    special = of_block(court.rows.values[group], court.expected)
    hypotheses = [*general, *special]
    held = np.vstack([restored, *(court.restores(h, group)[None] for h in special)])
    for k in np.flatnonzero(held.sum(axis=1) >= ESTABLISHED).tolist():
        held[k] |= court.eased(hypotheses[k], group)
    least = np.array([h.least_rows for h in hypotheses])
    found: list[Block] = []
    left = np.ones(len(group), dtype=bool)
    while True:
        counts = (held & left).sum(axis=1)
        counts[counts < least] = 0
        if not counts.any():
            return found
        candidates = np.flatnonzero(counts >= NEARLY_ALL * counts.max()).tolist()
        simplest = min(hypotheses[k].cost for k in candidates)
        simple = [k for k in candidates if hypotheses[k].cost == simplest]
        best = max(simple, key=lambda k: court.likeness(hypotheses[k], group[held[k] & left]))
        rows = np.flatnonzero(held[best] & left)
        left[rows] = False
        found.append(_block(court, hypotheses[best], group[rows]))


def _block(court: _Court, hypothesis: Hypothesis, where: IntArray) -> Block:
    rows, phase = court.rows, court.phase
    published = (rows.published == phase) & (rows.source.code == rows.source.code[where[0]])
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
        where=" | ".join(part for part in (rows.source.name(int(where[0])), title) if part),
        evidence=f"{n:,} of {of:,} rows of {title}: {hypothesis.what}. Undone, the {undone}.",
        of_row=f"Published as {title}, but {hypothesis.what}. Undone, the {undone}.",
        remedy=f"{hypothesis.remedy}.",
        priority=HIGH,
        spoils=True,
        restored=after,
    )
