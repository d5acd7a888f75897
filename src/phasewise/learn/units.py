"""Units of work of a cross-validation: one fit and its predictions, in parallel, kept for the next run."""

from __future__ import annotations

import hashlib
import json
import secrets
import signal
import zipfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from phasewise.core.errors import PhasewiseError
from phasewise.core.processes import as_workers_need_it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from phasewise.core.types import FloatArray

__all__ = [
    "GROUPED",
    "RANDOM",
    "RECIPE_VERSION",
    "LabelledRows",
    "Thinning",
    "Unit",
    "fit_unit",
    "run_units",
    "with_seed",
]

RECIPE_VERSION = 1
"""To be raised when the estimators or what is done with them change: stored units are then made anew."""

GROUPED, RANDOM = "grouped", "random"

Outcome = dict[str, Any]


class Thinning(Protocol):
    """Chooses the rows of a training set; its ``repr`` has to tell all that decides the choice."""

    def __call__(
        self, rows: np.ndarray, y: np.ndarray, source: np.ndarray, rng: np.random.Generator, /
    ) -> np.ndarray:
        """Return some of `rows`, which count in `y` and `source`; every class stays."""
        ...


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """What estimators are trained and scored on.

    Attributes
    ----------
    x : (n, p) float64
        Inputs, NaN where not measured.
    y : (n,) int
        Index of the class.
    source : (n,) object
        Name of the source.
    n_classes : int
        Number of classes.
    folds : mapping of str to (n,) int
        The fold of each row, from 0, under the name of the way of splitting.
    thin : Thinning, optional
        What training sets are thinned by; scored rows never are.
    """

    x: FloatArray
    y: np.ndarray
    source: np.ndarray
    n_classes: int
    folds: Mapping[str, np.ndarray]
    thin: Thinning | None = None

    @cached_property
    def sha256(self) -> str:
        """Hash of inputs, classes and sources, folds aside."""
        digest = hashlib.sha256(repr((self.x.shape, self.n_classes)).encode())
        digest.update(np.ascontiguousarray(self.x, dtype=np.float64).tobytes())
        digest.update(np.ascontiguousarray(self.y, dtype=np.int64).tobytes())
        digest.update("\n".join(map(str, self.source)).encode())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Unit:
    """One fit on the rows outside of the held folds, and its predictions for the rows in them.

    Attributes
    ----------
    estimator : str
        Name, for messages.
    make : callable
        Makes the estimator from the settings; its ``repr`` has to tell what it makes.
    settings : mapping of str to Any
        Keyword arguments of `make`.
    split : str
        Name of the way of splitting.
    held : tuple of int
        Folds that the fit does not see.
    seed : int
        Of the estimator and of the thinning.
    only_truth : bool
        Whether the probability of the true class is all that is asked for.
    """

    estimator: str
    make: Callable[..., Any]
    settings: Mapping[str, Any]
    split: str
    held: tuple[int, ...]
    seed: int
    only_truth: bool = False

    @property
    def words(self) -> str:
        """What the unit does, for people."""
        held = f"fold{'s' if len(self.held) > 1 else ''} {' and '.join(map(str, self.held))}"
        return f"{self.estimator}, {self.split} folds, without {held}, seed {self.seed}"

    def key(self, rows: LabelledRows) -> str:
        """Return a hash of everything that decides the outcome."""
        held = hashlib.sha256(np.isin(rows.folds[self.split], self.held).tobytes()).hexdigest()
        parameters = self.make(**self.settings).get_params()  # defaults may change, too
        parts = [
            *(RECIPE_VERSION, rows.sha256, repr(rows.thin), repr(self.make), parameters),
            *(self.split, held, self.held, self.seed, self.only_truth),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()


def fit_unit(rows: LabelledRows, unit: Unit) -> Outcome:
    """Return what the estimator of a unit says of the rows that it has not seen.

    Returns
    -------
    dict of str to ndarray
        ``truth`` (m,), the probability of the true class, where only that is asked for; else
        ``probabilities`` (m, k), 0 for a class without training rows, and ``aleatoric`` and ``epistemic``
        (m,) of estimators that tell them. Rows stand in their order in the table.
    """
    fold = rows.folds[unit.split]
    held = np.flatnonzero(np.isin(fold, unit.held))
    training = np.flatnonzero(~np.isin(fold, unit.held))
    if rows.thin is not None:
        rng = np.random.default_rng([unit.seed, (GROUPED, RANDOM).index(unit.split), *unit.held])
        training = np.sort(rows.thin(training, rows.y, rows.source, rng))
    estimator = unit.make(**unit.settings)
    with_seed(estimator, unit.seed).fit(rows.x[training], rows.y[training])
    seen, further = _predicted(estimator, rows.x[held])
    p = np.zeros((len(held), rows.n_classes))
    p[:, estimator.classes_] = seen
    if unit.only_truth:
        return {"truth": p[np.arange(len(held)), rows.y[held]]}
    if not np.isfinite(p).all():
        raise ValueError("The estimator gave probabilities that are no numbers.")
    return {"probabilities": p} | further


def with_seed(estimator: Any, seed: int) -> Any:
    """Return the estimator, its own seed and those of its steps set."""
    seeded = [name for name in estimator.get_params() if f"__{name}".endswith("__random_state")]
    return estimator.set_params(**dict.fromkeys(seeded, seed))


def _predicted(estimator: Any, x: FloatArray) -> tuple[FloatArray, Outcome]:
    """Return probabilities, and the two kinds of uncertainty where the estimator tells them."""
    predictor = getattr(estimator, "predictor_", None)
    if predictor is None or not hasattr(predictor, "predictive"):
        return estimator.predict_proba(x), {}
    told = predictor.predictive(x)
    return told.probabilities, {"aleatoric": told.aleatoric, "epistemic": told.epistemic}


def run_units(
    rows: LabelledRows,
    units: Sequence[Unit],
    folder: Path,
    *,
    workers: int = 1,
    done: Callable[[Unit], object] = lambda _: None,
) -> list[Outcome]:
    """Return the outcomes of units in their order; those that the folder holds are not fitted again.

    Parameters
    ----------
    rows : LabelledRows
        Handed to each worker once.
    units : sequence of Unit
        What is to be done.
    folder : Path
        Each outcome is stored there as soon as it is there, whole or not at all.
    workers : int
        Processes; with one, everything is done in this process. With more, a script that calls this has
        to keep its own work behind ``if __name__ == "__main__":``.
    done : callable
        Told each unit that is finished.

    Raises
    ------
    PhasewiseError
        If a worker is killed from outside, for want of memory as a rule.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{unit.key(rows)}.npz" for unit in units]
    outcomes: list[Outcome | None] = [_load(path) for path in paths]
    for unit, outcome in zip(units, outcomes, strict=True):
        if outcome is not None:
            done(unit)
    pending = [n for n, outcome in enumerate(outcomes) if outcome is None]
    todo = [units[n] for n in pending]
    results = _one_by_one(rows, todo) if workers <= 1 or len(todo) <= 1 else _in_pool(rows, todo, workers)
    for i, outcome in results:
        _store(paths[pending[i]], outcome)
        outcomes[pending[i]] = outcome
        done(todo[i])
    return [outcome for outcome in outcomes if outcome is not None]


def _load(path: Path) -> Outcome | None:
    """Return a stored outcome, None where there is none or the disk has damaged it."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _store(path: Path, outcome: Outcome) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}.npz")
    try:
        np.savez_compressed(draft, **outcome)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _one_by_one(rows: LabelledRows, units: Sequence[Unit]) -> Iterator[tuple[int, Outcome]]:
    for i, unit in enumerate(units):
        yield i, _fitted(rows, unit)


