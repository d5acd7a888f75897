"""What a scheme of nomenclature says of formulae: species, rule, values, and what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        told = [f"{name} = {column[row]:.2f}" for name, column in self.values.items() if name in rule]
        sentence = f"{self.species[self.code[row]].name}: {rule}"
        sentence += f" ({', '.join(told)})" if told else ""
        return sentence + (f"; {self.caveats[self.caveat[row]]}" if self.caveat[row] >= 0 else "")


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
    >>> naming.done().explain(1)
    'fayalite: Mg / (Mg + Fe2+) below 0.5 (Mg / (Mg + Fe2+) = 0.20)'
    """

    n: int
    _species: dict[Species, int] = field(default_factory=dict)
    _rules: dict[str, int] = field(default_factory=dict)
    _caveats: dict[str, int] = field(default_factory=dict)
    _values: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._code, self._rule, self._caveat = (np.full(self.n, -1) for _ in range(3))

    def value(self, name: str, values: FloatArray) -> FloatArray:
        """Keep a quantity (n,) that rules name, and return it."""
        self._values[name] = values
        return values

    def give(self, rows: BoolArray, species: Species, rule: str) -> None:
        """Name rows (n,) by a rule; rows without any name so far, or with an earlier one."""
        if rows.any():
            self._code[rows] = self._species.setdefault(species, len(self._species))
            self._rule[rows] = self._rules.setdefault(rule, len(self._rules))

    def leave_open(self, rows: BoolArray, caveat: str) -> None:
        """Say of rows (n,) what the analysis leaves open."""
        if rows.any():
            self._caveat[rows] = self._caveats.setdefault(caveat, len(self._caveats))

    def done(self) -> SpeciesNames:
        """Return the names."""
        return SpeciesNames(
            tuple(self._species),
            self._code,
            tuple(self._rules),
            self._rule,
            dict(self._values),
            tuple(self._caveats),
            self._caveat,
        )
