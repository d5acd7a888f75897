"""Rows with nothing measured, and rows whose total is next to nothing: epoxy, a hole, or the beam was off.

A row is empty where no oxide or element above zero is given, and nearly so where everything that is given
sums up to less than `NOTHING` wt%, H2O and CO2 included; of a label that names no known phase that weighs
less, as what it consists of may have no column. Where at least half of a block has totals of one
size between 0.9 and `NOTHING`, its numbers are mass fractions or atoms per formula unit and no empty rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks._wording import counted, labels_of, named_rows
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM, Block

if TYPE_CHECKING:
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import FloatArray

__all__ = ["find"]

NOTHING = 5.0
"""No mineral, glass or fluid-rich phase has so low a total, in wt%."""

_OTHER_UNIT = 0.9
_ONE_SIZE = 0.1


def find(rows: AuditRows) -> list[Block]:
    """Return a block for each source and label that has empty rows, and one for those nearly empty."""
    given = np.nansum(np.clip(rows.analyses.values, 0.0, None), axis=1)
    low = given < NOTHING
    if not low.any():
        return []
    found = []
    for where, block in rows.source.with_(rows.label).each():
        if not low[block].any() or _in_another_unit(given[block]):
            continue
        empty, poor = (block[part] for part in (given[block] == 0, low[block] & (given[block] > 0)))
        if len(empty):
            evidence = f"Nothing above zero is given in {len(empty):,} of {counted(len(block), 'row')}"
            remedy = "Leave the rows out, or fill them in from the publication."
            evidence += f": {named_rows(empty)}."
            found.append(Block("nothing measured", empty, len(block), where, evidence, remedy, LOW, True))
        if len(poor):
            held = (rows.analyses.values[poor] > 0).any(axis=0)
            oxides = labels_of(name for name, one in zip(rows.analyses.columns, held, strict=True) if one)
            evidence = (
                f"Everything given sums up to {_span(given[poor])} wt% in {len(poor):,} of "
                f"{counted(len(block), 'row')}, of {oxides}: {named_rows(poor)}."
            )
            remedy = "Leave the rows out: the beam hit epoxy or a hole, or the main oxides are not given."
            known = (rows.published[poor] >= 0).any() or rows.label.code[poor[0]] < 0
            priority = MEDIUM if known else LOW
            found.append(Block("total near zero", poor, len(block), where, evidence, remedy, priority, True))
    return found


def _in_another_unit(given: FloatArray) -> bool:
    near = given[(given >= _OTHER_UNIT) & (given < NOTHING)]
    if 2 * len(near) < len(given) or not len(near):
        return False
    middle = np.median(near)
    return bool(np.median(np.abs(near - middle)) < _ONE_SIZE * middle)


def _span(values: FloatArray) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    return low if low == high else f"{low}-{high}"
