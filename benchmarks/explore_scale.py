"""How long it takes to place, assign and draw many analyses, beside a bare read of the same file by pyarrow.

Tables: analyses of training_17_minerals, drawn with repeats, with seeded analytical noise (`speed.noisy`): a
sample name and ten oxides as CSV. Each is

- read by pyarrow, nothing else;
- read, placed by a model, assigned to the clusters that come with it, and drawn as a PNG;
- given to `phasewise explore --clusters model` with a table and a map as results, which also judges every
  row by the classifier and describes the clusters.

All as whole processes in turn, imports included. Columns of parts are CPU seconds within the second; memory,
that of all processes together, is taken in a run of its own. ``finding of clusters`` is apart: they are found
in 6,000 rows, and among those that lie apart from them, whatever the table holds.

python benchmarks/explore_scale.py [--rows 10000 100000 1000000] [--runs 3] [--model explorer]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pv

from phasewise.compositions.explore.clustering import find_in, use_known
from phasewise.compositions.explore.explorer import Explorer, load_explorer
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES, FloatArray, IntArray
from provenance import write_results
from speed import apart, noisy, peak_memory, run, write_table

ROWS = (10_000, 100_000, 1_000_000)
SEED = 1


def make_table(path: Path, rows: int) -> dict[str, Any]:
    """Write a table of so many rows."""
    from explore import publications

    rng = np.random.default_rng(SEED)
    values = np.nan_to_num(publications().table.values[:, : len(TEN_OXIDES)])
    checksum = write_table(path, noisy(values[rng.integers(0, len(values), rows)], rng))
    return {"rows": rows, "sha256": checksum}


def _find(explorer: Explorer, latent: FloatArray) -> None:
    nowhere = np.full(len(latent), -1)
    find_in(
        explorer, latent, nowhere, nowhere > 0, method="hdbscan", seed=SEED, progress=lambda done, total: None
    )


def inside(path: Path, model: str, *, find: bool) -> dict[str, float]:
    """Return the CPU seconds of each part."""
    seconds: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any], *given: Any) -> Any:
        start = time.process_time()
        out = function(*given)
        seconds[name] = round(time.process_time() - start, 3)
        return out

    explorer = load_explorer(model)
    values = timed("read_s", _read, path)
    places = timed("places_s", explorer.places, values)
    if find:
        timed("find_s", _find, explorer, places.latent)
        return seconds
    _, assigned = timed("assign_s", use_known, explorer, places.latent, np.zeros(len(values), dtype=bool))
    timed("draw_s", _draw, places.map, assigned.cluster, path.with_suffix(".png"))
    return seconds


def _read(path: Path) -> FloatArray:
    table = pv.read_csv(path)
    values = np.full((table.num_rows, len(INPUTS)), np.nan)
    for name in TEN_OXIDES:
        values[:, INPUTS.index(name)] = table[name].to_numpy()
    return values


def _draw(place: FloatArray, cluster: IntArray, path: Path) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    from phasewise.plot.latent_map import latent_map

    shades = colormaps["tab20"].colors
    colours = {f"cluster {k + 1}": to_hex(shades[k % len(shades)]) for k in range(cluster.max() + 1)}
    latent_map(place, cluster, colours).figure.savefig(path)


def compare(path: Path, model: str, runs: int, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each way to handle a table, and one for the finding of clusters."""
    within = [__file__, "--inside", str(path), "--model", model]
    command = ["-m", "phasewise", "explore", str(path), "--clusters", "model", "--model", model, "--force"]
    command += ["--out", str(path.with_suffix(".parquet")), "--plot", str(path.with_suffix(".png"))]
    commands = {
        "pyarrow.csv.read_csv": ["-c", f"import pyarrow.csv; pyarrow.csv.read_csv({str(path)!r})"],
        "places, clusters, map": within,
        "phasewise explore": command,
    }
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for _ in range(runs):
        for what, words in commands.items():
            times[what].append(run([sys.executable, *words]))
    rows: list[dict[str, Any]] = []
    for what, measured in times.items():
        wall, cpu = (round(statistics.median(column), 3) for column in zip(*measured, strict=True))
        peak = round(peak_memory([sys.executable, *commands[what]]))
        ratio = round(wall / rows[0]["wall_s"], 1) if rows else 1.0
        shape = {"what": what, **given, "runs": runs, "wall_s": wall, "cpu_s": cpu}
        rows.append({**shape, "wall_ratio": ratio, "peak_mb": peak})
    rows[1] |= _inside(within)
    return [*rows, {"what": "finding of clusters", **given, "runs": 1, **_inside([*within, "--find"])}]


def _inside(command: list[str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--model", default="explorer")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--find", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(inside(given.inside, given.model, find=given.find)))
        return
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            path = Path(folder) / f"{rows}.csv"
            measured = compare(path, given.model, given.runs, apart(make_table, path, rows))
            for row in measured:
                print(row, flush=True)
            results += measured
            path.unlink()
    print(f"Written: {write_results('explore_scale', results)}")


if __name__ == "__main__":
    main()
