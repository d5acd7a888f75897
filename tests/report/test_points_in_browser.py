"""What a reader does with a map of points, in a real browser."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.report.page import Page, Rows, Section, write_page
from phasewise.report.points import MOST_CATEGORIES, ColourBy, Mark, Points
from phasewise.report.rows import RowColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .chromium import Browser

pytest.importorskip("jinja2")

SECONDS_TO_OPEN = 5.0
SECONDS_TO_DRAW = 0.05
MANY = 100_000
MEGABYTES = 12.0
HOSTILE = '</script><img src=x onerror="window.hurt=1">'
SHIFT, ALT = 8, 1
COLOURS = {"Olivine": "#009E73", "Garnet": "#BD0032"}
NAMES = ["A1", HOSTILE, '=1+1,"quoted"\nline', "A4", "A5", "A6", "A7", "A8"]
PHASES = ["Olivine", "Garnet", "Garnet", None, "Olivine", "Garnet", "Olivine", "Garnet"]
X = np.array([0.0, 10.0, 10.0, 5.0, 0.0, np.nan, 2.0, 7.5])
Y = np.array([0.0, 0.0, 6.0, 3.0, 6.0, 1.0, np.inf, 4.5])
MGO = [48.25, 12.5, np.nan, 0.0, 50.0, 11.0, 49.0, 13.0]


def few(**more: Any) -> Points:
    below = np.array([False, False, False, True, False, False, False, False])
    columns = [
        RowColumn("name", pa.array(NAMES)),
        RowColumn("phase", pa.array(PHASES), colours=COLOURS),
        RowColumn("verdict", pa.array(["reliable", "bad_analysis"] * 4), codes_in_words=True),
        RowColumn("MgO", pa.array(MGO), decimals=2, part="Measured, wt%", below=below),
        RowColumn("hidden", pa.array([HOSTILE, *"bcdefgh"])),
    ]
    colour_by = [ColourBy("phase", "Phase"), ColourBy("verdict", "Verdict"), ColourBy("MgO", "MgO (wt%)")]
    looks: dict[str, Any] = {
        "colour_by": colour_by,
        "hover": ["phase", "verdict", "MgO"],
        "x_title": HOSTILE,
        "marks": [Mark(5.0, 2.0, HOSTILE)],
        "file_name": "chosen.csv",
        "remedy": "Ask for a table.",
    }
    return Points(X, Y, columns, **(looks | more))


def many(n: int) -> Points:
    """Return points like those of a large table: some clusters, formulae that differ, thirty columns."""
    rng = np.random.default_rng(11)
    code = rng.integers(0, 24, n)
    places = rng.normal(0, 4, (24, 2))[code] + rng.normal(0, 0.6, (n, 2))
    numbers = rng.gamma(2.0, 8.0, (n, 20)).round(2)
    formulae = [f"(Mg{a:.2f}Fe2+{b:.2f}Ca{c:.2f})Si2O6" for a, b, c in numbers[:, :3] / 30]
    columns = [
        RowColumn("name", pa.array([f"S{k // 40:05d}-{k % 40:02d}" for k in range(n)])),
        RowColumn("cluster", pa.array([f"C{k}" for k in code.tolist()])),
        RowColumn("formula", pa.array(formulae)),
        *(
            RowColumn(f"source {k}", pa.array([f"Source {v}" for v in rng.integers(0, 500, n)]))
            for k in range(4)
        ),
        *(RowColumn(f"part {k}", pa.array(rng.random(n))) for k in range(3)),
        *(RowColumn(f"oxide {k}", pa.array(numbers[:, k]), decimals=2, part="wt%") for k in range(20)),
    ]
    colour_by = [
        ColourBy("cluster", "Cluster"),
        ColourBy("source 0", "Source"),
        ColourBy("oxide 0", "Oxide (wt%)"),
    ]
    return Points(places[:, 0], places[:, 1], columns, colour_by, ["cluster", "formula", "oxide 0"])


def write(path: Path, *blocks: Points | Rows) -> Path:
    write_page(Page("Points", "", [Section("All", blocks)]), path)
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("few") / "page.html", few())


@pytest.fixture(scope="module")
def many_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("many") / "page.html", many(MANY))


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    return open_anew(browser, page)


def open_anew(browser: Browser, page: Path) -> Browser:
    browser.errors.clear()
    browser.requests.clear()
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page)
    browser.run("document.querySelector('.points').scrollIntoView({ behavior: 'instant' })")
    return browser


def settle(browser: Browser) -> None:
    """Wait until the page has been laid out and drawn anew."""
    browser.run(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )


def place_of(browser: Browser, x: float, y: float) -> tuple[float, float]:
    """Where in the window a point is drawn."""
    script = (
        "(() => { const { canvas, view } = document.querySelector('.points').points,"
        f" box = canvas.getBoundingClientRect(), [px, py] = view.toScreen({x}, {y});"
        " return [box.left + px, box.top + py]; })()"
    )
    px, py = browser.run(script)
    return float(px), float(py)


def places_at(browser: Browser, path: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Coordinates of places of the window."""
    script = (
        "(() => { const { canvas, view } = document.querySelector('.points').points,"
        f" box = canvas.getBoundingClientRect(); return {[list(p) for p in path]}"
        ".map(([px, py]) => view.toData(px - box.left, py - box.top)); })()"
    )
    return np.array(browser.run(script))


