"""Analytical totals: what they are, and what they say about minerals that differ by their water.

The label does not depend on the total but for the pairs that the mineral files declare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.oxides import NOT_BY_PROBE, oxygen_of_halogens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.mineral import Mineral, Pair
    from phasewise.core.types import Analyses, BoolArray, FloatArray

__all__ = ["analytical_total", "corrected_total", "weigh_pairs"]

DEGREES_OF_FREEDOM = 4.0
"""Totals are taken as Student-t distributed: laboratories have outliers."""

BEYOND = 1000.0
"""Totals beyond this many wt%, infinite ones included, count as this; none of them is evidence."""

EDGE = 1.0
"""Over this many wt% the evidence of totals fades at the ends of the range in which they count."""


def analytical_total(analyses: Analyses) -> FloatArray:
    """Return the sum of everything reported but H2O, CO2 and light elements, in wt%.

    Parameters
    ----------
    analyses : Analyses
        Iron as FeO; NaN counts as nothing.

    Returns
    -------
    (n,) float64
        0 where nothing was measured.
    """
    counted = [k for k, name in enumerate(analyses.columns) if name not in NOT_BY_PROBE]
    return np.asarray(np.nansum(analyses.values[:, counted], axis=1))


def corrected_total(analyses: Analyses, total: FloatArray) -> FloatArray:
    """Return the total less the oxygen that F and Cl replace, in wt%.

    Oxides are reported as if every cation were bound to oxygen; O = F, Cl takes off .4211 F and .2256 Cl.
    """
    out = total.copy()
    for halogen, oxygen in oxygen_of_halogens().items():
        if halogen in analyses.columns:
            out -= oxygen * np.fmax(np.nan_to_num(analyses[halogen]), 0.0)
    return out


def weigh_pairs(
    probabilities: FloatArray,
    total: FloatArray,
    analyses: Analyses,
    phases: tuple[str, ...],
    minerals: Mapping[str, Mineral],
) -> FloatArray:
    """Return probabilities in which the total has divided the declared pairs anew.

    For each pair that a mineral file declares, the odds between its two minerals are multiplied by the
    odds of the file and by the ratio of the densities of the total under both; where the total does not
    count, by the odds without a total. What the two have together stays.

    Parameters
    ----------
    probabilities : (n, k) float64
        The columns begin with `phases`.
    total : (n,) float64
        Corrected total in wt%.
    analyses : Analyses
        What was measured: a total without a main oxide does not count.
    phases : tuple of str
        Class names.
    minerals : mapping of str to Mineral
        By class name.
    """
    out = probabilities.copy()
    total = np.clip(total, -BEYOND, BEYOND)
    for name in phases:
        for pair in minerals[name].pairs:
            if pair.other in phases:
                log_odds = _log_odds(total, _complete(analyses, pair), pair)
                _divide(out, phases.index(name), phases.index(pair.other), log_odds)
    return out


def _complete(analyses: Analyses, pair: Pair) -> BoolArray:
    missing = np.zeros(len(analyses), dtype=bool)
    for name in pair.needs:
        missing |= np.isnan(analyses[name])
    return ~missing


def _log_odds(total: FloatArray, complete: BoolArray, pair: Pair) -> FloatArray:
    evidence = _log_likelihood(total, pair.mean, pair.sd) - _log_likelihood(
        total, pair.other_mean, pair.other_sd
    )
    with_total = np.clip(evidence, -pair.most_evidence, pair.most_evidence) + np.log(pair.odds)
    low, high = pair.between
    counts = complete * np.clip((total - low) / EDGE, 0, 1) * np.clip((high - total) / EDGE, 0, 1)
    return np.asarray(counts * with_total + (1 - counts) * np.log(pair.odds_without_total))


def _log_likelihood(total: FloatArray, mean: float, sd: float) -> FloatArray:
    squared = ((total - mean) / sd) ** 2
    power = (DEGREES_OF_FREEDOM + 1) / 2
    return np.asarray(-power * np.log1p(squared / DEGREES_OF_FREEDOM) - np.log(sd))


def _divide(probabilities: FloatArray, first: int, second: int, log_odds: FloatArray) -> None:
    a, b = probabilities[:, first].copy(), probabilities[:, second].copy()
    together = a + b
    a *= np.exp(log_odds / 2)
    b *= np.exp(-log_odds / 2)
    share = a / np.maximum(a + b, np.finfo(float).tiny)
    probabilities[:, first] = together * share
    probabilities[:, second] = together * (1 - share)
