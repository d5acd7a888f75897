"""Noise that solid solutions teach to overlook: ions exchanged within their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.explore.structure import CATIONS, DIVALENT, free_divalent

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["exchanged"]

_DIVALENT_ALIKE = (1.0, 1.0, 0.15, 0.05)
"""Concentrations of the Dirichlet distribution that Mg, Fe, Mn and Ni are drawn from."""

_MOST_TSCHERMAK = 2.4
"""Cations per 24 oxygens."""

_PART_OF_TSCHERMAK = 0.3
_OXIDE_SILICON = 0.8
"""Al gives way to Cr only in oxides: where Si per 24 oxygens is less."""


def exchanged(closed: FloatArray, part: float, rng: np.random.Generator) -> FloatArray:
    """Return cations after random exchanges that keep their number and charge.

    - Mg, Fe, Mn and Ni for one another, but for oxides of nothing else (see `free_divalent`);
    - Ca Al for Na Si, as in plagioclase;
    - Mg Si for 2 Al (Tschermak);
    - Cr for Al, in oxides both ways.

    Parameters
    ----------
    closed : (n, len(CATIONS)) float64
        Cations on 24 oxygens; not changed.
    part : float
        Of the rows, for each kind of exchange.
    rng : Generator
        Source of chance.
    """
    out = closed.copy()
    of = {name: out[:, k] for k, name in enumerate(CATIONS)}
    _mix_divalent(out, part, rng)
    _shift(of, {"Ca": -1, "Al": -1, "Na": 1, "Si": 1}, _amounts(of, "Ca Al", "Na Si", part, rng))
    amount = _PART_OF_TSCHERMAK * _amounts(of, "Mg Si", "Al Al", part, rng, _MOST_TSCHERMAK)
    _shift(of, {"Mg": -1, "Si": -1, "Al": 2}, amount)
    oxide = of["Si"] < _OXIDE_SILICON
    _shift(of, {"Cr": -1, "Al": 1}, _amounts(of, "Cr", "Al", part, rng, backward=oxide))
    return out


def _mix_divalent(out: FloatArray, part: float, rng: np.random.Generator) -> None:
    places = [CATIONS.index(name) for name in DIVALENT]
    drawn = rng.dirichlet(_DIVALENT_ALIKE, len(out))
    share = rng.random((len(out), 1)) * (rng.random((len(out), 1)) < part)
    share[free_divalent(out) > 0] = 0.0
    held = out[:, places]
    out[:, places] = (1 - share) * held + share * held.sum(axis=1, keepdims=True) * drawn


def _amounts(
    of: dict[str, FloatArray],
    given: str,
    taken: str,
    part: float,
    rng: np.random.Generator,
    most: float = np.inf,
    backward: np.ndarray | float = 1.0,
) -> FloatArray:
    """Return how much is exchanged in each row: up to all of what it holds, in either direction."""
    forth, back = (np.minimum(_least(of, names), most) for names in (given, taken))
    back = back * backward
    amount = rng.random(len(forth)) * (forth + back) - back
    return np.asarray(amount * rng.random(len(forth)) * (rng.random(len(forth)) < part))


def _least(of: dict[str, FloatArray], names: str) -> FloatArray:
    """Return how often a row could give these ions."""
    ions = names.split()
    return np.asarray(np.min([of[ion] / ions.count(ion) for ion in ions], axis=0))


def _shift(of: dict[str, FloatArray], change: dict[str, int], amount: FloatArray) -> None:
    for name, times in change.items():
        of[name] += times * amount
