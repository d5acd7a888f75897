"""Tables of docs/audit_figures.md, from the results here; `render.py` puts them in their places."""

from __future__ import annotations

from collections import defaultdict

from render_learning import Results, Row, percent, table

SETS = {"publications": "publications", "georoc": "GEOROC"}
FIGURES = {"named": "named", "recall": "found", "precision": "right"}


def errors(results: Results) -> str:
    """Return recall and precision of each error, with their intervals."""
    header = ["error", "", *(f"{name}: {what}" for name in SETS.values() for what in FIGURES.values())]
    held: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in results("audit"):
        if row["injected"] and not row["part"] and row["family"] not in ("clean rows", "speed"):
            held[row["family"], row["error"]][row["set"]] = row
    rows = [
        [family, error, *(_share(of.get(name), what) for name in SETS for what in FIGURES)]
        for (family, error), of in held.items()
    ]
    return table(header, rows)


def proportions(results: Results) -> str:
    """Return how often the proportion of a mixture is within two of its errors."""
    (first, *more) = (
        f"{SETS[row['set']]}: {_share(row, 'recall')} of {int(row['injected']):,}"
        for row in results("audit")
        if row["family"] == "mixture" and row["part"].startswith("proportion")
    )
    return "Of mixtures that are found, the proportion is within two of its errors: " + "; ".join(
        [first, *more]
    )


def clean(results: Results) -> str:
    """Return which part of the clean rows is flagged, and for what."""
    rows = [
        [SETS[row["set"]], row["error"], f"{int(row['reported']):,}", f"{100 * float(row['flagged']):.2f} %"]
        for row in results("audit")
        if row["family"] == "clean rows"
    ]
    return table(["clean rows of", "finding", "rows", "part of all"], rows)


def by_mineral(results: Results) -> str:
    """Return how many of the injected blocks of iron under another header are found, by mineral."""
    names = list(dict.fromkeys(r["error"] for r in results("audit") if r["family"] == "iron"))
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {name: [0, 0] for name in names})
    for row in results("audit"):
        if row["family"] == "iron" and row["part"]:
            held = counts[row["part"]][row["error"]]
            held[0] += int(row["found"])
            held[1] += int(row["injected"])
    cells = {
        mineral: [f"{found} of {of}" if of else "" for found, of in errors.values()]
        for mineral, errors in sorted(counts.items())
    }
    return table(["mineral", *names], [[mineral, *found] for mineral, found in cells.items()])


def speed(results: Results) -> str:
    """Return time and memory as a sentence."""
    (row,) = (r for r in results("audit") if r["family"] == "speed")
    return (
        f"An audit of {int(row['injected']):,} rows takes {float(row['seconds']):.0f} s "
        f"({float(row['cpu_seconds']):.0f} s of the processor) and {int(row['peak_mb']):,} MB at most "
        f"({row['machine']})."
    )


def _share(row: Row | None, name: str) -> str:
    if row is None or not row[name]:
        return ""
    low, high = (100 * float(row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{percent(row[name])} ({low:.0f}-{high:.0f})"


TABLES = {
    "audit of injected errors": errors,
    "audit of mixtures": proportions,
    "audit of clean rows": clean,
    "audit of iron by mineral": by_mineral,
    "speed of the audit": speed,
}
