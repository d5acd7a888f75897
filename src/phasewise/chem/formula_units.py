"""Mineral formulae as arrays: ions per formula unit, and the sites that they fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.ions import ANIONS, IONS, IONS_OF_ELEMENT

if TYPE_CHECKING:
    from phasewise.chem.expressions import Expression, Terms
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["FormulaUnits", "evaluate", "evaluate_sum"]


@dataclass(frozen=True, eq=False)
class FormulaUnits:
    """Ions per formula unit (apfu) of n analyses of one mineral.

    Attributes
    ----------
    ions : (n, len(IONS)) float64
        Ions per formula unit, iron divided; 0 where absent or not measured, NaN where there is no formula.
    sites : dict of (str, str) to (n,) float64
        What each ion holds of each site; ``sum`` and ``vacancy`` are among the names of the ions.
    without : tuple of str
        Cations that do not count in `sum`.
    """

    ions: FloatArray
    sites: dict[tuple[str, str], FloatArray] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ions)

    def __getitem__(self, name: str) -> FloatArray:
        """Return one ion, or all ions of an element (``Fe``), per formula unit (n,).

        Raises
        ------
        KeyError
            If there is no such ion.
        """
        if name in IONS:
            return self.ions[:, IONS.index(name)]
        return np.asarray(self.ions[:, [IONS.index(ion) for ion in IONS_OF_ELEMENT[name]]].sum(axis=1))

    def site(self, site: str, ion: str) -> FloatArray:
        """Return what an ion holds of a site (n,), 0 where the site does not take it.

        Examples
        --------
        >>> units = FormulaUnits(np.zeros((1, len(IONS))), {("T", "Al"): np.array([0.3])})
        >>> units.site("T", "Al"), units.site("T", "Ti")
        (array([0.3]), array([0.]))
        """
        return self.sites.get((site, ion), np.zeros(len(self)))

    @cached_property
    def sum(self) -> FloatArray:
        """Cations per formula unit that count (n,)."""
        return np.asarray(self.ions[:, _counted(self.without)].sum(axis=1))


@cache
def _counted(without: tuple[str, ...]) -> IntArray:
    """Return the places of the cations that count in a sum."""
    return np.array([k for k, ion in enumerate(IONS) if ion not in (*ANIONS, *without)])


def evaluate_sum(terms: Terms, units: FormulaUnits) -> FloatArray:
    """Return a sum of ions and site occupancies of each analysis (n,)."""
    total = np.zeros(len(units))
    for name, factor in terms:
        total = total + factor * _term(name, units)
    return total


def _term(name: str, units: FormulaUnits) -> FloatArray | float:
    if name == "1":
        return 1.0
    if name == "sum":
        return units.sum
    site, dot, ion = name.partition(".")
    if not dot:
        return units[name]
    if ion in IONS_OF_ELEMENT and ion not in IONS:
        return np.asarray(np.sum([units.site(site, i) for i in IONS_OF_ELEMENT[ion]], axis=0))
    return units.site(site, ion)


def evaluate(expression: Expression, units: FormulaUnits) -> FloatArray:
    """Return a sum or ratio of each analysis (n,), NaN where its denominator is not positive."""
    above = evaluate_sum(expression.above, units)
    if not expression.over:
        return above
    over = evaluate_sum(expression.over, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(over > 0, above / over, np.nan)
