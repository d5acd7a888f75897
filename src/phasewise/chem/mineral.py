"""What a mineral file says of a mineral."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from phasewise.chem.expressions import Expression, Terms
from phasewise.chem.formula import parse_formula
from phasewise.chem.toml_table import Range

__all__ = [
    "IRON_SCHEMES",
    "Basis",
    "EndMember",
    "EndMemberScheme",
    "Expectation",
    "Indistinct",
    "Limit",
    "Mineral",
    "Pair",
    "Reference",
    "Site",
    "Source",
    "Total",
]

MAIN_ELEMENTS = frozenset({"Si", "Al", "Fe", "Mg", "Ca", "Na", "K", "F", "Cl"})
LimitKind = Literal["cations", "ratio", "oxide", "ferric"]
IRON_SCHEMES = ("ferrous", "ferric", "charge balance", "amphibole", "not divided")


@dataclass(frozen=True)
class Site:
    """A crystallographic site: its capacity and the ions that fill it, in order."""

    name: str
    capacity: float
    ions: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """A range that analyses of a mineral keep.

    Attributes
    ----------
    expression : str
        As written in the file, e.g. ``Ca + Na``, ``Ca / (Ca + Mg + Fe)`` or ``K2O``.
    kind : "cations", "ratio", "oxide" or "ferric"
        Cations on the mineral's oxygen basis; a ratio of sums of cations; wt% of an oxide after
        closing the analysis to the middle of the expected total; Fe3+ by charge balance less all iron.
    terms, over : tuple of (str, float)
        Cations (or the oxide) of the numerator and of the denominator (empty unless a ratio), with their
        coefficients; ``sum`` stands for all cations that count.
    range : (float, float)
        Lowest and highest value; a single number in the file is the highest.
    """

    expression: str
    kind: LimitKind
    terms: Terms
    over: Terms
    range: Range


@dataclass(frozen=True)
class Total:
    """The analytical total that a good analysis has.

    Attributes
    ----------
    expected : (float, float)
        wt%, iron as FeO, O = F, Cl subtracted.
    with_ferric : (float, float) or None
        The same with Fe3+ as Fe2O3; None where that makes no difference worth stating.
    needs : tuple of str
        Columns without which the total cannot be judged.
    without : tuple of str
        Columns that do not count in it, even where they were measured; H2O never does.
    """

    expected: Range
    with_ferric: Range | None
    needs: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def judged(self) -> Range:
        """What is expected once iron has been divided."""
        return self.with_ferric or self.expected

    @property
    def middle(self) -> float:
        """The middle of the expected range in wt%."""
        return sum(self.expected) / 2


@dataclass(frozen=True)
class Pair:
    """A mineral that the total helps to tell from this one; declared in one file, it holds both ways.

    Attributes
    ----------
    other : str
        Class name of the other mineral.
    mean, sd : float
        Total of good analyses of this mineral in wt%, and its standard deviation.
    other_mean, other_sd : float
        The same of the other mineral.
    between : (float, float)
        Totals in wt% between which they count.
    needs : tuple of str
        Columns without which a total does not count, as it is too low by an unknown amount.
    odds : float
        Odds of this mineral against the other before anything is known.
    odds_without_total : float
        The same where the total does not count.
    source : str
        Where the figures come from.
    most_evidence : float
        The total shifts the log odds by no more than this.
    """

    other: str
    mean: float
    sd: float
    other_mean: float
    other_sd: float
    between: Range
    needs: tuple[str, ...]
    odds: float
    odds_without_total: float
    source: str
    most_evidence: float


@dataclass(frozen=True)
class Indistinct:
    """Where composition cannot tell this mineral from another; declared in one file, it holds both ways.

    Attributes
    ----------
    other : str
        Class name of the other mineral.
    where : tuple of Limit
        Ratios of cations; the region is where all of them keep their range.
    probability : float
        The most that either of the two may have of what they have together.
    because : str
        Why, in words that end a sentence.
    source : str
        Where the figures come from.
    """

    other: str
    where: tuple[Limit, ...]
    probability: float
    because: str
    source: str


@dataclass(frozen=True)
class EndMember:
    """A component of the solid solution.

    Attributes
    ----------
    name, symbol, formula : str
        The symbol is empty where IMA has none.
    share : (float, float)
        Mole fraction that it reaches in natural and experimental solid solutions.
    """

    name: str
    symbol: str
    formula: str
    share: Range


@dataclass(frozen=True)
class Source:
    """Where limits and members come from."""

    text: str
    doi: str


@dataclass(frozen=True)
class Basis:
    """How many atoms make one formula unit.

    Attributes
    ----------
    written : str
        What stands behind the cations of a formula in one line; empty for O as far as the basis counts it.
    oxygens : float
        Half the positive charges of the cations that count, that is O + (OH, F, Cl)/2 (23 for amphibole,
        11 for mica). 0 for glass, which has no formula.
    cations : float
        Cations of the ideal formula on that basis; 0 where vacancies leave it open.
    anions : float
        OH, F, Cl, and the O that takes their place, per formula unit.
    oxo : tuple of (str, float)
        O in the place of OH, as a sum of ions.
    oxo_from : float
        It is assumed in analyses where that sum reaches this: 0 always, infinite only where it is asked for.
    count : tuple of (str, float)
        Ions whose sum is `count_to` after normalisation; empty where oxygens are the basis.
    count_to : float
        See `count`.
    without : tuple of str
        Cations that do not count (H never does).
    iron : str
        How iron is divided, from `IRON_SCHEMES`.
    ferric_excess : float or None
        By how many atoms Fe3+ from charge balance may exceed all iron; None where it is no limit.
    """

    oxygens: float
    cations: float
    anions: float
    oxo: Terms
    count: Terms
    count_to: float
    without: tuple[str, ...]
    iron: str
    ferric_excess: float | None
    oxo_from: float = 0.0
    written: str = ""

    @property
    def balances(self) -> bool:
        """Whether charge balance tells Fe3+: not with vacancies, or H, Li or B that are not known."""
        return self.cations > 0 and self.iron != "not divided"


@dataclass(frozen=True)
class EndMemberScheme:
    """A set of end members whose proportions are reported together.

    Attributes
    ----------
    name : str
        E.g. ``Wo-En-Fs``.
    method : str
        ``ratio``, ``sequence``, ``least squares`` or a published method of `phasewise.chem.schemes`.
    members : tuple of (str, str)
        Symbols, with what each is: a sum of ions (ratio), a formula (sequence, least squares) or nothing.
    ignore : tuple of str
        Ions that limit nothing (sequence) and are not fitted (least squares).
    source : str
        Where it comes from.
    """

    name: str
    method: str
    members: tuple[tuple[str, str], ...]
    ignore: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Expectation:
    """A sum of ions that good analyses have after iron was divided, and how far they stray from it."""

    expression: Expression
    expected: float
    tolerance: float


@dataclass(frozen=True)
class Reference:
    """A published analysis with its published formula.

    Attributes
    ----------
    name, source, note : str
        What it is, and the table and row that it was read from.
    wt : tuple of (str, float)
        The analysis in wt%, as printed.
    apfu, members : tuple of (str, str)
        Printed values, as text: the last digit counts.
    basis : tuple of (str, float)
        ``oxygens`` or ``cations`` of the author where they differ from the file.
    fe3, water : str
        Options of the author.
    digits_off : float
        Allowed difference in units of the last printed digit.
    """

    name: str
    source: str
    note: str
    wt: tuple[tuple[str, float], ...]
    apfu: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]
    basis: tuple[tuple[str, float], ...]
    fe3: str
    water: str
    digits_off: float


@dataclass(frozen=True)
class Mineral:
    """A mineral: what its analyses have in common, and how its formula is calculated.

    Attributes
    ----------
    name, title, symbol, group : str
        Class name, name in running text, IMA-CNMNC symbol and group.
    formula : str
        General formula, for people.
    synonyms : tuple of str
        Names of the class and of its species in databases and programs.
    key_oxides : tuple of str
        Columns without which the mineral is a guess.
    """

    name: str
    title: str
    symbol: str
    group: str
    formula: str
    synonyms: tuple[str, ...]
    key_oxides: tuple[str, ...]
    basis: Basis
    sites: tuple[Site, ...]
    schemes: tuple[EndMemberScheme, ...]
    indices: tuple[tuple[str, Expression], ...]
    stoichiometry: tuple[Expectation, ...]
    limits: tuple[Limit, ...]
    total: Total
    pairs: tuple[Pair, ...]
    indistinct: tuple[Indistinct, ...]
    end_members: tuple[EndMember, ...]
    references: tuple[Reference, ...]
    sources: tuple[Source, ...]

    @cached_property
    def essential(self) -> frozenset[str]:
        """Main elements of which a pure end member is made; without them no ratio can be told."""
        pure = [parse_formula(m.formula) for m in self.end_members if m.share[1] == 1]
        return MAIN_ELEMENTS & {ion.rstrip("+0123456789") for atoms in pure for ion in atoms}
