"""Trials of what is no error of one row: repeats, zeros, and iron that is given twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit_tables import SPLIT, Material, capped
from audit_trials import LEAST_BLOCK, MOST_ROWS, PARTS, Tallies, audited, blocks_of, count_named, generator
from phasewise.compositions.audit.audit import Audit
from phasewise.compositions.audit.blocks.block import Block
from phasewise.core.types import TEN_OXIDES

__all__ = ["copies", "exchanged_irons", "zeros"]

COPIED = 5
"""Rows of each block that are copied."""

LEAST_ZERO, MOST_ZERO = 0.5, 5.0
"""Oxides with a median in this range, in wt%, are put to 0."""

_PLAIN = {"FeO_reported": "FeO", "Fe2O3_reported": "Fe2O3"}


def exchanged_irons(material: Material, tally: Tallies) -> None:
    """Exchange FeO and Fe2O3 in blocks of a table that gives both, and count what is found."""
    if SPLIT[0] not in material.rows:
        return
    held = material.rows[material.rows[SPLIT].notna().all(axis=1)]
    rows = capped(held, MOST_ROWS, LEAST_BLOCK).drop(columns="FeOt").rename(columns=_PLAIN)
    able = blocks_of(rows)
    for turn in range(2 if len(able) else 0):
        frame, injected = rows.copy(), able[turn::2]
        for _, _, at in injected:
            frame.loc[at, ["FeO", "Fe2O3"]] = rows.loc[at, ["Fe2O3", "FeO"]].to_numpy()
        found = audited(frame, material.model)
        blocks = [block for block in found._marked.blocks if block.kind == "FeO and Fe2O3 exchanged"]
        count_named(found, blocks, injected, rows, tally)


def zeros(material: Material, tally: Tallies) -> None:
    """Put 0 for an oxide that a mineral holds in all rows of a block, and count what is found."""
    rows = capped(material.rows, MOST_ROWS).drop(columns=SPLIT, errors="ignore")
    able = [block for block in blocks_of(rows) if len(block[2]) >= LEAST_BLOCK]
    rng = generator("zeros", material.model)
    before = {(b.where, b.evidence) for b in _of_kind(audited(rows, material.model), _ZEROS)}
    order = rng.permutation(len(able))
    for turn in range(PARTS):
        frame, injected = rows.copy(), []
        for k in order[turn::PARTS]:
            median = rows.loc[able[k][2], list(TEN_OXIDES)].median()
            held = median.index[(median >= LEAST_ZERO) & (median < MOST_ZERO)]
            if len(held):
                frame.loc[able[k][2], str(rng.choice(held))] = 0.0
                injected.append(able[k])
        found = audited(frame, material.model)
        blocks = [b for b in _of_kind(found, _ZEROS) if (b.where, b.evidence) not in before]
        count_named(found, blocks, injected, rows, tally)


_ZEROS = "zeros for not analysed"


def _of_kind(found: Audit, kind: str) -> list[Block]:
    return [block for block in found._marked.blocks if block.kind == kind]


def copies(material: Material, tally: Tallies, *, across: bool) -> None:
    """Copy rows within their block, or under the name of another source, and count what is found."""
    rows = capped(material.rows, MOST_ROWS).drop(columns=SPLIT, errors="ignore")
    rng = generator("copies", material.model, str(across))
    picked = [
        (source, label, rng.choice(at, COPIED, replace=False))
        for source, label, at in blocks_of(rows)
        if len(at) >= LEAST_BLOCK
    ]
    chosen = np.concatenate([at for _, _, at in picked])
    extra = rows.loc[chosen]
    if across:
        extra = extra.assign(source="a later compilation")
    frame = pd.concat([rows, extra], ignore_index=True)
    found = audited(frame, material.model)
    marked = np.zeros(len(frame), dtype=bool)
    for block in _of_kind(found, "repeated in another source" if across else "copied rows"):
        marked[block.rows] = True
    flagged = (found.rows["priority"] != "none").to_numpy()
    copied = marked[len(rows) :].reshape(-1, COPIED).sum(axis=1)
    for (source, label, _), hit in zip(picked, copied.tolist(), strict=True):
        for part in ("", label):
            tally(part).add(source, COPIED, hit, hit, hit)
    tally("").flagged += flagged[len(rows) :].astype(float).tolist()
    stray = np.setdiff1d(np.flatnonzero(marked[: len(rows)]), chosen)
    for source in rows["source"].iloc[stray].astype(str):
        tally("").add(source, reported=1)
