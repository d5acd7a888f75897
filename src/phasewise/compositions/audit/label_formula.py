"""What the formula of the published mineral says of each row, whatever a model thinks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.chemistry import chemistry_of
from phasewise.compositions.formula.departures import describe_limit

if TYPE_CHECKING:
    from phasewise.compositions.audit.labels import Labels
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["LabelFormula", "label_formula"]

OUTSIDE = 0.02
"""Limits that are left by no more half widths of their range than this are kept."""


@dataclass(frozen=True, eq=False)
class LabelFormula:
    """How rows fit the formula of what they are published as.

    Attributes
    ----------
    analyses : Analyses
    minerals : tuple of str
        All mineral files that labels cover.
    mineral : (n,) int
        Index in `minerals` of the one whose limits the row keeps best, among those that its label covers; -1
        where the label covers none with a formula.
    excess : (n,) float64
        By how many half widths of the range the row leaves a limit of that mineral; 0 inside, NaN for none.
    tests : StoichiometricTests
        The limits of `minerals`.
    """

    analyses: Analyses
    minerals: tuple[str, ...]
    mineral: IntArray
    excess: FloatArray
    tests: StoichiometricTests

    @cached_property
    def asked(self) -> BoolArray:
        """Rows whose label has a formula to be asked (n,)."""
        return np.asarray(self.mineral >= 0)

    @cached_property
    def fits(self) -> BoolArray:
        """Whether the limits are kept (n,); False where there is no formula."""
        return self.asked & (self.excess <= OUTSIDE)

    @cached_property
    def lacks_key(self) -> BoolArray:
        """Whether none of the oxides by which the published mineral is told was measured (n,)."""
        lacks = np.zeros(len(self.mineral), dtype=bool)
        for k, name in enumerate(self.minerals):
            keys = load_minerals()[name].key_oxides
            if keys:
                rows = np.flatnonzero(self.mineral == k)
                lacks[rows] = np.all([np.isnan(self.analyses[oxide][rows]) for oxide in keys], axis=0)
        return lacks

    def departure(self, rows: IntArray) -> FloatArray:
        """Return how far rows that keep the limits stray from the stoichiometry of their label (m,).

        In tolerances of good analyses; NaN where the limits are not kept, or there is no formula.
        """
        found = chemistry_of(self.analyses.take(rows), self.mineral[rows], self.minerals, self.fits[rows])
        return found.departure

    def sentences(self, rows: IntArray) -> list[str]:
        """Return which limit of its label each row leaves farthest; empty where it leaves none."""
        found = self.tests.worst_departure(self.analyses.values[rows], self.mineral[rows])
        return [
            "" if one is None else describe_limit(one, load_minerals()[self.minerals[k]])
            for one, k in zip(found, self.mineral[rows].tolist(), strict=True)
        ]


def label_formula(analyses: Analyses, labels: Labels) -> LabelFormula:
    """Return how rows fit the formula of the minerals that their labels cover."""
    named = tuple(dict.fromkeys(name for found in labels.minerals for name in found))
    minerals = tuple(name for name in named if load_minerals()[name].sites)
    tests = _tests(minerals, analyses.columns)
    mineral, excess = np.full(len(analyses), -1), np.full(len(analyses), np.nan)
    order = np.argsort(labels.groups.code, kind="stable")
    edges = np.searchsorted(labels.groups.code[order], np.arange(len(labels.minerals) + 1))
    for code, found in enumerate(labels.minerals):
        rows = order[edges[code] : edges[code + 1]]
        for k in (minerals.index(name) for name in found if name in minerals):
            off = np.abs(tests.residuals(analyses.values[rows], minerals[k])).max(axis=1, initial=0.0)
            off = np.nan_to_num(off, nan=np.inf)
            better = ~(off >= excess[rows])
            mineral[rows[better]], excess[rows[better]] = k, off[better]
    return LabelFormula(analyses, minerals, mineral, excess, tests)


@lru_cache(maxsize=16)
def _tests(minerals: tuple[str, ...], columns: tuple[str, ...]) -> StoichiometricTests:
    return StoichiometricTests.of([load_minerals()[name] for name in minerals], columns)
