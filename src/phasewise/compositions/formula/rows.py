"""Which mineral's formula each row gets, and why some rows get none."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.evidence import NOISE, SPOILT
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.judge import predict
from phasewise.compositions.totals import analytical_total
from phasewise.core.errors import HeaderError
from phasewise.core.types import FLAGS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.chem.mineral import Mineral
    from phasewise.chem.mineral_formula import FormulaOptions
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import Analyses, IntArray, TextArray

__all__ = [
    "Assigned",
    "assign",
    "find_mineral",
    "minerals_with_formula",
    "refusals",
    "remarks_on_noise",
]

NO_NAME = "No mineral is named."

PLAUSIBLE = (10.0, 200.0)
"""Totals in wt% beyond which a row is no analysis in wt%."""


@dataclass(frozen=True, eq=False)
class Assigned:
    """The mineral of each row.

    Attributes
    ----------
    mineral : (n,) int
        Index in `minerals_with_formula`, -1 for none.
    reason : (n,) object
        Why there is none, else empty.
    remark : (n,) object
        What the classifier has to say of rows that have one, else empty.
    """

    mineral: IntArray
    reason: TextArray
    remark: TextArray | None = None


def minerals_with_formula() -> tuple[Mineral, ...]:
    """Return all minerals but glass, in alphabetical order."""
    return tuple(mineral for mineral in load_minerals().values() if mineral.sites)


def find_mineral(name: str) -> Mineral:
    """Return the mineral of a name, synonym or symbol.

    Raises
    ------
    HeaderError
        If no mineral file has this name, or it stands for glass.
    """
    known = {mineral.name: mineral for mineral in minerals_with_formula()}
    found = canonical_phase(name)
    if found not in known:
        raise HeaderError(
            f"mineral={name!r} is not known as a mineral with a formula. Choose auto, or one of "
            f"{', '.join(known)} (their species and symbols are understood, too)."
        )
    return known[found]


def assign(
    analyses: Analyses,
    mineral: str,
    labels: Sequence[object] | None,
    suffix: str,
    model: CompositionModel | None,
) -> Assigned:
    """Return the mineral of each row: the one named, that of the row's label, or that of the classifier.

    Parameters
    ----------
    analyses : Analyses
        The rows.
    mineral : str
        ``auto`` or a name.
    labels : sequence, optional
        The user's own names of the minerals, one a row; they go before the classifier.
    suffix : str
        Of the analysis in a table with several a row; where it names a mineral, it is that.
    model : CompositionModel or None
        Needed where the classifier is asked.
    """
    names = [m.name for m in minerals_with_formula()]
    n = len(analyses)
    if labels is not None:
        return _by_label(labels, names)
    named = mineral if mineral != "auto" else canonical_phase(suffix) if suffix else None
    if named is not None:
        found = canonical_phase(named)
        code = names.index(found) if found in names else -1
        reason = "" if code >= 0 else f"{named} has no formula."
        return Assigned(np.full(n, code), np.full(n, reason, dtype=object))
    assert model is not None
    return _by_classifier(analyses, names, model)


def _by_label(labels: Sequence[object], names: list[str]) -> Assigned:
    given = [None if label is None else str(label) for label in labels]
    codes: dict[str | None, int] = {None: -1}
    for label in {label for label in given if label is not None}:
        found = canonical_phase(label)
        codes[label] = names.index(found) if found in names else -1
    reasons = {
        label: ""
        if code >= 0
        else NO_NAME
        if not label
        else f"{label!r} is no mineral with a formula here{_near(label)}"
        for label, code in codes.items()
    }
    return Assigned(
        np.array([codes[label] for label in given], dtype=np.int64),
        np.array([reasons[label] for label in given], dtype=object),
    )


def _near(name: str) -> str:
    """Return ": perhaps olivine?" where a known name is written nearly like this one."""
    titles = {mineral.title.casefold(): mineral.title for mineral in minerals_with_formula()}
    near = get_close_matches(name.casefold(), titles, n=1, cutoff=0.6)
    return f": perhaps {titles[near[0]]}?" if near else "."


def _by_classifier(analyses: Analyses, names: list[str], model: CompositionModel) -> Assigned:
    prediction = predict(analyses, model)
    codes = np.array([*(names.index(p) if p in names else -1 for p in model.phases), -1])
    judged = np.isin(prediction.verdict, [VERDICTS.index("accepted"), VERDICTS.index("ambiguous")])
    mineral = np.where(judged, codes[prediction.phase], -1)
    reason = np.where(judged, "", prediction.reason)
    melts = judged & (mineral < 0)
    reason[melts] = "Glass has no formula."
    noise = 1 << FLAGS.index("negative")
    plain = (prediction.verdict == VERDICTS.index("accepted")) & (prediction.flags & ~noise == 0)
    return Assigned(mineral, reason, np.where(plain | (mineral < 0), "", prediction.reason))


def refusals(analyses: Analyses, mineral: Mineral, options: FormulaOptions) -> TextArray:
    """Return why a row has no formula of this mineral; empty where it has one."""
    n = len(analyses)
    reason: TextArray = np.full(n, "", dtype=object)
    total = analytical_total(analyses)
    with np.errstate(invalid="ignore"):
        lowest = np.fmin.reduce(analyses.values, axis=1, initial=np.inf)
        absurd = (total < PLAUSIBLE[0]) | (total > PLAUSIBLE[1])
    for key in mineral.key_oxides:
        reason[np.isnan(analyses[key])] = f"{key} was not measured: no formula of {mineral.title}."
    for row in np.flatnonzero(absurd):
        reason[row] = f"The total is {total[row]:,.1f} wt%: no analysis in wt%, so no formula."
    for row in np.flatnonzero(lowest < SPOILT):
        name = analyses.columns[int(np.nanargmin(analyses.values[row]))]
        reason[row] = f"{name} is {lowest[row]:.1f} wt%, far below zero: no formula."
    infinite = np.isinf(analyses.values).any(axis=1)
    reason[np.asarray(infinite)] = "A value is infinite: no formula."
    reason[total == 0] = "No oxide was measured above zero: no formula."
    if options.fe3 == "measured":
        open_iron = (analyses["FeOt"] > 0) & np.isnan(FormulaInput.of(analyses).ferric)
        reason[open_iron & (reason == "")] = "Fe3+ was not measured: no formula with fe3='measured'."
    refused = _refused_iron(mineral, options)
    if refused:
        reason[reason == ""] = refused
    return reason


def _refused_iron(mineral: Mineral, options: FormulaOptions) -> str:
    if options.fe3 == "charge balance" and not mineral.basis.balances:
        return (
            f"Charge balance is not valid for {mineral.title}: vacancies, H, Li or B leave the sum of its "
            "cations open."
        )
    return ""


def remarks_on_noise(analyses: Analyses) -> TextArray:
    """Return what was counted as 0 although it lies below zero by more than noise."""
    remark: TextArray = np.full(len(analyses), "", dtype=object)
    for row, column in zip(*np.nonzero(analyses.values < NOISE), strict=True):
        name, value = analyses.columns[column], analyses.values[row, column]
        remark[row] += f"{name} is {value:.2f} wt% and counts as 0. "
    return remark
