"""Species by their formulae, to explain what an odd analysis may be: mineral files, and many more."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

import numpy as np

from phasewise.chem.formula import check_neutral, oxides_wt
from phasewise.chem.mineral import EndMember, Mineral
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.oxides import CATIONS, NOT_BY_PROBE, OXIDES, cation_factors
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS, BoolArray, FloatArray, IntArray, SingleArray, TextArray

__all__ = ["Species", "load_catalogue", "nearest_species", "nearest_with_volatiles"]

_ANIONS_AND_VOLATILES = ("H", "C", "S", "F", "Cl")
_CHUNK_ROWS = 64
_EQUALLY_NEAR = 1e-10
_ROUNDING = 1e-5
_KEYS = {"name", "symbol", "group", "formulae", "like"}


@dataclass(frozen=True)
class Species:
    """A mineral, group or synthetic phase.

    Attributes
    ----------
    name, symbol, group : str
        Name in running text, IMA-CNMNC symbol (empty where there is none), group.
    formulae : tuple of str
        One or several formulae that span its compositions.
    like : str
        Class of the mineral file that includes it as a variety, or whose limits it keeps, so that what
        a microprobe measures, closed to one total, cannot tell them apart; else empty.
    mineral : str
        Class of the mineral file that it is made from; empty for species of ``catalogue.toml``.
    """

    name: str
    symbol: str
    group: str
    formulae: tuple[str, ...]
    like: str = ""
    mineral: str = ""

    @property
    def file(self) -> str:
        """Class of the mineral file that it is a variety of, or made from; else empty."""
        return self.mineral or canonical_phase(self.name) or ""


def _species(entry: dict[str, object]) -> Species:
    name, formulae = str(entry.get("name", "")), entry.get("formulae")
    if not name or set(entry) - _KEYS or not isinstance(formulae, list) or not formulae:
        raise ModelError(
            f"catalogue.toml: {entry!r} needs name, symbol, group, formulae and may have 'like'."
        )
    group = str(entry["group"])
    for formula in formulae:
        try:
            check_neutral(formula, group)
        except (ValueError, KeyError) as error:
            raise ModelError(f"catalogue.toml: {name!r}: {error}") from error
    return Species(name, str(entry["symbol"]), group, tuple(formulae), str(entry.get("like", "")))


@cache
def load_catalogue() -> tuple[Species, ...]:
    """Return the species of ``catalogue.toml``, and one of each mineral file that has end members.

    Returns
    -------
    tuple of Species

    Raises
    ------
    ModelError
        If an entry is not valid.

    Examples
    --------
    >>> [s.symbol for s in load_catalogue() if s.name == "nepheline"]
    ['Nph']
    """
    text = (resources.files("phasewise.chem") / "catalogue.toml").read_text("utf-8")
    own = tuple(_species(entry) for entry in tomllib.loads(text)["species"])
    return own + tuple(_of_file(mineral) for mineral in load_minerals().values() if mineral.end_members)


def _of_file(mineral: Mineral) -> Species:
    """Return what a mineral file describes: each end member, as far as it goes with the first pure one."""
    main = max(mineral.end_members, key=lambda member: member.share[1]).formula
    formulae = tuple(_as_far_as_it_goes(member, main) for member in mineral.end_members)
    return Species(mineral.title, mineral.symbol, mineral.group, formulae, mineral=mineral.name)


def _as_far_as_it_goes(member: EndMember, main: str) -> str:
    most = member.share[1]
    return member.formula if most == 1 else f"({main}){1 - most:.9g}({member.formula}){most:.9g}"


def _fractions(cations: FloatArray) -> FloatArray:
    counted = np.where(np.isin(CATIONS, _ANIONS_AND_VOLATILES), 0.0, np.maximum(cations, 0.0))
    total = counted.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(counted / total)


def _volatile_mass(species: Species) -> float:
    """Return the wt% of its first formula that `nearest_species` does not count."""
    wt = oxides_wt(species.formulae[0])
    return sum(grams for name, grams in wt.items() if OXIDES[name].element in _ANIONS_AND_VOLATILES)


@cache
def _in_order() -> tuple[Species, ...]:
    """Return all species, the first of equally near ones being the one to name.

    Minerals that have a file are more common than others, those with the least volatiles more likely
    where none were measured, and a variety says more than its group.
    """
    return tuple(sorted(load_catalogue(), key=lambda s: (not s.file, _volatile_mass(s), s.mineral)))


@cache
def _references() -> tuple[tuple[Species, ...], FloatArray, FloatArray]:
    """Return the species, the start and the way of solid solutions of any two formulae of one species.

    High-pressure forms of a mineral are left out: nobody means them by an odd analysis of its composition.
    """
    owners: list[Species] = []
    pairs: list[tuple[FloatArray, FloatArray]] = []
    for species in _in_order():
        if species.like and species.group.startswith("high-pressure"):
            continue
        ends = _fractions(np.array([_cations(formula) for formula in species.formulae]))
        found = list(combinations(ends, 2)) or [(ends[0], ends[0])]
        pairs += found
        owners += [species] * len(found)
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    return tuple(owners), first, second - first


def _cations(formula: str) -> FloatArray:
    wt = oxides_wt(formula)
    return np.array([wt.get(name, 0.0) for name in COLUMNS]) * cation_factors(COLUMNS)


def nearest_species(cations: FloatArray) -> list[tuple[str, float]]:
    """Return the species of the catalogue that each analysis resembles most.

    Minerals that a model has among its classes are named as well: an analysis that it refuses, as it
    is unlike all that are known, may still have their formula.

    Parameters
    ----------
    cations : (n, q) float64
        In the order of `CATIONS`, in any units; H, C, S, F and Cl do not count, as they are rarely
        measured.

    Returns
    -------
    list of (str, float)
        Name of the nearest by the square distance, and its distance, one a row: half the sum of absolute
        differences of cation fractions, from 0 (equal) to 1 (nothing in common); NaN and an empty name in
        rows without cations.

    Examples
    --------
    >>> from phasewise.chem.oxides import moles
    >>> analysis = np.array([[42.3, 35.9, 21.8]])
    >>> nearest_species(moles(analysis, ("SiO2", "Al2O3", "Na2O")))[0][0]
    'nepheline'
    """
    names = (*(species.name for species in _references()[0]), "")
    found: list[tuple[str, float]] = []
    for start in range(0, len(cations), _CHUNK_ROWS):
        nearest, distance = _nearest(_fractions(cations[start : start + _CHUNK_ROWS]))
        found += zip([names[k] for k in nearest.tolist()], distance.tolist(), strict=True)
    return found


def _nearest(fractions: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the index of the nearest solid solution, -1 in rows without cations, and its distance."""
    _, start, way = _references()
    rows, places = np.divmod(np.flatnonzero(_nearly_nearest(fractions)), len(start))
    away, way = fractions[rows] - start[places], way[places]
    length = (way**2).sum(axis=1)
    part = np.clip((away * way).sum(axis=1) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    away -= part[:, None] * way
    squared = (away**2).sum(axis=1)
    least = np.full(len(fractions), np.inf)
    np.minimum.at(least, rows, squared)
    # Species that differ by water or CO2 alone are equally near; the first one counts, whatever the last bit.
    equal = np.flatnonzero(squared <= least[rows] + _EQUALLY_NEAR)[::-1]
    nearest, distance = np.full(len(fractions), -1), np.full(len(fractions), np.nan)
    nearest[rows[equal]] = places[equal]
    distance[rows[equal]] = np.abs(away[equal]).sum(axis=1) / 2
    return nearest, distance


def _nearly_nearest(fractions: FloatArray) -> BoolArray:
    """Return which solid solutions are the nearest of each row but for rounding, as (n, solid solutions).

    In float32, as there are thousands of them. A way of length l takes ``h (2 t - h)`` off the square
    distance from its start, where t is the projection on the way, and h what of it lies from 0 to l.
    """
    direction, length, start = _projections()
    rows = np.column_stack([fractions, np.ones(len(fractions))]).astype(np.float32)
    there = rows.any(axis=0)
    along = rows[:, there] @ direction[there]
    squared = rows[:, there] @ start[there]
    held = np.minimum(np.maximum(along, 0.0), length)
    along *= 2
    along -= held
    along *= held
    squared -= along
    return np.asarray(squared <= squared.min(axis=1, keepdims=True) + _ROUNDING)


@cache
def _projections() -> tuple[SingleArray, SingleArray, SingleArray]:
    """Return what `_nearly_nearest` multiplies with: rows that end with 1 are projected by a product."""
    _, start, way = _references()
    length = np.sqrt((way**2).sum(axis=1))
    unit = way / np.where(length > 0, length, 1.0)[:, None]
    direction = np.vstack([unit.T, -(start * unit).sum(axis=1)])
    from_start = np.vstack([-2 * start.T, (start**2).sum(axis=1)])
    return direction.astype(np.float32), length.astype(np.float32), from_start.astype(np.float32)


@cache
def _with_volatiles() -> tuple[tuple[Species, ...], FloatArray, FloatArray]:
    """Return species with H2O or CO2, their cation fractions, and their totals without these."""
    owners, rows, totals = [], [], []
    for species in _in_order():
        for formula in species.formulae:
            wt = oxides_wt(formula)
            if "H2O" in wt or "CO2" in wt:
                owners.append(species)
                rows.append(_cations(formula))
                totals.append(sum(grams for name, grams in wt.items() if name not in NOT_BY_PROBE))
    return tuple(owners), _fractions(np.array(rows)), np.array(totals)


def _files_of(classes: TextArray, species: tuple[Species, ...]) -> BoolArray:
    """Return which species belong to the mineral file of each class, as (classes, species)."""
    files = np.array([s.file or None for s in species], dtype=object)
    return np.asarray(classes[:, None] == files)


def nearest_with_volatiles(
    cations: FloatArray,
    total: FloatArray,
    *,
    besides: TextArray | None = None,
    most_distance: float = 0.05,
    total_within: float = 3.0,
) -> list[str]:
    """Return the species with H2O or CO2 that fits both the composition and the total of each analysis.

    Parameters
    ----------
    cations : (n, q) float64
        In the order of `CATIONS`, in any units.
    total : (n,) float64
        wt% without H2O and CO2, iron as FeO.
    besides : (n,) object, optional
        Class of each row that is not to be named, nor its varieties; an empty text excludes nothing.
    most_distance : float
        Largest distance of cation fractions, as in `nearest_species`.
    total_within : float
        Largest difference between the totals in wt%.

    Returns
    -------
    list of str
        Empty text where no species fits.

    Examples
    --------
    >>> from phasewise.chem.oxides import moles
    >>> cations = moles(np.array([[54.6, 23.2, 14.1]] * 2), ("SiO2", "Al2O3", "Na2O"))
    >>> nearest_with_volatiles(cations, np.array([91.9, 99.8]))
    ['analcime', '']
    """
    species, references, totals = _with_volatiles()
    fractions = _fractions(cations)
    rows, places = _pairs_within(most_distance, fractions, references)
    eligible = np.abs(total[rows] - totals[places]) < total_within
    if besides is not None:
        eligible &= ~_files_of(besides, species)[rows, places]
    rows, places = rows[eligible], places[eligible]
    distance = np.abs(fractions[rows] - references[places]).sum(axis=1) / 2
    answers = [""] * len(fractions)
    for k in np.lexsort((-places, -distance)):  # the nearest comes last, of equally near ones the first
        if distance[k] < most_distance:
            answers[rows[k]] = species[places[k]].name
    return answers


def _pairs_within(
    distance: float, fractions: FloatArray, references: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return pairs of rows, among them all that are no farther apart than this.

    Differences that sum up to twice the distance have squares that sum up to less than its square.
    """
    held = fractions.any(axis=0)
    double, constant = 2 * references[:, held].T, (references**2).sum(axis=1)
    least = (fractions**2).sum(axis=1, keepdims=True) - (2 * distance) ** 2 - _EQUALLY_NEAR
    found = []
    for start in range(0, len(fractions), _CHUNK_ROWS):
        chunk = slice(start, start + _CHUNK_ROWS)
        near = fractions[chunk][:, held] @ double - constant > least[chunk]
        found.append(np.argwhere(near) + np.array([start, 0]))
    rows, places = np.concatenate([*found, np.empty((0, 2), dtype=int)]).T
    return rows, places
