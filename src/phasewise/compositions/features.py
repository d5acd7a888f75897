"""What the models see of an analysis: closed cations, ratios with a meaning, and what was measured.

All features but the marks of what was measured are ratios of moles, so that they do not change
when a row is multiplied by a constant.
"""

from __future__ import annotations

import numpy as np

from phasewise.chem.oxides import OXIDES, cation_factors
from phasewise.core.types import TEN_OXIDES, Analyses, BoolArray, FloatArray

__all__ = ["FEATURES", "INPUTS", "closed_cations", "features", "features_of", "inputs", "present_in"]

OXYGENS = 24.0
"""Cations are given per this number of oxygens, the common multiple of the bases in use."""

_FURTHER = ("P2O5", "NiO", "ZrO2", "ZnO", "V2O3", "BaO", "SrO", "SO3", "CO2", "F", "Cl")
RARE = ("HfO2", "Nb2O5", "Ta2O5", "ThO2", "UO2", "Y2O3", "La2O3", "Ce2O3", "PbO", "CuO", "SnO2", "WO3")
"""Components that no covered mineral holds in quantity; they enter as one share of the mass."""

INPUTS = (*TEN_OXIDES, *_FURTHER, "rare")
"""The columns that `inputs` makes; ``rare`` is the sum of `RARE`."""

_OXIDES = INPUTS[:-3]
_CATIONS = tuple(OXIDES[name].element for name in _OXIDES)
_ATOMS_PER_G = np.append(cation_factors(INPUTS[:-1]), 0.0)
_OXYGENS_PER_G = np.array([OXIDES[name].n_oxygens / OXIDES[name].molar_mass for name in _OXIDES] + [0.0] * 3)
_ALL = np.ones(len(INPUTS), dtype=bool)

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
_NEAR = np.array([(s, w) for s in _IDEAL_SUMS for w in _LENSES])
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
        NaN where not measured; negative values (counting noise) as they are. Each column is contiguous.
    """
    out = np.full((len(INPUTS), len(analyses)), np.nan).T
    for j, name in enumerate(INPUTS[:-1]):
        if name in analyses.columns:
            out[:, j] = analyses[name]
    rare = [analyses.columns.index(name) for name in RARE if name in analyses.columns]
    if rare:
        values = analyses.values[:, rare]
        out[:, -1] = np.where(np.isnan(values).all(axis=1), np.nan, np.nansum(values, axis=1))
    return out


def present_in(columns: tuple[str, ...]) -> BoolArray:
    """Return which of `INPUTS` a table with these columns has."""
    names = {*columns, "rare"} if set(columns) & set(RARE) else set(columns)
    return np.array([name in names for name in INPUTS])


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
    return np.asarray(_closed(values.T, _ALL).T)


def features(values: FloatArray, *, present: BoolArray = _ALL) -> FloatArray:
    """Return the features of each row.

    Parameters
    ----------
    values : (n, len(INPUTS)) float64
        wt% in the order of `INPUTS`, NaN where not measured.
    present : (len(INPUTS),) bool
        The inputs that the table has. What the others hold is not looked at, and the features that
        are 0 without them are left out.

    Returns
    -------
    (n, number of `features_of(present)`) float64
        NaN in rows without any oxygen. Each column is contiguous.
    """
    columns = values.T[present]
    oxides = present[: len(_OXIDES)]
    sizes = (len(columns), 1, len(_NEAR), len(_RATIOS), len(_SUMS), len(columns))
    out = np.empty((sum(sizes), len(values)))
    closed, total, near, ratios, sums, marks = np.split(out, np.cumsum(sizes[:-1]))
    closed[:] = _closed(columns, present)
    cations = closed[: oxides.sum()]
    cations.sum(axis=0, keepdims=True, out=total)
    np.clip((total - _NEAR[:, :1]) / _NEAR[:, 1:], -3, 3, out=near)
    np.matmul(_RATIO_TOPS[oxides].T, cations, out=ratios)
    ratios /= _RATIO_BOTTOMS[oxides].T @ cations + _LEAST
    np.matmul(_SUM_WEIGHTS[oxides].T, cations, out=sums)
    marks[:] = ~np.isnan(columns)
    return out.T


def features_of(present: BoolArray) -> BoolArray:
    """Return which of `FEATURES` can be other than 0 in tables that have only these of `INPUTS`."""
    between = len(FEATURES) - 2 * len(INPUTS)
    return np.concatenate([present, np.ones(between, dtype=bool), present])


def _closed(columns: FloatArray, present: BoolArray) -> FloatArray:
    """Return `closed_cations` column by column: (number of inputs present, n)."""
    filled = np.fmax(columns, 0.0)
    oxygen = _OXYGENS_PER_G[present] @ filled
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(oxygen > 0, OXYGENS / oxygen, np.nan)
        out: FloatArray = filled * _ATOMS_PER_G[present][:, None]
        out *= scale
        if present[-1]:
            out[-1] = filled[-1] / filled.sum(axis=0)
    return out
