"""Where and with what a benchmark ran: the columns that every result carries."""

from __future__ import annotations

import csv
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("phasewise", "numpy", "pyarrow", "pandas")


def provenance() -> dict[str, str]:
    """Return commit (with a + where files of the package differ from it), versions and machine."""
    changed = "+" if _git("status", "--porcelain", "../src") else ""
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + changed,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores",
    }


def write_results(name: str, rows: list[dict[str, Any]]) -> Path:
    """Write rows with their provenance to ``results/NAME.csv``; rows may have different columns."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.csv"
    origin = provenance()
    columns = dict.fromkeys([*(key for row in rows for key in row), *origin])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns))
        writer.writeheader()
        writer.writerows({**row, **origin} for row in rows)
    return path


def _git(*words: str) -> str:
    folder = Path(__file__).parent
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout.strip()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return platform.processor() or "unknown processor"
    lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
