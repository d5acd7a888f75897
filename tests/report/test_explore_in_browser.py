"""The page of an exploration in a real browser: what is hovered, chosen and saved is what the table holds."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.explore.page import write_explore_page

from ..compositions.explore.simulated import HOSTILE, OXIDES, explored, renamed
from .test_points_in_browser import (
    card,
    click,
    colour_by,
    hover,
    legend,
    open_anew,
    place_of,
    places_at,
    saved,
    status,
    winding,
)

if TYPE_CHECKING:
    from phasewise.compositions.explore.explored import Explored

    from .chromium import Browser

pytest.importorskip("jinja2")

MANY = 100_000
SECONDS_TO_OPEN, SECONDS_TO_WRITE, MOST_BYTES = 5.0, 20.0, 20e6


@pytest.fixture(scope="module")
def found() -> Explored:
    return explored()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, found: Explored) -> Path:
    path = tmp_path_factory.mktemp("explore") / "page.html"
    write_explore_page(found, path)
    return path


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    return open_anew(browser, page)


def test_the_page_opens_without_complaint_and_asks_for_nothing(opened: Browser, page: Path) -> None:
    assert opened.errors == []
    assert set(opened.requests) <= {page.as_uri(), "about:blank"}
    assert status(opened).startswith("All 400 analyses.")
    named = dict(legend(opened))
    assert set(named) == {"Olivine", "Clinopyroxene", "Ca2SiO4", "noise"}


def test_the_card_holds_composition_and_formula_of_the_row(opened: Browser, found: Explored) -> None:
    places, judged = found.rows.places.map, found.rows.judged
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(distances, np.inf)
    ranked = np.argsort(-np.nan_to_num(distances.min(axis=1, where=~np.isnan(distances), initial=np.inf)))
    lonely = [int(row) for row in ranked if found.placed[row]]
    with_formula = [row for row in lonely if judged["formula"][row].as_py()]
    assert len(with_formula) > 20
    for row in (*lonely[:10], *with_formula[:10]):
        said = (hover(opened, *places[row]) or "").split("\n")
        assert said[0] == found.table["sample"][row].as_py()
        pairs = dict(itertools.pairwise(said[1:]))
        for name in OXIDES:
            told = found.table[name][row].as_py()
            wanted = "b.d." if isinstance(told, str) and told.startswith("<") else float(told)
            assert (pairs[name] if wanted == "b.d." else float(pairs[name])) == wanted, (row, name)
        assert pairs["mineral"] == judged["phase"][row].as_py()
        assert float(pairs["probability"]) == pytest.approx(judged["probability"][row].as_py(), abs=5e-4)
        assert pairs["verdict"] == judged["verdict"][row].as_py().replace("_", " ")
        assert pairs["reason"] == judged["reason"][row].as_py()
        assert pairs.get("formula") == judged["formula"][row].as_py()
        assert pairs["cluster"] == found.names[found.number[row]]
        assert pairs["published as"] == found.rows.label.name(row)
        assert pairs["publication"] == found.rows.source.name(row)


def test_drawing_around_points_saves_just_these_rows_with_the_users_columns(
    opened: Browser, found: Explored, tmp_path: Path
) -> None:
    middle = place_of(opened, 6.0, 1.0)
    turns = np.linspace(0, 6, 12).tolist()
    path = [(middle[0] + 60 * math.cos(t), middle[1] + 45 * math.sin(t)) for t in turns]
    outline = places_at(opened, path)
    click(opened, ".points .lasso")
    opened.drag(path)
    x, y = found.rows.places.map.T
    chosen = np.flatnonzero(winding(x, y, outline) & found.placed)
    assert 20 < len(chosen) < 200
    assert status(opened).startswith(f"{len(chosen)} of 400 analyses chosen: ")
    head, *rows = saved(opened, tmp_path, "grains_chosen.csv")
    held = dict(zip(head, zip(*rows, strict=True), strict=True))
    assert [int(row) for row in held["row"]] == (chosen + 1).tolist()
    for name in found.table.column_names:
        told = found.table[name].take(pa.array(chosen)).to_pylist()
        if pa.types.is_floating(found.table[name].type):
            assert [float(v) if v else None for v in held[name]] == told, name
        else:
            assert [v or None for v in held[name]] == told, name
    assert list(held["formula"]) == [found.rows.judged["formula"][int(k)].as_py() or "" for k in chosen]


def test_a_number_of_rows_leads_to_these_on_the_map(opened: Browser, found: Explored) -> None:
    opened.run("document.querySelector('#clusters td a[href*=Ca2SiO4]').click()")
    opened.until("document.querySelector('.points .status').textContent.includes('chosen')")
    number = int((found.number == 3).sum())
    assert status(opened) == f"{number} of 400 analyses chosen: Ca2SiO4 {number}."
    click(opened, ".points .clear")
    assert status(opened).startswith("All 400")
    colour_by(opened, 1)
    opened.run("document.querySelector('#clusters td a[href*=Ca2SiO4]').click()")
    opened.until("document.querySelector('.points .status').textContent.includes('chosen')")
    assert opened.run("document.querySelector('.points select').value") == "0"
    opened.run("location.hash = '#map?nothing=here'")
    assert status(opened).startswith(f"{number} of 400")
    assert opened.errors == []


def test_a_link_with_a_cluster_opens_the_map_with_it(browser: Browser, page: Path, found: Explored) -> None:
    browser.errors.clear()
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page, "#map?cluster_name=Olivine")
    assert status(browser).startswith(f"{(found.number == 1).sum()} of 400 analyses chosen")
    assert browser.errors == []


def test_outliers_are_listed_the_farthest_first(opened: Browser, found: Explored) -> None:
    said = opened.run("document.querySelector('#outliers .window tr').innerText")
    assert said.split("\t")[0].strip() == found.table["sample"][int(found.outliers[0])].as_py()


def test_every_colouring_has_a_legend(opened: Browser) -> None:
    options: list[str] = opened.run(
        "[...document.querySelectorAll('.points select option')].map((o) => o.textContent)"
    )
    assert options[0] == "Cluster"
    for number, title in enumerate(options):
        colour_by(opened, number)
        assert opened.run("document.querySelector('.legend h3').textContent") == title
    assert opened.errors == []


def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path, found: Explored) -> None:
    hostile = renamed(found, name=HOSTILE, description=HOSTILE, formula=HOSTILE)
    hostile = replace(hostile, title=HOSTILE, settings={HOSTILE: HOSTILE}, notices=(HOSTILE,))
    path = tmp_path / "page.html"
    write_explore_page(hostile, path)
    open_anew(browser, path)
    browser.run("document.querySelector('#clusters td a').click()")
    browser.until("document.querySelector('.points .status').textContent.includes('chosen')")
    assert status(browser).startswith(f"{(found.number == 1).sum()} of 400")
    assert browser.run("window.hurt === undefined && !document.querySelector('img')")
    row = int(np.flatnonzero(found.number == 1)[0])
    assert HOSTILE in (hover(browser, *found.rows.places.map[row]) or "")
    assert browser.errors == []


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_screen_is_too_narrow(opened: Browser, width: int) -> None:
    opened.resize(width, 900)
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    opened.resize(1440, 900)


@pytest.mark.parametrize("labels", [True, False])
def test_noise_alone_opens(browser: Browser, tmp_path: Path, labels: bool) -> None:
    path = tmp_path / "page.html"
    write_explore_page(explored(60, labels=labels, dense=False), path)
    open_anew(browser, path)
    assert [name for name, _ in legend(browser)] == ["noise"]
    assert browser.errors == []


def test_a_hundred_thousand_rows_open_quickly(browser: Browser, tmp_path: Path) -> None:
    found = explored(MANY)
    path = tmp_path / "page.html"
    start = time.perf_counter()
    write_explore_page(found, path)
    assert time.perf_counter() - start < SECONDS_TO_WRITE
    assert path.stat().st_size < MOST_BYTES
    browser.errors.clear()
    seconds = []
    for _ in range(3):
        browser.ask("Page.navigate", url="about:blank")
        seconds.append(browser.open(path))
    assert min(seconds) < SECONDS_TO_OPEN
    browser.run("document.querySelector('.points').scrollIntoView({ behavior: 'instant' })")
    row = int(found.outliers[0])
    hover(browser, *found.rows.places.map[row])
    assert (card(browser) or "").split("\n")[0] == found.table["sample"][row].as_py()
    assert browser.errors == []
