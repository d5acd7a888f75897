from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the extra `train`")

from phasewise.core.types import FloatArray, IntArray
from phasewise.infer.calibration import CalibrationMap
from phasewise.infer.network import softmax
from phasewise.learn.calibrate import (
    fit_belonging_exponent,
    fit_temperature,
    fit_temperature_map,
    fit_vector_scaling,
    source_weights,
)
from phasewise.learn.scores import reliability

RNG = np.random.default_rng(11)


def test_the_temperature_of_overconfident_logits_is_found() -> None:
    logits = RNG.normal(size=(20_000, 3)) * 2
    p = softmax(logits)
    truth = np.array([RNG.choice(3, p=row) for row in p])

    def sharpened(temperature: float) -> FloatArray:
        return softmax(2.5 * logits, temperature)

    assert fit_temperature(sharpened, truth) == pytest.approx(2.5, rel=0.05)


def test_a_calibrated_model_is_not_sharpened() -> None:
    logits = RNG.normal(size=(5_000, 3))
    truth = softmax(3 * logits).argmax(axis=1)
    assert fit_temperature(lambda t: softmax(logits, t), truth) == pytest.approx(1.0, abs=0.01)


def test_the_exponent_of_belonging_is_found() -> None:
    belonging = RNG.uniform(0.01, 1, 50_000)
    right = RNG.random(50_000) < belonging**0.3
    assert fit_belonging_exponent(np.ones(50_000), belonging, right) == pytest.approx(0.3, abs=0.03)


def test_the_exponent_follows_the_weights() -> None:
    belonging = RNG.uniform(0.01, 1, 50_000)
    kind = RNG.random(50_000) < 0.5
    right = RNG.random(50_000) < np.where(kind, belonging**0.2, belonging**0.8)
    found = fit_belonging_exponent(np.ones(50_000), belonging, right, kind.astype(float))
    assert found == pytest.approx(0.2, abs=0.03)


def test_the_calibration_error_is_zero_where_confidence_is_accuracy() -> None:
    confidence = np.repeat([0.5, 0.9], 1000)
    right = np.concatenate([np.arange(1000) < 500, np.arange(1000) < 900])
    assert reliability(confidence, right).error == pytest.approx(0.0, abs=1e-12)
    assert reliability(confidence, np.zeros(2000, bool)).error == pytest.approx(0.7)


def _classes_of(p: FloatArray, rng: np.random.Generator) -> IntArray:
    return np.asarray((p.cumsum(axis=1) > rng.random((len(p), 1))).argmax(axis=1))


def test_vector_scaling_finds_the_distortion() -> None:
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.full(3, 0.5), 60_000)
    scale, bias = np.array([0.5, 1.4, 0.8]), np.array([0.6, 0.0, -0.6])
    truth = _classes_of(CalibrationMap(scale, bias).apply(p), rng)
    found = fit_vector_scaling(p, truth, between=(0.2, 5.0), pull=1.0)
    assert found.scale == pytest.approx(scale, abs=0.05)
    # A shift of all biases changes nothing.
    assert found.bias - found.bias.mean() == pytest.approx(bias, abs=0.05)


def test_a_pull_without_end_leaves_temperature_scaling() -> None:
    rng = np.random.default_rng(2)
    p = rng.dirichlet(np.full(3, 0.5), 4_000)
    truth = _classes_of(CalibrationMap(np.array([0.5, 0.7, 0.9]), np.zeros(3)).apply(p), rng)
    only = fit_temperature_map(p, truth)
    pulled = fit_vector_scaling(p, truth, pull=1e9)
    assert pulled.scale == pytest.approx(only.scale, abs=1e-4)
    assert pulled.bias == pytest.approx(only.bias, abs=1e-4)


def test_a_class_of_few_rows_keeps_the_common_temperature() -> None:
    rng = np.random.default_rng(3)
    p = rng.dirichlet([1.0, 1.0, 0.005], 5_000)
    truth = _classes_of(CalibrationMap.of_temperature(2.0, 3).apply(p), rng)
    truth[truth == 2] = 0
    truth[:2] = 2
    p[:2] = [0.98, 0.01, 0.01]
    free = fit_vector_scaling(p, truth, pull=0.01)
    pulled = fit_vector_scaling(p, truth, pull=100.0)
    common = fit_temperature_map(p, truth).scale[0]
    assert abs(pulled.scale[2] / common - 1) < 0.25
    assert abs(pulled.scale[2] - common) < abs(free.scale[2] - common)


def test_by_default_nothing_is_sharpened() -> None:
    rng = np.random.default_rng(4)
    p = rng.dirichlet(np.full(3, 2.0), 5_000)
    truth = _classes_of(CalibrationMap.of_temperature(0.3, 3).apply(p), rng)
    assert (fit_vector_scaling(p, truth).scale <= 1.0).all()


def test_a_true_class_that_is_ruled_out_moves_no_map() -> None:
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.full(3, 0.5), 3_000)
    truth = _classes_of(p**0.5 / (p**0.5).sum(axis=1, keepdims=True), rng)
    more = np.vstack([p, np.tile([1.0, 0.0, 0.0], (50, 1))])
    once = fit_vector_scaling(p, truth)
    again = fit_vector_scaling(more, np.append(truth, np.full(50, 1)))
    assert again.scale == pytest.approx(once.scale, abs=1e-3)
    assert again.bias == pytest.approx(once.bias, abs=1e-3)


def test_a_big_publication_does_not_set_the_temperature() -> None:
    rng = np.random.default_rng(6)
    p = rng.dirichlet(np.full(3, 0.5), 20_000)
    big = np.arange(20_000) >= 4_000
    truth = np.where(big, p.argmax(axis=1), _classes_of(CalibrationMap.of_temperature(2.0, 3).apply(p), rng))
    source = np.where(big, "big", (np.arange(20_000) // 20).astype(str)).astype(object)
    weighted = fit_temperature_map(p, truth, sample_weight=source_weights(truth, source))
    assert 1 / weighted.scale[0] == pytest.approx(2.0, rel=0.1)
    assert 1 / fit_temperature_map(p, truth).scale[0] == pytest.approx(1.0, abs=0.01)


def test_weights_are_by_publication_and_class() -> None:
    truth = np.array([0] * 50 + [1] * 10 + [0] * 5)
    source = np.array(["x"] * 60 + ["y"] * 5, dtype=object)
    weights = source_weights(truth, source, cap=20)
    assert weights == pytest.approx([0.4] * 50 + [1.0] * 15)
