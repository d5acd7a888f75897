"""Mineral formulae in one line: ``(Mg1.80Fe2+0.20)Si1.00O4``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.chem.ions import ION_VALENCES, IONS
from phasewise.chem.sites import is_anion_site
from phasewise.core.arrow import coded, texts
from phasewise.report.append import decode

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Site
    from phasewise.core.types import IntArray, TextArray

__all__ = ["formula_texts"]

DECIMALS = 2
_NOTHING = texts([""])[0]
LARGEST = 9999
"""In units of the last decimal: more than 99.99 of an ion is written as that."""


def formula_texts(formulae: Formulae, factor: float = 1.0) -> TextArray:
    """Return the formula of each analysis with its sites, those of low charge first, then O, then the anions.

    Parameters
    ----------
    formulae : Formulae
        On the basis of the mineral file.
    factor : float
        From there to another number of oxygens; NaN for a basis that is another one in each row.

    Returns
    -------
    (n,) object
        Ions below 0.005 are left out. None where there is no formula, or no whole basis to write it on.
    """
    mineral, units = formulae.mineral, formulae.units
    if not len(units) or not np.isfinite(factor) or (factor != 1 and mineral.basis.written):
        return np.full(len(units), None, dtype=object)
    cations = [site for site in reversed(mineral.sites) if not is_anion_site(site)]
    cations.sort(key=lambda site: ION_VALENCES[IONS.index(site.ions[0])])
    anions = [site for site in mineral.sites if is_anion_site(site)]
    oxygens = factor * (mineral.basis.oxygens - mineral.basis.anions / 2)
    groups = [_group(site, units, factor) for site in cations]
    fixed = mineral.basis.written or {0.0: "", 1.0: "O"}.get(oxygens, f"O{oxygens:g}")
    groups.append(decode(coded(np.zeros(len(units), dtype=np.int64), [fixed])))
    if "H2O" not in fixed:
        groups += [_group(site, units, factor, bracket=False) for site in anions]
    whole = decode(pc.binary_join_element_wise(*groups, _NOTHING))
    found = np.array(whole.to_pylist(), dtype=object)
    found[np.isnan(units.sum)] = None
    return found


def _group(site: Site, units: FormulaUnits, factor: float, *, bracket: bool = True) -> pa.Array:
    """Return the ions of one site, in brackets where there are several cations."""
    amounts = factor * np.stack([units.site(site.name, ion) for ion in site.ions], axis=1)
    hundredths = np.clip(np.round(np.nan_to_num(amounts) * 10**DECIMALS), 0, LARGEST).astype(int)
    held = np.flatnonzero(hundredths.any(axis=0)).tolist()
    if not held:
        return _NOTHING
    parts = [decode(_written(site.ions[k], hundredths[:, k])) for k in held]
    several = ((hundredths > 0).sum(axis=1) > 1) & bracket
    opening, closing = (decode(coded(several.astype(int), ["", side])) for side in "()")
    return decode(pc.binary_join_element_wise(opening, *parts, closing, _NOTHING))


def _written(ion: str, hundredths: IntArray) -> pa.Array:
    symbol = "(OH)" if ion == "OH" else ion
    present = np.flatnonzero(np.bincount(hundredths))
    code = np.zeros(int(present[-1]) + 1, dtype=np.int64)
    code[present] = np.arange(len(present))
    names = [f"{symbol}{value / 10**DECIMALS:.{DECIMALS}f}" if value else "" for value in present.tolist()]
    return coded(code[hundredths], names)
