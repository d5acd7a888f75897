from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.report.colours import RAMP, distinct_colours
from phasewise.report.page import Page, Rows, Section, render_page
from phasewise.report.points import MOST_CATEGORIES, ColourBy, Mark, Points
from phasewise.report.rows import RowColumn

pytest.importorskip("jinja2")

HOSTILE = "</script><script>alert(1)</script>"


def map_of(points: Points) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(points.packed_map)))
    return content


def places_of(axis: dict[str, Any]) -> list[float | None]:
    return [None if v is None else axis["start"] + v * axis["step"] for v in axis["values"]]


def categories(texts: list[str | None], colours: dict[str, str] | None = None) -> dict[str, str]:
    x = np.arange(len(texts), dtype=float)
    column = RowColumn("kind", pa.array(texts, pa.string()), colours=colours or {})
    return dict(map_of(Points(x, x, [column], [ColourBy("kind", "Kind")]))["colourings"][0]["colours"])


def test_places_come_back_and_rows_without_both_coordinates_have_none() -> None:
    x = np.array([1e6 + 0.25, np.nan, 1e6 - 3.0, np.inf, 1e6 + 7.0])
    y = np.array([-1.0, 0.0, 2.0, 0.0, np.nan])
    content = map_of(Points(x, y, [RowColumn("name", pa.array(list("abcde")))]))
    found_x, found_y = places_of(content["x"]), places_of(content["y"])
    assert [v is None for v in found_x] == [v is None for v in found_y] == [False, True, False, True, True]
    assert [found_x[0], found_x[2]] == pytest.approx([1e6 + 0.25, 1e6 - 3.0], abs=1e-6)
    assert [found_y[0], found_y[2]] == pytest.approx([-1.0, 2.0], abs=1e-6)


@pytest.mark.parametrize("values", [[], [np.nan], [2.5], [2.5, 2.5]])
def test_points_without_extent_are_no_trouble(values: list[float]) -> None:
    x = np.array(values, dtype=float)
    content = map_of(Points(x, x, [RowColumn("name", pa.array(["a"] * len(x), pa.string()))]))
    assert places_of(content["x"]) == [None if np.isnan(v) else v for v in values]


def test_the_most_frequent_categories_have_colours_that_differ() -> None:
    texts: list[str | None] = [f"kind {k}" for k in range(50) for _ in range(50 - k)]
    colours = categories([*texts, None, None])
    assert list(colours) == [f"kind {k}" for k in range(MOST_CATEGORIES)]
    assert len(set(colours.values())) == MOST_CATEGORIES


def test_colours_of_a_column_are_kept_and_the_others_differ_from_them() -> None:
    colours = categories(["a", "a", "b", "c"], {"b": "#0072B2", "unused": "#000000"})
    assert colours["b"] == "#0072B2"
    assert "#0072B2" not in (colours["a"], colours["c"])
    assert colours["a"] != colours["c"]


def test_only_rows_with_a_place_count_for_colours_and_limits() -> None:
    x = np.append(np.zeros(101), np.nan)
    columns = [
        RowColumn("n", pa.array([*range(101), 10**6]), decimals=1),
        RowColumn("kind", pa.array(["a"] * 101 + ["b"])),
    ]
    by_n, by_kind = map_of(Points(x, x, columns, [ColourBy("n", "n"), ColourBy("kind", "k")]))["colourings"]
    assert by_n["limits"] == [2.0, 98.0]
    assert [text for text, _ in by_kind["colours"]] == ["a"]


def test_limits_leave_out_what_is_below_detection_or_absent() -> None:
    x, below = np.zeros(4), np.array([True, False, False, False])
    column = RowColumn("n", pa.array([0.0, 5.0, 5.0, np.nan]), below=below)
    points = Points(x, x, [column], [ColourBy("n", "n")], marks=[Mark(np.nan, 0.0, "nowhere")])
    assert map_of(points)["marks"] == []
    assert map_of(points)["colourings"][0]["limits"] == [5.0, 5.0]
    nothing = Points(x, x, [RowColumn("n", pa.array([np.nan] * 4))], [ColourBy("n", "n")])
    assert map_of(nothing)["colourings"][0]["limits"] is None


def test_what_does_not_fit_together_is_refused() -> None:
    x, name = np.zeros(2), RowColumn("name", pa.array(["a", "b"]))
    with pytest.raises(ValueError, match="lengths"):
        Points(x, np.zeros(3), [name])
    with pytest.raises(ValueError, match="one column"):
        Points(x, x, [])
    with pytest.raises(ValueError, match="MgO"):
        Points(x, x, [name], [ColourBy("MgO", "MgO (wt%)")])
    with pytest.raises(ValueError, match="FeO"):
        Points(x, x, [name], hover=["FeO"])


def test_a_page_of_points_runs_its_own_scripts_only_and_holds_no_text_of_the_table() -> None:
    x = np.zeros(1)
    name = RowColumn("name", pa.array([HOSTILE]))
    points = Points(
        x, x, [name], [ColourBy("name", HOSTILE)], marks=[Mark(0.0, 0.0, HOSTILE)], x_title=HOSTILE
    )
    html = render_page(Page("t", "", [Section("s", [points, Rows([name])])]))
    assert "alert(1)" not in html
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert re.findall(r"'sha256-([^']*)'", html) == digests
    assert len(set(digests)) == len(digests) == 7


def test_a_page_without_blocks_that_move_runs_no_script() -> None:
    html = render_page(Page("t", "", [Section("s", [])]))
    assert "<script" not in html
    assert "script-src;" in html


def test_the_ramp_is_viridis() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    colours = matplotlib.colormaps["viridis"](np.linspace(0, 1, len(RAMP)))[:, :3] * 255
    ours = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in RAMP])
    assert np.abs(ours - colours).max() < 3.0


def linear(colours: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    shares = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in colours]) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def test_colours_are_seen_on_white_and_on_black() -> None:
    light = linear(distinct_colours(MOST_CATEGORIES)) @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (light + 0.05)).min() > 1.2
    assert ((light + 0.05) / (linear(["#151918"]) @ [0.2126, 0.7152, 0.0722] + 0.05)).min() > 1.5


def test_the_first_colours_differ_for_eyes_without_green() -> None:
    """What deuteranopes see is that of Viénot et al. (1999), Color Res. Appl. 24, 243-252."""
    lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    blind = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])
    seen = linear(distinct_colours(10)) @ (np.linalg.inv(lms) @ blind @ lms).T
    seen = np.clip(seen, 0, 1) ** (1 / 2.2) * 255
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)
    assert apart[np.triu_indices(10, 1)].min() > 15.0
