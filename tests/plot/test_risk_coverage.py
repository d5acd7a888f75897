from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from phasewise.learn.scores import risk_coverage
from phasewise.plot.risk_coverage import MOST_POINTS, plot_risk_coverage

mpl.use("Agg")


def test_a_curve_ends_at_the_error_rate_and_keeps_both_ends_when_thinned() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(5000)
    right = rng.random(5000) < confidence
    coverage, risk = risk_coverage(confidence, right)
    ax = plot_risk_coverage({"model": (coverage, risk)}, Figure().add_subplot())
    x, y = np.asarray(ax.get_lines()[-1].get_data())
    assert len(x) <= MOST_POINTS
    assert (x[0], x[-1]) == (coverage[0], 1.0)
    np.testing.assert_allclose(y[-1], (~right).mean())
    expected = risk[np.round(x * 5000).astype(int) - 1]
    np.testing.assert_allclose(y, np.where(expected > 0, expected, np.nan))


def test_a_risk_of_zero_is_no_point_of_a_logarithmic_axis() -> None:
    flawless = risk_coverage(np.array([0.9, 0.8, 0.7]), np.array([True, True, True]))
    late = risk_coverage(np.array([0.9, 0.8, 0.7]), np.array([True, True, False]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = Figure(layout="constrained")
        ax = plot_risk_coverage({"flawless": flawless, "late": late}, figure.add_subplot())
        figure.draw_without_rendering()
    curves = [np.asarray(line.get_ydata(), dtype=float) for line in ax.get_lines()[-2:]]
    assert np.isnan(curves[0]).all()
    assert np.isnan(curves[1]).tolist() == [True, True, False]
    bottom, top = ax.get_ylim()
    assert 0 < bottom < 1 / 3
    assert 1 / 3 < top <= 1
