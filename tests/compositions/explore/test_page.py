from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.explore import own_columns
from phasewise.compositions.explore.explored import Explored
from phasewise.compositions.explore.listing import map_points
from phasewise.compositions.explore.page import explore_page, write_explore_page
from phasewise.compositions.explore.sample import drawn_rows
from phasewise.core.errors import OutputError
from phasewise.report.page import Block, Facts, Page, Points, Prose, Rows, Steps, Table, render_page

from .simulated import HOSTILE, OXIDES, explored, renamed

pytest.importorskip("jinja2")

SECTIONS = ["At a glance", "Map", "Clusters", "Unexplained", "Composition", "Outliers", "How it was found"]


def blocks(page: Page, title: str) -> list[Block]:
    return list(next(section.blocks for section in page.sections if section.title == title))


def one(page: Page, title: str, kind: type) -> Any:
    (found,) = (block for block in blocks(page, title) if isinstance(block, kind))
    return found


def prose(page: Page, title: str) -> str:
    return " ".join(block.text for block in blocks(page, title) if isinstance(block, Prose))


def rows_of(table: Table) -> list[dict[str, str]]:
    heads = [column.title for column in table.columns]
    return [dict(zip(heads, (c.text for c in row), strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def found() -> Explored:
    return explored()


@pytest.fixture(scope="module")
def page(found: Explored) -> Page:
    return explore_page(found)


def test_the_sections_stand_in_their_order(page: Page) -> None:
    assert [section.title for section in page.sections] == SECTIONS


def test_the_numbers_at_a_glance_are_those_of_the_rows(found: Explored, page: Page) -> None:
    facts = dict(one(page, "At a glance", Facts).items)
    within = int((found.rows.assigned.cluster >= 0).sum())
    lost = int(np.isnan(found.rows.places.map).any(axis=1).sum())
    assert facts["Rows"] == "400"
    assert facts["Clusters"] == "3"
    assert facts["Rows in clusters"].startswith(f"{within} (")
    assert facts["Rows apart from them"].startswith(f"{400 - within - lost} (")
    assert facts["Rows without a place"] == str(lost)
    assert facts["Clusters like no known mineral"] == "1"
    assert "Adjusted Rand index" not in facts
    told = dict(one(explore_page(replace(found, agreement=0.876)), "At a glance", Facts).items)
    assert told["Adjusted Rand index"] == "0.88"


def test_the_first_steps_name_novel_clusters_and_outliers(found: Explored, page: Page) -> None:
    steps = [step.text for step in one(page, "At a glance", Steps).items]
    assert steps[0].startswith("Ca2SiO4: ")
    assert "at least 93 % like no known mineral. Like olivine (cluster 1), richer in CaO." in steps[0]
    assert steps[-1].startswith(f"{len(found.outliers)} rows lie apart")
    assert not any("Labels disagree" in step for step in steps)


def test_clusters_whose_labels_disagree_are_among_the_first_steps(found: Explored) -> None:
    mixed = replace(found.clusters[1], labels={"Clinopyroxene": 60, "Orthopyroxene": 50}, purity=60 / 110)
    page = explore_page(replace(found, clusters=(found.clusters[0], mixed, *found.clusters[2:])))
    steps = [step.text for step in one(page, "At a glance", Steps).items]
    assert "Labels disagree in Clinopyroxene: “Clinopyroxene” 60, “Orthopyroxene” 50." in steps


def test_the_table_of_clusters_says_what_they_are_and_leads_to_the_map(found: Explored, page: Page) -> None:
    table = one(page, "Clusters", Table)
    rows = rows_of(table)
    assert [row["cluster"] for row in rows] == ["Olivine", "Clinopyroxene", "Ca2SiO4", "noise"]
    for row, cluster in zip(rows, found.clusters, strict=True):
        assert row["rows"] == f"{cluster.rows:,}"
        assert row["publications"] == str(cluster.sources)
        assert row["published as"] == next(iter(cluster.labels))
        assert row["purity"] == f"{100 * cluster.purity:.0f} %"
    assert rows[2]["novelty"] == "93 %"
    links = [row[2].link for row in table.rows]
    assert links[0] == "#map?cluster_name=Olivine"


def test_only_novel_clusters_are_unexplained(page: Page) -> None:
    rows = rows_of(one(page, "Unexplained", Table))
    assert [row["cluster"] for row in rows] == ["Ca2SiO4"]
    assert rows[0]["what it is"] == "Like olivine (cluster 1), richer in CaO."
    assert "at least 93 % with 95 % confidence" in rows[0]["why"]
    assert "larnite" in rows[0]["why"]
    known = explore_page(renamed(explored(), novelty=0.2))
    assert "There are none" in prose(known, "Unexplained")


def test_compositions_are_means_of_the_major_oxides(found: Explored, page: Page) -> None:
    table = one(page, "Composition", Table)
    heads = [column.title for column in table.columns]
    assert heads == ["cluster", *(o for o in OXIDES if o != "MnO"), "total", "formula"]
    olivine = found.number == 1
    mgo = table.rows[0][heads.index("MgO")]
    assert mgo.text == f"{found.rows.analyses['MgO'][olivine].mean():.2f}"
    assert mgo.aside == f"± {found.rows.analyses['MgO'][olivine].std():.2f}"


def test_outliers_come_with_their_reason(found: Explored, page: Page) -> None:
    listed = {column.name: column.values.to_pylist() for column in one(page, "Outliers", Rows).columns}
    at = found.outliers
    assert listed["row"] == (at + 1).tolist()
    assert listed["name"] == found.table["sample"].take(pa.array(at)).to_pylist()
    assert listed["reason"] == found.rows.judged["reason"].take(pa.array(at)).to_pylist()
    names = ["Olivine", "Clinopyroxene", "Ca2SiO4"]
    assert listed["nearest"] == [names[k] for k in found.rows.assigned.nearest[at]]


def test_the_map_holds_the_users_columns_as_they_came(found: Explored, page: Page) -> None:
    points = one(page, "Map", Points)
    columns = {column.name: column for column in points.columns}
    assert points.columns[0].name == "sample"
    for name in ("sample", "remark", "depth", "mineral", "reference"):
        assert columns[name].values.to_pylist() == found.table[name].to_pylist(), name
    # Printed with "<0.03", so that numbers do not hold what the user wrote.
    assert columns["TiO2"].values.to_pylist() == found.table["TiO2"].to_pylist()
    measured = columns["phasewise_TiO2"]
    assert measured.below is not None
    below = [text is not None and text.startswith("<") for text in found.table["TiO2"].to_pylist()]
    assert measured.below.tolist() == below
    assert "phasewise_MgO" not in columns
    assert columns["MgO"].values.to_pylist() == found.table["MgO"].to_pylist()
    titles = [by.title for by in points.colour_by]
    assert titles[:5] == ["Cluster", "Mineral by composition", "Verdict", "Published mineral", "Publication"]
    assert "MgO (wt%)" in titles
    assert titles[-1] == "Na2O (wt%)"


def test_marks_stand_at_the_middles_of_clusters(found: Explored, page: Page) -> None:
    points = one(page, "Map", Points)
    assert [mark.text for mark in points.marks] == ["Olivine", "Clinopyroxene", "Ca2SiO4"]
    for mark, cluster in zip(points.marks, found.clusters, strict=False):
        assert (mark.x, mark.y) == cluster.place


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        (pa.array([1.25, None, 3.0]), 2),
        (pa.array([10**17, 1]), None),
        (pa.array([1e-12, 0.5]), None),
        (pa.array([1 / 3, 2 / 3]), None),
        (pa.array([7, None]), 0),
    ],
)
def test_numbers_lose_nothing(values: pa.Array, decimals: int | None) -> None:
    column = own_columns._column("x", values)
    if decimals is None:
        back = [None if text is None else float(text) for text in column.values.to_pylist()]
    else:
        assert column.decimals == decimals
        back = [None if v is None else round(v, decimals) for v in column.values.to_pylist()]
    assert back == [None if v is None else float(v) for v in values.to_pylist()]


def test_columns_of_any_type_are_texts() -> None:
    for values in (pa.array([True, None]), pa.array([[1], [2]]), pa.array([0], pa.timestamp("s"))):
        held = own_columns._column("x", values).values
        assert held.type == pa.string()
        assert held.null_count == values.null_count


def test_columns_without_room_are_named(found: Explored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_columns, "MOST_CELLS", 2 * len(found.rows))
    _, left_out = map_points(found, np.arange(len(found.rows)))
    assert left_out == ("depth", "mineral", "reference", "TiO2")
    assert "no room for “depth”, “mineral”, “reference”, “TiO2”" in prose(explore_page(found), "Map")


def test_a_part_of_many_rows_is_drawn_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = explored(3000)
    few = drawn_rows(found, 1500)
    monkeypatch.setattr("phasewise.compositions.explore.page.drawn_rows", lambda _: few)
    page = explore_page(found)
    assert "Drawn are 1,500 of 3,000 analyses" in prose(page, "Map")
    points = one(page, "Map", Points)
    row = next(column for column in points.columns if column.name == "row")
    assert row.values.to_pylist() == (few + 1).tolist()
    assert dict(one(page, "At a glance", Facts).items)["Rows"] == "3,000"


def test_a_table_without_labels_has_no_columns_of_them() -> None:
    page = explore_page(explored(labels=False))
    heads = [column.title for column in one(page, "Clusters", Table).columns]
    assert not {"published as", "purity", "publications"} & set(heads)
    facts = dict(one(page, "At a glance", Facts).items)
    assert not any("Labels" in name for name in facts)
    titles = [by.title for by in one(page, "Map", Points).colour_by]
    assert "Published mineral" not in titles


def test_noise_alone_makes_a_page() -> None:
    page = explore_page(explored(dense=False))
    assert "no cluster" in page.lead
    for title in ("Clusters", "Unexplained", "Composition"):
        assert "no" in prose(page, title)
    columns = [column.name for column in one(page, "Outliers", Rows).columns]
    assert "cluster_distance" not in columns
    render_page(page)


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_rows_make_a_page(n: int) -> None:
    found = explored()
    few = np.flatnonzero(~found.placed)[:n]
    rows = found.rows
    part = replace(
        rows,
        analyses=rows.analyses.take(few),
        values=rows.values[few],
        places=type(rows.places)(*(v[few] for v in (rows.places.map, rows.places.latent))),
        assigned=type(rows.assigned)(
            *(getattr(rows.assigned, name)[few] for name in ("cluster", "probability", "distance", "nearest"))
        ),
        judged={name: values.take(pa.array(few)) for name, values in rows.judged.items()},
        label=rows.label.take(few),
        source=rows.source.take(few),
    )
    page = explore_page(replace(found, rows=part, clusters=(), table=found.table.take(pa.array(few))))
    assert [section.title for section in page.sections] == ["At a glance", "How it was found"]
    assert ("no rows" if n == 0 else "none has a place") in page.lead
    render_page(page)


def test_hostile_texts_are_escaped() -> None:
    found = renamed(explored(), name=HOSTILE, description=HOSTILE, formula=HOSTILE, nearest_species=HOSTILE)
    found = replace(found, title=HOSTILE, settings={HOSTILE: HOSTILE}, notices=(HOSTILE,))
    html = render_page(explore_page(found))
    assert "<img" not in html
    assert html.count("{{") == html.count("{{ 7*7 }}")


def test_the_page_is_no_file_that_exists(tmp_path: Path, found: Explored) -> None:
    path = tmp_path / "map.html"
    write_explore_page(found, path)
    with pytest.raises(OutputError, match="exists already"):
        write_explore_page(found, path)
    write_explore_page(found, path, force=True)
    source = tmp_path / "grains.html"
    source.write_text("mine")
    with pytest.raises(OutputError, match="never overwritten"):
        write_explore_page(replace(found, file=str(source)), source, force=True)
    assert source.read_text() == "mine"
