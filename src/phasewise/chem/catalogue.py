"""Species that phasewise does not classify, to explain what an odd analysis may be."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from phasewise.chem.formula import net_charge, oxides_wt
from phasewise.chem.oxides import CATIONS, cation_factors
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS, FloatArray

__all__ = ["Species", "load_catalogue", "nearest_species"]

_ANIONS_AND_VOLATILES = ("H", "C", "S", "F", "Cl")
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
    names, rows = [], []
    for species in load_catalogue():
        for formula in species.formulae:
            wt = oxides_wt(formula)
            rows.append(np.array([wt.get(name, 0.0) for name in COLUMNS]) * cation_factors(COLUMNS))
            names.append(species.name)
    return tuple(names), _fractions(np.array(rows))


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
        Name of the nearest by the square distance, and distance, one a row: half the sum of absolute differences of cation fractions, from 0
        (equal) to 1 (nothing in common); NaN and an empty name in rows without cations.

    Examples
    --------
    >>> from phasewise.chem.oxides import moles
    >>> analysis = np.array([[42.3, 35.9, 21.8]])
    >>> nearest_species(moles(analysis, ("SiO2", "Al2O3", "Na2O")))[0][0]
    'nepheline'
    """
    names, references = _references()
    rows = _fractions(cations)
    squared = (references**2).sum(axis=1) - 2 * rows @ references.T
    nearest = np.where(np.isnan(rows[:, :1]), 0, squared).argmin(axis=1)
    distance = np.abs(rows - references[nearest]).sum(axis=1) / 2
    return [
        ("" if np.isnan(d) else names[k], d) for k, d in zip(nearest.tolist(), distance.tolist(), strict=True)
    ]
