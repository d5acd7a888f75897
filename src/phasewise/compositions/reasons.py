"""The reason of each verdict, in one sentence with the numbers and what to do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.catalogue import nearest_species
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import moles
from phasewise.compositions.features import INPUTS
from phasewise.compositions.formula.departures import between, compare, describe_limit
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.pairs import regions
from phasewise.compositions.reasons_on_errors import on_errors
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.chem.mineral import Mineral
    from phasewise.compositions.evidence import Evidence
    from phasewise.core.types import IntArray, TextArray

__all__ = ["write_reasons"]

NEAR_SPECIES = 0.12
"""A species of the catalogue is named where no more than this part of the cations differs."""

FAR_SPECIES = 0.2
"""From this part on the nearest species says nothing: albite and jadeite differ by 0.1."""

PLAUSIBLE_TOTAL = 103.0
"""Below this many wt% a total that is too high for a phase may be right for another."""

SURE_GROUP = 0.9
"""From this probability on the group of two possible phases is told."""

LOOK_AGAIN = "look at the neighbouring points or at the texture"
_LOW, _HIGH, _NEGATIVE, _STRAYS = (
    1 << FLAGS.index(name) for name in ("total_low", "total_high", "negative", "stoichiometry")
)
_DECIDES = {
    frozenset({"Amphibole", "Clinopyroxene"}): "water decides, so check the total, K2O and the cleavage",
    frozenset({"Clinopyroxene", "Orthopyroxene"}): "a low-Ca pyroxene; the structure decides",
    frozenset({"Magnetite", "Spinel"}): "Fe3+ against Al + Cr decides within one solid solution",
    frozenset({"Magnetite", "Ilmenite"}): "the oxidation of iron decides; check for exsolution lamellae",
    frozenset({"Magnetite", "Hematite"}): "the state of iron decides, so check total and crystal form",
    frozenset({"Magnetite", "Pseudobrookite"}): "the state of iron decides, so check the total",
    frozenset({"Garnet", "Epidote"}): "water decides, so check the total",
    frozenset({"Clinopyroxene", "Analcime"}): "water decides, so check the total",
    frozenset({"Periclase", "Magnesite"}): "CO2 decides, so check the total",
    frozenset({"Ilmenite", "Rutile"}): "check for intergrowths",
    frozenset({"KFeldspar", "Plagioclase"}): "a ternary feldspar (anorthoclase) or a fine intergrowth",
    frozenset({"Biotite", "Muscovite"}): "check for interlayers",
}


def write_reasons(evidence: Evidence, verdict: IntArray, flags: IntArray) -> TextArray:
    """Return one sentence for each row.

    Accepted rows without any flag share one sentence a phase, so that large clean tables cost nothing.
    """
    fits = [
        f"Composition, stoichiometry and total are those of {_title(name)}{_hearsay(evidence, name)}"
        for name in evidence.phases
    ]
    out: TextArray = np.array([*(f"{text}." for text in fits), ""], dtype=object)[evidence.phase]
    for row in np.flatnonzero(evidence.region >= 0).tolist():
        out[row] = f"{fits[evidence.phase[row]]}; {_because(evidence, row)}."
    special = (verdict != VERDICTS.index("accepted")) | (flags != 0)
    for code, writer in enumerate(_WRITERS):
        rows = np.flatnonzero(special & (verdict == code))
        if len(rows):
            sentences = writer(evidence, rows)
            remarks = _remarks(evidence, rows, flags) if VERDICTS[code] in _OF_ONE_PHASE else _dots(rows)
            out[rows] = [a + b for a, b in zip(sentences, remarks, strict=True)]
    for row, sentence in on_errors(evidence, verdict):
        out[row] += f" {sentence}"
    return out


@lru_cache(maxsize=64)
def _mineral(phase: str) -> Mineral:
    return load_minerals()[phase]


def _title(phase: str) -> str:
    return _mineral(phase).title


def _titles(evidence: Evidence, index: IntArray) -> list[str]:
    titles = [_title(name) for name in evidence.phases]
    return [titles[k] for k in index.tolist()]


def _hearsay(evidence: Evidence, phase: str) -> str:
    """Return that a phase is known from its formula alone, empty where it is not so."""
    return ", which the model knows from its formula alone" if phase in evidence.simulated_only else ""


def _because(evidence: Evidence, row: int) -> str:
    """Return why composition cannot tell the two phases of a row, empty where it can."""
    index = evidence.region[row]
    return regions(evidence.phases, evidence.analyses.columns)[index].because if index >= 0 else ""


def _accepted(evidence: Evidence, rows: IntArray) -> list[str]:
    strays = evidence.chemistry.sentence[rows] != ""
    sentences = [
        f"Composition {'is that' if odd else 'and stoichiometry are those'} of {_title(name)}"
        f"{_hearsay(evidence, name)}"
        for name, odd in zip(
            [evidence.phases[k] for k in evidence.phase[rows].tolist()], strays.tolist(), strict=True
        )
    ]
    for place in np.flatnonzero(evidence.region[rows] >= 0).tolist():
        sentences[place] += f"; {_because(evidence, int(rows[place]))}"
    found = evidence.by_difference
    for place in np.flatnonzero(found.phase[rows] >= 0).tolist():
        key, mass = INPUTS[found.oxide[rows[place]]], found.mass[rows[place]]
        sentences[place] += (
            f", if the {mass:.1f} wt% missing are {key}, which was not measured: the formula wants as much"
        )
    return sentences


def _ambiguous(evidence: Evidence, rows: IntArray) -> list[str]:
    lacks = evidence.lacks_key[rows]
    first, second = evidence.phase[rows], evidence.second[rows]
    sentences = [
        f"{t[:1].upper()}{t[1:]} ({p:.2f}) and {u} ({q:.2f}) both fit: {remedy}"
        for t, u, p, q, remedy in zip(
            _titles(evidence, first),
            _titles(evidence, second),
            evidence.among[rows, first].tolist(),
            evidence.among[rows, second].tolist(),
            _remedies(evidence, rows),
            strict=True,
        )
    ]
    for place, text in _of_pairs(evidence, rows):
        sentences[place] += f" ({text})"
    for place, text in _of_groups(evidence, rows):
        sentences[place] += f"; {text}"
    unsure = evidence.unsure[rows] & (evidence.among[rows, first] >= evidence.least_probability)
    for place in np.flatnonzero(unsure).tolist():
        sentences[place] = (
            f"{sentences[place].partition(' and ')[0]} fits best, but the model is unsure of it: an "
            f"uncertainty of {evidence.uncertainty[rows[place]]:.2f} nats, where it may be trusted up to "
            f"{evidence.most_uncertainty:.2f}"
        )
    for place in np.flatnonzero(evidence.contradicted[rows]).tolist():
        sentence = evidence.chemistry.sentence[rows[place]]
        title = _title(evidence.phases[first[place]])
        sentences[place] = f"Looks like {title}, but its formula does not fit: {sentence}"
    for place, row in enumerate(rows.tolist()):
        if row in evidence.twins:
            sentences[place] = (
                f"Of the composition of {_title(evidence.phases[first[place]])}, but with the total of "
                f"{evidence.twins[row]}, which holds H2O or CO2: check the total"
            )
    for place in np.flatnonzero(evidence.dry[rows]).tolist():
        mineral, total = _mineral(evidence.phases[first[place]]), evidence.corrected[rows[place]]
        sentences[place] = (
            f"Of the composition of {mineral.title}, but the total of {total:.1f} wt% leaves no room for "
            f"{_volatile(mineral)}: a mixture of minerals without it, or a wrong total"
        )
    for place in np.flatnonzero(lacks).tolist():
        sentences[place] = _lacks_key(evidence, int(rows[place]))
    return sentences


def _volatile(mineral: Mineral) -> str:
    """Return what a mineral holds that a total does not count."""
    if "CO2" in mineral.total.without:
        return "its CO2"
    return "its B2O3 and H2O" if "B" in mineral.basis.without else "its H2O"


def _remedies(evidence: Evidence, rows: IntArray) -> list[str]:
    """Return what decides between the two phases of each row, or why nothing that was measured does."""
    pairs = zip(evidence.phase[rows].tolist(), evidence.second[rows].tolist(), strict=True)
    return [
        _because(evidence, row)
        or _DECIDES.get(frozenset({evidence.phases[a], evidence.phases[b]}), LOOK_AGAIN)
        for row, (a, b) in zip(rows.tolist(), pairs, strict=True)
    ]


def _of_pairs(evidence: Evidence, rows: IntArray) -> Iterator[tuple[int, str]]:
    """Yield what formulae and total say where water decides between the two phases of a row."""
    first, second = evidence.phase[rows], evidence.second[rows]
    for k, name in enumerate(evidence.phases):
        for pair in (p for p in _mineral(name).pairs if p.other in evidence.phases):
            other = evidence.phases.index(pair.other)
            both = ((first == k) & (second == other)) | ((first == other) & (second == k))
            places = np.flatnonzero(both)
            part = evidence.analyses.take(rows[places])
            texts = compare(FormulaInput.of(part), (name, pair.other))
            potassium, total = part["K2O"].tolist(), evidence.corrected[rows[places]].tolist()
            for place, text, k2o, wt in zip(places.tolist(), texts, potassium, total, strict=True):
                held = "" if k2o != k2o else f"K2O {k2o:.2f} wt%, "
                yield place, f"{text}; {held}total {wt:.1f} wt%"


def _of_groups(evidence: Evidence, rows: IntArray) -> Iterator[tuple[int, str]]:
    """Yield the group of rows that are surely of it, where only the phase is open."""
    sure = np.flatnonzero(evidence.group_probability[rows] >= SURE_GROUP)
    for place in sure.tolist():
        groups = {_mineral(evidence.phases[k[rows[place]]]).group for k in (evidence.phase, evidence.second)}
        if len(groups) == 1:
            yield place, f"{groups.pop()} in any case ({evidence.group_probability[rows[place]]:.2f})"


def _lacks_key(evidence: Evidence, row: int) -> str:
    found = evidence.by_difference
    if found.oxide[row] >= 0:
        key, mass = INPUTS[found.oxide[row]], found.mass[row]
        missing = f"{key}, which was not measured, made up the missing {mass:.0f} wt%"
        phase, rival = (
            _title(evidence.phases[k]) if k >= 0 else "" for k in (found.phase[row], found.rival[row])
        )
        if not rival:
            return f"Would be {phase} if {missing}: measure {key}"
        if phase:
            other = f"{rival} with another oxide in its place"
            return f"{phase[:1].upper()}{phase[1:]} if {missing}, but {other}: measure {key}"
        title = _title(evidence.phases[evidence.phase[row]])
        return f"{title[:1].upper()}{title[1:]} by what was measured, but {rival} if {missing}: measure {key}"
    mineral = _mineral(evidence.phases[evidence.phase[row]])
    columns, values = evidence.analyses.columns, evidence.analyses.values[row]
    keys = [
        name for name in mineral.key_oxides if name not in columns or np.isnan(values[columns.index(name)])
    ]
    verb = "was" if len(keys) == 1 else "were"
    return f"Looks like {mineral.title}, but {' and '.join(keys)} {verb} not measured: measure to be sure"


def _mixture(evidence: Evidence, rows: IntArray) -> list[str]:
    seconds = _titles(evidence, evidence.second[rows])
    parts = zip(evidence.minor_part[rows].tolist(), evidence.minor_part_error[rows].tolist(), strict=True)
    return [
        f"{start}probably mixed with {second}, {_percent(*part)} % by weight; check the spot"
        for start, second, part in zip(_starts(evidence, rows), seconds, parts, strict=True)
    ]


def _percent(part: float, error: float) -> str:
    """Return "about 30 +- 4", or without an error "roughly 30" to the nearest ten."""
    if error != error:
        return f"roughly {10 * max(round(10 * part), 1)}"
    return f"about {100 * part:.0f} +- {max(100 * error, 1):.0f}"


def _unknown(evidence: Evidence, rows: IntArray) -> list[str]:
    analyses = evidence.analyses
    species = nearest_species(np.maximum(moles(analyses.values[rows], analyses.columns), 0.0))
    sentences = []
    starts = _starts(evidence, rows)
    titles = _titles(evidence, evidence.phase[rows])
    known = {_title(name) for name in evidence.phases}
    belonging = evidence.belonging[rows].tolist()
    keeps = evidence.keeps_limits[rows].tolist()
    for start, title, part, kept, (name, distance) in zip(
        starts, titles, belonging, keeps, species, strict=True
    ):
        closest = _closest(name, distance)
        if distance < NEAR_SPECIES and name not in known:
            told = "" if kept else f" (n{start[1:-2]})"
            sentences.append(f"No phase of the model{told}; {closest}: check by another method")
        elif kept:
            sentences.append(
                f"Nearest to {title}, but unlike the analyses of it that are known (probability of belonging "
                f"{part:.2f}, at least {evidence.least_belonging:.2f} is needed): a mixture, a phase outside "
                f"the model or a bad spot; {closest}"
            )
        else:
            sentences.append(
                f"{start}a phase outside the model, a mixture or a bad spot, so look at it again; {closest}"
            )
    return sentences


def _closest(name: str, distance: float) -> str:
    """Return "closest formula: staurolite, distance 0.04 (share of the cations that differ)"."""
    if distance < FAR_SPECIES:
        return f"closest formula: {name}, distance {distance:.2f} (share of the cations that differ)"
    return f"no known formula is close, the nearest, {name}, at a distance of {distance:.2f}"


def _starts(evidence: Evidence, rows: IntArray) -> list[str]:
    """Return "Nearest to olivine, but Al2O3 is 6.2 wt%, expected < 0.3: "."""
    departures = [evidence.departures.get(row) for row in rows.tolist()]
    names = [evidence.phases[k] for k in evidence.phase[rows].tolist()]
    told = [
        describe_limit(found, _mineral(name)) if found else "not of its composition"
        for name, found in zip(names, departures, strict=True)
    ]
    return [f"Nearest to {_title(name)}, but {text}: " for name, text in zip(names, told, strict=True)]


def _bad(evidence: Evidence, rows: IntArray) -> list[str]:
    values = evidence.analyses.values[rows]
    columns = evidence.analyses.columns
    infinite = np.isinf(values)
    filled = np.where(np.isnan(values), np.inf, values)
    lowest = filled.argmin(axis=1).tolist() if values.shape[1] else [0] * len(rows)
    low, high = evidence.expected[rows].T.tolist()
    usable = evidence.usable[rows].tolist()
    total = evidence.corrected[rows].tolist()
    spoilt = evidence.spoilt[rows].tolist()
    sentences = []
    for place, phase in enumerate(evidence.phase[rows].tolist()):
        if infinite[place].any():
            name = columns[int(infinite[place].argmax())]
            sentences.append(f"{name} is infinite: correct the table")
        elif not usable[place]:
            sentences.append("No oxide was measured above zero: there is nothing to judge")
        elif spoilt[place]:
            name, value = columns[lowest[place]], values[place, lowest[place]]
            sentences.append(
                f"{name} is {value:.1f} wt%, far below zero: correct the background or the table"
            )
        else:
            cause = (
                "a hole, an edge, or components that were not measured (H2O, CO2, S, B)"
                if total[place] < low[place]
                else "most likely another mineral"
                if total[place] < PLAUSIBLE_TOTAL
                else "wrong units, a doubled total or a wrong standard"
            )
            sentences.append(
                f"The total is {total[place]:,.1f} wt%, but {low[place]:g}-{high[place]:g} is expected of "
                f"{_title(evidence.phases[phase])}, which the analysis resembles most: {cause}"
            )
    return sentences


_OF_ONE_PHASE = ("accepted", "ambiguous")
"""Verdicts under which the total of a phase can be expected."""

_WRITERS = (_accepted, _ambiguous, _mixture, _unknown, _bad)


def _dots(rows: IntArray) -> list[str]:
    return ["."] * len(rows)


def _remarks(evidence: Evidence, rows: IntArray, flags: IntArray) -> list[str]:
    """Return what is to be said of the quality, behind the sentence on the identity; mostly nothing."""
    remarks = _dots(rows)
    places = np.flatnonzero(flags[rows] & (_LOW | _HIGH | _NEGATIVE | _STRAYS))
    for place, remark in zip(places.tolist(), _flagged(evidence, rows[places], flags), strict=True):
        remarks[place] = remark
    return remarks


def _flagged(evidence: Evidence, rows: IntArray, flags: IntArray) -> list[str]:
    ranges = [f"{low:g}-{high:g}" for low, high in (_mineral(p).total.judged for p in evidence.phases)]
    limits = [_mineral(p).total.judged for p in evidence.phases]
    told = np.where(evidence.contradicted[rows], "", evidence.chemistry.sentence[rows])
    remarks = []
    for total, phase, held, strays in zip(
        evidence.corrected[rows].tolist(),
        evidence.phase[rows].tolist(),
        flags[rows].tolist(),
        told.tolist(),
        strict=True,
    ):
        side = "below" if held & _LOW else "above" if held & _HIGH else ""
        remark = f", but {strays}" if strays else ""
        if side:
            remark += f"; total {between(total, *limits[phase])} wt% {side} the {ranges[phase]} expected"
        remarks.append(remark + ("; a value is below -0.1 wt%." if held & _NEGATIVE else "."))
    return remarks
