"""Pressure and temperature from clinopyroxene alone, after Putirka (2008) and Wang et al. (2021).

Cations are on 6 oxygens with all iron as Fe2+. TiO2, Cr2O3, MnO and K2O that were not measured count as 0;
without one of the others there is no pressure. Where Si leaves no Al for the octahedral site the logarithm of
both barometers has no value, and the pressure is NaN.

References
----------
Putirka 2008, Reviews in Mineralogy and Geochemistry 69, 61-120, doi:10.2138/rmg.2008.69.3: equations 32a and
32d, components of table 3 (Putirka et al. 2003, doi:10.2138/am-2003-1017).
Nimis & Taylor 2000, doi:10.1007/s004100000156: activity of enstatite.
Wang et al. 2021, European Journal of Mineralogy 33, 621-637, doi:10.5194/ejm-33-621-2021: equation 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phasewise.chem.oxides import OXIDES
from phasewise.core.types import FloatArray

__all__ = [
    "Cations",
    "cations",
    "pressure_putirka",
    "pressure_wang",
    "putirka_together",
    "temperature_putirka",
]

NEEDED = ("SiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O")
MINOR = ("TiO2", "Cr2O3", "MnO", "K2O")
START_K = 1300.0
STEPS, CLOSE_KBAR = 100, 1e-7


@dataclass(frozen=True, eq=False)
class Cations:
    """Cations on 6 oxygens, (n,) float64 each; `fe` is all iron, `al_vi` is never below 0."""

    si: FloatArray
    ti: FloatArray
    al: FloatArray
    cr: FloatArray
    fe: FloatArray
    mn: FloatArray
    mg: FloatArray
    ca: FloatArray
    na: FloatArray
    k: FloatArray

    @property
    def total(self) -> FloatArray:
        """Sum of cations: 4 of a pyroxene without Fe3+."""
        parts = (self.si, self.ti, self.al, self.cr, self.fe, self.mn, self.mg, self.ca, self.na, self.k)
        return np.sum(parts, axis=0)

    @property
    def ca_share(self) -> FloatArray:
        """Ca / (Ca + Mg + Fe)."""
        return self.ca / (self.ca + self.mg + self.fe)

    @property
    def al_iv(self) -> FloatArray:
        """Al that fills the tetrahedral site up to 2."""
        return 2.0 - self.si

    @property
    def al_vi(self) -> FloatArray:
        """Al of the octahedral site."""
        return np.maximum(self.al - self.al_iv, 0.0)

    @property
    def dihd(self) -> FloatArray:
        """Diopside + hedenbergite: Ca that CaTs, CaTi and CrCaTs leave."""
        cats = np.maximum(self.al_vi - self.na, 0.0)
        cati = np.maximum(self.al_iv - cats, 0.0) / 2
        return np.maximum(self.ca - cats - cati - self.cr / 2, 0.0)

    @property
    def enfs(self) -> FloatArray:
        """Enstatite + ferrosilite."""
        return (self.fe + self.mg - self.dihd) / 2

    @property
    def enstatite_activity(self) -> FloatArray:
        """Activity of enstatite (Nimis & Taylor 2000)."""
        sites = 1 - (self.al + self.cr + self.na + self.k) / 2
        return (1 - self.ca - self.na - self.k) * sites


def cations(frame: pd.DataFrame) -> Cations:
    """Return the cations on 6 oxygens of analyses in wt%, all iron in ``FeOt``."""
    names = (*NEEDED, *MINOR)
    wt = frame.reindex(columns=list(names)).astype(float)
    wt = wt.fillna(dict.fromkeys(MINOR, 0.0)).to_numpy()
    moles = wt / np.array([OXIDES[name].molar_mass for name in names])
    oxygens = moles @ np.array([OXIDES[name].n_oxygens for name in names])
    oxygens = np.where(oxygens > 0, oxygens, np.nan)
    apfu = 6 * moles * np.array([OXIDES[name].n_cations for name in names]) / oxygens[:, None]
    si, al, fe, mg, ca, na, ti, cr, mn, k = apfu.T
    return Cations(si=si, ti=ti, al=al, cr=cr, fe=fe, mn=mn, mg=mg, ca=ca, na=na, k=k)


def pressure_putirka(x: Cations, kelvin: FloatArray | float) -> FloatArray:
    """Return the pressure in kbar of equation 32a of Putirka (2008); its standard error is 3.1 kbar."""
    return (
        3205
        + 0.384 * np.asarray(kelvin)
        - 518 * np.log(kelvin)
        - 5.62 * x.mg
        + 83.2 * x.na
        + 68.2 * x.dihd
        + 2.52 * _log(x.al_vi)
        - 51.1 * x.dihd**2
        + 34.8 * x.enfs**2
    )


def temperature_putirka(x: Cations, kbar: FloatArray | float) -> FloatArray:
    """Return the temperature in K of equation 32d of Putirka (2008).

    Its standard error is 58 K on anhydrous and 87 K on hydrous experiments.
    """
    below = 61.1 + 36.6 * x.ti + 10.9 * x.fe - 0.95 * (x.al + x.cr - x.na - x.k)
    return (93100 + 544 * np.asarray(kbar)) / (below + 0.395 * _log(x.enstatite_activity) ** 2)


def putirka_together(x: Cations) -> tuple[FloatArray, FloatArray]:
    """Return pressure in kbar and temperature in K that satisfy equations 32a and 32d together.

    NaN where there is no such pair.
    """
    kelvin = np.full(len(x.si), START_K)
    kbar = pressure_putirka(x, kelvin)
    change = np.full(len(kbar), np.nan)
    for _ in range(STEPS):
        kelvin = temperature_putirka(x, kbar)
        kelvin = np.where(kelvin > 0, kelvin, np.nan)
        found = pressure_putirka(x, kelvin)
        change, kbar = np.abs(found - kbar), found
    settled = change < CLOSE_KBAR
    return np.where(settled, kbar, np.nan), np.where(settled, kelvin, np.nan)


def pressure_wang(x: Cations) -> FloatArray:
    """Return the pressure in kbar of equation 1 of Wang et al. (2021).

    It was made for 0 to 12 kbar and basaltic to dacitic magmas; its standard error is 1.66 kbar.
    """
    al = 1.4844 * x.al_vi
    others = 7.7408 * x.ti + 1.1675 * x.cr + 1.0604 * x.fe + 0.0387 * x.mn - 0.0628 * x.mg
    return (
        25.0019
        - 7.9509 * al / (al + others) * _log(x.al_vi)
        + 0.6492 * x.si
        - 5.9522 * x.fe
        - 11.1942 * x.mg
        - 24.2802 * x.ca
        + 108.663 * x.na
    )


def _log(values: FloatArray) -> FloatArray:
    return np.log(np.where(values > 0, values, np.nan))
