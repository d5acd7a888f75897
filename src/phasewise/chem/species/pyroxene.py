"""Species of pyroxene after Morimoto et al. (1988)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import full, leave_iron_open, nameable, same_composition, share

if TYPE_CHECKING:
    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["MODIFIERS", "QJ_LIMITS", "WO_LIMITS", "pyroxene_species"]

QJ_LIMITS = {"Q + J": (1.5,), "J / (Q + J)": (0.2, 0.8)}
"""Borders of the Q-J diagram: of others, below Q + J = 1.5, and of Quad, Ca-Na and Na pyroxenes."""

WO_LIMITS = (5.0, 20.0, 45.0, 50.0)
"""Borders of the quadrilateral in percent of Ca / (Ca + Mg + Fe + Mn)."""

_AUGITE, _PIGEONITE = Species("augite", "Aug"), Species("pigeonite", "Pgt")
_DIOPSIDE, _HEDENBERGITE = Species("diopside", "Di"), Species("hedenbergite", "Hd")
_CLINOENSTATITE, _CLINOFERROSILITE = Species("clinoenstatite", "Cen"), Species("clinoferrosilite", "Cfs")
_ENSTATITE, _FERROSILITE = Species("enstatite", "En"), Species("ferrosilite", "Fs")
_OMPHACITE, _AEGIRINE_AUGITE = Species("omphacite", "Omp"), Species("aegirine-augite", "")
_DONPEACORITE, _KANOITE = Species("donpeacorite", "Don"), Species("kanoite", "Knt")
_SPODUMENE = Species("spodumene", "Spd")

_SODIC = {
    "Al": Species("jadeite", "Jd"),
    "Fe3+": Species("aegirine", "Aeg"),
    "Cr": Species("kosmochlor", "Kos"),
    "V": Species("natalyite", ""),
}
"""Na pyroxenes by the dominant cation of M1; jervisite has Sc, which analyses do not hold."""

_CALCIC = {
    "Mn": Species("johannsenite", "Jhn"),
    "Zn": Species("petedunnite", ""),
    "Fe3+": Species("esseneite", "Ess"),
    "Al": Species("kushiroite", "Ks"),
    "Mg": _DIOPSIDE,
    "Fe2+": _HEDENBERGITE,
}
"""Ca pyroxenes outside Quad by the dominant cation of M1."""

MODIFIERS = {
    "aluminian": ("Al", 0.10),
    "calcian": ("Ca", 0.10),
    "chromian": ("Cr", 0.01),
    "ferrian": ("Fe3+", 0.10),
    "ferroan": ("Fe2+", 0.10),
    "lithian": ("Li", 0.01),
    "magnesian": ("Mg", 0.10),
    "manganoan": ("Mn", 0.10),
    "nickeloan": ("Ni", 0.01),
    "sodian": ("Na", 0.10),
    "titanian": ("Ti", 0.10),
    "zincian": ("Zn", 0.01),
}
"""Adjectival modifiers: the ion, and the apfu that it has to exceed (table 4 of the publication).

