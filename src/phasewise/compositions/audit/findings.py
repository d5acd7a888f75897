"""What is found of each row: from label, model and formula to one finding and its priority."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks.block import HIGH, LOW, MEDIUM
from phasewise.compositions.opinion import minerals_of
from phasewise.core.types import FLAGS, TEN_OXIDES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.chem.mineral import Mineral
    from phasewise.compositions.audit.label_formula import LabelFormula
    from phasewise.compositions.audit.labels import Labels
    from phasewise.compositions.audit.rows import Judged
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["FINDINGS", "Findings", "Judgement", "find"]

FINDINGS = (
    *("agree", "relabel", "bad_analysis", "mixed", "ambiguous", "label_not_covered"),
    *("no_label", "no_analysis"),
)
"""What may be found of a row."""

AGREE, RELABEL, BAD, MIXED, AMBIGUOUS, NOT_COVERED, NO_LABEL, NO_ANALYSIS = range(len(FINDINGS))

LEAST_OXIDES, LEAST_TOTAL = 3, 50.0
"""A row with fewer of the ten oxides and less than this many wt% is no analysis: isotopes, trace elements."""

POSSIBLE = 0.05
"""A published phase with at least this probability among the phases is not ruled out."""

SURE = 0.95
"""From this probability on a relabel is sure."""

FLAWLESS = 1.5
"""Up to this departure, in tolerances of good analyses, a formula speaks against a mixture."""

MINOR = 0.1
"""A mixture with less than this part of its second phase is of low priority."""

OPEN = ("two phases fit", "composition cannot tell", "model unsure", "key oxide missing")
"""Reason codes of ambiguous rows of which nothing speaks against the label, if it is one of the two."""

_NAMES_ONLY = ({"Spinel", "Magnetite"},)
"""Pairs that are one solid solution, in which the composition alone gives the name."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """What findings rest on: the labels, what models say, and what the formula of the label says."""

    labels: Labels
    judged: Judged
    formula: LabelFormula
    codes: tuple[str, ...]
    """Reason codes of the model, by row."""

    def has(self, phase: IntArray) -> BoolArray:
        """Return whether the label of each row covers a phase (n,); -1 is none."""
        return self._at(self.labels.covered, phase)

    @cached_property
    def of_label(self) -> FloatArray:
        """Probability, among the phases, of those that the label of each row covers (n,)."""
        return np.asarray((self.judged.among * self.labels.of_rows).sum(axis=1))

    @cached_property
    def lacks_key(self) -> BoolArray:
        """Rows whose label needs an oxide that was not measured, and whose total has room for it (n,)."""
        no_room = self.verdict("accepted") & (self.judged.flags == 0)
        return np.asarray(self.formula.lacks_key & ~no_room)

    @cached_property
    def other_name(self) -> BoolArray:
        """Rows that are accepted under another name of the solid solution of their label (n,)."""
        return self.verdict("accepted") & self.same_series & ~self.has(self.judged.phase)

    @cached_property
    def good_formula(self) -> BoolArray:
        """Whether rows whose main mineral is that of the label have a formula of it without a flaw (n,)."""
        out = np.zeros(len(self.judged.phase), dtype=bool)
        asked = self.verdict("mixture") & self.has(self.judged.phase) & self.formula.fits
        rows = np.flatnonzero(asked)
        out[rows] = self.formula.departure(rows) <= FLAWLESS
        return out

    @cached_property
    def same_group(self) -> BoolArray:
        """Whether label and phase of each row are of one group (n,)."""
        return self._alike(lambda a, b: a.group == b.group)

    @cached_property
    def same_series(self) -> BoolArray:
        """Whether label and phase are of one solid solution, in which only the name differs (n,)."""
        return self._alike(lambda a, b: {a.name, b.name} in _NAMES_ONLY)

    def _alike(self, like: Callable[[Mineral, Mineral], bool]) -> BoolArray:
        minerals = minerals_of(self.judged.phases)
        pairs = np.array([[like(a, b) for b in minerals] for a in minerals], dtype=np.int64)
        return self._at(self.labels.covered.astype(np.int64) @ pairs > 0, self.judged.phase)

    def _at(self, table: BoolArray, phase: IntArray) -> BoolArray:
        """Return the entry (n,) of a table (labels + 1, phases) for the label of each row and a phase."""
        with_none = np.column_stack([table, np.zeros(len(table), dtype=bool)])
        return np.asarray(with_none[self.labels.groups.code, phase])

    def verdict(self, name: str) -> BoolArray:
        """Return the rows with a verdict (n,)."""
        return np.asarray(self.judged.verdict == VERDICTS.index(name))


@dataclass(frozen=True, eq=False)
class Findings:
    """What is found of n rows.

    Attributes
    ----------
    finding : (n,) int
        Index in `FINDINGS`.
    suggested : (n,) int
        Index of the phase that a relabelled row is, and of the main one of a mixture; -1 elsewhere.
    priority : (n,) int
        Index in `PRIORITIES`.
    certainty : (n,) float64
        Probability of the suggested phase among the phases; of rows that agree, that of the label.
    """

    finding: IntArray
    suggested: IntArray
    priority: IntArray
    certainty: FloatArray


def find(judgement: Judgement) -> Findings:
    """Return the finding of each row."""
    judged, finding = judgement.judged, _findings(judgement)
    relabelled = np.isin(finding, (RELABEL, MIXED))
    suggested = np.where(relabelled, judged.phase, -1)
    rows = np.arange(len(finding))
    certainty = np.where(finding == AGREE, judgement.of_label, judged.among[rows, judged.phase])
    certainty = np.where(np.isin(finding, (AGREE, RELABEL)), certainty, np.nan)
    return Findings(finding, suggested, _priorities(judgement, finding), certainty)


def _findings(judgement: Judgement) -> IntArray:
    """Return the findings: the last rule that holds decides.

    A row that is unlike what the model knows of its label, but keeps its formula and total without any flag,
    is an unusual member of it.
    """
    labels, judged, formula = judgement.labels, judgement.judged, judgement.formula
    has_label, covered = labels.groups.code >= 0, labels.of_rows.any(axis=1)
    named, second_named = judgement.has(judged.phase), judgement.has(judged.second)
    possible = judgement.of_label >= POSSIBLE
    finding = np.where(has_label, NOT_COVERED, NO_LABEL)

    accepted, ambiguous, unknown = (judgement.verdict(name) for name in ("accepted", "ambiguous", "unknown"))
    finding[covered & accepted] = RELABEL
    finding[covered & accepted & possible & formula.fits] = AMBIGUOUS
    finding[covered & accepted & (named | judgement.same_series)] = AGREE

    nothing_against = np.array([code.partition(":")[0] in OPEN for code in judgement.codes], dtype=bool)
    kept = named & formula.fits
    among_two = named | (second_named & possible)
    finding[covered & ambiguous] = AMBIGUOUS
    finding[covered & ambiguous & nothing_against & among_two] = AGREE
    finding[covered & ambiguous & nothing_against & ~among_two & ~formula.fits & formula.asked] = RELABEL

    finding[covered & unknown] = BAD
    finding[covered & unknown & kept] = AMBIGUOUS
    finding[covered & unknown & kept & (judged.flags == 0)] = AGREE
    mixed = judgement.verdict("mixture")
    finding[mixed & (covered | ~has_label)] = MIXED
    finding[mixed & covered & kept & judgement.good_formula] = AMBIGUOUS
    finding[judgement.verdict("bad_analysis") & (covered | ~has_label)] = BAD
    finding[covered & judgement.lacks_key & (finding != AGREE)] = AMBIGUOUS
    finding[_spoilt(judged)] = BAD
    finding[_no_analysis(formula.analyses)] = NO_ANALYSIS
    finding[judged.unjudged] = AMBIGUOUS
    return np.asarray(finding)


def _no_analysis(analyses: Analyses) -> BoolArray:
    """Return the rows in which hardly any major oxide is given."""
    given = sum(~np.isnan(analyses[name]) for name in TEN_OXIDES)
    return np.asarray((given < LEAST_OXIDES) & (np.nansum(analyses.values, axis=1) < LEAST_TOTAL))


def _spoilt(judged: Judged) -> BoolArray:
    """Return the rows that hold nothing that can be used, whatever the mineral."""
    bits = sum(1 << FLAGS.index(name) for name in ("not_finite", "nothing_measured"))
    return np.asarray(judged.flags & bits > 0)


def _priorities(judgement: Judgement, finding: IntArray) -> IntArray:
    judged = judgement.judged
    best = judged.among[np.arange(len(finding)), judged.phase]
    sure = (best >= SURE) & judgement.verdict("accepted")
    out = np.zeros(len(finding), dtype=np.int64)
    out[finding == AMBIGUOUS] = LOW
    out[finding == MIXED] = np.where(judged.part < MINOR, LOW, MEDIUM)[finding == MIXED]
    out[finding == BAD] = MEDIUM
    out[finding == RELABEL] = np.where(judgement.same_group | ~sure, MEDIUM, HIGH)[finding == RELABEL]
    out[(finding == AGREE) & judgement.other_name] = LOW
    out[judged.unjudged] = 0
    return out
