"""Many non-negative least-squares problems at once against SciPy, one by one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.core.least_squares import nonnegative_least_squares
from phasewise.core.types import FloatArray

scipy_optimize = pytest.importorskip("scipy.optimize")


def one_by_one(design: FloatArray, targets: FloatArray) -> FloatArray:
    return np.array([scipy_optimize.nnls(design, target)[0] for target in targets], dtype=np.float64)


def optimal(design: FloatArray, targets: FloatArray, x: FloatArray, tolerance: float = 1e-7) -> None:
    """Check the conditions of Karush, Kuhn and Tucker, which decide without another solver."""
    gradient = (targets - x @ design.T) @ design
    scale = tolerance * (1 + np.abs(targets @ design).max(axis=1, keepdims=True))
    assert np.all(x >= 0)
    assert np.all(gradient <= scale)
    assert np.all(np.abs(gradient * x) <= scale * (1 + x))


@settings(max_examples=80)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 14),
    members=st.integers(1, 10),
    sparse=st.booleans(),
    whole=st.booleans(),
)
def test_random_problems(seed: int, rows: int, members: int, sparse: bool, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    rows = max(rows, members)
    design = rng.normal(size=(rows, members))
    if sparse:
        design *= rng.random(design.shape) < 0.5
        design += np.eye(rows, members)
    if whole:
        design = np.round(2 * design) + 3 * np.eye(rows, members)
    targets = np.vstack([rng.normal(size=(20, rows)), rng.random((20, members)) @ design.T])
    if np.linalg.matrix_rank(design) < members or np.linalg.cond(design) > 1e5:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = nonnegative_least_squares(design, targets)
    optimal(design, targets, found)
    np.testing.assert_allclose(found, one_by_one(design, targets), atol=1e-6)


def test_formulae_as_mineral_files_have_them() -> None:
    """Columns that share most of their ions, and mixtures with and without what they cannot explain."""
    rng = np.random.default_rng(5)
    members = rng.integers(0, 4, (8, 12)).astype(float) + 3 * np.eye(8, 12)
    shares = rng.dirichlet(np.full(8, 0.3), 500)
    found = nonnegative_least_squares(members.T, shares @ members)
    np.testing.assert_allclose(found, shares, atol=1e-8)
    noisy = shares @ members + 0.3 * rng.normal(size=(500, 12))
    found = nonnegative_least_squares(members.T, noisy)
    optimal(members.T, noisy, found)
    np.testing.assert_allclose(found, one_by_one(members.T, noisy), atol=1e-8)


def test_targets_on_corners_edges_and_outside() -> None:
    design = np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    targets = np.array([[1.0, 0, 0], [1, 1, 0], [0, 0, 0], [-1, -1, 0], [0, 0, 5], [1, -1, 0], [0, 1, 0]])
    found = nonnegative_least_squares(design, targets)
    expected = np.array([[1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [1, 0], [0, 0.5]])
    np.testing.assert_allclose(found, expected, atol=1e-12)
    np.testing.assert_allclose(found, one_by_one(design, targets), atol=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_the_unit_of_the_targets_only_scales_the_amounts(scale: float) -> None:
    rng = np.random.default_rng(6)
    design, targets = rng.random((9, 5)), rng.normal(0.5, 1, (100, 9))
    once = nonnegative_least_squares(design, targets)
    np.testing.assert_allclose(nonnegative_least_squares(design, scale * targets) / scale, once, atol=1e-6)


def test_nearly_equal_members() -> None:
    rng = np.random.default_rng(7)
    design = rng.random((8, 3))
    design = np.column_stack([design, design[:, 0] + 1e-4 * rng.random(8)])
    targets = rng.random((200, 8))
    found = nonnegative_least_squares(design, targets)
    expected = one_by_one(design, targets)
    missing = [((targets - x @ design.T) ** 2).sum(axis=1) for x in (found, expected)]
    assert np.abs(missing[0] - missing[1]).max() < 1e-7
    assert np.all(found >= 0)


def test_rows_do_not_know_of_one_another() -> None:
    rng = np.random.default_rng(8)
    design, targets = rng.random((7, 4)), rng.normal(0.3, 1, (60, 7))
    whole = nonnegative_least_squares(design, targets)
    alone = np.vstack([nonnegative_least_squares(design, row[None]) for row in targets])
    np.testing.assert_allclose(alone, whole, atol=1e-12)
    assert nonnegative_least_squares(design, targets[:0]).shape == (0, 4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_row_that_is_no_number_stays_alone(bad: float) -> None:
    rng = np.random.default_rng(9)
    design, targets = rng.random((7, 4)), rng.random((5, 7))
    good = nonnegative_least_squares(design, targets)
    spoilt = targets.copy()
    spoilt[2, 3] = bad
    with np.errstate(invalid="ignore"):
        found = nonnegative_least_squares(design, spoilt)
        everything = nonnegative_least_squares(design, np.full((3, 7), bad))
    assert np.isnan(found[2]).all()
    np.testing.assert_allclose(found[[0, 1, 3, 4]], good[[0, 1, 3, 4]], atol=1e-12)
    assert np.isnan(everything).all()


def test_one_member() -> None:
    found = nonnegative_least_squares(np.array([[2.0], [1.0]]), np.array([[2.0, 1.0], [-2.0, -1.0]]))
    np.testing.assert_allclose(found, [[1.0], [0.0]])
