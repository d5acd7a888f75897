"""Names of micas by the interlayer charge, the octahedral cations and the tetrahedral sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.dominance import give_dominant, rivals
from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import leave_iron_open, leave_unmeasured_open, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.dominance import Rivals, SpeciesTable
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["mica_species"]

_MONOVALENT, _DIVALENT = ("K", "Na", "Rb", "Cs"), ("Ca", "Ba", "Sr")
_R2, _R3 = ("Mg", "Fe2+", "Mn", "Zn", "Ni"), ("Al", "Fe3+", "Cr", "V")

_CHARGE, _BRITTLE = "interlayer charge", "divalent part of the interlayer"
_M, _SI, _LI, _AL, _B = "cations of M", "T(Si)", "M(Li)", "M(Al)", "T(B)"
_T_AL, _T_FE3 = "T(Al)", "T(Fe3+)"
_RATIO = "M(R2+ / (R2+ + R3+))"
_RATIO_FERRIC = f"{_RATIO} with all Fe as Fe3+"
_AL_RATIO, _MG_RATIO = "M(Al / (Al + Fe3+))", "M(Mg / (Mg + Fe2+))"

_MICA = Species("mica", "")
_PHLOGOPITE, _ANNITE = Species("phlogopite", "Phl"), Species("annite", "Ann")
_SIDEROPHYLLITE, _EASTONITE = Species("siderophyllite", "Sid"), Species("eastonite", "Eas")
_ALUMINOUS: SpeciesTable = {
    ("K", "Mg"): _EASTONITE,
    ("K", "Fe2+"): _SIDEROPHYLLITE,
    ("Na", "Mg"): Species("preiswerkite", "Pwk"),
}
_HYDROXYL: SpeciesTable = {
    ("K", "Mg"): _PHLOGOPITE,
    ("K", "Fe2+"): _ANNITE,
    ("K", "Mn"): Species("shirozulite", "Szu"),
    ("K", "Zn"): Species("hendricksite", "Hds"),
    ("Na", "Mg"): Species("aspidolite", ""),
}
_FLUORINE: SpeciesTable = {
    ("K", "Mg"): Species("fluorophlogopite", "Fphl"),
    ("K", "Fe2+"): Species("fluorannite", "Fann"),
}
_OXYGEN: SpeciesTable = {("K", "Mg"): Species("oxyphlogopite", "Ophl")}
_FERRIC: SpeciesTable = {
    ("K", "Mg"): Species("tetraferriphlogopite", "Tfphl"),
    ("K", "Fe2+"): Species("tetraferriannite", "Tfann"),
}
_SILICIC: SpeciesTable = {
    ("K", "Mg"): Species("yangzhumingite", ""),
    ("K", "Fe2+"): Species("montdorite", ""),
}
"""Trioctahedral micas without Al on T, KMg2.5Si4O10F2 and K(Fe,Mn,Mg)2.5Si4O10F2."""
_FLUORINE_FERRIC: SpeciesTable = {("K", "Mg"): Species("fluorotetraferriphlogopite", "Ftfphl")}
_BRITTLE_TRIOCTAHEDRAL: SpeciesTable = {
    ("Ba", "Mg"): Species("kinoshitalite", "Kns"),
    ("Ba", "Fe2+"): Species("ferrokinoshitalite", "Fkns"),
    ("Ca", "Mg"): Species("clintonite", "Cln"),
}
_BRITTLE_DIOCTAHEDRAL: SpeciesTable = {
    ("Ca", "Al"): Species("margarite", "Mrg"),
    ("Ba", "Al"): Species("ganterite", "Gtr"),
    ("Ba", "V"): Species("chernykhite", "Cyk"),
}
_TRUE_DIOCTAHEDRAL: SpeciesTable = {
    ("K", "Al"): Species("muscovite", "Ms"),
    ("K", "V"): Species("roscoelite", "Rcl"),
    ("K", "Cr"): Species("chromphyllite", "Crp"),
    ("Na", "Al"): Species("paragonite", "Pg"),
    ("Cs", "Al"): Species("nanpingite", "Npg"),
}
_DEFICIENT: SpeciesTable = {
    ("K", "Al"): Species("illite", "Ilt"),
    ("K", "Fe3+"): Species("glauconite", "Glt"),
    ("Na", "Al"): Species("brammallite", ""),
}
_CELADONITES = (
    (True, True, Species("aluminoceladonite", "Acel")),
    (True, False, Species("ferro-aluminoceladonite", "Facel")),
    (False, True, Species("celadonite", "Cel")),
    (False, False, Species("ferroceladonite", "Fcel")),
)

_COULD_NAME = ("Li", "F", "Ba", "K", "Na", "Mg", "Fe")


def mica_species(formulae: Formulae) -> SpeciesNames:
    """Return the species of micas.

    Below an interlayer charge of 0.6 there is no mica, from there to 0.85 an interlayer-deficient one. More
    divalent than monovalent interlayer cations make it brittle, 2.5 cations of M or more trioctahedral.
    The most abundant cations of interlayer and M, the Al of M (below and above 0.5 apfu: phlogopite and
    annite, eastonite and siderophyllite), the ion with Si on T and the anion of W give the name. A
    dioctahedral mica has R2+ / (R2+ + R3+) of M below 0.25 (muscovite, paragonite), or is one of the
    celadonites, which Al / (Al + Fe3+) and Mg / (Mg + Fe2+) tell apart at 0.5. A trioctahedral mica with Si
    above 3.5 is one of Li, or with F dominant yangzhumingite or montdorite. Where iron was not divided and
    decides on the 0.25, Si below 3.5 apfu, halfway from muscovite to the celadonites, keeps it muscovite.

    Parameters
    ----------
    formulae : Formulae
        Of the classes Biotite and Muscovite, on 11 oxygens.

    Returns
    -------
    SpeciesNames
        ``mica`` where no species is approved. Illite, glauconite and brammallite are names of series;
        biotite, phengite, lepidolite and zinnwaldite, series too, stand in the rule only. Values are ions per
        formula unit and ratios; NaN where not measured.

    Notes
    -----
    As a microprobe measures neither Fe3+, nor H, nor Li, all iron counts as Fe2+ unless it was divided: of
    the dioctahedral micas those of Fe3+ are then called by R2+. Fe3+ on T, for which Si and Al leave room,
    is an inference.

    References
    ----------
    Rieder et al. 1998, Clays and Clay Minerals 46, 586-595, doi:10.1346/CCMN.1998.0460513.
    Miyawaki et al. 2011, European Journal of Mineralogy 23, 467-473: yangzhumingite.
    Warr 2021, Mineralogical Magazine 85, 291-320, doi:10.1180/mgm.2021.43: symbols of the
    species known then.
    """
    naming = Naming(len(formulae.units))
    values = _values(naming, formulae)
    charge, brittle = values[_CHARGE], values[_BRITTLE] > 0.5
    known = ~np.isnan(charge)
    trioctahedral = values[_M] >= 2.5
    mica = known & (charge >= 0.6)
    naming.give(known & ~mica, _MICA, f"{_CHARGE} below 0.60, less than micas have")
    interlayer = _axis(naming, formulae, "I", ("K", "Na", "Cs"))
    divalent = _axis(naming, formulae, "I", ("Ca", "Ba"))
    _name_trioctahedral(naming, formulae, values, mica & trioctahedral & ~brittle, interlayer)
    _name_dioctahedral(naming, formulae, values, mica & ~trioctahedral & ~brittle, interlayer)
    r2, r3 = _axis(naming, formulae, "M", _R2), _axis(naming, formulae, "M", _R3)
    rule = f"brittle mica, {_BRITTLE} above 0.50; {_M} {{}} 2.50"
    for rows, axis, table, side in (
        (trioctahedral, r2, _BRITTLE_TRIOCTAHEDRAL, "at least"),
        (~trioctahedral, r3, _BRITTLE_DIOCTAHEDRAL, "below"),
    ):
        give_dominant(naming, mica & brittle & rows, (divalent, axis), table, _MICA, rule.format(side))
    _leave_open(naming, formulae, values, trioctahedral)
    return naming.done()


def _axis(naming: Naming, formulae: Formulae, site: str, ions: tuple[str, ...]) -> Rivals:
    units = formulae.units
    return rivals(naming, formulae, f"{site}({{}})", {ion: units.site(site, ion) for ion in ions})


def _values(naming: Naming, formulae: Formulae) -> dict[str, FloatArray]:
    units = formulae.units
    mono, di = (np.sum([units[ion] for ion in ions], axis=0) for ions in (_MONOVALENT, _DIVALENT))
    r2, r3 = (np.sum([units.site("M", ion) for ion in ions], axis=0) for ions in (_R2, _R3))
    aluminium, magnesium = units.site("M", "Al"), units["Mg"]
    undivided = np.where(_undivided(formulae), units["Fe2+"], 0.0)
    found = {
        _CHARGE: mono + 2 * di,
        _BRITTLE: share(di, mono + di),
        _M: units.site("M", "sum"),
        _SI: units["Si"],
        _LI: units["Li"],
        _B: units["B"],
        _RATIO: share(r2, r2 + r3),
        _RATIO_FERRIC: share(r2 - undivided, r2 + r3),
        _AL_RATIO: share(aluminium, aluminium + units.site("M", "Fe3+")),
        _MG_RATIO: share(magnesium, magnesium + units["Fe2+"]),
    }
    for name, values in found.items():
        naming.value(name, np.where(formulae.measured({_LI: "Li", _B: "B"}.get(name, "")), values, np.nan))
    return found


def _undivided(formulae: Formulae) -> BoolArray:
    """Return where all iron counts as Fe2+ without a measurement (n,)."""
    return ~formulae.ferric_measured & (formulae.iron_scheme in ("ferrous", "not divided"))


def _name_trioctahedral(
    naming: Naming, formulae: Formulae, values: dict[str, FloatArray], rows: BoolArray, interlayer: Rivals
) -> None:
    units = formulae.units
    m = _axis(naming, formulae, "M", ("Mg", "Fe2+", "Mn", "Zn"))
    anion = rivals(naming, formulae, "W({})", _anions(formulae))
    aluminium = naming.value(_AL, units.site("M", "Al"))
    ferric, tetrahedral_al = _tetrahedral_iron(formulae), units.site("T", "Al")
    naming.value(_T_FE3, ferric)
    naming.value(_T_AL, tetrahedral_al)
    start = f"trioctahedral, {_M} at least 2.50"
    aluminous = aluminium > 0.5
    fluorine, oxygen = anion.leads("F"), anion.leads("O")
    tetraferric = ferric > tetrahedral_al
    above = f"{_T_FE3} above {_T_AL}"
    fluorous, oxidic = anion.rule("F"), anion.rule("O")
    biotite = interlayer.leads("K") & (m.leads("Mg") | m.leads("Fe2+"))
    steps = (
        (aluminous, _ALUMINOUS, f"{start}, {_AL} above 0.50"),
        (~aluminous, _HYDROXYL, f"{start}, {_AL} at most 0.50"),
        (biotite & aluminous, _ALUMINOUS, f"biotite series, {start}, {_AL} above 0.50"),
        (biotite & ~aluminous, _HYDROXYL, f"biotite series, {start}, {_AL} at most 0.50"),
        (~aluminous & fluorine, _FLUORINE, f"{start}, {_AL} at most 0.50; {fluorous}"),
        (~aluminous & oxygen, _OXYGEN, f"{start}, {_AL} at most 0.50; {oxidic}"),
        (tetraferric, _FERRIC, f"{start}; {above}"),
        (tetraferric & fluorine, _FLUORINE_FERRIC, f"{start}; {above}; {fluorous}"),
    )
    for chosen, table, rule in steps:
        give_dominant(naming, rows & chosen, (interlayer, m), table, _MICA, rule)
    silicic = rows & (values[_SI] > 3.5)
    above = f"{start}, {_SI} above 3.50"
    naming.give(silicic, _MICA, f"{above}: no species is approved without Li or dominant F")
    give_dominant(naming, silicic & fluorine, (interlayer, m), _SILICIC, _MICA, f"{above}; {fluorous}")
    _name_lithium(naming, values, rows, start)


def _anions(formulae: Formulae) -> dict[str, FloatArray]:
    """Return what W holds, filled with OH where that was left open."""
    held = {ion: formulae.units.site("W", ion) for ion in ("OH", "F", "Cl", "O")}
    room = np.maximum(formulae.mineral.basis.anions - held["F"] - held["Cl"], 0.0)
    unknown = np.isnan(held["OH"])
    return held | {"OH": np.where(unknown, room, held["OH"]), "O": np.where(unknown, 0.0, held["O"])}


def _name_lithium(naming: Naming, values: dict[str, FloatArray], rows: BoolArray, start: str) -> None:
    silicic = values[_SI] > 3.5
    lithium, magnesian = values[_LI], values[_MG_RATIO] > 0.5
    steps = (
        (
            silicic & magnesian & (lithium > 0.5),
            Species("tainiolite", "Tai"),
            f"{start}, {_SI} above 3.50, {_LI} above 0.50, {_MG_RATIO} above 0.50",
        ),
        (
            ~silicic & (lithium > 0.75),
            Species("trilithionite", ""),
            f"lepidolite series, {start}, {_SI} at most 3.50, {_LI} above 0.75",
        ),
        (
            silicic & ~magnesian & (lithium > 1.0),
            Species("polylithionite", "Pln"),
            f"lepidolite or zinnwaldite series, {start}, {_SI} above 3.50, {_LI} above 1.00",
        ),
    )
    for chosen, species, rule in steps:
        naming.give(rows & chosen, species, rule)


def _tetrahedral_iron(formulae: Formulae) -> FloatArray:
    """Return Fe3+ on T: as it was divided, and else what Si and Al leave of T, as far as there is iron."""
    units = formulae.units
    divided = units.site("T", "Fe3+")
    room = np.clip(4 - units.site("T", "sum"), 0.0, units["Fe2+"])
    return divided + np.where(_undivided(formulae), room, 0.0)


def _name_dioctahedral(
    naming: Naming, formulae: Formulae, values: dict[str, FloatArray], rows: BoolArray, interlayer: Rivals
) -> None:
    m = _axis(naming, formulae, "M", _R3)
    start = f"dioctahedral, {_M} below 2.50"
    true = f"{start}, {_CHARGE} at least 0.85"
    full, divalent = rows & (values[_CHARGE] >= 0.85), values[_RATIO] >= 0.25
    unsure = divalent & (values[_RATIO_FERRIC] < 0.25) & (values[_SI] < 3.5)
    below = f"{true}, {_RATIO} below 0.25"
    phengitic = full & ~divalent & interlayer.leads("K") & m.leads("Al") & (values[_SI] > 3.1)
    deficient = f"{start}, interlayer-deficient: {_CHARGE} 0.60 to below 0.85"
    celadonitic = f"{true}, {_RATIO} at least 0.25"
    _name_celadonites(naming, values, full & divalent, interlayer, celadonitic)
    for chosen, table, rule in (
        (full & ~divalent, _TRUE_DIOCTAHEDRAL, below),
        (phengitic, _TRUE_DIOCTAHEDRAL, f"{below}; phengite series, {_SI} above 3.10"),
        (full & unsure, _TRUE_DIOCTAHEDRAL, f"{celadonitic}, {_RATIO_FERRIC} below 0.25; {_SI} below 3.50"),
        (rows & ~full, _DEFICIENT, deficient),
    ):
        give_dominant(naming, chosen, (interlayer, m), table, _MICA, rule)
    naming.give(full & (values[_B] > 0.5), Species("boromuscovite", "Bms"), f"{true}; {_B} above 0.50")


def _name_celadonites(
    naming: Naming, values: dict[str, FloatArray], rows: BoolArray, interlayer: Rivals, rule: str
) -> None:
    naming.give(rows, _MICA, f"{rule}; no species is approved")
    potassic = rows & interlayer.leads("K") & ~np.isnan(values[_AL_RATIO] + values[_MG_RATIO])
    for aluminous, magnesian, species in _CELADONITES:
        chosen = (values[_AL_RATIO] >= 0.5) == aluminous
        chosen &= (values[_MG_RATIO] > 0.5) == magnesian
        limits = f"{_AL_RATIO} {'at least' if aluminous else 'below'} 0.50, "
        limits += f"{_MG_RATIO} {'above' if magnesian else 'at most'} 0.50"
        naming.give(potassic & chosen, species, f"{rule}, {limits}; {interlayer.rule('K')}")


def _leave_open(
    naming: Naming, formulae: Formulae, values: dict[str, FloatArray], trioctahedral: BoolArray
) -> None:
    mica = values[_CHARGE] >= 0.6
    deficient = mica & (values[_CHARGE] < 0.85)
    celadonitic = mica & ~trioctahedral & ~deficient & (values[_RATIO] >= 0.25) & (values[_SI] < 3.5)
    celadonitic &= values[_BRITTLE] <= 0.5
    unsure = values[_RATIO_FERRIC] < 0.25
    tetraferric = trioctahedral & _undivided(formulae)
    tetraferric &= _tetrahedral_iron(formulae) > formulae.units.site("T", "Al")
    leave_iron_open(naming, formulae, mica & ~tetraferric)
    naming.leave_open(
        mica & tetraferric, "Fe3+ on T is inferred from what Si and Al leave of it; other iron counts as Fe2+"
    )
    naming.leave_open(
        deficient & trioctahedral, f"{_CHARGE} below 0.85: altered, or alkalis were lost under the beam"
    )
    naming.leave_open(deficient & ~trioctahedral, "loss of alkalis under the beam looks the same")
    naming.leave_open(celadonitic & unsure, "if the iron is Fe2+ the limits are those of a celadonite")
    naming.leave_open(celadonitic & ~unsure, f"{_SI} below 3.50 is nearer to muscovite")
    naming.leave_open(
        trioctahedral & mica & formulae.anions_filled,
        "OH was not measured: it fills W, which hides oxyphlogopite",
    )
    leave_unmeasured_open(naming, formulae, _COULD_NAME)
