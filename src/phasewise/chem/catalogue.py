"""Species that phasewise does not classify, to explain what an odd analysis may be."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

import numpy as np

from phasewise.chem.formula import net_charge, oxides_wt
from phasewise.chem.oxides import CATIONS, NOT_BY_PROBE, cation_factors
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS, FloatArray, IntArray

__all__ = ["Species", "load_catalogue", "nearest_species", "nearest_with_volatiles"]

_ANIONS_AND_VOLATILES = ("H", "C", "S", "F", "Cl")
_CHUNK_ROWS = 1024
_UNBALANCED_GROUPS = ("sulphide",)
_KEYS = {"name", "symbol", "group", "formulae", "like"}


@dataclass(frozen=True)
class Species:
    """A mineral or synthetic phase outside the classes.

    Attributes
    ----------
    name, symbol, group : str
        Name in lower case, IMA-CNMNC symbol (empty where there is none), group.
    formulae : tuple of str
        One or several formulae that span its compositions.
    like : str
        Class with the same cations, which oxides closed to one total cannot tell from it; else empty.
    """

    name: str
    symbol: str
    group: str
    formulae: tuple[str, ...]
    like: str


def _species(entry: dict[str, object]) -> Species:
    name, formulae = str(entry.get("name", "")), entry.get("formulae")
    if not name or set(entry) - _KEYS or not isinstance(formulae, list) or not formulae:
        raise ModelError(
            f"catalogue.toml: {entry!r} needs name, symbol, group, formulae and may have 'like'."
        )
    group = str(entry["group"])
    for formula in formulae:
        try:
            charge = net_charge(formula)
        except (ValueError, KeyError) as error:
            raise ModelError(f"catalogue.toml: {name!r}: {error}") from error
        if abs(charge) > 1e-6 and group not in _UNBALANCED_GROUPS:
            raise ModelError(f"catalogue.toml: {name!r}: {formula} has a charge of {charge:+g}; correct it.")
    return Species(name, str(entry["symbol"]), group, tuple(formulae), str(entry.get("like", "")))


@cache
def load_catalogue() -> tuple[Species, ...]:
    """Return all species of ``catalogue.toml``.

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
    return tuple(_species(entry) for entry in tomllib.loads(text)["species"])


def _fractions(cations: FloatArray) -> FloatArray:
    counted = np.where(np.isin(CATIONS, _ANIONS_AND_VOLATILES), 0.0, np.maximum(cations, 0.0))
    total = counted.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(counted / total)


@cache
def _references() -> tuple[tuple[str, ...], FloatArray]:
    """Return cation fractions of the formulae of all species, and of solid solutions of any two of one.

    High-pressure forms of a class are left out: nobody means them by an odd analysis of its composition.
    """
    names: list[str] = []
    rows: list[FloatArray] = []
    for species in load_catalogue():
        if species.like and species.group.startswith("high-pressure"):
            continue
        ends = _fractions(np.array([_cations(formula) for formula in species.formulae]))
        blends = [
            part * first + (1 - part) * second
            for first, second in combinations(ends, 2)
            for part in (0.25, 0.5, 0.75)
        ]
        rows += [*ends, *blends]
        names += [species.name] * (len(ends) + len(blends))
    return tuple(names), np.array(rows)


def _cations(formula: str) -> FloatArray:
    wt = oxides_wt(formula)
    return np.array([wt.get(name, 0.0) for name in COLUMNS]) * cation_factors(COLUMNS)


def nearest_species(cations: FloatArray) -> list[tuple[str, float]]:
    """Return the species of the catalogue that each analysis resembles most.

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
    names = (*_references()[0], "")
    found: list[tuple[str, float]] = []
    for start in range(0, len(cations), _CHUNK_ROWS):
        nearest, distance = _nearest(_fractions(cations[start : start + _CHUNK_ROWS]))
        found += zip([names[k] for k in nearest.tolist()], distance.tolist(), strict=True)
    return found


def _nearest(fractions: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the index of the nearest reference, -1 in rows without cations, and its distance."""
    references = _references()[1]
    squared = (references**2).sum(axis=1) - 2 * fractions @ references.T
    # Species that differ by water or CO2 alone are equally near; the first one counts, whatever the last bit.
    nearest = squared.round(10).argmin(axis=1)
    distance = np.abs(fractions - references[nearest]).sum(axis=1) / 2
    nearest[np.isnan(distance)] = -1
    return nearest, distance


@cache
def _with_volatiles() -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Return species with H2O or CO2, their cation fractions, and their totals without these."""
    names, rows, totals = [], [], []
    for species in load_catalogue():
        for formula in species.formulae:
            wt = oxides_wt(formula)
            if "H2O" in wt or "CO2" in wt:
                names.append(species.name)
                rows.append(_cations(formula))
                totals.append(sum(grams for name, grams in wt.items() if name not in NOT_BY_PROBE))
    return tuple(names), _fractions(np.array(rows)), np.array(totals)


def nearest_with_volatiles(
    cations: FloatArray, total: FloatArray, *, most_distance: float = 0.05, total_within: float = 3.0
) -> list[str]:
    """Return the species with H2O or CO2 that fits both the composition and the total of each analysis.

    Parameters
    ----------
    cations : (n, q) float64
        In the order of `CATIONS`, in any units.
    total : (n,) float64
        wt% without H2O and CO2, iron as FeO.
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
    names, references, totals = _with_volatiles()
    fractions = _fractions(cations)
    held = fractions.any(axis=0)  # of the other cations all of the reference is missing from every row
    missing = references[:, ~held].sum(axis=1)
    fractions, references = fractions[:, held], references[:, held]
    least = np.full(len(fractions), most_distance)
    nearest = np.full(len(fractions), len(names))
    for k, (reference, its_total) in enumerate(zip(references, totals, strict=True)):
        rows = np.flatnonzero(np.abs(total - its_total) < total_within)
        distance = (np.abs(fractions[rows] - reference).sum(axis=1) + missing[k]) / 2
        nearer = distance < least[rows]
        least[rows[nearer]] = distance[nearer]
        nearest[rows[nearer]] = k
    answers = (*names, "")
    return [answers[k] for k in nearest.tolist()]
