"""The report of an audit in a real browser: from blocks and publications to rows, and large tables."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from phasewise.compositions.audit.audit import audit, audit_file
from phasewise.core.errors import HeaderWarning

if TYPE_CHECKING:
    from .chromium import Browser

pytest.importorskip("jinja2")
pytest.importorskip("mpltern")

EXAMPLES = Path(__file__).parents[2] / "examples"
MANY, WRONG, SOURCES = 100_000, 0.25, 5000
SECONDS_TO_OPEN, MOST_BYTES = 3.0, 15e6
OXIDES = ["SiO2", "TiO2", "Al2O3", "FeO", "MnO", "MgO", "CaO", "Na2O", "K2O"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "page.html"
    audit_file(EXAMPLES / "audit.csv", report=path)
    return path


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.errors.clear()
    browser.requests.clear()
    browser.ask("Page.navigate", url="about:blank")
    browser.open(page)
    return browser


def column(browser: Browser, name: str) -> list[str]:
    script = """(() => {
      const heads = [...document.querySelectorAll('.list thead th')].map((th) => th.textContent);
      const k = heads.indexOf(%r);
      return [...document.querySelectorAll('.window tr')].map((tr) => tr.cells[k].textContent);
    })()"""
    found: list[str] = browser.run(script % name)
    return found


def follow(browser: Browser, text: str, within: str) -> None:
    browser.run(
        f"[...document.querySelectorAll('#{within} td a')].find((a) => a.textContent === {text!r}).click()"
    )
    browser.until("document.querySelector('.status').textContent.includes(' of ')")


def test_the_page_opens_without_complaint_and_asks_for_nothing(opened: Browser, page: Path) -> None:
    assert opened.errors == []
    assert set(opened.requests) <= {page.as_uri(), "about:blank"}


def test_a_block_leads_to_its_rows(opened: Browser) -> None:
    follow(opened, "B1 totals scaled", "blocks")
    assert set(column(opened, "block")) == {"B1"}
    assert set(column(opened, "source")) == {"Simulated C (2019)"}
    assert opened.run("location.hash") == "#rows?block=B1"


def test_rows_are_chosen_and_sorted(opened: Browser) -> None:
    opened.run(
        "(() => { const s = [...document.querySelectorAll('.choose label')]"
        ".find((l) => l.firstChild.textContent === 'finding').querySelector('select');"
        " s.value = 'relabel'; s.dispatchEvent(new Event('change')); })()"
    )
    assert set(column(opened, "finding")) == {"relabel"}
    opened.run(
        "[...document.querySelectorAll('.list thead button')].find((b) => b.textContent === 'row').click()"
    )
    rows = [int(text) for text in column(opened, "row")]
    assert len(rows) > 5
    assert rows == sorted(rows)


def test_publications_are_sorted_by_their_share(opened: Browser) -> None:
    head = "[...document.querySelectorAll('#by-publication th button')].find((b) => b.textContent === '%')"
    shares = (
        "[...document.querySelectorAll('#by-publication tbody tr')].map((tr) => +tr.cells[3].dataset.value)"
    )
    opened.run(f"{head}.click()")
    first = opened.run(shares)
    opened.run(f"{head}.click()")
    assert first == sorted(first, reverse=True)
    assert opened.run(shares) == sorted(first)


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_screen_is_too_narrow(opened: Browser, width: int) -> None:
    opened.resize(width, 900)
    assert opened.run("document.documentElement.scrollWidth <= innerWidth")
    opened.resize(1440, 900)


def large_table() -> pd.DataFrame:
    """Return simulated analyses of thousands of publications, of which many have the label of another."""
    rng = np.random.default_rng(3)
    known = pd.read_csv(EXAMPLES / "audit.csv", keep_default_na=False)
    known = known[known["simulated_error"] == ""]
    place = rng.integers(0, len(known), MANY)
    values = known[OXIDES].to_numpy(float)[place]
    values += rng.normal(size=values.shape) * np.maximum(0.01 * values, 0.02)
    label = known["mineral"].to_numpy(object)[place]
    wrong = rng.random(MANY) < WRONG
    label[wrong] = rng.permutation(label[wrong])
    source = rng.integers(0, SOURCES, MANY)
    return pd.DataFrame(values.clip(0).round(2), columns=OXIDES).assign(
        mineral=label,
        spot=[f"spot {k}" for k in range(MANY)],
        publication=[f"Simulated author {k}, Journal of simulated things, volume {k % 99}" for k in source],
    )


def test_an_audit_of_a_hundred_thousand_rows_opens_quickly(browser: Browser, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeaderWarning)
        found = audit(large_table())
    assert found.flagged().num_rows > 0.2 * MANY
    path = tmp_path / "large.html"
    found.write_report(path)
    assert path.stat().st_size < MOST_BYTES
    browser.errors.clear()
    seconds = []
    for _ in range(3):
        browser.ask("Page.navigate", url="about:blank")
        seconds.append(browser.open(path))
    assert min(seconds) < SECONDS_TO_OPEN
    assert browser.run("document.querySelectorAll('#by-publication tbody tr').length") == 500
    assert browser.errors == []