def pixel_at(browser: Browser, place: tuple[float, float]) -> list[int]:
    script = (
        "(() => { const points = document.querySelector('.points').points; points.paint();"
        " const box = points.canvas.getBoundingClientRect(), context = points.canvas.getContext('2d');"
        f" const x = Math.floor({place[0]} - box.left), y = Math.floor({place[1]} - box.top);"
        " return [...context.getImageData(x, y, 1, 1).data].slice(0, 3); })()"
    )
    found: list[int] = browser.run(script)
    return found


def hover(browser: Browser, x: float, y: float) -> str | None:
    """Return what the card says of the point at some coordinates."""
    browser.mouse("Moved", *place_of(browser, x, y))
    return card(browser)


def card(browser: Browser) -> str | None:
    found: str | None = browser.run(
        "(() => { const c = document.querySelector('.card'); return c.hidden ? null : c.innerText; })()"
    )
    return found


def status(browser: Browser) -> str:
    return str(browser.run("document.querySelector('.points .status').textContent"))


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({selector!r}).click()")


def colour_by(browser: Browser, number: int) -> None:
    browser.run(
        f"(() => {{ const s = document.querySelector('.points select'); s.value = {number};"
        " s.dispatchEvent(new Event('change')); })()"
    )


def legend(browser: Browser) -> list[list[str]]:
    found: list[list[str]] = browser.run(
        "[...document.querySelectorAll('.legend li button')].map((b) =>"
        " [b.querySelector('.text').textContent, b.querySelector('.count').textContent])"
    )
    return found


def saved(browser: Browser, folder: Path, name: str) -> list[list[str]]:
    browser.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    click(browser, ".points .save")
    end = time.monotonic() + 20
    while not (folder / name).exists():
        assert time.monotonic() < end, list(folder.iterdir())
        time.sleep(0.05)
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_map_opens_without_complaint_and_asks_for_nothing(opened: Browser, page: Path) -> None:
    assert opened.errors == []
    assert set(opened.requests) <= {page.as_uri(), "about:blank"}
    assert status(opened) == "All 8 analyses. 2 rows have no place on the map."
    assert legend(opened) == [["Garnet", "3"], ["Olivine", "2"], ["(none)", "1"]]
    assert "Map of 6 analyses" in opened.run("document.querySelector('canvas').getAttribute('aria-label')")


