"""The list of all flagged rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.audit.findings import FINDINGS
from phasewise.compositions.report.collect import measured_oxides
from phasewise.compositions.report.listing import oxide_columns, saved_name
from phasewise.core.arrow import coded, integers, numbers, texts
from phasewise.core.result_names import find_label
from phasewise.plot.colours import FINDING_TINTS, PRIORITY_TINTS, UNKNOWN_COLOUR, phase_colour
from phasewise.report.rows import RowColumn, Rows

if TYPE_CHECKING:
    from phasewise.compositions.audit.report.audited import Audited

__all__ = ["EVERYTHING", "listing"]

EVERYTHING = "phasewise audit FILE --out RESULT.csv --all-rows writes a table of all rows."

_LOOKS: dict[str, dict[str, Any]] = {
    "name": {"width": 8.2},
    "row": {"width": 4.2, "decimals": 0, "rank": 4},
    "label": {"width": 7.4, "choose": True},
    "finding": {"width": 7.9, "choose": True, "codes_in_words": True},
    "suggested": {"width": 7.8, "choose": True, "rank": 2},
    "priority": {"width": 5.6, "choose": True, "rank": 2},
    "evidence": {"width": None, "rank": 3},
    "block": {"width": 4.2, "choose": True, "several": True, "codes_in_words": True, "rank": 4},
    "source": {"width": 7.6, "choose": True, "rank": 5},
    "total": {"decimals": 2},
    "sample": {},
    "published_mineral": {"title": "label stands for"},
    "phase": {"title": "phase by composition"},
    "probability": {},
    "certainty": {"title": "certainty of the suggestion"},
    "second_phase": {"title": "second phase"},
    "mixture_part": {"title": "part of the second phase", "decimals": 2},
    "verdict": {"codes_in_words": True},
    "judge": {},
}
"""How each column looks; those without a width stand in the details alone."""


_TINTS = {"finding": FINDING_TINTS, "priority": PRIORITY_TINTS}


def listing(found: Audited) -> Rows:
    """Return the flagged rows as a list for a page, the most important first; there is at least one."""
    columns, colours = _columns(found), {"suggested": _phase_colours(found)} | _TINTS
    shown = [
        RowColumn(name, columns[name], colours=colours.get(name, {}), **look)
        for name, look in _LOOKS.items()
        if name in columns
    ]
    if "name" not in columns:
        shown[0] = RowColumn("row", columns["row"], width=5.0, decimals=0)
    oxides = measured_oxides(found.rows.analyses.take(found.listed))
    return Rows([*shown, *oxide_columns(oxides)], "flagged rows", saved_name(found.title), EVERYTHING)


def _columns(found: Audited) -> dict[str, pa.Array]:
    rows, at, results = found.rows, found.listed, found.rows.judged.columns
    findings = found.marked.findings
    columns: dict[str, pa.Array] = {"row": integers(at + 1)}
    if (name := _name_column(found)) is not None:
        columns["name"] = found.table[name].take(integers(at)).cast(pa.string())
    if rows.label.names:
        columns["label"] = coded(rows.label.code[at], rows.label.names)
        words = np.array([*found.labels.nearest_mineral, ""], dtype=object)[rows.label.code[at]]
        columns["published_mineral"] = texts([word or None for word in words])
    columns["finding"] = coded(findings.finding[at], FINDINGS)
    columns["suggested"] = coded(findings.suggested[at], rows.judged.phases)
    columns["priority"] = coded(findings.priority[at], PRIORITIES)
    columns["evidence"] = texts(found.marked.evidence[at].tolist())
    if found.marked.blocks:
        columns["block"] = texts([name or None for name in found.marked.names[at]])
    for part, groups in (("source", rows.source), ("sample", rows.sample)):
        if groups.names and found.columns.get(part) != name:
            columns[part] = coded(groups.code[at], groups.names)
    columns["certainty"] = numbers(findings.certainty[at])
    columns["judge"] = coded(rows.judged.judge.code[at], rows.judged.judge.names)
    for result in ("total", "phase", "probability", "second_phase", "mixture_part", "verdict"):
        columns[result] = results[result].take(integers(at))
    return columns


def _name_column(found: Audited) -> str | None:
    """Return the column that names the rows; that of the minerals or publications does not."""
    others = (found.columns.get("label"), found.columns.get("source"))
    return find_label([name for name in found.table.column_names if name not in others])


def _phase_colours(found: Audited) -> dict[str, str]:
    named = {phase: phase_colour(phase) for phase in found.rows.judged.phases}
    return {phase: colour for phase, colour in named.items() if colour != UNKNOWN_COLOUR}
