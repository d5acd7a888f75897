"""Fe3+ of amphiboles from the stoichiometric limits of their formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["CONSTRAINTS", "SCHEMES", "AmphiboleIron", "ferric_limits"]

CONSTRAINTS = (
    "all Fe2+",
    "8 Si",
    "16 CAT",
    "15eNK",
    "8 SiAl",
    "15eK",
    "13eCNK",
    "10 sum Fe3+",
    "all Fe3+",
)
"""What can set a limit: the first four the minimum of Fe3+, the others the maximum."""

SCHEMES = ("13eCNK", "15eNK", "15eK", "16 CAT")
"""The cation normalisations among which the estimate is chosen."""

_CHARGE = 46.0
_THRESHOLD = 0.005
_ROUNDING = 1e-9
_MAXIMA, _ALL_FERRIC = 4, len(CONSTRAINTS) - 1
_A_ONLY = ("K", "Ba", "Rb", "Cs", "Pb")


@dataclass(frozen=True, eq=False)
class AmphiboleIron:
    """Fe3+ / total Fe of n amphiboles, 0 to 1; 0 where there is no iron, NaN where there is no formula.

    Attributes
    ----------
    minimum, maximum : (n,) float64
        The least and the most Fe3+ that the constraints allow.
    mean : (n,) float64
        Half of their sum.
    chosen : (n,) float64
        Mean of the normalisations that agree best with the criteria.
    minimum_by, maximum_by : (n,) int8
        Constraint that sets the limit: its place in `CONSTRAINTS`, -1 where there is no formula.
    chosen_by : (n, 4) bool
        Normalisations, in the order of `SCHEMES`, of which `chosen` is the mean.
    contradictory : (n,) bool
        Whether the constraints leave no Fe3+ that satisfies all: `minimum` and `maximum` then are the two
        limits that cross, the smaller one first, and both lie outside what the other demands.
    """

    minimum: FloatArray
    maximum: FloatArray
    mean: FloatArray
    chosen: FloatArray
    minimum_by: npt.NDArray[np.int8]
    maximum_by: npt.NDArray[np.int8]
    chosen_by: BoolArray
    contradictory: BoolArray


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums of cations with all iron Fe2+ (n,), and the factors between which iron can be divided."""

    si: FloatArray
    si_al: FloatArray
    small: FloatArray
    to_mg: FloatArray
    to_ca: FloatArray
    to_na: FloatArray
    to_k: FloatArray
    iron: FloatArray
    oxygen: FloatArray

    @property
    def ferrous(self) -> FloatArray:
        return _CHARGE / (_CHARGE - self.oxygen)

    @property
    def ferric(self) -> FloatArray:
        return _CHARGE / (_CHARGE + self.iron - self.oxygen)

    def fraction(self, factor: FloatArray) -> FloatArray:
        """Return Fe3+ / total Fe of the formula multiplied by the factor (n,)."""
        iron = np.where(self.iron > 0, self.iron, 1.0)
        found = (_CHARGE * (1 - factor) / factor + self.oxygen) / iron
        return np.where(self.iron > 0, np.clip(found, 0.0, 1.0), 0.0 * found)


