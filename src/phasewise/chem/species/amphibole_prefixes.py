"""Prefixes of the names of amphiboles: which ions are dominant, and how the name is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from phasewise.chem.species.names import Species

if TYPE_CHECKING:
    from phasewise.chem.species.amphibole_roots import Root

__all__ = ["ANIONS", "DIVALENT", "OF_FERRIC_IRON", "TRIVALENT", "Dominant", "species_name"]

DIVALENT = ("Mg", "Fe2+", "Mn")
TRIVALENT = ("Al", "Fe3+", "Mn3+", "Cr", "V")
ANIONS = ("OH", "F", "Cl")
"""Homovalent ions; the first is that of the root name, and keeps it where another is as abundant."""

_PREFIX = {
    "Fe2+": "ferro-",
    "Mn": "mangano-",
    "Fe3+": "ferri-",
    "Mn3+": "mangani-",
    "Cr": "chromio-",
    "V": "vanadio-",
    "F": "fluoro-",
    "Cl": "chloro-",
}
OF_FERRIC_IRON = {"pargasite": "hastingsite", "glaucophane": "riebeckite", "eckermannite": "arfvedsonite"}
"""Root names that change where Fe3+ is dominant, instead of taking ``ferri-``."""

_OF_FERROUS_IRON = {"cummingtonite": "grunerite"}
_WITH_MAGNESIO = (*OF_FERRIC_IRON.values(), "hornblende")

_SYMBOLS = {
    "tremolite": "Tr",
    "actinolite": "Act",
    "fluoro-tremolite": "Ftr",
    "magnesio-hornblende": "Mhbl",
    "magnesio-ferri-hornblende": "Mfhbl",
    "ferro-ferri-hornblende": "Ffhbl",
    "magnesio-ferri-fluoro-hornblende": "Mffhbl",
    "tschermakite": "Ts",
    "ferro-tschermakite": "Fts",
    "edenite": "Ed",
    "fluoro-edenite": "Fled",
    "ferro-fluoro-edenite": "Ffed",
    "pargasite": "Prg",
    "ferro-pargasite": "Fprg",
    "mangani-pargasite": "Mprg",
    "vanadio-pargasite": "Vprg",
    "hastingsite": "Hst",
    "magnesio-hastingsite": "Mhst",
    "potassic-hastingsite": "Phst",
    "sadanagaite": "Sdg",
    "kaersutite": "Krs",
    "ferri-kaersutite": "Fkrs",
    "gedrite": "Ged",
    "papikeite": "Ppk",
    "ferro-papikeite": "Fpa",
    "glaucophane": "Gln",
    "riebeckite": "Rbk",
    "magnesio-riebeckite": "Mrbk",
    "eckermannite": "Eck",
    "mangani-eckermannite": "Meck",
    "arfvedsonite": "Arf",
    "magnesio-arfvedsonite": "Marf",
    "potassic-magnesio-arfvedsonite": "Pmarf",
    "ferro-ferri-nybøite": "Ffnyb",
    "oxo-mangani-leakeite": "Omlk",
    "ferri-obertiite": "Fob",
    "ferro-pedrizite": "Fopd",
    "winchite": "Wnc",
    "barroisite": "Brs",
    "richterite": "Rct",
    "potassic-richterite": "Prct",
    "potassic-jeanlouisite": "Pjl",
    "katophorite": "Ktp",
    "ferro-ferri-katophorite": "Ffktp",
    "taramite": "Trm",
}


class Dominant(NamedTuple):
    """The most abundant ion of each kind, as places in `DIVALENT`, `TRIVALENT` and `ANIONS`.

    Attributes
    ----------
    potassic : int
        1 where K exceeds Na on A.
    oxo : int
        1 where O exceeds OH, F and Cl on W.
    """

    divalent: int
    trivalent: int
    anion: int
    potassic: int
    oxo: int


def species_name(root: Root, dominant: Dominant) -> Species:
    """Return the name and symbol of a root name with its prefixes.

    The prefixes run in the order of approved names: potassic-magnesio-fluoro-arfvedsonite,
    ferro-ferri-fluoro-leakeite, oxo-magnesio-hastingsite. Where the symmetry decides between two names, both
    are given.

    Examples
    --------
    >>> from phasewise.chem.species.amphibole_roots import ROOTS
    >>> pargasite = next(root for root in ROOTS if root.name == "pargasite")
    >>> species_name(pargasite, Dominant(divalent=0, trivalent=1, anion=1, potassic=1, oxo=0)).name
    'potassic-magnesio-fluoro-hastingsite'
    """
    if not root.named:
        return Species(root.name, "")
    names = [_prefixed(name, root, dominant) for name in root.names]
    return Species(" or ".join(names), _SYMBOLS.get(names[0], "") if len(names) == 1 else "")


def _prefixed(name: str, root: Root, dominant: Dominant) -> str:
    divalent, trivalent = DIVALENT[dominant.divalent], TRIVALENT[dominant.trivalent]
    symmetry = "clino-" if name.startswith("clino-") else ""
    name = name.removeprefix("clino-")
    third = _PREFIX.get(trivalent, "") if root.trivalent else ""
    if trivalent == "Fe3+" and name in OF_FERRIC_IRON:
        name, third = OF_FERRIC_IRON[name], ""
    second = _PREFIX.get(divalent, "")
    if divalent == "Fe2+" and name in _OF_FERROUS_IRON:
        name, second = _OF_FERROUS_IRON[name], ""
    if name in _WITH_MAGNESIO and divalent == "Mg":
        second = "magnesio-"
    elif name in OF_FERRIC_IRON.values() and divalent == "Fe2+":
        second = ""
    fourth = _PREFIX.get(ANIONS[dominant.anion], "")
    first = "potassic-" if root.alkali and dominant.potassic else ""
    oxo = "oxo-" if dominant.oxo and not root.oxo else ""
    return symmetry + first + oxo + second + third + fourth + name
