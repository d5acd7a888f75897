from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from phasewise.core.types import FloatArray, IntArray
from phasewise.learn.scores import (
    accuracy_at_coverage,
    class_scores,
    confusion,
    error_auroc,
    reliability,
    risk_coverage,
    score,
    source_interval,
)


def _drawn(n: int = 3000, k: int = 4, seed: int = 5) -> tuple[FloatArray, IntArray, np.ndarray]:
    """Return probabilities, classes drawn from them, and sources."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(k, 0.4), n)
    truth = (p.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return p, truth, rng.integers(0, 40, n).astype(str).astype(object)


def test_scores_of_a_worked_example() -> None:
    truth = np.array(["a", "a", "a", "b", "b"], dtype=object)
    called = np.array(["a", "a", "b", "b", "c"], dtype=object)
    source = np.array(["x", "y", "y", "x", "x"], dtype=object)
    a, b = class_scores(truth, called, source)
    assert (a.name, a.rows, a.sources, a.interval) == ("a", 3, 2, ())
    assert (a.precision, a.recall, a.f1) == pytest.approx((1.0, 2 / 3, 0.8))
    assert (b.precision, b.recall, b.f1) == pytest.approx((0.5, 0.5, 0.5))


def test_few_sources_allow_no_interval() -> None:
    right = np.ones(40, dtype=bool)
    assert source_interval(right, np.repeat(list("abcd"), 10)) is None


def test_the_interval_is_of_sources_not_of_rows() -> None:
    right = np.repeat([True, False] * 5, 1000)
    source = np.repeat(list("abcdefghij"), 1000)
    interval = source_interval(right, source)
    assert interval is not None
    assert interval[0] < 0.3
    assert interval[1] > 0.7


def test_the_interval_of_f1_knows_the_sources_of_other_classes() -> None:
    """All rows of `a` are right; what is uncertain is how many rows of `b` are called `a`."""
    truth = np.repeat(np.array(list("aaaaaabbbbbb"), dtype=object), 100)
    called = np.repeat(np.array(list("aaaaaaaabbbb"), dtype=object), 100)
    source = np.repeat(np.array(list("abcdefghijkl"), dtype=object), 100)
    a, b = class_scores(truth, called, source)
    assert a.f1 == pytest.approx(12 / 14)
    assert a.interval
    assert a.interval[0] < 0.75 < 0.99 < a.interval[1]
    assert b.interval
    assert b.interval[0] < b.f1 < b.interval[1]


def test_a_score_can_be_written_to_a_card() -> None:
    tomli_w = pytest.importorskip("tomli_w", reason="training needs the extra `train`")
    p, truth, source = _drawn(100)
    names = np.array(list("abcd"), dtype=object)
    few = np.full(100, "one", dtype=object)
    for by in (source, few):
        tomli_w.dumps(asdict(class_scores(names[truth], names[p.argmax(axis=1)], by)[0]))


def test_scores_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="training needs the extra `train`")
    p, truth, source = _drawn()
    found, called = score(p, truth, source), p.argmax(axis=1)
    right = called == truth
    assert found.accuracy == pytest.approx(metrics.accuracy_score(truth, called))
    assert found.nll == pytest.approx(metrics.log_loss(truth, p))
    assert found.error_auroc == pytest.approx(metrics.roc_auc_score(right, p.max(axis=1)))
    macro = metrics.precision_recall_fscore_support(truth, called, average="macro")[:3]
    assert (found.precision, found.recall, found.f1) == pytest.approx(macro)
    by_class = [metrics.brier_score_loss(truth == k, p[:, k]) for k in range(4)]
    assert found.brier == pytest.approx(sum(by_class))
    assert np.array_equal(confusion(truth, called, 4), metrics.confusion_matrix(truth, called))


def test_error_auroc_counts_ties_as_half() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="training needs the extra `train`")
    rng = np.random.default_rng(0)
    confidence, right = rng.integers(0, 6, 500) / 5, rng.random(500) < 0.8
    assert error_auroc(confidence, right) == pytest.approx(metrics.roc_auc_score(right, confidence))


def test_error_auroc_needs_right_and_wrong_rows() -> None:
    assert np.isnan(error_auroc(np.array([0.2, 0.9]), np.array([True, True])))
    assert np.isnan(error_auroc(np.array([0.2, 0.9]), np.array([False, False])))


def test_probabilities_that_come_true_have_no_calibration_error() -> None:
    p, truth, source = _drawn(60_000)
    assert score(p, truth, source).ece < 0.01
    sharper = p**3 / (p**3).sum(axis=1, keepdims=True)
    assert score(sharper, truth, source).ece > 0.1


def test_a_class_that_the_model_never_saw_costs_a_finite_amount() -> None:
    p = np.array([[1.0, 0.0], [0.5, 0.5]])
    found = score(p, np.array([1, 0]), np.array(["x", "y"], dtype=object))
    assert found.nll == pytest.approx((-np.log(1e-12) - np.log(0.5)) / 2)
    assert found.errors_above_09 == 1


def test_rare_classes_can_be_left_out_of_the_mean() -> None:
    p = np.eye(3)[[0, 0, 0, 1, 1, 0]]
    truth, source = np.array([0, 0, 0, 1, 1, 2]), np.full(6, "x", dtype=object)
    assert score(p, truth, source).recall == pytest.approx(2 / 3)
    assert score(p, truth, source, least_rows=2).recall == 1.0
    assert np.isnan(score(p, truth, source, least_rows=9).f1)


def test_empty_bins_of_reliability_are_nan() -> None:
    found = reliability(np.array([0.05, 0.95, 1.0]), np.array([False, True, False]), bins=10)
    assert found.rows.tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert np.isnan(found.accuracy[1:9]).all()
    assert (found.confidence[9], found.accuracy[9]) == pytest.approx((0.975, 0.5))
    assert found.error == pytest.approx((0.05 + 2 * 0.475) / 3)


def test_risk_grows_to_the_share_of_errors() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    coverage, risk = risk_coverage(confidence, np.array([True, True, False, True]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk == pytest.approx([0, 0, 1 / 3, 1 / 4])


def test_the_order_of_equally_sure_rows_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    confidence, right = rng.integers(0, 4, 300) / 3, rng.random(300) < 0.7
    order = rng.permutation(300)
    for part in (0.1, 0.5, 0.95):
        once = accuracy_at_coverage(confidence, right, part)
        assert accuracy_at_coverage(confidence[order], right[order], part) == pytest.approx(once)


def test_a_part_of_the_rows_is_not_lost_to_rounding() -> None:
    """0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996 in floating point."""
    confidence, right = np.linspace(1, 0, 100), np.arange(100) < 28
    assert accuracy_at_coverage(confidence, right, 0.29) == pytest.approx(28 / 29)


@pytest.mark.parametrize(
    ("p", "truth", "words"),
    [
        ([[0.5, np.nan]], [0], "NaN or outside 0 to 1"),
        ([[0.5, 0.5]], [-1], "runs from -1"),
        ([[0.5, 0.5]], [2], "2 classes"),
        ([[0.5, 0.5]], [0, 1], "one entry a row"),
    ],
)
def test_what_cannot_be_scored_is_said(p: list[list[float]], truth: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        score(np.array(p), np.array(truth), np.array(["x"], dtype=object))
