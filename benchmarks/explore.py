"""Clusters of analyses from publications that nothing was fitted to, beside the published labels.

Rows: training_17_minerals without repeats and rows under two labels; folds are of publications. No label is
looked at by anything that is fitted. Twice scored: with labels as published, and on the rows alone whose
composition can be that mineral at all (total and stoichiometry, `phasewise.compositions.training.clean`).

- ``assigned``: coordinates (`explore_spaces.py`) and clusters come from four folds, the rows of the fifth are
  assigned to them.
- ``in place``: coordinates from four folds, clusters are found in the fifth itself.
- ``transfer``: coordinates and clusters from all publications; the dev halves of LEPR and GEOROC
  (`exam_sets`, rows of the 17 minerals) are assigned.

Clusters are found as `phasewise.learn.density.find_clusters` does, its choice of parameters included: in
6,000 of at most 20,000 rows, spread over their sources (OPTICS: 3,000), and then in what lies apart from
these clusters; the rows are the same in all coordinates. Beside it, on the 6,000 rows: k-means, which is told
that there are 17 clusters, and HDBSCAN as scikit-learn has it (`explore_scores.py`). Seeds decide on
the weights of the networks, the rows and the halves.

These folds were looked at while the explorer was made: what it restores, the noise and the exchanges were
chosen so that clusters agree with labels there. Its networks have not seen the rows, its makers have.

python benchmarks/explore.py [--seeds 1] [--fold N]
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from exam_sets import PHASES, exam_sets, published
from explore_scores import Assigner, plain_hdbscan, scores, told_the_number
from explore_spaces import ABLATIONS, EXPLORER, RAW, STANDARDISED, Space, codes, spaces
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import REASONS, clean
from phasewise.compositions.training.tables import Table, table_of
from phasewise.core.types import BoolArray, FloatArray, IntArray
from phasewise.infer.clusters import NOISE
from phasewise.learn.density import MOST_FITTED, Method, find_clusters, spread
from provenance import write_results

FOLDS = 5
MOST_PLACED = 20_000
"""Rows of other publications that clusters may be found in; UMAP takes long to place more."""

MINERALS = tuple(name for name in PHASES if name != "Glass")
ALL = "all"
"""The split in which all publications are fitted to, and other collections assigned."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Rows to be judged, and which of them can be what their label says."""

    table: Table
    possible: BoolArray


def publications() -> Judged:
    """Return the rows of the 17 minerals, by publication and fold."""
    frame = published()
    return _judged(table_of(frame, frame["mineral"], frame["pub_group"], frame["fold"]))


def others() -> dict[str, Judged]:
    """Return the dev halves of LEPR and GEOROC, rows of the 17 minerals."""
    out = {}
    for name, frame in exam_sets():
        if name in ("dev_lepr", "dev_georoc"):
            rows = frame[frame["truth"].isin(MINERALS)]
            out[name] = _judged(table_of(rows, rows["truth"], rows["source"]))
    return out


def _judged(table: Table) -> Judged:
    return Judged(table, clean(table, load_minerals(), stoichiometric_tests(MINERALS)).reason == 0)


def left_out() -> Iterator[dict[str, Any]]:
    """Yield how many rows cannot be what their label says, for which reason."""
    for name, judged in {"publications": publications(), **others()}.items():
        reason = clean(judged.table, load_minerals(), stoichiometric_tests(MINERALS)).reason
        for k, n in enumerate(np.bincount(reason, minlength=len(REASONS)).tolist()):
            if n:
                yield {"what": "rows", "set": name, "labels": REASONS[k], "rows": n}


@dataclass(frozen=True, eq=False)
class Placed:
    """A table in some coordinates; rows without a place hold NaN."""

    latent: FloatArray
    source: IntArray

    def known(self) -> tuple[FloatArray, IntArray]:
        """Return the rows that have a place, and their sources."""
        there = np.isfinite(self.latent).all(axis=1)
        return self.latent[there], self.source[there]

    def some(self, seed: int) -> tuple[FloatArray, IntArray]:
        """Return so many of them, spread over their sources, as clusters are first found in."""
        latent, source = self.known()
        rows = spread(source, MOST_FITTED["hdbscan"], np.random.default_rng(seed))
        return latent[rows], source[rows]


