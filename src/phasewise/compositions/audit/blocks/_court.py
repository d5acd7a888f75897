"""What decides whether rows become analyses of a mineral once an error is undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.audit.hypotheses.hypothesis import MOVABLE, Expected, surprise
from phasewise.compositions.audit.rows import NOBODY
from phasewise.compositions.features import INPUTS
from phasewise.compositions.load import load_model
from phasewise.compositions.model import among_phases
from phasewise.compositions.opinion import minerals_of
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import BoolArray, FloatArray, IntArray
    from phasewise.infer.mixing import TypicalCompositions

__all__ = ["LEAST_TOGETHER", "MOST", "TOGETHER", "Court", "Standing"]

TOTAL_MARGIN = 5.0
"""A restored total may leave the range that is expected by so many wt%."""

SINGLE, TOGETHER, MOSTLY = 15.0, 8.0, 4.0
"""A row by itself has to gain so many nats by what is undone; rows that share it, and most rows of a source
and label, so many each."""

AS_PUBLISHED = 8.0
"""A row that is accepted as what it is published as has to gain so many nats more."""

PUBLISHED = 30

MIXED = 8.0
"""A row that two minerals explain has to gain so many nats more."""

LEAST_TOGETHER, MOST = 5, 0.5
"""So many rows support one another; this part of a source and label is most of it."""

STRANGE = 20.0
"""A row that is less likely for its label than the most usual one by so many nats is looked at."""

SURE, LIKELY = 0.9, 0.5
"""Least probability of the label in a restored row, by itself and among others."""

VISIBLE, OFF = 2.0, 6.0
"""What an error has changed is off by so many standard deviations; undone, by no more than these."""

PIECE_ROWS = 1024
"""So many rows are looked at under all hypotheses at a time, which limits the memory."""

NOISE = (0.05, 0.05)
"""Analytical noise of usual analyses, in wt% and as a part of what is there."""

_OF_A_PHASE = tuple(VERDICTS.index(name) for name in ("accepted", "ambiguous"))


@dataclass(frozen=True, eq=False)
class Standing:
    """Which rows (hypotheses, rows) an undone error restores.

    Attributes
    ----------
    gain : (h, m) float64
        By how many nats they are more likely then, less the cost; -inf where they are not restored.
    likeness : (h, m) float64
        How likely they are then, in nats, less the cost; -inf where they are not restored.
    sure : (h, m) bool
        Whether the judge is sure of the label then.
    """

    gain: FloatArray
    likeness: FloatArray
    sure: BoolArray

    def take(self, rows: IntArray) -> Standing:
        """Return some of the rows."""
        return Standing(self.gain[:, rows], self.likeness[:, rows], self.sure[:, rows])

    def joined(self, more: Standing) -> Standing:
        """Return the same rows under further hypotheses."""
        return Standing(
            np.vstack([self.gain, more.gain]),
            np.vstack([self.likeness, more.likeness]),
            np.vstack([self.sure, more.sure]),
        )

    def restored(self, least_rows: IntArray, left: BoolArray, of: int | None) -> BoolArray:
        """Return which rows each hypothesis restores (h, m), of those that are left.

        Parameters
        ----------
        least_rows : (h,) int
            So many rows a hypothesis needs.
        left : (m,) bool
        of : int or None
            Rows of the source and label: with the more of them, the less each has to gain. None where no
            source is named: then rows are no support for one another.
        """
        alone = (self.gain >= SINGLE) & self.sure & (least_rows == 1)[:, None]
        out = alone & left
        if of is None:
            return np.asarray(out)
        for gain, rows in ((TOGETHER, LEAST_TOGETHER), (MOSTLY, max(MOST * of, LEAST_TOGETHER))):
            shared = (self.gain >= gain) & left
            enough = shared.sum(axis=1) >= np.maximum(rows, least_rows)
            out |= shared & enough[:, None]
        return np.asarray(out)


@dataclass(frozen=True, eq=False)
class Court:
    """What is needed to tell whether rows are of one phase."""

    rows: AuditRows
    phase: int
    tests: StoichiometricTests
    expected: Expected
    models: tuple[CompositionModel | None, ...]
    typical: TypicalCompositions

    @property
    def well_known(self) -> bool:
        """Whether enough published analyses tell which oxides the phase holds."""
        return bool(self.typical.count[self.phase] >= PUBLISHED)

    @classmethod
    def of(cls, rows: AuditRows, phase: int) -> Court | None:
        """Return it; None where the models do not know what the phase is usually like.

        That is asked of the judge that knows most analyses of the phase. It explains what happened to rows;
        what they are is for the judge of each to say.
        """
        names = rows.judged.judge.names
        models = tuple(None if name == NOBODY else load_model(name) for name in names)
        told = [t for model in models if (t := getattr(model, "typical", None)) is not None]
        typical = max(told, key=lambda t: t.count[phase], default=None)
        mineral = minerals_of(rows.judged.phases)[phase]
        if typical is None or np.isnan(typical.covariance[phase]).any():
            return None
        scale = typical.total[phase] / 100.0
        mean = typical.mean[phase, : len(MOVABLE)] * scale
        variance = typical.covariance[phase].diagonal()[: len(MOVABLE)] * scale**2
        noise = NOISE[0] + NOISE[1] * mean
        expected = Expected(
            mean,
            np.sqrt(variance + noise**2),
            mineral.total.expected,
            lambda values: typical.log_likelihood(values, phase),
        )
        tests = StoichiometricTests.of([mineral], INPUTS[:-1])
        return cls(rows, phase, tests, expected, models, typical)

    def as_it_stands(self, where: IntArray) -> FloatArray:
        """Return how likely rows are (m,) of their label or of what they are judged to be, as they stand."""
        values = filled(self.rows.values[where])
        likeness = self._likeness(values)
        judged = np.where(
            np.isin(self.rows.judged.verdict[where], _OF_A_PHASE), self.rows.judged.phase[where], -1
        )
        for phase in np.unique(judged[(judged >= 0) & (judged != self.phase)]).tolist():
            own = np.flatnonzero(judged == phase)
            total = minerals_of(self.rows.judged.phases)[phase].total.expected
            other = self.typical.log_likelihood(values[own], phase) - _strangeness_of_total(
                values[own], total
            )
            likeness[own] = np.fmax(likeness[own], other)
        return likeness

    def _likeness(self, values: FloatArray) -> FloatArray:
        return self.expected.likeness(values) - _strangeness_of_total(values, self.expected.total)

    def suspects(self, where: IntArray) -> BoolArray:
        """Return which rows (m,) are not accepted as the phase, or of a named source and strange for it."""
        odd = (self.strangeness(where) > STRANGE) & (self.rows.source.code[where] >= 0)
        return np.asarray(~self.as_published(where) | odd)

    def as_published(self, where: IntArray) -> BoolArray:
        """Return which rows (m,) are accepted as the phase."""
        judged = self.rows.judged
        accepted = judged.verdict[where] == VERDICTS.index("accepted")
        return np.asarray(accepted & (judged.phase[where] == self.phase))

    def strangeness(self, where: IntArray) -> FloatArray:
        """Return by how many nats rows (m,) are less likely for the phase than its mean."""
        usual = np.zeros((1, len(INPUTS)))
        usual[:] = self.typical.mean[self.phase]
        return np.asarray(self.expected.likeness(usual) - self._likeness(filled(self.rows.values[where])))

    def standing(self, hypotheses: list[Hypothesis], where: IntArray) -> Standing:
        """Return which rows hypotheses make analyses of the phase; a piece of the rows at a time."""
        starts = range(0, max(len(where), 1), PIECE_ROWS)
        parts = [self._standing(hypotheses, where[start : start + PIECE_ROWS]) for start in starts]
        return Standing(
            np.hstack([part.gain for part in parts]),
            np.hstack([part.likeness for part in parts]),
            np.hstack([part.sure for part in parts]),
        )

    def _standing(self, hypotheses: list[Hypothesis], where: IntArray) -> Standing:
        shape = (len(hypotheses), len(where))
        gain, likeness = np.full((2, *shape), -np.inf)
        sure = np.zeros(shape, dtype=bool)
        which, row, after = self._pairs(hypotheses, self.rows.values[where])
        held = self._likeness(filled(after)) - np.array([h.cost for h in hypotheses])[which]
        gained = held - (self.as_it_stands(where) + AS_PUBLISHED * self.as_published(where))[row]
        gained -= np.array([h.doubt for h in hypotheses])[which]
        mixed = self.rows.judged.verdict[where] == VERDICTS.index("mixture")
        gained -= MIXED * mixed[row]
        fits = gained >= MOSTLY
        fits[fits] = self.tests.passes(after[fits, :-1], np.zeros(int(fits.sum()), dtype=np.int64))
        probability = np.zeros(len(fits))
        probability[fits] = self._probability(after[fits], where[row[fits]])
        fits &= probability >= LIKELY
        place = which[fits], row[fits]
        gain[place], likeness[place] = gained[fits], held[fits]
        sure[place] = probability[fits] >= SURE
        return Standing(gain, likeness, sure)

    def _pairs(
        self, hypotheses: list[Hypothesis], before: FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the pairs of a hypothesis and a row that are worth a look, and these rows undone."""
        plain = self.expected.strangeness(before)
        which, rows, values = [np.arange(0)], [np.arange(0)], [before[:0]]
        for k, hypothesis in enumerate(hypotheses):
            after = hypothesis.undo(before)
            moved = self._visible(before, after) >= hypothesis.least_off
            place = np.flatnonzero(moved & self._promising(after, plain))
            which.append(np.full(len(place), k))
            rows.append(place)
            values.append(after[place])
        return np.concatenate(which), np.concatenate(rows), np.concatenate(values)

    def _visible(self, before: FloatArray, after: FloatArray) -> IntArray:
        """Return how many oxides (m,) were off and are less so; 0 where one is made worse than `OFF`."""
        off, then = np.abs(self.expected.off(before)), np.abs(self.expected.off(after))
        worse = (then > OFF) & (then > off)
        return np.where(worse.any(axis=1), 0, ((off > VISIBLE) & (then < off)).sum(axis=1))

    def _promising(self, after: FloatArray, plain: FloatArray) -> BoolArray:
        """Return which rows have the right total and are hardly stranger than before, oxide by oxide."""
        total = np.nansum(after, axis=1)
        low, high = self.expected.total
        fits = (total >= low - TOTAL_MARGIN) & (total <= high + TOTAL_MARGIN)
        fits[fits] = self.expected.strangeness(after[fits]) <= plain[fits] + TOGETHER
        return np.asarray(fits)

    def eases(self, hypothesis: Hypothesis, where: IntArray, least: float) -> BoolArray:
        """Return which rows (m,) of the right total a hypothesis makes so many nats more like the phase."""
        before = self.rows.values[where]
        after = hypothesis.undo(before)
        gain = self._likeness(filled(after)) - self.as_it_stands(where) - hypothesis.cost
        return self._promising(after, self.expected.strangeness(before)) & (gain >= least)

    def _probability(self, values: FloatArray, where: IntArray) -> FloatArray:
        """Return how sure the judge of each row is that it is of the phase with these values; 0 for none."""
        judges = self.rows.judged.judge.code[where]
        out = np.zeros(len(where))
        for code in np.unique(judges).tolist():
            model, own = self.models[code], np.flatnonzero(judges == code)
            if model is not None:
                p = model.probabilities(np.where(model.used, values[own], np.nan))
                belongs = 1.0 - p[:, -1] >= model.thresholds.belonging
                out[own] = belongs * among_phases(p)[:, self.phase]
        return out


def filled(values: FloatArray) -> FloatArray:
    """Return rows in which columns that may be moved are 0 where they were not measured."""
    out = values.copy()
    out[:, : len(MOVABLE)] = np.nan_to_num(out[:, : len(MOVABLE)])
    return out


def _strangeness_of_total(values: FloatArray, expected: tuple[float, float]) -> FloatArray:
    """Return how strange totals are (m,) in nats: 0 in the range that is expected."""
    total = np.nansum(values, axis=1)
    off = np.maximum(expected[0] - total, 0.0) + np.maximum(total - expected[1], 0.0)
    return surprise(off)
