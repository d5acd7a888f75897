"""Errors that the benchmark of the audit puts into clean rows.

Errors of blocks befall all rows of one source and label; they are functions of oxides (m, len(OXIDES)) in
wt%, where what was not measured is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from audit_tables import OXIDES
from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.chem.oxides import OXIDES as KNOWN
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES, FloatArray

__all__ = ["BLOCKS", "BlockError", "lookalikes", "mixed", "wrong_label"]

VISIBLE = 2.0
"""An error of a block counts where the largest change of half of its rows is at least this, in wt%."""

SLIGHT = 0.5
"""The same for iron."""

Change = Callable[[FloatArray, np.random.Generator], FloatArray]

_COLUMNS = ("columns exchanged", "columns shifted", "columns permuted", "total under an oxide")


@dataclass(frozen=True)
class BlockError:
    """An error that befalls a block.

    Attributes
    ----------
    family, name : str
    change : callable
        Gives the rows with the error.
    kinds : tuple of str
        Kinds of blocks that say the same.
    lost : tuple of str
        Oxides that cannot be restored, as the error has overwritten them.
    least : float
        Largest change that half of the rows have at least, in wt%.
    """

    family: str
    name: str
    change: Change
    kinds: tuple[str, ...]
    lost: tuple[str, ...] = ()
    least: float = VISIBLE

    def visible(self, before: FloatArray, after: FloatArray) -> bool:
        """Return whether the error changes at least half of the rows, and loses nothing essential of them."""
        change = np.abs(np.nan_to_num(after) - np.nan_to_num(before)).max(axis=1)
        lost = np.nan_to_num(before[:, [_place(name) for name in self.lost]]).max(axis=1, initial=0.0)
        return bool(np.median(change) >= self.least and np.median(lost) < VISIBLE)


def _place(name: str) -> int:
    return OXIDES.index(name)


def _exchanged(values: FloatArray, _: np.random.Generator, a: str, b: str) -> FloatArray:
    out = values.copy()
    out[:, [_place(a), _place(b)]] = values[:, [_place(b), _place(a)]]
    return out


def _shifted(values: FloatArray, _: np.random.Generator, step: int, names: tuple[str, ...]) -> FloatArray:
    out, places = values.copy(), [_place(name) for name in names]
    out[:, places] = np.roll(values[:, places], step, axis=1)
    return out


def _total_under(values: FloatArray, _: np.random.Generator, name: str) -> FloatArray:
    out = values.copy()
    out[:, _place(name)] = np.nansum(values, axis=1).round(2)
    return out


def _total_first(values: FloatArray, _: np.random.Generator) -> FloatArray:
    """Return rows whose total stands before SiO2, under its header; what was ZrO2 is lost."""
    places = [_place(name) for name in INPUTS[:13]]
    out = values.copy()
    out[:, places[1:]] = values[:, places[:-1]]
    out[:, places[0]] = np.nansum(values, axis=1).round(2)
    return out


def _times(values: FloatArray, _: np.random.Generator, name: str, factor: float) -> FloatArray:
    out = values.copy()
    out[:, _place(name)] *= factor
    return out


def _scaled(values: FloatArray, _: np.random.Generator, factor: float) -> FloatArray:
    return values * factor


def _as_elements(values: FloatArray, _: np.random.Generator) -> FloatArray:
    oxides = [KNOWN[name] for name in OXIDES if name in KNOWN]
    held = [k for k, name in enumerate(OXIDES) if name in KNOWN]
    out = values.copy()
    out[:, held] *= np.array([oxide.cations_per_gram * ATOMIC_WEIGHTS[oxide.element] for oxide in oxides])
    return out


def _one_oxide(
    values: FloatArray, rng: np.random.Generator, factor: float, between: tuple[float, float]
) -> FloatArray:
    """Return rows in which one of the ten oxides, whose median is in a range, is multiplied."""
    median = np.median(np.nan_to_num(values[:, : len(TEN_OXIDES)]), axis=0)
    able = np.flatnonzero((median >= between[0]) & (median < between[1]))
    return values if not len(able) else _times(values, rng, OXIDES[int(rng.choice(able))], factor)


_APART = (
    *(("SiO2", "Al2O3"), ("SiO2", "MgO"), ("SiO2", "CaO"), ("TiO2", "Al2O3"), ("Al2O3", "MgO")),
    *(("TiO2", "CaO"), ("K2O", "CaO")),
)
_ALIKE = (
    *(("MgO", "MnO"), ("CaO", "FeOt"), ("MgO", "FeOt"), ("MgO", "CaO"), ("FeOt", "MnO")),
    *(("Al2O3", "FeOt"), ("Na2O", "K2O"), ("CaO", "Na2O")),
)
"""Oxides of elements that stand in for one another in minerals."""

_FACTORS = {"doubled": 2.0, "halved": 0.5, "ten times too high": 10.0, "as fractions of 1": 0.01}


def _block_errors() -> Iterator[BlockError]:
    for family, pairs in (("dissimilar columns exchanged", _APART), ("similar columns exchanged", _ALIKE)):
        for a, b in pairs:
            yield BlockError(family, f"{a} and {b}", partial(_exchanged, a=a, b=b), _COLUMNS)
    runs = {"all columns": tuple(INPUTS[:13]), "MnO to K2O": TEN_OXIDES[4:9]}
    for title, names in runs.items():
        for side, step in (("right", 1), ("left", -1)):
            change = partial(_shifted, step=step, names=names)
            yield BlockError("columns shifted", f"{title} to the {side}", change, _COLUMNS)
    for name in ("K2O", "Cr2O3"):
        yield BlockError(
            "total under an oxide", f"under {name}", partial(_total_under, name=name), _COLUMNS[-1:], (name,)
        )
    yield BlockError(
        "total under an oxide", "first, the rest shifted", _total_first, _COLUMNS[-1:], ("ZrO2",)
    )
    for name, factor in _FACTORS.items():
        yield BlockError("totals scaled", name, partial(_scaled, factor=factor), ("totals scaled",))
    yield BlockError("elements for oxides", "all oxides", _as_elements, ("elements for oxides",))
    unit = ("unit of one oxide",)
    for title, times, between in (
        ("one oxide in ppm", 1e4, (0.05, 100.0)),
        ("one oxide ten times too high", 10.0, (0.5, 10.0)),
        ("one oxide ten times too low", 0.1, (2.0, 100.0)),
    ):
        change = partial(_one_oxide, factor=times, between=between)
        yield BlockError("unit of one oxide", title, change, unit)
    iron = ("iron as the other oxide",)
    for title, times in (("Fe2O3 given as FeO", 1 / FE2O3_TO_FEO), ("FeO given as Fe2O3", FE2O3_TO_FEO)):
        yield BlockError("iron", title, partial(_times, name="FeOt", factor=times), iron, least=SLIGHT)


BLOCKS = tuple(_block_errors())
"""All errors of blocks."""

_FAMILIES = (
    *({"Clinopyroxene", "Orthopyroxene"}, {"Biotite", "Muscovite"}, {"Plagioclase", "KFeldspar"}),
    *({"Magnetite", "Ilmenite", "Spinel", "Rutile"},),
)


def lookalikes(label: str) -> set[str]:
    """Return the minerals that are of one group with another, itself not among them."""
    return next((family for family in _FAMILIES if label in family), {label}) - {label}


def wrong_label(
    label: str, labels: tuple[str, ...], *, similar: bool, rng: np.random.Generator
) -> str | None:
    """Return another label, of a look-alike or of none; None where there is none.

    Spinel and magnetite are names within one solid solution, which the audit does not call wrong.
    """
    series = {"Spinel", "Magnetite"}
    group = load_minerals()[label].group
    others = [
        other
        for other in labels
        if other != label
        and not {label, other} <= series
        and (other in lookalikes(label) if similar else other not in lookalikes(label))
        and (similar or load_minerals()[other].group != group)
    ]
    return str(rng.choice(others)) if others else None


def mixed(first: FloatArray, second: FloatArray, part: FloatArray) -> FloatArray:
    """Return mixtures of rows, of which the second makes a part (m,) by mass; not measured counts as 0.

    Oxides that neither has stay NaN.
    """
    both = (1 - part[:, None]) * np.nan_to_num(first) + part[:, None] * np.nan_to_num(second)
    return np.where(np.isnan(first) & np.isnan(second), np.nan, both.round(3))
