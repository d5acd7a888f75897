"""Compositions of the spinel-ilmenite-magnetite space, as a probe reports them, from end-member formulae."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from phasewise.chem.formula import molar_mass, oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.core.types import FloatArray

PROBE = ("SiO2", "TiO2", "Al2O3", "Cr2O3", "FeOt", "MnO", "MgO", "CaO")
"""What is measured: what an end member lacks was looked for and not found."""

SOLID_SOLUTIONS = (
    *(("Mag", "Uspl"), ("Mag", "Spl"), ("Mag", "Hc"), ("Mag", "Chr"), ("Spl", "Hc"), ("Chr", "Spl")),
    *(("Chr", "Uspl"), ("Hc", "Uspl"), ("Hem", "Ilm"), ("Ilm", "Gk")),
)
INTERGROWTHS = (("Mag", "Ilm"), ("Mag", "Hem"), ("Uspl", "Ilm"))
"""Two minerals under one beam, in moles of formula units."""


@cache
def formulae() -> dict[str, str]:
    """Return the formulae of the end members of the mineral files by symbol."""
    names = ("Spinel", "Magnetite", "Ilmenite", "Hematite")
    members = [member for name in names for member in load_minerals()[name].end_members]
    return {member.symbol: member.formula for member in members}


def analyses(parts: dict[str, FloatArray]) -> pd.DataFrame:
    """Return what a probe reports of 100 g of mixtures.

    Parameters
    ----------
    parts : dict of str to (n,) float64
        Moles of formula units by symbol of the end member, in any unit.

    Returns
    -------
    pandas.DataFrame
        Columns `PROBE`, all iron as FeO, so that the total lacks the oxygen that Fe3+ binds.
    """
    grams = {symbol: np.asarray(n) * molar_mass(formulae()[symbol]) for symbol, n in parts.items()}
    whole = np.sum(list(grams.values()), axis=0)
    share = {symbol: oxides_wt(formulae()[symbol]) for symbol in parts}
    return pd.DataFrame(
        {oxide: sum(share[s].get(oxide, 0.0) * grams[s] / whole for s in parts) for oxide in PROBE}
    )


def binary(first: str, second: str, steps: int) -> tuple[FloatArray, pd.DataFrame]:
    """Return fractions of the second end member, 0 to 1, and the analyses."""
    x = np.linspace(0.0, 1.0, steps + 1)
    return x, analyses({first: 1 - x, second: x})


def triangle(steps: int) -> FloatArray:
    """Return parts (n, 3) of three corners in a regular grid, corners included."""
    rows = [(k, j, steps - k - j) for k in range(steps + 1) for j in range(steps + 1 - k)]
    return np.array(rows, dtype=float) / steps


def prism_face(parts: FloatArray, ferrous: FloatArray, on_top: tuple[str, str]) -> pd.DataFrame:
    """Return analyses within a spinel prism.

    Parameters
    ----------
    parts : (n, 3) float64
        Of the top, of Al and of Cr.
    ferrous : (n,) float64
        Fe2+ / (Mg + Fe2+).
    on_top : tuple of str
        The end members of Mg and of Fe2+ at the top: Mfr and Mag, or Qnd and Uspl.
    """
    corners = zip((on_top, ("Spl", "Hc"), ("Mchr", "Chr")), parts.T, strict=True)
    found: dict[str, FloatArray] = {}
    for (magnesian, iron), part in corners:
        found |= {magnesian: part * (1 - ferrous), iron: part * ferrous}
    return analyses(found)


def iron_titanium(parts: FloatArray) -> pd.DataFrame:
    """Return analyses of parts (n, 3) of TiO2, FeO and half of Fe2O3."""
    ti, ferrous, ferric = parts.T
    grams = {
        "TiO2": ti * molar_mass("TiO2"),
        "FeOt": (ferrous + ferric) * molar_mass("FeO"),
    }
    whole = grams["TiO2"] + ferrous * molar_mass("FeO") + ferric * molar_mass("Fe2O3") / 2
    return pd.DataFrame({oxide: 100 * grams.get(oxide, 0.0 * ti) / whole for oxide in PROBE})