def test_each_point_has_its_colour_where_it_stands_and_its_card(opened: Browser) -> None:
    for row in np.flatnonzero(np.isfinite(X) & np.isfinite(Y) & np.array([p is not None for p in PHASES])):
        wanted = COLOURS[str(PHASES[row])]
        channels = [int(wanted[at : at + 2], 16) for at in (1, 3, 5)]
        seen = pixel_at(opened, place_of(opened, X[row], Y[row]))
        assert np.abs(np.subtract(seen, channels)).max() < 30, (row, seen)
        assert (hover(opened, X[row], Y[row]) or "").split("\n")[0] == NAMES[row].replace("\n", " ")
    assert pixel_at(opened, place_of(opened, 5.0, 5.0)) == [255, 255, 255]
    assert hover(opened, 5.0, 5.0) is None


def test_a_unit_is_as_long_along_both_axes(opened: Browser, tmp_path: Path) -> None:
    def steps() -> tuple[float, float]:
        start, right, up = (place_of(opened, *at) for at in ((0, 0), (1, 0), (0, 1)))
        return right[0] - start[0], start[1] - up[1]

    assert steps()[0] == pytest.approx(steps()[1])
    open_anew(opened, write(tmp_path / "page.html", few(equal_scale=False)))
    assert steps()[0] != pytest.approx(steps()[1], rel=0.01)


def test_hostile_text_stays_text(opened: Browser) -> None:
    said = hover(opened, X[1], Y[1])
    assert said is not None
    assert said.split("\n")[0] == HOSTILE
    assert opened.run("window.hurt === undefined && !document.querySelector('.points img')")


def test_the_card_shows_what_is_known_in_groups(opened: Browser) -> None:
    said = (hover(opened, X[3], Y[3]) or "").split("\n")
    assert said == ["A4", "verdict", "bad analysis", "Measured, wt%", "MgO", "b.d."]
    assert "MgO" not in (hover(opened, X[2], Y[2]) or "")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_card_stays_in_the_window(opened: Browser, width: int) -> None:
    opened.resize(width, 900)
    settle(opened)
    for row in (0, 1, 2, 4):
        assert hover(opened, X[row], Y[row])
        left, right = opened.run(
            "(() => { const box = document.querySelector('.card').getBoundingClientRect();"
            " return [box.left, box.right]; })()"
        )
        assert left >= 0
        zooms, canvas = (
            f"document.querySelector('{s}').getBoundingClientRect().bottom" for s in (".zooms", "canvas")
        )
        assert opened.run(f"{zooms} <= {canvas} + 1")
        assert right <= width
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    opened.resize(1440, 900)
    settle(opened)


def test_the_wheel_zooms_about_the_pointer(opened: Browser) -> None:
    at, other = np.floor(place_of(opened, X[7], Y[7])), place_of(opened, X[3], Y[3])
    opened.mouse("Wheel", *at, deltaX=0, deltaY=-400)
    assert place_of(opened, X[7], Y[7]) == pytest.approx(at, abs=2.0)
    moved = place_of(opened, X[3], Y[3])
    zoom = opened.run("document.querySelector('.points').points.view.zoom")
    assert zoom > 1.5
    assert np.subtract(moved, at) == pytest.approx(zoom * np.subtract(other, at))
    assert (hover(opened, X[7], Y[7]) or "").startswith("A8")
    assert (hover(opened, X[3], Y[3]) or "").startswith("A4")
    click(opened, ".zooms .reset")
    assert place_of(opened, X[3], Y[3]) == pytest.approx(other)


def test_dragging_moves_the_map_as_far_as_the_pointer(opened: Browser) -> None:
    before = place_of(opened, X[3], Y[3])
    start = place_of(opened, 5.0, 5.5)
    opened.drag([start, (start[0] + 30, start[1]), (start[0] + 90, start[1] + 40)])
    after = place_of(opened, X[3], Y[3])
    assert np.subtract(after, before) == pytest.approx([90, 40])
    assert (hover(opened, X[3], Y[3]) or "").startswith("A4")
    assert status(opened).startswith("All 8")
    for _ in range(2):
        for kind in ("Pressed", "Released"):
            opened.mouse(kind, *start, button="left", clickCount=2)
    assert place_of(opened, X[3], Y[3]) == pytest.approx(before)


