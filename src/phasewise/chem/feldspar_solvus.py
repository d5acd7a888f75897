"""Which ternary feldspars coexist: the solvus of Elkins and Grove (1990)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["ELKINS_GROVE", "GAS_CONSTANT", "Margules", "Solvus", "chemical_potentials", "solvus"]

GAS_CONSTANT = 8.314462618
"""J / (mol K)."""

ZERO_CELSIUS = 273.15
CLOSE = 1e-8
LEAST = 2e-4
"""Least part of any end member in pairs that are looked for."""

SAME = 0.03
"""Feldspars that differ by less are taken for the critical one."""

MOST_PAIRS = 2000

Residual = Callable[["FloatArray"], "FloatArray"]


@dataclass(frozen=True)
class Margules:
    """A parameter of mixing, W = enthalpy - T entropy + P volume.

    Attributes
    ----------
    powers : tuple of int
        How often the parts of Or, Ab and An are multiplied with it.
    enthalpy : float
        J/mol.
    entropy : float
        J/(mol K).
    volume : float
        J/(mol bar).
    ternary : bool
        Whether it stands for the product of the three alone; half of each other one is added there.
    """

    powers: tuple[int, int, int]
    enthalpy: float
    entropy: float = 0.0
    volume: float = 0.0
    ternary: bool = False


ELKINS_GROVE = (
    Margules((2, 1, 0), 18_810, 10.3, 0.4602),
    Margules((1, 2, 0), 27_320, 10.3, 0.3264),
    Margules((0, 1, 2), 7_924),
    Margules((0, 2, 1), 0),
    Margules((1, 0, 2), 40_317),
    Margules((2, 0, 1), 38_974, volume=-0.1037),
    Margules((1, 1, 1), 12_545, volume=-1.095, ternary=True),
)
"""W(AbOr), W(OrAb), W(AbAn), W(AnAb), W(OrAn), W(AnOr) and W(AbOrAn), as they were published.

