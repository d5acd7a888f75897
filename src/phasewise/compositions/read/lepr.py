"""Workbooks of experiments in the template of LEPR and traceDs: one sheet a phase.

The sheets stand upright (one row an oxide, one column an experiment) or lie (one row an
experiment; columns such as ``SiO2 value`` and ``SiO2 error``). All become rows of one table.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from phasewise.compositions.column_name import parse_column_name
from phasewise.compositions.headers import listed
from phasewise.compositions.read._dialect import find_header, named
from phasewise.compositions.read._sheets import Rows, cell_text, column_of, is_workbook, load_sheets
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.errors import FileFormatError

__all__ = ["SPEC"]

SHEET = "sheet"
NOT_PHASES = frozenset({"experiment", "readme", "lab ids", "reference", "references", "bulk", "instructions"})
"""Sheets without analyses of phases; ``Bulk`` holds starting materials."""
FEWEST_OXIDES = 3

_TITLE = re.compile(rb'<sheet\b[^>]*?\bname="([^"]*)"')
_UNITS = re.compile(r"(.+?)\s*units?")
_LIMIT_UNITS = {"lt_wt%": "wt%", "lt_ppm": "ppm"}

Record = dict[str, Any]


def _sniff(source: Source) -> bool:
    if not is_workbook(source):
        return False
    try:
        with zipfile.ZipFile(source.file) as archive:
            found = _TITLE.findall(archive.read("xl/workbook.xml"))
    except (zipfile.BadZipFile, KeyError, OSError):
        return False
    titles = {title.decode("utf-8", "replace").lower() for title in found}
    return "experiment" in titles and len(titles) > 1


def _open(source: Source) -> Opened:
    sheets = load_sheets(source)
    records: list[Record] = []
    read, blank = [], 0
    for title, rows in sheets.items():
        if title.strip().lower() in NOT_PHASES:
            continue
        found = [{SHEET: title, **record} for record in _records(rows)]
        kept = [record for record in found if _has_analysis(record)]
        blank += len(found) - len(kept)
        read += [title] if kept else []
        records += kept
    if not records:
        raise FileFormatError(
            f"{source.name} looks like a LEPR template but no sheet holds analyses. "
            f"Its sheets: {listed(sheets)}. Choose one with sheet=."
        )
    names = named(list(dict.fromkeys(name for record in records for name in record)))
    table = pa.table({name: column_of([record.get(name) for record in records]) for name in names})

    def batches() -> Iterator[pa.Table]:
        yield table

    notices = [f"Sheets {listed(read)} are stacked; the column {SHEET!r} says which."]
    if blank:
        notices.append(f"{blank} places for an experiment without any analysis not read.")
    return Opened(names, batches, len(records), tuple(notices))


def _records(rows: Rows) -> list[Record]:
    """Return one record an experiment, from an upright or a lying sheet; nothing from other sheets."""
    if not rows:
        return []
    labels = [cell_text(row[0]) for row in rows]
    if _n_oxides(labels) >= FEWEST_OXIDES:
        return [_record(labels, [row[j] for row in rows]) for j in range(1, len(rows[0]))]
    header = find_header([[cell_text(cell) for cell in row] for row in rows[:60]])
    labels = [cell_text(cell) for cell in rows[header]]
    if _n_oxides(labels) < FEWEST_OXIDES:
        return []
    return [_record(labels, list(row)) for row in rows[header + 1 :]]


def _n_oxides(labels: list[str]) -> int:
    parsed = [parse_column_name(label) for label in labels]
    return len({p.analyte for p in parsed if p is not None and p.kind == "oxide" and not p.sigma})


def _record(labels: list[str], cells: list[Any]) -> Record:
    """Return the filled cells by label, each analyte under a name that says its unit."""
    filled = {
        label: cell
        for label, cell in zip(labels, cells, strict=True)
        if label.strip() and cell is not None and cell_text(cell).strip()
    }
    units = {
        match[1]: cell_text(cell).strip()
        for label, cell in filled.items()
        if (match := _UNITS.fullmatch(label))
    }
    default = cell_text(filled.get("units", "")).strip()
    record: Record = {}
    for label, cell in filled.items():
        parsed = parse_column_name(label)
        if parsed is None:
            record[label] = cell
            continue
        value_label = label if label in units else next((u for u in units if label.startswith(u)), "")
        unit = units.get(value_label, default)
        if unit in _LIMIT_UNITS and not parsed.sigma:
            cell, unit = f"<{cell_text(cell)}", _LIMIT_UNITS[unit]
        record[_with_unit(label, unit, plain=parsed.kind == "oxide")] = cell
    return record


def _with_unit(label: str, unit: str, *, plain: bool) -> str:
    """Return the label of the column; oxides in wt% keep theirs."""
    if not unit or (plain and unit == "wt%"):
        return label
    return f"{label} ({unit})"


def _has_analysis(record: Record) -> bool:
    for name in record:
        parsed = parse_column_name(name)
        if parsed is not None and not parsed.sigma:
            return True
    return False


SPEC = FormatSpec(
    name="lepr",
    description="LEPR/traceDs template, all phase sheets (needs phasewise[excel])",
    extensions=(".xlsx",),
    sniff=_sniff,
    open=_open,
    has_sheets=True,
    priority=2,
)