def _fitted(rows: LabelledRows, unit: Unit) -> Outcome:
    try:
        return fit_unit(rows, unit)
    except Exception as error:
        error.add_note(f"In {unit.words}, settings {dict(unit.settings)}")
        raise


def _in_pool(rows: LabelledRows, units: Sequence[Unit], workers: int) -> Iterator[tuple[int, Outcome]]:
    mine = set(active_children())
    # Spawned, not forked: a fork of a process in which torch has started threads may hang.
    pool = ProcessPoolExecutor(
        min(workers, len(units)), get_context("spawn"), initializer=_start_worker, initargs=(rows,)
    )
    try:
        with as_workers_need_it():
            waiting = {pool.submit(_fitted_in_worker, unit): i for i, unit in enumerate(units)}
        for future in as_completed(waiting):
            yield waiting.pop(future), future.result()
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(active_children()) - mine:
            child.terminate()
        if isinstance(error, BrokenProcessPool):
            raise PhasewiseError(
                "A worker process was ended from outside, perhaps for want of memory. Run again with fewer "
                "workers; what is finished is used again."
            ) from error
        raise
    pool.shutdown()


_worker_rows: LabelledRows | None = None


def _start_worker(rows: LabelledRows) -> None:
    global _worker_rows
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker_rows = rows


def _fitted_in_worker(unit: Unit) -> Outcome:
    assert _worker_rows is not None
    return _fitted(_worker_rows, unit)
