"""Puts the output of `phasewise session` on the example, and the measured verdicts, into docs/session.md.

python benchmarks/render_session.py
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from click.testing import CliRunner

from phasewise.cli.app import app

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "session.md"
EXAMPLE = HERE.parent / "examples" / "session.csv"
WIDTH = "100"


def output() -> str:
    """Return what the command prints, as a block."""
    os.environ["COLUMNS"] = WIDTH
    told = CliRunner().invoke(app, ["session", str(EXAMPLE)], catch_exceptions=False).stdout
    return "\n".join(f"    {line}".rstrip() for line in told.splitlines())


def measured() -> str:
    """Return how often verdicts on simulated sessions are right."""
    with (HERE / "results" / "session.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "| what is wrong | analyses of each standard | it is found | intervals that hold the truth "
        "| sessions with a false bias | with a false drift |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [row["wrong"], row["analyses"], _percent(row["found"]), _percent(row["interval_holds"])]
        cells += [_percent(row["false_bias"]), _percent(row["false_drift"])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{rows[0]['sessions']} sessions each, by `benchmarks/session.py`."])


def _percent(value: str) -> str:
    return f"{100 * float(value):.1f} %" if value else ""


def rendered(text: str) -> str:
    """Return the page with its parts anew."""
    for name, part in (("output", output()), ("measured", measured())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{part}\n{end}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
