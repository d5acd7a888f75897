"""Rows that lie on a line between two minerals: the beam took in both, in different proportions.

Looked at are the rows of one sample, or of one source where no sample is named, with the verdict "mixture" of
the same two minerals. Mixing moves a composition along a straight line. So the closed compositions of the
rows have to scatter along one direction, `STRAIGHT` of their variance at least, and that direction has to be
the one from the one mineral to the other, as analyses of the same sample or, lacking them, typical ones give
it. Their proportions must differ by more than their errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks._wording import counted, named_rows
from phasewise.compositions.audit.blocks.block import MEDIUM, Block
from phasewise.compositions.feature_model import FeatureModel
from phasewise.compositions.load import load_model
from phasewise.core.types import VERDICTS
from phasewise.infer.mixing import closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["find"]

LEAST_ROWS = 3
"""Where one of the two minerals stands in the same sample; one more where neither does."""

LEAST_SPAN = 0.1
"""Difference between the largest and the smallest part of a mineral."""

STRAIGHT = 0.9
ALONG = 0.9
"""Cosine between the line of the rows and the line from the one mineral to the other."""

_MIXTURE = VERDICTS.index("mixture")
_ACCEPTED = VERDICTS.index("accepted")


def find(rows: AuditRows) -> list[Block]:
    """Return a block for each sample, or source, and two minerals whose mixtures lie on a line."""
    judged = rows.judged
    mixed = (judged.verdict == _MIXTURE) & np.isfinite(judged.part) & (judged.second >= 0)
    if mixed.sum() < LEAST_ROWS:
        return []
    place = rows.source.with_(rows.sample)
    found = []
    for where, block in place.each(LEAST_ROWS):
        if mixed[block].sum() >= LEAST_ROWS:
            for a, b, chosen in _pairs(rows, block[mixed[block]]):
                told = _on_a_line(rows, block, a, b, chosen)
                if told:
                    remedy = "Leave the rows out, or give them as mixtures: they are analyses of no mineral."
                    found.append(Block("mixtures", chosen, len(block), where, told, remedy, MEDIUM, True))
    return found


def _pairs(rows: AuditRows, mixed: IntArray) -> Iterator[tuple[int, int, IntArray]]:
    """Yield two minerals, and the rows that are mixtures of them."""
    first, second = rows.judged.phase[mixed], rows.judged.second[mixed]
    low, high = np.minimum(first, second), np.maximum(first, second)
    for a, b in np.unique(np.column_stack([low, high]), axis=0):
        chosen = mixed[(low == a) & (high == b)]
        if len(chosen) >= LEAST_ROWS:
            yield int(a), int(b), chosen


def _on_a_line(rows: AuditRows, block: IntArray, a: int, b: int, chosen: IntArray) -> str:
    """Return the evidence that mixtures lie on the line between two minerals; empty if they do not."""
    judged = rows.judged
    part = np.where(judged.phase[chosen] == b, 1 - judged.part[chosen], judged.part[chosen])
    error = float(np.median(np.nan_to_num(judged.part_error[chosen])))
    if np.ptp(part) < max(LEAST_SPAN, 2 * error):
        return ""
    ends = [block[(judged.verdict[block] == _ACCEPTED) & (judged.phase[block] == k)] for k in (a, b)]
    if len(chosen) == LEAST_ROWS and not any(map(len, ends)):
        return ""
    line = _line(np.nan_to_num(closed(rows.values[chosen])))
    towards = _end(rows, b, ends[1]) - _end(rows, a, ends[0])
    length = np.linalg.norm(towards)
    if line is None or not length > 0 or abs(line @ towards) < ALONG * length:
        return ""
    names = [judged.phases[k] for k in (a, b)]
    pure = [
        f"{counted(len(end), 'row')} of pure {name}"
        for end, name in zip(ends, names, strict=True)
        if len(end)
    ]
    beside = f", beside {' and '.join(pure)}" if pure else ""
    return (
        f"{len(chosen)} rows lie on a line between {names[0]} and {names[1]}, with {part.min():.0%} to "
        f"{part.max():.0%} of the latter{beside}: {named_rows(chosen)}."
    )


def _line(compositions: FloatArray) -> FloatArray | None:
    """Return the direction along which compositions scatter; None where that is not one."""
    _, scale, directions = np.linalg.svd(compositions - compositions.mean(axis=0), full_matrices=False)
    straight = scale[0] ** 2 >= STRAIGHT * (scale**2).sum() > 0
    return directions[0] if straight else None


def _end(rows: AuditRows, phase: int, pure: IntArray) -> FloatArray:
    """Return the closed composition of a mineral in a sample, or what it typically is."""
    if len(pure):
        return np.asarray(np.nan_to_num(closed(rows.values[pure])).mean(axis=0))
    model, name = load_model("default"), rows.judged.phases[phase]
    if isinstance(model, FeatureModel) and model.typical is not None and name in model.phases:
        return np.asarray(model.typical.mean[model.phases.index(name)])
    return np.full(rows.values.shape[1], np.nan)
