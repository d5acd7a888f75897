"""How far analyses stray from the stoichiometry of their mineral, and which mineral they keep instead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import NOT_BY_PROBE
from phasewise.chem.stoichiometry import Departure, StoichiometricTests

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Expectation, Mineral
    from phasewise.compositions.formula.input import FormulaInput
    from phasewise.core.types import BoolArray, FloatArray, IntArray, TextArray

__all__ = [
    "MOST",
    "Departures",
    "between",
    "calculate_by_file",
    "compare",
    "departures_of",
    "describe_limit",
    "judged_total",
]

MOST = 2.0
"""An analysis that strays by more tolerances than this is not that of a good analysis of its mineral."""

KEPT = 1.0
"""A mineral fits better where the analysis strays from it by no more than this, and by half at most."""

MOST_NAMED = 3

WRONG_TOTAL = 1.0
"""Of several minerals that fit better, one of a wrong total ranks as if it strayed by this more."""


@dataclass(frozen=True, eq=False)
class Departures:
    """How analyses of one mineral stray from its stoichiometry.

    Attributes
    ----------
    size : (n,) float64
        In tolerances of the entry that is farthest off; NaN where the file expects nothing.
    sentence : (n,) object
        Of those beyond `MOST` or a limit: what does not fit, and what fits better, without a full stop; else
        empty.
    rival : (n,) int
        Index of the mineral that fits better among those asked for, else -1.
    """

    size: FloatArray
    sentence: TextArray
    rival: IntArray


def calculate_by_file(name: str, given: FormulaInput) -> Formulae:
    """Return formulae by the schemes of the mineral's file."""
    return _formula(name, given.columns).calculate(given.values, given.ferric)


@lru_cache(maxsize=256)
def _formula(name: str, columns: tuple[str, ...]) -> MineralFormula:
    return MineralFormula(load_minerals()[name], columns, FormulaOptions())


def departures_of(
    formulae: Formulae, given: FormulaInput, among: tuple[str, ...], known: BoolArray | None = None
) -> Departures:
    """Return how analyses stray from a mineral, and which of some others they keep instead.

    Parameters
    ----------
    formulae : Formulae
        Of the mineral.
    given : FormulaInput
        What they were calculated from.
    among : tuple of str
        Names of the minerals that may fit better.
    known : (n,) bool, optional
        Analyses that are known to keep the limits of the mineral file; then nothing is said of the others.

    Returns
    -------
    Departures
        ``cation sum 4.13 on 6 O, expected 4.00 +- 0.03: amphibole (15.58 cations on 23 O) fits better``
    """
    n, mineral = len(given), formulae.mineral
    sentence, rival = np.full(n, "", dtype=object), np.full(n, -1)
    size = formulae.departure()
    limits = _tests((mineral.name,), given.columns)
    keeps = limits.passes(given.values, np.zeros(n, dtype=int)) if known is None else np.ones(n, dtype=bool)
    rows = np.flatnonzero((size > MOST) & known if known is not None else (size > MOST) | ~keeps)
    if len(rows):
        odd = given.take(rows)
        broken = limits.worst_departure(odd.values, np.zeros(len(rows), dtype=int))
        found, departures = (values[rows] for values in formulae.departures)
        worst = np.round(np.abs(departures), 6).argmax(axis=1) if departures.size else []
        better = _better(mineral.name, odd, np.where(keeps[rows], size[rows], np.inf), among)
    for place, row in enumerate(rows.tolist()):
        limit = broken[place]
        if limit is None:
            farthest = worst[place]
            text = _sentence(mineral.stoichiometry[farthest], found[place, farthest], mineral)
        else:
            text = describe_limit(limit, mineral)
        if better[place]:
            text += f": {' or '.join(words for _, _, words in better[place][:MOST_NAMED])} fits better"
            rival[row] = among.index(better[place][0][1])
        sentence[row] = text
    return Departures(size, sentence, rival)


def judged_total(formulae: Formulae, given: FormulaInput) -> FloatArray:
    """Return totals in wt% as files expect them: iron divided, without what a probe hardly measures."""
    left_out = {*NOT_BY_PROBE, *formulae.mineral.total.without} - {"H2O"}
    beside = [k for k, column in enumerate(given.columns) if column in left_out]
    return np.asarray(formulae.oxides["total"] - np.nansum(given.values[:, beside], axis=1))


