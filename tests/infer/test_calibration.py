from __future__ import annotations

import numpy as np
import pytest

from phasewise.infer.calibration import CalibrationMap
from phasewise.infer.network import softmax

RNG = np.random.default_rng(2)


def test_a_map_acts_on_logits_as_on_their_probabilities() -> None:
    logits = RNG.normal(size=(200, 3)) * 5
    assert CalibrationMap.of_temperature(2.5, 3).apply(softmax(logits)) == pytest.approx(softmax(logits, 2.5))
    shifted = CalibrationMap(np.ones(3), np.array([0.0, 1.0, -2.0])).apply(softmax(logits))
    assert shifted == pytest.approx(softmax(logits + np.array([0.0, 1.0, -2.0])))


def test_identity_changes_nothing() -> None:
    p = RNG.dirichlet(np.full(4, 0.1), 500)
    assert CalibrationMap.identity(4).apply(p) == pytest.approx(p, rel=1e-12, abs=1e-300)


def test_what_is_ruled_out_stays_so_and_nan_stays_nan() -> None:
    p = np.array([[1.0, 0.0], [0.0, 0.0], [np.nan, 0.5]])
    found = CalibrationMap.of_temperature(4.0, 2).apply(p)
    assert found[0].tolist() == [1.0, 0.0]
    assert np.isnan(found[1:]).all()
    assert p[0].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("scale", "bias"), [([1.0, 0.0], [0.0, 0.0]), ([1.0], [0.0, 0.0]), ([1.0], [np.nan])]
)
def test_a_map_that_cannot_be_is_refused(scale: list[float], bias: list[float]) -> None:
    with pytest.raises(ValueError, match="scale"):
        CalibrationMap(np.array(scale), np.array(bias))


def test_probabilities_of_other_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="map of 2 classes"):
        CalibrationMap.identity(2).apply(np.ones((1, 3)) / 3)
