from __future__ import annotations

import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from phasewise.plot.colours import MAIN_COLOURS
from phasewise.plot.confusion import confusion_size, plot_confusion

mpl.use("Agg")

NAMES = ["Garnet", "Olivine", "Quartz"]
MATRIX = np.array([[2999, 1, 0], [0, 0, 0], [4, 0, 6]])


def axes(n_classes: int = 3) -> Axes:
    return Figure(figsize=confusion_size(n_classes), layout="constrained").add_subplot()


def numbers(ax: Axes) -> dict[tuple[float, float], str]:
    """Return the texts in cells by row and column."""
    inside = (text for text in ax.texts if 0 <= text.get_position()[0] <= len(ax.get_xticks()) - 1)
    return {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in inside}


def cells(ax: Axes) -> dict[tuple[int, int], tuple[float, float, float]]:
    """Return the colours of the cells by row and column."""
    patches = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_width() < 1]
    return {(round(p.get_y() + 0.47), round(p.get_x() + 0.47)): to_rgb(p.get_facecolor()) for p in patches}


def test_counts_stand_in_their_cells_and_nothing_in_empty_ones() -> None:
    ax = plot_confusion(MATRIX, NAMES, ax=axes())
    assert numbers(ax) == {(0, 0): "2999", (0, 1): "1", (2, 0): "4", (2, 2): "6", (1, 1): "no rows"}
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("published", "called")


def test_all_but_one_row_are_not_a_hundred_percent() -> None:
    ax = plot_confusion(MATRIX, NAMES, normalise=True, ax=axes())
    assert numbers(ax) == {(0, 0): "99.9", (0, 1): "<.1", (2, 0): "40.0", (2, 2): "60.0", (1, 1): "no rows"}


@pytest.mark.parametrize("normalise", [False, True])
def test_a_single_error_has_a_colour_of_its_own(normalise: bool) -> None:
    colours = cells(plot_confusion(MATRIX, NAMES, normalise=normalise, ax=axes()))
    single, right = np.array(colours[0, 1]), np.array(colours[0, 0])
    assert np.abs(single - 1).max() > 0.08
    assert single[0] > single[2]
    assert right[1] > right[0]


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("matrix", [np.zeros((3, 3), int), np.eye(3, dtype=int), MATRIX])
def test_classes_without_rows_are_told_and_never_divided_by(matrix: np.ndarray, normalise: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plot_confusion(matrix, NAMES, normalise=normalise, ax=axes())
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("no rows") == (matrix.sum(axis=1) == 0).sum()
    assert not any("nan" in text for text in texts)


@pytest.mark.parametrize("normalise", [False, True])
def test_numbers_of_eighteen_classes_fit_their_cells(normalise: bool) -> None:
    names = list(MAIN_COLOURS)
    matrix = np.full((18, 18), 99_999)
    figure = Figure(figsize=confusion_size(18), layout="constrained")
    ax = plot_confusion(matrix, names, normalise=normalise, ax=figure.add_subplot())
    figure.draw_without_rendering()
    cell = ax.transData.transform([[0, 0], [1, 1]])
    width, height = np.abs(cell[1] - cell[0])
    for text in ax.texts[: 18 * 18]:
        box = text.get_window_extent()
        assert box.width < width
        assert box.height < height
    for label in (*ax.get_yticklabels(), *ax.get_xticklabels(), *ax.texts):
        box = label.get_window_extent()
        assert figure.bbox.x0 <= box.x0
        assert box.x1 <= figure.bbox.x1


def test_a_matrix_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3, 3\).*2"):
        plot_confusion(MATRIX, NAMES[:2], ax=axes())
