"""Trials of the audit: an error is put into clean rows, and what the audit says of them is counted."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import phasewise
from audit_injections import BlockError, lookalikes, mixed, wrong_label
from audit_scores import Tally
from audit_tables import OXIDES, SPLIT, Material, capped
from phasewise.compositions.audit.audit import Audit
from phasewise.compositions.audit.blocks.block import Block
from phasewise.compositions.features import INPUTS
from phasewise.core.errors import HeaderWarning
from phasewise.core.types import FloatArray

__all__ = [
    "LEAST_BLOCK",
    "MOST_ROWS",
    "PARTS",
    "Injected",
    "Tallies",
    "audited",
    "block_errors",
    "blocks_of",
    "count_named",
]
__all__ += ["generator", "mixtures", "row_errors"]

MOST_ROWS, LEAST_BLOCK = 30, 10
PARTS = 3
"""Each block has an error in one of so many tables."""

ROWS_WRONG, REPEATED = 0.05, 4
COVERED = 0.9
NEAR = (0.3, 0.005)
COMPARED = [name for name in INPUTS[:13] if name in OXIDES]

Tallies = Callable[[str], Tally]
"""Gives the tally of a part: empty for all rows, else a mineral or what else is counted."""

Injected = tuple[str, str, np.ndarray]
"""Source, label and rows of a block."""


def audited(rows: pd.DataFrame, model: str) -> Audit:
    """Return the audit of a table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeaderWarning)
        return phasewise.audit(rows, label="label", source="source", sample="sample", model=model)


def generator(*words: str) -> np.random.Generator:
    """Return a generator of random numbers that depends on words alone."""
    return np.random.default_rng([11, *(zlib.crc32(word.encode()) for word in words)])


def blocks_of(rows: pd.DataFrame) -> list[Injected]:
    """Return source, label and rows of each block."""
    places = rows.groupby(["source", "label"], sort=False).indices
    return [(source, label, np.asarray(at)) for (source, label), at in places.items()]


def block_errors(material: Material, error: BlockError, tally: Tallies) -> None:
    """Put an error into each block in turn, and count what is found of it."""
    rows = capped(material.rows, MOST_ROWS).drop(columns=SPLIT, errors="ignore")
    values = rows[OXIDES].to_numpy(float)
    able = [block for block in blocks_of(rows) if len(block[2]) >= LEAST_BLOCK]
    rng = generator(error.family, error.name, material.model)
    order = rng.permutation(len(able))
    for turn in range(PARTS):
        wrong, injected = values.copy(), []
        for k in order[turn::PARTS]:
            source, label, at = able[k]
            after = error.change(values[at], rng)
            if error.visible(values[at], after):
                wrong[at] = after
                injected.append((source, label, at))
        if injected:
            frame = rows.assign(**dict(zip(OXIDES, wrong.T, strict=True)))
            count_blocks(audited(frame, material.model), error, values, injected, rows, tally)


def count_blocks(
    found: Audit,
    error: BlockError,
    values: FloatArray,
    injected: list[Injected],
    rows: pd.DataFrame,
    tally: Tallies,
) -> None:
    """Count the blocks that are found, and those that are reported."""
    flagged = (found.rows["priority"] != "none").to_numpy()
    reported = [block for block in found._marked.blocks if block.restored is not None]
    right, apt = np.zeros((2, len(reported)), dtype=bool)
    for source, label, at in injected:
        covered, told = np.zeros((2, len(rows)), dtype=bool)
        for k, block in enumerate(reported):
            if block.kind in error.kinds and np.isin(block.rows, at).all():
                good = _restored(block.restored, values[block.rows], error)
                right[k] = good.mean() >= COVERED
                covered[block.rows[good]] = True
                apt[k] = True
                told[block.rows] = True
        hit, named = (int(mask[at].mean() >= COVERED) for mask in (covered, told))
        for part in ("", label):
            tally(part).add(source, injected=1, found=hit, named=named)
            tally(part).flagged.append(float(flagged[at].mean()))
    for block, good, meant in zip(reported, right, apt, strict=True):
        source = str(rows["source"].iloc[block.rows[0]])
        tally("").add(source, reported=1, right=int(good), apt=int(meant))


def _restored(after: FloatArray, before: FloatArray, error: BlockError) -> np.ndarray:
    """Return which rows hold again what they held."""
    names = [name for name in COMPARED if name not in error.lost]
    now, then = (
        np.nan_to_num(values[:, [where.index(name) for name in names]])
        for values, where in ((after, list(INPUTS)), (before, OXIDES))
    )
    return np.asarray((np.abs(now - then) <= NEAR[0] + NEAR[1] * then).all(axis=1))


