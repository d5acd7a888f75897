"""Analytical noise, and oxides that were not measured, drawn without regard to the class.

Which oxides a publication reports leaks the label (ZrO2 only with zircon, no Na2O with
magnetite). In training every row is therefore first completed, unmeasured minor oxides by
traces below the detection limit of a routine analysis, and then loses oxides by a pattern
drawn independently of its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.oxides import NOT_BY_PROBE
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["LOST_WEIGHT", "complete", "draw_masks", "lose_oxides", "noisy"]

MAJOR = 0.14
"""An oxide that makes more than this part of a row's mass is a main component of it."""

LEAST_KEPT = 0.1
"""A row keeps at least this part of its mass, else it loses nothing."""

LOST_WEIGHT = 0.03
"""Weight in training of a row that lost a main component: laboratories measure what a mineral is made of."""

POOR = 0.125
"""Part of the rows that are poor analyses."""

CONTAMINATED, CONTAMINATION = 0.1, 0.6
"""Part of the rows with an oxide that is not the mineral's own, and the mean of it in wt%."""

RARELY_MEASURED = 0.1
"""In this part of the rows CO2 was measured; elsewhere its lack says nothing of the analysis."""

_TEN = np.array([name in TEN_OXIDES for name in INPUTS])
_CONTAMINANTS = np.flatnonzero(np.isin(INPUTS, (*TEN_OXIDES, "P2O5", "ZrO2", "NiO")))
_BY_PROBE = np.array([name not in NOT_BY_PROBE for name in INPUTS])
_PATTERNS = tuple(
    frozenset(names.split())
    for names in (
        "Na2O",
        "Na2O",
        "K2O",
        "Na2O K2O",
        "Cr2O3",
        "Cr2O3 MnO TiO2",
        "MnO",
        "TiO2",
        "Na2O K2O CaO",
        "K2O Cr2O3",
    )
)
"""What routines leave out together; each is as likely, and Na2O by itself twice as likely."""


def complete(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return a copy in which unmeasured oxides hold nothing, or a trace below 0.1 wt%."""
    trace = np.minimum(rng.exponential(0.02, values.shape), 0.1) * (rng.random(values.shape) < 0.5)
    return np.where(np.isnan(values), trace, values)


def noisy(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return values with relative noise (0.3-2.5 %, one level a row) and noise near zero (0.005-0.05 wt%).

    One row in eight is a poor analysis, with relative noise of 2.5-5 %, and one in ten holds some wt% of an
    oxide that is not the mineral's own: an inclusion, the next grain, a peak that overlaps.
    """
    n = len(values)
    values = _contaminated(values, rng)
    level = np.where(
        rng.random((n, 1)) < POOR, rng.uniform(0.025, 0.05, (n, 1)), rng.uniform(0.003, 0.025, (n, 1))
    )
    relative = np.exp(rng.normal(0.0, 1.0, values.shape) * level)
    absolute = rng.normal(0.0, 1.0, values.shape) * rng.uniform(0.005, 0.05, (n, 1))
    return np.where(values > 0, values * relative, values) + np.where(values > 0.01, absolute, absolute * 0.3)


def _contaminated(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    out = values.copy()
    rows = np.flatnonzero(rng.random(len(values)) < CONTAMINATED)
    columns = rng.integers(0, len(_CONTAMINANTS), len(rows))
    out[rows, _CONTAMINANTS[columns]] += rng.exponential(CONTAMINATION, len(rows))
    return out


def draw_masks(n: int, rng: np.random.Generator) -> BoolArray:
    """Return n random patterns (n, len(INPUTS)) of what was measured; class plays no part."""
    measured = np.ones((n, len(INPUTS)), dtype=bool)
    further = ~_TEN
    some = rng.random((n, 1)) < 0.5
    measured[:, further] = some & (rng.random((n, int(further.sum()))) < rng.uniform(0.2, 1.0, (n, 1)))
    measured[:, ~_BY_PROBE] = rng.random((n, 1)) < RARELY_MEASURED
    kind = rng.random(n)
    chosen = rng.integers(0, len(_PATTERNS), n)
    patterns = np.array([[name in p for name in INPUTS] for p in _PATTERNS])
    by_pattern = (kind > 0.5) & (kind < 0.8)
    measured[by_pattern] &= ~patterns[chosen[by_pattern]]
    at_random = kind >= 0.8
    loses = rng.random((n, len(INPUTS))) < rng.uniform(0.05, 0.3, (n, 1))
    measured[at_random] &= ~(loses[at_random] & _TEN)
    return measured


def _left_blank(mass: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Return where a table has no entry because there was hardly anything, in a fifth of the rows."""
    threshold = np.where(rng.random((len(mass), 1)) < 0.2, rng.uniform(0.01, 0.5, (len(mass), 1)), -1.0)
    return mass < threshold


def lose_oxides(values: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return values with oxides left out, and the weight of each row in training.

    Main components outside the ten oxides are never lost: who measures apatite measures P2O5, and
    `phasewise.compositions.missing_key` sees to the rows of those who did not.

    A lost oxide is NaN; so is, in a fifth of the rows, what lies below a threshold. In a quarter of the
    rows the source is a sloppy one that prints 0 for what it did not measure; that is done to minor
    components only.
    """
    mass = np.where(_BY_PROBE, np.fmax(values, 0.0), 0.0)
    measured = draw_masks(len(values), rng) & ~_left_blank(mass, rng)
    main = mass > MAJOR * mass.sum(axis=1, keepdims=True)
    measured |= main & ~_TEN
    kept_oxides = np.where(measured, mass, 0.0)[:, :-3].sum(axis=1)
    measured[kept_oxides < LEAST_KEPT * mass.sum(axis=1)] = True
    sloppy = rng.random((len(values), 1)) < 0.25
    lost = np.where(sloppy & ~main, 0.0, np.nan)
    out = np.where(measured, values, lost)
    lost_mass = np.where(measured, 0.0, mass).sum(axis=1) / mass.sum(axis=1)
    weight = np.maximum(1.0 - lost_mass / MAJOR, LOST_WEIGHT)
    return out, weight
