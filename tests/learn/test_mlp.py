from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks

from phasewise.core.types import FloatArray
from phasewise.learn.mlp import Missing, NetworkClassifier, TableEpochs

BATCHES = "a row of weight 2 and a row that stands twice fall into different batches"
MAY_FAIL = {
    "check_sample_weight_equivalence_on_dense_data": BATCHES,
    "check_sample_weight_equivalence_on_sparse_data": BATCHES,
}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [NetworkClassifier(hidden=(8,), epochs=8, batch=32, learning_rate=0.2, random_state=0)],
    expected_failed_checks=lambda _: MAY_FAIL,
)
def test_compliance(estimator: Any, check: Any) -> None:
    check(estimator)


def two_groups(n: int, seed: int = 0) -> tuple[FloatArray, np.ndarray]:
    """The class is the sign of the first input; the second repeats it with a little noise."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    first = np.where(y == 1, 20.0, 10.0) + rng.normal(size=n)
    x = np.stack([first, first + rng.normal(size=n), rng.normal(5, 1, n)], axis=1)
    return x, np.array(["felsic", "mafic"])[y]


def test_twenty_rows_are_learnt_by_heart() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 5)), np.arange(20) % 4
    model = NetworkClassifier(epochs=120, batch=20, weight_decay=0.0, random_state=0).fit(x, y)
    assert (model.predict(x) == y).all()
    assert model.predict_proba(x).max(axis=1).min() > 0.9


def test_a_network_that_learnt_what_is_missing_does_without_an_oxide() -> None:
    """Taken as 0 wt%, the lost input speaks for the wrong class; the other one knows the right one."""
    x, y = two_groups(600)
    unseen, truth = two_groups(400, seed=1)
    unseen[:, 0] = np.nan
    right = {}
    kinds: tuple[Missing, ...] = ("zero", "learnt")
    for missing in kinds:
        model = NetworkClassifier((8,), 25, 64, 0.03, missing=missing, random_state=0).fit(x, y)
        assert model.score(*two_groups(400, seed=2)) > 0.98
        right[missing] = model.score(unseen, truth)
    assert right["learnt"] > 0.97
    assert right["zero"] < 0.8


def test_rows_without_weight_teach_nothing() -> None:
    x, y = two_groups(300)
    wrong = np.where(y == "mafic", "felsic", "mafic")
    model = NetworkClassifier((8,), 20, 64, 0.02, random_state=0)
    model.fit(np.vstack([x, x]), np.concatenate([y, wrong]), np.repeat([1.0, 0.0], 300))
    assert model.score(x, y) > 0.98


@pytest.mark.parametrize("weight", [[-1.0, 1.0, 1.0, 1.0], [0.0] * 4])
def test_weights_that_are_negative_or_all_zero_are_refused(weight: list[float]) -> None:
    with pytest.raises(ValueError, match=r"[Ss]ample.weight"):
        NetworkClassifier(epochs=1).fit(np.eye(4), [0, 1, 0, 1], weight)


def test_an_unknown_way_with_missing_values_is_refused() -> None:
    with pytest.raises(ValueError, match="neither 'zero' nor 'learnt'"):
        NetworkClassifier(missing="mean").fit(np.eye(4), [0, 1, 0, 1])  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.floats(0, 1), st.sampled_from(["zero", "learnt"]), st.integers(0, 99))
def test_the_rows_of_an_epoch(seed: int, mixup: float, missing: Missing, epoch: int) -> None:
    rng = np.random.default_rng(seed)
    x, targets = rng.uniform(1, 60, size=(200, 4)), np.eye(3)[rng.integers(0, 3, 200)]
    x[rng.random(x.shape) < 0.1] = np.nan
    rows = TableEpochs(x.copy(), targets.copy(), np.ones(200), missing, mixup, seed)
    features, found, weight = rows(epoch)

    assert np.allclose(found.sum(axis=1), 1)
    assert (found[targets == 1] >= 0.5).all()
    assert (weight == 1).all()
    values = features[:, :4]
    assert np.isfinite(values).all()
    assert (values[np.isnan(x)] == 0).all()
    assert (values <= np.nanmax(x)).all()
    assert np.array_equal(rows.x, x, equal_nan=True)
    assert np.array_equal(rows.targets, targets)
    if missing == "learnt":
        assert features.shape[1] == 8
        assert (values[features[:, 4:] == 0] == 0).all()
    again, _, _ = rows(epoch)
    assert np.array_equal(again, features)
    assert not np.array_equal(rows(epoch + 1)[0], features) or (mixup < 0.05 and missing == "zero")


def test_mixup_mixes_the_part_of_the_rows_that_it_says() -> None:
    x = np.arange(1.0, 4001.0)[:, None]
    rows = TableEpochs(x, np.eye(2)[np.arange(4000) % 2], np.ones(4000), "zero", 0.3, 0)
    features, _, _ = rows(0)
    assert abs((features != x).mean() - 0.3) < 0.03


def test_half_of_the_rows_lose_inputs() -> None:
    """Of those, the part that is lost is evenly distributed: of ten inputs, 10/11 lose at least one."""
    rows = TableEpochs(np.ones((4000, 10)), np.eye(2)[np.zeros(4000, int)], np.ones(4000), "learnt", 0, 0)
    marks = rows(0)[0][:, 10:]
    assert abs((marks == 0).any(axis=1).mean() - 0.5 * 10 / 11) < 0.03
    assert abs((marks == 0).mean() - 0.25) < 0.02
