"""How the iron of an analysis is divided into Fe2+ and Fe3+."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import split_iron
from phasewise.chem.normalisation import assumed_oxo, oxygens_of
from phasewise.chem.oxides import CATIONS, HALOGENS, oxygens_per_cation

if TYPE_CHECKING:
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.schemes.amphibole import AmphiboleIron
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "AMPHIBOLE_CHOICES",
    "FE3_OPTIONS",
    "amphibole_iron",
    "check_fe3",
    "ferric_fraction",
    "ferric_was_measured",
    "iron_scheme",
]

AMPHIBOLE_CHOICES = ("minimum", "maximum", "mean", "chosen")
FE3_OPTIONS = ("auto", "measured", "ferrous", "ferric", "charge balance", *AMPHIBOLE_CHOICES)
"""What `--fe3` takes, besides a number: the fixed Fe3+ / total Fe."""


def check_fe3(fe3: str | float) -> str | float:
    """Return the option, or the fixed Fe3+ / total Fe as a number.

    Raises
    ------
    ValueError
        If it is neither one of `FE3_OPTIONS` nor a number from 0 to 1.

    Examples
    --------
    >>> check_fe3("0.15"), check_fe3("charge balance")
    (0.15, 'charge balance')
    """
    if fe3 in FE3_OPTIONS:
        return fe3
    try:
        ratio = np.nan if isinstance(fe3, bool) else float(fe3)
    except (TypeError, ValueError):
        ratio = np.nan
    if not 0 <= ratio <= 1:
        raise ValueError(
            f"fe3={fe3!r} is not known. Choose from {', '.join(FE3_OPTIONS)}, or a fixed Fe3+/total Fe "
            "between 0 and 1."
        )
    return ratio


def ferric_fraction(
    cations: FloatArray,
    mineral: Mineral,
    fe3: str | float,
    measured: FloatArray,
    limits: AmphiboleIron | None = None,
) -> FloatArray:
    """Return Fe3+ / total Fe of each analysis.

    Parameters
    ----------
    cations : (n, q) float64
        Moles in the order of `CATIONS`, all iron together.
    mineral : Mineral
        Whose file says how iron is divided where `fe3` is ``auto``.
    fe3 : str or float
        One of `FE3_OPTIONS`, or the fraction itself. ``auto`` takes what was measured where FeO and Fe2O3
        were measured apart, else the scheme of the mineral. Choices of amphiboles are ``auto`` in other
        minerals; charge balance gives NaN where vacancies, H, Li or B leave the sum of cations open.
    measured : (n,) float64
        Fe3+ / total Fe as measured, NaN where it was not.
    limits : AmphiboleIron, optional
        What `amphibole_iron` gives, where it is known already.

    Returns
    -------
    (n,) float64
        0 to 1; 0 where there is no iron.

    References
    ----------
    Droop 1987, Mineralogical Magazine 51, 431-435, doi:10.1180/minmag.1987.051.361.10, equation 6.
    """
    if not isinstance(fe3, str):
        return np.full(len(cations), float(fe3))
    if fe3 == "measured":
        return np.where(cations[:, CATIONS.index("Fe")] > 0, measured, 0.0)
    estimated = _by_scheme(cations, mineral, iron_scheme(mineral, fe3), limits)
    return np.where(ferric_was_measured(mineral, fe3, measured), measured, estimated)


def iron_scheme(mineral: Mineral, fe3: str | float) -> str:
    """Return how iron is divided where Fe3+ was not measured, or is not taken as measured.

    Parameters
    ----------
    mineral : Mineral
    fe3 : str or float
        See `ferric_fraction`.

    Returns
    -------
    str
        One of `IRON_SCHEMES`, `AMPHIBOLE_CHOICES`, ``measured`` (not at all) or ``fixed``.
    """
    if not isinstance(fe3, str):
        return "fixed"
    return mineral.basis.iron if _by_file(mineral, fe3) else fe3


def ferric_was_measured(mineral: Mineral, fe3: str | float, measured: FloatArray) -> BoolArray:
    """Return where `ferric_fraction` takes Fe3+ / total Fe (n,) as measured."""
    taken = fe3 == "measured" or (isinstance(fe3, str) and _by_file(mineral, fe3))
    return np.asarray(~np.isnan(measured) & taken)


def _by_file(mineral: Mineral, fe3: str) -> bool:
    return fe3 == "auto" or (fe3 in AMPHIBOLE_CHOICES and mineral.basis.iron != "amphibole")


def _by_scheme(
    cations: FloatArray, mineral: Mineral, scheme: str, limits: AmphiboleIron | None
) -> FloatArray:
    n = len(cations)
    if scheme in ("ferrous", "not divided"):
        return np.zeros(n)
    if scheme == "ferric":
        return np.ones(n)
    if scheme == "charge balance":
        return _by_charge_balance(cations, mineral)
    found = amphibole_iron(cations, mineral) if limits is None else limits
    return np.asarray(getattr(found, "chosen" if scheme == "amphibole" else scheme))


def _by_charge_balance(cations: FloatArray, mineral: Mineral) -> FloatArray:
    """Return F / Fe with F = 2 X (1 - T / S): Fe3+ that makes T cations and X oxygens neutral."""
    basis = mineral.basis
    if not basis.balances:
        return np.full(len(cations), np.nan)
    counts, oxygens = _counted(basis.without)
    counted = cations[:, counts]
    found, charge = counted.sum(axis=1), np.einsum("ij,j->i", counted, oxygens)
    iron = cations[:, CATIONS.index("Fe")]
    with np.errstate(divide="ignore", invalid="ignore"):
        ferric = 2 * basis.oxygens * found / basis.cations - 2 * charge
        return np.where(iron > 0, np.clip(ferric / iron, 0.0, 1.0), 0.0)


@cache
def _counted(without: tuple[str, ...]) -> tuple[IntArray, FloatArray]:
    """Return which of `CATIONS` count in a sum of cations, and the oxygens that each brings."""
    counts = np.flatnonzero(~np.isin(CATIONS, ("H", *HALOGENS, *without)))
    return counts, oxygens_per_cation()[counts]


def amphibole_iron(cations: FloatArray, mineral: Mineral) -> AmphiboleIron:
    """Return the least, the most, the mean and the chosen Fe3+ / total Fe of amphiboles.

    Parameters
    ----------
    cations : (n, q) float64
        Moles in the order of `CATIONS`, all iron together.
    mineral : Mineral
        Amphibole.
    """
    from phasewise.chem.schemes.amphibole import ferric_limits

    ions = FormulaUnits(split_iron(cations, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = mineral.basis.oxygens / oxygens_of(ions, mineral.basis)
        ferrous = FormulaUnits(ions.ions * factor[:, None])
    return ferric_limits(ferrous, assumed_oxo(ferrous, mineral.basis, 1.0))