Not given for ions that the name implies. Mn counts as Mn2+ and Ti as Ti4+.
"""

_SILICON_DEFICIENT = 1.75
_SUBCALCIC = 25.0
_IMPLIED = {
    "diopside": ("Ca", "Mg"),
    "hedenbergite": ("Ca", "Fe2+"),
    "augite": ("Ca", "Mg", "Fe2+"),
    "pigeonite": ("Ca", "Mg", "Fe2+"),
    "clinoenstatite": ("Mg",),
    "clinoferrosilite": ("Fe2+",),
    "enstatite": ("Mg",),
    "ferrosilite": ("Fe2+",),
    "omphacite": ("Ca", "Na", "Mg", "Fe2+", "Al"),
    "aegirine-augite": ("Ca", "Na", "Mg", "Fe2+", "Fe3+"),
    "jadeite": ("Na", "Al"),
    "aegirine": ("Na", "Fe3+"),
    "kosmochlor": ("Na", "Cr"),
    "natalyite": ("Na",),
    "johannsenite": ("Ca", "Mn"),
    "petedunnite": ("Ca", "Zn"),
    "esseneite": ("Ca", "Fe3+", "Al"),
    "kushiroite": ("Ca", "Al"),
    "spodumene": ("Li", "Al"),
    "donpeacorite": ("Mn", "Mg"),
    "kanoite": ("Mn", "Mg"),
}


@dataclass(frozen=True, eq=False)
class _Place:
    """Where pyroxenes lie in the diagrams (n,)."""

    total: FloatArray
    sodic: FloatArray
    wo: FloatArray
    en: FloatArray
    fs: FloatArray

    @property
    def others(self) -> BoolArray:
        return self.total < QJ_LIMITS["Q + J"][0]


def pyroxene_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of clinopyroxene and orthopyroxene.

    Q = Ca + Mg + Fe2+ and J = 2 Na divide Quad, Ca-Na and Na pyroxenes from others. Quad pyroxenes are named
    by Wo, En and Fs, that is Ca, Mg and Fe2+ + Fe3+ + Mn in percent of their sum, Ca-Na pyroxenes by Al
    against Fe3+ of M1, Na pyroxenes by the dominant cation of M1. Others are named where one cation prevails
    on M2: Ca (johannsenite, petedunnite, esseneite, kushiroite), Li (spodumene) or Mn (donpeacorite,
    kanoite), else as Quad pyroxenes, with a caveat.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Clinopyroxene and Orthopyroxene, on 6 O and 4 cations.

    Returns
    -------
    SpeciesNames
        Values ``Q + J``, ``J / (Q + J)``, ``Wo``, ``En``, ``Fs`` (percent) and cations of M1 and M2 per
        formula unit. Adjectival modifiers stand behind the rule. No name where Mg or Fe, or in clinopyroxene
        Ca, was not measured, unless the other cations fill the formula. Other elements that were not measured
        count as 0, Na with a caveat where the formula is not full.

    Notes
    -----
    Kushiroite, natalyite and donpeacorite as species were approved or renamed later; they follow the rule of
    the dominant constituent. Subcalcic augite, Wo below 25, is that of Poldervaart & Hess (1951), Journal of
    Geology 59, 472-489.

    References
    ----------
    Morimoto et al. 1988, Mineralogical Magazine 52, 535-550, doi:10.1180/minmag.1988.052.367.15.
    """
    ortho = formulae.mineral.name == "Orthopyroxene"
    naming = Naming(len(formulae.units))
    rows = nameable(formulae, ("Mg", "Fe") if ortho else ("Ca", "Mg", "Fe"))
    place = _place(formulae.units, naming)
    _name_quad(naming, rows, place, ortho)
    _name_sodic(naming, formulae, rows & ~place.others, place)
    _name_others(naming, formulae, rows & place.others, ortho)
    _leave_open(naming, formulae, place, ortho)
    return _with_modifiers(naming.done(), formulae.units, place)


def _place(units: FormulaUnits, naming: Naming) -> _Place:
    calcium, magnesium, iron = units["Ca"], units["Mg"], units["Fe"] + units["Mn"]
    quad, sodic = calcium + magnesium + units["Fe2+"], 2.0 * units["Na"]
    whole = calcium + magnesium + iron
    return _Place(
        naming.value("Q + J", quad + sodic),
        naming.value("J / (Q + J)", share(sodic, quad + sodic)),
        *(
            naming.value(name, 100.0 * share(part, whole))
            for name, part in (("Wo", calcium), ("En", magnesium), ("Fs", iron))
        ),
    )