def between(value: float, low: float, high: float, digits: int = 1) -> str:
    """Return a number with as many decimals as tell it from the range that it leaves.

    Examples
    --------
    >>> between(98.46, 98.5, 101), between(97.2, 98.5, 101)
    ('98.46', '97.2')
    """
    if value < low - 0.1 or value > high + 0.1:
        return f"{value:.{digits}f}"
    for more in range(digits, digits + 3):
        text = f"{value:.{more}f}"
        if not float(f"{low:.{digits}f}") <= float(text) <= float(f"{high:.{digits}f}"):
            return text
    return f"{value:g}"


def compare(given: FormulaInput, names: tuple[str, str]) -> list[str]:
    """Return for each analysis how well the formulae of two minerals fit it.

    ``as amphibole 15.58 cations on 23 O, 0.3 tolerances off; as clinopyroxene 4.00 on 6 O, 2.1 off``
    """
    texts = []
    for name in names:
        formulae = calculate_by_file(name, given)
        of = f"on {_basis(formulae.mineral)}"
        texts.append(
            [
                f"as {formulae.mineral.title} {total:.2f} cations {of}{_tolerances(size)}"
                for total, size in zip(
                    formulae.units.sum.tolist(), formulae.departure().tolist(), strict=True
                )
            ]
        )
    return ["; ".join(pair) for pair in zip(*texts, strict=True)]


def _tolerances(size: float) -> str:
    return f", {size:.1f} tolerances off" if np.isfinite(size) else ""


def describe_limit(departure: Departure, mineral: Mineral) -> str:
    """Return what leaves a limit of the mineral file: "Al2O3 is 6.2 wt%, expected < 0.3"."""
    low, high = departure.expected
    digits = 1 if departure.unit == "wt%" else 2
    value = between(departure.value, low, high, digits)
    bound = f"> {low:.{digits}f}" if departure.value < low else f"< {high:.{digits}f}"
    if departure.expression == "Fe3+ - Fe":
        return f"charge balance asks for {value} more Fe3+ than there is iron, expected {bound}"
    name = "the cation sum" if departure.expression == "sum" else departure.expression
    oxygens = f" on {mineral.basis.oxygens:g} O" if departure.unit == "cations" else ""
    unit = " wt%" if departure.unit == "wt%" else ""
    return f"{name} is {value}{unit}{oxygens}, expected {bound}"


def _sentence(entry: Expectation, found: float, mineral: Mineral) -> str:
    text = entry.expression.text
    name = "cation sum" if text == "sum" else f"{text[:-4]} site" if text.endswith(".sum") else text
    digits = max(2, len(f"{entry.tolerance:g}".partition(".")[2]))
    return (
        f"{name} {found:.{digits}f} on {_basis(mineral)}, expected {entry.expected:.{digits}f} +- "
        f"{entry.tolerance:.{digits}f}"
    )


def _basis(mineral: Mineral) -> str:
    """Return "6 O", or what a formula is normalised to instead."""
    basis = mineral.basis
    names = [name for name, _ in basis.count]
    if not names:
        return f"{basis.oxygens:g} O"
    return f"{' + '.join(names)} = {basis.count_to:g}" if len(names) < 4 else f"{basis.count_to:g} cations"


def _better(
    mineral: str, given: FormulaInput, own: FloatArray, among: tuple[str, ...]
) -> list[list[tuple[float, str, str]]]:
    """Return the minerals whose stoichiometry each analysis keeps, the best first: rank, name and words."""
    found: list[list[tuple[float, str, str]]] = [[] for _ in range(len(given))]
    tests = _tests(among, given.columns)
    keeps = tests.fits(given.values)
    for k, name in enumerate(tests.names):
        rows = np.flatnonzero(keeps[:, k])
        other = load_minerals()[name]
        if name == mineral or not len(rows) or not other.stoichiometry:
            continue
        formulae = calculate_by_file(name, given.take(rows))
        size, sums = formulae.departure(), formulae.units.sum
        total = judged_total(formulae, given.take(rows))
        low, high = other.total.judged
        rank = size + WRONG_TOTAL * ((total < low) | (total > high))
        for place in np.flatnonzero(size < np.minimum(KEPT, own[rows] / 2)).tolist():
            text = f"{other.title} ({sums[place]:.2f} cations on {_basis(other)})"
            found[rows[place]].append((float(rank[place]), name, text))
    return [sorted(several) for several in found]


@lru_cache(maxsize=64)
def _tests(among: tuple[str, ...], columns: tuple[str, ...]) -> StoichiometricTests:
    minerals = [load_minerals()[name] for name in among]
    return StoichiometricTests.of(minerals, columns)
