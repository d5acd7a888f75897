"""Which rows a scheme can name, and what analyses leave open in every scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import Naming
    from phasewise.core.types import BoolArray, FloatArray

__all__ = [
    "full",
    "leave_iron_open",
    "leave_unmeasured_open",
    "nameable",
    "same_composition",
    "share",
]

_FULL = 0.02
_CALCULATED = "Fe3+ was calculated, not measured"
_IRON = {
    "charge balance": "Fe3+ was calculated by charge balance, not measured",
    "ferrous": "all iron counts as Fe2+",
    "not divided": "all iron counts as Fe2+",
    "ferric": "all iron counts as Fe3+",
    "fixed": "Fe3+ was assumed, not measured",
}


def full(formulae: Formulae) -> BoolArray:
    """Return in which rows the cations that were measured fill the formula (n,).

    Their sum is within 2 % of the ideal one; nowhere if the mineral has none.
    """
    basis = formulae.mineral.basis
    if not basis.cations or basis.count:
        return np.zeros(len(formulae.units), dtype=bool)
    return np.asarray(np.abs(formulae.units.sum - basis.cations) <= _FULL * basis.cations)


def nameable(formulae: Formulae, elements: Collection[str] = ()) -> BoolArray:
    """Return which rows have a formula, and all of some elements in it (n,).

    An element that was not measured does no harm where the others fill the formula.
    """
    known = ~np.isnan(formulae.units.sum)
    for element in elements:
        if element in formulae.unmeasured:
            known &= full(formulae) | formulae.measured(element)
    return known


def share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole (n,), NaN where the whole is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def same_composition(*names: str) -> str:
    """Return what is open where only the structure tells some minerals apart.

    Examples
    --------
    >>> same_composition("rutile", "anatase", "brookite")
    'rutile, anatase and brookite have the same composition'
    """
    return f"{', '.join(names[:-1])} and {names[-1]} have the same composition"


def leave_iron_open(naming: Naming, formulae: Formulae, rows: BoolArray) -> None:
    """Say how iron was divided in those of some rows (n,) that hold iron whose Fe3+ was not measured."""
    rows = rows & (formulae.units["Fe"] > 0) & ~formulae.ferric_measured
    naming.leave_open(rows, _IRON.get(formulae.iron_scheme, _CALCULATED))


def leave_unmeasured_open(naming: Naming, formulae: Formulae, elements: Collection[str]) -> None:
    """Say which of some elements, that could give another name, were not measured."""
    absent = [element for element in elements if element in formulae.unmeasured]
    code = np.zeros(naming.n, dtype=np.int64)
    for k, element in enumerate(absent):
        code |= formulae.unmeasured[element].astype(np.int64) << k
    for found in np.flatnonzero(np.bincount(code)).tolist():
        names = [element for k, element in enumerate(absent) if found >> k & 1]
        if names:
            naming.leave_open(code == found, f"not measured and counted as 0: {', '.join(names)}")