def _name_quad(naming: Naming, rows: BoolArray, place: _Place, ortho: bool) -> None:
    """Name all rows as in the quadrilateral; other pyroxenes are named anew."""
    quad = "Quad (Q + J at least 1.5, J / (Q + J) below 0.2)"
    for species, inside, text in _quad_fields(place, ortho):
        naming.give(rows & inside & ~place.others, species, f"{quad}: {text}")
        naming.give(rows & inside & place.others, species, f"Q + J below 1.5: {text}")


def _quad_fields(place: _Place, ortho: bool) -> list[tuple[Species, BoolArray, str]]:
    """Return species, rows and rule of the fields of the quadrilateral."""
    clino, pigeonite, augite, calcic = WO_LIMITS
    wo = place.wo
    poor = (_ENSTATITE, _FERROSILITE) if ortho else (_CLINOENSTATITE, _CLINOFERROSILITE)
    rich = (_DIOPSIDE, _HEDENBERGITE)
    whole = [
        (_PIGEONITE, (wo >= clino) & (wo < pigeonite), f"Wo from {clino:.0f} to {pigeonite:.0f}"),
        (_AUGITE, (wo >= pigeonite) & (wo < augite), f"Wo from {pigeonite:.0f} to {augite:.0f}"),
    ]
    halved = [
        (poor, wo < clino, f"Wo below {clino:.0f}"),
        (rich, (wo >= augite) & (wo <= calcic), f"Wo from {augite:.0f} to {calcic:.0f}"),
        (rich, wo > calcic, f"Wo above {calcic:.0f}, so that not all of Ca is in the quadrilateral"),
    ]
    if ortho:
        whole = []
        halved = [halved[0], (poor, wo >= clino, f"Wo at least {clino:.0f}, orthopyroxene by its class")]
    for (magnesian, ferrous), inside, text in halved:
        whole.append((magnesian, inside & (place.en >= place.fs), f"{text}, En at least Fs"))
        whole.append((ferrous, inside & (place.en < place.fs), f"{text}, En below Fs"))
    return whole


def _name_sodic(naming: Naming, formulae: Formulae, rows: BoolArray, place: _Place) -> None:
    units = formulae.units
    low, high = QJ_LIMITS["J / (Q + J)"]
    m1 = rivals(naming, formulae, "M1({})", {ion: units.site("M1", ion) for ion in _SODIC})
    both = rows & (place.sodic >= low) & (place.sodic <= high)
    group = f"Ca-Na (Q + J at least 1.5, J / (Q + J) from {low} to {high})"
    aluminous = units.site("M1", "Al") >= units.site("M1", "Fe3+")
    naming.give(both & aluminous, _OMPHACITE, f"{group}: M1(Al) at least M1(Fe3+)")
    naming.give(both & ~aluminous, _AEGIRINE_AUGITE, f"{group}: M1(Fe3+) above M1(Al)")
    sodium = rows & (place.sodic > high)
    for ion, species in _SODIC.items():
        rule = f"Na (Q + J at least 1.5, J / (Q + J) above {high}): {m1.rule(ion)}"
        naming.give(sodium & m1.leads(ion), species, rule)


def _name_others(naming: Naming, formulae: Formulae, rows: BoolArray, ortho: bool) -> None:
    units = formulae.units
    calcium, lithium = naming.value("M2(Ca)", units["Ca"]), naming.value("M2(Li)", units["Li"])
    manganese = naming.value("M2(Mn)", units.site("M2", "Mn"))
    m1 = rivals(naming, formulae, "M1({})", {ion: units.site("M1", ion) for ion in _CALCIC})
    for ion, species in _CALCIC.items():
        rule = f"Q + J below 1.5: M2(Ca) above 0.5, {m1.rule(ion)}"
        naming.give(rows & (calcium > 0.5) & m1.leads(ion), species, rule)
    naming.give(rows & (lithium > 0.5), _SPODUMENE, "Q + J below 1.5: M2(Li) above 0.5")
    rule = "Q + J below 1.5: M2(Mn) above 0.5"
    naming.give(rows & (manganese > 0.5), _DONPEACORITE if ortho else _KANOITE, rule)


