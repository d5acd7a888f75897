"""What a verdict rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["Evidence"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that the verdict on a block of analyses rests on.

    Attributes
    ----------
    analyses : Analyses
        The rows.
    phases : tuple of str
        Names of the phases.
    usable : (n,) bool
        Whether there is anything to judge.
    among : (n, k) float64
        Probability of each phase, if the row is one of them.
    belonging : (n,) float64
        Probability that it is one of them.
    phase, second : (n,) int
        The two most probable phases.
    assumed : (n,) int
        Index of the phase whose unmeasured key oxide was assumed, -1 for none.
    keeps_limits, keeps_sum : (n,) bool
        Whether the row keeps all limits of its phase, and the one on its cation sum.
    lacks_key : (n,) bool
        Whether a key oxide of the phase was not measured.
    total, corrected : (n,) float64
        wt%.
    expected : (n, 2) float64
        Range of the corrected total.
    """

    analyses: Analyses
    phases: tuple[str, ...]
    usable: BoolArray
    finite: BoolArray
    among: FloatArray
    belonging: FloatArray
    phase: IntArray
    second: IntArray
    assumed: IntArray
    keeps_limits: BoolArray
    keeps_sum: BoolArray
    lacks_key: BoolArray
    total: FloatArray
    corrected: FloatArray
    expected: FloatArray
    tests: StoichiometricTests
