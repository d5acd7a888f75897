from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks

from phasewise.core.types import FloatArray
from phasewise.learn.ensemble import DeepEnsembleClassifier
from phasewise.learn.mlp import NetworkClassifier

BATCHES = "a row of weight 2 and a row that stands twice fall into different batches"
MAY_FAIL = {
    "check_sample_weight_equivalence_on_dense_data": BATCHES,
    "check_sample_weight_equivalence_on_sparse_data": BATCHES,
}
SMALL: dict[str, Any] = {"hidden": (8,), "epochs": 8, "batch": 32, "learning_rate": 0.2, "random_state": 0}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [DeepEnsembleClassifier(members=2, **SMALL)], expected_failed_checks=lambda _: MAY_FAIL
)
def test_compliance(estimator: Any, check: Any) -> None:
    check(estimator)


def overlapping(n: int = 300) -> tuple[FloatArray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, 3))
    return x, (x[:, 0] + rng.normal(size=n) > 0).astype(int)


def test_one_member_is_the_plain_network() -> None:
    x, y = overlapping()
    ensemble = DeepEnsembleClassifier(members=1, **SMALL).fit(x, y)
    plain = NetworkClassifier(**SMALL).fit(x, y)
    assert np.array_equal(ensemble.predict_proba(x), plain.predict_proba(x))


def test_more_members_leave_the_first_ones_as_they_are_and_all_differ() -> None:
    x, y = overlapping()
    two = DeepEnsembleClassifier(members=2, **SMALL).fit(x, y).predictor_.networks
    three = DeepEnsembleClassifier(members=3, **SMALL).fit(x, y).predictor_.networks
    for a, b in zip(two, three, strict=False):
        assert np.array_equal(a.layers[0].weight, b.layers[0].weight)
    assert len({network.layers[0].weight.tobytes() for network in three}) == 3


def test_members_disagree_more_far_from_the_data() -> None:
    x, y = overlapping()
    model = DeepEnsembleClassifier(members=4, **SMALL).fit(x, y)
    far = np.array([[0.0, 7.0, -7.0], [0.0, -7.0, 7.0], [0.0, 7.0, 7.0], [0.0, -7.0, -7.0]])
    near = x[np.abs(x).max(axis=1) < 1]
    epistemic = [float(model.predictor_.predictive(rows).epistemic.mean()) for rows in (near, far)]
    assert epistemic[1] > 2 * epistemic[0]
