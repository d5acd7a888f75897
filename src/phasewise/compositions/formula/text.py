"""Mineral formulae in one line: ``(Mg1.80Fe2+0.20)Si1.00O4``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from phasewise.chem.ions import ION_VALENCES, IONS
from phasewise.chem.sites import is_anion_site
from phasewise.core.arrow import spelled

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Site
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["formula_texts"]

Letters = npt.NDArray[np.uint8]

DECIMALS = 2
LARGEST = 9999
"""In units of the last decimal: more than 99.99 of an ion is written as that."""


def formula_texts(formulae: Formulae, factor: float = 1.0) -> pa.Array:
    """Return the formula of each analysis with its sites, those of low charge first, then O, then the anions.

    Parameters
    ----------
    formulae : Formulae
        On the basis of the mineral file.
    factor : float
        From there to another number of oxygens; NaN for a basis that is another one in each row.

    Returns
    -------
    (n,) pyarrow.Array
        Ions below 0.005 are left out. Null where there is no formula, or no whole basis to write it on.
    """
    mineral, units = formulae.mineral, formulae.units
    if not len(units) or not np.isfinite(factor) or (factor != 1 and mineral.basis.written):
        return pa.nulls(len(units), pa.string())
    cations = [site for site in reversed(mineral.sites) if not is_anion_site(site)]
    cations.sort(key=lambda site: ION_VALENCES[IONS.index(site.ions[0])])
    anions = [site for site in mineral.sites if is_anion_site(site)]
    oxygens = factor * (mineral.basis.oxygens - mineral.basis.anions / 2)
    fixed = mineral.basis.written or {0.0: "", 1.0: "O"}.get(oxygens, f"O{oxygens:g}")
    parts = [part for site in cations for part in _site(site, units, factor)]
    parts.append(np.tile(_letters(fixed), (len(units), 1)))
    if "H2O" not in fixed:
        parts += [part for site in anions for part in _site(site, units, factor, bracket=False)]
    return spelled(np.hstack(parts), ~np.isnan(units.sum))


def _site(site: Site, units: FormulaUnits, factor: float, *, bracket: bool = True) -> list[Letters]:
    """Return the letters of the ions of one site, in brackets where there are several cations."""
    held = {ion: _hundredths(factor * units.site(site.name, ion)) for ion in site.ions}
    held = {ion: hundredths for ion, hundredths in held.items() if hundredths.any()}
    parts = [
        _entries("(OH)" if ion == "OH" else ion).take(hundredths, axis=0) for ion, hundredths in held.items()
    ]
    if bracket and len(parts) > 1:
        several = np.sum([hundredths > 0 for hundredths in held.values()], axis=0) > 1
        opening, closing = (several[:, None] * _letters(side) for side in "()")
        return [opening, *parts, closing]
    return parts


def _hundredths(amounts: FloatArray) -> IntArray:
    scaled = np.fmin(np.fmax(amounts * 10**DECIMALS, 0.0), LARGEST)
    return np.asarray(np.rint(scaled, out=scaled).astype(np.int64))


def _letters(text: str) -> Letters:
    return np.frombuffer(text.encode(), np.uint8)


@cache
def _entries(symbol: str) -> Letters:
    """Return how each number of hundredths of an ion is written, from 0 (not at all) to `LARGEST`."""
    entries = np.hstack([np.tile(_letters(symbol), (LARGEST + 1, 1)), _numbers()])
    entries[0] = 0
    return entries


@cache
def _numbers() -> Letters:
    written = [f"{value / 10**DECIMALS:.{DECIMALS}f}" for value in range(LARGEST + 1)]
    return np.array(written, dtype=bytes).view(np.uint8).reshape(len(written), -1)
