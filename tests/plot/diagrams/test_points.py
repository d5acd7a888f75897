from __future__ import annotations

from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from phasewise.plot.colours import PHASE_COLOURS, UNKNOWN_COLOUR
from phasewise.plot.diagrams.behind import GREY
from phasewise.plot.diagrams.ellipses import SIGMAS, spread
from phasewise.plot.diagrams.hexagons import draw_hexagons
from phasewise.plot.diagrams.points import ANALYSES, draw_points, group_colours, include, limiting
from phasewise.plot.diagrams.ternary import project
from phasewise.plot.diagrams.two_oxides import plot_two_oxides

mpl.use("Agg")

X, Y = np.array([0.2, 0.5, 0.8]), np.array([0.1, 0.9, np.nan])


def axes() -> Axes:
    return Figure(figsize=(7.2, 5), layout="constrained").add_subplot()


def marks(ax: Axes) -> list[Any]:
    return [collection for collection in ax.collections if collection.get_gid() == ANALYSES]


def legend(ax: Axes) -> list[str]:
    found = ax.get_legend()
    return [] if found is None else [text.get_text() for text in found.get_texts()]


def test_labels_give_the_colour_of_the_mineral_and_are_counted() -> None:
    ax = axes()
    plane = draw_points(ax, (X, Y), labels=["Olivine", "Garnet", "Garnet"])
    np.testing.assert_array_equal(np.isnan(plane[:, 0]), [False, False, True])
    drawn = {to_hex(c.get_facecolor()[0]).upper(): len(c.get_offsets()) for c in marks(ax)}
    assert drawn == {PHASE_COLOURS["Olivine"]: 1, PHASE_COLOURS["Garnet"]: 1}
    assert sorted(legend(ax)) == ["Garnet (1)", "Olivine (1)"]


def test_groups_that_are_no_minerals_have_seven_colours_and_then_grey() -> None:
    colours = group_colours([f"sample {k}" for k in range(9)])
    assert len(set(list(colours.values())[:7])) == 7
    assert list(colours.values())[7:] == [UNKNOWN_COLOUR, UNKNOWN_COLOUR]


def test_rows_without_a_label_are_drawn_in_grey() -> None:
    ax = axes()
    draw_points(ax, (X[:2], Y[:2]), labels=["Olivine", None])
    assert legend(ax) == ["Olivine (1)", "not named (1)"]


def test_verdicts_give_marks_that_the_legend_explains() -> None:
    ax = axes()
    draw_points(ax, (X[:2], Y[:2]), verdicts=["accepted", "mixture"])
    assert len({c.get_paths()[0].vertices.shape for c in marks(ax)}) == 2
    assert legend(ax) == ["accepted", "mixture"]


def test_ellipses_stand_at_two_sigma() -> None:
    ax = axes()
    draw_points(ax, (X[:1], Y[:1]), sigma=np.array([[0.05, 0.02]]))
    outline = np.asarray(ax.collections[0].get_paths()[0].vertices)
    assert np.ptp(outline[:, 0]) == pytest.approx(2 * SIGMAS * 0.05, rel=0.01)
    assert np.ptp(outline[:, 1]) == pytest.approx(2 * SIGMAS * 0.02, rel=0.01)


def test_errors_in_a_triangle_follow_those_of_repeated_analyses() -> None:
    rng = np.random.default_rng(3)
    parts, sigma = np.array([[50.0, 30.0, 20.0]]), np.array([[0.5, 0.3, 0.2]])
    found = spread(parts, sigma, project)[0]
    repeated = np.cov(project(parts + sigma * rng.normal(size=(200_000, 3))).T)
    np.testing.assert_allclose(found, repeated, rtol=0.03, atol=1e-7)
    full = spread(parts, np.diag(sigma[0] ** 2)[None], project)[0]
    np.testing.assert_allclose(full, found, rtol=1e-6)


def test_many_analyses_are_shaded_and_none_is_lost() -> None:
    ax = axes()
    points = np.random.default_rng(0).normal(0.5, 0.1, (5000, 2))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    held = draw_hexagons(ax, points, "#0072B2")
    assert 0 < held.sum() < len(points)
    ax = axes()
    draw_points(ax, tuple(points.T))
    singles = sum(len(c.get_offsets()) for c in marks(ax))
    assert 0 < singles < 5000
    ax = axes()
    draw_points(ax, tuple(points.T), density=False)
    assert sum(len(c.get_offsets()) for c in marks(ax)) == 5000


def test_numbers_give_a_scale_of_colours() -> None:
    ax = axes()
    draw_points(ax, (X[:2], Y[:2]), shades=np.array([1.0, np.nan]), shade_name="depth (km)")
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    assert [other.get_ylabel() for other in figure.axes if other is not ax] == ["depth (km)"]
    assert len(marks(ax)) == 2


def test_limits_grow_to_hold_points_outside_and_marks_are_whole() -> None:
    ax = axes()
    include(ax, draw_points(ax, (np.array([3.0]), np.array([-2.0]))))
    assert ax.get_xlim()[1] > 3
    assert ax.get_ylim()[0] < -2
    assert not any(collection.get_clip_on() for collection in marks(ax))