Kroll et al. (1993) hold the volumes of the first two to be interchanged; at 1 kbar that moves a limb of the
solvus by less than 0.01.
"""


@dataclass(frozen=True, eq=False)
class Solvus:
    """Pairs of feldspars that coexist at one temperature and pressure.

    Attributes
    ----------
    alkali, plagioclase : (m, 3) float64
        Mole fractions of Or, Ab and An; the rows of both coexist. They begin beside the side Or-An, and end
        beside the side Ab-Or or where both become the same feldspar.
    critical : bool
        Whether they end in a critical point.
    """

    alkali: FloatArray
    plagioclase: FloatArray
    critical: bool

    def outline(self) -> tuple[FloatArray, ...]:
        """Return the solvus as one line, through the critical point, or as one for each feldspar."""
        if self.critical:
            return (np.concatenate([self.alkali, self.plagioclase[::-1]]),)
        return self.alkali, self.plagioclase


def chemical_potentials(
    parts: FloatArray,
    celsius: float,
    bar: float = 1000.0,
    parameters: tuple[Margules, ...] = ELKINS_GROVE,
) -> FloatArray:
    """Return RT ln(activity) of Or, Ab and An in feldspars, in J/mol.

    Parameters
    ----------
    parts : (n, 3) float64
        Mole fractions of Or, Ab and An, all above 0.
    celsius : float
    bar : float
    parameters : tuple of Margules

    References
    ----------
    Elkins & Grove 1990, American Mineralogist 75, 544-559, table 4 and equations 4 to 6; the parameters as
    printed in the program of Robin & Ball 1994, Computers & Geosciences 20, 105-119
    (doi:10.1016/0098-3004(93)E0002-W), too.

    Examples
    --------
    >>> import numpy as np
    >>> pure = np.array([[1.0, 1e-9, 1e-9]])
    >>> bool(abs(chemical_potentials(pure, 900.0)[0, 0]) < 0.01)
    True
    """
    kelvin = celsius + ZERO_CELSIUS
    energy = np.zeros(len(parts))
    slope = np.zeros_like(parts, dtype=np.float64)
    for each in parameters:
        w = each.enthalpy - kelvin * each.entropy + bar * each.volume
        terms = [(each.powers, w)] if each.ternary else [(each.powers, w), ((1, 1, 1), w / 2)]
        for powers, weight in terms:
            value = weight * np.prod(parts ** np.array(powers), axis=1)
            energy += value
            slope += value[:, None] * np.array(powers) / parts
    # The excess energy is a polynomial of degree 3 in the parts.
    return GAS_CONSTANT * kelvin * np.log(parts) + slope - 2 * energy[:, None]


def solvus(
    celsius: float,
    bar: float = 1000.0,
    *,
    parameters: tuple[Margules, ...] = ELKINS_GROVE,
    step: float = 0.02,
) -> Solvus:
    """Return the feldspars that coexist at a temperature and pressure.

    Parameters
    ----------
    celsius : float
        400 to 1200; beyond, the model was not meant to be used.
    bar : float
    parameters : tuple of Margules
    step : float
        How far apart the pairs are, in mole fractions.

    Raises
    ------
    ValueError
        If the temperature is beyond 400 to 1200 degrees Celsius.

    References
    ----------
    As for `chemical_potentials`.
    """
    if not 400 <= celsius <= 1200:
        raise ValueError(f"{celsius=} is beyond 400 to 1200 degrees Celsius")

    def residual(pairs: FloatArray) -> FloatArray:
        potentials = [
            chemical_potentials(_parts(pairs[:, k : k + 2]), celsius, bar, parameters) for k in (0, 2)
        ]
        return (potentials[0] - potentials[1]) / (GAS_CONSTANT * (celsius + ZERO_CELSIUS))

    # Ab and An of an alkali feldspar, and of a plagioclase, beside the side Or-An.
    pair = np.array([2e-3, 0.01, 2e-3, 0.97])
    direction = np.array([1.0, 0.0, 1.0, 0.0])
    pair = _newton(residual, pair, direction)
    found = [pair]
    critical = False
    while len(found) < MOST_PAIRS:
        direction = _along(residual, pair, direction)
        # Near the critical point pairs come together faster than they move on.
        reach = min(step, float(np.abs(pair[:2] - pair[2:]).max()) / 8)
        if _least(pair + reach * direction) <= 0:
            break
        following = _newton(residual, pair + reach * direction, direction)
        critical = bool(np.abs(following[:2] - following[2:]).max() < SAME)
        if critical or _least(following) < LEAST:
            break
        pair = following
        found.append(pair)
    pairs = np.array(found)
    return Solvus(_parts(pairs[:, :2]), _parts(pairs[:, 2:]), critical)


def _parts(two: FloatArray) -> FloatArray:
    """Return Or, Ab and An (n, 3) of Ab and An (n, 2)."""
    return np.column_stack([1.0 - two.sum(axis=1), two])


def _least(pair: FloatArray) -> float:
    return float(_parts(pair.reshape(2, 2)).min())


def _values(residual: Residual, pair: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is not in equilibrium (3,), and how it changes with the pair (3, 4)."""
    reach = min(1e-5, 0.1 * _least(pair))
    moves = reach * np.eye(4)
    found = residual(np.vstack([pair, pair + moves, pair - moves]))
    return found[0], (found[1:5] - found[5:]).T / (2 * reach)


def _along(residual: Residual, pair: FloatArray, before: FloatArray) -> FloatArray:
    """Return the direction (4,) in which pairs go on."""
    direction = np.linalg.svd(_values(residual, pair)[1])[2][-1]
    return np.asarray(direction if direction @ before > 0 else -direction)


def _newton(residual: Residual, pair: FloatArray, direction: FloatArray) -> FloatArray:
    """Return the pair that coexists, in the plane through the given one that the direction crosses."""
    start = pair
    for _ in range(30):
        wrong, matrix = _values(residual, pair)
        equations = np.vstack([matrix, direction])
        move = -np.linalg.solve(equations, np.append(wrong, (pair - start) @ direction))
        share = 1.0
        while _least(pair + share * move) <= 0:
            share /= 2
        pair = pair + share * move
        if np.abs(move).max() < CLOSE:
            break
    return pair
