"""How long mineral formulae take, beside petropandas on the same rows and a bare read of the same CSV.

Two lines stand for all rows: the numbers alone (`MineralFormula.evaluate`), and `phasewise.formula` of an
Arrow table with a column of minerals, which also writes formulae, remarks and columns of every mineral.

The rows are drawn from the published analyses of the training minerals, in their proportions and with what
each publication measured. Every quantity is calculated: Fe3+, ions, sites, all end members, indices and
checks. petropandas knows oxide bases of every mineral (``cations``) and end members of some
(``endmembers``, row by row in Python, so that fewer rows are timed); its time per row is given beside ours.
Times are CPU seconds of one process, medians of alternating runs; the first run, whose memory is not yet
there, stands beside them.

    python benchmarks/formulae.py [--rows 100000] [--runs 5]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import petropandas
import pyarrow as pa
from threadpoolctl import threadpool_limits

import phasewise
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.tables import training_minerals
from phasewise.core.first_order import first_order_sigma
from phasewise.core.types import COLUMNS, FloatArray
from provenance import write_results

SEED = 1
OXIDES_READ = tuple(name for name in INPUTS if name in COLUMNS)
BLOCK_ROWS = 16_384
MODELS = {
    "Garnet": "Garnet",
    "Clinopyroxene": "Pyroxene",
    "Orthopyroxene": "Pyroxene",
    "Plagioclase": "Feldspar",
    "KFeldspar": "Feldspar",
    "Muscovite": "DiMica",
}
"""Minerals of which petropandas knows end members."""
MODEL_ROWS = 500


def mixed_rows(rows: int) -> dict[str, FloatArray]:
    """Return wt% in the columns `OXIDES_READ` by mineral."""
    table = training_minerals()
    named = {label: canonical_phase(str(label)) for label in set(table.label)}
    known = {name for name, mineral in load_minerals().items() if mineral.basis.oxygens}
    usable = np.flatnonzero([named[label] in known for label in table.label])
    chosen = np.random.default_rng(SEED).choice(usable, rows)
    names = np.array([named[label] for label in table.label[chosen]])
    values = table.values[chosen][:, [INPUTS.index(name) for name in OXIDES_READ]]
    return {str(name): values[names == name] for name in np.unique(names)}


def cpu(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def alternating(tasks: dict[str, Callable[[], object]], runs: int) -> dict[str, tuple[float, float]]:
    """Return the median CPU seconds of each task, run in turn, and those of its first run."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            times[name].append(cpu(task))
    return {name: (statistics.median(found), found[0]) for name, found in times.items()}


def ours(name: str, values: FloatArray) -> Callable[[], object]:
    formula = MineralFormula(load_minerals()[name], OXIDES_READ, FormulaOptions())

    def run() -> None:
        for first in range(0, len(values), BLOCK_ROWS):
            formula.evaluate(values[first : first + BLOCK_ROWS])

    return run


def with_errors(name: str, values: FloatArray) -> Callable[[], object]:
    formula = MineralFormula(load_minerals()[name], OXIDES_READ, FormulaOptions())
    return lambda: first_order_sigma(formula.evaluate, values, 0.01 * values)


def frame(values: FloatArray) -> pd.DataFrame:
    """Return the rows as petropandas takes them."""
    names = ["FeO" if name == "FeOt" else name for name in OXIDES_READ]
    return pd.DataFrame(np.nan_to_num(values), columns=names).drop(columns=["F", "Cl"], errors="ignore")


def theirs(name: str, values: FloatArray) -> dict[str, tuple[int, Callable[[], object]]]:
    """Return what petropandas calculates of these rows, with the number of rows."""
    table, few = frame(values), frame(values[:MODEL_ROWS])
    noxy = load_minerals()[name].basis.oxygens
    found: dict[str, tuple[int, Callable[[], object]]] = {
        "petropandas cations": (len(table), lambda: table.oxides.cations(noxy=noxy))
    }
    if name in MODELS:
        model = getattr(petropandas.mindb, MODELS[name])()
        found["petropandas endmembers"] = (len(few), lambda: few.oxides.endmembers(model, force=True))
    return found


def read_of(rows: dict[str, FloatArray], folder: Path) -> Callable[[], object]:
    path = folder / "rows.csv"
    pd.DataFrame(np.vstack(list(rows.values())).round(3), columns=list(OXIDES_READ)).to_csv(path, index=False)
    return lambda: pd.read_csv(path)


def labelled(rows: dict[str, FloatArray]) -> pa.Table:
    """Return the rows in random order, with the mineral of each in the column ``phase``."""
    parts = [pd.DataFrame(v, columns=list(OXIDES_READ)).assign(phase=name) for name, v in rows.items()]
    mixed = pd.concat(parts, ignore_index=True).sample(frac=1, random_state=SEED)
    return pa.Table.from_pandas(mixed, preserve_index=False)


def per_mineral(rows: dict[str, FloatArray], runs: int) -> list[dict[str, Any]]:
    """Return one row a mineral and implementation, in microseconds of CPU a row."""
    found = []
    for name, values in rows.items():
        timed = {"MineralFormula": (len(values), ours(name, values))} | theirs(name, values)
        few = values[:2000]
        timed["MineralFormula and sigma"] = (len(few), with_errors(name, few))
        tasks = {what: task for what, (_, task) in timed.items()}
        for what, (seconds, _) in alternating(tasks, runs).items():
            n = timed[what][0]
            shape = {"mineral": name, "rows": n, "runs": runs, "cpu_s": round(seconds, 4)}
            found.append({"what": what, **shape, "us_per_row": round(1e6 * seconds / n, 2)})
    return found


def whole(rows: dict[str, FloatArray], runs: int) -> list[dict[str, Any]]:
    """Return all rows together beside a bare read of them."""
    n = sum(len(values) for values in rows.values())
    ready = [ours(name, values) for name, values in rows.items()]
    table = labelled(rows)
    frames = [(frame(values), load_minerals()[name].basis.oxygens) for name, values in rows.items()]
    with tempfile.TemporaryDirectory() as folder:
        tasks = {
            "pandas.read_csv": read_of(rows, Path(folder)),
            "MineralFormula": lambda: [run() for run in ready],
            "phasewise.formula": lambda: phasewise.formula(table, label_column="phase"),
            "petropandas cations": lambda: [few.oxides.cations(noxy=x) for few, x in frames],
        }
        times = alternating(tasks, runs)
    base, _ = times["pandas.read_csv"]
    return [
        {"what": what, "mineral": "all", "rows": n, "runs": runs, "cpu_s": round(seconds, 3)}
        | {
            "first_cpu_s": round(first, 3),
            "us_per_row": round(1e6 * seconds / n, 2),
            "cpu_ratio_to_read": round(seconds / base, 2),
        }
        for what, (seconds, first) in times.items()
    ]


def main() -> None:
    """Measure, print and write ``results/formulae.csv``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = mixed_rows(options.rows)
    results = [*whole(rows, options.runs), *per_mineral(rows, options.runs)]
    for result in results:
        print(result)
    print(f"Written: {write_results('formulae', results)}")


if __name__ == "__main__":
    # CPU seconds of idle threads would count.
    with threadpool_limits(1):
        main()
