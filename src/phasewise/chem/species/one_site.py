"""Species that the most abundant constituent of one site names, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from phasewise.chem.expressions import parse_sum
from phasewise.chem.formula_units import evaluate_sum
from phasewise.chem.ions import ANIONS, IONS, IONS_OF_ELEMENT
from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import (
    leave_iron_open,
    leave_unmeasured_open,
    nameable,
    same_composition,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.chem.expressions import Terms
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.species.dominance import SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import FloatArray

__all__ = ["ONE_SITE", "Constituent", "OneSite", "one_site_species"]


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
class OneSite:
    """The species of a class that one site tells apart.

    Attributes
    ----------
    place : str
        Where the constituents are, in words that end a sentence.
    constituents : tuple of Constituent
        Of equal ones the first names the species.
    needs : tuple of str
        Elements without which there is no name.
    could_name : tuple of str
        Elements that could give another name, and count as 0 where they were not measured.
    """

    place: str
    constituents: tuple[Constituent, ...]
    needs: tuple[str, ...] = ()
    could_name: tuple[str, ...] = ()


_CARBONATES = OneSite(
    "among the cations",
    (
        Constituent("Ca", Species("calcite", "Cal"), same_composition("calcite", "aragonite", "vaterite")),
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

ONE_SITE: Mapping[str, OneSite] = {
    "Aluminosilicate": OneSite(
        "on M",
        (
            Constituent(
                "M.Al", Species("Al2SiO5", "Als"), same_composition("andalusite", "kyanite", "sillimanite")
            ),
            Constituent("2 M.Mn", Species("kanonaite", ""), "Mn counts as Mn3+"),
        ),
        ("Al",),
    ),
    "Calcite": _CARBONATES,
    "Chlorite": OneSite(
        "in the octahedral sheets",
        (
            Constituent("M.Mg", Species("clinochlore", "Clc")),
            Constituent("Fe", Species("chamosite", "Chm")),
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
    "Cordierite": OneSite(
        "on M",
        (
            Constituent("Mg", Species("cordierite", "Crd"), same_composition("cordierite", "indialite")),
            Constituent(
                "Fe2+", Species("sekaninaite", "Skn"), same_composition("sekaninaite", "ferroindialite")
            ),
        ),
        ("Mg", "Fe"),
    ),
    "Corundum": OneSite(
        "among the cations",
        (
            Constituent("Al", Species("corundum", "Crn")),
            Constituent("Cr", Species("eskolaite", "Esk")),
            Constituent("Fe3+", Species("hematite", "Hem")),
            Constituent("V", Species("karelianite", "Kar")),
        ),
        ("Al",),
    ),
    "Dolomite": OneSite(
        "on the site without Ca",
        (
            Constituent("B.Mg", Species("dolomite", "Dol")),
            Constituent("B.Fe2+", Species("ankerite", "Ank")),
            Constituent("B.Mn", Species("kutnohorite", "Kut")),
            Constituent("B.Zn", Species("minrecordite", "Mrd")),
        ),
        ("Mg", "Ca"),
    ),
    "Kalsilite": OneSite(
        "on A",
        (
            Constituent(
                "K",
                Species("kalsilite", "Kls"),
                same_composition("kalsilite", "kaliophilite", "megakalsilite"),
            ),
            Constituent("Na", Species("nepheline", "Nph"), same_composition("nepheline", "trinepheline")),
        ),
        ("Na", "K"),
    ),
    "Magnesite": _CARBONATES,
    "Melilite": OneSite(
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
    "Nepheline": OneSite(
        "on A",
        (
            Constituent("Na", Species("nepheline", "Nph"), same_composition("nepheline", "trinepheline")),
            Constituent(
                "K",
                Species("kalsilite", "Kls"),
                same_composition("kalsilite", "kaliophilite", "megakalsilite"),
            ),
        ),
        ("Na",),
    ),
    "Periclase": OneSite(
        "among the cations",
        (
            Constituent("Mg", Species("periclase", "Per")),
            Constituent("Fe2+", Species("wüstite", "Wüs")),
            Constituent("Mn", Species("manganosite", "")),
            Constituent("Ni", Species("bunsenite", "Bse")),
        ),
        ("Mg",),
    ),
    "Rhodochrosite": _CARBONATES,
    "Rutile": OneSite(
        "among the cations",
        (Constituent("Ti", Species("rutile", "Rt"), same_composition("rutile", "anatase", "brookite")),),
        ("Ti",),
    ),
    "Serpentine": OneSite(
        "in the octahedral sheet",
        (
            Constituent(
                "Mg", Species("serpentine", "Srp"), same_composition("lizardite", "chrysotile", "antigorite")
            ),
            Constituent("Fe", Species("greenalite", "Gre")),
            Constituent("Ni", Species("nickel serpentine", ""), same_composition("népouite", "pecoraite")),
            Constituent("Mn", Species("caryopilite", "Cpl")),
        ),
        ("Mg",),
    ),
    "Siderite": _CARBONATES,
    "Staurolite": OneSite(
        "among the divalent cations",
        (
            Constituent("Fe", Species("staurolite", "St")),
            Constituent("Mg", Species("magnesiostaurolite", "")),
            Constituent("Zn", Species("zincostaurolite", "")),
        ),
        ("Fe", "Mg"),
    ),
    "Talc": OneSite(
        "in the octahedral sheet",
        (
            Constituent("Mg", Species("talc", "Tlc")),
            Constituent("Fe", Species("minnesotaite", "Mns")),
            Constituent("Ni", Species("willemseite", "")),
        ),
        ("Mg",),
    ),
}
"""Classes whose species differ by one dominant constituent.