def test_keys_move_and_zoom_and_tell(opened: Browser) -> None:
    opened.run("document.querySelector('canvas').focus()")
    before = place_of(opened, 0, 0)
    opened.press("ArrowLeft")
    assert np.subtract(place_of(opened, 0, 0), before) == pytest.approx([60, 0])
    opened.press("ArrowRight")
    opened.press("+")
    wide = place_of(opened, 1, 0)[0] - place_of(opened, 0, 0)[0]
    opened.press("-")
    assert wide / (place_of(opened, 1, 0)[0] - place_of(opened, 0, 0)[0]) == pytest.approx(1.5)
    opened.press("Enter")
    assert (card(opened) or "").startswith("A4")
    opened.press("Escape")
    assert card(opened) is None


def test_a_click_keeps_the_card_until_escape(opened: Browser) -> None:
    at = place_of(opened, X[1], Y[1])
    opened.drag([at])
    opened.mouse("Moved", *place_of(opened, X[2], Y[2]))
    assert (card(opened) or "").startswith(HOSTILE)
    opened.press("Escape")
    assert card(opened) is None
    opened.drag([at])
    opened.drag([place_of(opened, 5.0, 5.5)])
    assert card(opened) is None


def test_two_fingers_zoom_and_one_keeps_a_card(opened: Browser) -> None:
    opened.ask("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    x, y = place_of(opened, X[3], Y[3])
    opened.touch("Start", (x - 40, y), (x + 40, y))
    for apart in (50, 60, 80):
        opened.touch("Move", (x - apart, y), (x + apart, y))
    opened.touch("End")
    assert opened.run("document.querySelector('.points').points.view.zoom") == pytest.approx(2.0, rel=0.02)
    assert place_of(opened, X[3], Y[3]) == pytest.approx((x, y), abs=1.0)
    opened.touch("Start", (x + 10, y + 10))
    opened.touch("End")
    assert (card(opened) or "").startswith("A4")
    opened.ask("Emulation.setTouchEmulationEnabled", enabled=False)
    assert opened.errors == []


def test_categories_are_shown_alone_together_and_all_again(opened: Browser) -> None:
    buttons = "document.querySelectorAll('.legend li button')[{}]"
    opened.run(buttons.format(0) + ".click()")
    assert status(opened) == "3 of 8 analyses chosen: Garnet 3. 1 such row has no place on the map."
    assert opened.run(buttons.format(0) + ".getAttribute('aria-pressed')") == "true"
    assert hover(opened, X[0], Y[0]) is None
    red, green, blue = pixel_at(opened, place_of(opened, X[4], Y[4]))
    assert max(red, green, blue) - min(red, green, blue) < 15
    assert max(red, green, blue) < 250
    opened.run(buttons.format(2) + ".click()")
    assert status(opened).startswith("4 of 8 analyses chosen: Garnet 3, (none) 1.")
    opened.run(buttons.format(0) + ".click()")
    assert status(opened).startswith("1 of 8 analyses chosen: (none) 1.")
    click(opened, ".legend .all")
    assert status(opened).startswith("All 8 analyses.")
    opened.run(buttons.format(0) + ".click()")
    colour_by(opened, 1)
    assert status(opened).startswith("All 8 analyses.")
    assert legend(opened) == [["bad analysis", "3"], ["reliable", "3"]]


def test_categories_beyond_the_most_frequent_are_one_in_grey(browser: Browser, tmp_path: Path) -> None:
    kinds = [f"kind {k}" for k in range(MOST_CATEGORIES + 12) for _ in range(2 if k < MOST_CATEGORIES else 1)]
    x = np.arange(len(kinds), dtype=float)
    block = Points(x, x, [RowColumn("kind", pa.array(kinds))], [ColourBy("kind", "Kind")])
    open_anew(browser, write(tmp_path / "page.html", block))
    assert len(legend(browser)) == MOST_CATEGORIES + 1
    assert legend(browser)[-1] == ["12 others", "12"]
    red, green, blue = pixel_at(browser, place_of(browser, x[-1], x[-1]))
    assert max(red, green, blue) - min(red, green, blue) < 20
    browser.run("[...document.querySelectorAll('.legend li button')].at(-1).click()")
    assert status(browser) == "12 of 72 analyses chosen: 12 others 12."


def test_numbers_have_a_bar_with_limits_and_unit(opened: Browser) -> None:
    colour_by(opened, 2)
    low, high = np.quantile([48.25, 12.5, 50.0, 13.0], [0.02, 0.98])
    said = opened.run("document.querySelector('.legend').innerText")
    assert said.split("\n")[0] == "MgO (wt%)"
    assert f"≤ {low:.1f}" in said
    assert f"≥ {high:.1f}" in said
    assert "Grey: 1 without a value" in said
    assert pixel_at(opened, place_of(opened, X[4], Y[4]))[0] > 200
    assert max(pixel_at(opened, place_of(opened, X[1], Y[1]))) < 140
    find(opened, "reliable")
    opened.until("document.querySelector('.points .status').textContent.includes('chosen')")
    assert status(opened) == (
        "3 of 8 analyses chosen: MgO (wt%) 48.25 to 50, median 50. 1 such row has no place on the map."
    )


def find(browser: Browser, words: str) -> None:
    browser.run(
        "document.querySelector('.points input').focus(); document.querySelector('.points input').select()"
    )
    browser.type(words)


def test_words_choose_rows_with_all_of_them(opened: Browser, tmp_path: Path) -> None:
    find(opened, "GARNET img")
    opened.until("document.querySelector('.points .status').textContent.startsWith('1 of 8')")
    assert saved(opened, tmp_path, "chosen.csv") == [
        ["name", "phase", "verdict", "MgO", "hidden"],
        [HOSTILE, "Garnet", "bad_analysis", "12.5", "b"],
    ]
    click(opened, ".points .clear")
    assert status(opened).startswith("All 8")
    assert opened.run("document.querySelector('.points .save').disabled")
    assert opened.run("document.querySelector('.points input').value") == ""


def winding(
    x: NDArray[np.float64], y: NDArray[np.float64], outline: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether points are within an outline: seen from there, the angles of its sides add up to 2 pi."""
    rays = outline[None] - np.stack([x, y], axis=1)[:, None]
    after = np.roll(rays, -1, axis=1)
    cross = rays[..., 0] * after[..., 1] - rays[..., 1] * after[..., 0]
    inside: NDArray[np.bool_] = np.abs(np.arctan2(cross, (rays * after).sum(axis=2)).sum(axis=1)) > np.pi
    return inside


def horseshoe(middle: tuple[float, float], size: float) -> list[tuple[float, float]]:
    """An outline with a bay."""
    shape = [(-1, -1), (1, -1), (1, 1), (0.3, 1), (0.25, -0.2), (-0.3, -0.1), (-0.4, 1), (-1, 0.9)]
    return [(middle[0] + size * dx, middle[1] + size * dy) for dx, dy in shape]


def test_an_outline_chooses_what_is_within_and_saves_it_in_order(
    browser: Browser, many_page: Path, tmp_path: Path
) -> None:
    points = many(MANY)
    open_anew(browser, many_page)
    middle = place_of(browser, 0.0, 0.0)
    click(browser, ".points .lasso")
    chosen = outlined(browser, points, horseshoe(middle, 120))
    assert 1000 < chosen.sum() < MANY
    assert status(browser).startswith(f"{chosen.sum():,} of {MANY:,} analyses chosen: C")
    assert "more." in status(browser)
    rows = saved(browser, tmp_path, "chosen_rows.csv")
    assert rows[0] == [column.name for column in points.columns]
    assert [row[0] for row in rows[1:]] == points.columns[0].values.filter(pa.array(chosen)).to_pylist()
    assert [row[2] for row in rows[1:]] == points.columns[2].values.filter(pa.array(chosen)).to_pylist()
    numbers = np.array([[float(v) for v in row[10:]] for row in rows[1:]])
    wanted = np.stack([column.values.to_numpy()[chosen] for column in points.columns[10:]], axis=1)
    np.testing.assert_array_equal(numbers, wanted)

    chosen |= outlined(browser, points, horseshoe((middle[0] + 60, middle[1] + 90), 70), SHIFT)
    assert status(browser).startswith(f"{chosen.sum():,} of")
    chosen &= ~outlined(browser, points, horseshoe((middle[0] - 60, middle[1] - 30), 60), ALT)
    assert status(browser).startswith(f"{chosen.sum():,} of")
    browser.press("Escape")
    assert status(browser).startswith("All 100,000")
    assert browser.errors == []


def outlined(
    browser: Browser, points: Points, path: list[tuple[float, float]], modifiers: int = 0
) -> NDArray[np.bool_]:
    """Draw around points and return which should be within."""
    outline = places_at(browser, path)
    browser.drag(path, modifiers)
    return winding(points.x, points.y, outline)


def test_escape_gives_up_an_outline(opened: Browser) -> None:
    start = place_of(opened, 1.0, 1.0)
    opened.run("document.querySelector('canvas').focus()")
    click(opened, ".points .lasso")
    opened.mouse("Pressed", *start, button="left", clickCount=1, buttons=1)
    for step in (20, 200):
        opened.mouse("Moved", start[0] + step, start[1] - step / 2, button="left", buttons=1)
    opened.press("Escape")
    opened.mouse("Released", start[0], start[1], button="left", clickCount=1)
    assert status(opened).startswith("All 8")
    assert opened.run("document.querySelector('.lasso').getAttribute('aria-pressed')") == "true"
    opened.press("Escape")
    assert opened.run("document.querySelector('.lasso').getAttribute('aria-pressed')") == "false"


def test_no_category_hides_another(browser: Browser, tmp_path: Path) -> None:
    """Of two kinds at the same places, whichever comes first in the table, each is seen as often."""
    places = np.tile(np.random.default_rng(5).random((400, 2)), (2, 1))
    kind = pa.array(["first"] * 400 + ["last"] * 400)
    column = RowColumn("kind", kind, colours={"first": "#ff0000", "last": "#0000ff"})
    block = Points(places[:, 0], places[:, 1], [column], [ColourBy("kind", "Kind")])
    open_anew(browser, write(tmp_path / "page.html", block))
    pixels = np.array([pixel_at(browser, place_of(browser, x, y)) for x, y in places[:400:4]])
    assert 0.3 < (pixels[:, 0] > pixels[:, 2]).mean() < 0.7


def test_a_mark_that_would_cover_another_waits_for_room(opened: Browser, tmp_path: Path) -> None:
    marks = [Mark(5.0, 3.0, "first"), Mark(5.2, 3.0, "too near"), Mark(1.0, 1.0, "far")]
    open_anew(opened, write(tmp_path / "page.html", few(marks=marks)))
    drawn = (
        "(() => { const { canvas, view, theme, map } = document.querySelector('.points').points;"
        " return phasewise.drawMarks(canvas.getContext('2d'), view, theme, map.marks); })()"
    )
    assert opened.run(drawn) == 2
    opened.mouse("Wheel", *place_of(opened, 5.0, 3.0), deltaX=0, deltaY=-1500)
    assert opened.run(drawn) == 2
    opened.run("document.querySelector('.points').points.map.marks.shift()")
    assert opened.run(drawn) == 1


@pytest.mark.parametrize("values", [[], [np.nan], [3.0], [3.0, 3.0], [np.nan, 1.0]])
def test_few_points_are_no_trouble(browser: Browser, tmp_path: Path, values: list[float]) -> None:
    x = np.array(values, dtype=float)
    columns = [RowColumn("name", pa.array(["a"] * len(x), pa.string())), RowColumn("x", pa.array(x))]
    blocks = [Points(x, x, columns, [ColourBy("x", "x"), ColourBy("name", "name")]), Points(x, x, columns)]
    open_anew(browser, write(tmp_path / "page.html", *blocks, Rows(columns)))
    absent = int(np.isnan(x).sum())
    assert ("1 row has no place" in status(browser)) == (absent == 1)
    if len(x) > absent:
        assert (hover(browser, x[-1], x[-1]) or "").startswith("a")
    colour_by(browser, 1)
    click(browser, ".zooms .in")
    assert browser.run("document.querySelectorAll('[data-ready=yes]').length") == 3
    assert browser.errors == []


def test_damaged_points_are_told_with_the_remedy(browser: Browser, page: Path, tmp_path: Path) -> None:
    html = page.read_text(encoding="utf-8")
    start = html.index('octet-stream">') + len('octet-stream">')
    damaged = tmp_path / "page.html"
    damaged.write_text(html[:start] + "AAAA" + html[html.index("</script>", start) :], encoding="utf-8")
    browser.ask("Page.navigate", url=damaged.as_uri())
    browser.until("document.querySelector('.trouble')?.textContent.includes('cannot be drawn')")
    assert "Ask for a table." in browser.run("document.querySelector('.trouble').textContent")


def test_a_hundred_thousand_points_open_and_move_smoothly(browser: Browser, many_page: Path) -> None:
    assert many_page.stat().st_size < MEGABYTES * 1e6
    browser.errors.clear()
    assert min(_seconds_to_open(browser, many_page) for _ in range(3)) < SECONDS_TO_OPEN
    times = {what: min(browser.run(WORK)[what] for _ in range(3)) for what in ("whole", "near", "choose")}
    assert times["whole"] < SECONDS_TO_DRAW, times
    assert times["near"] < SECONDS_TO_DRAW, times
    assert times["choose"] < 4 * SECONDS_TO_DRAW, times
    assert browser.errors == []


def _seconds_to_open(browser: Browser, path: Path) -> float:
    browser.ask("Page.navigate", url="about:blank")
    return browser.open(path)


WORK = """(() => {
  const points = document.querySelector('.points').points, times = {};
  const clock = (name, work) => {
    times[name] = Infinity;
    for (let k = 0; k < 5; k++) {
      const start = performance.now();
      work();
      points.stale = true;
      points.paint();
      times[name] = Math.min(times[name], (performance.now() - start) / 1000);
    }
  };
  clock('whole', () => points.view.pan(1, 1));
  clock('near', () => points.zoomBy(1.2));
  const buttons = document.querySelectorAll('.legend li button');
  clock('choose', () => buttons[3].click());
  points.reset();
  points.clear();
  return times;
})()"""


def test_night_and_paper_change_the_canvas(opened: Browser) -> None:
    corner = place_of(opened, 5.0, 5.0)
    assert pixel_at(opened, corner) == [255, 255, 255]
    opened.scheme("dark")
    settle(opened)
    assert max(pixel_at(opened, corner)) < 40
    opened.ask("Emulation.setEmulatedMedia", media="print")
    settle(opened)
    assert pixel_at(opened, corner) == [255, 255, 255]
    shown: dict[str, str] = opened.run(
        "Object.fromEntries(['.choose', 'canvas', '.hint', '.zooms', '.legend'].map("
        "(s) => [s, getComputedStyle(document.querySelector(s)).display]))"
    )
    opened.ask("Emulation.setEmulatedMedia", media="")
    opened.scheme("light")
    assert shown == {
        ".choose": "none",
        "canvas": "block",
        ".hint": "none",
        ".zooms": "none",
        ".legend": "block",
    }


def test_the_canvas_is_as_fine_as_the_screen(opened: Browser) -> None:
    at = place_of(opened, X[1], Y[1])
    opened.ask(
        "Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=2, mobile=False
    )
    assert (hover(opened, X[1], Y[1]) or "").startswith(HOSTILE)
    canvas = "document.querySelector('canvas')"
    opened.until(f"{canvas}.width === Math.round(2 * {canvas}.clientWidth)")
    assert place_of(opened, X[1], Y[1]) == pytest.approx(at)
    opened.resize(1440, 900)
