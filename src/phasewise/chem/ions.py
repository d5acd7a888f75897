"""Ions of mineral formulae, in the order in which petrologists write them."""

from __future__ import annotations

import numpy as np

from phasewise.chem.oxides import CATIONS, HALOGENS, OXIDES, oxide_of
from phasewise.core.types import FloatArray

__all__ = ["ANIONS", "IONS", "IONS_OF_ELEMENT", "ION_VALENCES", "element_of", "ions_of_formula", "split_iron"]

IONS: tuple[str, ...] = (
    *("Si", "Ti", "Zr", "Hf", "Sn", "Th", "U", "P", "S", "C", "W", "Nb", "Ta", "Al", "B", "V", "Cr"),
    *("Fe3+", "Fe2+", "Mn", "Mg", "Ni", "Zn", "Co", "Cu", "Pb", "Be", "Y", "La", "Ce"),
    *("Ca", "Sr", "Ba", "Na", "K", "Rb", "Cs", "Li", "F", "Cl", "OH"),
)
"""Every cation of `CATIONS`, iron divided, and the anions F, Cl and OH."""

ANIONS = (*HALOGENS, "OH")

_ELEMENTS = tuple({"Fe3+": "Fe", "Fe2+": "Fe", "OH": "H"}.get(ion, ion) for ion in IONS)

IONS_OF_ELEMENT: dict[str, tuple[str, ...]] = {
    element: tuple(ion for ion, e in zip(IONS, _ELEMENTS, strict=True) if e == element)
    for element in dict.fromkeys(_ELEMENTS)
}
"""Ions of each element: ``Fe`` is ``Fe3+`` and ``Fe2+``."""


def element_of(ion: str) -> str:
    """Return the element of an ion, any other name as it is.

    Examples
    --------
    >>> element_of("Fe3+"), element_of("OH"), element_of("sum")
    ('Fe', 'H', 'sum')
    """
    return _ELEMENTS[IONS.index(ion)] if ion in IONS else ion


def _valence(ion: str) -> float:
    if ion in ANIONS:
        return -1.0
    return {"Fe3+": 3.0, "Fe2+": 2.0}.get(ion) or OXIDES[oxide_of(ion)].valence


ION_VALENCES: FloatArray = np.array([_valence(ion) for ion in IONS])
"""Charge of each ion, -1 of the anions."""

_FROM_CATION = np.array([CATIONS.index(element) for element in _ELEMENTS])
_FERRIC, _FERROUS = IONS.index("Fe3+"), IONS.index("Fe2+")


def split_iron(cations: FloatArray, ferric_fraction: FloatArray | float) -> FloatArray:
    """Return amounts of ions from amounts of cations.

    Parameters
    ----------
    cations : (n, q) float64
        In the order of `CATIONS`, all iron together, in any unit.
    ferric_fraction : (n,) float64 or float
        Part of the iron that is Fe3+, 0 to 1.

    Returns
    -------
    (n, len(IONS)) float64
    """
    ions = cations[:, _FROM_CATION]
    ions[:, _FERRIC] *= ferric_fraction
    ions[:, _FERROUS] *= 1.0 - np.asarray(ferric_fraction)
    return ions


def ions_of_formula(atoms: dict[str, float]) -> FloatArray:
    """Return the ions of a formula (see `phasewise.chem.formula.parse_formula`); Fe is Fe2+, H is OH.

    Examples
    --------
    >>> ions_of_formula({"Na": 1.0, "Fe3+": 1.0, "Si": 2.0, "O": 6.0})[[IONS.index("Na"), IONS.index("Fe3+")]]
    array([1., 1.])
    """
    found = np.zeros(len(IONS))
    for atom, amount in atoms.items():
        if atom != "O":
            found[IONS.index({"Fe": "Fe2+", "H": "OH"}.get(atom, atom))] += amount
    return found
