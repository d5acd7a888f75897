"""Tables of docs/audit.md, from the results here; `render.py` puts them in their places."""

from __future__ import annotations

from render_learning import Results, Row, table

MOST_BLOCKS = 14
"""Blocks that are shown of one table."""


def findings(results: Results) -> str:
    """Return how many rows of each public table have which finding and priority."""
    rows = results("audited_tables")
    titles = list(dict.fromkeys(r["table"] for r in rows))
    kinds = list(dict.fromkeys(r["what"] for r in rows if r["what"].startswith(("finding", "priority"))))
    kinds = ["rows", *sorted(kinds, key=lambda kind: kind.startswith("priority")), "CPU seconds"]
    value = {(r["table"], r["what"]): r["value"] for r in rows}
    lines = [[kind, *(_count(value.get((title, kind), "0")) for title in titles)] for kind in kinds]
    return table(["", *titles], lines)


def blocks(results: Results) -> str:
    """Return the blocks of rows of high and medium priority."""
    rows = [r for r in results("audited_tables") if r["what"] == "block" and r["priority"] != "low"]
    titles = list(dict.fromkeys(r["table"] for r in rows))
    lines = []
    for title in titles:
        own = [r for r in rows if r["table"] == title]
        lines += [_block(r) for r in own[:MOST_BLOCKS]]
        if len(own) > MOST_BLOCKS:
            lines.append([title, f"{len(own) - MOST_BLOCKS} more", "", "", ""])
    return table(["table", "what", "where", "rows", "priority"], lines)


def _block(row: Row) -> list[str]:
    where = row["where"].replace("|", ",") or "no publication named"
    return [row["table"], row["kind"], where, f"{int(row['rows']):,} of {int(row['of']):,}", row["priority"]]


def _count(text: str) -> str:
    return text if "." in text else f"{int(text):,}"


TABLES = {"findings": findings, "blocks": blocks}
