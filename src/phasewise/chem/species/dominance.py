"""Species that the dominant constituent of a site names, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.chem.expressions import parse_sum
from phasewise.chem.formula_units import evaluate_sum
from phasewise.chem.ions import ANIONS, IONS, IONS_OF_ELEMENT
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_open, measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.expressions import Terms
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.chem.species.rows import Doubt
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["DOMINANCE", "Constituent", "Dominance", "by_dominance", "give_dominant", "quantity"]


class Constituent(NamedTuple):
    """What names a species where there is more of it than of the others.

    Attributes
    ----------
    quantity : str
        A sum of ions (``Fe2+``, ``M3.Al``, ``0.5 S``), or an end member of the mineral file.
    species : Species
    caveat : str
        What composition leaves open of this species.
    """

    quantity: str
    species: Species
    caveat: str = ""


@dataclass(frozen=True)
class Dominance:
    """The species of a class that one site tells apart.

    Attributes
    ----------
    place : str
        Where the constituents are, in words that end a sentence.
    constituents : tuple of Constituent
        Of equal ones the first names the species.
    needs : tuple of str
        Elements without which there is no name.
    wanted : tuple of str
        Elements that count as 0 where they were not measured, with a caveat.
    """

    place: str
    constituents: tuple[Constituent, ...]
    needs: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


def _polymorphs(*names: str) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]} have the same composition"


_CARBONATES = Dominance(
    "among the cations",
    (
        Constituent("Ca", Species("calcite", "Cal"), _polymorphs("calcite", "aragonite", "vaterite")),
        Constituent("Mg", Species("magnesite", "Mgs")),
        Constituent("Fe2+", Species("siderite", "Sd")),
        Constituent("Mn", Species("rhodochrosite", "Rds")),
        Constituent("Sr", Species("strontianite", "Str")),
        Constituent("Ba", Species("witherite", "Wth")),
        Constituent("Zn", Species("smithsonite", "")),
        Constituent("Pb", Species("cerussite", "")),
        Constituent("Ni", Species("gaspéite", "")),
        Constituent("Co", Species("spherocobaltite", "")),
    ),
)

DOMINANCE: Mapping[str, Dominance] = {
    "Aluminosilicate": Dominance(
        "on M",
        (
            Constituent(
                "M.Al", Species("Al2SiO5", "Als"), _polymorphs("andalusite", "kyanite", "sillimanite")
            ),
            Constituent("2 M.Mn", Species("kanonaite", ""), "Mn counts as Mn3+"),
        ),
        ("Al",),
    ),
    "Calcite": _CARBONATES,
    "Chlorite": Dominance(
        "in the octahedral sheets",
        (
            Constituent("M.Mg", Species("clinochlore", "Clc")),
            Constituent("Fe", Species("chamosite", "Chm"), "all iron counts as Fe2+"),
            Constituent("M.Mn", Species("pennantite", "Pnn")),
            Constituent("M.Ni", Species("nimite", "")),
            Constituent("M.Zn", Species("baileychlore", "Blc")),
            Constituent(
                "M.Al",
                Species("dioctahedral chlorite", ""),
                "sudoite, or donbassite or cookeite by Mg and Li",
            ),
        ),
        ("Mg", "Fe"),
    ),
    "Cordierite": Dominance(
        "on M",
        (
            Constituent("Mg", Species("cordierite", "Crd"), _polymorphs("cordierite", "indialite")),
            Constituent("Fe2+", Species("sekaninaite", "Skn"), _polymorphs("sekaninaite", "ferroindialite")),
        ),
        ("Mg", "Fe"),
    ),
    "Corundum": Dominance(
        "among the cations",
        (
            Constituent("Al", Species("corundum", "Crn")),
            Constituent("Cr", Species("eskolaite", "Esk")),
            Constituent("Fe3+", Species("hematite", "Hem")),
            Constituent("V", Species("karelianite", "Kar")),
        ),
        ("Al",),
    ),
    "Dolomite": Dominance(
        "on the site without Ca",
        (
            Constituent("B.Mg", Species("dolomite", "Dol")),
            Constituent("B.Fe2+", Species("ankerite", "Ank")),
            Constituent("B.Mn", Species("kutnohorite", "Kut")),
            Constituent("B.Zn", Species("minrecordite", "Mrd")),
        ),
        ("Mg", "Ca"),
    ),
    "Kalsilite": Dominance(
        "on A",
        (
            Constituent(
                "K", Species("kalsilite", "Kls"), _polymorphs("kalsilite", "kaliophilite", "megakalsilite")
            ),
            Constituent("Na", Species("nepheline", "Nph"), _polymorphs("nepheline", "trinepheline")),
        ),
        ("Na", "K"),
    ),
    "Magnesite": _CARBONATES,
    "Melilite": Dominance(
        "among the end members",
        (
            Constituent("Åk", Species("åkermanite", "Åk")),
            Constituent("Gh", Species("gehlenite", "Gh")),
            Constituent("Na-Mll", Species("alumoåkermanite", "Aåk")),
            Constituent("Fe-Åk", Species("ferroåkermanite", "")),
        ),
        ("Ca", "Al", "Mg"),
        ("Na",),
    ),
    "Nepheline": Dominance(
        "on A",
        (
            Constituent("Na", Species("nepheline", "Nph"), _polymorphs("nepheline", "trinepheline")),
            Constituent(
                "K", Species("kalsilite", "Kls"), _polymorphs("kalsilite", "kaliophilite", "megakalsilite")
            ),
        ),
        ("Na",),
    ),
    "Periclase": Dominance(
        "among the cations",
        (
            Constituent("Mg", Species("periclase", "Per")),
            Constituent("Fe2+", Species("wüstite", "Wüs")),
            Constituent("Mn", Species("manganosite", "")),
            Constituent("Ni", Species("bunsenite", "Bse")),
        ),
        ("Mg",),
    ),
    "Perovskite": Dominance(
        "among the end members",
        (
            Constituent("Prv", Species("perovskite", "Prv")),
            Constituent(
                "Lop-Ce", Species("loparite", "Lop-Ce"), "only La, Ce and Y count of the rare earths"
            ),
            Constituent(
                "Lsh", Species("lueshite", "Lue"), _polymorphs("lueshite", "isolueshite", "pauloabibite")
            ),
            Constituent("Tau", Species("tausonite", "")),
            Constituent("Ltp", Species("latrappite", "")),
        ),
        ("Ca", "Ti"),
        ("Na", "Nb", "Ce"),
    ),
    "Rhodochrosite": _CARBONATES,
    "Rutile": Dominance(
        "among the cations",
        (Constituent("Ti", Species("rutile", "Rt"), _polymorphs("rutile", "anatase", "brookite")),),
        ("Ti",),
    ),
    "Serpentine": Dominance(
        "in the octahedral sheet",
        (
            Constituent(
                "Mg", Species("serpentine", "Srp"), _polymorphs("lizardite", "chrysotile", "antigorite")
            ),
            Constituent("Fe", Species("greenalite", "Gre"), "all iron counts as Fe2+"),
            Constituent("Ni", Species("nickel serpentine", ""), _polymorphs("népouite", "pecoraite")),
            Constituent("Mn", Species("caryopilite", "Cpl")),
        ),
        ("Mg",),
    ),
    "Siderite": _CARBONATES,
    "Staurolite": Dominance(
        "among the divalent cations",
        (
            Constituent("Fe", Species("staurolite", "St")),
            Constituent("Mg", Species("magnesiostaurolite", "")),
            Constituent("Zn", Species("zincostaurolite", "")),
        ),
        ("Fe", "Mg"),
    ),
    "Talc": Dominance(
        "in the octahedral sheet",
        (
            Constituent("Mg", Species("talc", "Tlc")),
            Constituent("Fe", Species("minnesotaite", "Mns"), "all iron counts as Fe2+"),
            Constituent("Ni", Species("willemseite", "")),
        ),
        ("Mg",),
    ),
}
"""Classes whose species differ by one dominant constituent.

