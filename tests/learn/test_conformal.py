from __future__ import annotations

import numpy as np
import pytest

from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.network import softmax
from phasewise.learn.conformal import cross_coverage, evaluate_sets, fit_conformal, least_publications

Rows = tuple[FloatArray, IntArray, np.ndarray]


def _publications(rng: np.random.Generator, per_class: int, classes: int = 3, spread: float = 1.0) -> Rows:
    """Return probabilities whose error is shared by the rows of a publication, of very unequal size."""
    logits, truth, source = [], [], []
    for k in range(classes):
        for j in range(per_class):
            n = int(rng.lognormal(2.0, 1.5)) + 1
            offset = rng.normal(0, spread, classes)
            logits.append(3.0 * np.eye(classes)[k] + offset + rng.normal(0, 0.7, (n, classes)))
            truth.append(np.full(n, k))
            source.append(np.full(n, f"{k} {j}", dtype=object))
    return softmax(np.concatenate(logits)), np.concatenate(truth), np.concatenate(source)


@pytest.mark.parametrize(("coverage", "per_class"), [(0.9, 20), (0.8, 6)])
def test_new_publications_are_covered_as_often_as_promised(coverage: float, per_class: int) -> None:
    rng = np.random.default_rng(8)
    truth_of, source_of = [], []
    for _ in range(150):
        sets = fit_conformal(*_publications(rng, per_class), coverage)
        p, truth, source = _publications(rng, 40)
        found = evaluate_sets(np.asarray(1 - p <= sets.thresholds), truth, source)
        source_of.append([c.source_coverage for c in found.by_class])
        truth_of.append(found.coverage)
    by_class = np.mean(source_of, axis=0)
    assert (by_class >= coverage - 0.01).all()
    # Not by being wide: the excess is that of one more publication at the most.
    assert (by_class <= coverage + 1 / (per_class + 1) + 0.01).all()


def test_a_publication_counts_once_whatever_its_size() -> None:
    """A thousand good rows of one publication do not outvote ten publications with a bad row each."""
    p_truth = np.concatenate([np.full(1000, 0.99), np.linspace(0.3, 0.4, 10)])
    p = np.stack([p_truth, 1 - p_truth], axis=1)
    source = np.array(["big"] * 1000 + [f"small {j}" for j in range(10)], dtype=object)
    sets = fit_conformal(p, np.zeros(1010, dtype=int), source, 0.8)
    # Of 11 publications and the unseen one, 80 % are 9.6: the ten best, that is all small ones but one.
    assert sets.thresholds[0] == pytest.approx(1 - 0.3 - 0.1 / 9)


def test_with_single_rows_it_is_the_conformal_quantile() -> None:
    rng = np.random.default_rng(4)
    p_truth = rng.random(99)
    p = np.stack([p_truth, 1 - p_truth], axis=1)
    sets = fit_conformal(p, np.zeros(99, dtype=int), np.arange(99).astype(str).astype(object), 0.9)
    assert sets.thresholds[0] == np.sort(1 - p_truth)[90 - 1]


def test_a_class_with_few_publications_takes_the_wider_threshold() -> None:
    rng = np.random.default_rng(6)
    p, truth, source = _publications(rng, 30)
    few = (truth != 2) | np.isin(source, ["2 0", "2 1"])
    p, truth, source = p[few], truth[few], source[few]
    own = fit_conformal(p, truth, source, 0.9).thresholds
    hard = np.where((truth == 2)[:, None], [0.6, 0.39, 0.01], p)
    worse = fit_conformal(hard, truth, source, 0.9).thresholds
    assert np.array_equal(worse[:2], own[:2])
    assert worse[2] == pytest.approx(0.99)
    easy = np.where((truth == 2)[:, None], [0.0, 0.0, 1.0], p)
    assert fit_conformal(easy, truth, source, 0.9).thresholds[2] > 0.1


def test_too_few_publications_in_all_admit_everything() -> None:
    p, truth, source = _publications(np.random.default_rng(1), 3)
    assert least_publications(0.95) == 19
    assert (fit_conformal(p, truth, source, 0.95).thresholds == 1.0).all()


def test_cross_coverage_is_out_of_fold() -> None:
    rng = np.random.default_rng(12)
    p, truth, source = _publications(rng, 60)
    fold = np.unique(source, return_inverse=True)[1] % 5
    found = cross_coverage(p, truth, source, fold, 0.9)
    assert found.source_coverage == pytest.approx(0.9, abs=0.05)
    assert [c.sources for c in found.by_class] == [60, 60, 60]
    assert 1 <= found.mean_size <= 3
    with pytest.raises(ValueError, match="one fold"):
        cross_coverage(p, truth, source, np.zeros(len(truth), dtype=int))


def test_sets_of_a_worked_example() -> None:
    sets = np.array([[1, 0], [1, 1], [1, 0], [0, 1]], dtype=bool)
    found = evaluate_sets(sets, np.array([0, 0, 1, 1]), np.array(list("xyzz"), dtype=object))
    assert (found.coverage, found.mean_size, found.single) == (0.75, 1.25, 0.75)
    assert found.interval is None
    assert [(c.index, c.rows, c.sources, c.coverage) for c in found.by_class] == [
        (0, 2, 2, 1.0),
        (1, 2, 1, 0.5),
    ]


def test_thresholds_of_nan_are_refused() -> None:
    with pytest.raises(ValueError, match="leave those out"):
        fit_conformal(np.array([[np.nan, 1.0]]), np.array([0]), np.array(["x"], dtype=object))
