"""The beginning of the report: numbers, who judged, and what to look at first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from phasewise import __version__
from phasewise.compositions.audit.blocks.block import HIGH, PRIORITIES
from phasewise.compositions.audit.findings import (
    AMBIGUOUS,
    BAD,
    FINDINGS,
    MIXED,
    RELABEL,
)
from phasewise.compositions.audit.report.audited import counted, in_words, linked, plural, share
from phasewise.compositions.audit.report.figures import overview_figures
from phasewise.compositions.audit.rows import NOBODY
from phasewise.compositions.load import load_model
from phasewise.report.page import Block, Cell, Column, Facts, Figures, Notes, Prose, Step, Steps, Table, cell
from phasewise.report.rows import rows_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.audit.report.audited import Audited

__all__ = ["first_steps", "lead", "overview"]

MOST_BLOCKS, MOST_LABELS = 3, 3
LEAST_SOURCE, LEAST_SHARE = 5, 0.2
"""A publication with so many flagged rows, and this part of its rows, is worth a step of its own."""

MEANINGS = {
    "agree": "label, composition and formula fit, or nothing measured speaks against the label",
    "relabel": "a good analysis of another mineral than the label says",
    "bad_analysis": "numbers that fit no mineral, or those of an error that a block undoes",
    "mixed": "two minerals under one beam",
    "ambiguous": "the analysis alone cannot decide about the label, or nobody may judge it",
    "label_not_covered": "the label names no mineral that the model knows",
    "no_label": "the row has no label",
    "no_analysis": "hardly any major oxide is given",
}

_PRIORITY_HINTS = (
    "Rows that belong to a block, and are not flagged by themselves",
    *(f"Flagged rows of {name} priority" for name in PRIORITIES[1:]),
)

PARTS = {"label": "Column of minerals", "source": "Column of publications", "sample": "Column of samples"}


def lead(found: Audited) -> str:
    """Return what was found, in a sentence."""
    n, flagged = len(found.rows), len(found.marked.flagged)
    if not n:
        return "The table has no rows, so there is nothing to audit."
    if not flagged:
        return f"{plural(n, 'row', 'rows')}: none is flagged."
    high = int((found.priority == HIGH).sum())
    blocks = len(found.marked.blocks)
    told = [f"{plural(n, 'row', 'rows')}: {flagged:,} flagged ({share(flagged, n)})"]
    told += [f"{high:,} with high priority"] if high else []
    told += [f"{plural(blocks, 'block', 'blocks')} of rows that share an error"] if blocks else []
    return f"{', '.join(told)}."


def overview(found: Audited) -> list[Block]:
    """Return numbers, what was taken for what, and who judged."""
    n, flagged = len(found.rows), len(found.marked.flagged)
    facts = [("Rows", f"{n:,}"), ("Flagged", f"{flagged:,} ({share(flagged, n)})")]
    facts += [
        (f"{name.capitalize()} priority", f"{number:,}")
        for k, name in reversed(list(enumerate(PRIORITIES)))
        if k and (number := int(found.by_priority[:, k].sum()))
    ]
    taken = [(words, found.columns.get(part) or "none") for part, words in PARTS.items()]
    taken.append(("Model", _short(found.model)))
    if found.file and Path(found.file).name != found.title:
        taken.append(("File", Path(found.file).name))
    blocks: list[Block] = [Facts(facts), Facts([*taken, ("phasewise", __version__)])]
    if not n:
        return blocks
    figures = [Figures(drawn)] if (drawn := overview_figures(found)) else []
    return [*blocks, *figures, _findings(found), _judges(found)]


def _findings(found: Audited) -> Table:
    """Return how many rows have which finding, and of which priority those are that are flagged."""
    everything = np.bincount(found.finding, minlength=len(FINDINGS)).tolist()
    priorities = [p for p in (3, 2, 1, 0) if found.by_priority[:, p].any()]
    table = [
        [
            Cell(in_words(name), aside=MEANINGS[name]),
            cell(everything[k]),
            cell(100 * everything[k] / len(found.rows), 2),
            *(linked(int(found.by_priority[k, p]), finding=name, priority=PRIORITIES[p]) for p in priorities),
        ]
        for k, name in enumerate(FINDINGS)
        if everything[k]
    ]
    columns = [
        Column("finding"),
        Column("rows", True),
        Column("%", True, "Of all rows"),
        *(Column(PRIORITIES[p], True, _PRIORITY_HINTS[p]) for p in priorities),
    ]
    caption = "Flagged rows stand below their priority; every number there leads to its rows."
    return Table(columns, table, caption)


def _judges(found: Audited) -> Table:
    judge = found.rows.judged.judge
    counts = np.bincount(judge.code, minlength=len(judge.names)).tolist()
    table = [
        [Cell(_short(name), aside=_checksum(name)), cell(number), Cell(_why(name, found.model))]
        for name, number in zip(judge.names, counts, strict=True)
    ]
    caption = "No row is judged by a model that has learned from it."
    return Table([Column("judge"), Column("rows", True), Column("why", wide=True)], table, caption)


def _short(name: str) -> str:
    path = Path(name)
    return "nobody" if name == NOBODY else "/".join(path.parts[-3:] if len(path.parts) > 1 else path.parts)


def _checksum(name: str) -> str:
    return "" if name == NOBODY else f"weights {load_model(name).card['weights']['sha256'][:12]}"


def _why(name: str, model: str) -> str:
    """Return why rows are judged by a model; siblings are named as by `judges_of`."""
    if name == NOBODY:
        return "They stand in several parts of what the models have learned from, so that all have seen them."
    if name == model:
        return "This model has not learned from them, nor from most of their publication."
    part = name.removeprefix(f"{model}_without_") if name.startswith(f"{model}_without_") else Path(name).name
    return (
        f"'{_short(model)}' has learned from them, or from most of their publication; this sibling has seen "
        f"neither: it was trained without {in_words(part)}."
    )


def first_steps(found: Audited) -> list[Block]:
    """Return what was assumed, and a few steps that lead into the page."""
    blocks: list[Block] = []
    if found.notices:
        assumed = "While reading, the following was assumed. A wrong answer often begins here."
        blocks += [Prose(assumed), Notes(list(dict.fromkeys(found.notices)))]
    if not len(found.rows):
        return [*blocks, Prose("There are no rows.")]
    steps = [*_of_blocks(found), *_of_labels(found), *_of_findings(found), *_of_sources(found)]
    return [*blocks, Steps(steps) if steps else Prose("Nothing stands out: no row is flagged.")]


def _of_blocks(found: Audited) -> Iterator[Step]:
    blocks = sorted(enumerate(found.marked.blocks, start=1), key=lambda b: (-b[1].priority, -len(b[1].rows)))
    for number, block in blocks[:MOST_BLOCKS]:
        where = f" of {block.where}" if block.where else ""
        text = f"{block.kind.capitalize()}: {plural(len(block.rows), 'row', 'rows')}{where}. {block.remedy}"
        yield Step(text, rows_link(block=f"B{number}"))
    more = len(blocks) - MOST_BLOCKS
    if more > 0:
        words = plural(more, "more block of rows shares", "more blocks of rows share")
        yield Step(f"{words} an error.", "#blocks", "See all blocks")


def _of_labels(found: Audited) -> Iterator[Step]:
    """Yield the labels that name no mineral."""
    counts = np.bincount(found.rows.label.code + 1, minlength=len(found.rows.label.names) + 1)[1:]
    unknown = [k for k, word in enumerate(found.labels.nearest_mineral) if not word and counts[k]]
    unknown.sort(key=lambda k: -counts[k])
    if unknown:
        named = ", ".join(f"“{found.rows.label.names[k]}” ({counts[k]:,})" for k in unknown[:MOST_LABELS])
        rest = len(unknown) - MOST_LABELS
        text = f"{plural(len(unknown), 'label is', 'labels are')} no name of a mineral that is known: {named}"
        yield Step(f"{text}{f' and {rest:,} more' if rest > 0 else ''}.", "#by-mineral", "See all labels")


def _of_findings(found: Audited) -> Iterator[Step]:
    alone = found.flagged & (found.marked.names == "")
    sure = alone & (found.finding == RELABEL) & (found.priority == HIGH)
    if n := int(sure.sum()):
        yield Step(
            f"{plural(n, 'row is', 'rows are')} certainly of another mineral group than published"
            f"{_most_frequent(found, np.flatnonzero(sure))}.",
            rows_link(finding="relabel", priority="high", block=None),
        )
    for code, words in (
        (BAD, ("row fits", "rows fit", "no mineral: check totals, units and columns")),
        (MIXED, ("row is a mixture", "rows are mixtures", "of two minerals: leave them out of averages")),
        (AMBIGUOUS, ("row is", "rows are", "ambiguous: something speaks against the label, but not enough")),
    ):
        rows = alone & (found.finding == code)
        if n := int(rows.sum()):
            text = f"{plural(n, *words[:2])} {words[2]}."
            yield Step(text, rows_link(finding=FINDINGS[code], block=None))


def _most_frequent(found: Audited, rows: np.ndarray) -> str:
    """Return the pair of label and suggested mineral that most rows have."""
    names, phases = found.rows.label.names, found.rows.judged.phases
    pairs = counted(
        found.rows.label.code[rows], found.marked.findings.suggested[rows], (len(names), len(phases))
    )
    label, phase = np.unravel_index(int(pairs.argmax()), pairs.shape)
    return f", most often “{names[label]}” that is {phases[phase]} ({pairs[label, phase]:,})"


def _of_sources(found: Audited) -> Iterator[Step]:
    """Yield the publication with most rows of any priority, where it stands out."""
    source = found.rows.source
    if not source.names:
        return
    of = np.bincount(source.code + 1, minlength=len(source.names) + 1)[1:]
    doubtful = found.marked.findings.priority > 0
    flagged = np.bincount(source.code[doubtful] + 1, minlength=len(source.names) + 1)[1:]
    worst = int(flagged.argmax())
    if flagged[worst] >= LEAST_SOURCE and flagged[worst] >= LEAST_SHARE * of[worst]:
        yield Step(
            f"{source.names[worst]} has most doubtful rows of all publications: {flagged[worst]:,} of its "
            f"{of[worst]:,}.",
            rows_link(source=source.names[worst]),
        )
