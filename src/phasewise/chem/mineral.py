"""The minerals that phasewise knows: one TOML file each in ``minerals/``, checked as it is read."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from phasewise.chem.formula import net_charge, parse_formula
from phasewise.chem.oxides import CATIONS, OXIDES
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS

__all__ = [
    "EndMember",
    "Limit",
    "Mineral",
    "Pair",
    "Site",
    "Source",
    "Total",
    "load_minerals",
    "read_mineral",
]

Range = tuple[float, float]
Terms = tuple[tuple[str, float], ...]
LimitKind = Literal["cations", "ratio", "oxide", "ferric"]
IRON_SCHEMES = ("ferrous", "ferric by charge balance", "ferric not by charge balance", "all ferric", "none")


@dataclass(frozen=True)
class Site:
    """A crystallographic site: its capacity and the cations that fill it, in order."""

    name: str
    capacity: float
    cations: tuple[str, ...]


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
    needs : tuple of str
        Columns without which the total cannot be judged.
    without : tuple of str
        Columns that do not count in it, even where they were measured; H2O never does.
    """

    expected: Range
    needs: tuple[str, ...]
    without: tuple[str, ...]

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
class Mineral:
    """One class of the classifier: what its analyses have in common.

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
    oxygens : float
        Oxygens of the basis: half the positive charges of the cations that count, that is
        O + (OH, F, Cl)/2 (23 for amphibole, 11 for mica). 0 for glass, which has no formula.
    cations : float
        Cations of the ideal formula on that basis; 0 where vacancies leave it open.
    without : tuple of str
        Cations that do not count on this basis (H never does).
    iron : str
        How iron is divided.
    ferric_excess : float or None
        By how many atoms Fe3+ from charge balance may exceed all iron; None where it is no limit.
    """

    name: str
    title: str
    symbol: str
    group: str
    formula: str
    synonyms: tuple[str, ...]
    key_oxides: tuple[str, ...]
    oxygens: float
    cations: float
    without: tuple[str, ...]
    iron: str
    ferric_excess: float | None
    sites: tuple[Site, ...]
    limits: tuple[Limit, ...]
    total: Total
    pairs: tuple[Pair, ...]
    end_members: tuple[EndMember, ...]
    sources: tuple[Source, ...]