Carbonates, periclase, corundum, cordierite, talc, kalsilite and nepheline: formulae of the species in the
list of the International Mineralogical Association. Chlorite: Bayliss 1975, Canadian Mineralogist 13,
178-180. Melilite: Wiedenmann et al. 2009, doi:10.1180/minmag.2009.073.3.373. Perovskite: Mitchell et al.
2017, doi:10.1180/minmag.2016.080.156.
"""


def by_dominance(formulae: Formulae) -> SpeciesNames:
    """Return the species of a class of `DOMINANCE` by the dominant constituent of its site.

    Parameters
    ----------
    formulae : Formulae

    Returns
    -------
    SpeciesNames
        Values are apfu, or mol% of end members. No name where there is no formula, or where an element that
        the table calls needed was not measured; others that were not measured count as 0.

    References
    ----------
    Hatert & Burke 2008, Canadian Mineralogist 46, 717-728, doi:10.3749/canmin.46.3.717: the rule of the
    dominant constituent.
    """
    dominance = DOMINANCE[formulae.mineral.name]
    naming = Naming(len(formulae.units))
    leave_open(naming, give_dominant(naming, formulae, measured(formulae, dominance.needs), dominance))
    return naming.done()


def give_dominant(naming: Naming, formulae: Formulae, rows: BoolArray, dominance: Dominance) -> list[Doubt]:
    """Name rows (n,) by the largest of some constituents, none where all are absent; return what is open."""
    names = [constituent.quantity for constituent in dominance.constituents]
    amounts = np.nan_to_num([naming.value(name, quantity(formulae, name)) for name in names])
    largest = np.where(rows & (amounts.max(axis=0) > 0), amounts.argmax(axis=0), -1)
    order = f"largest of {', '.join(names)}" if len(names) > 1 else "dominant"
    for place, constituent in enumerate(dominance.constituents):
        rule = f"{constituent.quantity} is the {order} {dominance.place}"
        naming.give(largest == place, constituent.species, rule)
    known = [(largest == place, c.caveat) for place, c in enumerate(dominance.constituents) if c.caveat]
    unmeasured = [
        (formulae.unmeasured[element] & (largest >= 0), f"{element} was not measured and counts as 0")
        for element in dominance.wanted
        if element in formulae.unmeasured
    ]
    return known + unmeasured


def quantity(formulae: Formulae, name: str) -> FloatArray:
    """Return a sum of ions, in apfu, or the proportion of an end member, in mol% (n,).

    Parameters
    ----------
    formulae : Formulae
    name : str
        As in `Constituent.quantity`. What was not measured counts as 0 in a sum.
    """
    ratio = formulae.ratio(name)
    return evaluate_sum(_terms(name, formulae.mineral), formulae.units) if ratio is None else ratio


@cache
def _terms(text: str, mineral: Mineral) -> Terms:
    places = {f"{site.name}.{ion}" for site in mineral.sites for ion in site.ions}
    return parse_sum(text, {*IONS, *IONS_OF_ELEMENT, *ANIONS, *places})