def ferric_limits(ferrous: FormulaUnits, oxygen: FloatArray | float = 0.0) -> AmphiboleIron:
    r"""Return the least, the most and the most likely Fe3+ of amphiboles.

    Multiplying a formula of 23 O with all iron as Fe2+ by a factor :math:`f < 1` keeps it neutral only if

    .. math:: \mathrm{Fe^{3+}} = 46\,(1 - f) + f\,\mathrm{O_W}

    (Droop 1987), so that each limit of a sum of cations is a limit of Fe3+. Sums run in the order Si, Ti,
    Al ... Fe, Mn, Mg (with Li, Zn, Ni, Co, V, Cr, Zr and P), then Ca and Sr, Na, and K (with Ba, Rb, Cs
    and Pb). The minimum is the largest of

    ============  ====================================  ==========================
    all Fe2+      no Fe3+ at all                        :math:`f = 46 / (46 - O_W)`
    8 Si          no more Si than T sites               :math:`8 / \mathrm{Si}`
    16 CAT        no more cations than sites            :math:`16 / \sum(\mathrm{Si..K})`
    15eNK         Na and K alone on A                   :math:`15 / \sum(\mathrm{Si..Ca})`
    ============  ====================================  ==========================

    and the maximum the smallest of

    ============  ====================================  ==========================
    8 SiAl        only Si and Al on T                   :math:`8 / (\mathrm{Si} + \mathrm{Al})`
    15eK          K alone on A                          :math:`15 / \sum(\mathrm{Si..Na})`
    13eCNK        only Ca and Na on B                   :math:`13 / \sum(\mathrm{Si..Mg})`
    10 sum Fe3+   T and M2 full of 3+ and 4+ ions       :math:`36 / (46 - \sum(3+, 4+))`
    all Fe3+      no Fe2+ at all                        :math:`46 / (46 + \mathrm{Fe} - O_W)`
    ============  ====================================  ==========================

    where :math:`\sum(3+, 4+)` is Si + Ti + Zr + Al + Cr + V; each O on W makes room for one more such ion.

    `chosen` follows the automatic choice of Locock (2014): each of the four normalisations 13eCNK, 15eNK,
    15eK and 16 CAT is rated by its largest departure, in apfu, from the criteria Si at most 8, Si..K at most
    16, Si..Ca at most 15, Si..Mg at least 13, Si..Na at least 15; the best one is taken, and the mean of all
    that come within 0.005 apfu of it. His text names the criteria; that the four schemes are those which
    they bound, and that the mean is one of Fe3+ / total Fe, is understood here. As 8 SiAl and 10 sum Fe3+
    are not among the criteria, `chosen` may lie outside the limits.

    Parameters
    ----------
    ferrous : FormulaUnits
        Ions per 23 O (46 positive charges), all iron as Fe2+.
    oxygen : (n,) float64 or float
        O2- in the place of OH, F and Cl on W, in the same unit: 0 by default, 2 Ti for the assumption
        OH = 2 - 2 Ti.

    Returns
    -------
    AmphiboleIron
        Where a constraint needs more Fe3+ than there is iron the limit is all Fe3+, where it needs less
        than none all Fe2+.

    Notes
    -----
    15eNK is no limit where Ca enters A, 8 SiAl none where Ti or Fe3+ enters T. 15eK and 13eCNK hold always,
    but are far from the true Fe3+ where Na enters A, or Mg, Fe and Mn enter B. Against measured Fe3+ of
    calcic to sodic amphiboles Gualda & Vlach (2005) found the maximum better than the mean.

    References
    ----------
    Schumacher 1997, Canadian Mineralogist 35, 238-246: the constraints, and the mean of their limits.
    Hawthorne et al. 2012, American Mineralogist 97, 2031-2048, doi:10.2138/am.2012.4276: the criteria.
    Locock 2014, Computers & Geosciences 62, 1-11, doi:10.1016/j.cageo.2013.09.011: the choice.
    Droop 1987, Mineralogical Magazine 51, 431-435, doi:10.1180/minmag.1987.051.361.10.
    Gualda & Vlach 2005, Anais da Academia Brasileira de Ciencias, doi:10.1590/S0001-37652005000300012.

    Examples
    --------
    Riebeckite, Na2Fe2+3Fe3+2Si8O22(OH)2, with all its iron as Fe2+ has more Si than T sites:

    >>> import numpy as np
    >>> from phasewise.chem.formula_units import FormulaUnits
    >>> from phasewise.chem.ions import IONS
    >>> ions = np.zeros((1, len(IONS)))
    >>> ions[0, [IONS.index(ion) for ion in ("Si", "Fe2+", "Na")]] = np.array([8, 5, 2]) * 46 / 44
    >>> found = ferric_limits(FormulaUnits(ions))
    >>> found.minimum.round(2), CONSTRAINTS[found.minimum_by[0]], found.chosen.round(2)
    (array([0.4]), '8 Si', array([0.4]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = _sums(ferrous, oxygen)
        factors = _factors(sums)
        low, low_by = _limit(factors, sums, factors[:, :_MAXIMA].argmin(axis=1))
        high, high_by = _limit(factors, sums, factors[:, _MAXIMA:].argmax(axis=1) + _MAXIMA)
        chosen, chosen_by = _choose(sums)
    minimum, maximum = np.minimum(low, high), np.maximum(low, high)
    crossed = high < low - _ROUNDING
    return AmphiboleIron(
        minimum=minimum,
        maximum=maximum,
        mean=(minimum + maximum) / 2,
        chosen=chosen,
        minimum_by=np.where(crossed, high_by, low_by),
        maximum_by=np.where(crossed, low_by, high_by),
        chosen_by=chosen_by,
        contradictory=crossed,
    )


def _sums(units: FormulaUnits, oxygen: FloatArray | float) -> _Sums:
    calcium, sodium = units["Ca"] + units["Sr"], units["Na"]
    to_na = units.sum - sum(units[ion] for ion in _A_ONLY)
    return _Sums(
        si=units["Si"],
        si_al=units["Si"] + units["Al"],
        small=sum((units[ion] for ion in ("Ti", "Zr", "Al", "Cr", "V")), units["Si"]),
        to_mg=to_na - sodium - calcium,
        to_ca=to_na - sodium,
        to_na=to_na,
        to_k=units.sum,
        iron=units["Fe"],
        oxygen=np.broadcast_to(np.asarray(oxygen, dtype=np.float64), (len(units),)),
    )


def _factors(sums: _Sums) -> FloatArray:
    """Return the factor of each constraint (n, 9), in the order of `CONSTRAINTS`."""
    return np.column_stack(
        [
            sums.ferrous,
            8 / sums.si,
            16 / sums.to_k,
            15 / sums.to_ca,
            8 / sums.si_al,
            15 / sums.to_na,
            13 / sums.to_mg,
            (_CHARGE - 10) / (_CHARGE - sums.small),
            sums.ferric,
        ]
    )


def _limit(factors: FloatArray, sums: _Sums, codes: IntArray) -> tuple[FloatArray, npt.NDArray[np.int8]]:
    """Return Fe3+ / total Fe (n,) where a constraint is just met, and what sets it in the end."""
    factor = np.take_along_axis(factors, codes[:, None], axis=1)[:, 0]
    codes = np.where(factor >= sums.ferrous, 0, np.where(factor <= sums.ferric, _ALL_FERRIC, codes))
    return sums.fraction(factor), np.where(np.isnan(factor), -1, codes).astype(np.int8)


def _choose(sums: _Sums) -> tuple[FloatArray, BoolArray]:
    """Return the mean Fe3+ / total Fe of the normalisations that agree best with the criteria (n,)."""
    factors = np.column_stack([13 / sums.to_mg, 15 / sums.to_ca, 15 / sums.to_na, 16 / sums.to_k])
    departures = np.maximum.reduce(
        [
            np.zeros_like(factors),
            factors * sums.si[:, None] - 8,
            factors * sums.to_k[:, None] - 16,
            factors * sums.to_ca[:, None] - 15,
            13 - factors * sums.to_mg[:, None],
            15 - factors * sums.to_na[:, None],
        ]
    )
    used = departures <= departures.min(axis=1, keepdims=True) + _THRESHOLD
    fractions = np.column_stack([sums.fraction(factors[:, i]) for i in range(len(SCHEMES))])
    return np.where(used, fractions, 0.0).sum(axis=1) / used.sum(axis=1), used