class _Reader:
    """Takes values out of a TOML table and complains with the name of the file."""

    def __init__(self, file: str, table: Mapping[str, Any], where: str = "") -> None:
        self.file, self.where, self.table = file, where, dict(table)

    def fail(self, message: str) -> ModelError:
        place = f" in [{self.where}]" if self.where else ""
        return ModelError(f"mineral file {self.file!r}{place}: {message}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        value = self.table.pop(key, default)
        if value is None:
            raise self.fail(f"{key!r} is missing. Add it; minerals/README.md lists all keys.")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(f"{key!r} is {value!r}, which has the wrong type.")
        return value

    def names(self, key: str, allowed: Iterable[str] | None = None, default: Any = None) -> tuple[str, ...]:
        value = tuple(self.take(key, list, default))
        unknown = [name for name in value if allowed is not None and name not in allowed]
        if unknown or not all(isinstance(name, str) for name in value):
            raise self.fail(f"{key!r} holds {unknown or value}, which phasewise does not know.")
        return value

    def range(self, key: str, default: Any = None) -> Range:
        value = self.take(key, (list, int, float), default)
        if not isinstance(value, list):
            return -math.inf, float(value)
        if len(value) != 2 or not all(isinstance(v, int | float) for v in value) or value[0] > value[1]:
            raise self.fail(f"{key!r} is {value!r}; write [lowest, highest].")
        return float(value[0]), float(value[1])

    def tables(self, key: str) -> list[_Reader]:
        return [_Reader(self.file, t, f"{key} {i}") for i, t in enumerate(self.take(key, list, []), 1)]

    def inner(self, key: str) -> _Reader:
        return _Reader(self.file, self.take(key, dict, {}), key)

    def done(self) -> None:
        if self.table:
            raise self.fail(f"unknown keys {sorted(self.table)}. Remove or correct them.")


_TERM = re.compile(r"(?P<sign>[+-]?)(?P<factor>\d+(?:\.\d+)?|\.\d+)?(?P<name>[A-Za-z][A-Za-z0-9]*)")


def _terms(text: str, reader: _Reader) -> Terms:
    bare = text.replace(" ", "").strip("()")
    found: dict[str, float] = {}
    position = 0
    while position < len(bare):
        term = _TERM.match(bare, position)
        if term is None or (position and not term["sign"]):
            raise reader.fail(f"cannot read {text!r}; write sums of cations such as 'Ca + 2 Na - 0.5 Al'.")
        if term["name"] != "sum" and term["name"] not in CATIONS:
            raise reader.fail(f"{text!r} names {term['name']!r}, which is no cation of an analysis.")
        factor = float(term["factor"] or 1) * (-1 if term["sign"] == "-" else 1)
        found[term["name"]] = found.get(term["name"], 0.0) + factor
        position = term.end()
    return tuple(found.items())


def _limits(reader: _Reader) -> tuple[Limit, ...]:
    limits = []
    cations = reader.inner("limits")
    for text in list(cations.table):
        limits.append(Limit(text, "cations", _terms(text, cations), (), cations.range(text)))
    ratios = reader.inner("ratios")
    for text in list(ratios.table):
        if text.count("/") != 1:
            raise ratios.fail(f"{text!r} is no ratio; write 'Ca / (Ca + Mg)'.")
        above, below = (_terms(part, ratios) for part in text.split("/"))
        limits.append(Limit(text, "ratio", above, below, ratios.range(text)))
    oxides = reader.inner("oxides")
    for name in list(oxides.table):
        if name not in COLUMNS:
            raise oxides.fail(f"{name!r} is no oxide of an analysis; choose from {', '.join(COLUMNS)}.")
        limits.append(Limit(name, "oxide", ((name, 1.0),), (), oxides.range(name)))
    return tuple(limits)


def _end_member(reader: _Reader) -> EndMember:
    name, formula = reader.take("name", str), reader.take("formula", str)
    try:
        atoms, charge = parse_formula(formula), net_charge(formula)
    except (ValueError, KeyError) as error:
        raise reader.fail(f"end member {name!r}: {error}") from error
    if abs(charge) > 1e-6 or not atoms:
        raise reader.fail(f"end member {name!r}: {formula} has a charge of {charge:+g}; correct it.")
    share = reader.range("share", [0.0, 1.0])
    if share[0] < 0 or share[1] > 1:
        raise reader.fail(f"end member {name!r}: share {share} lies outside 0 to 1.")
    member = EndMember(name, reader.take("symbol", str, ""), formula, share)
    reader.done()
    return member


def _pair(reader: _Reader) -> Pair:
    def number(key: str) -> float:
        return float(reader.take(key, (int, float)))

    pair = Pair(
        other=reader.take("with", str),
        mean=number("mean"),
        sd=number("sd"),
        other_mean=number("other_mean"),
        other_sd=number("other_sd"),
        between=reader.range("between"),
        needs=reader.names("needs", COLUMNS),
        odds=number("odds"),
        odds_without_total=number("odds_without_total"),
        source=reader.take("source", str),
    )
    reader.done()
    return pair


def _site(reader: _Reader) -> Site:
    site = Site(
        reader.take("name", str),
        float(reader.take("capacity", (int, float))),
        reader.names("cations", {*CATIONS, "Fe2+", "Fe3+", "Mn3+"}),
    )
    reader.done()
    return site


def _source(reader: _Reader) -> Source:
    source = Source(reader.take("text", str), reader.take("doi", str, ""))
    reader.done()
    return source


def read_mineral(text: str, file: str) -> Mineral:
    """Return the mineral that the text of one TOML file describes.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Its name, for messages.

    Returns
    -------
    Mineral

    Raises
    ------
    ModelError
        If a key is unknown, missing or of the wrong type, or a formula or an expression is wrong.
    """
    try:
        reader = _Reader(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"mineral file {file!r} is not valid TOML: {error}") from error
    basis, total = reader.inner("basis"), reader.inner("total")
    iron = basis.take("iron", str)
    if iron not in IRON_SCHEMES:
        raise basis.fail(f"iron is {iron!r}; choose from {', '.join(IRON_SCHEMES)}.")
    excess = float(basis.take("ferric_excess", (int, float), -1.0))
    mineral = Mineral(
        **{key: reader.take(key, str) for key in ("name", "title", "symbol", "group", "formula")},
        synonyms=reader.names("synonyms"),
        key_oxides=reader.names("key_oxides", OXIDES, []),
        oxygens=float(basis.take("oxygens", (int, float))),
        cations=float(basis.take("cations", (int, float), 0.0)),
        without=basis.names("without", CATIONS, []),
        iron=iron,
        ferric_excess=excess if excess >= 0 else None,
        sites=tuple(_site(site) for site in reader.tables("sites")),
        limits=_limits(reader),
        total=Total(
            total.range("expected"), total.names("needs", COLUMNS, []), total.names("without", COLUMNS, [])
        ),
        pairs=tuple(_pair(pair) for pair in reader.tables("pairs")),
        end_members=tuple(_end_member(member) for member in reader.tables("end_members")),
        sources=tuple(_source(source) for source in reader.tables("sources")),
    )
    for part in (basis, total, reader):
        part.done()
    return mineral


@cache
def _all() -> tuple[Mineral, ...]:
    folder = resources.files("phasewise.chem") / "minerals"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    minerals = tuple(read_mineral(f.read_text("utf-8"), f.name) for f in files)
    names = [mineral.name for mineral in minerals]
    for mineral in minerals:
        if names.count(mineral.name) > 1:
            raise ModelError(f"two mineral files describe {mineral.name!r}; keep one of them.")
        unknown = [pair.other for pair in mineral.pairs if pair.other not in names]
        if unknown:
            raise ModelError(f"{mineral.name!r} is paired with {unknown}, which no mineral file describes.")
    return tuple(sorted(minerals, key=lambda mineral: mineral.name))


def load_minerals() -> dict[str, Mineral]:
    """Return all minerals of the package by class name, in alphabetical order.

    Returns
    -------
    dict of str to Mineral

    Raises
    ------
    ModelError
        If a file is not valid.

    Examples
    --------
    >>> load_minerals()["Olivine"].symbol
    'Ol'
    """
    return {mineral.name: mineral for mineral in _all()}