def _leave_open(naming: Naming, formulae: Formulae, place: _Place, ortho: bool) -> None:
    units, wo = formulae.units, place.wo
    quad = ~place.others & (place.sodic < QJ_LIMITS["J / (Q + J)"][0])
    odd = place.others & (np.max([units["Ca"], units["Li"], units.site("M2", "Mn")], axis=0) <= 0.5)
    manganese = units.site("M1", "Mn")
    johannsenite = quad & (manganese > units.site("M1", "Mg")) & (manganese > units.site("M1", "Fe2+"))
    leave_iron_open(naming, formulae, ~quad & (units["Fe3+"] > 0))
    naming.leave_open(~formulae.measured("Na") & ~full(formulae), "not measured and counted as 0: Na")
    naming.leave_open(odd, "Q + J is below 1.5, where the quadrilateral was not meant to name")
    naming.leave_open(
        johannsenite & (units["Ca"] > 0.5), "Mn is the dominant cation of M1: johannsenite by that rule"
    )
    if ortho:
        monoclinic = quad & (wo >= WO_LIMITS[1])
        naming.leave_open(
            quad & (wo >= WO_LIMITS[0]) & ~monoclinic, "Wo is at least 5: pigeonite if it is monoclinic"
        )
        naming.leave_open(monoclinic, "Wo is at least 20, more than orthopyroxenes hold: a clinopyroxene")
        return
    naming.leave_open(
        quad & (wo < 5.0) & (place.en >= place.fs), same_composition("clinoenstatite", "enstatite")
    )
    naming.leave_open(
        quad & (wo < 5.0) & (place.en < place.fs), same_composition("clinoferrosilite", "ferrosilite")
    )
    naming.leave_open(
        quad & (wo >= 5.0) & (wo < 6.0), "near Wo 5 the structure decides: it may be orthopyroxene"
    )
    naming.leave_open(quad & (wo >= 15.0) & (wo < 25.0), "pigeonite and augite mixed in one spot look alike")


def _with_modifiers(names: SpeciesNames, units: FormulaUnits, place: _Place) -> SpeciesNames:
    """Return the names with adjectival modifiers behind the rules."""
    present, adjectives = _modifiers(names, units, place)
    combined = np.where(names.rule >= 0, (names.rule << len(adjectives)) | present, -1)
    found, rule = np.unique(combined, return_inverse=True)
    rules = [_rule_text(int(code), names.rules, adjectives) for code in found if code >= 0]
    return replace(names, rules=tuple(rules), rule=rule - int((found < 0).any()))


def _rule_text(code: int, rules: tuple[str, ...], adjectives: list[str]) -> str:
    present = [word for place, word in enumerate(adjectives) if code >> place & 1]
    rule = rules[code >> len(adjectives)]
    return f"{rule}; modifiers: {', '.join(present)}" if present else rule


def _modifiers(names: SpeciesNames, units: FormulaUnits, place: _Place) -> tuple[IntArray, list[str]]:
    """Return the modifiers of each row as bits (n,), and what each bit says."""
    present = np.zeros(len(names.code), dtype=np.int64)
    for bit, (ion, limit) in enumerate(MODIFIERS.values()):
        implied = np.array([ion in _IMPLIED[species.name] for species in names.species] + [True])
        present |= ((units[ion] > limit) & ~implied[names.code]).astype(np.int64) << bit
    augite = np.array([species == _AUGITE for species in names.species] + [False])[names.code]
    extra = {
        "silicon-deficient": units["Si"] < _SILICON_DEFICIENT,
        "subcalcic": augite & (place.wo < _SUBCALCIC),
    }
    for bit, rows in enumerate(extra.values(), start=len(MODIFIERS)):
        present |= rows.astype(np.int64) << bit
    return present, [*MODIFIERS, *extra]
