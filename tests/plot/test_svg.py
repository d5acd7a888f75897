from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes

from phasewise.plot.svg import draw_to_svg

mpl.use("Agg")

HOSTILE = """<script>alert(1)</script> & $x_1$ id="a" url(#b)"""


def draw(ax: Axes) -> None:
    ax.plot([0, 1], [0, 1], marker="o", label=HOSTILE)
    ax.bar([0, 1], [1, 2], hatch="//")
    ax.legend()


def ids(svg: str) -> list[str]:
    return [e.attrib["id"] for e in ElementTree.fromstring(svg).iter() if "id" in e.attrib]


def test_figures_of_two_names_share_no_id_and_every_reference_is_met() -> None:
    figures = [draw_to_svg(name, draw, (4, 3)) for name in ("left", "right")]
    found = [ids(svg) for svg in figures]
    assert len({*found[0], *found[1]}) == len(found[0]) + len(found[1])
    for svg, own in zip(figures, found, strict=True):
        tags = " ".join(re.findall(r"<[^<>]*>", svg))
        references = re.findall(r"""(?:url\(#|href="#)([^")]+)""", tags)
        assert references
        assert set(references) <= set(own)


def test_the_same_drawing_gives_the_same_text() -> None:
    assert draw_to_svg("a", draw, (4, 3)) == draw_to_svg("a", draw, (4, 3))


def test_words_stay_words_and_are_escaped() -> None:
    svg = draw_to_svg("a", draw, (4, 3), title=HOSTILE)
    words = ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter()]
    assert words.count(HOSTILE) == 2  # the title and the legend, a dollar being a dollar
    assert "<script" not in svg
    assert svg.startswith("<svg ")


@pytest.mark.parametrize("name", ["", "A", "1", 'a"b', "a b"])
def test_a_name_that_no_element_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name="):
        draw_to_svg(name, draw, (4, 3))


def test_charges_are_raised_where_it_is_asked_for_alone() -> None:
    def name_axis(ax: Axes) -> None:
        ax.set_xlabel("Fe$^{2+}$")

    def words(svg: str) -> str:
        return "".join(ElementTree.fromstring(svg).itertext())

    assert "Fe$^{2+}$" in words(draw_to_svg("plain", name_axis, (4, 3)))
    assert "$" not in words(draw_to_svg("math", name_axis, (4, 3), math=True))


def test_axes_may_be_of_another_projection() -> None:
    kinds: list[str] = []
    draw_to_svg("polar", lambda ax: kinds.append(ax.name), (4, 3), projection="polar")
    assert kinds == ["polar"]
