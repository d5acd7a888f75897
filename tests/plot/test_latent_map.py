from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage

from phasewise.plot.colours import NOISE_COLOUR, PHASE_COLOURS, on_any_paper, shades
from phasewise.plot.density_image import Pixels, density_image
from phasewise.plot.latent_map import (
    MOST_DOTS,
    MOST_NAMED,
    MapLabel,
    latent_map,
    latent_map_of_numbers,
)
from phasewise.plot.map_labels import MOST, lay_out, place_labels
from phasewise.plot.save import draw_to_file

mpl.use("Agg")

SECONDS, MEGABYTES = 5.0, 500.0
COLOURS = {"Olivine": "#B89A53", "Garnet": "#BD0032", "noise": NOISE_COLOUR}


def places(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2)) * (3.0, 1.0)


def test_a_unit_is_as_long_along_both_axes_in_a_full_frame() -> None:
    ax = latent_map(places(200), np.zeros(200, dtype=int), COLOURS)
    lay_out(ax)
    box, x, y = ax.get_window_extent(), ax.get_xlim(), ax.get_ylim()
    assert box.width / (x[1] - x[0]) == pytest.approx(box.height / (y[1] - y[0]), rel=1e-3)
    assert box.height > 0.8 * ax.figure.bbox.height
    assert not ax.xaxis.get_tick_params()["labelbottom"]
    assert not ax.yaxis.get_tick_params()["labelleft"]


def test_few_rows_are_points_in_their_colours_and_noise_is_behind() -> None:
    at, codes = places(300), np.repeat([0, 1, 2], 100)
    at[0] = np.nan
    ax = latent_map(at, codes, COLOURS, behind="noise")
    behind, front = (c for c in ax.collections if isinstance(c, PathCollection))
    assert len(np.asarray(behind.get_offsets())) == 100
    assert len(np.asarray(front.get_offsets())) == 199
    assert np.unique(np.asarray(behind.get_facecolor())[:, :3], axis=0) == pytest.approx(
        np.array([to_rgb(NOISE_COLOUR)])
    )
    wanted = {tuple(np.round(to_rgb(COLOURS[name]), 4)) for name in ("Olivine", "Garnet")}
    assert {tuple(c) for c in np.round(np.asarray(front.get_facecolor())[:, :3], 4)} == wanted
    assert front.get_rasterized()


def test_many_rows_are_an_image() -> None:
    n = MOST_DOTS + 1
    ax = latent_map(places(n), np.zeros(n, dtype=int), COLOURS)
    assert not ax.collections
    (image,) = ax.images
    assert isinstance(image, AxesImage)


def test_a_million_rows_are_drawn_quickly_in_little_memory(tmp_path: Path) -> None:
    n = 1_000_000
    at, codes = places(n), np.random.default_rng(1).integers(0, 3, n)
    start = time.perf_counter()
    draw_to_file(tmp_path / "map.png", lambda ax: latent_map(at, codes, COLOURS, ax=ax), (7, 5))
    assert time.perf_counter() - start < SECONDS
    tracemalloc.start()
    latent_map(at, codes, COLOURS)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert most < MEGABYTES


def test_an_image_has_the_mean_colour_of_its_rows_and_nothing_elsewhere() -> None:
    pixels = Pixels.within((0.0, 100.0, 0.0, 50.0), longest=100)
    assert (pixels.columns, pixels.lines) == (100, 50)
    at = np.array([[20.5, 10.5]] * 30 + [[70.5, 40.5]] * 20)
    red, blue = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
    rgb = np.array([red] * 30 + [red] * 10 + [blue] * 10)
    image = density_image(at, rgb, pixels)
    assert image[10, 20, :3] == pytest.approx(red, abs=1e-6)
    half = 0.5 ** (1 / 2.2)
    assert image[40, 70, :3] == pytest.approx((half, 0, half), abs=1e-6)
    assert image[10, 20, 3] > 0.9
    assert image[25, 45, 3] == 0.0
    assert (image[..., 3] > 0).sum() < 2 * 30


def test_the_more_rows_the_deeper_a_pixel() -> None:
    pixels = Pixels.within((0.0, 100.0, 0.0, 100.0), longest=100)
    at = np.repeat(np.array([[10.5, 50.5], [40.5, 50.5], [80.5, 50.5]]), [1, 10, 100], axis=0)
    opacity = density_image(at, np.zeros((111, 3)), pixels)[50, [10, 40, 80], 3]
    assert (np.diff(opacity) > 0).all()
    assert opacity[0] > 0.3


