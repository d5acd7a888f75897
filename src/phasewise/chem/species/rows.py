"""Which rows a scheme can name, and what it leaves open of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import Naming
    from phasewise.core.types import BoolArray, FloatArray

    Doubt = tuple[BoolArray, str]
    """Rows (n,), and what is open of them."""

__all__ = ["full", "leave_open", "measured", "share"]

_FULL = 0.02


def full(formulae: Formulae) -> BoolArray:
    """Return in which rows the cations that were measured fill the formula (n,).

    Their sum is within 2 % of the ideal one; nowhere if the mineral has none.
    """
    basis = formulae.mineral.basis
    if not basis.cations or basis.count:
        return np.zeros(len(formulae.units), dtype=bool)
    return np.asarray(np.abs(formulae.units.sum - basis.cations) <= _FULL * basis.cations)


def measured(formulae: Formulae, elements: Collection[str] = ()) -> BoolArray:
    """Return which rows have a formula, and all of some elements in it (n,).

    An element that was not measured does no harm where the others fill the formula.
    """
    known = ~np.isnan(formulae.units.sum)
    for element in elements:
        if element in formulae.unmeasured:
            known &= full(formulae) | ~formulae.unmeasured[element]
    return known


def share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole (n,), NaN where the whole is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def leave_open(naming: Naming, doubts: Sequence[Doubt]) -> None:
    """Say of each row all that is left open, as one caveat.

    Parameters
    ----------
    naming : Naming
    doubts : sequence of ((n,) bool, str)
        Rows, and what is open of them.
    """
    code = np.zeros(naming.n, dtype=np.int64)
    for place, (rows, _) in enumerate(doubts):
        code |= np.where(rows, 1 << place, 0)
    for found in np.unique(code):
        texts = [text for place, (_, text) in enumerate(doubts) if found >> place & 1]
        if texts:
            naming.leave_open(code == found, "; ".join(texts))
