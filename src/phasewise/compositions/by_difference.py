"""Oxides that were not measured, taken by difference: feldspar without Na2O, ilmenite without TiO2.

Such an analysis looks like another mineral with a total far too low: ilmenite without TiO2 like siderite,
apatite without P2O5 like calcite. What the total lacks gives one figure for the oxide, and the formula
another. Where the analysis with the missing mass as that oxide keeps the limits of the mineral, and the
networks find it to be the mineral, both agree, and the row is judged as if the oxide had been measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula import oxides_wt
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.chem.mineral import Mineral
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["MOST", "ByDifference", "by_difference", "of_difference"]

MOST = 60.0
"""An analysis of which more than this many wt% were not measured is never accepted."""

LEAST = 1.0
"""Less than this many wt% is within the error of a total."""

LEAST_OF_MEMBER = 0.5
"""A mineral holds at least this part of what the member of it that is poorest in a key oxide holds."""

MUCH = 10.0
"""A mineral that never holds this many wt% of an oxide has about the right total without it."""

FOREIGN = 0.12
"""How much of the measured mass may be of oxides that the mineral is not made of."""

BEYOND = 1.1
"""How far the difference may exceed what the mineral holds at most: totals err."""

_OFTEN_LEFT_OUT = {"Na2O": LEAST, "TiO2": MUCH, "Cr2O3": MUCH}
"""With the least wt% that is worth a trial: below, the mineral is told without."""

PURE = 103.0
"""Sulfides, given as oxides, have totals above this many wt%, from which nothing can be told."""

_ROUTINE = frozenset(TEN_OXIDES) - {"TiO2"}


@dataclass(frozen=True, eq=False)
class ByDifference:
    """What the rows of a block hold besides what was measured.

    Attributes
    ----------
    values : (n, len(INPUTS)) float64
        wt%, with the missing mass in place of the oxide that was not measured where `phase` says so.
    phase : (n,) int
        The mineral that the row then is; -1 where nothing was taken by difference.
    rival : (n,) int
        Another mineral that it would be with another oxide, or, where `phase` is -1, a mineral that it
        would be though it is one as measured; -1 for none.
    oxide : (n,) int
        Index in `INPUTS` of the oxide that `phase`, or else `rival`, lacks; -1 for none.
    mass : (n,) float64
        wt% of it; 0 where `oxide` is -1.
    """

    values: FloatArray
    phase: IntArray
    rival: IntArray
    oxide: IntArray
    mass: FloatArray

    @property
    def told(self) -> BoolArray:
        """Whether the difference and the formula agree on one mineral, of which enough was measured."""
        return np.asarray((self.phase >= 0) & (self.rival < 0) & (self.mass <= MOST))


def by_difference(
    values: FloatArray,
    total: FloatArray,
    minerals: tuple[Mineral, ...],
    used: BoolArray,
    as_measured: Callable[[IntArray], tuple[IntArray, BoolArray]],
    likeness_of: Callable[[FloatArray, int], FloatArray],
) -> ByDifference:
    """Return what the rows are with the mass that their totals lack as an oxide that was not measured.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt%, NaN where not measured.
    total : (n,) float64
        Corrected total in wt%.
    minerals : tuple of Mineral
        In the order of the phases of a model.
    used : (len(INPUTS),) bool
        What the model looks at; nothing else is taken by difference.
    as_measured : callable
        Takes indices of rows (m,); returns the phase that each is by composition, -1 for none, and whether
        the total is that of the phase, too.
    likeness_of : callable
        Takes values (m, len(INPUTS)) and the index of a phase; returns the log of how likely each is of it,
        -inf where it is not.
    """
    n = len(values)
    phase, rival, oxide = np.full((3, n), -1)
    missing = np.zeros(n)
    pairs = [(k, column) for k, column in _pairs(minerals) if used[column]]
    lacking = {(k, column): _lacking(values, total, minerals[k], column) for k, column in pairs}
    lacking = {pair: rows for pair, rows in lacking.items() if len(rows)}
    if not lacking:
        return ByDifference(values, phase, rival, oxide, missing)
    filled, like = values.copy(), np.full(n, -np.inf)
    stands, has_total = np.full(n, -1), np.zeros(n, dtype=bool)
    rows = np.unique(np.concatenate(list(lacking.values())))
    stands[rows], has_total[rows] = as_measured(rows)
    tried = []
    for (k, column), rows in lacking.items():
        if INPUTS[column] not in minerals[k].key_oxides:
            rows = rows[(stands[rows] < 0) | (stands[rows] == k) | (phase[rows] >= 0)]
        rows, mass = _closing(values[rows], total[rows], rows, minerals[k], column)
        if not len(rows):
            continue
        trial = values[rows]
        trial[:, column] = mass
        likeness = likeness_of(trial, k)
        tried.append((k, rows[likeness > -np.inf]))
        best = likeness > like[rows]
        rows = rows[best]
        filled[rows], like[rows], missing[rows] = trial[best], likeness[best], mass[best]
        phase[rows], oxide[rows] = k, column
    for k, rows in tried:
        rival[rows[phase[rows] != k]] = k
    known = has_total & (phase >= 0)
    filled[known] = values[known]
    rival[known], phase[known] = phase[known], -1
    same = known & (rival == stands)
    rival[same] = oxide[same] = -1
    missing[same] = 0.0
    return ByDifference(filled, phase, rival, oxide, missing)


@lru_cache(maxsize=256)
def of_difference(mineral: Mineral) -> dict[str, tuple[float, float]]:
    """Return the oxides that may be taken by difference, with the least and most wt% that the mineral holds.

    Key oxides that routines leave out (P2O5, ZrO2, TiO2), and Na2O, TiO2 and Cr2O3 where the mineral may
    hold much of them. None of a mineral without end members, as nothing says how much of them belongs to the
    rest; nor what it may be made of alone.
    """
    held = [(oxides_wt(member.formula), member.share) for member in mineral.end_members]
    if mineral.total.expected[1] > PURE:
        return {}
    alone = {next(iter(share)) for share, _ in held if len(share) == 1}
    found = {}
    for name in dict.fromkeys((*mineral.key_oxides, *_OFTEN_LEFT_OUT)):
        of_members = [share.get(name, 0.0) for share, _ in held]
        most = max((wt * share[1] for wt, (_, share) in zip(of_members, held, strict=True)), default=0.0)
        key = name in mineral.key_oxides and name not in _ROUTINE and most > 0
        much = name in _OFTEN_LEFT_OUT and most >= MUCH
        if name in INPUTS and name not in alone and (key or much):
            member = min(wt for wt in of_members if wt > 0)
            found[name] = (LEAST_OF_MEMBER * member if key else _OFTEN_LEFT_OUT[name], most)
    return found


@lru_cache(maxsize=16)
def _pairs(minerals: tuple[Mineral, ...]) -> tuple[tuple[int, int], ...]:
    """Return minerals with oxides that may be taken by difference, key oxides first."""
    found = [(k, name) for k, mineral in enumerate(minerals) for name in of_difference(mineral)]
    found.sort(key=lambda pair: pair[1] not in minerals[pair[0]].key_oxides)
    return tuple((k, INPUTS.index(name)) for k, name in found)


@lru_cache(maxsize=256)
def _made_of(mineral: Mineral) -> FloatArray:
    names = {name for member in mineral.end_members for name in oxides_wt(member.formula)}
    return np.array([name in names for name in INPUTS], dtype=float)


def _lacking(values: FloatArray, total: FloatArray, mineral: Mineral, column: int) -> IntArray:
    """Return the rows whose total lacks what the mineral may hold of an oxide that was not measured."""
    least, most = of_difference(mineral)[INPUTS[column]]
    low, high = mineral.total.expected
    lacking = (total < high - least / BEYOND) & (total > low - most * BEYOND)
    rows = np.flatnonzero(lacking & np.isnan(values[:, column]))
    if not len(rows):
        return rows
    present = np.fmax(np.nan_to_num(values[rows]), 0.0)
    own = present @ _made_of(mineral) > (1 - FOREIGN) * present.sum(axis=1)
    return np.asarray(rows[own])


def _closing(
    values: FloatArray, total: FloatArray, rows: IntArray, mineral: Mineral, column: int
) -> tuple[IntArray, FloatArray]:
    """Return the rows that keep the limits with a mass that gives an expected total, and that mass in wt%."""
    tests = _limits(mineral)
    low, high = mineral.total.expected
    mass, keeps = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for expected in (mineral.total.middle, high, low):
        left = np.flatnonzero(~keeps & (expected - total >= LEAST))
        trial = values[left, :-1]
        mass[left] = trial[:, column] = expected - total[left]
        keeps[left] = tests.passes(trial, np.zeros(len(left), dtype=int))
    return rows[keeps], mass[keeps]


@lru_cache(maxsize=256)
def _limits(mineral: Mineral) -> StoichiometricTests:
    return StoichiometricTests.of((mineral,), INPUTS[:-1])