def test_rows_on_the_rim_and_in_one_place_are_drawn() -> None:
    pixels = Pixels.within((0.0, 1.0, 0.0, 1.0), longest=50)
    image = density_image(np.array([[0.0, 0.0], [1.0, 1.0]]), np.zeros((2, 3)), pixels)
    assert image[0, 0, 3] > 0
    assert image[-1, -1, 3] > 0
    latent_map(np.ones((5, 2)), np.zeros(5, dtype=int), COLOURS)
    latent_map(np.full((5, 2), np.nan), np.zeros(5, dtype=int), COLOURS)
    latent_map_of_numbers(places(5), np.full(5, np.nan), title="MgO (wt%)")


def test_texts_do_not_cover_one_another() -> None:
    at = places(400)
    labels = [MapLabel(row[0], row[1], f"near monticellite {k}") for k, row in enumerate(at[:60].tolist())]
    ax = latent_map(at, np.zeros(400, dtype=int), COLOURS, labels=[*labels, MapLabel(np.nan, 0.0, "nowhere")])
    lay_out(ax)
    frame = ax.get_window_extent()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_zorder() == 4 and t.get_text()]
    assert 10 < len(boxes) <= MOST
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])
        assert frame.x0 - 1 <= box.x0
        assert box.x1 <= frame.x1 + 1
    assert "nowhere" not in {t.get_text() for t in ax.texts}


def test_a_text_alone_stands_at_its_place() -> None:
    ax = latent_map(places(50), np.zeros(50, dtype=int), COLOURS)
    assert place_labels(ax, [MapLabel(0.0, 0.0, "Olivine")]) == 1
    lay_out(ax)
    box = next(t for t in ax.texts if t.get_text()).get_window_extent()
    middle = ax.transData.transform((0.0, 0.0))
    assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == pytest.approx(tuple(middle), abs=1.0)


def test_the_legend_names_the_first_and_counts_the_rest() -> None:
    n = MOST_NAMED + 6
    colours = {f"_kind {k}": "#123456" for k in range(n)}
    legend = latent_map(places(2 * n), np.arange(2 * n) % n, colours, title="Kind").get_legend()
    assert legend is not None
    texts = [text.get_text().strip() for text in legend.get_texts()]
    assert texts[0] == "_kind 0  2"
    assert texts[-1] == "6 others  12"
    assert len(texts) == MOST_NAMED + 1
    assert legend.get_title().get_text() == "Kind"


def test_numbers_have_a_bar_between_their_quantiles() -> None:
    values = np.linspace(0, 50, 500)
    values[0] = np.nan
    ax = latent_map_of_numbers(places(500), values, title="MgO (wt%)")
    behind, front = (c for c in ax.collections if isinstance(c, PathCollection))
    assert len(np.asarray(behind.get_offsets())) == 1
    assert len(np.asarray(front.get_offsets())) == 499
    bar = next(other for other in ax.figure.axes if other is not ax)
    assert bar.get_ylabel() == "MgO (wt%)"
    assert bar.get_ylim() == pytest.approx(tuple(np.nanquantile(values, (0.02, 0.98))))


@pytest.mark.parametrize("phase", sorted(PHASE_COLOURS))
def test_shades_are_distinct_and_begin_with_the_colour(phase: str) -> None:
    colour = PHASE_COLOURS[phase]
    assert shades(colour, 0) == []
    assert shades(colour, 1) == [colour]
    five = shades(colour, 5)
    assert five[0] == colour
    assert len(set(five)) == 5


@pytest.mark.parametrize("phase", sorted(PHASE_COLOURS))
def test_colours_are_seen_on_black(phase: str) -> None:
    def luminance(colour: str) -> float:
        share = np.array(to_rgb(colour))
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    made = on_any_paper(PHASE_COLOURS[phase])
    # Contrast as WCAG 2 has it, against the dark page.
    assert (luminance(made) + 0.05) / (luminance("#151918") + 0.05) > 2
    if luminance(PHASE_COLOURS[phase]) > 0.08:
        assert made == PHASE_COLOURS[phase]