def row_errors(material: Material, name: str, tally: Tallies) -> None:
    """Put wrong labels, or mixtures, into single rows or whole blocks, and count what is found."""
    rows = capped(material.rows, MOST_ROWS).drop(columns=SPLIT, errors="ignore")
    labels = tuple(sorted(rows["label"].unique()))
    able = blocks_of(rows)
    large = [block for block in able if len(block[2]) >= LEAST_BLOCK]
    rng = generator(name, material.model)
    order = rng.permutation(len(large))
    whole, similar = name.endswith("blocks"), "similar" in name and "dis" not in name
    for turn in range(PARTS if whole else REPEATED):
        if whole:
            groups = [large[k] for k in order[turn::PARTS]]
        else:
            picked = np.flatnonzero(rng.random(len(rows)) < ROWS_WRONG)
            groups = [("", rows["label"].iloc[k], np.array([k])) for k in picked]
        frame, changed = rows.copy(), []
        for _, label, at in groups:
            other = wrong_label(label, labels, similar=similar, rng=rng)
            if other is not None:
                frame.loc[at, "label"] = other
                changed.append(at)
        at = np.concatenate(changed) if changed else np.arange(0)
        found = audited(frame, material.model).rows
        _count_rows(rows, found, at, found["suggested_phase"] == rows["label"], "relabel", tally)


def mixtures(material: Material, tally: Tallies) -> None:
    """Put mixtures into single rows, and count what is found."""
    rows = capped(material.rows, MOST_ROWS).drop(columns=SPLIT, errors="ignore")
    labels, values = rows["label"].to_numpy(object), rows[OXIDES].to_numpy(float)
    by_source = rows.groupby("source").indices
    rng = generator("mixture", material.model)
    for _ in range(REPEATED):
        frame, others = rows.copy(), np.full(len(rows), "", dtype=object)
        parts, wrong = np.full(len(rows), np.nan), values.copy()
        for k in np.flatnonzero(rng.random(len(rows)) < ROWS_WRONG):
            near = by_source[rows["source"].iloc[k]]
            pool = [places[_unlike(labels, places, labels[k])] for places in (near, np.arange(len(rows)))]
            pool = next((p for p in pool if len(p)), None)
            if pool is None:
                continue
            other = int(rng.choice(pool))
            part = rng.uniform(0.2, 0.8)
            wrong[k] = mixed(values[[k]], values[[other]], np.array([part]))[0]
            others[k], parts[k] = labels[other], part
        frame[OXIDES] = wrong
        found = audited(frame, material.model).rows
        at = np.flatnonzero(others != "")
        pairs = [
            {a, b} == {x, y}
            for a, b, x, y in zip(labels, others, found["phase"], found["second_phase"], strict=True)
        ]
        _count_rows(rows, found, at, np.array(pairs), "mixed", tally)
        told = at[np.array(pairs)[at] & (found["finding"] == "mixed").to_numpy()[at]]
        truth = np.where(found["second_phase"].to_numpy(object) == others, parts, 1 - parts)[told]
        off = np.abs(found["mixture_part"].to_numpy(float)[told] - truth)
        near_enough = off <= 2 * found["mixture_part_error"].to_numpy(float)[told]
        for k, good in zip(told, near_enough, strict=True):
            tally("proportion within 2 errors").add(rows["source"].iloc[k], injected=1, found=int(good))


def _unlike(labels: np.ndarray, places: np.ndarray, label: str) -> np.ndarray:
    alike = [label, *lookalikes(label)]
    return ~np.isin(labels[places], alike)


def _count_rows(
    rows: pd.DataFrame,
    found: pd.DataFrame,
    at: np.ndarray,
    right: Any,
    finding: str,
    tally: Tallies,
) -> None:
    named = (found["finding"] == finding).to_numpy()
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[at] = True
    hit = named & wrong & np.asarray(right)
    flagged = (found["priority"] != "none").to_numpy()
    for k in np.flatnonzero(named | wrong):
        source, label = rows["source"].iloc[k], rows["label"].iloc[k]
        for part in ("", label) if wrong[k] else ("",):
            tally(part).add(source, int(wrong[k]), int(hit[k]), int(named[k]), int(hit[k]))
    tally("").flagged += flagged[at].astype(float).tolist()


def count_named(
    found: Audit, blocks: list[Block], injected: list[Injected], rows: pd.DataFrame, tally: Tallies
) -> None:
    """Count injected blocks that blocks of one kind cover, and blocks that lie outside of them."""
    flagged = (found.rows["priority"] != "none").to_numpy()
    marked, wrong = np.zeros((2, len(rows)), dtype=bool)
    for block in blocks:
        marked[block.rows] = True
    for source, label, at in injected:
        wrong[at] = True
        for part in ("", label):
            tally(part).add(source, injected=1, found=int(marked[at].mean() >= COVERED))
            tally(part).flagged.append(float(flagged[at].mean()))
    for block in blocks:
        right = int(wrong[block.rows].mean() >= COVERED)
        tally("").add(str(rows["source"].iloc[block.rows[0]]), reported=1, right=right)
