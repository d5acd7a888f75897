"""Minimal mineral files for classes that nobody has described, from a user's own analyses.

They say what a class is called, which oxides it is made of, and between which values analyses of it lie:
enough to judge and to refuse, not to calculate a formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tomli_w

from phasewise.compositions.features import INPUTS
from phasewise.compositions.totals import analytical_total, corrected_total
from phasewise.core.types import TEN_OXIDES, Analyses

if TYPE_CHECKING:
    from phasewise.compositions.training.tables import Table
    from phasewise.core.types import FloatArray

__all__ = ["derive_mineral"]

MAIN = 0.1
"""An oxide that makes more than this part of the mass is one without which the label is a guess."""

TAILS = (0.05, 0.95)
"""Quantiles that a few wrong rows do not move; limits lie beyond them by half of what is between them."""

RELATIVE, LEAST = 0.03, 0.3
"""Beyond that, limits leave room for laboratories: 3 % of the median, and 0.3 wt%."""

OFF_TOTAL = 5.0
TOTAL_ROOM = 1.0


def derive_mineral(name: str, table: Table) -> str:
    """Return the text of a mineral file for a class, from analyses of it.

    Parameters
    ----------
    name : str
        Of the class.
    table : Table
        Its rows, one at least with something measured; repeats count once, and rows whose total differs by
        more than 5 wt% from the median not at all.
    """
    values = table.distinct().values
    total = _totals(values)
    good = np.abs(total - np.median(total)) <= OFF_TOTAL
    values, total = values[good], total[good]
    low, high = np.quantile(total, TAILS)
    expected = [round(float(low - TOTAL_ROOM), 1), round(float(high + TOTAL_ROOM), 1)]
    closed = _closed(values, sum(expected) / 2)
    main = np.median(np.nan_to_num(closed), axis=0) > MAIN * sum(expected) / 2
    keys = [column for column, is_main in zip(INPUTS[:-1], main, strict=True) if is_main]
    entries: dict[str, Any] = {
        "name": name,
        "title": name.lower(),
        "symbol": "",
        "group": name.lower(),
        "formula": "",
        "synonyms": [],
        "key_oxides": keys,
        "basis": {"oxygens": 0, "iron": "not divided"},
        "oxides": _limits(closed, keys),
        "total": {"expected": expected, "needs": [key for key in keys if key not in TEN_OXIDES]},
        "sources": [{"text": f"Derived from {len(values)} analyses of {len(set(table.source))} sources"}],
    }
    return tomli_w.dumps(entries)


def _totals(values: FloatArray) -> FloatArray:
    analyses = Analyses(values[:, :-1], INPUTS[:-1], np.zeros(values[:, :-1].shape, dtype=bool))
    return corrected_total(analyses, analytical_total(analyses) + np.nan_to_num(values[:, -1]))


def _closed(values: FloatArray, to: float) -> FloatArray:
    """Return the rows closed without and with rare components, as tables may list these or not."""
    sums = np.nansum(values[:, :-1], axis=1, keepdims=True)
    rare = np.nan_to_num(values[:, -1:])
    return np.concatenate([values[:, :-1] / np.maximum(s, 1e-9) * to for s in (sums, sums + rare)])


def _limits(closed: FloatArray, keys: list[str]) -> dict[str, list[float] | float]:
    """Return what analyses keep: a range of each key oxide, and the most of what else was measured."""
    found: dict[str, list[float] | float] = {}
    for name, column in zip(INPUTS[:-1], closed.T, strict=True):
        measured = column[np.isfinite(column)]
        if not len(measured):
            continue
        low, high = np.quantile(measured, TAILS)
        room = (high - low) / 2 + RELATIVE * np.median(measured) + LEAST
        most = round(float(high + room), 2)
        found[name] = [round(max(0.0, float(low - room)), 2), most] if name in keys else most
    return found
