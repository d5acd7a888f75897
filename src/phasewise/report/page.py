"""Pages in HTML that need nothing but themselves: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import itertools
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from phasewise.core.errors import OutputError
from phasewise.report.points import Points
from phasewise.report.rows import Rows
from phasewise.report.targets import atomic_path, check_target

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "Block",
    "Cell",
    "Column",
    "Facts",
    "Figure",
    "Figures",
    "Notes",
    "Page",
    "Points",
    "Prose",
    "Rows",
    "Section",
    "Step",
    "Steps",
    "Table",
    "cell",
    "check_page_path",
    "figure_from_svg",
    "render_page",
    "write_page",
]

HTML_SUFFIXES = (".html", ".htm")

_SCRIPTS = {
    "sort.js": {"table"},
    "packed.js": {"rows", "points"},
    "rows.js": {"rows"},
    "points_view.js": {"points"},
    "points_draw.js": {"points"},
    "points_legend.js": {"points"},
    "points_hand.js": {"points"},
    "points.js": {"points"},
}
"""The scripts of a page in their order, each with the kinds of blocks that need it."""


@dataclass(frozen=True)
class Prose:
    """A paragraph of plain text."""

    kind: ClassVar[str] = "prose"
    text: str


@dataclass(frozen=True)
class Notes:
    """A list of remarks, each of plain text."""

    kind: ClassVar[str] = "notes"
    items: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and what it is."""

    kind: ClassVar[str] = "facts"
    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Step:
    """A remark of plain text, and where in the page it leads: a link that begins with #, and its words."""

    text: str
    link: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        _check_link(self.link)


@dataclass(frozen=True)
class Steps:
    """Remarks in the order in which they matter."""

    kind: ClassVar[str] = "steps"
    items: Sequence[Step]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, what the heading means, whether it holds numbers, or sentences."""

    title: str
    numeric: bool = False
    hint: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and the number it is sorted by where that is not the text.

    Attributes
    ----------
    text : str
        What is shown.
    value : float, optional
        What a numeric column is sorted by; cells without it come last.
    aside : str
        A second, smaller line, such as an interval.
    best : bool
        Whether it stands out as the best of its column.
    shade : float
        Depth of a warm background, 0 to 1, where what is poor has to be seen.
    link : str
        Where in the page the text leads; begins with #.
    links : sequence of (str, str)
        Further texts with where they lead, each in a line of its own; an empty link leads nowhere.
    """

    text: str = ""
    value: float | None = None
    aside: str = ""
    best: bool = False
    shade: float = 0.0
    link: str = ""
    links: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        for link in (self.link, *(link for _, link in self.links)):
            _check_link(link)


@dataclass(frozen=True)
class Table:
    """A table that readers can sort by its columns; one that `scrolls` never fills more than a screen."""

    kind: ClassVar[str] = "table"
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    scrolls: bool = False


@dataclass(frozen=True)
class Figure:
    """A drawing as an ``<svg>`` element, which goes into the page as it is."""

    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures side by side, as many as there is room for."""

    kind: ClassVar[str] = "figures"
    items: Sequence[Figure]
    caption: str = ""


Block = Prose | Notes | Facts | Steps | Table | Figures | Rows | Points


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading, which the table of contents links to."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A page: title, what it is in one paragraph, sections, and who made it."""

    title: str
    lead: str
    sections: Sequence[Section]
    footer: str = ""

    @property
    def kinds(self) -> set[str]:
        """Kinds of the blocks that the page has."""
        return {block.kind for section in self.sections for block in section.blocks}

    @property
    def anchors(self) -> list[str]:
        """The name by which each section is linked to, made of its title; none occurs twice."""
        anchors: list[str] = []
        for section in self.sections:
            stem = "-".join(re.findall(r"[a-z0-9]+", section.title.lower())) or "section"
            numbered = (f"{stem}-{number}" for number in itertools.count(2))
            anchors.append(next(a for a in itertools.chain([stem], numbered) if a not in anchors))
        return anchors


def cell(
    value: float | int | str, decimals: int = 3, *, aside: str = "", best: bool = False, link: str = ""
) -> Cell:
    """Return a cell of a number or a text; a number that is NaN is a dash.

    Examples
    --------
    >>> cell(12345).text, cell(0.98765).text, cell(float("nan")).text
    ('12,345', '0.988', '–')
    """
    if isinstance(value, str):
        return Cell(value, aside=aside, best=best, link=link)
    if math.isnan(value):
        return Cell("–", aside=aside, link=link)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.{decimals}f}"
    return Cell(text, float(value), aside, best, link=link)


def figure_from_svg(svg: str, caption: str = "") -> Figure:
    """Return a figure of an ``<svg>`` element.

    Raises
    ------
    ValueError
        If the text is anything but one element, or has a script or an address in it.
    """
    if not svg.startswith("<svg ") or not svg.rstrip().endswith("</svg>") or svg.count("</svg>") != 1:
        raise ValueError("a figure has to be one <svg> element")
    tags = " ".join(re.findall(r"<[^<>]*>", svg)).lower()
    if re.search(r"<script|<foreignobject|\son\w+\s*=|(?:href|src)\s*=\s*[\"'](?!#|data:image/)", tags):
        raise ValueError("a figure may not hold scripts or addresses of other files")
    return Figure(svg, caption)


def render_page(page: Page) -> str:
    """Return a page as HTML. All text is escaped; figures are taken as they are.

    The page forbids the browser to load anything, and to run any scripts but its own.

    Raises
    ------
    OutputError
        If jinja2 is absent.
    """
    environment = _environment()
    assert environment.loader is not None
    names = [name for name, kinds in _SCRIPTS.items() if kinds & page.kinds]
    scripts = [environment.loader.get_source(environment, name)[0] for name in names]
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    return environment.get_template("page.html").render(page=page, scripts=scripts, digests=digests)


def check_page_path(path: str | os.PathLike[str], *, force: bool = False, source: object = None) -> Path:
    """Return where a page will be written, after making sure that it can be: ask before long work.

    Raises
    ------
    OutputError
        If jinja2 is absent, the ending is not .html, or the file cannot be written, exists (without
        `force`) or is the source.
    """
    _environment()
    return check_target(path, HTML_SUFFIXES, force=force, source=source)


def write_page(page: Page, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write a page to a file that ends in .html, whole or not at all.

    Raises
    ------
    OutputError
        As for `check_page_path`.
    """
    target = check_page_path(path, force=force)
    text = render_page(page)
    with atomic_path(target) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def _check_link(link: str) -> None:
    if link and not link.startswith("#"):
        raise ValueError(f"{link=} has to begin with #: a page links to nothing but itself")


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise OutputError("Reports need jinja2. Install it with: pip install 'phasewise[report]'") from error
    return Environment(
        loader=PackageLoader("phasewise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
