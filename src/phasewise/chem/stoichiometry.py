"""Whether analyses keep a mineral's limits.

Every limit of a mineral file is an inequality between two sums of oxides, low <= a.x / b.x <= high with
b.x > 0, so it is homogeneous: (a - low b).x > 0 and (high b - a).x > 0. All limits of a mineral become
the columns of one matrix that is multiplied with analyses in wt%. Neither the total of an analysis
nor a unit can change the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from phasewise.chem.expressions import Terms
from phasewise.chem.mineral import Limit, Mineral
from phasewise.chem.oxides import HALOGENS, OXIDES, cation_factors, oxygens_per_cation
from phasewise.core.types import BoolArray, FloatArray

__all__ = ["Departure", "StoichiometricTests", "limit_sums"]

IntArray = npt.NDArray[np.integer]
UNITS = {"cations": "cations", "ratio": "", "oxide": "wt%", "ferric": "cations"}
_NARROWEST_SCALE = 0.02
_ROUNDING = 1e-9


class Departure(NamedTuple):
    """How an analysis leaves the limits of a mineral; a tuple, as there may be one for every row.

    Attributes
    ----------
    expression : str
        What leaves its range: ``Ca + Na``, ``sum``, ``K2O`` or ``Fe3+ - Fe``.
    unit : str
        ``cations`` (on the mineral's oxygens), ``wt%`` (closed to the expected total) or empty (a ratio).
    value : float
        What the analysis has.
    expected : (float, float)
        What the mineral allows; either may be infinite.
    excess : float
        Distance from the range in half widths of it.
    """

    expression: str
    unit: str
    value: float
    expected: tuple[float, float]
    excess: float


@dataclass(frozen=True, eq=False)
class _Compiled:
    """The limits of one mineral as sums over the columns of a table."""

    expressions: tuple[str, ...]
    units: tuple[str, ...]
    above: FloatArray
    below: FloatArray
    low: FloatArray
    high: FloatArray
    inequalities: FloatArray

    @property
    def scale(self) -> FloatArray:
        width = np.where(np.isfinite(self.low), (self.high - self.low) / 2, np.abs(self.high))
        width = np.where(np.isfinite(self.high), width, np.abs(self.low))
        return np.maximum(width, _NARROWEST_SCALE)


def _weights(terms: Terms, columns: tuple[str, ...], counted: BoolArray) -> FloatArray:
    elements = [OXIDES[name].element for name in columns]
    result = np.zeros(len(columns))
    for name, factor in terms:
        match = counted if name == "sum" else np.array([element == name for element in elements])
        result += factor * match * cation_factors(columns)
    return result


def limit_sums(limit: Limit, mineral: Mineral, columns: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Return numerator and denominator of a limit as weights (p,) of the columns of a table in wt%."""
    elements = [OXIDES[name].element for name in columns]
    counted = ~np.isin(elements, ("H", *HALOGENS, *mineral.basis.without))
    if limit.kind == "oxide":
        above = np.array([mineral.total.middle * (name == limit.expression) for name in columns])
        return above, np.array([float(name not in ("H2O", *mineral.total.without)) for name in columns])
    above = _weights(limit.terms, columns, counted)
    if limit.kind == "ratio":
        return above, _weights(limit.over, columns, counted)
    oxygen = counted * cation_factors(columns) * oxygens_per_cation(columns)
    if limit.kind == "cations":
        return mineral.basis.oxygens * above, oxygen
    found = _weights((("sum", 1.0),), columns, counted)
    ferric = 2 * mineral.basis.oxygens * found - 2 * mineral.basis.cations * oxygen
    return ferric - mineral.basis.cations * above, found


def _compile(mineral: Mineral, columns: tuple[str, ...]) -> _Compiled:
    limits = list(mineral.limits)
    if mineral.basis.ferric_excess is not None:
        limits.append(
            Limit("Fe3+ - Fe", "ferric", (("Fe", 1.0),), (), (-math.inf, mineral.basis.ferric_excess))
        )
    above, below = (
        np.array(side).T for side in zip(*(limit_sums(m, mineral, columns) for m in limits), strict=True)
    )
    low, high = (np.array(side) for side in zip(*(limit.range for limit in limits), strict=True))
    has_low, has_high = np.isfinite(low), np.isfinite(high)
    inequalities = np.hstack(
        [
            above[:, has_low] - (low[has_low] - _ROUNDING) * below[:, has_low],
            (high[has_high] + _ROUNDING) * below[:, has_high] - above[:, has_high],
        ]
    )
    units = tuple(UNITS[limit.kind] for limit in limits)
    expressions = tuple(limit.expression for limit in limits)
    return _Compiled(expressions, units, above, below, low, high, inequalities)


class StoichiometricTests:
    """Limits of several minerals, compiled for the columns of a table.

    Parameters
    ----------
    minerals : iterable of Mineral
        In the order that phase indices refer to.
    columns : tuple of str
        Columns of the tables to be tested, from `COLUMNS`.

    Examples
    --------
    >>> import numpy as np
    >>> from phasewise.chem.minerals import load_minerals
    >>> tests = StoichiometricTests.of([load_minerals()["Olivine"]], ("SiO2", "Al2O3", "MgO"))
    >>> tests.passes(np.array([[42.7, 0.0, 57.3], [42.7, 6.2, 51.1]]), np.zeros(2, int))
    array([ True, False])
    """

    def __init__(self, minerals: Iterable[Mineral], columns: tuple[str, ...]) -> None:
        chosen = tuple(minerals)
        self.names = tuple(mineral.name for mineral in chosen)
        self.columns = tuple(columns)
        self._compiled = tuple(_compile(mineral, self.columns) for mineral in chosen)

    @classmethod
    def of(cls, minerals: Iterable[Mineral], columns: tuple[str, ...]) -> StoichiometricTests:
        """Return the tests of these minerals for tables with these columns."""
        return cls(minerals, columns)

    def _filled(self, values: FloatArray) -> FloatArray:
        if values.ndim != 2 or values.shape[1] != len(self.columns):
            raise ValueError(f"{values.shape=} does not fit {len(self.columns)=}")
        return np.nan_to_num(values, posinf=np.nan, neginf=np.nan)

    def passes(self, values: FloatArray, phase_index: IntArray) -> BoolArray:
        """Return which analyses keep all limits of the mineral that each is tested for.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN (not measured) counts as 0.
        phase_index : (n,) int
            Position of the mineral in `names`; -1 for none, which gives False.

        Returns
        -------
        (n,) bool
        """
        measured = ~np.isnan(values).all(axis=0)
        filled = self._filled(values)[:, measured]
        result = np.zeros(len(filled), dtype=bool)
        for k, compiled in enumerate(self._compiled):
            rows = np.flatnonzero(phase_index == k)
            if len(rows):
                # Tests by rows, not rows by tests: `all` is then taken over whole rows of memory.
                kept = compiled.inequalities[measured].T @ filled[rows].T > 0
                result[rows] = kept.all(axis=0)
        return result

    def fits(self, values: FloatArray) -> BoolArray:
        """Return which minerals' limits each analysis keeps, as (n, number of minerals)."""
        filled = self._filled(values)
        fits = [(filled @ compiled.inequalities > 0).all(axis=1) for compiled in self._compiled]
        return np.column_stack(fits)

    def expressions(self, phase: str) -> tuple[str, ...]:
        """Return what is tested for a mineral, in the order of `residuals`."""
        return self._compiled[self.names.index(phase)].expressions

    def residuals(self, values: FloatArray, phase: str) -> FloatArray:
        """Return how far analyses lie outside the limits of one mineral, in half widths of each range.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN (not measured) counts as 0.
        phase : str
            Class name of the mineral.

        Returns
        -------
        (n, tests) float64
            Negative below the range, 0 inside, positive above; NaN in rows without oxides.
        """
        compiled = self._compiled[self.names.index(phase)]
        value = self._values(self._filled(values), compiled)
        outside = value - np.clip(value, compiled.low, compiled.high)
        return np.where(np.abs(outside) <= _ROUNDING, 0.0, outside) / compiled.scale

    @staticmethod
    def _values(filled: FloatArray, compiled: _Compiled) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((filled @ compiled.above) / (filled @ compiled.below))

    def worst_departure(self, values: FloatArray, phase_index: IntArray) -> list[Departure | None]:
        """Return the limit that each analysis leaves farthest, for explanations of a few rows.

        Parameters
        ----------
        values : (n, p) float64
            wt%; NaN (not measured) counts as 0.
        phase_index : (n,) int
            Position of the mineral in `names`; -1 gives None.

        Returns
        -------
        list of Departure or None
            None where all limits are kept.
        """
        result: list[Departure | None] = [None] * len(values)
        for k, name in enumerate(self.names):
            rows = np.flatnonzero(phase_index == k)
            if not len(rows):
                continue
            compiled = self._compiled[k]
            found = self._values(self._filled(values[rows]), compiled)
            outside = np.nan_to_num(np.abs(self.residuals(values[rows], name)))
            worst, places = outside.argmax(axis=1), np.arange(len(rows))
            ranges = list(zip(compiled.low.tolist(), compiled.high.tolist(), strict=True))
            for row, limit, value, excess in zip(
                rows.tolist(),
                worst.tolist(),
                found[places, worst].tolist(),
                outside[places, worst].tolist(),
                strict=True,
            ):
                if excess > 0:
                    result[row] = Departure(
                        compiled.expressions[limit], compiled.units[limit], value, ranges[limit], excess
                    )
        return result
