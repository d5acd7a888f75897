from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from phasewise.compositions.load import load_model
from phasewise.core.errors import HeaderError
from phasewise.plot.colours import MAIN_COLOURS, PHASE_COLOURS, UNKNOWN_COLOUR, phase_colour
from phasewise.plot.save import draw_to_file
from phasewise.plot.verdicts import MAX_BARS, figure_size, plot_verdict_counts, plot_verdicts

mpl.use("Agg")

SRGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1.
EYES = {
    "common": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def cielab(colour: str, eye: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return CIELAB coordinates (D65) of an sRGB colour as an eye sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = SRGB_TO_XYZ @ np.clip(eye @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    fx, fy, fz = (np.cbrt(t) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def result(n_rows: int) -> pd.DataFrame:
    phases = [*PHASE_COLOURS, None]
    return pd.DataFrame(
        {
            "sample": [f"spot {i}" for i in range(n_rows)],
            "phase": [phases[i % len(phases)] for i in range(n_rows)],
            "verdict": [
                "bad_analysis" if i % len(phases) == len(phases) - 1 else "accepted" for i in range(n_rows)
            ],
            "probability": np.linspace(0.5, 1, n_rows),
        }
    )


def axes() -> Axes:
    return Figure(layout="constrained").add_subplot()


def bars_of(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colours_can_be_told_apart(eye: str) -> None:
    for colours, least in ((MAIN_COLOURS, 20), (PHASE_COLOURS, 10)):
        seen = [cielab(colour, EYES[eye]) for colour in (*colours.values(), UNKNOWN_COLOUR)]
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > least


def test_every_class_of_the_model_that_ships_has_a_colour() -> None:
    assert set(load_model("default").phases) <= set(PHASE_COLOURS)


def test_bars_are_the_probabilities_in_the_colour_of_the_phase() -> None:
    table = result(30)
    ax = plot_verdicts(table, ax=axes())
    bars = bars_of(ax)
    np.testing.assert_allclose([bar.get_width() for bar in bars], table["probability"])
    assert [to_rgb(bar.get_facecolor()) for bar in bars] == [to_rgb(phase_colour(p)) for p in table["phase"]]
    assert [label.get_text() for label in ax.get_yticklabels()] == table["sample"].tolist()


def test_a_missing_probability_has_no_bar() -> None:
    table = result(2).assign(probability=[0.7, np.nan])
    bars = bars_of(plot_verdicts(table, ax=axes()))
    assert [bar.get_width() for bar in bars] == [0.7, 0.0]


@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas])
def test_every_kind_of_frame_is_drawn(convert: type) -> None:
    ax = plot_verdicts(convert(result(5)), ax=axes())
    assert len(bars_of(ax)) == 5


def test_long_tables_are_counted() -> None:
    table = result(MAX_BARS + 1)
    ax = plot_verdicts(table, ax=axes())
    assert sum(bar.get_width() for bar in bars_of(ax)) == pytest.approx(len(table))
    assert ax.get_xlabel() == "Number of analyses"


def test_counts_are_sorted_and_stacked() -> None:
    counts = {
        ("Glass", "accepted"): 3,
        ("Glass", "mixture"): 4,
        ("Olivine", "accepted"): 5,
        (None, "unknown"): 9,
    }
    ax = plot_verdict_counts(counts, ax=axes())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Glass", "Olivine", "(no phase)"]
    assert [text.get_text() for text in ax.texts] == ["7", "5", "9"]


def test_an_unclassified_table_is_told() -> None:
    with pytest.raises(HeaderError, match=r"phasewise\.classify"):
        plot_verdicts(pd.DataFrame({"SiO2": [40.0]}), ax=axes())


def test_nothing_is_cut_off_or_overlaps(tmp_path: Path) -> None:
    table = result(MAX_BARS).assign(
        sample="A name so long that it could not possibly fit beside its bar", verdict="mixture"
    )
    figure = Figure(figsize=figure_size(MAX_BARS), layout="constrained")
    ax = plot_verdicts(table, ax=figure.add_subplot())
    figure.savefig(tmp_path / "figure.png")
    page = figure.bbox
    labels = [label.get_window_extent() for label in ax.get_yticklabels()]
    for box in [*labels, *(text.get_window_extent() for text in ax.texts)]:
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
    assert not any(a.overlaps(b) for a, b in pairwise(labels))


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg", ".jpg"])
def test_figures_are_stored(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure{suffix}"
    draw_to_file(path, lambda ax: plot_verdicts(result(3), ax=ax), figure_size(3))
    assert path.stat().st_size > 1000
