"""Groups, subgroups and root names of amphiboles: what limits each, as tables (Hawthorne et al. 2012)."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "A_CHARGE",
    "B_CALCIUM",
    "B_DIVALENT",
    "B_MANGANESE",
    "B_MONOVALENT",
    "B_SODIUM",
    "C_CHARGE",
    "C_MAGNESIUM",
    "MG",
    "NA",
    "ROOTS",
    "SUBGROUPS",
    "Limit",
    "Root",
    "Subgroup",
    "first_of",
    "in_words",
]

B_DIVALENT = "B(Ca + Mg + Fe2+ + Mn) / B"
B_MONOVALENT = "B(Na + Li) / B"
B_CALCIUM = "B(Ca) / B(Ca + Mg + Fe2+ + Mn)"
B_SODIUM = "B(Na) / B(Na + Li)"
B_MANGANESE = "B(Mn) / B(Mg + Fe2+ + Mn)"
A_CHARGE = "A(Na + K + 2Ca)"
C_CHARGE = "C(Al + Fe3+ + 2Ti) - W(O)"
C_MAGNESIUM = "C(Mg) / C(Mg + Fe2+)"


class Limit(NamedTuple):
    """A range of a quantity, its lower end included and its upper end not."""

    value: str
    low: float = -inf
    high: float = inf


_OXO = Limit("W(O)", 1.0)


class Subgroup(NamedTuple):
    """What the ions of the B sites make an amphibole."""

    name: str
    limits: tuple[Limit, ...]


class Root(NamedTuple):
    """A root name.

    Attributes
    ----------
    name : str
        Of the member with Mg, Al, Na and OH.
    subgroup : int
        Place in `SUBGROUPS`.
    limits : tuple of Limit
    trivalent, alkali : bool
        Whether the root composition has trivalent ions on C, and Na or K on A: without them no prefix tells
        which.
    twin : str
        The name of the monoclinic one where `name` is orthorhombic and both are known.
    named : bool
        Whether it has a name that takes prefixes.
    """

    name: str
    subgroup: int
    limits: tuple[Limit, ...]
    trivalent: bool = True
    alkali: bool = False
    twin: str = ""
    named: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The name, and that of the monoclinic one where both are known."""
        return (self.name, self.twin) if self.twin else (self.name,)

    @property
    def oxo(self) -> bool:
        """Whether the root composition has O on W."""
        return _OXO in self.limits


_MOSTLY_DIVALENT = (Limit(B_DIVALENT, 0.75),)
_MOSTLY_MONOVALENT = (Limit(B_MONOVALENT, 0.75),)
_MIXED = (Limit(B_DIVALENT, high=0.75), Limit(B_MONOVALENT, high=0.75))
_CALCIUM, _NO_CALCIUM = Limit(B_CALCIUM, 0.5), Limit(B_CALCIUM, high=0.5)
_SODIUM, _NO_SODIUM = Limit(B_SODIUM, 0.5), Limit(B_SODIUM, high=0.5)

SUBGROUPS = (
    Subgroup("calcium", (*_MOSTLY_DIVALENT, _CALCIUM)),
    Subgroup("magnesium-iron-manganese", (*_MOSTLY_DIVALENT, _NO_CALCIUM)),
    Subgroup("sodium", (*_MOSTLY_MONOVALENT, _SODIUM)),
    Subgroup("lithium", (*_MOSTLY_MONOVALENT, _NO_SODIUM)),
    Subgroup("sodium-calcium", (*_MIXED, _CALCIUM, _SODIUM)),
    Subgroup("lithium-calcium", (*_MIXED, _CALCIUM, _NO_SODIUM)),
    Subgroup("sodium-(magnesium-iron-manganese)", (*_MIXED, _NO_CALCIUM, _SODIUM)),
    Subgroup("lithium-(magnesium-iron-manganese)", (*_MIXED, _NO_CALCIUM, _NO_SODIUM)),
)
"""The eight subgroups; the first that an analysis fits is its own."""

CA, MG, NA, LI, NA_CA, LI_CA, NA_MG, LI_MG = range(len(SUBGROUPS))

_A_EMPTY, _A_FULL = Limit(A_CHARGE, high=0.5), Limit(A_CHARGE, 0.5)
_A_ALKALI, _A_CALCIUM = Limit(A_CHARGE, 0.5, 1.5), Limit(A_CHARGE, 1.5)
_C0, _C1, _C2 = Limit(C_CHARGE, high=0.5), Limit(C_CHARGE, 0.5, 1.5), Limit(C_CHARGE, 1.5)
_C0_OR_1 = Limit(C_CHARGE, high=1.5)
_FEW, _MANY = Limit(C_CHARGE, high=1.0), Limit(C_CHARGE, 1.0)
_TITANIUM, _NO_TITANIUM = Limit("C(Ti)", 0.5), Limit("C(Ti)", high=0.5)
_C_LITHIUM, _NO_C_LITHIUM = Limit("C(Li)", 0.5), Limit("C(Li)", high=0.5)
_B_MANGANESE, _NO_B_MANGANESE = Limit(B_MANGANESE, 0.5), Limit(B_MANGANESE, high=0.5)


