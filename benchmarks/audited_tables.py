"""What the audit finds in four public tables: counts of findings, and the blocks of rows that share an error.

No row is judged by a model that has learned from it: publications of the training table by the siblings of
their folds, experiments and GEOROC by the siblings that have not seen them. Rows that the compiler of the
GEOROC excerpt filled in are left out.

    python benchmarks/audited_tables.py
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pandas as pd

import phasewise
from phasewise.compositions.audit.audit import Audit
from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.core.data import dataset_path
from provenance import write_results

OXIDE_COPIES = ("FeO_reported", "FeOT_reported", "Fe2O3_reported", "Fe2O3T_reported", "FeOt_repo", "sum_ox")
"""Columns that hold once more what FeOt holds, or its sum."""


@dataclass(frozen=True)
class PublicTable:
    """A table, what it is called, and its columns of labels and sources."""

    dataset: str
    title: str
    label: str
    source: str | None


TABLES = (
    PublicTable("training_17_minerals", "compilation of 17 minerals", "mineral", "pub_group"),
    PublicTable("georoc_excerpt", "GEOROC excerpt", "mineral_reported", "reference"),
    PublicTable("lepr_experiments", "LEPR experiments", "mineral_reported", None),
    PublicTable("cascades_published_labels", "Cascades", "mineral", "reference"),
)


def audited(table: PublicTable) -> Audit:
    """Return the audit of a public table."""
    frame = pd.read_parquet(dataset_path(table.dataset))
    if "n_imputed10" in frame:
        frame = frame[frame["n_imputed10"] == 0]
    frame = frame.drop(columns=[name for name in OXIDE_COPIES if name in frame])
    if table.source is None:
        frame = frame.drop(columns="reference")
    return phasewise.audit(frame, label=table.label, source=table.source, sample="sample")


def of_table(table: PublicTable) -> list[dict[str, Any]]:
    """Return its counts of findings and priorities, and its blocks."""
    start = time.process_time()
    found = audited(table)
    seconds = time.process_time() - start
    rows = found.rows
    results: list[dict[str, Any]] = [
        {"table": table.title, "what": "rows", "value": len(rows)},
        {"table": table.title, "what": "CPU seconds", "value": round(seconds, 1)},
    ]
    results += [{"table": table.title, "what": f"finding: {k}", "value": n} for k, n in found.counts.items()]
    counts = rows["priority"].value_counts()
    results += [
        {"table": table.title, "what": f"priority: {name}", "value": int(counts.get(name, 0))}
        for name in PRIORITIES
    ]
    for block in found.block_table.to_pylist():
        held = ("block", "kind", "where", "rows", "of", "first_row", "last_row", "priority")
        results.append({"table": table.title, "what": "block", **{name: block[name] for name in held}})
    return results


def main() -> None:
    """Audit the tables and write what was found."""
    results = [row for table in TABLES for row in of_table(table)]
    for row in results:
        if row["what"] != "block":
            print(row)
    print(f"Written: {write_results('audited_tables', results)}")


if __name__ == "__main__":
    main()
