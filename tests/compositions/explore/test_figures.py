from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest

from phasewise.compositions.explore.colours import cluster_colours
from phasewise.compositions.explore.explored import Explored
from phasewise.compositions.explore.figures import COLOURINGS, draw_map, write_map
from phasewise.core.errors import HeaderError, OutputError
from phasewise.plot.colours import NOISE_COLOUR, PHASE_COLOURS

from .simulated import HOSTILE, explored, renamed

mpl.use("Agg")


@pytest.fixture(scope="module")
def found() -> Explored:
    return explored()


def test_clusters_have_the_colour_of_their_mineral_and_noise_is_grey(found: Explored) -> None:
    colours = cluster_colours(found)
    assert colours["Olivine"] == PHASE_COLOURS["Olivine"]
    assert colours["Clinopyroxene"] == PHASE_COLOURS["Clinopyroxene"]
    assert colours["noise"] == NOISE_COLOUR
    assert colours["Ca2SiO4"] not in {*PHASE_COLOURS.values(), NOISE_COLOUR}


def test_clusters_of_one_mineral_differ(found: Explored) -> None:
    same = cluster_colours(renamed(found, phases={"Olivine": 10}))
    assert len(set(same.values())) == 4
    assert same["Olivine"] == PHASE_COLOURS["Olivine"]


def test_the_legend_counts_rows_and_noise_comes_last(found: Explored) -> None:
    legend = draw_map(found).get_legend()
    assert legend is not None
    texts = [text.get_text().strip() for text in legend.get_texts()]
    assert texts == [f"{cluster.name}  {cluster.rows:,}" for cluster in found.clusters]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
@pytest.mark.parametrize("colour", [*COLOURINGS, "MgO"])
def test_every_colouring_is_written(found: Explored, tmp_path: Path, colour: str, suffix: str) -> None:
    path = tmp_path / f"map{suffix}"
    write_map(found, path, colour=colour)
    assert path.stat().st_size > 2000
    if suffix == ".svg":
        text = path.read_text(encoding="utf-8")
        assert ">Olivine<" in text
        assert "<image" in text


def test_unknown_colours_are_told_with_what_there_is(found: Explored) -> None:
    with pytest.raises(HeaderError, match=r"by 'Fo': .* cluster, mineral, .*MgO"):
        draw_map(found, "Fo")
    with pytest.raises(HeaderError, match="by 'label'"):
        draw_map(explored(labels=False), "label")


def test_noise_alone_and_nothing_at_all_are_drawn(tmp_path: Path) -> None:
    found = explored(dense=False)
    write_map(found, tmp_path / "noise.png")
    write_map(found, tmp_path / "distance.png", colour="distance")


def test_hostile_names_are_written_as_they_are(tmp_path: Path) -> None:
    found = renamed(explored(), name="_$x^2$ <b>")
    write_map(found, tmp_path / "map.svg")
    assert ">_$x^2$ &lt;b&gt; (1)<" in (tmp_path / "map.svg").read_text(encoding="utf-8")
    write_map(renamed(explored(), name=HOSTILE), tmp_path / "map.pdf")


def test_figures_overwrite_nothing(found: Explored, tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        write_map(found, path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(OutputError, match="unknown"):
        write_map(found, tmp_path / "map.docx")
    with pytest.raises(HeaderError):
        write_map(replace(found), tmp_path / "other.png", colour="Fo")
    assert not (tmp_path / "other.png").exists()