def _unnamed(subgroup: int, *limits: Limit) -> Root:
    return Root(f"unnamed {SUBGROUPS[subgroup].name} amphibole", subgroup, limits, named=False)


ROOTS = (
    Root("joesmithite", CA, (Limit("A(Pb)", 0.5),), trivalent=False),
    Root("kaersutite", CA, (_OXO, _A_FULL, _TITANIUM), alkali=True),
    Root("cannilloite", CA, (_A_CALCIUM,)),
    Root("tremolite", CA, (_A_EMPTY, _C0, Limit(C_MAGNESIUM, 0.9)), trivalent=False),
    Root("actinolite", CA, (_A_EMPTY, _C0, Limit(C_MAGNESIUM, high=0.9)), trivalent=False),
    Root("tremolite", CA, (_A_EMPTY, _C0), trivalent=False),
    Root("hornblende", CA, (_A_EMPTY, _C1)),
    Root("tschermakite", CA, (_A_EMPTY, _C2)),
    Root("edenite", CA, (_A_ALKALI, _C0), trivalent=False, alkali=True),
    Root("pargasite", CA, (_A_ALKALI, _C1), alkali=True),
    Root("sadanagaite", CA, (_A_ALKALI, _C2), alkali=True),
    Root("suenoite", MG, (_A_EMPTY, _FEW, _B_MANGANESE), trivalent=False, twin="clino-suenoite"),
    Root("anthophyllite", MG, (_A_EMPTY, _FEW, _NO_B_MANGANESE), trivalent=False, twin="cummingtonite"),
    Root("gedrite", MG, (_A_EMPTY, _MANY)),
    Root("papikeite", MG, (_A_FULL, _MANY), alkali=True),
    _unnamed(MG, _A_FULL, _FEW),
    Root("dellaventuraite", NA, (_OXO, _A_FULL, _TITANIUM, _C_LITHIUM), alkali=True),
    Root("obertiite", NA, (_OXO, _A_FULL, _TITANIUM, _NO_C_LITHIUM), alkali=True),
    Root("ungarettiite", NA, (_OXO, _A_FULL, _C0_OR_1, _NO_TITANIUM), alkali=True),
    Root("glaucophane", NA, (_A_EMPTY,)),
    Root("eckermannite", NA, (_A_FULL, _C0_OR_1), alkali=True),
    Root("leakeite", NA, (_A_FULL, _C2, _C_LITHIUM), alkali=True),
    Root("nybøite", NA, (_A_FULL, _C2, _NO_C_LITHIUM), alkali=True),
    Root("holmquistite", LI, (_A_EMPTY,), twin="clino-holmquistite"),
    Root("pedrizite", LI, (_A_FULL,), alkali=True),
    Root("jeanlouisite", NA_CA, (_OXO, _A_FULL, _C0, _TITANIUM), trivalent=False, alkali=True),
    Root("winchite", NA_CA, (_A_EMPTY, _C0_OR_1)),
    Root("barroisite", NA_CA, (_A_EMPTY, _C2)),
    Root("richterite", NA_CA, (_A_FULL, _C0), trivalent=False, alkali=True),
    Root("katophorite", NA_CA, (_A_FULL, _C1), alkali=True),
    Root("taramite", NA_CA, (_A_FULL, _C2), alkali=True),
    Root("ghoseite", NA_MG, (_A_EMPTY, _C0_OR_1)),
    _unnamed(NA_MG),
    _unnamed(LI_CA),
    _unnamed(LI_MG),
)
"""The root names; the first of its subgroup that an analysis fits is its own."""


def first_of(limits: Sequence[tuple[Limit, ...]], values: Mapping[str, FloatArray], n: int) -> IntArray:
    """Return the first entry whose limits each analysis keeps (n,), -1 where there is none.

    Examples
    --------
    >>> first_of([(Limit("x", 0.5),), (Limit("x"),)], {"x": np.array([0.5, 0.2, np.nan])}, 3)
    array([ 0,  1, -1])
    """
    found = np.full(n, -1)
    for place in reversed(range(len(limits))):
        found[_keeps(limits[place], values, n)] = place
    return found


def _keeps(limits: tuple[Limit, ...], values: Mapping[str, FloatArray], n: int) -> BoolArray:
    kept = np.ones(n, dtype=bool)
    for value, low, high in limits:
        column = values[value]
        kept &= (column >= low) & (column < high)
    return kept


def in_words(limits: tuple[Limit, ...]) -> str:
    """Return limits as a phrase.

    Examples
    --------
    >>> in_words((Limit("A(K)", 0.5, 1.5), Limit("C(Ti)", high=0.5)))
    'A(K) at least 0.5 and below 1.5, C(Ti) below 0.5'
    """
    told = []
    for value, low, high in limits:
        ends = [f"at least {low:g}"] * (low > -inf) + [f"below {high:g}"] * (high < inf)
        if ends:
            told.append(f"{value} {' and '.join(ends)}")
    return ", ".join(told)
