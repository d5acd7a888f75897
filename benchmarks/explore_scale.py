"""How long it takes to place, assign and draw many analyses, beside a bare read of the same file by pyarrow.

Tables: analyses of training_17_minerals, drawn with repeats, with seeded analytical noise (`speed.noisy`): a
sample name and ten oxides as CSV. Each is read, placed by an explorer trained by its recipe, assigned to
clusters that were found before, and drawn as a map where this phasewise has `plot.latent_map`; otherwise
``draw_s`` is empty. Whole processes, imports included, in turn with the bare read; seconds of the parts are
taken within. Memory is taken in a run of its own. Clusters are found in at most 6,000 rows of a table,
however long it is: ``find_s`` is that alone, after the rows are placed, and the assignment of all.

python benchmarks/explore_scale.py [--rows 10000 100000 1000000] [--runs 3]
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

from phasewise.compositions.explore.clustering import find_in
from phasewise.compositions.explore.explorer import Explorer, load_explorer
from phasewise.compositions.features import INPUTS
from phasewise.core.types import TEN_OXIDES, FloatArray, IntArray
from phasewise.infer.clusters import DensityClusters
from provenance import write_results
from speed import apart, noisy, peak_memory, run, write_table

ROWS = (10_000, 100_000, 1_000_000)
SEED = 1


def prepare(folder: Path) -> dict[str, Any]:
    """Train an explorer, find clusters in the training publications, and write both."""
    from explore import publications
    from explore_spaces import codes
    from phasewise.compositions.training.explorer_recipe import read_explorer
    from phasewise.compositions.training.train_explorer import train_explorer

    train_explorer(read_explorer("explorer"), folder / "explorer", print, lambda done, total: None)
    table = publications().table
    explorer = load_explorer(folder / "explorer")
    known = _found(explorer, explorer.places(table.values).latent, codes(table))
    np.savez(folder / "clusters.npz", **known.to_arrays())
    return {"clusters": known.count}


def make_table(path: Path, rows: int) -> dict[str, Any]:
    """Write a table of so many rows."""
    from explore import publications

    rng = np.random.default_rng(SEED)
    values = np.nan_to_num(publications().table.values[:, : len(TEN_OXIDES)])
    checksum = write_table(path, noisy(values[rng.integers(0, len(values), rows)], rng))
    return {"rows": rows, "sha256": checksum}


def _found(explorer: Explorer, latent: FloatArray, source: IntArray) -> DensityClusters:
    found, _ = find_in(
        explorer, latent, source, method="hdbscan", seed=SEED, progress=lambda done, total: None
    )
    return found.density


def explore(path: Path, folder: Path, *, find: bool) -> dict[str, float]:
    """Return the seconds of each part."""
    seconds: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any], *given: Any) -> Any:
        start = time.perf_counter()
        out = function(*given)
        seconds[name] = round(time.perf_counter() - start, 3)
        return out

    explorer = load_explorer(folder / "explorer")
    values = timed("read_s", _read, path)
    places = timed("places_s", explorer.places, values)
    if find:
        timed("find_s", _found, explorer, places.latent, np.full(len(values), -1))
        return seconds
    with np.load(folder / "clusters.npz") as arrays:
        known = DensityClusters.from_arrays(dict(arrays))
    assigned = timed("assign_s", known.assign, places.latent)
    if _can_draw():
        timed("draw_s", _draw, places.map, assigned.cluster, folder / "map.png")
    return seconds


def _read(path: Path) -> FloatArray:
    table = pv.read_csv(path)
    values = np.full((table.num_rows, len(INPUTS)), np.nan)
    for name in TEN_OXIDES:
        values[:, INPUTS.index(name)] = table[name].to_numpy()
    return values


def _can_draw() -> bool:
    try:
        import phasewise.plot.latent_map  # noqa: F401
    except ImportError:
        return False
    return True


def _draw(place: FloatArray, cluster: IntArray, path: Path) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex
    from phasewise.plot.latent_map import latent_map

    shades = colormaps["tab20"].colors
    colours = {f"cluster {k + 1}": to_hex(shades[k % len(shades)]) for k in range(cluster.max() + 1)}
    latent_map(place, cluster, colours).figure.savefig(path)


def compare(path: Path, folder: Path, runs: int, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row for a bare read, one for an exploration, and one for the finding of clusters."""
    inner = [__file__, "--inside", str(path), str(folder)]
    commands = {
        "pyarrow.csv.read_csv": ["-c", f"import pyarrow.csv; pyarrow.csv.read_csv({str(path)!r})"],
        "places, clusters, map": inner,
    }
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for _ in range(runs):
        for what, command in commands.items():
            times[what].append(run([sys.executable, *command]))
    rows = []
    for what, measured in times.items():
        wall, cpu = (round(statistics.median(column), 3) for column in zip(*measured, strict=True))
        peak = round(peak_memory([sys.executable, *commands[what]]))
        rows.append({"what": what, **given, "runs": runs, "wall_s": wall, "cpu_s": cpu, "peak_mb": peak})
    rows[1] |= _inside(inner)
    rows[1]["wall_ratio"] = round(rows[1]["wall_s"] / rows[0]["wall_s"], 1)
    return [*rows, {"what": "finding of clusters", **given, "runs": 1, **_inside([*inner, "--find"])}]


def _inside(command: list[str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--inside", type=Path, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--find", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(explore(*given.inside, find=given.find)))
        return
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart(prepare, folder)
        for rows in given.rows:
            path = folder / f"{rows}.csv"
            results += compare(path, folder, given.runs, apart(make_table, path, rows))
            for row in results[-3:]:
                print(row, flush=True)
            path.unlink()
    print(f"Written: {write_results('explore_scale', results)}")


if __name__ == "__main__":
    main()
