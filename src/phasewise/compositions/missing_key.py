"""Minerals whose key oxide was not measured: zircon without ZrO2, apatite without P2O5.

Such an analysis looks like another mineral (quartz, calcite) with a total far too low. Where filling the
key oxide in, in the proportion of the first end member, gives the total that the mineral should have, and
the rest is that of the end member, the row is judged as if it had been measured. It is never accepted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula import oxides_wt
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from phasewise.chem.mineral import Mineral
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["unusual_keys", "with_key_oxides"]

_ROUTINE = frozenset(TEN_OXIDES) - {"TiO2"}

FILLED_TOLERANCE = 6.0
"""How far, in wt%, the filled total may lie from the middle of the expected range."""

REST_TOLERANCE = 0.12
"""How much of the measured mass may differ from that of the end member."""


def with_key_oxides(
    values: FloatArray, total: FloatArray, minerals: tuple[Mineral, ...]
) -> tuple[FloatArray, IntArray]:
    """Return the values with assumed key oxides, and the index of the mineral that was assumed.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt%, NaN where not measured.
    total : (n,) float64
        Corrected total in wt%.
    minerals : tuple of Mineral
        In the order of the phases of a model.

    Returns
    -------
    values : (n, len(INPUTS)) float64
        The same array where nothing was assumed.
    assumed : (n,) int
        -1 where nothing was assumed.
    """
    assumed, closest = np.full(len(values), -1), np.full(len(values), REST_TOLERANCE)
    filled, about = values, np.fmax(values, 0.0).sum(axis=1)
    for k, mineral in enumerate(minerals):
        for key in unusual_keys(mineral):
            column = INPUTS.index(key)
            rest, per_rest = _rest_of(mineral, key)
            near = np.abs(about * (1 + per_rest) - mineral.total.middle) < 1.01 * FILLED_TOLERANCE
            rows = np.flatnonzero(near & np.isnan(values[:, column]) & (total < mineral.total.expected[0]))
            if not len(rows):
                continue
            present = np.fmax(np.nan_to_num(values[rows]), 0.0)
            sums = present.sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                differs = 0.5 * np.abs(present / sums[:, None] - rest).sum(axis=1)
            fits = (np.abs(sums * (1 + per_rest) - mineral.total.middle) < FILLED_TOLERANCE) & (
                differs < closest[rows]
            )
            if fits.any():
                filled = filled.copy() if filled is values else filled
                filled[rows[fits]] = values[rows[fits]]
                filled[rows[fits], column] = sums[fits] * per_rest
                assumed[rows[fits]], closest[rows[fits]] = k, differs[fits]
    return filled, assumed


@lru_cache(maxsize=256)
def unusual_keys(mineral: Mineral) -> tuple[str, ...]:
    """Return the key oxides of a mineral that routines leave out: TiO2, and what is not among the ten oxides.

    None of a mineral without end members, as nothing says how much of them belongs to the rest; nor those
    that its first end member is made of alone, or does not hold.
    """
    if not mineral.end_members:
        return ()
    share = oxides_wt(mineral.end_members[0].formula)
    held = {name for name in mineral.key_oxides if share.get(name, 0.0) > 0 and set(share) - {name}}
    return tuple(name for name in INPUTS if name in held and name not in _ROUTINE)


@lru_cache(maxsize=64)
def _rest_of(mineral: Mineral, key: str) -> tuple[FloatArray, float]:
    """Return the first end member without its key oxide, closed to 1, and the key's mass per mass of it."""
    share = oxides_wt(mineral.end_members[0].formula)
    rest = np.array([share.get(name, 0.0) * (name != key) for name in INPUTS])
    return rest / rest.sum(), share[key] / rest.sum()