Carbonates, periclase, corundum, cordierite, talc, kalsilite and nepheline: formulae of the species in the
list of the International Mineralogical Association. Chlorite: Bayliss 1975, Canadian Mineralogist 13,
178-180. Melilite: Wiedenmann et al. 2009, doi:10.1180/minmag.2009.073.3.373.
"""


def one_site_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of a class of `ONE_SITE` by the most abundant constituent of its site.

    Parameters
    ----------
    formulae : Formulae

    Returns
    -------
    SpeciesNames
        Values are ions per formula unit, or mol% of end members. No name where there is no formula, where an
        element that the table calls needed was not measured, or where there is none of the constituents.

    References
    ----------
    Hatert & Burke 2008, Canadian Mineralogist 46, 717-728, doi:10.3749/canmin.46.3.717: the rule of the
    dominant constituent.
    """
    table = ONE_SITE[formulae.mineral.name]
    naming, rows = Naming(len(formulae.units)), nameable(formulae, table.needs)
    amounts = {c.quantity: _amount(formulae, c.quantity) for c in table.constituents}
    site = rivals(naming, formulae, "{}", amounts)
    species: SpeciesTable = {(c.quantity,): c.species for c in table.constituents}
    give_dominant(naming, rows, (site,), species, rule=table.place)
    for constituent in table.constituents:
        leading = site.leads(constituent.quantity)
        if "Fe" in constituent.quantity:
            leave_iron_open(naming, formulae, leading)
        if constituent.caveat:
            naming.leave_open(leading, constituent.caveat)
    leave_unmeasured_open(naming, formulae, table.could_name)
    return naming.done()


def _amount(formulae: Formulae, quantity: str) -> FloatArray:
    """Return a sum of ions in apfu, or the proportion of an end member in mol% (n,)."""
    ratio = formulae.ratio(quantity)
    return evaluate_sum(_terms(quantity, formulae.mineral), formulae.units) if ratio is None else ratio


@cache
def _terms(quantity: str, mineral: Mineral) -> Terms:
    places = {f"{site.name}.{ion}" for site in mineral.sites for ion in site.ions}
    return parse_sum(quantity, {*IONS, *IONS_OF_ELEMENT, *ANIONS, *places})
