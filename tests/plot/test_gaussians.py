from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from phasewise.core.types import FloatArray
from phasewise.plot.colours import PHASE_COLOURS
from phasewise.plot.gaussians import gaussians_size, plot_gaussians

mpl.use("Agg")

PHASES, OXIDES = ["Amphibole", "Clinopyroxene"], ["SiO2", "MgO", "CaO"]
MEANS = np.array([[45.0, 14.0, 11.0], [50.0, 14.0, 21.0]])
FACTOR = np.array([[3.0, 0.0, 0.0], [-1.0, 1.5, 0.0], [0.5, 0.2, 0.7]])
COVARIANCES = np.stack([FACTOR @ FACTOR.T, np.diag([4.0, 1.0, 0.25])])


def drawn(values: dict[str, FloatArray] | None = None) -> np.ndarray:
    figure = Figure(figsize=gaussians_size(3), layout="constrained")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = plot_gaussians(MEANS, COVARIANCES, PHASES, OXIDES, values, figure=figure)
        figure.draw_without_rendering()
    return axes


def ellipses(ax: Axes) -> list[Ellipse]:
    return [patch for patch in ax.patches if isinstance(patch, Ellipse)]


def test_ellipses_stand_at_distances_of_one_and_two() -> None:
    axes = drawn()
    for row, column in ((1, 0), (2, 0), (2, 1)):
        found = ellipses(axes[row, column])
        assert [to_hex(e.get_edgecolor()).upper() for e in found] == [
            PHASE_COLOURS[phase].upper() for phase in PHASES for _ in range(2)
        ]
        for n, ellipse in enumerate(found):
            pair = np.array([column, row])
            mean, covariance = MEANS[n // 2, pair], COVARIANCES[n // 2][np.ix_(pair, pair)]
            circle = np.asarray(ellipse.get_path().vertices)
            on_curve = np.abs(np.hypot(circle[:, 0], circle[:, 1]) - 1) < 1e-9
            rim = ellipse.get_patch_transform().transform(circle) - mean
            distance = np.sqrt(np.einsum("ni,ij,nj->n", rim, np.linalg.inv(covariance), rim))
            np.testing.assert_allclose(distance[on_curve], n % 2 + 1, rtol=1e-9)


def test_the_diagonal_has_densities_and_nothing_stands_above_it() -> None:
    axes = drawn()
    assert all(axes[row, column] is None for row, column in ((0, 1), (0, 2), (1, 2)))
    for j in range(3):
        for n, line in enumerate(axes[j, j].get_lines()):
            x, density = np.asarray(line.get_data())
            assert np.trapezoid(density, x) == pytest.approx(1, abs=2e-3)
            assert x[density.argmax()] == pytest.approx(MEANS[n, j])
    assert [axes[2, j].get_xlabel() for j in range(3)] == [
        "SiO$_{2}$ (wt%)",
        "MgO (wt%)",
        "CaO (wt%)",
    ]


def test_analyses_are_histograms_of_area_one_and_points_where_both_oxides_were_measured() -> None:
    rows = np.random.default_rng(3).multivariate_normal(MEANS[0], COVARIANCES[0], 400)
    rows[:150, 1] = np.nan
    rows[150:160] = np.nan
    axes = drawn({"Amphibole": rows})
    numbers = {(i, j): len(axes[i, j].collections[0].get_offsets()) for i, j in ((1, 0), (2, 0), (2, 1))}
    assert numbers == {(1, 0): 240, (2, 0): 390, (2, 1): 240}
    (steps,) = (patch for patch in axes[0, 0].patches if hasattr(patch, "get_data"))
    heights, edges, _ = steps.get_data()
    assert heights @ np.diff(edges) == pytest.approx(1, abs=0.02)


def test_an_oxide_that_was_never_measured_keeps_its_density() -> None:
    rows = np.full((5, 3), [45.0, 14.0, np.nan])
    axes = drawn({"Amphibole": rows})
    assert len(axes[2, 2].get_lines()) == 2


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\).*2 phases and 2 oxides"):
        plot_gaussians(MEANS, COVARIANCES, PHASES, OXIDES[:2], figure=Figure())
    with pytest.raises(ValueError, match="'Garnet', which is none of the phases"):
        drawn({"Garnet": np.zeros((3, 3))})
    with pytest.raises(ValueError, match=r"\(3, 2\) does not fit 3 oxides"):
        drawn({"Amphibole": np.zeros((3, 2))})
