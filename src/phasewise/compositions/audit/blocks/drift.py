"""Totals that drift along a session, or step from one row on, while the composition stays.

Looked at are the analyses of one mineral by one source, and of its samples, in the order of the table; rows
without a source only by sample, unless no row has a source. Of a drift, Kendall's tau of the total with that
order is `LEAST_TAU` or more, with a probability below `CHANCE`; the change by the slope of Theil and Sen is
`LEAST_DRIFT` wt% or more; and it goes on in both halves. Of a step, nearly all totals before it lie on one
side of nearly all behind it, which the rank-sum test gives a probability below `CHANCE` for all places of the
step together. In either, the closed composition must show nothing of the kind: where SiO2 or MgO change
along the rows as well, the table is sorted, or the crystal zoned. Minerals and glasses whose totals differ
by their water are left out, and so are rows sorted by their total.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks._trend import kendall, step_at, theil_sen, thinned
from phasewise.compositions.audit.blocks._wording import counted, named_rows
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM, Block
from phasewise.core.types import VERDICTS
from phasewise.infer.mixing import closed

if TYPE_CHECKING:
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["find"]

CHANCE = 1e-5
LEAST_DRIFT = 1.0
LEAST_TAU = 0.5
LEAST_ROWS = 12

LEAST_STEP = 1.5
LEAST_LEVEL = 10
"""Rows before and behind a step."""

APART = 0.95
"""Part of the pairs of a row before a step and one behind it that differ in the sense of the step."""

IN_EACH_HALF = 0.2
"""Part of a drift that goes on within each half of the rows, where a half is its fair share."""

SORTED = 0.95
"""Rows with a larger tau of their totals are sorted by them."""

MAIN = 1.0
"""Oxides that make more than this many percent are asked whether the composition stays."""

STAYS = 0.5
"""The tau of an oxide with the order, as a part of that of the total."""

WIDEST = 5.0
"""Width in wt% of the range of totals that good analyses of the mineral have."""


def find(rows: AuditRows) -> list[Block]:
    """Return the drifts and steps of each source and label, and of samples where the whole has none."""
    total = rows.judged.total
    judged = np.isin(rows.judged.verdict, [VERDICTS.index(name) for name in ("accepted", "ambiguous")])
    usable = judged & np.isfinite(total) & (np.diff(rows.judged.expected, axis=1)[:, 0] <= WIDEST)
    found: list[Block] = []
    place = rows.source.with_(rows.label)
    seen = np.zeros(len(rows), dtype=bool)
    of_one = rows.source.code >= 0 if len(rows.source.names) else np.ones(len(rows), dtype=bool)
    for groups, together in ((place, of_one), (place.with_(rows.sample), rows.sample.code >= 0)):
        for where, block in groups.each(LEAST_ROWS):
            chosen = _of_one_mineral(rows, block[(usable & together & ~seen)[block]])
            told = _of_series(rows, chosen, where) if len(chosen) >= LEAST_ROWS else None
            if told:
                seen[chosen] = True
                found.append(told)
    return found


def _of_one_mineral(rows: AuditRows, block: IntArray) -> IntArray:
    """Return the rows of the mineral that most of them are."""
    phase = rows.judged.phase[block]
    return block[phase == np.bincount(phase).argmax()] if len(block) else block


def _of_series(rows: AuditRows, chosen: IntArray, where: str) -> Block | None:
    total = rows.judged.total[chosen]
    series = thinned(total)
    tau, chance = kendall(series)
    if abs(tau) > SORTED:
        return None
    composition = np.nan_to_num(closed(rows.values[chosen]))
    change = theil_sen(series)
    drifts = abs(tau) >= LEAST_TAU and chance < CHANCE and abs(change) >= LEAST_DRIFT
    if not (drifts and _gradual(series, change) and _stays(composition, tau)):
        return _step(rows, chosen, composition, where)
    fifth = len(total) // 5
    evidence = (
        f"Totals {'rise' if change > 0 else 'fall'} by {abs(change):.1f} wt% along "
        f"{counted(len(chosen), 'row')} ({named_rows(chosen)}), from {np.median(total[:fifth]):.1f} to "
        f"{np.median(total[-fifth:]):.1f} wt%; Kendall's tau with their order is {tau:.2f} "
        f"(p = {chance:.0e}), while the composition stays."
    )
    remedy = "Ask for the standards measured in that session; normalise, or leave the rows out."
    return Block("total drifts", chosen, len(chosen), where, evidence, remedy, MEDIUM)


def _gradual(series: FloatArray, change: float) -> bool:
    halves = [theil_sen(half) * np.sign(change) for half in np.array_split(series, 2)]
    return bool(min(halves) > IN_EACH_HALF * abs(change))


def _stays(composition: FloatArray, tau: float) -> bool:
    main = composition.mean(axis=0) > MAIN
    return all(abs(kendall(thinned(column))[0]) < STAYS * abs(tau) for column in composition[:, main].T)


def _step(rows: AuditRows, chosen: IntArray, composition: FloatArray, where: str) -> Block | None:
    """Return the rows behind a step of the totals."""
    total = rows.judged.total[chosen]
    n = len(total)
    if n < 2 * LEAST_LEVEL:
        return None
    at = step_at(total, LEAST_LEVEL)
    before, behind = np.median(total[:at]), np.median(total[at:])
    apart = _apart(total[:at], total[at:])
    z = (apart - 0.5) * math.sqrt(12 * at * (n - at) / (n + 1))
    by_chance = n * math.erfc(z / math.sqrt(2))
    if abs(behind - before) < LEAST_STEP or apart < APART or by_chance > CHANCE:
        return None
    main = composition[:, composition.mean(axis=0) > MAIN]
    if any(_apart(column[:at], column[at:]) > (1 + STAYS) / 2 for column in main.T):
        return None
    evidence = (
        f"From row {chosen[at] + 1} on, totals are {abs(behind - before):.1f} wt% "
        f"{'higher' if behind > before else 'lower'}: median {behind:.1f} wt% of {n - at} rows against "
        f"{before:.1f} wt% of {at} before, while the composition stays."
    )
    remedy = "Ask whether a new session began there, and on which standards; normalise before comparing."
    return Block("totals step", chosen[at:], n, where, evidence, remedy, LOW)


def _apart(before: FloatArray, behind: FloatArray) -> float:
    """Return the part of pairs that differ in one sense, 0.5 for none and 1 for all; ties count half."""
    signs = np.sign(np.subtract.outer(thinned(before), thinned(behind)))
    return float(0.5 + abs(signs.mean()) / 2)
