"""The reason of each verdict, in one sentence with the numbers and what to do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.catalogue import nearest_species
from phasewise.chem.mineral import load_minerals
from phasewise.chem.oxides import moles
from phasewise.compositions.missing_key import unusual_keys
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from phasewise.chem.stoichiometry import Departure
    from phasewise.compositions.evidence import Evidence
    from phasewise.core.types import IntArray, TextArray

__all__ = ["write_reasons"]

NEAR_SPECIES = 0.12
"""A species of the catalogue is named where no more than this part of the cations differs."""


def write_reasons(evidence: Evidence, verdict: IntArray, flags: IntArray) -> TextArray:
    """Return one sentence for each row.

    Rows without any flag that are accepted share one sentence a phase, so that large clean tables cost nothing.
    """
    clean = np.array([f"Composition, stoichiometry and total are those of {_title(p)}." for p in evidence.phases] + [""], dtype=object)
    out: TextArray = clean[evidence.phase]
    special = (verdict != VERDICTS.index("accepted")) | (flags != 0)
    departures = _departures(evidence, np.flatnonzero(special & (verdict != VERDICTS.index("bad_analysis"))))
    species = _species(evidence, np.flatnonzero(verdict == VERDICTS.index("unknown")))
    for row in np.flatnonzero(special):
        writer = _WRITERS[verdict[row]]
        sentence = writer(evidence, row, departures.get(row), species.get(row, ""))
        out[row] = sentence + _quality(evidence, row, flags[row], verdict[row])
    return out


@lru_cache(maxsize=64)
def _title(phase: str) -> str:
    return load_minerals()[phase].title


def _departures(evidence: Evidence, rows: IntArray) -> dict[int, Departure]:
    phase = np.where(evidence.keeps_limits[rows], -1, evidence.phase[rows])
    found = evidence.tests.worst_departure(evidence.analyses.values[rows], phase)
    return {int(row): d for row, d in zip(rows, found, strict=True) if d is not None}


def _species(evidence: Evidence, rows: IntArray) -> dict[int, str]:
    if not len(rows):
        return {}
    analyses = evidence.analyses
    found = nearest_species(np.maximum(moles(analyses.values[rows], analyses.columns), 0.0))
    return {int(row): name for row, (name, distance) in zip(rows, found, strict=True) if distance < NEAR_SPECIES}


def _accepted(evidence: Evidence, row: int, departure: Departure | None, species: str) -> str:
    return f"Composition and stoichiometry are those of {_title(evidence.phases[evidence.phase[row]])}"


def _ambiguous(evidence: Evidence, row: int, departure: Departure | None, species: str) -> str:
    first, second = (evidence.phases[k] for k in (evidence.phase[row], evidence.second[row]))
    if evidence.assumed[row] >= 0:
        name = evidence.phases[evidence.assumed[row]]
        key = unusual_keys(load_minerals()[name])[0]
        return f"Would be {_title(name)} if {key}, which was not measured, made up the missing {_missing(evidence, row, name):.0f} wt%: measure {key}"
    if evidence.lacks_key[row]:
        keys = [k for k in load_minerals()[first].key_oxides if np.isnan(evidence.analyses[k][row])]
        return f"Looks like {_title(first)}, but {' and '.join(keys)} was not measured: measure it to be sure"
    p, q = (evidence.among[row, evidence.phases.index(name)] for name in (first, second))
    return f"{_title(first).capitalize()} ({p:.2f}) and {_title(second)} ({q:.2f}) both fit{_what_decides(first, second)}"


def _missing(evidence: Evidence, row: int, name: str) -> float:
    return load_minerals()[name].total.middle - float(evidence.corrected[row])


def _what_decides(first: str, second: str) -> str:
    remedy = _DECIDES.get(frozenset({first, second}))
    return f": {remedy}" if remedy else ": look at the neighbouring points or at the texture"


_DECIDES = {
    frozenset({"Amphibole", "Clinopyroxene"}): "water decides, so check the total, K2O and the cleavage",
    frozenset({"Clinopyroxene", "Orthopyroxene"}): "a pigeonite or a low-Ca pyroxene; the structure decides, not the chemistry",
    frozenset({"Magnetite", "Spinel"}): "Fe3+ against Al + Cr decides; the names meet in one solid solution",
    frozenset({"Magnetite", "Ilmenite"}): "the oxidation state of iron decides; check for exsolution lamellae",
    frozenset({"Ilmenite", "Rutile"}): "check for intergrowths",
    frozenset({"KFeldspar", "Plagioclase"}): "a ternary feldspar (anorthoclase) or a fine intergrowth",
    frozenset({"Biotite", "Muscovite"}): "check for interlayers",
}


def _mixture(evidence: Evidence, row: int, departure: Departure | None, species: str) -> str:
    first, second = (evidence.phases[k] for k in (evidence.phase[row], evidence.second[row]))
    p, q = evidence.among[row, evidence.phase[row]], evidence.among[row, evidence.second[row]]
    part = 100 * q / (p + q)
    return f"{_start(first, departure)}probably mixed with {_title(second)}, very roughly {part:.0f} %: check the spot"


def _unknown(evidence: Evidence, row: int, departure: Departure | None, species: str) -> str:
    first = evidence.phases[evidence.phase[row]]
    if species:
        return f"No phase of the model; closest formula: {species}{_why_not(first, departure)}"
    if departure is None:
        return (
            f"Nearest to {_title(first)}, but unlike the analyses of it that are known "
            f"(probability of belonging {evidence.belonging[row]:.2f}): a mixture, a phase outside the model or a bad spot"
        )
    return f"{_start(first, departure)}a phase outside the model, a mixture or a bad spot: look at it again"


def _start(phase: str, departure: Departure | None) -> str:
    if departure is None:
        return f"Nearest to {_title(phase)}, but not of its composition: "
    return f"Nearest to {_title(phase)}, but {_describe(departure, phase)}: "


def _why_not(phase: str, departure: Departure | None) -> str:
    return f" (not {_title(phase)}: {_describe(departure, phase)})" if departure else ""


def _describe(departure: Departure, phase: str) -> str:
    """Return "Al2O3 is 6.2 wt%, expected < 0.3"."""
    low, high = departure.expected
    digits = 1 if departure.unit == "wt%" else 2
    value = f"{departure.value:.{digits}f}"
    bound = f"> {low:.{digits}f}" if departure.value < low else f"< {high:.{digits}f}"
    name = {"sum": "the cation sum", "Fe3+ - Fe": "Fe3+ by charge balance exceeds all iron by"}.get(departure.expression, departure.expression)
    oxygens = f" on {load_minerals()[phase].oxygens:g} O" if departure.unit == "cations" else ""
    unit = " wt%" if departure.unit == "wt%" else ""
    verb = " " if departure.expression == "Fe3+ - Fe" else " is "
    return f"{name}{verb}{value}{unit}{oxygens}, expected {bound}"


def _bad(evidence: Evidence, row: int, departure: Departure | None, species: str) -> str:
    values = evidence.analyses.values[row]
    columns = evidence.analyses.columns
    if np.isinf(values).any():
        return f"{columns[int(np.argmax(np.isinf(values)))]} is infinite: correct the table"
    if not evidence.usable[row]:
        return "No oxide was measured above zero: there is nothing to judge"
    worst = int(np.nanargmin(values))
    if values[worst] < -1.0:
        return f"{columns[worst]} is {values[worst]:.1f} wt%, far below zero: correct the background or the table"
    total = evidence.corrected[row]
    low, high = evidence.expected[row]
    title = _title(evidence.phases[evidence.phase[row]])
    cause = (
        "a hole, an edge, or components that were not measured (H2O, CO2, S, B)"
        if total < low
        else "wrong units, a doubled total or a wrong standard"
    )
    return f"The total is {total:.5g} wt%, expected {low:g}-{high:g} of {title}, which it resembles most: {cause}"


_WRITERS = (_accepted, _ambiguous, _mixture, _unknown, _bad)


def _quality(evidence: Evidence, row: int, flags: int, verdict: int) -> str:
    """Return what is to be said of the quality behind the sentence on the identity."""
    if verdict == VERDICTS.index("bad_analysis"):
        return "."
    remarks = []
    low, high = evidence.expected[row]
    for name, sentence in (
        ("total_low", f"total {evidence.corrected[row]:.1f} wt% below the {low:g}-{high:g} expected"),
        ("total_high", f"total {evidence.corrected[row]:.1f} wt% above the {low:g}-{high:g} expected"),
        ("negative", "a value below -0.1 wt%"),
    ):
        if flags >> FLAGS.index(name) & 1:
            remarks.append(sentence)
    return f"; {', '.join(remarks)}." if remarks else "."
