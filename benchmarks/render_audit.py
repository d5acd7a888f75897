"""Tables of docs/audit.md, from the results here; `render.py` puts them in their places."""

from __future__ import annotations

from render_learning import Results, Row, table

MOST_BLOCKS = 14
"""Blocks that are shown of one table."""


SETS = {"publications": "publications", "georoc": "GEOROC"}


def injected(results: Results) -> str:
    """Return what is found of errors put into clean rows, all errors of a family together."""
    rows = [r for r in results("audit") if r["injected"] and not r["part"] and r["reported"]]
    families = dict.fromkeys((r["family"], _kind(r)) for r in rows)
    lines = []
    for family, kind in families:
        line = [f"{family}, {kind}" if kind else family]
        for name in SETS:
            own = [r for r in rows if (r["set"], r["family"], _kind(r)) == (name, family, kind)]
            line += [_named(own), _part(own, "found", "injected"), _part(own, "right", "reported")]
        lines.append(line)
    header = [f"{title}: {what}, %" for title in SETS.values() for what in ("named", "found", "right")]
    return table(["injected", *header], lines)


def _kind(row: Row) -> str:
    return row["error"] if row["family"] in ("relabel", "repeats", "iron") else ""


def _named(rows: list[Row]) -> str:
    """Return the part of blocks that are named for what they are, restored or not."""
    of = sum(int(r["injected"]) for r in rows)
    told = sum(float(r["named"] or 0) * int(r["injected"]) for r in rows)
    return f"{100 * told / of:.0f}" if told else ""


def _part(rows: list[Row], part: str, whole: str) -> str:
    of = sum(int(r[whole] or 0) for r in rows)
    return f"{100 * sum(int(r[part] or 0) for r in rows) / of:.0f}" if of else ""


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


TABLES = {"injected": injected, "findings": findings, "blocks": blocks}
