"""Names of feldspars by composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.species.names import Naming, Species
from phasewise.chem.species.rows import nameable, same_composition, share

if TYPE_CHECKING:
    from phasewise.chem.formulae import Formulae
    from phasewise.chem.species.names import SpeciesNames
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["ALKALI_RANGES", "PLAGIOCLASE_RANGES", "feldspar_species"]

PLAGIOCLASE_RANGES = (
    (Species("albite", "Ab"), "albite", 0.0, 10.0),
    (Species("oligoclase", ""), "albite", 10.0, 30.0),
    (Species("andesine", ""), "albite", 30.0, 50.0),
    (Species("labradorite", ""), "anorthite", 50.0, 70.0),
    (Species("bytownite", ""), "anorthite", 70.0, 90.0),
    (Species("anorthite", "An"), "anorthite", 90.0, 100.0),
)
"""Name, IMA species, and range of 100 An / (An + Ab), the upper limit not included."""

ALKALI_RANGES = (
    (Species("albite", "Ab"), 0.0, 10.0),
    (Species("anorthoclase", ""), 10.0, 37.0),
    (Species("K-feldspar", "Kfs"), 37.0, 100.0),
)
"""Name, and range of 100 Or / (Or + Ab), the upper limit not included."""

_MEMBERS = {"An": "Ca", "Ab": "Na", "Or": "K", "Cls": "Ba"}
_HYALOPHANE = 10.0


def feldspar_species(formulae: Formulae) -> SpeciesNames:
    """Return the names of plagioclase and K-feldspar.

    Of the species that the International Mineralogical Association knows composition tells albite, anorthite
    and celsian from K-feldspar. The other names, which petrologists use, are ranges of composition. Feldspar
    with at least as much An as Or is named by An / (An + Ab), other by Or / (Or + Ab).

    Parameters
    ----------
    formulae : Formulae
        Of the classes Plagioclase and KFeldspar; both are named by the same rules.

    Returns
    -------
    SpeciesNames
        Values ``An``, ``Ab``, ``Or`` and ``Cls``, percent of Ca + Na + K + Ba, and ``An / (An + Ab)`` and
        ``Or / (Or + Ab)`` in percent. No name where Ca, Na or K was not measured and is missing
        from the formula (see `phasewise.chem.species.rows.nameable`).

    References
    ----------
    Deer, Howie & Zussman 2013, doi:10.1180/DHZ: ranges of plagioclase, and Or10 to Or37 of anorthoclase.
    That hyalophane starts at Cls 10 is a convention taken here.
    """
    naming = Naming(len(formulae.units))
    rows = nameable(formulae, ("Ca", "Na", "K"))
    percent = _percent(formulae, naming)
    calcic = percent["An"] >= percent["Or"]
    _name_plagioclase(naming, rows & calcic, percent)
    _name_alkali_feldspar(naming, rows & ~calcic, percent)
    _name_barium_feldspar(naming, rows, percent["Cls"])
    _leave_open(naming, calcic, percent)
    return naming.done()


def _percent(formulae: Formulae, naming: Naming) -> dict[str, FloatArray]:
    cations = {name: formulae.units[ion] for name, ion in _MEMBERS.items()}
    whole = sum(cations.values(), np.zeros(naming.n))
    percent = {name: naming.value(name, 100.0 * share(part, whole)) for name, part in cations.items()}
    for name in ("An", "Or"):
        pair = cations[name] + cations["Ab"]
        key = f"{name} / ({name} + Ab)"
        percent[key] = naming.value(key, 100.0 * share(cations[name], pair))
    return percent


def _name_plagioclase(naming: Naming, rows: BoolArray, percent: dict[str, FloatArray]) -> None:
    anorthite = percent["An / (An + Ab)"]
    for species, approved, low, high in PLAGIOCLASE_RANGES:
        inside = (anorthite >= low) & ((anorthite < high) | (high == 100.0))
        rule = f"An / (An + Ab) from {low:.0f} to {high:.0f}, An at least Or"
        if species.name != approved:
            rule += f"; a range of composition, the IMA species is {approved}"
        naming.give(rows & inside, species, rule)


def _name_alkali_feldspar(naming: Naming, rows: BoolArray, percent: dict[str, FloatArray]) -> None:
    orthoclase = percent["Or / (Or + Ab)"]
    for species, low, high in ALKALI_RANGES:
        inside = (orthoclase >= low) & ((orthoclase < high) | (high == 100.0))
        rule = f"Or / (Or + Ab) from {low:.0f} to {high:.0f}, Or above An"
        if species.name != "albite":
            rule += "; a range of composition"
        naming.give(rows & inside, species, rule)


def _name_barium_feldspar(naming: Naming, rows: BoolArray, celsian: FloatArray) -> None:
    between = f"Cls from {_HYALOPHANE:.0f} to 50; a range of composition"
    naming.give(rows & (celsian >= _HYALOPHANE) & (celsian < 50.0), Species("hyalophane", ""), between)
    naming.give(rows & (celsian >= 50.0), Species("celsian", "Cls"), "Cls at least 50")


def _leave_open(naming: Naming, calcic: BoolArray, percent: dict[str, FloatArray]) -> None:
    potassic, ratio, celsian = percent["Or"], percent["Or / (Or + Ab)"], percent["Cls"]
    alkali = ~calcic & (celsian < 50.0)
    ternary = np.minimum(percent["An"], potassic) >= 10.0
    sodic = alkali & (ratio >= 10.0) & (ratio < 37.0)
    naming.leave_open(alkali & (ratio >= 37.0), same_composition("sanidine", "orthoclase", "microcline"))
    naming.leave_open(
        alkali & (ratio >= 37.0) & (ratio < 50.0), "Na exceeds K, and the spot may hold lamellae of albite"
    )
    naming.leave_open(sodic, "its dominant cation is that of albite, and cryptoperthite may look alike")
    naming.leave_open(ternary, "An and Or are both at least 10: between plagioclase and alkali feldspar")
    naming.leave_open(celsian >= 50.0, same_composition("celsian", "paracelsian"))
