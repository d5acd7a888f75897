"""What a scheme of nomenclature says of formulae: species, rule, values, and what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["Naming", "Species", "SpeciesNames"]


class Species(NamedTuple):
    """A name of the nomenclature.

    Attributes
    ----------
    name : str
        As the International Mineralogical Association writes it: ``magnesio-hornblende``, ``forsterite``.
    symbol : str
        IMA-CNMNC symbol (Warr 2021, doi:10.1180/mgm.2021.43); empty where the species has none.
    """

    name: str
    symbol: str


@dataclass(frozen=True, eq=False)
class SpeciesNames:
    """The species of n formulae of one mineral.

    Attributes
    ----------
    species : tuple of Species
        Those that occur, each once.
    code : (n,) int
        Index in `species`; -1 where there is no formula to name.
    rules : tuple of str
        The rules that occur, in words, with the limits: ``Mg / (Mg + Fe2+) at least 0.5``.
    rule : (n,) int
        Index in `rules`: the rule that decided; -1 where there is no name.
    values : mapping of str to (n,) float64
        What the rules speak of, under the names that they use; NaN where it was not measured.
    caveats : tuple of str
        What this analysis leaves open: ``Fe3+ was calculated, not measured``.
    caveat : (n,) int
        Index in `caveats`, -1 where nothing is left open.
    """

    species: tuple[Species, ...]
    code: IntArray
    rules: tuple[str, ...]
    rule: IntArray
    values: Mapping[str, FloatArray]
    caveats: tuple[str, ...]
    caveat: IntArray

    def explain(self, row: int) -> str:
        """Return name, rule, values and what is open of one row in a sentence, empty where there is no name.

        The values are those that the rule names.
        """
        if self.code[row] < 0:
            return ""
        rule = self.rules[self.rule[row]]
        told = [
            f"{name} not measured" if np.isnan(column[row]) else f"{name} = {column[row]:.2f}"
            for name, column in self.values.items()
            if name in rule
        ]
        sentence = f"{self.species[self.code[row]].name}: {rule}"
        sentence += f" ({', '.join(told)})" if told else ""
        return sentence + (f"; {self.caveats[self.caveat[row]]}" if self.caveat[row] >= 0 else "")

    def with_caveat(self, rows: BoolArray, text: str) -> SpeciesNames:
        """Return the names with one more thing that is left open of rows (n,), behind all others."""
        texts = [*self.caveats, text, *(f"{caveat}; {text}" for caveat in self.caveats)]
        told = rows & (self.code >= 0)
        place = np.where(told, self.caveat + len(self.caveats) + 1, self.caveat)
        caveats, caveat = _occurring(texts, place)
        return replace(self, caveats=caveats, caveat=caveat)


@dataclass(eq=False)
class Naming:
    """Collects names as the rules of a scheme are gone through; what is given later replaces the earlier.

    Examples
    --------
    >>> import numpy as np
    >>> naming = Naming(2)
    >>> mg = naming.value("Mg / (Mg + Fe2+)", np.array([0.9, 0.2]))
    >>> naming.give(mg >= 0.5, Species("forsterite", "Fo"), "Mg / (Mg + Fe2+) at least 0.5")
    >>> naming.give(mg < 0.5, Species("fayalite", "Fa"), "Mg / (Mg + Fe2+) below 0.5")
    >>> naming.leave_open(mg < 0.5, "all iron counts as Fe2+")
    >>> naming.done().explain(1)
    'fayalite: Mg / (Mg + Fe2+) below 0.5 (Mg / (Mg + Fe2+) = 0.20); all iron counts as Fe2+'
    """

    n: int
    _species: dict[Species, int] = field(default_factory=dict)
    _rules: dict[str, int] = field(default_factory=dict)
    _values: dict[str, FloatArray] = field(default_factory=dict)
    _open: list[tuple[IntArray, Sequence[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._code: IntArray = np.full(self.n, -1)
        self._rule: IntArray = np.full(self.n, -1)

    def value(self, name: str, values: FloatArray) -> FloatArray:
        """Keep a quantity (n,) that rules name, and return it."""
        self._values[name] = values
        return values

    def give(self, rows: BoolArray, species: Species, rule: str) -> None:
        """Name rows (n,) by a rule; rows without any name so far, or with an earlier one."""
        if rows.any():
            self._code[rows] = self._species.setdefault(species, len(self._species))
            self._rule[rows] = self._rules.setdefault(rule, len(self._rules))

    def leave_open(self, rows: BoolArray, text: str) -> None:
        """Say of rows (n,) what the analysis leaves open, besides what was said of them before."""
        if rows.any():
            self.leave_one_open(rows.astype(np.int64), ("", text))

    def leave_one_open(self, place: IntArray, texts: Sequence[str]) -> None:
        """Say of each row one of some texts, by its place (n,) among them; an empty text says nothing."""
        self._open.append((place, texts))

    def done(self) -> SpeciesNames:
        """Return the names; of rows without a name nothing is left open."""
        species, code = _occurring(list(self._species), self._code)
        rules, rule = _occurring(list(self._rules), self._rule)
        texts, place = self._joined()
        told = np.array([bool(text) for text in texts], dtype=bool)[place]
        caveats, caveat = _occurring(texts, np.where(told & (code >= 0), place, -1))
        return SpeciesNames(species, code, rules, rule, dict(self._values), caveats, caveat)

    def _joined(self) -> tuple[list[str], IntArray]:
        """Return all that is left open of some row as one text, and the place of each row among them."""
        texts = [""]
        place: IntArray = np.zeros(self.n, dtype=np.int64)
        for one, parts in self._open:
            combined, place = _occurring(
                [(text, part) for text in texts for part in parts], place * len(parts) + one
            )
            texts = ["; ".join(filter(None, pair)) for pair in combined]
        return texts or [""], place


_T = TypeVar("_T")


def _occurring(entries: Sequence[_T], code: IntArray) -> tuple[tuple[_T, ...], IntArray]:
    """Return the entries that occur, in their order, and the code (n,) of each row among them."""
    held = np.flatnonzero(np.bincount(code + 1, minlength=len(entries) + 1)[1:])
    places = np.full(len(entries) + 1, -1)
    places[held + 1] = np.arange(len(held))
    return tuple(entries[k] for k in held.tolist()), places[code + 1]
