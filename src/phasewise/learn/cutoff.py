"""Cut-offs on an uncertainty, below which the share of wrong rows stays under a stated risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import beta, norm, t

from phasewise.learn.scores import LEAST_SOURCES

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["Cutoff", "cutoff_at_risk"]

_STEPS = 100
"""Cut-offs that are tried: they accept 1 %, 2 % ... of the rows."""

_STARTS = (0.10, 0.25, 0.50, 0.75)
"""Shares of accepted rows from which the search goes up."""

_DRAWS = 1000


@dataclass(frozen=True)
class Cutoff:
    """A row is accepted where its uncertainty is not above the cut-off.

    Attributes
    ----------
    cutoff : float
        In the unit of the uncertainty; -inf where no row may be accepted.
    risk_bound : float
        Upper bound of the share of wrong rows among accepted ones; NaN where none is accepted.
    accepted : float
        Share of the given rows that it accepts.
    note : str
        Why none is accepted, else empty.
    """

    cutoff: float
    risk_bound: float
    accepted: float
    note: str = ""


def cutoff_at_risk(
    uncertainty: FloatArray,
    wrong: BoolArray,
    source: np.ndarray,
    risk: float = 0.01,
    confidence: float = 0.95,
    seed: int = 0,
) -> Cutoff:
    """Return the largest cut-off at which the share of wrong rows among accepted ones is surely small.

    The bound at a cut-off is the larger of two: the upper quantile of the share over resampled sources, and
    the exact binomial bound for as many independent rows as the accepted ones are worth, given how the share
    differs between sources (Korn & Graubard 1998, Survey Methodology 24, 193-201). The second does not take
    no error in few rows for no risk. With fewer than five sources it is the exact bound of the rows
    themselves (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404), which speaks of these sources and of no
    other.

    Taking the largest of many cut-offs that pass would pick the luckiest. So the search starts at given
    shares of accepted rows and goes up, step by step, while the bound holds; it stops where it first fails,
    because a more uncertain row is wrong at least as often. Each start has an equal part of the permitted
    doubt, so all of them together keep the confidence (fixed-sequence testing: Angelopoulos et al. 2021,
    Learn then test, arXiv:2110.01052). In simulated tables of 30 to 300 sources, very unequal in size and in
    their errors, a risk of 1 % at a confidence of 95 % held in 92 to 96 % of the tables. No cut-off guards
    against a publication whose errors are unlike those of all others.

    Parameters
    ----------
    uncertainty : (n,) float64
        Of rows of unseen sources; larger means less sure, on any scale; no NaN.
    wrong : (n,) bool
        Whether the row is labelled wrongly.
    source : (n,) object
        Publication.
    risk : float
        Permitted share of wrong rows among accepted ones.
    confidence : float
        Probability with which the risk is kept.
    seed : int
        Of the resampling.

    Raises
    ------
    ValueError
        If there are no rows or an uncertainty is NaN.
    """
    if len(uncertainty) == 0 or np.isnan(uncertainty).any():
        raise ValueError(
            f"a cut-off needs rows without NaN: {len(uncertainty)} rows, of which "
            f"{int(np.isnan(uncertainty).sum())} have NaN; leave those out"
        )
    cutoffs, accepted, errors = _accepted_by_source(uncertainty, wrong, source)
    shares = accepted.sum(axis=0) / len(uncertainty)
    starts = np.minimum(np.searchsorted(shares, _STARTS), len(cutoffs) - 1)
    bounds = _bounds(accepted, errors, 1 - (1 - confidence) / len(_STARTS), seed)
    found = max(_last_in_a_row(bounds <= risk, int(start)) for start in starts)
    if found < 0:
        best = starts[bounds[starts].argmin()]
        note = (
            f"no cut-off keeps the share of wrong rows under {risk:.2%} at a confidence of {confidence:.0%}: "
            f"of the surest {shares[best]:.0%} of {len(uncertainty)} rows, from {len(accepted)} sources, up "
            f"to {bounds[best]:.2%} may be wrong"
        )
        return Cutoff(-np.inf, np.nan, 0.0, note)
    return Cutoff(float(cutoffs[found]), float(bounds[found]), float(shares[found]))


def _accepted_by_source(
    uncertainty: FloatArray, wrong: BoolArray, source: np.ndarray
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the cut-offs (c,) that are tried, and the accepted and the wrong rows of each source (s, c)."""
    ranked = np.sort(uncertainty)
    last = np.maximum(1, np.arange(1, _STEPS + 1) * len(ranked) // _STEPS) - 1
    cutoffs = np.unique(ranked[last])
    names, publication = np.unique(source.astype(str), return_inverse=True)
    first_accepting = np.searchsorted(cutoffs, uncertainty)
    cell = publication * len(cutoffs) + first_accepting
    size, shape = len(names) * len(cutoffs), (len(names), len(cutoffs))
    accepted, errors = (np.bincount(cell[rows], minlength=size) for rows in (slice(None), wrong))
    return cutoffs, accepted.reshape(shape).cumsum(axis=1), errors.reshape(shape).cumsum(axis=1)


def _bounds(accepted: IntArray, errors: IntArray, level: float, seed: int) -> FloatArray:
    """Return the upper bound (c,) of the share of wrong rows at each cut-off."""
    n, wrong = accepted.sum(axis=0), errors.sum(axis=0)
    sources = len(accepted)
    if sources < LEAST_SOURCES:
        return _exact(wrong, n, level)
    worth = _independent_rows(accepted, errors, level)
    drawn = np.random.default_rng(seed).multinomial(sources, np.full(sources, 1 / sources), _DRAWS)
    # Products of floats run through BLAS, those of integers do not.
    rows, bad = drawn.astype(float) @ accepted.astype(float), drawn.astype(float) @ errors.astype(float)
    # A draw without accepted rows says nothing, so it counts as the worst.
    shares = np.where(rows > 0, bad / np.maximum(rows, 1), 1.0)
    return np.asarray(np.maximum(_exact(wrong / n * worth, worth, level), np.quantile(shares, level, axis=0)))


def _exact(wrong: FloatArray | IntArray, n: FloatArray | IntArray, level: float) -> FloatArray:
    """Return the upper binomial bound of Clopper & Pearson, of numbers that need not be whole."""
    rest = np.maximum(n - wrong, 1e-9)
    return np.where(wrong < n, beta.ppf(level, wrong + 1, rest), 1.0)


def _independent_rows(accepted: IntArray, errors: IntArray, level: float) -> FloatArray:
    """Return how many independent rows (c,) would tell as much as those that are accepted.

    By the variance of the share between sources, and Student's factor as that variance is itself uncertain
    where few sources hold most rows.
    """
    n, sources = accepted.sum(axis=0), len(accepted)
    share = errors.sum(axis=0) / n
    variance = sources / (sources - 1) * np.square(errors - share * accepted).sum(axis=0) / n**2
    binomial = share * (1 - share) / n
    inflation = np.where(binomial > 0, np.maximum(1.0, variance / np.where(binomial > 0, binomial, 1.0)), 1.0)
    equal_sources = n**2 / np.square(accepted).sum(axis=0)
    factor = t.ppf(level, np.maximum(equal_sources - 1, 1)) / norm.ppf(level)
    return np.asarray(n / (inflation * factor**2))


def _last_in_a_row(holds: BoolArray, start: int) -> int:
    """Return the last index up to which all hold from the start on, -1 where the start does not."""
    fails = np.flatnonzero(~holds[start:])
    stop = start + int(fails[0]) if fails.size else len(holds)
    return stop - 1 if stop > start else -1
