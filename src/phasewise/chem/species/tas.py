"""Names of volcanic glass from total alkali and silica."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.oxides import OXIDES, oxide_of
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import nameable, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["TAS_FIELDS", "TasField", "glass_species", "tas_names"]

_TOP, _LEFT, _RIGHT = 20.0, 30.0, 100.0
_TRACHYTE_END = (69.0, 11.7 + (69.0 - 57.6) * (13.5 - 11.7) / (61.0 - 57.6))
_FOIDITE_END = (52.5 - (_TOP - 14.0) * (57.6 - 52.5) / (14.0 - 11.7), _TOP)
_OXYGEN = 15.999


class TasField(NamedTuple):
    """A field of the diagram.

    Attributes
    ----------
    name, code : str
        As in the publication.
    corners : tuple of (float, float)
        SiO2 and Na2O + K2O in wt% of the anhydrous total.
    caveat : str
        What the diagram leaves open.
    """

    name: str
    code: str
    corners: tuple[tuple[float, float], ...]
    caveat: str = ""


TAS_FIELDS = (
    TasField(
        "foidite",
        "F",
        (
            *((_LEFT, 3.0), (41.0, 3.0), (41.0, 7.0), (45.0, 9.4), (48.4, 11.5), (52.5, 14.0)),
            *(_FOIDITE_END, (_LEFT, _TOP)),
        ),
    ),
    TasField("picrobasalt", "Pc", ((41.0, 0.0), (41.0, 3.0), (45.0, 3.0), (45.0, 0.0))),
    TasField("basalt", "B", ((45.0, 0.0), (45.0, 3.0), (45.0, 5.0), (52.0, 5.0), (52.0, 0.0))),
    TasField("basaltic andesite", "O1", ((52.0, 0.0), (52.0, 5.0), (57.0, 5.9), (57.0, 0.0))),
    TasField("andesite", "O2", ((57.0, 0.0), (57.0, 5.9), (63.0, 7.0), (63.0, 0.0))),
    TasField("dacite", "O3", ((63.0, 0.0), (63.0, 7.0), (69.0, 8.0), (77.0, 0.0))),
    TasField(
        "rhyolite",
        "R",
        ((77.0, 0.0), (69.0, 8.0), _TRACHYTE_END, (69.0, _TOP), (_RIGHT, _TOP), (_RIGHT, 0.0)),
    ),
    TasField(
        "trachybasalt",
        "S1",
        ((45.0, 5.0), (49.4, 7.3), (52.0, 5.0)),
        "hawaiite if Na2O - 2 is at least K2O, else potassic trachybasalt",
    ),
    TasField(
        "basaltic trachyandesite",
        "S2",
        ((52.0, 5.0), (49.4, 7.3), (53.0, 9.3), (57.0, 5.9)),
        "mugearite if Na2O - 2 is at least K2O, else shoshonite",
    ),
    TasField(
        "trachyandesite",
        "S3",
        ((57.0, 5.9), (53.0, 9.3), (57.6, 11.7), (63.0, 7.0)),
        "benmoreite if Na2O - 2 is at least K2O, else latite",
    ),
    TasField(
        "trachyte or trachydacite",
        "T",
        ((63.0, 7.0), (57.6, 11.7), (61.0, 13.5), _TRACHYTE_END, (69.0, 8.0)),
        "trachydacite if normative quartz exceeds 20 % of quartz and feldspar",
    ),
    TasField(
        "tephrite or basanite",
        "U1",
        ((41.0, 3.0), (41.0, 7.0), (45.0, 9.4), (49.4, 7.3), (45.0, 5.0), (45.0, 3.0)),
        "basanite if normative olivine exceeds 10 %",
    ),
    TasField("phonotephrite", "U2", ((49.4, 7.3), (45.0, 9.4), (48.4, 11.5), (53.0, 9.3))),
    TasField("tephriphonolite", "U3", ((53.0, 9.3), (48.4, 11.5), (52.5, 14.0), (57.6, 11.7))),
    TasField(
        "phonolite",
        "Ph",
        ((57.6, 11.7), (52.5, 14.0), _FOIDITE_END, (69.0, _TOP), _TRACHYTE_END, (61.0, 13.5)),
    ),
)
"""Fields that tile the diagram from 0 to 20 wt% of alkali.

