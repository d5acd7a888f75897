"""Columns under the wrong headers: two that are exchanged, several that are shifted, any order."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.hypotheses.hypothesis import MOVABLE, Expected, Hypothesis, surprise
from phasewise.compositions.features import INPUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.core.types import FloatArray, IntArray

__all__ = ["exchanges", "permutations", "shifts"]

TOTAL_RANGE = (90.0, 103.0)
TOTAL_NEAR = 1.5
"""A column holds the total where it is in this range, and this near to the sum of all others, in wt%."""

GAIN = 0.3
"""Exchanging two columns has to gain so many nats a row."""

TOLD_APART = 1.0
"""Two columns whose exchange loses fewer nats a row than this cannot be told apart by their values."""

MOST_ROWS = 200
"""Of a block, so many rows decide on the order of its columns."""

VISIBLE = 0.5
"""Columns that differ by less than this in wt% are hardly worth telling apart."""

LEAST_ROWS = 5
"""Any order of columns has to be shown by so many rows."""

LEAST_OFF = 2
"""Of several columns that are moved, two at least have to be off."""

_ALIKE = (
    {"FeOt", "MgO", "CaO"},
    {"Na2O", "K2O"},
    {"CaO", "Na2O"},
    {"Al2O3", "Cr2O3"},
    {"TiO2", "FeOt"},
)
DOUBT = 4.0
"""Oxides whose elements stand in for one another: exchanged, they look like another member of the mineral."""

COST_EXCHANGE, COST_SHIFT, COST_PART, COST_MOVED = 1.0, 0.5, 2.0, 2.0
"""Of an exchange; of a shift of all columns, and of some of them; of each column that a permutation moves."""


def exchanges() -> list[Hypothesis]:
    """Return that two columns stand under each other's header."""
    return [
        Hypothesis(
            "columns exchanged",
            f"{MOVABLE[a]} and {MOVABLE[b]} stand under each other's header",
            f"Exchange {MOVABLE[a]} and {MOVABLE[b]}",
            partial(_arranged, source=_exchanged(a, b)),
            COST_EXCHANGE,
            doubt=DOUBT * _stand_in(MOVABLE[a], MOVABLE[b]),
        )
        for a, b in combinations(range(len(MOVABLE)), 2)
    ]


def _stand_in(one: str, other: str) -> bool:
    """Return whether the elements of two oxides stand in for one another in minerals."""
    return any(one in several and other in several for several in _ALIKE)


def shifts(order: Sequence[str]) -> list[Hypothesis]:
    """Return that a run of columns was moved by one header, the last one coming first or the reverse.

    Parameters
    ----------
    order : sequence of str
        The oxides as they stand in the table; total iron, which may have been calculated, is left in its
        place as well.
    """
    known = [MOVABLE.index(name) for name in order if name in MOVABLE]
    found: dict[tuple[int, ...], Hypothesis] = {}
    for columns in (known, [k for k in known if MOVABLE[k] != "FeOt"]):
        for start, stop in combinations(range(len(columns) + 1), 2):
            run = columns[start:stop]
            for step in (-1, 1) if len(run) > 2 else ():
                source = np.arange(len(INPUTS))
                source[run] = np.roll(run, step)
                cost = COST_SHIFT if len(run) == len(columns) else COST_PART
                found.setdefault(tuple(source), _shift(source, run, step, cost))
    return list(found.values())


def _shift(source: IntArray, run: list[int], step: int, cost: float) -> Hypothesis:
    names = [MOVABLE[k] for k in run]
    places = f"{', '.join(names[:-1])} and {names[-1]}"
    to, back = ("right", "left") if step < 0 else ("left", "right")
    end, stray = (names[0], names[-1]) if step < 0 else (names[-1], names[0])
    return Hypothesis(
        "columns shifted",
        f"the values of {places} are moved one header to the {to}, so that {stray} stands under {end}",
        f"Move them one header to the {back}: {_moves(source)}",
        partial(_arranged, source=source),
        cost,
        doubt=DOUBT * (cost == COST_PART),
        least_off=LEAST_OFF,
    )


