"""What a verdict rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.pairs import held_back
from phasewise.infer.predictive import entropy

if TYPE_CHECKING:
    from phasewise.chem.stoichiometry import Departure, StoichiometricTests
    from phasewise.compositions.by_difference import ByDifference
    from phasewise.compositions.chemistry import Chemistry
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["NOISE", "SPOILT", "Evidence"]

NOISE = -0.1
"""Values below this many wt% are no counting noise: the flag ``negative``."""

SPOILT = -2.0
"""A value below this many wt% makes a bad analysis."""


SEVERE = 4.0
"""An analysis that strays from the stoichiometry of its phase by more tolerances than this is ambiguous."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that the verdict on a block of analyses rests on.

    Attributes
    ----------
    analyses : Analyses
        The rows.
    phases : tuple of str
        Names of the phases.
    simulated_only : tuple of str
        Those of which the model has seen no published analysis.
    lowest : (n,) float64
        The lowest value of the row in wt%, NaN where nothing was measured.
    finite, usable : (n,) bool
        Whether no value is infinite; whether there is anything to judge.
    among : (n, k) float64
        Probability of each phase, if the row is one of them.
    belonging : (n,) float64
        Probability that it is one of them.
    among_exact, belonging_exact : (n, k), (n,) float64
        What both would be without the stated analytical errors; `among` itself where the table states none.
    least_probability, least_belonging : float
        The thresholds of the model.
    phase, second : (n,) int
        The two most probable phases; of a mixture its two minerals, the one that makes more of it first.
    foreign : (n,) bool
        Whether the probability of belonging is below the threshold of the model.
    mixed : (n,) bool
        Whether a foreign row is a mixture of two phases, which are then `phase` and `second`.
    minor_part : (n,) float64
        Mass fraction of the second phase of a mixture; NaN elsewhere.
    minor_part_error : (n,) float64
        Its standard deviation; NaN where the model does not tell.
    by_difference : ByDifference
        What was taken from the total in place of an oxide that was not measured.
    keeps_limits, keeps_sum : (n,) bool
        Whether the row keeps all limits of its phase, and the one on its cation sum.
    far_off : (n,) bool
        Whether it breaks a limit by so much that it cannot be accepted.
    twins : dict of int to str
        Rows whose total is too low for their phase, but right for a species with water or CO2 of the
        same composition.
    dry : (n,) bool
        Whether the total leaves no room for the H2O or CO2 of the phase.
    lacks_key : (n,) bool
        Whether a key oxide of the phase, or of one that the row could be, was not measured.
    probabilities : (n, k) float64
        Probability of each phase, that it is none of them included; NaN where there is nothing to judge.
    group_probability : (n,) float64
        That of all phases of the group of `phase`.
    chemistry : Chemistry
        What the formula of the phase says; of rows that lack nothing.
    total, corrected : (n,) float64
        wt%; corrected for Fe3+ by the formula of the phase, and O = F, Cl.
    expected : (n, 2) float64
        Range of the corrected total.
    """

    analyses: Analyses
    phases: tuple[str, ...]
    simulated_only: tuple[str, ...]
    lowest: FloatArray
    finite: BoolArray
    usable: BoolArray
    among: FloatArray
    belonging: FloatArray
    among_exact: FloatArray
    belonging_exact: FloatArray
    least_probability: float
    least_belonging: float
    most_uncertainty: float
    phase: IntArray
    second: IntArray
    foreign: BoolArray
    mixed: BoolArray
    minor_part: FloatArray
    minor_part_error: FloatArray
    by_difference: ByDifference
    keeps_limits: BoolArray
    keeps_sum: BoolArray
    far_off: BoolArray
    twins: dict[int, str]
    dry: BoolArray
    lacks_key: BoolArray
    probabilities: FloatArray
    group_probability: FloatArray
    chemistry: Chemistry
    total: FloatArray
    corrected: FloatArray
    expected: FloatArray
    tests: StoichiometricTests

    @property
    def spoilt(self) -> BoolArray:
        """Whether a value lies so far below zero that the row cannot be trusted."""
        return np.asarray(self.lowest < SPOILT)

    @property
    def contradicted(self) -> BoolArray:
        """Whether the formula speaks against the phase: too far off, or another phase fits better."""
        return np.asarray((self.chemistry.departure > SEVERE) | (self.chemistry.rival >= 0))

    @cached_property
    def best(self) -> FloatArray:
        """Probability of the phase among the phases (n,)."""
        return np.asarray(self.among[np.arange(len(self.phase)), self.phase])

    @cached_property
    def departures(self) -> dict[int, Departure]:
        """The limit that each refused row leaves farthest, by row."""
        refused = ~self.keeps_limits & (self.phase >= 0) & (self.foreign | ~self.lacks_key)
        rows = np.flatnonzero(refused)
        found = self.tests.worst_departure(self.analyses.values[rows], self.phase[rows])
        return {row: one for row, one in zip(rows.tolist(), found, strict=True) if one}

    @cached_property
    def region(self) -> IntArray:
        """Index of the declared region in which composition cannot tell the two phases (n,), -1 for none."""
        return held_back(self.analyses, self.phases, self.phase, self.second)

    @cached_property
    def uncertainty(self) -> FloatArray:
        """Entropy among the phases in nats (n,)."""
        return entropy(self.among)

    @property
    def unsure(self) -> BoolArray:
        """Whether the uncertainty is above what the model allows."""
        if np.isinf(self.most_uncertainty):
            return np.zeros(len(self.among), dtype=bool)
        return np.asarray(self.uncertainty > self.most_uncertainty)