The corners are those of Le Bas et al. (1986), kept by Le Maitre et al. (2002). Fields that are open there are
closed by a frame at 30 and 100 wt% SiO2 and 20 wt% alkali, and the border of trachyte and phonolite, which
ends at (61, 13.5), runs on straight to 69 wt% SiO2, as that of foidite and phonolite does beyond (52.5, 14).
Below 41 wt% SiO2 and 3 wt% alkali there is no field.
"""


def tas_names(silica: FloatArray, alkalis: FloatArray) -> SpeciesNames:
    """Return the names of volcanic rocks or glasses from total alkali and silica.

    Parameters
    ----------
    silica, alkalis : (n,) float64
        SiO2 and Na2O + K2O in wt% after recalculation to 100 % without H2O and CO2. NaN means not measured.

    Returns
    -------
    SpeciesNames
        Values ``SiO2`` and ``Na2O + K2O``. No name where either was not
        measured, and outside all fields. A point on a border belongs to one field only.

    References
    ----------
    Le Bas, Le Maitre, Streckeisen & Zanettin 1986, Journal of Petrology 27, 745-750,
    doi:10.1093/petrology/27.3.745.
    Le Maitre et al. 2002, Igneous Rocks: A Classification and Glossary of Terms, 2nd ed., figure 2.14.

    Examples
    --------
    >>> import numpy as np
    >>> tas_names(np.array([50.0, 75.0]), np.array([3.0, 8.0])).species
    (Species(name='basalt', symbol=''), Species(name='rhyolite', symbol=''))
    """
    naming = Naming(len(silica))
    _give_fields(naming, silica, alkalis)
    return naming.done()


def glass_species(formulae: Formulae) -> SpeciesNames:
    """Return the names of volcanic glass from total alkali and silica, anhydrous.

    Parameters
    ----------
    formulae : Formulae
        Of the class Glass.

    Returns
    -------
    SpeciesNames
        As `tas_names`, with ``MgO`` and ``TiO2`` in wt% of the anhydrous total. No name where SiO2, Na2O or
        K2O was not measured. A caveat names glasses to which the rules for rocks rich in Mg apply first.
    """
    naming, rows = Naming(len(formulae.units)), nameable(formulae, ("Si", "Na", "K"))
    percent = _anhydrous(formulae)
    silica, alkalis = np.where(rows, percent["Si"], np.nan), percent["Na"] + percent["K"]
    magnesia, titania = naming.value("MgO", percent["Mg"]), naming.value("TiO2", percent["Ti"])
    field = _give_fields(naming, silica, alkalis)
    picrite = rows & (silica < 52.0) & (magnesia > 12.0) & (alkalis < 3.0)
    boninite = rows & (silica > 52.0) & (magnesia > 8.0) & (titania < 0.5)
    for place, known in enumerate(TAS_FIELDS):
        if known.caveat:
            naming.leave_open(field == place, known.caveat)
    naming.leave_open(
        picrite, "MgO above 12 and alkali below 3: picrite, komatiite or meimechite where it is a whole rock"
    )
    naming.leave_open(boninite, "MgO above 8 and TiO2 below 0.5: boninite where it is a whole rock")
    return naming.done()


def _give_fields(naming: Naming, silica: FloatArray, alkalis: FloatArray) -> IntArray:
    """Name rows by the field that holds them; return its place in `TAS_FIELDS` (n,), -1 outside of all."""
    naming.value("SiO2", silica)
    naming.value("Na2O + K2O", alkalis)
    found = np.full(len(silica), -1)
    for place, field in enumerate(TAS_FIELDS):
        inside = _inside(field.corners, silica, alkalis)
        found[inside] = place
        corners = ", ".join(f"({x:.3g}, {y:.3g})" for x, y in field.corners)
        naming.give(inside, Species(field.name, ""), f"(SiO2, Na2O + K2O) between {corners}")
    return found


def _inside(corners: tuple[tuple[float, float], ...], x: FloatArray, y: FloatArray) -> BoolArray:
    """Return which points lie in a polygon (n,), by the number of sides that a ray to the right crosses.

    A side runs from its lower to its upper end in either of the fields that it divides, so that a point on it
    belongs to one of them.
    """
    crossings = np.zeros(len(x), dtype=np.int64)
    for one, other in zip(corners, (*corners[1:], corners[0]), strict=True):
        (x0, y0), (x1, y1) = sorted((one, other), key=lambda corner: corner[1])
        if y1 > y0:
            crossings += (y >= y0) & (y < y1) & (x < x0 + (y - y0) * ((x1 - x0) / (y1 - y0)))
    return np.asarray(crossings % 2 == 1)


def _anhydrous(formulae: Formulae) -> dict[str, FloatArray]:
    """Return wt% of the oxide of each element, of all oxides but H2O and CO2."""
    amounts = formulae.units.ions * _gram_per_ion()
    whole = amounts.sum(axis=1)
    ions = ("Si", "Ti", "Mg", "Na", "K")
    return {ion: 100.0 * share(amounts[:, IONS.index(ion)], whole) for ion in ions}


@cache
def _gram_per_ion() -> FloatArray:
    """Return the mass of oxide that an ion brings (len(IONS),) in g/mol, 0 for anions and C."""
    return np.array([0.0 if ion in (*ANIONS, "C") else _gram(ion) for ion in IONS])


def _gram(ion: str) -> float:
    oxide = OXIDES[oxide_of("Fe" if ion.startswith("Fe") else ion)]
    return oxide.molar_mass / oxide.n_cations + (_OXYGEN / 2 if ion == "Fe3+" else 0.0)