def test_of_many_a_few_may_lie_beyond_and_that_is_said() -> None:
    ax = axes()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    x = np.append(np.linspace(0, 1, 2000), [1e6])
    include(ax, draw_points(ax, (x, x)))
    assert ax.get_xlim()[1] < 2
    assert any("beyond the axes" in text.get_text() for text in ax.texts)


def test_nothing_is_drawn_of_nothing() -> None:
    ax = axes()
    plane = draw_points(ax, (np.zeros(0), np.zeros(0)), labels=[])
    include(ax, plane)
    assert plane.shape == (0, 2)
    assert legend(ax) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["Olivine"]}, "1 labels do not fit 3 analyses"),
        ({"verdicts": ["fine"] * 3}, "none of accepted, ambiguous"),
        ({"sigma": np.zeros((3, 5))}, "does not fit 3 analyses of 2 quantities"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_points(axes(), (X, Y), **options)


def test_quantities_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3,\), \(2,\)"):
        draw_points(axes(), (X, Y[:2]))


def test_points_of_fewer_analyses_are_larger() -> None:
    sizes = []
    for n in (10, 200, 1000, 2500):
        ax = axes()
        draw_points(ax, (np.linspace(0, 1, n), np.linspace(0, 1, n)))
        sizes.append(float(marks(ax)[0].get_sizes()[0]))
    assert all(first > second for first, second in pairwise(sizes))


def test_what_stands_behind_is_grey_under_the_others_and_counted_apart() -> None:
    ax = axes()
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 1, (2, 50))
    behind = np.arange(50) >= 3
    labels = ["odd", "odd", "Garnet", *["Olivine"] * 47]
    draw_points(ax, (x, y), labels=labels, behind=behind, behind_name="agree", colours={"odd": "#123456"})
    found = {to_hex(c.get_facecolor()[0]).upper(): c for c in marks(ax)}
    assert set(found) == {GREY, "#123456", PHASE_COLOURS["Garnet"]}
    assert len(found[GREY].get_offsets()) == 47
    assert found[GREY].get_zorder() < min(c.get_zorder() for name, c in found.items() if name != GREY)
    assert legend(ax) == ["odd (2)", "Garnet (1)", "agree (47)"]


def test_many_behind_are_shaded_and_none_is_lost() -> None:
    ax = axes()
    rng = np.random.default_rng(2)
    near = rng.normal(0.5, 0.01, (4000, 2))
    far = rng.uniform(0, 1, (40, 2))
    x, y = np.vstack([near, far, [[0.2, 0.2]]]).T
    draw_points(ax, (x, y), behind=np.arange(len(x)) < 4040)
    (shaded,) = [c for c in ax.collections if c.get_gid() != ANALYSES]
    assert shaded.get_rasterized()
    grey = [c for c in marks(ax) if to_hex(c.get_facecolor()[0]).upper() == GREY]
    assert 0 < sum(len(c.get_offsets()) for c in grey) < 1000
    assert sum(len(c.get_offsets()) for c in marks(ax) if c not in grey) == 1


def test_many_above_others_stay_single_points() -> None:
    ax = axes()
    rng = np.random.default_rng(3)
    x, y = rng.normal(0.5, 0.01, (2, 4010))
    draw_points(ax, (x, y), behind=np.arange(4010) < 10)
    assert all(c.get_gid() == ANALYSES for c in ax.collections)
    assert sum(len(c.get_offsets()) for c in marks(ax)) == 4010


def test_those_behind_set_the_limits_and_the_rest_is_told() -> None:
    ax = axes()
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 1, (2, 30))
    x[0], behind = 50.0, np.arange(30) > 0
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    include(ax, draw_points(ax, (x, y), behind=behind), behind)
    assert ax.get_xlim()[1] < 2
    assert [text.get_text() for text in ax.texts] == ["1 beyond the axes"]


def test_few_behind_do_not_hide_the_others() -> None:
    points = np.array([[0.0, 0.0], [9.0, 9.0], [np.nan, 1.0]])
    behind = np.array([True, False, False])
    np.testing.assert_array_equal(limiting(points, behind), points[:2])
    many = np.vstack([points, np.ones((5, 2))])
    np.testing.assert_array_equal(limiting(many, np.arange(8) >= 3), np.ones((5, 2)))


def test_what_is_behind_has_to_fit() -> None:
    with pytest.raises(ValueError, match="behind"):
        draw_points(axes(), (X, Y), behind=np.array([True]))


def test_two_oxides_are_drawn_as_they_are_and_named() -> None:
    ax = plot_two_oxides(
        np.array([11.0, 20.0, np.nan]), np.array([12.0, 3.0, 1.0]), "CaO", "Al2O3", ax=axes()
    )
    assert sorted(map(tuple, marks(ax)[0].get_offsets()))[-2:] == [(11.0, 12.0), (20.0, 3.0)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("CaO (wt%)", "Al$_2$O$_3$ (wt%)")
    assert ax.get_xlim()[0] == 0
    assert ax.get_xlim()[1] > 20
