from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.compositions.training.augment import (
    LOST_WEIGHT,
    RARELY_MEASURED,
    complete,
    draw_masks,
    lose_oxides,
    noisy,
)

RNG = np.random.default_rng(5)
ROWS = RNG.dirichlet(np.full(len(INPUTS), 0.3), 4000) * 99


def test_unmeasured_oxides_become_traces() -> None:
    gaps = np.where(RNG.random(ROWS.shape) < 0.3, np.nan, ROWS)
    out = complete(gaps, RNG)
    assert (out[~np.isnan(gaps)] == gaps[~np.isnan(gaps)]).all()
    assert out[np.isnan(gaps)].min() >= 0
    assert out[np.isnan(gaps)].max() <= 0.1


def test_noise_is_small_and_has_no_bias() -> None:
    ratio = noisy(ROWS, RNG)[ROWS > 20] / ROWS[ROWS > 20]
    assert abs(ratio.mean() - 1) < 0.002
    assert 0.005 < ratio.std() < 0.03


def test_what_was_measured_says_nothing_about_the_row() -> None:
    """The pattern is drawn from a stream that never sees the values."""
    first = draw_masks(100, np.random.default_rng(1))
    assert (first == draw_masks(100, np.random.default_rng(1))).all()
    share = draw_masks(20_000, np.random.default_rng(2)).mean(axis=0)
    assert (share > 0.2)[np.array(INPUTS) != "CO2"].all()
    assert share[INPUTS.index("CO2")] == pytest.approx(RARELY_MEASURED, abs=0.01)
    assert (share < 1.0).all()


def test_every_row_keeps_something_to_judge() -> None:
    out, weight = lose_oxides(ROWS, RNG)
    assert np.isfinite(closed_cations(out)[:, 0]).all()
    assert weight.min() >= LOST_WEIGHT
    assert weight.max() == 1.0


def test_rows_that_lost_a_main_component_hardly_count() -> None:
    rows = np.where(np.array(INPUTS) == "CO2", 0.0, ROWS)
    out, weight = lose_oxides(rows, RNG)
    lost = np.where(np.nan_to_num(out) == 0, rows, 0).sum(axis=1) / rows.sum(axis=1)
    assert (weight[lost > 0.14] == LOST_WEIGHT).all()
    assert (weight[lost < 0.001] > 0.95).all()
