from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.infer.predictive import Predictive, entropy


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(2, 9), st.floats(0.02, 5))
def test_entropy_of_the_mean_is_the_sum_of_both_parts(seed: int, s: int, k: int, spread: float) -> None:
    members = np.random.default_rng(seed).dirichlet(np.full(k, spread), (s, 7))
    found = Predictive.of(members)
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert np.allclose(found.aleatoric + found.epistemic, entropy(found.probabilities), atol=1e-12)
    assert (found.epistemic >= 0).all()
    assert (found.aleatoric >= 0).all()
    assert (found.aleatoric + found.epistemic <= np.log(k) + 1e-12).all()
    assert (found.epistemic <= np.log(s) + 1e-12).all()


@given(st.integers(0, 10**6), st.integers(2, 6))
def test_the_order_of_the_models_and_their_copies_do_not_count(seed: int, s: int) -> None:
    members = np.random.default_rng(seed).dirichlet(np.ones(5), (s, 7))
    found, other = Predictive.of(members), Predictive.of(np.concatenate([members[::-1], members]))
    assert np.allclose(found.epistemic, other.epistemic, atol=1e-12)
    assert np.allclose(found.aleatoric, other.aleatoric, atol=1e-12)


def test_models_that_agree_leave_only_aleatoric_uncertainty() -> None:
    found = Predictive.of(np.tile([[0.5, 0.5, 0.0]], (4, 1, 1)))
    assert found.aleatoric == pytest.approx([np.log(2)])
    assert found.epistemic == pytest.approx([0.0], abs=1e-15)


def test_models_that_are_sure_of_different_classes_leave_only_epistemic_uncertainty() -> None:
    found = Predictive.of(np.eye(3)[:, None])
    assert found.aleatoric == pytest.approx([0.0], abs=1e-15)
    assert found.epistemic == pytest.approx([np.log(3)])
