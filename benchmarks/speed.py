"""How long a CSV of a million analyses takes to Parquet, beside a bare read of the same file by pandas.

Both run as whole processes, in turn; the table holds a sample name and the ten oxides of simulated
minerals of all classes with analytical noise, a tenth of them mixtures of two.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
from provenance import write_results

from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.augment import noisy
from phasewise.compositions.training.simulate import simulate
from phasewise.chem.mineral import load_minerals
from phasewise.core.types import TEN_OXIDES


def make_table(path: Path, rows: int, seed: int = 1) -> None:
    """Write a CSV of simulated analyses."""
    rng = np.random.default_rng(seed)
    minerals = [m for m in load_minerals().values() if m.end_members]
    tests = stoichiometric_tests(tuple(m.name for m in minerals))
    pool = np.concatenate([simulate(m, tests, 3000, rng) for m in minerals])
    values = noisy(pool[rng.integers(0, len(pool), rows)], rng)
    mixed = rng.random(rows) < 0.1
    values[mixed] = 0.5 * values[mixed] + 0.5 * pool[rng.integers(0, len(pool), int(mixed.sum()))]
    columns = {"sample": pa.array([f"S{i // 40:05d}-{i % 40:02d}" for i in range(rows)])}
    columns |= {name: pa.array(np.round(values[:, k], 3)) for k, name in enumerate(TEN_OXIDES)}
    pv.write_csv(pa.table(columns), path)


def run(command: list[str]) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak memory in MB of a process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Run both in turn and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "analyses.csv"
        make_table(table, options.rows)
        read = [sys.executable, "-c", f"import pandas; pandas.read_csv({str(table)!r}, engine='pyarrow')"]
        out = str(Path(folder) / "phases.parquet")
        classify = [sys.executable, "-m", "phasewise", "classify", str(table), "--out", out, "--force"]
        runs = {"pandas.read_csv (pyarrow)": [], "phasewise classify to Parquet": []}
        for _ in range(options.runs):
            runs["pandas.read_csv (pyarrow)"].append(run(read))
            runs["phasewise classify to Parquet"].append(run(classify))
    medians = {name: [statistics.median(column) for column in zip(*values, strict=True)] for name, values in runs.items()}
    base = medians["pandas.read_csv (pyarrow)"][0]
    rows = [
        {
            "what": name,
            "rows": options.rows,
            "runs": options.runs,
            "wall_s": round(wall, 3),
            "wall_ratio": round(wall / base, 2),
            "cpu_s": round(cpu, 3),
            "peak_mb": round(peak),
        }
        for name, (wall, cpu, peak) in medians.items()
    ]
    for row in rows:
        print(row)
    print(f"Written: {write_results('speed', rows)}")


if __name__ == "__main__":
    main()
