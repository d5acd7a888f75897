"""One value of an oxide in many rows that follow one another: filled in, copied down, or never measured.

Counting statistics scatter even where a mineral does not: by `ABSOLUTE` wt% and `RELATIVE` of the value at
least. Of values printed to a resolution r, two in a row agree with a probability of at most
r / (sd sqrt(2 pi)), and k with its power k - 1. A run counts where that would be found in less than
`CHANCE` of tables of this size, where the same rows differ in what else they hold, and where the value
stands out from those next to it: in a column that is sorted, or rounded, its neighbours are frequent too.
Copied rows count once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.compositions.audit.blocks._numbers import first_of_each, same_numbers, whole
from phasewise.compositions.audit.blocks._wording import named_rows
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM, Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["find"]

ABSOLUTE, RELATIVE = 0.01, 0.005
"""Least standard deviation of repeated spots by electron microprobe, in wt% and as a part of the value."""

FINEST = 0.01
"""Resolution in wt% that is granted at most: further digits come from converting units."""

LEAST_RUN = 6
CHANCE = 1e-5

OTHERS_DIFFER = 0.8
"""In a run, the total without the oxide differs between at least this part of neighbours."""

STANDS_OUT = 5.0
"""The value is at least so many times as frequent as those beside it."""

FEW_VALUES, PRINTED_SO = 3, 0.95

_DECIMALS = 4
_BESIDE = 3
_ASSUMED = frozenset({"H2O", "F", "Cl", "CO2", "B2O3", "Li2O", "BeO"})


class _Run(NamedTuple):
    oxide: str
    value: float
    rows: IntArray


def find(rows: AuditRows) -> list[Block]:
    """Return a block for each source, label and oxide with a value that chance does not repeat so often."""
    place = rows.source.with_(rows.label)
    numbers = whole(rows.analyses.values, _DECIMALS)
    once = np.unique(first_of_each(place.code, same_numbers(numbers)))
    order = once[np.argsort(place.code[once], kind="stable")]
    if len(order) < LEAST_RUN:
        return []
    group, ordered = place.code[order], numbers[order]
    found: dict[tuple[int, str], list[_Run]] = {}
    for column, oxide in enumerate(rows.analyses.columns):
        for start, stop in _long_runs(ordered, column, group):
            chosen = order[start:stop]
            same_group = numbers[order[group == group[start]]]
            value = int(numbers[chosen[0], column])
            if _others_differ(numbers[chosen], column) and _stands_out(same_group, column, value):
                run = _Run(oxide, value / 10**_DECIMALS, chosen)
                found.setdefault((int(group[start]), oxide), []).append(run)
    sizes = np.bincount(place.code + 1)
    return [
        _block(place.name(int(runs[0].rows[0])), runs, int(sizes[code + 1]))
        for (code, _), runs in found.items()
    ]


def _long_runs(numbers: IntArray, column: int, group: IntArray) -> Iterator[tuple[int, int]]:
    """Yield where one value above zero stands too often in a row, by its place (start, stop)."""
    values, n = numbers[:, column], len(numbers)
    new = np.flatnonzero((np.diff(values) != 0) | (np.diff(group) != 0)) + 1
    start = np.concatenate([[0], new])
    stop = np.append(new, n)
    value = values[start] / 10.0**_DECIMALS
    rare = n * _same_by_chance(value, FINEST) ** (stop - start - 1) < CHANCE
    for k in np.flatnonzero((stop - start >= LEAST_RUN) & (value > 0) & rare):
        step = _resolution(numbers[group == group[start[k]]], column)
        if n * _same_by_chance(value[k], step) ** (stop[k] - start[k] - 1) < CHANCE:
            yield int(start[k]), int(stop[k])


def _same_by_chance(value: FloatArray, step: float) -> FloatArray:
    """Return the most that two analyses of a mineral with this much of an oxide agree to a step in wt%."""
    return np.asarray(np.minimum(step / (_least_sd(value) * np.sqrt(2 * np.pi)), 1.0))


def _least_sd(value: FloatArray) -> FloatArray:
    return np.asarray(np.hypot(ABSOLUTE, RELATIVE * value))


def _resolution(numbers: IntArray, column: int) -> float:
    """Return the step in wt% in which a column is printed, `FINEST` or coarser.

    Of a column with one or two values nothing is known; it is taken as printed like the others.
    """
    told = np.unique(numbers[:, column])
    given = numbers[:, column] if (told != 0).sum() >= FEW_VALUES else numbers
    given = given[given != 0]
    for decimals in range(_DECIMALS):
        if (given % 10 ** (_DECIMALS - decimals) == 0).mean() > PRINTED_SO:
            return float(max(10.0**-decimals, FINEST))
    return FINEST


def _others_differ(numbers: IntArray, column: int) -> bool:
    rest = np.delete(numbers, column, axis=1).sum(axis=1)
    return bool((np.diff(rest) != 0).mean() >= OTHERS_DIFFER)


def _stands_out(numbers: IntArray, column: int, value: int) -> bool:
    """Return whether a value is much more frequent in a column than each of those beside it."""
    step = round(_resolution(numbers, column) * 10**_DECIMALS)
    off = np.abs(numbers[:, column] - value)
    beside = ((off > 0) & (off <= _BESIDE * step)).sum() / (2 * _BESIDE)
    return bool((off == 0).sum() >= STANDS_OUT * beside)


def _block(where: str, runs: list[_Run], of: int) -> Block:
    chosen = np.sort(np.concatenate([run.rows for run in runs]))
    longest = max(runs, key=lambda run: len(run.rows))
    oxide = longest.oxide
    others = f", and {len(runs) - 1} more such runs" if len(runs) > 1 else ""
    evidence = (
        f"{oxide} is {longest.value:g} wt% in {len(longest.rows)} rows that follow one another "
        f"({named_rows(longest.rows)}){others}, while what else they hold differs; "
        f"counting statistics alone would scatter it by {_least_sd(np.array(longest.value)):.2g} wt%."
    )
    if oxide in _ASSUMED:
        remedy = f"Take {oxide} as assumed, not measured."
        return Block("assumed, not measured", chosen, of, where, evidence, remedy, LOW)
    remedy = f"Look up whether {oxide} was measured in these rows; leave it blank if not."
    return Block("constant oxide", chosen, of, where, evidence, remedy, MEDIUM)
