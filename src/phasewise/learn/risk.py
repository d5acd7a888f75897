"""Thresholds for stated risks, from predictions for sources that the models had not seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["RISKS", "RiskLevel", "risk_entries", "risk_levels"]

RISKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)

LEAST_PROBABILITY = 0.5
"""Below it another phase may be as probable: no row is accepted."""

LEAST_BELONGING = 0.5
"""Below it a row is more likely none of the phases: no row is accepted."""

LEAST_ACCEPTED = 0.05
"""Thresholds that accept less of the right rows than this are not looked at: no error among few is luck."""

_STEPS = 200


@dataclass(frozen=True)
class RiskLevel:
    """Thresholds that keep a risk, and what they do on the rows that they were fitted on.

    Attributes
    ----------
    risk : float
        Permitted share of wrong rows among accepted ones.
    belonging, probability : float
        A row is accepted where neither of the two is lower.
    accepted_of_right : float
        Share of the right rows that are accepted.
    wrong_of_accepted : float
        Share of the accepted rows that are wrong.
    foreign_accepted : float
        Share of the counter-examples that are accepted.
    attained : bool
        Whether the risk is kept; if not, these are the thresholds that come nearest.
    """

    risk: float
    belonging: float
    probability: float
    accepted_of_right: float
    wrong_of_accepted: float
    foreign_accepted: float
    attained: bool = True


@dataclass(frozen=True, eq=False)
class _Scored:
    """Rows of one kind, all arrays alike (n,)."""

    probability: FloatArray
    belonging: FloatArray
    weight: FloatArray

    def take(self, rows: BoolArray) -> _Scored:
        return _Scored(self.probability[rows], self.belonging[rows], self.weight[rows])

    def accepted(self, least: FloatArray, lowest: FloatArray) -> FloatArray:
        """Return the weight (least, lowest) of the rows at or above both thresholds of each pair."""
        row = np.searchsorted(least, self.belonging, side="right") - 1
        column = np.searchsorted(lowest, self.probability, side="right") - 1
        inside = (row >= 0) & (column >= 0)
        shape = (len(least), len(lowest))
        cell = np.ravel_multi_index((row[inside], column[inside]), shape)
        held = np.bincount(cell, self.weight[inside], np.prod(shape)).reshape(shape)
        return np.asarray(held[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1])


@dataclass(frozen=True, eq=False)
class _Pairs:
    """What each pair of thresholds that is tried does, all arrays alike (pairs,)."""

    belonging: FloatArray
    probability: FloatArray
    right: FloatArray
    wrong: FloatArray
    foreign: FloatArray

    def take(self, places: BoolArray) -> _Pairs:
        return _Pairs(
            *(getattr(self, f)[places] for f in ("belonging", "probability", "right", "wrong", "foreign"))
        )


def risk_levels(
    probability: FloatArray,
    belonging: FloatArray,
    right: BoolArray,
    weight: FloatArray,
    foreign_probability: FloatArray,
    foreign_belonging: FloatArray,
    *,
    risks: Sequence[float] = RISKS,
    foreign_factor: float = 1.5,
    least_probability: float = LEAST_PROBABILITY,
) -> tuple[RiskLevel, ...]:
    """Return, for each risk, the thresholds that accept most right rows and keep it.

    Kept are both the weighted share of wrong rows among accepted ones and the share of counter-examples that
    are accepted, the latter up to `foreign_factor` times the risk.

    Parameters
    ----------
    probability : (n,) float64
        Of the best phase among the phases, of rows of sources that the model had not seen.
    belonging : (n,) float64
        Probability that the row is one of the phases.
    right : (n,) bool
        Whether the best phase is the published one.
    weight : (n,) float64
        Weights, such as `phasewise.learn.calibrate.source_weights`.
    foreign_probability, foreign_belonging : (m,) float64
        The same of counter-examples: rows that are none of the phases.
    risks : sequence of float
        Permitted shares, each above 0.
    foreign_factor : float
        See above.
    least_probability : float
        No threshold lies below it.

    Returns
    -------
    tuple of RiskLevel
        Sorted by risk. A looser risk never accepts fewer right rows.

    Raises
    ------
    ValueError
        If there are no right rows or no counter-examples, or an array holds NaN.
    """
    known = _Scored(probability, belonging, weight)
    share = np.full(len(foreign_belonging), 1 / max(len(foreign_belonging), 1))
    odd = _Scored(foreign_probability, foreign_belonging, share)
    if any(np.isnan(array).any() for scored in (known, odd) for array in vars(scored).values()):
        raise ValueError("risks need rows without NaN; leave those out")
    if not (weight[right] > 0).any() or not len(foreign_belonging):
        raise ValueError("risks need right rows and counter-examples")
    pairs = _tried(known.take(right), known.take(~right), odd, least_probability)
    return tuple(_level(pairs, risk, foreign_factor) for risk in sorted(risks))


def _tried(right: _Scored, wrong: _Scored, odd: _Scored, least_probability: float) -> _Pairs:
    """Return the outcome of all pairs from a grid of both thresholds."""
    kinds = (right, wrong, odd)
    least = np.unique(np.maximum(_grid(*(k.belonging for k in kinds)), LEAST_BELONGING))
    lowest = np.unique(np.maximum(_grid(*(k.probability for k in kinds)), least_probability))
    accepted_right, accepted_wrong, foreign = (k.accepted(least, lowest) for k in kinds)
    accepted = np.maximum(accepted_right + accepted_wrong, np.finfo(float).tiny)
    grid = np.meshgrid(least, lowest, indexing="ij")
    outcome = (accepted_right / right.weight.sum(), accepted_wrong / accepted, foreign)
    pairs = _Pairs(*(array.ravel() for array in (*grid, *outcome)))
    return pairs.take(pairs.right >= min(LEAST_ACCEPTED, pairs.right.max()))


def _grid(*kinds: FloatArray) -> FloatArray:
    """Return values that are even in the ranks of right rows, of wrong ones and of counter-examples."""
    steps = np.linspace(0, 1, _STEPS + 1)
    return np.unique(
        np.concatenate([np.quantile(kind, steps, method="lower") for kind in kinds if len(kind)])
    )


def _level(pairs: _Pairs, risk: float, foreign_factor: float) -> RiskLevel:
    """Return the pair that accepts most right rows; of equal ones that with the fewest wrong rows.

    The probability is raised above its lowest threshold only where the risk cannot be kept otherwise: what a
    higher one wins on counter-examples, minerals that resemble one another pay for.
    """
    excess = np.maximum(pairs.wrong / risk, pairs.foreign / (foreign_factor * risk))
    kept = excess <= 1
    lowest = kept & (pairs.probability == pairs.probability.min())
    kept = lowest if lowest.any() else kept
    best = (
        np.lexsort((pairs.wrong, -pairs.right, ~kept))[0]
        if kept.any()
        else np.lexsort((-pairs.right, excess))[0]
    )
    return RiskLevel(
        risk,
        belonging=float(pairs.belonging[best]),
        probability=float(pairs.probability[best]),
        accepted_of_right=float(pairs.right[best]),
        wrong_of_accepted=float(pairs.wrong[best]),
        foreign_accepted=float(pairs.foreign[best]),
        attained=bool(kept.any()),
    )


def risk_entries(levels: Sequence[RiskLevel], default: float) -> dict[str, Any]:
    """Return what a card says of risks: ``default`` and ``levels``, ``attained`` only where it is false."""
    entries = [asdict(level) for level in levels]
    for entry in entries:
        if entry["attained"]:
            del entry["attained"]
    return {"default": default, "levels": entries}
