"""How long `phasewise classify` takes from CSV to Parquet, beside a bare read of the same file by pandas.

Both run as whole processes, in turn; memory, that of all their processes together, is taken in a run of its
own. The long table holds a sample name and the ten oxides of a million simulated minerals with analytical
noise, one in twenty a mixture of two; minerals whose key oxide is not among the ten are left out. The wide
table has 2,000 columns. The last line is the processor time of the stoichiometric tests alone.

    python benchmarks/speed.py [--rows 1000000] [--runs 5]
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from exam_sets import PHASES
from phasewise.chem.mineral import Mineral
from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.simulate import simulate
from phasewise.core.types import TEN_OXIDES, FloatArray, IntArray
from provenance import write_results

SEED = 1
PER_MINERAL = 3000
MIXED = 0.05
BLOCK_ROWS = 65_536
SAMPLED_S = 0.1
WIDE_ROWS, WIDE_COLUMNS = 10_000, 2_000


def minerals_of_ten_oxides() -> list[Mineral]:
    """Return those of the 17 minerals whose key oxides are all among the ten; zircon and apatite are not."""
    known = [load_minerals()[name] for name in PHASES]
    return [m for m in known if m.end_members and set(m.key_oxides) <= set(TEN_OXIDES)]


def simulated(rows: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Return ten oxides in wt%, and the index of the mineral that each row is (or is mostly) of."""
    minerals = minerals_of_ten_oxides()
    tests = stoichiometric_tests(tuple(m.name for m in minerals))
    pool = [simulate(m, tests, PER_MINERAL, rng) for m in minerals]
    mineral = np.repeat(np.arange(len(pool)), [len(p) for p in pool])
    compositions = np.concatenate(pool)
    chosen = rng.integers(0, len(compositions), rows)
    values = compositions[chosen]
    mixed = rng.random(rows) < MIXED
    values[mixed] *= 0.7
    values[mixed] += 0.3 * compositions[rng.integers(0, len(compositions), int(mixed.sum()))]
    return noisy(values[:, : len(TEN_OXIDES)], rng), mineral[chosen]


def noisy(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return values with analytical noise: 0.3-2.5 % of the value and 0.005-0.05 wt%, one level a row."""
    n = len(values)
    relative = np.exp(rng.normal(0.0, 1.0, values.shape) * rng.uniform(0.003, 0.025, (n, 1)))
    absolute = rng.normal(0.0, 1.0, values.shape) * rng.uniform(0.005, 0.05, (n, 1))
    return np.where(values > 0, values * relative, values) + np.where(values > 0.01, absolute, absolute * 0.3)


def write_table(path: Path, values: FloatArray, further: int = 0) -> str:
    """Write a CSV with a name, the oxides and further columns of numbers; return a part of its checksum."""
    names = [f"S{i // 40:05d}-{i % 40:02d}" for i in range(len(values))]
    columns: dict[str, Any] = {"sample": pa.array(names)}
    columns |= {name: pa.array(np.round(values[:, k], 3)) for k, name in enumerate(TEN_OXIDES)}
    columns |= {f"counts {k}": pa.array(np.arange(len(values)) * (k + 1) % 9973) for k in range(further)}
    pv.write_csv(pa.table(columns), path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def run(command: list[str]) -> tuple[float, float]:
    """Return wall and CPU seconds of a process and its children."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def peak_memory(command: list[str]) -> float:
    """Return the largest memory in MB that a process and its children held together (Linux)."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = 0.0
    while child.poll() is None:
        most = max(most, _proportional_kb(child.pid) / 1024)
        time.sleep(SAMPLED_S)
    return most


def _proportional_kb(pid: int) -> int:
    """Return the proportional set size of a process and its descendants, 0 for what has ended meanwhile."""
    try:
        held = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    own = int(next(line.split()[1] for line in held.splitlines() if line.startswith("Pss:")))
    return own + sum(_proportional_kb(int(one)) for one in children)


def compare(path: Path, runs: int, **given: Any) -> list[dict[str, Any]]:
    """Return one row for a bare read and one for a classification, medians of alternating runs."""
    out = str(path.with_suffix(".parquet"))
    commands = {
        "pandas.read_csv (pyarrow)": [
            "-c",
            f"import pandas; pandas.read_csv({str(path)!r}, engine='pyarrow')",
        ],
        "phasewise classify": ["-m", "phasewise", "classify", str(path), "--out", out, "--force"],
    }
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for _ in range(runs):
        for what, command in commands.items():
            times[what].append(run([sys.executable, *command]))
    base = [wall for wall, _ in next(iter(times.values()))]
    rows = []
    for what, measured in times.items():
        wall, cpu = (statistics.median(column) for column in zip(*measured, strict=True))
        ratios = [w / b for (w, _), b in zip(measured, base, strict=True)]
        peak = peak_memory([sys.executable, *commands[what]])
        rows.append(
            {"what": what, **given, "runs": runs, "wall_s": round(wall, 3), "cpu_s": round(cpu, 3)}
            | {"wall_ratio": round(statistics.median(ratios), 2), "peak_mb": round(peak)}
        )
    return rows


def time_tests(rows: int, runs: int) -> dict[str, Any]:
    """Return CPU seconds of the stoichiometric tests of a million rows, in blocks as they are read."""
    values, mineral = simulated(rows, np.random.default_rng(SEED))
    tests = StoichiometricTests.of(minerals_of_ten_oxides(), TEN_OXIDES)
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        for first in range(0, rows, BLOCK_ROWS):
            block = slice(first, first + BLOCK_ROWS)
            tests.passes(values[block], mineral[block])
        seconds.append(time.process_time() - start)
    per_million = statistics.median(seconds) / rows * 1e6
    shape = {"rows": rows, "columns": len(TEN_OXIDES), "runs": runs}
    return {"what": "stoichiometric tests, CPU per million rows", **shape, "cpu_s": round(per_million, 3)}


def make_table(path: Path, rows: int, columns: int) -> dict[str, Any]:
    """Write a table of simulated minerals and return what it is."""
    values, _ = simulated(rows, np.random.default_rng(SEED))
    checksum = write_table(path, values, columns - len(TEN_OXIDES) - 1)
    return {"table": path.stem, "rows": rows, "columns": columns, "sha256": checksum}


def apart(function: Callable[..., dict[str, Any]], *given: object) -> dict[str, Any]:
    """Call a function in a process of its own: children report at least the peak memory of their parent."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    spawned = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawned) as pool:
        return pool.submit(function, *given).result()


def main() -> None:
    """Measure, print and write ``results/speed.csv``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name, rows, columns in (("long", options.rows, 11), ("wide", WIDE_ROWS, WIDE_COLUMNS)):
            path = Path(folder) / f"{name}.csv"
            results += compare(path, options.runs, **apart(make_table, path, rows, columns))
    results.append(apart(time_tests, options.rows, options.runs))
    for result in results:
        print(result)
    print(f"Written: {write_results('speed', results)}")


if __name__ == "__main__":
    main()
