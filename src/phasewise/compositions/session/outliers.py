"""Single analyses of a standard that are off: another spot than was meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.totals import analytical_total

if TYPE_CHECKING:
    from phasewise.compositions.session.accepted import AcceptedValues
    from phasewise.compositions.session.rows import SessionRows
    from phasewise.core.types import Analyses, FloatArray

__all__ = ["Outlier", "find_outliers"]

RELATIVE = 0.05
ABSOLUTE = 0.5
TOTAL = 2.5
SCATTER = 5.0
"""An analysis is off where an oxide is 5 % and 0.5 wt% away, or the total 2.5 wt%, and five scatters.

The scatter is 1.4826 times the median absolute deviation, which is the standard deviation of normal errors
(Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408). The first limits hold where analyses are few and
their scatter small by chance; the last one keeps heterogeneous standards and drift.
"""

FEW, WIDER = 3, 3.0
"""With fewer analyses than 3 the limits are three times as wide."""

_NORMAL = 1.4826
_LARGE = 5.0


@dataclass(frozen=True)
class Outlier:
    """A single analysis of a standard that does not count.

    Attributes
    ----------
    row : int
        Its place in the table, from 0.
    standard : str
    oxide : str
        Where it is furthest off: an oxide, or ``total``.
    value, expected : float
        wt%; expected is the median of the analyses of the standard, the accepted value where they are few.
    reason : str
        What it looks like, and what to do.
    """

    row: int
    standard: str
    oxide: str
    value: float
    expected: float
    reason: str


def find_outliers(session: SessionRows, accepted: AcceptedValues) -> list[Outlier]:
    """Return the analyses of standards that are off, in the order of the table."""
    table = np.column_stack([session.analyses.values, _whole_totals(session.analyses)])
    table[np.isinf(table)] = np.nan
    names = (*session.analyses.columns, "total")
    found = []
    for code, standard in enumerate(session.names):
        rows = session.of(code)
        known = np.full(len(names), np.nan)
        if (material := session.materials[code]) >= 0:
            known[:-1] = accepted.of(material, session.analyses.columns)[0]
        measure, expected = _measure(table[rows], known)
        for place in np.flatnonzero((measure > 1).any(axis=1)).tolist():
            worst, row = int(np.argmax(measure[place])), int(rows[place])
            value, usual = float(table[row, worst]), float(expected[worst])
            reason = _reason(session, accepted, row, names[worst], value, usual)
            found.append(Outlier(row, standard, names[worst], value, usual, reason))
    return sorted(found, key=lambda outlier: outlier.row)


def _whole_totals(analyses: Analyses) -> FloatArray:
    """Return the total of each analysis, NaN where an oxide of the table was not measured."""
    return np.where(np.isnan(analyses.values).any(axis=1), np.nan, analytical_total(analyses))


def _measure(values: FloatArray, known: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how far each value is off in units of what is tolerated, and what was expected.

    Where analyses are too few to outvote one another they are held against the accepted values, within wider
    limits: a bias is no outlier.
    """
    n = np.isfinite(values).sum(axis=0)
    enough = n >= FEW
    expected = known.copy()
    expected[enough] = np.nanmedian(values[:, enough], axis=0)
    away = np.abs(values - expected)
    scatter = np.zeros(values.shape[1])
    scatter[enough] = _NORMAL * np.nanmedian(away[:, enough], axis=0)
    least = np.maximum(RELATIVE * expected, ABSOLUTE)
    least[-1] = TOTAL
    least[~enough] *= WIDER
    return np.nan_to_num(away / np.maximum(least, SCATTER * scatter)), expected


def _reason(
    session: SessionRows, accepted: AcceptedValues, row: int, oxide: str, value: float, expected: float
) -> str:
    told = f"{oxide} is {value:.2f} wt% against {expected:.2f}: "
    other = _like_another(session, accepted, row)
    if other:
        return f"{told}it looks like {other}; check the label."
    if oxide == "total" and value < expected:
        return f"{told}a hole, an edge, resin or a beam out of focus; measure it again."
    return f"{told}another phase or a mixture; measure it again on a clean spot."


def _like_another(session: SessionRows, accepted: AcceptedValues, row: int) -> str:
    """Return another standard of the session whose major oxides an analysis has, else an empty text."""
    analysis = session.analyses.values[row]
    for other, material in enumerate(session.materials):
        if other == session.standard[row] or material < 0:
            continue
        values, _ = accepted.of(material, session.analyses.columns)
        major = (values >= _LARGE) & np.isfinite(analysis)
        if major.sum() >= 2 and np.all(np.abs(analysis[major] / values[major] - 1) <= RELATIVE):
            return session.names[other]
    return ""
