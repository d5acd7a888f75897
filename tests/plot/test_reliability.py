from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from phasewise.learn.scores import reliability
from phasewise.plot.reliability import plot_reliability

mpl.use("Agg")


def test_the_points_are_the_bins_that_have_rows() -> None:
    confidence = np.concatenate([np.full(100, 0.95), np.full(10, 0.5)])
    right = np.concatenate([np.arange(100) < 80, np.arange(10) < 5])
    bins = reliability(confidence, right)
    ax = plot_reliability({"sure": bins}, Figure().add_subplot())
    diagonal, curve = ax.get_lines()
    np.testing.assert_allclose(np.asarray(curve.get_data()), [[0.5, 0.95], [0.5, 0.8]])
    np.testing.assert_allclose(np.asarray(diagonal.get_data()), [[0, 1], [0, 1]])
    legend = ax.get_legend()
    assert legend is not None
    # 100 of 110 rows are 0.15 from the diagonal, the others on it.
    assert [text.get_text() for text in legend.get_texts()] == [f"sure, ECE {0.15 * 100 / 110:.3f}"]


def test_few_rows_are_hollow_and_many_are_larger() -> None:
    confidence = np.concatenate([np.full(1000, 0.95), np.full(10, 0.5)])
    bins = reliability(confidence, confidence > 0.6)
    points = plot_reliability({"a": bins}, Figure().add_subplot()).collections[-1]
    assert isinstance(points, PathCollection)
    few, many = np.asarray(points.get_facecolor())
    assert tuple(few) == to_rgba("white")
    assert tuple(many) != to_rgba("white")
    small, large = points.get_sizes()
    assert small < large


@pytest.mark.parametrize("confidence", [[1.0], [0.0], [0.5, 0.5]])
def test_a_single_bin_is_drawn_without_complaint(confidence: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = np.array(confidence)
        ax = plot_reliability({"one": reliability(values, values > 0)}, Figure().add_subplot())
    assert np.asarray(ax.get_lines()[1].get_data()).shape == (2, 1)
