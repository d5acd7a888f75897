"""Proportions of end members by the schemes of mineral files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.expressions import parse_sum
from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import evaluate_sum
from phasewise.chem.ions import ANIONS, IONS, IONS_OF_ELEMENT, ions_of_formula
from phasewise.chem.schemes import end_member_function
from phasewise.core.least_squares import nonnegative_least_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.chem.expressions import Terms
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.chem.mineral import EndMemberScheme
    from phasewise.core.types import FloatArray

__all__ = ["names_of", "proportions", "ratio_terms"]

_FREE = np.isin(IONS, ANIONS)
"""Anions neither limit end members nor are fitted."""

REST = "unassigned"

LEAST_WHOLE = 0.05
"""Members that cancel one another to less than this part of their amounts have no proportions."""


def names_of(scheme: EndMemberScheme) -> tuple[str, ...]:
    """Return the names of the columns of `proportions`."""
    names = tuple(name for name, _ in scheme.members)
    fitted = scheme.method in ("sequence", "least squares")
    return (*names, f"{scheme.name} {REST}") if fitted else names


def proportions(scheme: EndMemberScheme, units: FormulaUnits) -> FloatArray:
    """Return the proportions of the end members of a scheme.

    Parameters
    ----------
    scheme : EndMemberScheme
        From a mineral file.
    units : FormulaUnits
        Formulae with their sites.

    Returns
    -------
    (n, k) float64
        mol%, in the order of `names_of`. ``ratio``: each sum over the sum of all. ``sequence``: in their
        order the members take what their formulae allow of what is left. ``least squares``: amounts >= 0
        whose formulae come nearest to the analysis. Of the last two, a further column holds the part of
        the cations in percent that no member explains. NaN where there is no formula.
    """
    if scheme.method == "ratio":
        return _ratios(scheme, units)
    if scheme.method in _FITS:
        return _FITS[scheme.method](scheme, units)
    return end_member_function(scheme.method)(units)


def _percent(amounts: FloatArray, whole: FloatArray) -> FloatArray:
    enough = whole > LEAST_WHOLE * np.abs(amounts).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(enough[:, None], 100 * amounts / whole[:, None], np.nan)


def ratio_terms(scheme: EndMemberScheme, units: FormulaUnits) -> list[Terms]:
    """Return the sum that each member of a ratio scheme is."""
    allowed = {*IONS, *IONS_OF_ELEMENT, "sum", *(f"{site}.{ion}" for site, ion in units.sites)}
    allowed |= {f"{site}.{element}" for site, _ in units.sites for element in IONS_OF_ELEMENT}
    return [parse_sum(text, allowed) for _, text in scheme.members]


def _ratios(scheme: EndMemberScheme, units: FormulaUnits) -> FloatArray:
    amounts = np.stack([evaluate_sum(terms, units) for terms in ratio_terms(scheme, units)], axis=1)
    return _percent(amounts, amounts.sum(axis=1))


def _formulae(scheme: EndMemberScheme) -> FloatArray:
    members = np.array([ions_of_formula(parse_formula(formula)) for _, formula in scheme.members])
    members[:, _FREE | np.isin(IONS, scheme.ignore)] = 0.0
    return members


def _with_rest(amounts: FloatArray, rest: FloatArray, units: FormulaUnits) -> FloatArray:
    unexplained = np.abs(rest[:, ~_FREE]).sum(axis=1, keepdims=True)
    shares = _percent(amounts, amounts.sum(axis=1))
    return np.hstack([shares, _percent(unexplained, units.sum)])


def _sequence(scheme: EndMemberScheme, units: FormulaUnits) -> FloatArray:
    left = units.ions.copy()
    left[:, np.isin(IONS, scheme.ignore)] = 0.0
    amounts = []
    for member in _formulae(scheme):
        needed = member > 0
        amount = np.maximum((left[:, needed] / member[needed]).min(axis=1), 0.0)
        left -= amount[:, None] * member
        amounts.append(amount)
    return _with_rest(np.stack(amounts, axis=1), left, units)


def _least_squares(scheme: EndMemberScheme, units: FormulaUnits) -> FloatArray:
    members = _formulae(scheme)
    fitted = ~_FREE & ~np.isin(IONS, scheme.ignore)
    targets = np.where(fitted, units.ions, 0.0)
    amounts = nonnegative_least_squares(members.T, targets)
    return _with_rest(amounts, targets - amounts @ members, units)


_FITS: dict[str, Callable[[EndMemberScheme, FormulaUnits], FloatArray]] = {
    "sequence": _sequence,
    "least squares": _least_squares,
}
