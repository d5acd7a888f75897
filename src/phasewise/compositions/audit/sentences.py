"""The evidence of each finding, in one sentence that a curator can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.audit import findings as f
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.findings import Findings, Judgement
    from phasewise.core.types import IntArray, TextArray

__all__ = ["write_evidence"]

_NOT_JUDGED = (
    "The same analysis stands in several publications from which the models have learned, so none of them "
    "may judge it."
)

_NO_ANALYSIS = "Hardly any major oxide is given, as of isotopes or trace elements: there is nothing to judge."


def write_evidence(judgement: Judgement, found: Findings) -> TextArray:
    """Return one sentence or two for each row.

    Rows that agree without any remark share one sentence for each label and phase.
    """
    out: TextArray = np.full(len(found.finding), "", dtype=object)
    for code, writer in _WRITERS.items():
        rows = np.flatnonzero(found.finding == code)
        if len(rows):
            out[rows] = writer(judgement, rows)
    out[judgement.judged.unjudged] = _NOT_JUDGED
    return out


def _title(phase: str) -> str:
    return load_minerals()[phase].title


def _labels(judgement: Judgement, rows: IntArray) -> list[str]:
    """Return what each row is published as, with the mineral where the label is another name of it."""
    groups = judgement.labels.groups
    words = judgement.labels.nearest_mineral
    named = [
        name if word.casefold() == name.casefold() or not word else f"{name} ({word})"
        for name, word in zip(groups.names, words, strict=True)
    ]
    return [named[code] if code >= 0 else "" for code in groups.code[rows].tolist()]


def _phases(judgement: Judgement, rows: IntArray) -> list[str]:
    titles = [*(_title(name) for name in judgement.judged.phases), ""]
    return [titles[k] for k in judgement.judged.phase[rows].tolist()]


def _reasons(judgement: Judgement, rows: IntArray) -> list[str]:
    return [str(reason) for reason in judgement.judged.reason[rows]]


def _agree(judgement: Judgement, rows: IntArray) -> list[str]:
    judged = judgement.judged
    remarked = (judged.verdict[rows] != VERDICTS.index("accepted")) | (judged.flags[rows] != 0)
    named = judgement.has(judged.phase)[rows]
    plain: dict[tuple[int, int], str] = {}
    out = []
    for code, phase, odd, holds, other, reason in zip(
        judgement.labels.groups.code[rows].tolist(),
        judged.phase[rows].tolist(),
        remarked.tolist(),
        named.tolist(),
        judgement.other_name[rows].tolist(),
        judged.reason[rows].tolist(),
        strict=True,
    ):
        if other:
            names = _title(judged.phases[phase]), judgement.labels.groups.names[code]
            out.append(
                f"{names[0].capitalize()} by its dominant cations, published as {names[1]}: only the name "
                "differs within one solid solution."
            )
        elif not odd:
            key = (code, phase)
            if key not in plain:
                plain[key] = _as_published(judgement, code, phase)
            out.append(plain[key])
        elif holds:
            out.append(f"As published. {reason}")
        else:
            out.append(f"The published mineral is possible. {reason}")
    return out


def _as_published(judgement: Judgement, code: int, phase: int) -> str:
    """Return that a row agrees, with the mineral by composition where the label is a name of several."""
    name = judgement.judged.phases[phase]
    if len(judgement.labels.minerals[code]) == 1:
        return "As published: composition, stoichiometry and total fit."
    return f"As published, a name of several minerals; by composition {_title(name)}."


def _relabel(judgement: Judgement, rows: IntArray) -> list[str]:
    departures = judgement.formula.sentences(rows)
    kept = judgement.formula.fits[rows].tolist()
    return [
        f"Published as {label}, "
        + (f"but {departure}" if departure else _without_departure(fits))
        + f". {reason}"
        for label, departure, fits, reason in zip(
            _labels(judgement, rows), departures, kept, _reasons(judgement, rows), strict=True
        )
    ]


def _without_departure(fits: bool) -> str:
    if fits:
        return "whose limits it keeps as well, but the composition is that of another mineral"
    return "but the composition is that of another phase"


def _bad(judgement: Judgement, rows: IntArray) -> list[str]:
    departures = judgement.formula.sentences(rows)
    named = judgement.has(judgement.judged.phase)[rows].tolist()
    out = []
    for label, departure, same, reason in zip(
        _labels(judgement, rows), departures, named, _reasons(judgement, rows), strict=True
    ):
        if not label:
            out.append(reason)
        elif same or not departure:
            out.append(f"Published as {label}. {reason}")
        else:
            out.append(f"Published as {label}, but {departure}. {reason}")
    return out


def _mixed(judgement: Judgement, rows: IntArray) -> list[str]:
    first, second = judgement.has(judgement.judged.phase), judgement.has(judgement.judged.second)
    told = (first | second)[rows].tolist()
    return [
        f"Published as {label}{'' if holds else ', which is neither of the two minerals'}. {reason}"
        if label
        else reason
        for label, holds, reason in zip(
            _labels(judgement, rows), told, _reasons(judgement, rows), strict=True
        )
    ]


def _ambiguous(judgement: Judgement, rows: IntArray) -> list[str]:
    fits = judgement.formula.fits[rows].tolist()
    same = judgement.has(judgement.judged.phase)[rows].tolist()
    blind = judgement.lacks_key[rows].tolist()
    mixed = judgement.verdict("mixture")[rows].tolist()
    out = []
    for label, kept, named, lacks, two, phase, reason in zip(
        _labels(judgement, rows),
        fits,
        same,
        blind,
        mixed,
        _phases(judgement, rows),
        _reasons(judgement, rows),
        strict=True,
    ):
        if lacks:
            out.append(
                f"Published as {label}, which cannot be told without an oxide that was not measured; by the "
                f"others nearest to {phase}."
            )
        elif named and two:
            out.append(f"Published as {label}, and of its formula, though unlike what the model knows of it.")
        elif named:
            out.append(f"Published as {label}. {reason}")
        else:
            formula = "its formula allows that as well" if kept else "its formula does not decide"
            out.append(f"Published as {label}, and {formula}; the model finds {phase}. {reason}")
    return out


def _not_covered(judgement: Judgement, rows: IntArray) -> list[str]:
    formula, accepted = judgement.formula, judgement.verdict("accepted")
    words = judgement.labels.nearest_mineral
    out = []
    for row, code, phase in zip(
        rows.tolist(), judgement.labels.groups.code[rows].tolist(), _phases(judgement, rows), strict=True
    ):
        label, known = judgement.labels.groups.names[code], words[code]
        if not known:
            text = f"'{label}' is no name of a mineral that phasewise knows"
        elif formula.asked[row]:
            fits = "fits" if formula.fits[row] else "does not fit"
            text = f"The model does not cover {known}; its formula {fits}"
        else:
            text = f"The model does not cover {known}"
        out.append(f"{text}; by composition it would be {phase}." if accepted[row] else f"{text}.")
    return out


def _no_analysis(_: Judgement, rows: IntArray) -> list[str]:
    return [_NO_ANALYSIS] * len(rows)


_WRITERS = {
    f.AGREE: _agree,
    f.RELABEL: _relabel,
    f.BAD: _bad,
    f.MIXED: _mixed,
    f.AMBIGUOUS: _ambiguous,
    f.NOT_COVERED: _not_covered,
    f.NO_LABEL: _reasons,
    f.NO_ANALYSIS: _no_analysis,
}
