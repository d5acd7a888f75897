"""The rule of the dominant constituent: of the ions of a site the most abundant one gives the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import Naming, Species
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["Rivals", "SpeciesTable", "give_dominant", "ranked", "rivals"]

SpeciesTable: TypeAlias = "dict[tuple[str, ...], Species]"
"""Species by the most abundant ions of the sites that name them."""


@dataclass(frozen=True, eq=False)
class Rivals:
    """Ions of which the most abundant one gives the name; of equal ones the first.

    Attributes
    ----------
    ions : tuple of str
        In the order in which the first of equal ones wins.
    labels : tuple of str
        Names of their amounts among the values of the naming.
    first, second : (n,) int
        Places of the most abundant one and of the next in `ions`.
    absent : (n,) bool
        Where there is none of them, or no formula.
    """

    ions: tuple[str, ...]
    labels: tuple[str, ...]
    first: IntArray
    second: IntArray
    absent: BoolArray

    def leads(self, ion: str) -> BoolArray:
        """Return where an ion is the most abundant (n,)."""
        return np.asarray(self.first == self.ions.index(ion))

    def rule(self, ion: str) -> str:
        """Return in words that an ion is the most abundant."""
        place = self.ions.index(ion)
        return f"{self.labels[place]} above {', '.join(x for x in self.labels if x != self.labels[place])}"


def ranked(ions: tuple[str, ...], labels: tuple[str, ...], amounts: tuple[FloatArray, ...]) -> Rivals:
    """Return which of some amounts (n,) is the largest, and which the next."""
    stack = np.nan_to_num(np.stack(amounts))
    absent = np.asarray(~(stack > 0).any(axis=0))
    first = np.argmax(stack, axis=0)
    stack[first, np.arange(stack.shape[1])] = -np.inf
    return Rivals(ions, labels, first, np.argmax(stack, axis=0), absent)


def rivals(naming: Naming, formulae: Formulae, label: str, amounts: Mapping[str, FloatArray]) -> Rivals:
    """Return which of some ions is the most abundant, and keep their amounts as values of the naming.

    Parameters
    ----------
    naming : Naming
    formulae : Formulae
        Says what was not measured.
    label : str
        Name of a value, with ``{}`` for the ion: ``X({})``.
    amounts : mapping of str to (n,) float64
        Ions, or ions of a site (``M.Al``), in the order in which the first of equal ones wins.
    """
    labels = tuple(label.format(_written(ion)) for ion in amounts)
    for name, (ion, values) in zip(labels, amounts.items(), strict=True):
        naming.value(name, np.where(formulae.measured(ion), values, np.nan))
    return ranked(tuple(amounts), labels, tuple(amounts.values()))


def _written(ion: str) -> str:
    site, dot, name = ion.partition(".")
    return f"{site}({name})" if dot else ion


def give_dominant(
    naming: Naming,
    rows: BoolArray,
    axes: tuple[Rivals, ...],
    table: SpeciesTable,
    other: Species | None = None,
    rule: str = "",
) -> None:
    """Name rows (n,) by the most abundant ions of their sites; the rule names the next ones, too.

    Parameters
    ----------
    naming : Naming
    rows : (n,) bool
    axes : tuple of Rivals
        One a site.
    table : mapping of tuple of str to Species
        Ions, one of each axis, to the species.
    other : Species, optional
        The group, where no species is approved for the ions, or where there are none of them. There is no
        name without it.
    rule : str
        What comes before the ions in the rule.
    """
    held = rows & ~np.logical_or.reduce([axis.absent for axis in axes])
    for places, chosen in _combinations(held, axes):
        pairs = zip(axes, places, strict=True)
        ions = tuple(axis.ions[first] for axis, (first, _) in pairs)
        words = [rule] if rule else []
        for axis, (first, second) in zip(axes, places, strict=True):
            words.append(f"{axis.labels[first]} above {axis.labels[second] if first != second else 0}")
        if ions in table:
            naming.give(chosen, table[ions], "; ".join(words))
        elif other is not None:
            naming.give(chosen, other, "; ".join([*words, "no species is approved for these ions"]))
    for axis in axes:
        if other is not None:
            naming.give(rows & axis.absent, other, f"none of {', '.join(axis.labels)}")


def _combinations(
    rows: BoolArray, axes: tuple[Rivals, ...]
) -> Iterator[tuple[list[tuple[int, int]], BoolArray]]:
    """Yield the first and second places of each axis that occur in rows (n,), and the rows of each."""
    sizes = [len(axis.ions) for axis in axes for _ in range(2)]
    places = [array for axis in axes for array in (axis.first, axis.second)]
    codes = np.ravel_multi_index(tuple(places), tuple(sizes))
    for code in np.unique(codes[rows]):
        found = [int(k) for k in np.unravel_index(code, tuple(sizes))]
        yield list(zip(found[::2], found[1::2], strict=True)), rows & (codes == code)
