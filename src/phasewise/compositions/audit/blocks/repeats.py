"""Analyses that stand several times: copied within a source, or published by two, and under two labels.

Rows are the same where every number agrees, what was not measured counting as 0. Two analyses of one crystal
can agree by chance where little is printed of them. So a repeat has to rest on at least `LEAST_OXIDES`
numbers above zero with at least `LEAST_DIGITS` digits together. Compilers round: between two sources,
hundredths of a wt% have to agree, and as many more pairs of rows can agree by chance, one repeat alone
counts only from `LONE_DIGITS` digits on, and several from `SHARED_DIGITS`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks._numbers import first_of_each, printed_digits, same_numbers, whole
from phasewise.compositions.audit.blocks._wording import counted, labels_of, named_rows
from phasewise.compositions.audit.blocks.block import HIGH, LOW, MEDIUM, Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import BoolArray, IntArray

__all__ = ["find"]

LEAST_OXIDES, LEAST_DIGITS = 4, 12
SHARED_DIGITS, LONE_DIGITS = 14, 20
_EXACT, _ROUNDED = 4, 2
_KEEP_ONE = "Keep one of each and leave out the rest, or they count several times."


def find(rows: AuditRows) -> list[Block]:
    """Return the repeats within each source and label, and those between two sources or two labels."""
    exact = whole(rows.analyses.values, _EXACT)
    key = same_numbers(exact)
    telling = _telling(exact, key, LEAST_DIGITS)
    rounded = whole(rows.analyses.values, _ROUNDED)
    near = same_numbers(rounded)
    shared = np.flatnonzero(_telling(rounded, near, SHARED_DIGITS) & (rows.source.code >= 0))
    many = printed_digits(rounded[shared]) >= LONE_DIGITS
    return [
        *_within_sources(rows, key, telling),
        *_conflicts_within(rows, key, telling),
        *_between_sources(rows, shared, near[shared], many),
    ]


def _telling(numbers: IntArray, key: IntArray, digits: int) -> BoolArray:
    """Return the rows whose numbers stand several times and are too many to agree by chance."""
    out = np.bincount(key, minlength=1)[key] > 1
    out &= (numbers != 0).sum(axis=1) >= LEAST_OXIDES
    out[out] = printed_digits(numbers[out]) >= digits
    return np.asarray(out)


def _within_sources(rows: AuditRows, key: IntArray, telling: BoolArray) -> Iterator[Block]:
    if not telling.any():
        return
    place = rows.source.with_(rows.label)
    first = first_of_each(place.code, key)
    copied = telling & (first != np.arange(len(first)))
    for where, block in place.each():
        copies = block[copied[block]]
        if len(copies):
            _, times = np.unique(first[copies], return_counts=True)
            often = Counter((times + 1).tolist())
            told = labels_of(
                f"{counted(n, 'analysis stands', 'analyses stand')} {k} times"
                for k, n in sorted(often.items())
            )
            evidence = (
                f"{told} among {counted(len(block), 'row')}, all numbers the same: "
                f"{_pairs(first[copies], copies)}."
            )
            yield Block("copied rows", copies, len(block), where, evidence, _KEEP_ONE, LOW)


def _pairs(first: IntArray, second: IntArray) -> str:
    """Return examples of rows that are the same."""
    named = [f"row {b + 1} repeats row {a + 1}" for a, b in zip(first[:3], second[:3], strict=True)]
    return labels_of(named) if len(first) <= 3 else f"{', '.join(named)} ..."


def _conflicts_within(rows: AuditRows, key: IntArray, telling: BoolArray) -> Iterator[Block]:
    """Yield, for each source, the analyses that it gives under labels of two phases."""
    named = np.flatnonzero(telling & (rows.published >= 0))
    if not len(named):
        return
    first = named[first_of_each(rows.source.code[named], key[named])]
    differs = rows.published[named] != rows.published[first]
    in_conflict = named[np.isin(first, first[differs])]
    for source, chosen in _by_source(rows, in_conflict):
        labels = Counter(rows.label.name(int(row)) for row in chosen)
        told = labels_of(f"{name} ({n})" for name, n in labels.most_common())
        evidence = (
            f"{counted(len(chosen), 'row')} with the same numbers stand under labels of two phases, {told}: "
            f"{named_rows(chosen)}."
        )
        of = int((rows.source.code == rows.source.code[chosen[0]]).sum())
        remedy = "Look up which label is right; the other rows are copies."
        yield Block("label conflict", chosen, of, source, evidence, remedy, HIGH)


def _by_source(rows: AuditRows, chosen: IntArray) -> Iterator[tuple[str, IntArray]]:
    for code in np.unique(rows.source.code[chosen]):
        of_it = chosen[rows.source.code[chosen] == code]
        yield rows.source.name(int(of_it[0])), of_it


def _between_sources(rows: AuditRows, shared: IntArray, key: IntArray, many: BoolArray) -> Iterator[Block]:
    """Yield what two sources have in common, for each pair; `shared` are the rows that may be."""
    source = rows.source.code[shared]
    for one, other in _pairs_of_sources(source, key):
        of_two = np.flatnonzero((source == one) | (source == other))
        common = np.intersect1d(key[source == one], key[source == other])
        chosen = of_two[np.isin(key[of_two], common)]
        if len(common) < 2 and not many[chosen].all():
            continue
        yield from _of_pair(rows, shared[chosen], key[chosen], int(one))


def _pairs_of_sources(source: IntArray, key: IntArray) -> list[tuple[int, int]]:
    """Return the pairs of sources that have a key in common."""
    pairs = np.unique(np.column_stack([key, source]), axis=0)
    found: set[tuple[int, int]] = set()
    for step in range(1, len(pairs)):
        same = pairs[step:, 0] == pairs[:-step, 0]
        if not same.any():
            break
        found |= set(zip(pairs[:-step, 1][same].tolist(), pairs[step:, 1][same].tolist(), strict=True))
    return sorted(found)


def _of_pair(rows: AuditRows, chosen: IntArray, key: IntArray, one: int) -> Iterator[Block]:
    """Yield the analyses that two sources label differently, and those that they label alike."""
    mine = rows.source.code[chosen] == one
    names = [rows.source.name(int(chosen[side][0])) for side in (mine, ~mine)]
    of = int(np.isin(rows.source.code, rows.source.code[chosen]).sum())
    differs = _labelled_differently(key, rows.published[chosen], mine)
    for conflict in (True, False):
        part = differs == conflict
        if part.any():
            labels = [_labels(rows, chosen[part & side]) for side in (mine, ~mine)]
            first, second = (chosen[part & side] for side in (mine, ~mine))
            told = counted(len(np.unique(key[part])), "analysis stands", "analyses stand")
            evidence = (
                f"{told} both in {names[0]}{labels[0]} and in {names[1]}{labels[1]}: "
                f"{named_rows(first)}; {named_rows(second)}."
            )
            kind, priority, remedy = _OF_KIND[conflict]
            yield Block(kind, chosen[part], of, " and ".join(names), evidence, remedy, priority)


def _labelled_differently(key: IntArray, phase: IntArray, mine: BoolArray) -> BoolArray:
    """Return the rows of analyses to which both sources give a phase, but none in common."""
    width = int(phase.max(initial=0)) + 1
    ours, theirs = (side & (phase >= 0) for side in (mine, ~mine))
    both = np.intersect1d(key[ours], key[theirs])
    named = key * width + phase
    agreed = np.intersect1d(named[ours], named[theirs]) // width
    return np.isin(key, np.setdiff1d(both, agreed))


_OF_KIND = {
    True: ("label conflict", HIGH, "Look up in both publications which label is right."),
    False: ("repeated in another source", MEDIUM, _KEEP_ONE + " Training and test must not share them."),
}


def _labels(rows: AuditRows, chosen: IntArray) -> str:
    names = Counter(rows.label.name(int(row)) for row in chosen)
    told = labels_of(name for name, _ in names.most_common() if name)
    return f" (as {told})" if told else ""
