"""What a model says of analyses: how probable each phase is, oxides that were not measured included."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.by_difference import ByDifference, by_difference
from phasewise.compositions.features import INPUTS, present_in
from phasewise.compositions.measurement_error import averaged, input_errors
from phasewise.compositions.model import among_phases, two_largest
from phasewise.compositions.pairs import settle_pairs

if TYPE_CHECKING:
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray

__all__ = ["MARGIN", "Opinion", "minerals_of", "opinion_of", "unmix"]

MARGIN = 3.0
"""A total this many wt% below the expected range may be that of another species with water or CO2."""

SHARE = 0.45
"""What a phase gives of its probability to another whose key oxide, not measured, would make up the total."""

MIXED_TOGETHER = 0.7
MIXED_LEAST = 0.06
"""A foreign analysis is a mixture where two phases make this part of it, and the second not too little."""

_PLACEHOLDER = np.array([50.0] + [1.0] * (len(INPUTS) - 1))


@dataclass(frozen=True, eq=False)
class Opinion:
    """What a model says of n analyses, before totals and stoichiometry are judged.

    Attributes
    ----------
    values : (n, len(INPUTS)) float64
        What the model looked at, in wt%; a placeholder in rows with nothing to judge.
    among : (n, k) float64
        Probability of each phase, if the row is one of them.
    belonging : (n,) float64
        Probability that it is one of them.
    among_exact, belonging_exact : (n, k), (n,) float64
        What both would be without the stated analytical errors.
    phase, second : (n,) int
        The two most probable phases.
    by_difference : ByDifference
        What was taken from the total in place of an oxide that was not measured.
    """

    values: FloatArray
    among: FloatArray
    belonging: FloatArray
    among_exact: FloatArray
    belonging_exact: FloatArray
    phase: IntArray
    second: IntArray
    by_difference: ByDifference


@lru_cache(maxsize=16)
def minerals_of(phases: tuple[str, ...]) -> tuple[Mineral, ...]:
    """Return the minerals of class names, in their order."""
    minerals = load_minerals()
    return tuple(minerals[name] for name in phases)


def opinion_of(
    analyses: Analyses,
    given: FloatArray,
    total: FloatArray,
    usable: BoolArray,
    model: CompositionModel,
    tests: StoichiometricTests,
) -> Opinion:
    """Return what a model says of analyses.

    Parameters
    ----------
    analyses : Analyses
    given : (n, len(INPUTS)) float64
        The same in the order of `INPUTS`, in wt%.
    total : (n,) float64
        Corrected total in wt%.
    usable : (n,) bool
        Whether there is anything to judge.
    model : CompositionModel
    tests : StoichiometricTests
        The limits of its phases, for the columns of the analyses.
    """
    x = np.where(model.used, given, np.nan)
    x[~usable] = _PLACEHOLDER
    exact = model.probabilities(x, present_in(analyses.columns))
    found = by_difference(
        x,
        total,
        minerals_of(model.phases),
        model.used,
        lambda rows: _as_measured(model, exact[rows], total[rows], tests, analyses.values[rows]),
        lambda values, phase: _likeness(model, values, phase),
    )
    assumed = found.phase >= 0
    if assumed.any():
        exact[assumed] = model.probabilities(found.values[assumed])
    p = _with_errors(model, exact, found.values, assumed, usable, analyses)
    among_exact = among = _settled(exact, total, found, analyses, model)
    if p is not exact:
        among = _settled(p, total, found, analyses, model)
    return Opinion(x, among, 1.0 - p[:, -1], among_exact, 1.0 - exact[:, -1], *two_largest(among), found)


def _settled(
    p: FloatArray, total: FloatArray, found: ByDifference, analyses: Analyses, model: CompositionModel
) -> FloatArray:
    """Return the probabilities among the phases after the declared pairs and the rivals have their share."""
    whole = total + np.where(found.phase >= 0, found.mass, 0.0)
    among = settle_pairs(among_phases(p), whole, analyses, model.phases, by_total=model.weighs_totals)
    return _share(among, found.rival)


def _as_measured(
    model: CompositionModel, p: FloatArray, total: FloatArray, tests: StoichiometricTests, values: FloatArray
) -> tuple[IntArray, BoolArray]:
    """Return the phase that rows are by composition and limits, -1 for none, and whether the total fits."""
    phase = p[:, :-1].argmax(axis=1)
    low, high = np.array([m.total.expected for m in minerals_of(model.phases)])[phase].T
    belongs = 1.0 - p[:, -1] >= model.thresholds.belonging
    stands = belongs & tests.passes(values, phase)
    return np.where(stands, phase, -1), stands & (total >= low - MARGIN) & (total <= high + MARGIN)


def _likeness(model: CompositionModel, values: FloatArray, phase: int) -> FloatArray:
    """Return the log of how likely rows of one phase are of it; -inf where they are of another, or none."""
    p = model.probabilities(values)
    is_phase = (p[:, :-1].argmax(axis=1) == phase) & (1.0 - p[:, -1] >= model.thresholds.belonging)
    return np.where(is_phase, np.nan_to_num(model.log_likelihood(values, phase)), -np.inf)


def _share(among: FloatArray, rival: IntArray) -> FloatArray:
    """Return probabilities in which what rows could be as well has its share of the most probable phase."""
    rows = np.flatnonzero(rival >= 0)
    if not len(rows):
        return among
    out, best = among.copy(), among[rows].argmax(axis=1)
    given = SHARE * out[rows, best]
    out[rows, best] -= given
    out[rows, rival[rows]] += given
    return out


def _with_errors(
    model: CompositionModel,
    exact: FloatArray,
    values: FloatArray,
    filled: BoolArray,
    usable: BoolArray,
    analyses: Analyses,
) -> FloatArray:
    """Return the probabilities averaged over the stated errors; `exact` where the table states none."""
    errors = input_errors(analyses)
    if errors is None:
        return exact
    p = exact.copy()
    stated = errors.any(axis=1) & usable
    for rows, present in ((stated & ~filled, present_in(analyses.columns)), (stated & filled, None)):
        p[rows] = averaged(model, values[rows], errors[rows], present)
    return p


def unmix(
    model: CompositionModel, values: FloatArray, foreign: BoolArray, phase: IntArray, second: IntArray
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Find the foreign rows that are mixtures, and name their two phases in `phase` and `second`.

    Returns
    -------
    mixed : (n,) bool
    minor_part, error : (n,) float64
        Mass fraction of the second phase, and its standard deviation; NaN where it is not known.
    """
    mixed = np.zeros(len(phase), dtype=bool)
    minor_part, error = np.full((2, len(phase)), np.nan)
    rows = np.flatnonzero(foreign)
    if len(rows):
        fractions = model.fractions(values[rows])
        main, minor = model.best_pair(values[rows], fractions[:, :-1])
        place = np.arange(len(rows))
        most, least = fractions[place, main], fractions[place, minor]
        two = (most + least > MIXED_TOGETHER) & (least > MIXED_LEAST * (most + least))
        found = rows[two]
        mixed[found] = True
        phase[found], second[found] = main[two], minor[two]
        part, error[found] = model.parts(values[found], phase[found], second[found])
        part = np.where(np.isnan(part), least[two] / (most + least)[two], part)
        minor_part[found] = np.minimum(part, 1 - part)
        turned = found[part > 0.5]
        phase[turned], second[turned] = second[turned], phase[turned]
    return mixed, minor_part, error
