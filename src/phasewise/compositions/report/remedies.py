"""What to do about the analyses that have a reason in common."""

from __future__ import annotations

import re
from typing import NamedTuple

from phasewise.core.types import COLUMNS

__all__ = ["NOTHING_WRONG", "Remedy", "remedy_of", "why_of"]

NOTHING_WRONG = "fits"
_KEY_MISSING = "key oxide missing"
_WORD = re.compile(r"\w+")


class Remedy(NamedTuple):
    """What to do in a few words, and what stands behind it in a sentence."""

    action: str
    because: str


_ANOTHER = "Use another method (Raman, EBSD or optics)"
_LOOK = "Look at the spot, measure again"
_TABLE = "Correct the table"
_STRANGE = Remedy(
    _LOOK,
    "A mixture, a bad spot or a phase that the model does not know; where an element is named, perhaps its "
    "standard. If it repeats, use another method.",
)

_REFUSED = {
    "two phases fit": Remedy(
        "Decide by what the reason names",
        "Two phases remain possible. The reason of each row says what decides (total, water, iron, "
        "structure); where nothing measured does, use Raman, EBSD or optics.",
    ),
    "composition cannot tell": Remedy(
        _ANOTHER, "No analysis of these elements tells the two apart, however good it is."
    ),
    "model unsure": Remedy(
        "Compare with the neighbours", "The model has learnt too little about such analyses to be sure."
    ),
    "formula contradicts": Remedy(
        "Check standards and total, measure again",
        "It looks like the phase, but its formula does not fit: an element is off, or it is another phase.",
    ),
    "total of another species": Remedy(
        "Check the total",
        "If it is right, this is the species with H2O or CO2 that the reason names: confirm it by Raman.",
    ),
    "unlike known analyses": _STRANGE,
    "stoichiometry": _STRANGE,
    "mixed with": Remedy(
        "Move the spot off the boundary", "Two phases under one beam. Take a smaller beam or a larger grain."
    ),
    "total low": Remedy(
        "Check the total",
        "A hole, an edge, a lost coating, or components that were not measured (H2O, CO2, S, B).",
    ),
    "total high": Remedy(
        "Check units and standards", "Wrong units, a doubled total, a wrong standard, or another mineral."
    ),
    "value far below zero": Remedy(
        "Correct the background", "An oxide lies far below zero: a peak in the background, or a wrong sign."
    ),
    "infinite value": Remedy(_TABLE, "A value is infinite, most likely a division by zero."),
    "nothing measured": Remedy(_TABLE, "No oxide is above zero. Fill the row in, or leave it out."),
    "row of units": Remedy("Nothing", "A row of units, not an analysis."),
}

_ACCEPTED = {
    "total low": Remedy(
        "Check the total", "The phase is certain; the sum is lower than that of good analyses."
    ),
    "total high": Remedy("Check the standards", "The phase is certain; the sum is too high for it."),
    "cation sum": Remedy("Check the standards", "The cations do not add up to those of the phase."),
    "out of range": Remedy("Check the element that the reason names", "It leaves the range of the phase."),
    "stoichiometry": Remedy(
        "Check standards and overlaps", "The formula departs from that of a good analysis of the phase."
    ),
    "negative": Remedy(
        "Check the background", "A value lies further below zero than counting noise explains."
    ),
}


def why_of(code: str, reason: str) -> str:
    """Return the reason code of a row, with the oxides that it lacks where these are what is wrong.

    Examples
    --------
    >>> why_of("key oxide missing", "Looks like apatite, but P2O5 was not measured: measure to be sure.")
    'key oxide missing: P2O5'
    """
    if code != _KEY_MISSING:
        return code
    told = reason.partition(": measure")[0]
    oxides = [word for word in dict.fromkeys(_WORD.findall(told)) if word in COLUMNS]
    return f"{code}: {', '.join(oxides)}" if oxides else code


def remedy_of(why: str, verdict: str) -> Remedy:
    """Return what to do about analyses of one verdict that have a reason in common, see `why_of`.

    Examples
    --------
    >>> remedy_of("key oxide missing: P2O5", "ambiguous").action
    'Measure P2O5'
    """
    kind, _, what = why.partition(": ")
    if kind == _KEY_MISSING:
        oxides = " and ".join(what.split(", ")) if what else "the oxide that the reason names"
        return Remedy(f"Measure {oxides}", "The phase is made of it, so nothing is certain without.")
    known = _ACCEPTED if verdict == "accepted" else _REFUSED
    return known.get(kind, Remedy("Read the reason", "The reason of each row says what is wrong."))