def job(fold: int | str, seed: int) -> list[dict[str, Any]]:
    """Return the scores of one fold, or of the other collections, by one seed."""
    of = publications()
    away = of.table.fold == fold
    train = of.table.take(np.flatnonzero(~away))
    held = Judged(of.table.take(np.flatnonzero(away)), of.possible[away])
    tests = others() if fold == ALL else {f"fold {fold}": held}
    return [{"seed": seed, **row} for row in _job(train, tests, seed, in_place=fold != ALL)]


def _job(train: Table, tests: dict[str, Judged], seed: int, *, in_place: bool) -> Iterator[dict[str, Any]]:
    for name, space in spaces(train, seed):
        fitted = _placed(space, train, seed)
        places = {test: Placed(space(one.table.values), codes(one.table)) for test, one in tests.items()}
        for method, assign, clusters in _methods(name, fitted, seed):
            for test, judged in tests.items():
                given = {"what": "assigned" if in_place else "transfer", "set": test, "space": name}
                given |= {"method": method, "clusters": clusters}
                yield from (given | row for row in _scored(judged, assign, places[test]))
        if in_place and name not in ABLATIONS:
            for test, judged in tests.items():
                assign, clusters = _density(places[test], "hdbscan", seed)
                given = {"what": "in place", "set": test, "space": name}
                given |= {"method": "hdbscan", "clusters": clusters}
                yield from (given | row for row in _scored(judged, assign, places[test]))


def _placed(space: Space, table: Table, seed: int) -> Placed:
    """Return the rows that clusters may be found in, in some coordinates."""
    rows = spread(codes(table), MOST_PLACED, np.random.default_rng(seed))
    return Placed(space(table.values[rows]), codes(table)[rows])


def _methods(name: str, fitted: Placed, seed: int) -> Iterator[tuple[str, Assigner, int]]:
    """Yield what finds clusters in some coordinates, and how many it finds."""
    yield "hdbscan", *_density(fitted, "hdbscan", seed)
    points, source = fitted.some(seed)
    if name == EXPLORER:
        yield "optics", *_density(fitted, "optics", seed)
    if name in (EXPLORER, STANDARDISED):
        yield "k-means", told_the_number(points, len(MINERALS), seed), len(MINERALS)
    if name == RAW:
        yield "plain hdbscan", *plain_hdbscan(points, source, seed)


def _density(placed: Placed, method: Method, seed: int) -> tuple[Assigner, int]:
    found = find_clusters(*placed.known(), method=method, seed=seed)
    return lambda points: found.clusters.assign(points).cluster, found.clusters.count


def _scored(judged: Judged, assign: Assigner, placed: Placed) -> list[dict[str, Any]]:
    there = np.isfinite(placed.latent).all(axis=1)
    cluster = np.full(len(there), NOISE)
    cluster[there] = assign(placed.latent[there])
    return scores(judged.table.label, cluster, judged.possible)


def main() -> None:
    """Score everything and write the figures, each time that a seed is complete."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--fold", type=int, help="this fold by the first seed alone; nothing is written")
    given = parser.parse_args()
    if given.fold is not None:
        _print(job(given.fold, 0))
        return
    results = list(left_out())
    if importlib.util.find_spec("umap") is None:
        print("UMAP is not run: pip install 'phasewise[umap]'")
        results.append({"what": "not run", "space": "UMAP"})
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as pool:
        for seed in range(given.seeds):
            parts = pool.map(job, [*range(FOLDS), ALL], [seed] * (FOLDS + 1))
            for rows in parts:
                _print(rows)
                results += rows
            print(f"Written: {write_results('explore', results)}", flush=True)


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print(*row.values(), flush=True)


if __name__ == "__main__":
    main()
