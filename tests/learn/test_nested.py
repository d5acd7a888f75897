"""Toy estimators whose best settings, and whose leaks, are known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="training needs the extra `train`")

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from phasewise.infer.predictive import Predictive
from phasewise.learn.inner_choice import balanced_nll, choice_notes
from phasewise.learn.nested import Candidate, OutOfFold, nested_cross_validation, random_folds
from phasewise.learn.units import GROUPED, LabelledRows, Unit, fit_unit, run_units

CLASSES = ("A", "B")
FITS: list[np.ndarray] = []
"""The inputs of every fit of `Noting`."""


def sources_of(n_sources: int, rows_each: int, *, told_by: str, seed: int = 0) -> LabelledRows:
    """Return sources that are far apart, of one class each; a second input tells the class, or nothing."""
    rng = np.random.default_rng(seed)
    source = np.repeat(np.arange(n_sources), rows_each)
    y = rng.permutation(np.arange(n_sources) % 2)[source]
    place = 100.0 * source + rng.normal(size=len(source))
    tells = 2.0 * y + rng.normal(size=len(source)) if told_by == "class" else rng.normal(size=len(source))
    x = np.stack([place if told_by == "source" else np.zeros(len(source)), tells], axis=1)
    names = np.array([f"source {s}" for s in source], dtype=object)
    return LabelledRows(x, y, names, 2, {GROUPED: source % 5})


def only(rows: LabelledRows, kept: np.ndarray) -> LabelledRows:
    """Return some of the rows."""
    fold = rows.folds[GROUPED][kept]
    return LabelledRows(rows.x[kept], rows.y[kept], rows.source[kept], rows.n_classes, {GROUPED: fold})


class Noting(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The nearest mean, softened: probabilities are right with ``softness=1`` for `sources_of`."""

    def __init__(self, softness: float = 1.0) -> None:
        self.softness = softness

    def fit(self, x: np.ndarray, y: np.ndarray) -> Self:
        FITS.append(x)
        self.classes_ = np.unique(y)
        self.means_ = np.stack([x[y == k].mean(axis=0) for k in self.classes_])
        return self

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        distance = ((x[:, None] - self.means_) ** 2).sum(axis=2)
        p = np.exp(-0.5 * (distance - distance.min(axis=1, keepdims=True)) / self.softness)
        return np.asarray(p / p.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Halved:
    """Takes half of the rows by chance."""

    def __call__(
        self, rows: np.ndarray, y: np.ndarray, source: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        return rng.choice(rows, len(rows) // 2, replace=False)


@dataclass
class Run:
    """What a run gave, and what it told."""

    grouped: list[OutOfFold]
    random: list[OutOfFold]
    chosen: list[float]
    told: list[tuple[int, int]] = field(default_factory=list)


SOFTNESS = Candidate("means", "Means", Noting, tuple({"softness": s} for s in (0.01, 1.0, 100.0)))


def run(
    rows: LabelledRows,
    folder: Path,
    candidates: Sequence[Candidate] = (SOFTNESS,),
    *,
    seeds: Sequence[int] = (1,),
    workers: int = 1,
) -> Run:
    FITS.clear()
    told: list[tuple[int, int]] = []
    grouped, random, choices = nested_cross_validation(
        rows,
        CLASSES,
        candidates,
        seeds=seeds,
        folder=folder,
        workers=workers,
        progress=lambda done, total, _: told.append((done, total)),
    )
    return Run(grouped, random, [c.settings["softness"] for c in choices if c.chosen], told)


def accuracy(pooled: OutOfFold) -> float:
    return float((pooled.probabilities.argmax(axis=1) == pooled.truth).mean())


def test_the_settings_that_generate_the_data_are_chosen(tmp_path: Path) -> None:
    found = run(sources_of(20, 40, told_by="class"), tmp_path)
    assert found.chosen == [1.0] * 5
    (pooled,) = found.grouped
    assert [settings["softness"] for settings in pooled.chosen] == found.chosen
    assert accuracy(pooled) == pytest.approx(0.841, abs=0.04)  # the normal integral up to 1
    total = 3 * 10 + 5
    assert found.told == [(n + 1, total) for n in range(total)]


def test_of_equally_good_settings_the_earlier_is_chosen(tmp_path: Path) -> None:
    same = replace(SOFTNESS, grid=({"softness": 1}, {"softness": 1.0}, {"softness": True}))
    found = run(sources_of(10, 10, told_by="class"), tmp_path, [same])
    assert [type(softness) for softness in found.chosen] == [int] * 5


def test_sources_that_are_learnt_by_heart_help_on_random_folds_only(tmp_path: Path) -> None:
    rows = random_folds(sources_of(40, 25, told_by="source"), 3)
    heart = Candidate("heart", "By heart", KNeighborsClassifier, ({"n_neighbors": 1},))
    found = run(rows, tmp_path, [heart])
    assert accuracy(found.random[0]) == 1.0
    assert accuracy(found.grouped[0]) < 0.65
    for fold in range(5):
        inside = found.grouped[0].fold == fold
        assert not set(rows.source[inside]) & set(rows.source[~inside])


def test_no_fit_that_chooses_or_scores_has_seen_the_rows_it_is_asked_for(tmp_path: Path) -> None:
    rows = sources_of(10, 8, told_by="source")
    run(rows, tmp_path)
    fold = rows.folds[GROUPED]
    folds_seen = [{int(f) for f in fold[np.isin(rows.x[:, 0], x[:, 0])]} for x in FITS]
    assert [len(seen) for seen in folds_seen] == [3] * 30 + [4] * 5
    assert [({*range(5)} - seen).pop() for seen in folds_seen[30:]] == [*range(5)]


def test_rows_of_a_class_that_inner_training_rows_lack_do_not_decide(tmp_path: Path) -> None:
    rows = sources_of(20, 40, told_by="class")
    few = only(rows, (rows.folds[GROUPED] < 2) | (rows.y == 0))
    found = run(few, tmp_path)
    assert found.chosen[2:] == [1.0] * 3
    (first, *_) = choice_notes(few.y, few.folds[GROUPED], CLASSES)
    n = [int(((few.y == 1) & (few.folds[GROUPED] == f)).sum()) for f in (0, 1)]
    assert "B has rows in 2 of 5 folds (0 and 1)" in first
    assert f"{n[1]} rows where fold 0 is scored, {n[0]} rows where fold 1 is scored" in first


def test_rows_of_a_class_that_was_never_learnt_count_as_wrong(tmp_path: Path) -> None:
    rows = sources_of(20, 10, told_by="class")
    one = only(rows, (rows.folds[GROUPED] == 0) | (rows.y == 0))
    (pooled,) = run(one, tmp_path, [Candidate("means", "Means", Noting)]).grouped
    assert (pooled.probabilities[pooled.truth == 1] == [1.0, 0.0]).all()
    (note,) = choice_notes(one.y, one.folds[GROUPED], CLASSES)
    assert f"its {(one.y == 1).sum()} rows count as wrong" in note


def test_classes_weigh_alike_and_no_row_decides_alone() -> None:
    y = np.repeat([0, 1], [90, 10])
    assert balanced_nll(np.where(y == 0, 0.5, 0.25), y) == pytest.approx(np.log(8) / 2)
    assert balanced_nll(np.array([0.0, np.nan]), np.array([0, 1])) == pytest.approx(np.log(1e6))


def test_one_estimator_can_take_the_settings_of_another(tmp_path: Path) -> None:
    taken = Candidate("taker", "Taker", Noting, (), settings_of="means")
    found = run(sources_of(10, 20, told_by="class"), tmp_path, [SOFTNESS, taken])
    assert found.grouped[1].chosen == found.grouped[0].chosen
    assert (found.grouped[1].probabilities == found.grouped[0].probabilities).all()


def test_each_seed_has_its_own_fits_on_its_own_rows(tmp_path: Path) -> None:
    rows = replace(sources_of(10, 20, told_by="class"), thin=Halved())
    one = Candidate("means", "Means", Noting)
    tree = Candidate("tree", "Tree", DecisionTreeClassifier, ({"max_features": 1},))
    found = run(rows, tmp_path, [one, tree, replace(one, name="again")], seeds=(1, 2))
    assert [(o.estimator, o.seed) for o in found.grouped] == [
        (name, seed) for name in ("means", "tree", "again") for seed in (1, 2)
    ]
    p = [o.probabilities for o in found.grouped]
    assert (p[0] != p[1]).any()
    assert (p[0] == p[4]).all()
    assert {len(x) for x in FITS} == {80}


def test_an_interrupted_run_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    rows = sources_of(10, 10, told_by="class")
    whole = run(rows, tmp_path / "a")
    assert len(FITS) == 35
    stored = sorted((tmp_path / "a").iterdir())
    assert {path.suffix for path in stored} == {".npz"}
    for path in stored[:4]:
        path.unlink()
    stored[4].write_bytes(stored[4].read_bytes()[:50])
    resumed = run(rows, tmp_path / "a")
    assert len(FITS) == 5
    assert (resumed.grouped[0].probabilities == whole.grouped[0].probabilities).all()
    assert resumed.chosen == whole.chosen
    assert sorted((tmp_path / "a").iterdir()) == stored
    run(replace(rows, x=rows.x + 1), tmp_path / "a")
    assert len(FITS) == 35


def test_processes_give_what_one_process_gives(tmp_path: Path) -> None:
    rows = replace(sources_of(10, 10, told_by="class"), thin=None)
    tree = Candidate("tree", "Tree", DecisionTreeClassifier, ({"max_features": 1},))
    alone = run(rows, tmp_path / "a", [tree])
    together = run(rows, tmp_path / "b", [tree], workers=2)
    assert (alone.grouped[0].probabilities == together.grouped[0].probabilities).all()
    names = [sorted(path.name for path in (tmp_path / folder).iterdir()) for folder in "ab"]
    assert names[0] == names[1]


class Doubtful(Noting):
    """Tells its uncertainty as Bayesian networks do."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> Self:
        super().fit(x, y)
        self.predictor_ = self
        return self

    def predictive(self, x: np.ndarray) -> Predictive:
        return Predictive.of(np.stack([self.predict_proba(x), np.full((len(x), 2), 0.5)]))


def test_uncertainty_is_kept_of_estimators_that_tell_it(tmp_path: Path) -> None:
    rows = sources_of(10, 10, told_by="class")
    found = run(rows, tmp_path, [Candidate("doubt", "Doubt", Doubtful), Candidate("means", "Means", Noting)])
    doubt, means = found.grouped
    assert means.epistemic is None
    assert doubt.epistemic is not None
    assert doubt.aleatoric is not None
    p = doubt.probabilities
    assert doubt.aleatoric + doubt.epistemic == pytest.approx(-(p * np.log(p)).sum(axis=1))
    assert p == pytest.approx(0.5 * means.probabilities + 0.25)


def test_an_error_tells_the_unit(tmp_path: Path) -> None:
    unit = Unit("tree", DecisionTreeClassifier, {"max_depth": -1}, GROUPED, (2,), 1)
    with pytest.raises(ValueError, match="max_depth") as raised:
        run_units(sources_of(10, 10, told_by="class"), [unit], tmp_path)
    assert raised.value.__notes__ == [
        "In tree, grouped folds, without fold 2, seed 1, settings {'max_depth': -1}"
    ]


class Broken(Noting):
    """Has diverged."""

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return np.full((len(x), 2), np.nan)


def test_probabilities_have_to_be_numbers() -> None:
    with pytest.raises(ValueError, match="no numbers"):
        fit_unit(sources_of(10, 10, told_by="class"), Unit("broken", Broken, {}, GROUPED, (0,), 1))


SLOW = """
import time
from pathlib import Path
import numpy as np
from sklearn.tree import DecisionTreeClassifier
from phasewise.learn.nested import Candidate, nested_cross_validation
from phasewise.learn.units import LabelledRows

class Slow(DecisionTreeClassifier):
    def fit(self, x, y):
        time.sleep(self.min_samples_leaf)
        return super().fit(x, y)

if __name__ == "__main__":
    y = np.tile([0, 1], 25)
    rows = LabelledRows(np.arange(50.0)[:, None], y, y.astype(object), 2, {"grouped": np.arange(50) % 5})
    grid = ({"min_samples_leaf": 1}, {"min_samples_leaf": 60})
    candidate = Candidate("slow", "Slow", Slow, grid)
    nested_cross_validation(rows, ("A", "B"), [candidate], seeds=[1], folder=Path("units"), workers=2)
"""


def is_alive(group: int) -> bool:
    """Return whether any process of the group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
def test_an_interrupt_stops_the_workers_and_leaves_whole_files(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "slow.py"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    units = tmp_path / "units"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(units.glob("*.npz"))) < 2:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
    _, errors = process.communicate(timeout=15)
    assert errors.count("KeyboardInterrupt") == 1, errors
    for path in units.iterdir():
        assert not path.name.startswith(".")
        with np.load(path, allow_pickle=False) as stored:
            assert stored["truth"].shape == (20,)
    while is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(process.pid)
