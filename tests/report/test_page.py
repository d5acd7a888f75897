from __future__ import annotations

import base64
import builtins
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from phasewise.core.errors import OutputError
from phasewise.report import page as page_module
from phasewise.report.page import (
    Cell,
    Column,
    Facts,
    Figures,
    Notes,
    Page,
    Prose,
    Section,
    Step,
    Steps,
    Table,
    cell,
    figure_from_svg,
    render_page,
    write_page,
)

pytest.importorskip("jinja2")

HOSTILE = """<script>alert("1" & '2')</script><img src=x onerror=alert(1)>"""
SVG = '<svg class="figure"><title>a</title><g id="a-1"/></svg>'
TABLE = Table(
    [Column(HOSTILE, hint='" onclick="x'), Column("n", True)], [[Cell(HOSTILE, aside=HOSTILE), cell(2)]]
)
PAGE = Page(
    HOSTILE,
    HOSTILE,
    [
        Section("Same", [Prose(HOSTILE), Notes([HOSTILE]), Facts([(HOSTILE, HOSTILE)])]),
        Section("same!", [TABLE, Figures([figure_from_svg(SVG, HOSTILE)], HOSTILE)]),
        Section("α", []),
    ],
    HOSTILE,
)


class Reader(HTMLParser):
    """What a browser would make of a page: elements with attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def test_text_is_text_wherever_it_stands() -> None:
    reader = Reader(render_page(PAGE))
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert "img" not in {tag for tag, _ in reader.elements}
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    # Title twice, lead, prose, note, fact twice, heading, cell twice, two captions, footer.
    assert reader.text.count(HOSTILE) == 13


def test_a_page_asks_for_nothing_and_runs_its_own_script_only() -> None:
    html = render_page(PAGE)
    reader = Reader(html)
    assert not reader.values("src")
    assert all(str(link).startswith("#") for link in reader.values("href"))
    assert "@import" not in html
    assert "url(" not in html
    policy = str(reader.values("content")[0])
    assert "default-src 'none'" in policy
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


def test_every_section_has_an_anchor_of_its_own_that_the_contents_link_to() -> None:
    reader = Reader(render_page(PAGE))
    anchors = [attributes["id"] for tag, attributes in reader.elements if tag == "section"]
    assert anchors == ["same", "same-2", "section"]
    assert {f"#{anchor}" for anchor in anchors} == set(reader.values("href"))


def test_numbers_are_right_aligned_and_carry_what_they_are_sorted_by() -> None:
    table = Table(
        [Column("a"), Column("b", True)], [[Cell("x"), cell(v)] for v in (1234567, 0.5, float("nan"))]
    )
    reader = Reader(render_page(Page("t", "", [Section("s", [table])])))
    cells = [attributes for tag, attributes in reader.elements if tag == "td"]
    numeric = [attributes for attributes in cells if "number" in str(attributes["class"]).split()]
    assert [attributes.get("data-value") for attributes in numeric] == ["1234567.0", "0.5", None]
    assert "1,234,567" in reader.text


@pytest.mark.parametrize(
    "svg",
    [
        "<p>no figure</p>",
        "<svg ></svg><script>1</script></svg>",
        "<svg ><script>1</script></svg>",
        '<svg ><image href="https://example.org/a.png"/></svg>',
        "<svg ><a xlink:href='file:///etc'/></svg>",
        '<svg onload="x()"></svg>',
    ],
)
def test_a_figure_that_could_do_more_than_show_is_refused(svg: str) -> None:
    with pytest.raises(ValueError, match="figure"):
        figure_from_svg(svg)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    write_page(PAGE, path)
    before = path.read_bytes()
    assert before.decode("utf-8") == render_page(PAGE)
    with pytest.raises(OutputError, match="--force"):
        write_page(PAGE, path)

    def fail(self: Path, *_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space"):
        write_page(Page("other", "", []), path, force=True)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("link", ["https://example.org", "javascript:alert(1)", "page.html"])
def test_a_page_links_to_nothing_but_itself(link: str) -> None:
    for make in (
        lambda: Cell("x", link=link),
        lambda: Cell(links=[("x", link)]),
        lambda: Step("x", link),
    ):
        with pytest.raises(ValueError, match="begin with #"):
            make()


def test_links_and_steps_are_escaped() -> None:
    link = '#rows?find="><script>'
    cells = [[Cell(HOSTILE, link=link), Cell(links=[(HOSTILE, link), (HOSTILE, "")])]]
    table = Table([Column("a"), Column("b")], cells, scrolls=True)
    reader = Reader(render_page(Page("t", "", [Section("s", [Steps([Step(HOSTILE, link)]), table])])))
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert reader.values("href").count(link) == 3
    assert reader.text.count(HOSTILE) == 4


def test_only_html_is_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.pdf.*\.html"):
        write_page(PAGE, tmp_path / "page.pdf")


def test_absent_jinja2_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def importer(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "jinja2":
            raise ModuleNotFoundError("No module named 'jinja2'", name="jinja2")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", importer)
    with pytest.raises(OutputError, match=re.escape("pip install 'phasewise[report]'")):
        page_module.check_page_path(tmp_path / "page.html")
    assert not list(tmp_path.iterdir())
