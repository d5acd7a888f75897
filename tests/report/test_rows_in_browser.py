"""What a reader does with the rows of a page, in a real browser."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.report.page import Cell, Column, Page, Section, Step, Steps, Table, write_page
from phasewise.report.rows import RowColumn, Rows, rows_link

if TYPE_CHECKING:
    from .chromium import Browser

pytest.importorskip("jinja2")

SECONDS_TO_OPEN = 5.0
SECONDS_TO_ANSWER = 1.0
MANY = 100_000
HOSTILE = '</script><img src=x onerror="window.hurt=1">'
NAMES = ["A10", "A2", HOSTILE, "A1", None, '=1+1,"quoted"\nline']
PHASES = ["Olivine", "Garnet", "Garnet", None, "Olivine", "Garnet"]
TOTALS = [99.5, np.nan, 101.25, 0.0, 98.0, 100.0]
FLAGS = ["", "total_low|negative", "", "negative", "", ""]


def few() -> Rows:
    return Rows(
        [
            RowColumn("name", pa.array(NAMES), width=10.0),
            RowColumn("phase", pa.array(PHASES), width=8.0, choose=True, colours={"Garnet": "#BD0032"}),
            RowColumn("total", pa.array(TOTALS), width=5.0, decimals=2),
            RowColumn("flags", pa.array(FLAGS), width=None, codes_in_words=True),
            RowColumn(
                "SiO2",
                pa.array([40.81, 0.0, 38.0, 1.5, 2.25, 3.0]),
                decimals=4,
                part="Measured",
                below=np.array([False, True, False, False, False, False]),
            ),
        ],
        "analyses",
        "chosen.csv",
    )


def many(n: int) -> Rows:
    """Return rows like those of a large table, of which most reasons and all formulae differ."""
    rng = np.random.default_rng(7)
    phases = [f"Phase {k}" for k in range(40)]
    code = rng.integers(0, len(phases), n)
    numbers = rng.uniform(0, 60, (n, 10)).round(2)
    strange = rng.random(n) < 0.3
    reasons = [
        f"Nearest to {phases[k]}, but SiO2 is {s:.2f} wt%, expected 37.9 to 42.1: look at it again"
        if odd
        else f"Composition, stoichiometry and total are those of {phases[k]}."
        for k, s, odd in zip(code.tolist(), numbers[:, 0].tolist(), strange.tolist(), strict=True)
    ]
    formulae = [f"(Mg{a:.2f}Fe2+{b:.2f}Ca{c:.2f})(Al{d:.2f})Si{e:.2f}O12" for a, b, c, d, e in numbers[:, :5]]
    return Rows(
        [
            RowColumn("name", pa.array([f"S{k // 40:05d}-{k % 40:02d}" for k in range(n)]), width=10.0),
            RowColumn("phase", pa.array([phases[k] for k in code.tolist()]), width=9.0, choose=True),
            RowColumn("probability", pa.array(rng.random(n)), width=5.0),
            RowColumn("formula", pa.array(formulae), width=12.0),
            RowColumn("reason", pa.array(reasons), width=None),
            *(RowColumn(f"oxide {k}", pa.array(numbers[:, k]), decimals=4) for k in range(10)),
        ],
        "analyses",
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("few") / "page.html"
    link = Steps([Step("Some are garnets.", rows_link(phase="Garnet"), "Look")])
    write_page(Page("Few", "", [Section("First", [link]), Section("All", [few()])]), path)
    return path


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.errors.clear()
    browser.requests.clear()
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page)
    return browser


def names_in(browser: Browser) -> list[str]:
    found: list[str] = browser.run(
        "[...document.querySelectorAll('.window tr')].map(r => r.cells[0].textContent)"
    )
    return found


def choose(browser: Browser, name: str, text: str) -> None:
    browser.run(
        f"(() => {{ const s = [...document.querySelectorAll('.choose label')]"
        f".find(l => l.firstChild.textContent === {name!r}).querySelector('select');"
        f" s.value = {text!r}; s.dispatchEvent(new Event('change')); }})()"
    )


def find(browser: Browser, words: str) -> None:
    browser.run(
        "document.querySelector('.rows input').focus(); document.querySelector('.rows input').select()"
    )
    browser.type(words)


def status(browser: Browser) -> str:
    return str(browser.run("document.querySelector('.status').textContent"))


def test_a_page_opens_without_complaint_and_asks_for_nothing(opened: Browser, page: Path) -> None:
    assert opened.errors == []
    assert set(opened.requests) <= {page.as_uri(), "about:blank"}
    assert status(opened) == "All 6 analyses"


def test_hostile_text_stays_text(opened: Browser) -> None:
    assert names_in(opened)[2] == HOSTILE
    assert opened.run("window.hurt === undefined && !document.querySelector('.rows img')")


def test_what_is_missing_below_detection_or_coded_is_shown_so(opened: Browser) -> None:
    cells = "[...document.querySelectorAll('.window tr')[{}].cells].map(c => c.textContent)"
    assert opened.run(cells.format(1)) == ["A2", "Garnet", "–", "total low, negative"]
    assert opened.run(cells.format(3))[1] == "–"
    assert opened.run(cells.format(4))[0] == "–"
    opened.run("document.querySelectorAll('.window tr')[1].click()")
    assert "b.d." in opened.run("document.querySelector('.details').textContent")


def test_rows_are_chosen_by_phase_and_by_words(opened: Browser) -> None:
    choose(opened, "phase", "Garnet")
    assert names_in(opened) == ["A2", HOSTILE, NAMES[5]]
    find(opened, "LOW neg")
    opened.until("document.querySelectorAll('.window tr').length === 1")
    assert names_in(opened) == ["A2"]
    assert status(opened) == "1 of 6 analyses"
    assert opened.run("location.hash") == "#rows?phase=Garnet&find=LOW+neg"
    choose(opened, "phase", "-")
    assert status(opened) == "0 of 6 analyses"
    opened.run("document.querySelector('.clear').click()")
    assert status(opened) == "All 6 analyses"
    choose(opened, "phase", "-")
    assert names_in(opened) == ["A1"]


def test_sorting_counts_as_people_do_and_keeps_gaps_last(opened: Browser) -> None:
    opened.run("document.querySelectorAll('.rows thead button')[0].click()")
    assert names_in(opened)[-4:] == ["A1", "A2", "A10", "–"]
    opened.run("document.querySelectorAll('.rows thead button')[2].click()")
    totals = "[...document.querySelectorAll('.window tr')].map(r => r.cells[2].textContent)"
    assert opened.run(totals) == ["0.00", "98.00", "99.50", "100.00", "101.25", "–"]
    opened.run("document.querySelectorAll('.rows thead button')[2].click()")
    assert opened.run(totals) == ["101.25", "100.00", "99.50", "98.00", "0.00", "–"]
    assert opened.run("document.querySelectorAll('.rows th')[2].getAttribute('aria-sort')") == "descending"


def test_links_lead_to_their_rows_again_and_again(opened: Browser) -> None:
    for _ in range(2):
        opened.run("document.querySelector('.steps a').click()")
        opened.until("document.querySelectorAll('.window tr').length === 3")
        opened.run("document.querySelector('.clear').click()")
    opened.run("document.querySelector('.steps a').click()")
    opened.until("document.querySelectorAll('.window tr').length === 3")
    assert opened.run("document.activeElement.tagName") == "TABLE"


def test_a_page_opens_at_what_its_address_says(browser: Browser, page: Path) -> None:
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page, "#rows?phase=Garnet&sort=-total")
    assert names_in(browser) == [HOSTILE, NAMES[5], "A2"]
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page, "#rows?phase=Nonsense&what=x&sort=y")
    assert status(browser) == "0 of 6 analyses"


def test_keys_move_through_the_rows(opened: Browser) -> None:
    opened.run("document.querySelector('.rows table').focus()")
    for key in ("End", "ArrowUp"):
        opened.press(key)
    assert opened.run("document.querySelector('[aria-selected=true]').dataset.place") == "4"
    assert (
        opened.run("document.querySelector('.rows table').getAttribute('aria-activedescendant')") == "row-4"
    )
    opened.press("Home")
    assert opened.run("document.querySelector('.details h3').textContent") == "A10"


def test_a_row_with_several_texts_is_chosen_by_each_of_them(browser: Browser, tmp_path: Path) -> None:
    browser.errors.clear()
    blocks = pa.array(["B1", "B1|B12", None, "B12", "B2"])
    columns = [
        RowColumn("row", pa.array([1, 2, 3, 4, 5]), width=5.0, decimals=0),
        RowColumn("block", blocks, width=None, choose=True, several=True, codes_in_words=True),
    ]
    write_page(Page("t", "", [Section("s", [Rows(columns)])]), tmp_path / "page.html")
    browser.open(tmp_path / "page.html", rows_link(block="B12"))
    assert names_in(browser) == ["2", "4"]
    assert browser.run("document.querySelector('.details h3').textContent") == "row 2"
    options = "[...document.querySelectorAll('.choose option')].map((o) => o.textContent).sort()"
    assert browser.run(options) == ["(none) (1)", "B1 (2)", "B12 (2)", "B2 (1)", "all"]
    choose(browser, "block", "B1")
    assert names_in(browser) == ["1", "2"]
    choose(browser, "block", "-")
    assert names_in(browser) == ["3"]
    browser.run("location.hash = '#rows?block=B'")
    browser.until("document.querySelector('.status').textContent.startsWith('0 of')")
    assert browser.errors == []


def test_texts_of_a_table_are_sorted_as_people_count(browser: Browser, tmp_path: Path) -> None:
    table = Table([Column("block")], [[Cell("B10")], [Cell("B9")], [Cell("B1")]])
    write_page(Page("t", "", [Section("s", [table])]), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.run("document.querySelector('th button').click()")
    assert browser.run("[...document.querySelectorAll('td')].map((td) => td.textContent)") == [
        "B1",
        "B9",
        "B10",
    ]


def test_chosen_rows_are_saved_as_they_are(opened: Browser, tmp_path: Path) -> None:
    opened.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    choose(opened, "phase", "Garnet")
    opened.run("document.querySelector('.save').click()")
    end = time.monotonic() + 20
    while not (tmp_path / "chosen.csv").exists():
        assert time.monotonic() < end, list(tmp_path.iterdir())
        time.sleep(0.05)
    with (tmp_path / "chosen.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["name", "phase", "total", "flags", "SiO2"],
        ["A2", "Garnet", "", "total_low|negative", "b.d."],
        [HOSTILE, "Garnet", "101.25", "", "38"],
        [str(NAMES[5]), "Garnet", "100", "", "3"],
    ]
    assert opened.errors == []


@pytest.mark.parametrize("n", [0, 1])
def test_few_rows_are_no_trouble(browser: Browser, tmp_path: Path, n: int) -> None:
    browser.errors.clear()
    columns = [
        RowColumn("name", pa.array(["a"] * n, pa.string()), width=None, choose=True),
        RowColumn("x", pa.array([1.0] * n, pa.float64()), width=5.0),
    ]
    write_page(Page("t", "", [Section("s", [Rows(columns)])]), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.run("document.querySelectorAll('.rows thead button')[1].click()")
    assert len(names_in(browser)) == n
    assert browser.errors == []


def test_damaged_rows_are_told_with_the_remedy(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_page(Page("t", "", [Section("s", [Rows([], remedy="Ask for a table.")])]), path)
    html = path.read_text(encoding="utf-8")
    start = html.index('octet-stream">') + len('octet-stream">')
    path.write_text(html[:start] + "AAAA" + html[html.index("</script>", start) :], encoding="utf-8")
    browser.ask("Page.navigate", url=path.as_uri())
    browser.until("document.querySelector('.trouble')?.textContent.includes('cannot be listed')")
    assert "Ask for a table." in browser.run("document.querySelector('.trouble').textContent")


def test_a_hundred_thousand_rows_open_and_answer_quickly(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "many.html"
    write_page(Page("Many", "", [Section("All", [many(MANY)])]), path)
    assert path.stat().st_size < 25e6
    browser.errors.clear()
    assert min(_seconds_to_open(browser, path) for _ in range(3)) < SECONDS_TO_OPEN
    runs: list[dict[str, float]] = [browser.run(WORK) for _ in range(2)]
    times = {what: min(run[what] for run in runs) for what in runs[0]}
    assert max(times.values()) < SECONDS_TO_ANSWER, times
    assert browser.run("document.querySelectorAll('.window tr').length") < 100
    browser.run("document.querySelector('.clear').click()")
    browser.run("document.querySelector('.list').scrollTop = 1e9")
    browser.until(f"[...document.querySelectorAll('.window tr')].at(-1).dataset.place === '{MANY - 1}'")
    assert browser.errors == []


def _seconds_to_open(browser: Browser, path: Path) -> float:
    browser.ask("Page.navigate", url="about:blank")
    return browser.open(path)


WORK = """(async () => {
  const place = document.querySelector('.rows'), list = place.querySelector('.list'), times = {};
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const clock = async (name, work) => {
    const start = performance.now();
    work();
    await frame();
    times[name] = (performance.now() - start) / 1000;
  };
  for (const head of place.querySelectorAll('thead button')) {
    await clock(`sort ${head.textContent}`, () => head.click());
  }
  const select = place.querySelector('select');
  await clock('choose', () => { select.selectedIndex = 3; select.dispatchEvent(new Event('change')); });
  await clock('clear', () => place.querySelector('.clear').click());
  for (let k = 1; k <= 5; k++) {
    await clock(`scroll ${k}`, () => { list.scrollTop = list.scrollHeight * k / 5; });
  }
  const input = place.querySelector('input'), before = place.querySelector('.status').textContent;
  const start = performance.now();
  input.value = 'nearest phase 7';
  input.dispatchEvent(new Event('input'));
  while (place.querySelector('.status').textContent === before) await frame();
  times.find = (performance.now() - start) / 1000;
  return times;
})()"""


def colours_of(browser: Browser, selector: str) -> list[list[float]]:
    script = """(() => {
      const element = document.querySelector(%r);
      const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
      let behind = element, background;
      do { background = numbers(getComputedStyle(behind).backgroundColor); behind = behind.parentElement; }
      while (background.length === 4 && background[3] === 0 && behind);
      return [numbers(getComputedStyle(element).color).slice(0, 3), background.slice(0, 3)];
    })()"""
    found: list[list[float]] = browser.run(script % selector)
    return found


def luminance(colour: list[float]) -> float:
    """Return the relative luminance of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_by_day_and_night(opened: Browser, scheme: str) -> None:
    opened.scheme(scheme)
    opened.run("document.querySelectorAll('.window tr')[1].click()")
    for selector in (
        "h1",
        "a",
        ".status",
        ".window td",
        "[aria-selected=true] td",
        ".details dt",
        ".nothing",
        "th button",
    ):
        pair = sorted(map(luminance, colours_of(opened, selector)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (scheme, selector)
    opened.scheme("light")


@pytest.mark.parametrize("width", [390, 820, 1280, 1920])
def test_no_screen_is_too_narrow(opened: Browser, width: int) -> None:
    opened.resize(width, 900)
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    opened.resize(1440, 900)


def test_paper_gets_rows_without_controls(opened: Browser) -> None:
    opened.ask("Emulation.setEmulatedMedia", media="print")
    shown: dict[str, Any] = opened.run(
        "Object.fromEntries(['.choose', '.list', '.details', 'nav'].map("
        "(s) => [s, getComputedStyle(document.querySelector(s)).display]))"
    )
    opened.ask("Emulation.setEmulatedMedia", media="")
    assert shown == {".choose": "none", ".list": "block", ".details": "none", "nav": "none"}
