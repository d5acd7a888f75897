"""Oxides of the analysis columns, and the way from wt% to moles of cations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.core.types import COLUMNS, FloatArray

__all__ = [
    "CATIONS",
    "FE2O3_TO_FEO",
    "HALOGENS",
    "NOT_BY_PROBE",
    "OXIDES",
    "Oxide",
    "cation_factors",
    "element_to_oxide",
    "moles",
    "oxide_of",
    "oxygen_of_halogens",
    "oxygens_per_cation",
]

HALOGENS = ("F", "Cl")

NOT_BY_PROBE = ("H2O", "CO2", "B2O3", "Li2O", "BeO")
"""What a microprobe hardly measures; totals are judged without them."""


@dataclass(frozen=True)
class Oxide:
    """One column of an analysis: an oxide, or a halogen (no oxygen).

    Attributes
    ----------
    name : str
        The column, e.g. ``Al2O3``; ``FeOt`` is all iron as FeO.
    element : str
        The element that is not oxygen.
    n_cations, n_oxygens : int
        Atoms in one formula unit of the oxide.
    molar_mass : float
        g/mol.
    """

    name: str
    element: str
    n_cations: int
    n_oxygens: int
    molar_mass: float

    @property
    def cations_per_gram(self) -> float:
        """Moles of the element in one gram of the oxide."""
        return self.n_cations / self.molar_mass

    @property
    def valence(self) -> float:
        """Charge of the cation in this oxide (-1 for a halogen)."""
        return 2 * self.n_oxygens / self.n_cations if self.n_oxygens else -1.0


_STOICHIOMETRY: dict[str, tuple[str, int, int]] = {
    "SiO2": ("Si", 1, 2),
    "TiO2": ("Ti", 1, 2),
    "Al2O3": ("Al", 2, 3),
    "FeOt": ("Fe", 1, 1),
    "MnO": ("Mn", 1, 1),
    "MgO": ("Mg", 1, 1),
    "CaO": ("Ca", 1, 1),
    "Na2O": ("Na", 2, 1),
    "K2O": ("K", 2, 1),
    "Cr2O3": ("Cr", 2, 3),
    "P2O5": ("P", 2, 5),
    "NiO": ("Ni", 1, 1),
    "ZrO2": ("Zr", 1, 2),
    "ZnO": ("Zn", 1, 1),
    "V2O3": ("V", 2, 3),
    "BaO": ("Ba", 1, 1),
    "SrO": ("Sr", 1, 1),
    "CoO": ("Co", 1, 1),
    "HfO2": ("Hf", 1, 2),
    "Nb2O5": ("Nb", 2, 5),
    "Ta2O5": ("Ta", 2, 5),
    "ThO2": ("Th", 1, 2),
    "UO2": ("U", 1, 2),
    "Y2O3": ("Y", 2, 3),
    "La2O3": ("La", 2, 3),
    "Ce2O3": ("Ce", 2, 3),
    "Rb2O": ("Rb", 2, 1),
    "Cs2O": ("Cs", 2, 1),
    "Li2O": ("Li", 2, 1),
    "BeO": ("Be", 1, 1),
    "B2O3": ("B", 2, 3),
    "PbO": ("Pb", 1, 1),
    "CuO": ("Cu", 1, 1),
    "SnO2": ("Sn", 1, 2),
    "WO3": ("W", 1, 3),
    "SO3": ("S", 1, 3),
    "CO2": ("C", 1, 2),
    "H2O": ("H", 2, 1),
    "F": ("F", 1, 0),
    "Cl": ("Cl", 1, 0),
    "FeO": ("Fe", 1, 1),
    "Fe2O3": ("Fe", 2, 3),
}


def _oxide(name: str) -> Oxide:
    element, n_cations, n_oxygens = _STOICHIOMETRY[name]
    mass = n_cations * ATOMIC_WEIGHTS[element] + n_oxygens * ATOMIC_WEIGHTS["O"]
    return Oxide(name, element, n_cations, n_oxygens, mass)


OXIDES: dict[str, Oxide] = {name: _oxide(name) for name in (*COLUMNS, "FeO", "Fe2O3")}
"""Every column of `COLUMNS`, and FeO and Fe2O3 apart."""

CATIONS: tuple[str, ...] = tuple(OXIDES[name].element for name in COLUMNS)
"""The element of each column, in the order of `COLUMNS` (F and Cl are in it, as anions)."""

FE2O3_TO_FEO = 2 * OXIDES["FeO"].molar_mass / OXIDES["Fe2O3"].molar_mass
"""Grams of FeO with the iron of one gram of Fe2O3 (0.89981)."""

_COLUMN_OF = dict(zip(CATIONS, COLUMNS, strict=True))


def oxide_of(element: str) -> str:
    """Return the column that holds an element.

    Parameters
    ----------
    element : str
        Symbol without charge, e.g. ``Fe``.

    Returns
    -------
    str
        E.g. ``FeOt`` for iron, ``F`` for fluorine.

    Raises
    ------
    KeyError
        If no column of an analysis holds this element.

    Examples
    --------
    >>> oxide_of("Al"), oxide_of("Fe")
    ('Al2O3', 'FeOt')
    """
    if element not in _COLUMN_OF:
        raise KeyError(f"no column of an analysis holds {element!r}; known elements: {', '.join(CATIONS)}")
    return _COLUMN_OF[element]


def element_to_oxide(element: str) -> float:
    """Return the factor from wt% of an element to wt% of its oxide (1 for F and Cl).

    Examples
    --------
    >>> round(element_to_oxide("Si"), 4)
    2.1393
    """
    oxide = OXIDES[oxide_of(element)]
    return 1 / (oxide.cations_per_gram * ATOMIC_WEIGHTS[element])


def oxygen_of_halogens() -> dict[str, float]:
    """Return the wt% of oxygen that one wt% of each halogen replaces (O = F .4211, O = Cl .2257).

    Examples
    --------
    >>> {name: round(value, 4) for name, value in oxygen_of_halogens().items()}
    {'F': 0.4211, 'Cl': 0.2257}
    """
    return {name: ATOMIC_WEIGHTS["O"] / (2 * ATOMIC_WEIGHTS[name]) for name in HALOGENS}


def cation_factors(columns: tuple[str, ...]) -> FloatArray:
    """Return moles of the element in one gram of each column.

    Parameters
    ----------
    columns : tuple of str
        Names from `COLUMNS`.

    Returns
    -------
    (p,) float64
    """
    return np.array([OXIDES[name].cations_per_gram for name in columns])


def oxygens_per_cation(columns: tuple[str, ...] = COLUMNS) -> FloatArray:
    """Return oxygens that each cation brings in its oxide, iron as FeO; 0 for F and Cl.

    Parameters
    ----------
    columns : tuple of str
        Names from `COLUMNS`.

    Returns
    -------
    (p,) float64
    """
    return np.array([OXIDES[name].n_oxygens / OXIDES[name].n_cations for name in columns])


def moles(values: FloatArray, columns: tuple[str, ...]) -> FloatArray:
    """Return moles of each cation in 100 g of mineral.

    Parameters
    ----------
    values : (n, p) float64
        wt%; NaN (not measured) counts as 0, negative values stay.
    columns : tuple of str
        Names of the p columns, from `COLUMNS`.

    Returns
    -------
    (n, q) float64
        In the order of `CATIONS`, 0 for cations without a column.

    Examples
    --------
    >>> import numpy as np
    >>> c = moles(np.array([[59.85, 40.15]]), ("SiO2", "MgO"))
    >>> round(float(c[0, CATIONS.index("Mg")]), 3)
    0.996
    """
    result = np.zeros((len(values), len(CATIONS)))
    result[:, [COLUMNS.index(name) for name in columns]] = np.nan_to_num(values) * cation_factors(columns)
    return result
