from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the extra `train`")

from phasewise.core.types import FloatArray
from phasewise.infer.network import softmax
from phasewise.learn.calibrate import (
    belonging_threshold,
    expected_calibration_error,
    fit_belonging_exponent,
    fit_temperature,
)

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


def test_the_threshold_refuses_counterexamples_but_never_too_many_right_rows() -> None:
    right, odd = np.linspace(0.5, 1, 1001), np.linspace(0, 0.8, 1001)
    assert belonging_threshold(right, odd, 0.25, 0.5) == pytest.approx(0.6)
    assert belonging_threshold(right, odd, 0.0, 0.9) == pytest.approx(0.55)


def test_the_calibration_error_is_zero_where_confidence_is_accuracy() -> None:
    confidence = np.repeat([0.5, 0.9], 1000)
    right = np.concatenate([np.arange(1000) < 500, np.arange(1000) < 900])
    assert expected_calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-12)
    assert expected_calibration_error(confidence, np.zeros(2000, bool)) == pytest.approx(0.7)
