from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from phasewise.plot.control_chart import plot_control_chart
from phasewise.plot.recovery import MOST_RANGE, plot_recoveries

mpl.use("Agg")


def test_full_marks_have_an_interval_without_100_and_far_ones_stand_at_the_edge() -> None:
    middle = np.array([101.0, 103.0, 150.0, np.nan])
    series = {"VG-2": (middle, middle - 2, middle + 2)}
    ax = plot_recoveries(["SiO2", "MgO", "MnO", "K2O"], series, Figure().add_subplot())
    low, high = ax.get_ylim()
    assert (low, high) == (100 - MOST_RANGE, 100 + MOST_RANGE)
    faces = {
        float(y): str(line.get_markerfacecolor())
        for line in ax.get_lines()
        for y in np.atleast_1d(np.asarray(line.get_ydata(), dtype=float))
    }
    assert faces[101.0] == "white"
    assert faces[103.0] != "white"
    assert not any(y > high for y in faces)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["VG-2"]  # type: ignore[union-attr]


def test_a_control_chart_shows_all_analyses_within_its_limits() -> None:
    values = np.array([50.1, 50.2, 40.0, 50.0])
    off = np.array([False, False, True, False])
    ax = plot_control_chart(
        np.arange(4.0),
        values,
        mean=50.1,
        sd=0.1,
        accepted=50.8,
        line=(50.2, -0.05),
        off=off,
        ax=Figure().add_subplot(),
    )
    low, high = ax.get_ylim()
    assert low < 49.9 < 50.8 < high
    assert low > 45
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in ax.get_lines()])
    assert ((drawn >= low) & (drawn <= high)).all()


def test_one_analysis_has_no_band() -> None:
    ax = plot_control_chart(np.zeros(1), np.array([2.0]), mean=2.0, sd=np.nan, ax=Figure().add_subplot())
    low, high = ax.get_ylim()
    assert low < 2.0 < high
