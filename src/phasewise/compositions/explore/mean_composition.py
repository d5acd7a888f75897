"""Formula and nearest species of the mean composition of a cluster."""

from __future__ import annotations

import numpy as np

from phasewise.chem.catalogue import load_catalogue, nearest_species, nearest_with_volatiles
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import (
    CATIONS,
    HALOGENS,
    NOT_BY_PROBE,
    OXIDES,
    moles,
    oxygen_of_halogens,
    oxygens_per_cation,
)
from phasewise.compositions.features import OXYGENS
from phasewise.compositions.formula.departures import calculate_by_file
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.formula.text import formula_texts
from phasewise.compositions.reasons import NEAR_SPECIES
from phasewise.core.types import FloatArray

__all__ = ["alike", "is_covered", "mean_formula", "species_near", "total_fits"]

ALIKE = 0.35
"""Two compositions are compared where no more than this part of the cations differs: olivine and monticellite
differ by a third, clinopyroxene and orthopyroxene by a quarter, quartz and zircon by half."""

ALIKE_TOTAL = 20.0
"""Their totals differ by no more than this many wt%: a carbonate is unlike a silicate of the same metals."""

WITHOUT_VOLATILES = 97.0
"""Below a total of this many wt% a species with H2O or CO2 is asked for first."""

TOTAL_WITHIN = 3.0
"""A total differs from that of a species by no more than this many wt%."""

LEAST_COUNTED = 0.05
"""Oxides below this many wt% are left out of formulae that no mineral file gives."""

LEAST_OXYGEN = 1e-6
"""In moles per 100 g; of less there is no formula."""

LEAST_SHOWN = 0.005
"""So are cations of which there are fewer."""


def mean_formula(mean: FloatArray, columns: tuple[str, ...], mineral: str = "") -> str:
    """Return the formula of a composition in one line.

    Parameters
    ----------
    mean : (p,) float64
        wt%; NaN (not measured) counts as 0, and so does what is below it.
    columns : tuple of str
        Names of the p columns, from `COLUMNS`.
    mineral : str
        Class whose basis and sites are taken; iron is divided as its file says. Without one, and for glass,
        which has no sites, cations are given per 24 oxygens beside F and Cl, all iron as Fe2+ and no H2O.

    Returns
    -------
    str
        Empty where there is no oxygen.

    Examples
    --------
    >>> mean_formula(np.array([42.71, 57.29]), ("SiO2", "MgO"), "Olivine")
    'Mg2.00Si1.00O4'
    >>> mean_formula(np.array([42.71, 57.29]), ("SiO2", "MgO"))
    'Mg12.00Si6.00O24'
    """
    known = load_minerals().get(mineral)
    filled = np.fmax(np.nan_to_num(mean), 0.0)[None]
    if known is None or not known.sites:
        return _per_24_oxygens(moles(np.where(filled < LEAST_COUNTED, 0.0, filled), columns)[0])
    given = FormulaInput(np.where(np.isnan(mean), np.nan, filled[0])[None], columns, np.array([np.nan]))
    return formula_texts(calculate_by_file(mineral, given))[0].as_py() or ""


def _per_24_oxygens(cations: FloatArray) -> str:
    """Return cations from low charge to high, then oxygen, then the halogens."""
    counted = np.where(np.array(CATIONS) == "H", 0.0, cations)
    halves = 0.5 * np.isin(CATIONS, HALOGENS)
    oxygens = float(counted @ (oxygens_per_cation() - halves))
    if oxygens < LEAST_OXYGEN:
        return ""
    atoms = dict(zip(CATIONS, (OXYGENS / oxygens * counted).tolist(), strict=True))
    shown = {name: amount for name, amount in atoms.items() if amount >= LEAST_SHOWN}
    valence = {oxide.element: oxide.valence for oxide in OXIDES.values()}
    metals = sorted((name for name in shown if name not in HALOGENS), key=lambda name: valence[name])
    text = "".join(f"{name}{shown[name]:.2f}" for name in metals) + f"O{OXYGENS:g}"
    return text + "".join(f"{name}{shown[name]:.2f}" for name in HALOGENS if name in shown)


def species_near(mean: FloatArray, columns: tuple[str, ...], total: float) -> str:
    """Return the species of the catalogue that a composition is nearest to, empty where none is near.

    Parameters
    ----------
    mean : (p,) float64
        wt%; NaN counts as 0.
    columns : tuple of str
        Names of the p columns, from `COLUMNS`.
    total : float
        wt%; of a low one, a species whose H2O or CO2 explains it comes first. NaN explains nothing.

    Returns
    -------
    str
        No more than `NEAR_SPECIES` of the cations differ.
    """
    cations = np.fmax(moles(mean[None], columns), 0.0)
    if total < WITHOUT_VOLATILES:
        wet = nearest_with_volatiles(cations, np.array([total]))[0]
        if wet:
            return wet
    name, distance = nearest_species(cations)[0]
    return name if distance < NEAR_SPECIES else ""


def total_fits(species: str, total: float) -> bool:
    """Return whether a total in wt% is that of a species without what a microprobe hardly measures.

    Examples
    --------
    >>> total_fits("heulandite", 84.8), total_fits("heulandite", 99.0), total_fits("benitoite", 100.2)
    (True, False, True)
    """
    return any(
        abs(_dry_total(formula) - total) < TOTAL_WITHIN
        for one in load_catalogue()
        if one.name == species
        for formula in one.formulae
    )


def _dry_total(formula: str) -> float:
    wt = oxides_wt(formula)
    lost = sum(oxygen * wt.get(halogen, 0.0) for halogen, oxygen in oxygen_of_halogens().items())
    return sum(grams for name, grams in wt.items() if name not in NOT_BY_PROBE) - lost


def is_covered(species: str) -> bool:
    """Return whether a species of the catalogue is, or looks like, a mineral with a file."""
    return any(one.file or one.like for one in load_catalogue() if one.name == species)


def alike(one: FloatArray, other: FloatArray, columns: tuple[str, ...]) -> bool:
    """Return whether two compositions (p,) in wt% can be compared by oxides; H2O and CO2 do not count."""
    both = np.fmax(np.nan_to_num(np.stack([one, other])), 0.0)
    both[:, np.isin(columns, ("H2O", "CO2"))] = 0.0
    cations = moles(both, columns)
    whole = cations.sum(axis=1, keepdims=True)
    if not (whole > 0).all() or abs(np.diff(both.sum(axis=1))[0]) > ALIKE_TOTAL:
        return False
    first, second = cations / whole
    return bool(np.abs(first - second).sum() / 2 <= ALIKE)
