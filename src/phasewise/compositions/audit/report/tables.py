"""The tables of the report: blocks, publications, labels, and what is published as what."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.audit.blocks.block import HIGH, PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS, RELABEL
from phasewise.compositions.audit.report.audited import counted, in_words, linked, plural
from phasewise.report.page import Block, Cell, Column, Prose, Table, cell
from phasewise.report.rows import rows_link

if TYPE_CHECKING:
    from phasewise.compositions.audit.report.audited import Audited
    from phasewise.core.types import IntArray

__all__ = ["blocks", "labels", "publications"]

MOST_BLOCKS = 500
MOST_SOURCES = 500
MOST_LABELS = 500
MOST_NAMED_BLOCKS = 3
MOST_PAIRED_LABELS, MOST_SUGGESTED = 25, 10
SHADES = {1: 0.0, 2: 0.12, 3: 0.3}
"""How deep the background of a priority is."""


def blocks(found: Audited) -> list[Block]:
    """Return the blocks of rows that share an error."""
    held = found.marked.blocks
    if not held:
        return [Prose("No error was found that several rows share.")]
    out: list[Block] = []
    kinds: Counter[str] = Counter(block.kind for block in held)
    if len(held) > 2 * len(kinds):
        told = ", ".join(f"{kind} ({number:,})" for kind, number in kinds.most_common())
        out.append(Prose(f"{len(held):,} blocks: {told}."))
    table = [
        [
            Cell(f"B{number} {block.kind}", aside=block.where, link=rows_link(block=f"B{number}")),
            Cell(
                f"{len(block.rows):,}",
                float(len(block.rows)),
                f"of {block.of:,}\n{_span(block.rows)}",
                link=rows_link(block=f"B{number}"),
            ),
            Cell(PRIORITIES[block.priority], float(block.priority), shade=SHADES.get(block.priority, 0.0)),
            Cell(block.evidence),
            Cell(block.remedy),
        ]
        for number, block in enumerate(held[:MOST_BLOCKS], start=1)
    ]
    columns = [
        Column("block"),
        Column("rows", True, "Rows of the block, and among how many; which rows of the table"),
        Column("priority", True),
        Column("evidence", wide=True),
        Column("remedy", wide=True),
    ]
    more = _more(len(held), MOST_BLOCKS, "blocks")
    return [
        *out,
        Table(
            columns,
            table,
            f"The first block is the most important. Each leads to its rows.{more}",
            scrolls=True,
        ),
    ]


def _span(rows: IntArray) -> str:
    first, last = int(rows[0]) + 1, int(rows[-1]) + 1
    return f"row {first}" if first == last else f"rows {first} to {last}"


def _more(number: int, most: int, noun: str) -> str:
    return f" Shown are {most:,} of {number:,} {noun}." if number > most else ""


def publications(found: Audited) -> list[Block]:
    """Return what is flagged by publication, the worst first."""
    source, findings = found.rows.source, found.findings_flagged
    if not source.names:
        return [
            Prose(
                "No column of publications was found, or it is empty, so rows cannot be told apart by their "
                "origin. Name it: --source-column COLUMN."
            )
        ]
    rows = np.flatnonzero(found.flagged)
    code, n = source.code + 1, len(source.names) + 1
    of = np.bincount(code, minlength=n)
    by = counted(code[rows], found.finding[rows], (n, len(FINDINGS)))
    high = np.bincount(code[rows][found.priority[rows] == HIGH], minlength=n)
    flagged = by.sum(axis=1)
    worst = np.lexsort((np.arange(n), -flagged / np.maximum(of, 1), -flagged, -high))
    worst = worst[flagged[worst] > 0]
    clean = int((of > 0).sum()) - len(worst)
    told = f" {plural(clean, 'publication has', 'publications have')} no flagged row." if clean else ""
    if not len(worst):
        return [Prose(told.strip())]
    held = _blocks_of(found)
    names = [None, *source.names]
    table = [
        [
            Cell(names[k] or "(no publication)"),
            cell(int(of[k])),
            linked(int(flagged[k]), source=names[k]),
            _share(int(flagged[k]), int(of[k])),
            linked(int(high[k]), source=names[k], priority="high"),
            *(linked(int(by[k, f]), source=names[k], finding=FINDINGS[f]) for f in findings),
            *([_named(held.get(int(k), []), names[k])] if held else []),
        ]
        for k in worst[:MOST_SOURCES].tolist()
    ]
    columns = [
        Column("publication"),
        Column("rows", True),
        Column("flagged", True),
        Column("%", True, "Flagged, of its rows"),
        Column("high", True, "Flagged rows of high priority"),
        *(Column(in_words(FINDINGS[f]), True) for f in findings),
        *([Column("blocks")] if held else []),
    ]
    more = _more(len(worst), MOST_SOURCES, "publications with flagged rows")
    caption = f"Those with most rows of high priority first; click a heading to sort.{told}{more}"
    return [Table(columns, table, caption, scrolls=True)]


def _share(part: int, whole: int) -> Cell:
    return Cell(f"{100 * part / whole:.1f}", part / whole, shade=0.35 * part / whole)


def _blocks_of(found: Audited) -> dict[int, list[int]]:
    """Return the numbers of the blocks that each publication, as its code + 1, has rows in."""
    held: dict[int, list[int]] = {}
    for number, block in enumerate(found.marked.blocks, start=1):
        for code in np.unique(found.rows.source.code[block.rows] + 1).tolist():
            held.setdefault(code, []).append(number)
    return held


def _named(numbers: list[int], source: str | None) -> Cell:
    links = [(f"B{k}", rows_link(source=source, block=f"B{k}")) for k in numbers[:MOST_NAMED_BLOCKS]]
    rest = len(numbers) - MOST_NAMED_BLOCKS
    return Cell(links=[*links, *([(f"{rest} more", "")] if rest > 0 else [])])


def labels(found: Audited) -> list[Block]:
    """Return what each label stands for, what is found of its rows, and what they are instead."""
    if not found.rows.label.names:
        return [
            Prose(
                "No column of published minerals was found, or it is empty: the analyses are judged by "
                "themselves. Name it: --label-column COLUMN."
            )
        ]
    return [_label_table(found), *_relabels(found)]


def _label_table(found: Audited) -> Table:
    label, n = found.rows.label, len(found.rows.label.names) + 1
    every = counted(label.code + 1, found.finding, (n, len(FINDINGS)))
    rows = np.flatnonzero(found.flagged)
    flagged = counted(label.code[rows] + 1, found.finding[rows], (n, len(FINDINGS)))
    occurring = np.flatnonzero(every.sum(axis=0)).tolist()
    order = np.argsort(-every.sum(axis=1), kind="stable")
    order = order[every[order].sum(axis=1) > 0]
    names = [None, *label.names]
    table = [
        [
            Cell(names[k] or "(no label)"),
            _stands_for(found, k - 1),
            cell(int(every[k].sum())),
            _share(int(flagged[k].sum()), int(every[k].sum())),
            *(
                _of_label(int(every[k, f]), int(flagged[k, f]), label=names[k], finding=FINDINGS[f])
                for f in occurring
            ),
        ]
        for k in order[:MOST_LABELS].tolist()
    ]
    columns = [
        Column("label"),
        Column("stands for", hint="Deeper where it is no mineral that is known"),
        Column("rows", True),
        Column("flagged, %", True),
        *(Column(in_words(FINDINGS[f]), True) for f in occurring),
    ]
    more = _more(len(order), MOST_LABELS, "labels")
    caption = f"All rows by label and finding; numbers of flagged rows lead to them.{more}"
    return Table(columns, table, caption, scrolls=True)


def _stands_for(found: Audited, label: int) -> Cell:
    if label < 0:
        return Cell("–")
    word = found.labels.nearest_mineral[label]
    if not word:
        return Cell("no mineral that is known", shade=0.35)
    covered = bool(found.labels.covered[label].any())
    return Cell(word) if covered else Cell(word, aside="not among those of the model", shade=0.12)


def _of_label(every: int, flagged: int, **chosen: str | None) -> Cell:
    """Return a number that leads to its rows where they are flagged, all or some of them."""
    if every == flagged:
        return linked(every, **chosen)
    some = [(f"{flagged:,} in blocks", rows_link(**chosen))] if flagged else []
    return Cell(f"{every:,}", float(every), links=some)


def _relabels(found: Audited) -> list[Block]:
    """Return which labels stand for rows of which other minerals."""
    rows = np.flatnonzero((found.finding == RELABEL) & found.flagged)
    if not len(rows):
        return []
    names, phases = found.rows.label.names, found.rows.judged.phases
    pairs = counted(
        found.rows.label.code[rows], found.marked.findings.suggested[rows], (len(names), len(phases))
    )
    across = np.argsort(-pairs.sum(axis=0), kind="stable")[:MOST_SUGGESTED]
    across = across[pairs[:, across].sum(axis=0) > 0]
    down = np.argsort(-pairs.sum(axis=1), kind="stable")[:MOST_PAIRED_LABELS]
    down = down[pairs[down].sum(axis=1) > 0]
    most = int(pairs.max())
    table = [
        [
            Cell(names[k]),
            linked(int(pairs[k].sum()), label=names[k], finding="relabel"),
            *(_pair(int(pairs[k, p]), most, names[k], phases[p]) for p in across.tolist()),
        ]
        for k in down.tolist()
    ]
    columns = [
        Column("published as"),
        Column("all", True),
        *(Column(phases[p], True, f"By composition {phases[p]}") for p in across.tolist()),
    ]
    shown = int(pairs[np.ix_(down, across)].sum())
    rest = f" {len(rows) - shown:,} relabels of rarer pairs are not shown." if shown < len(rows) else ""
    caption = f"Rows to relabel: published as (down), by composition (across).{rest}"
    return [
        Prose("What the relabelled rows are published as, and what they are by composition:"),
        Table(columns, table, caption, scrolls=True),
    ]


def _pair(number: int, most: int, label: str, phase: str) -> Cell:
    if not number:
        return Cell("", 0.0)
    depth = 0.08 + 0.32 * np.log1p(number) / np.log1p(most)
    link = rows_link(label=label, suggested=phase, finding="relabel")
    return Cell(f"{number:,}", float(number), shade=float(depth), link=link)
