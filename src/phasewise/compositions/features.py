"""What the models see of an analysis: closed cations, ratios with a meaning, and what was measured.

All features but the marks of what was measured are ratios of moles, so that they do not change
when a row is multiplied by a constant.
"""

from __future__ import annotations

import numpy as np

from phasewise.chem.oxides import OXIDES
from phasewise.core.types import TEN_OXIDES, Analyses, BoolArray, FloatArray

__all__ = ["FEATURES", "INPUTS", "closed_cations", "features", "inputs"]

OXYGENS = 24.0
"""Cations are given per this number of oxygens, the common multiple of the bases in use."""

_FURTHER = ("P2O5", "NiO", "ZrO2", "ZnO", "V2O3", "BaO", "SrO", "SO3", "CO2", "F", "Cl")
RARE = ("HfO2", "Nb2O5", "Ta2O5", "ThO2", "UO2", "Y2O3", "La2O3", "Ce2O3", "PbO", "CuO", "SnO2", "WO3")
"""Components that no covered mineral holds in quantity; they enter as one share of the mass."""

INPUTS = (*TEN_OXIDES, *_FURTHER, "rare")
"""The columns that `inputs` makes; ``rare`` is the sum of `RARE`."""

_OXIDES = INPUTS[:-3]
_CATIONS = tuple(OXIDES[name].element for name in _OXIDES)
_CATIONS_PER_G = np.array([OXIDES[name].n_cations / OXIDES[name].molar_mass for name in _OXIDES])
_OXYGENS_PER_G = np.array([OXIDES[name].n_oxygens / OXIDES[name].molar_mass for name in _OXIDES])
_HALOGENS_PER_G = np.array([1 / OXIDES[name].molar_mass for name in ("F", "Cl")])

_RATIOS: tuple[tuple[str, str], ...] = (
    ("Ca", "Ca Mg Fe"),
    ("Mg", "Mg Fe"),
    ("Al", "Al Si"),
    ("Na", "Na K Ca"),
    ("K", "Na K Ca"),
    ("Cr", "Cr Al"),
    ("Cr Al", "Cr Al Fe"),
    ("Ti", "Ti Fe"),
    ("Al", "Al Mg Fe"),
    ("Mn", "Mn Mg Fe"),
    ("Si", "Si Ca P"),
    ("Na K", "Na K Al"),
)
_SUMS: tuple[tuple[str, str], ...] = (
    ("Na K", ""),
    ("Ca Na K Ba", ""),
    ("Mg Fe Mn Ca", ""),
    ("Mg Fe Mn Ni", ""),
    ("Fe Ti", ""),
    ("Al Cr Ti", ""),
    ("Si Al", ""),
    ("Al", "Na K Ca Ca"),
    ("Si Si Si", "Al Na K Ca"),
    ("Si", "Mg Fe Mn Ca"),
)
_IDEAL_SUMS = (12.0, 15.0, 16.0, 18.0)
_LENSES = (0.15, 0.6)
_LEAST = 0.05


def _indicator(names: str) -> FloatArray:
    return np.array([float(names.split().count(c)) for c in _CATIONS])


_RATIO_TOPS = np.stack([_indicator(top) for top, _ in _RATIOS], axis=1)
_RATIO_BOTTOMS = np.stack([_indicator(bottom) for _, bottom in _RATIOS], axis=1)
_SUM_WEIGHTS = np.stack([_indicator(plus) - _indicator(minus) for plus, minus in _SUMS], axis=1)

FEATURES: tuple[str, ...] = (
    *_CATIONS,
    "F",
    "Cl",
    "rare",
    "cations",
    *(f"cations near {s:g} within {w:g}" for s in _IDEAL_SUMS for w in _LENSES),
    *(f"({top.replace(' ', '+')})/({bottom.replace(' ', '+')})" for top, bottom in _RATIOS),
    *(f"{plus.replace(' ', '+')}-({minus.replace(' ', '+')})" for plus, minus in _SUMS),
    *(f"{name} measured" for name in INPUTS),
)
"""Names of the columns of `features`."""


def inputs(analyses: Analyses) -> FloatArray:
    """Return the table in the order of `INPUTS`, in wt%.

    Returns
    -------
    (n, len(INPUTS)) float64
        NaN where not measured; negative values (counting noise) as they are.
    """
    out = np.full((len(analyses), len(INPUTS)), np.nan)
    for j, name in enumerate(INPUTS[:-1]):
        if name in analyses.columns:
            out[:, j] = analyses[name]
    rare = [analyses.columns.index(name) for name in RARE if name in analyses.columns]
    if rare:
        values = analyses.values[:, rare]
        out[:, -1] = np.where(np.isnan(values).all(axis=1), np.nan, np.nansum(values, axis=1))
    return out


def closed_cations(values: FloatArray) -> FloatArray:
    """Return cations per 24 oxygens.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt% in the order of `INPUTS`; NaN (not measured) and negative values count as nothing.

    Returns
    -------
    (n, len(INPUTS)) float64
        Cations in the order of the oxides, then F, Cl (atoms per 24 O) and the mass share of
        the rare components; NaN in rows without any oxygen.
    """
    present = np.fmax(values, 0.0)
    oxides = present[:, : len(_OXIDES)]
    oxygen = oxides @ _OXYGENS_PER_G
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(oxygen > 0, OXYGENS / oxygen, np.nan)
        out = np.empty_like(present)
        np.multiply(oxides, _CATIONS_PER_G, out=out[:, : len(_OXIDES)])
        np.multiply(present[:, -3:-1], _HALOGENS_PER_G, out=out[:, -3:-1])
        out[:, :-1] *= scale[:, None]
        out[:, -1] = present[:, -1] / present.sum(axis=1)
    return out


def features(values: FloatArray, measured: BoolArray | None = None) -> FloatArray:
    """Return the features of each row.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt% in the order of `INPUTS`, NaN where not measured.
    measured : (n, len(INPUTS)) bool, optional
        What was measured; by default where `values` is not NaN.

    Returns
    -------
    (n, len(FEATURES)) float64
        NaN in rows without any oxygen.
    """
    if measured is None:
        measured = ~np.isnan(values)
    closed = closed_cations(values)
    cations = closed[:, : len(_CATIONS)]
    total = cations.sum(axis=1, keepdims=True)
    bottoms = cations @ _RATIO_BOTTOMS + _LEAST
    parts = [closed, total]
    parts += [np.clip((total - s) / w, -3, 3) for s in _IDEAL_SUMS for w in _LENSES]
    parts += [cations @ _RATIO_TOPS / bottoms, cations @ _SUM_WEIGHTS, measured.astype(np.float64)]
    return np.concatenate(parts, axis=1)
