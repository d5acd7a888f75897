from __future__ import annotations

import numpy as np
import pytest

from phasewise.core.types import FloatArray
from phasewise.infer.mixing import TypicalCompositions, closed

RNG = np.random.default_rng(5)
MEANS = np.array([[40.0, 10.0, 50.0, 0.0], [50.0, 30.0, 5.0, 15.0], [70.0, 20.0, 0.0, 10.0]])
TYPICAL = TypicalCompositions(
    np.vstack([MEANS, np.full((1, 4), np.nan)]),
    np.concatenate([np.stack([np.diag([4.0, 1.0, 4.0, 0.2])] * 3), np.full((1, 4, 4), np.nan)]),
    np.array([100.0, 100.0, 100.0, np.nan]),
    np.array([50.0, 50.0, 50.0, 0.0]),
)


def mixed(part: FloatArray, first: int = 0, second: int = 1) -> FloatArray:
    """Return mixtures of two drawn analyses."""
    a, b = (MEANS[k] + RNG.normal(size=(len(part), 4)) * [2.0, 1.0, 2.0, 0.4] for k in (first, second))
    return np.asarray((1 - part)[:, None] * a + part[:, None] * b)


def pair(n: int, first: int = 0, second: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return np.full(n, first), np.full(n, second)


def test_the_part_of_the_second_phase_and_its_error_are_right() -> None:
    truth = RNG.uniform(0.05, 0.95, 4000)
    part, error = TYPICAL.parts(mixed(truth), *pair(4000))
    off = np.abs(part - truth) / error
    assert np.abs(part - truth).mean() < 0.02
    assert 0.6 < (off < 1).mean() < 0.8
    assert (off < 2).mean() > 0.9


def test_the_two_phases_make_the_whole() -> None:
    values = mixed(RNG.uniform(0.2, 0.8, 50))
    part, error = TYPICAL.parts(values, *pair(50))
    rest, same = TYPICAL.parts(values, *pair(50, 1, 0))
    assert part + rest == pytest.approx(np.ones(50), abs=1e-5)
    assert error == pytest.approx(same, abs=1e-5)


def test_a_factor_on_the_row_changes_nothing() -> None:
    values = mixed(RNG.uniform(0.2, 0.8, 20))
    assert TYPICAL.parts(0.8 * values, *pair(20))[0] == pytest.approx(TYPICAL.parts(values, *pair(20))[0])


def test_a_hydrous_mineral_brings_its_whole_mass() -> None:
    """Of 50 g each of an anhydrous mineral and of one with 20 % H2O, the latter is half of the mass."""
    hydrous = TypicalCompositions(
        TYPICAL.mean, TYPICAL.covariance * 1e-3, np.array([100.0, 80.0, 100.0, 1.0]), TYPICAL.count
    )
    values = 0.5 * MEANS[:1] + 0.5 * 0.8 * MEANS[1:2]
    assert hydrous.parts(values, *pair(1))[0][0] == pytest.approx(0.5, abs=0.01)


def test_what_was_not_measured_does_not_count() -> None:
    truth = RNG.uniform(0.2, 0.8, 500)
    values = mixed(truth)
    values[:, 3] = np.nan
    part, error = TYPICAL.parts(values, *pair(500))
    assert np.abs(part - truth).mean() < 0.03
    assert (error > 0).all()


def test_rows_of_several_pairs_are_told_one_by_one() -> None:
    truth = RNG.uniform(0.2, 0.8, 60)
    values = np.vstack([mixed(truth[:30]), mixed(truth[30:], 2, 1)])
    first = np.repeat([0, 2], 30)
    together, _ = TYPICAL.parts(values, first, np.ones(60, dtype=int))
    alone = [TYPICAL.parts(values[[k]], first[[k]], np.array([1]))[0][0] for k in range(60)]
    assert (together == alone).all()


def test_where_too_little_is_known_nothing_is_said() -> None:
    part, error = TYPICAL.parts(mixed(np.full(2, 0.5)), *pair(2, 0, 3))
    assert np.isnan([part, error]).all()
    part, error = TYPICAL.parts(np.full((1, 4), np.nan), *pair(1))
    assert np.isnan([part, error]).all()
    assert [len(found) for found in TYPICAL.parts(np.empty((0, 4)), *pair(0))] == [0, 0]


def test_the_scale_widens_the_error_alone() -> None:
    values = mixed(np.full(5, 0.4))
    wide = TypicalCompositions(TYPICAL.mean, TYPICAL.covariance, TYPICAL.total, TYPICAL.count, 2.0)
    (part, error), (same, wider) = TYPICAL.parts(values, *pair(5)), wide.parts(values, *pair(5))
    assert (part == same).all()
    assert wider == pytest.approx(2 * error, abs=1e-5)


def test_closing_counts_negative_values_as_nothing() -> None:
    assert closed(np.array([[3.0, -1.0, np.nan, 1.0]]))[0, [0, 1, 3]].tolist() == [75.0, 0.0, 25.0]