def permutations(values: FloatArray, expected: Expected) -> list[Hypothesis]:
    """Return the order of columns under which rows are most like a mineral.

    From the order of the table on, the two columns whose exchange gains most are exchanged until none does,
    first by each oxide for itself, then by all together. A column that holds the total is emptied first.

    Parameters
    ----------
    values : (m, len(INPUTS)) float64
        wt% of rows of one source and label.
    expected : Expected
        What the mineral is like.
    """
    total = _total_column(values)
    emptied = np.nan_to_num(_emptied(values[:: len(values) // MOST_ROWS + 1], total))
    source, alike = _refined(emptied, _best_order(emptied[:, : len(MOVABLE)], expected), expected)
    moved = np.flatnonzero(source != np.arange(len(source)))
    if total is None and len(moved) < 3:
        return []
    what = _moves(source)
    kind, remedy = "columns permuted", f"Put the values back: {what}"
    if total is not None:
        kind, removed = "total under an oxide", f"Take the total out of {INPUTS[total]}"
        remedy = f"{removed}; {remedy[0].lower()}{remedy[1:]}" if what else removed
        what = f"the total stands under {INPUTS[total]}" + (f", and {what}" if what else "")
    if alike:
        remedy += f". By their values alone {' and '.join(alike)} cannot be told apart: look at the source"
    undo = partial(_undone, total=total, source=source)
    return [Hypothesis(kind, what, remedy, undo, COST_MOVED * len(moved), LEAST_ROWS, least_off=LEAST_OFF)]


def _refined(values: FloatArray, source: IntArray, expected: Expected) -> tuple[IntArray, list[str]]:
    """Return the order that is best by all oxides together, and the pairs that it hardly tells apart."""
    pairs = [(a, b) for a, b in combinations(range(len(MOVABLE)), 2)]
    order = source.copy()
    while True:
        swapped = [values[:, order], *(values[:, _swapped(order, *pair)] for pair in pairs)]
        mean = expected.likeness(np.concatenate(swapped)).reshape(len(swapped), -1).mean(axis=1)
        loss = mean[0] - mean[1:]
        best = int(loss.argmin())
        if loss[best] > -GAIN:
            break
        order = _swapped(order, *pairs[best])
    moved = order != np.arange(len(order))
    means = values.mean(axis=0)
    alike = [
        f"{MOVABLE[a]} and {MOVABLE[b]}"
        for (a, b), lost in zip(pairs, loss, strict=True)
        if lost < TOLD_APART and (moved[a] or moved[b]) and abs(means[order[a]] - means[order[b]]) > VISIBLE
    ]
    return order, alike


def _swapped(order: IntArray, a: int, b: int) -> IntArray:
    out = order.copy()
    out[[a, b]] = out[[b, a]]
    return out


def _total_column(values: FloatArray) -> int | None:
    """Return the column that is the sum of all others, None for none."""
    filled = np.nan_to_num(values)
    rest = filled.sum(axis=1, keepdims=True) - filled
    low, high = TOTAL_RANGE
    held = (filled >= low) & (filled <= high) & (np.abs(filled - rest) <= TOTAL_NEAR)
    share = held[:, : len(MOVABLE)].mean(axis=0)
    return int(share.argmax()) if len(values) and share.max() > 0.5 else None


def _best_order(values: FloatArray, expected: Expected) -> IntArray:
    """Return for each header the column whose values belong under it (len(MOVABLE),)."""
    cost = _costs(np.nan_to_num(values), expected)
    order = np.arange(len(cost))
    while True:
        now = cost[order, np.arange(len(order))]
        exchanged = cost[order][:, np.arange(len(order))]
        gain = now[:, None] + now[None, :] - exchanged - exchanged.T
        a, b = np.unravel_index(int(np.argmax(np.triu(gain, 1))), gain.shape)
        if gain[a, b] < GAIN:
            return np.concatenate([order, np.arange(len(order), len(INPUTS))])
        order[[a, b]] = order[[b, a]]


def _costs(values: FloatArray, expected: Expected) -> FloatArray:
    """Return the mean of minus the log density of each column under each header (columns, headers)."""
    scale = expected.deviation
    off = (values[:, :, None] - expected.mean) / scale
    return np.asarray((surprise(off) + np.log(scale)).mean(axis=0))


def _exchanged(a: int, b: int) -> IntArray:
    source = np.arange(len(INPUTS))
    source[[a, b]] = source[[b, a]]
    return source


def _moves(source: IntArray) -> str:
    """Return "SiO2 stands under MgO, MgO under MnO"."""
    moved = [k for k in range(len(source)) if source[k] != k]
    told = [f"{INPUTS[k]} under {INPUTS[source[k]]}" for k in moved]
    return (
        told[0].replace(" under", " stands under") + "".join(f", {text}" for text in told[1:]) if told else ""
    )


def _emptied(values: FloatArray, column: int | None) -> FloatArray:
    if column is None:
        return values
    out = values.copy()
    out[:, column] = np.nan
    return out


def _arranged(values: FloatArray, source: IntArray) -> FloatArray:
    return values[:, source]


def _undone(values: FloatArray, total: int | None, source: IntArray) -> FloatArray:
    return _emptied(values, total)[:, source]
