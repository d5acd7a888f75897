"""Reasons as short codes that can be counted: ``two phases fit: orthopyroxene``, ``stoichiometry: Si``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.evidence import Evidence
    from phasewise.core.types import BoolArray, IntArray

__all__ = ["UNITS_ROW", "reason_codes"]

_KINDS = (
    "row of units",
    "fits",
    "model unsure",
    "formula contradicts",
    "total of another species",
    "key oxide missing",
    "unlike known analyses",
    "infinite value",
    "nothing measured",
    "value far below zero",
    *(name.replace("_", " ") for name in FLAGS),
)
_WITH_A_PHASE = ("two phases fit", "composition cannot tell", "mixed with")

UNITS_ROW = _KINDS.index("row of units")
_FIRST_FLAG = len(_KINDS) - len(FLAGS)
_LAST_WORDS = {"sum": "cation sum"}


def reason_codes(evidence: Evidence, verdict: IntArray, flags: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Return what the reason of each row rests on, as an index into names.

    Parameters
    ----------
    evidence : Evidence
        What the verdicts rest on.
    verdict, flags : (n,) int
        As in `Prediction`.

    Returns
    -------
    codes : (n,) int
    names : tuple of str
        Each stands once; a code of a phase names the second one, one of stoichiometry what leaves its range
        farthest.
    """
    titles = [load_minerals()[name].title for name in evidence.phases]
    names = [*_KINDS, *(f"{kind}: {title}" for kind in _WITH_A_PHASE for title in titles)]
    codes = np.full(len(verdict), _KINDS.index("fits"))
    _of_flags(codes, (verdict == VERDICTS.index("accepted")) & (flags != 0), flags)
    _of_ambiguous(codes, verdict == VERDICTS.index("ambiguous"), evidence)
    mixed = verdict == VERDICTS.index("mixture")
    codes[mixed] = _of_phase("mixed with", evidence, mixed)
    _of_unknown(codes, np.flatnonzero(verdict == VERDICTS.index("unknown")), evidence, names)
    _of_bad(codes, verdict == VERDICTS.index("bad_analysis"), evidence)
    return codes, tuple(names)


def _of_phase(kind: str, evidence: Evidence, rows: BoolArray) -> IntArray:
    return len(_KINDS) + _WITH_A_PHASE.index(kind) * len(evidence.phases) + evidence.second[rows]


def _of_flags(codes: IntArray, rows: BoolArray, flags: IntArray) -> None:
    """Set the first flag of each row."""
    for bit in reversed(range(len(FLAGS))):
        codes[rows & (flags >> bit & 1 > 0)] = _FIRST_FLAG + bit


def _of_ambiguous(codes: IntArray, rows: BoolArray, evidence: Evidence) -> None:
    """Set the last rule that holds, as in the reason."""
    codes[rows] = _of_phase("two phases fit", evidence, rows)
    alike = rows & (evidence.region >= 0)
    codes[alike] = _of_phase("composition cannot tell", evidence, alike)
    codes[rows & evidence.unsure & (evidence.best >= evidence.least_probability)] = _KINDS.index(
        "model unsure"
    )
    codes[rows & evidence.contradicted] = _KINDS.index("formula contradicts")
    twins = np.array(list(evidence.twins), dtype=int)
    codes[twins[rows[twins]]] = _KINDS.index("total of another species")
    codes[rows & evidence.dry] = _KINDS.index("total of another species")
    codes[rows & evidence.lacks_key] = _KINDS.index("key oxide missing")


def _of_unknown(codes: IntArray, rows: IntArray, evidence: Evidence, names: list[str]) -> None:
    """Set what leaves its range farthest, and append it to the names."""
    codes[rows] = _KINDS.index("unlike known analyses")
    places: dict[str, int] = {}
    for row in rows[~evidence.keeps_limits[rows]].tolist():
        departure = evidence.departures.get(row)
        text = "composition" if departure is None else departure.expression
        codes[row] = places.setdefault(text, len(names) + len(places))
    names += [f"stoichiometry: {_LAST_WORDS.get(text, text)}" for text in places]


def _of_bad(codes: IntArray, rows: BoolArray, evidence: Evidence) -> None:
    """Set the first cause that the reason names."""
    low = evidence.corrected < evidence.expected[:, 0]
    codes[rows] = np.where(low, FLAGS.index("total_low"), FLAGS.index("total_high"))[rows] + _FIRST_FLAG
    codes[rows & evidence.spoilt] = _KINDS.index("value far below zero")
    codes[rows & ~evidence.usable] = _KINDS.index("nothing measured")
    codes[rows & ~evidence.finite] = _KINDS.index("infinite value")
