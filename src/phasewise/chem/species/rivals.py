"""Rivals for a name: of the ions of a site the most abundant one gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from phasewise.chem.ions import element_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import Naming, Species
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "Rivals",
    "SpeciesTable",
    "calculated_iron",
    "give_dominant",
    "leave_open_all",
    "measured",
    "ranked",
    "rivals",
]


SpeciesTable: TypeAlias = "dict[tuple[str, ...], Species]"
"""Species by the most abundant ions of the sites that name them."""


@dataclass(frozen=True, eq=False)
class Rivals:
    """Ions of which the most abundant one gives the name; of equal ones the first.

    Attributes
    ----------
    ions : tuple of str
        Two or more.
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


def measured(formulae: Formulae, ion: str, values: FloatArray) -> FloatArray:
    """Return the values (n,) with NaN where the element of an ion was not measured."""
    missing = formulae.unmeasured.get(element_of(ion))
    return values if missing is None else np.where(missing, np.nan, values)


def ranked(ions: tuple[str, ...], labels: tuple[str, ...], amounts: tuple[FloatArray, ...]) -> Rivals:
    """Return which of some amounts (n,) is the largest, and which the next."""
    stack = np.stack(amounts)
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
        Ions in the order in which the first of equal ones wins.
    """
    labels = tuple(label.format(ion) for ion in amounts)
    for name, (ion, values) in zip(labels, amounts.items(), strict=True):
        naming.value(name, measured(formulae, ion, values))
    return ranked(tuple(amounts), labels, tuple(amounts.values()))


def give_dominant(
    naming: Naming,
    rows: BoolArray,
    axes: tuple[Rivals, ...],
    table: SpeciesTable,
    other: Species,
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
    other : Species
        The group, where no species is approved for the ions.
    rule : str
        What comes before the ions in the rule.
    """
    for places, chosen in _combinations(rows, axes):
        pairs = zip(axes, places, strict=True)
        ions = tuple(axis.ions[first] for axis, (first, _) in pairs)
        words = [rule] if rule else []
        for axis, (first, second) in zip(axes, places, strict=True):
            words.append(f"{axis.labels[first]} above {axis.labels[second]}")
        if ions not in table:
            words.append("no species is approved for these ions")
        naming.give(chosen, table.get(ions, other), "; ".join(words))
    for axis in axes:
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


def calculated_iron(formulae: Formulae) -> BoolArray:
    """Return where Fe3+ is what charge balance gives (n,): iron is there, and the sum of cations is ideal."""
    cations = formulae.mineral.basis.cations
    return np.asarray((formulae.units["Fe"] > 0) & (np.abs(formulae.units.sum - cations) < 1e-9))


def leave_open_all(
    naming: Naming, formulae: Formulae, parts: list[tuple[BoolArray, str]], elements: tuple[str, ...]
) -> None:
    """Say all that analyses leave open, where it is more than one thing.

    Parameters
    ----------
    naming : Naming
    formulae : Formulae
    parts : list of ((n,) bool, str)
        Rows, and what they leave open.
    elements : tuple of str
        What could give another name, had it been measured.
    """
    known = ~np.isnan(formulae.units.sum)
    absent = [(known & formulae.unmeasured[e], e) for e in elements if e in formulae.unmeasured]
    codes = np.zeros(naming.n, dtype=np.int64)
    for k, (rows, _) in enumerate(parts + absent):
        codes |= rows.astype(np.int64) << k
    for code in np.unique(codes):
        said = [text for k, (_, text) in enumerate(parts) if code >> k & 1]
        missing = [element for k, (_, element) in enumerate(absent, len(parts)) if code >> k & 1]
        said += [f"not measured and taken as absent: {', '.join(missing)}"] if missing else []
        naming.leave_open((codes == code) & bool(said), "; ".join(said))
