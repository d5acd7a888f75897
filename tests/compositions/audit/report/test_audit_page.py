from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from phasewise.compositions.audit.audit import Audit, audit, audit_file
from phasewise.compositions.audit.blocks.block import HIGH, LOW, Block
from phasewise.compositions.audit.report import audited as audited_module
from phasewise.compositions.audit.report.audited import Audited
from phasewise.compositions.audit.report.overview import _why, overview
from phasewise.compositions.audit.report.page import audit_page
from phasewise.compositions.audit.with_blocks import with_blocks
from phasewise.compositions.row_groups import Groups
from phasewise.core.errors import HeaderWarning, OutputError
from phasewise.report.page import Cell, Notes, Page, Prose, Section, Steps, Table, render_page
from phasewise.report.rows import Rows

pytest.importorskip("jinja2")
pytest.importorskip("mpltern")

EXAMPLE = Path(__file__).parents[4] / "examples" / "audit.csv"
HOSTILE = "<script>alert(1)</script>\"' &amp; $x$"

# San Carlos olivine (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x).
OLIVINE = {"SiO2": 40.81, "FeOt": 9.55, "MnO": 0.14, "MgO": 49.42}


def olivines(n: int, **columns: Any) -> pa.Table:
    return pa.table(columns | {name: [value] * n for name, value in OLIVINE.items()})


def audited(found: Audit, title: str = "t", **changed: Any) -> Audited:
    plain = Audited(
        title=title,
        file=None,
        model="default",
        columns=found.columns,
        notices=found.notices,
        rows=found._material,
        labels=found._judgement.labels,
        marked=found._marked,
        table=found._table,
    )
    return replace(plain, **changed)


def with_more_blocks(found: Audit) -> Audited:
    """Return an audit with blocks of other kinds, which overlap, over rows that agree and that do not."""
    rows = found._material
    blocks = [
        Block("rows copied", np.array([0, 1, 2]), 50, "", "Three rows are one.", "Keep one.", HIGH),
        Block(HOSTILE, np.array([1, 2]), 2, HOSTILE, HOSTILE, HOSTILE, LOW),
    ]
    marked = found._marked
    return audited(found, marked=with_blocks(rows, marked.findings, marked.evidence, blocks))


@pytest.fixture(scope="module")
def example() -> Audit:
    with pytest.warns(HeaderWarning):
        return audit(EXAMPLE)


@pytest.fixture(scope="module")
def page(example: Audit) -> Page:
    return audit_page(audited(example))


@pytest.fixture(scope="module")
def overlapping(example: Audit) -> Page:
    return audit_page(with_more_blocks(example))


def section(page: Page, title: str) -> Section:
    return next(s for s in page.sections if s.title == title)


def blocks_of(page: Page, kind: type) -> list[Any]:
    return [block for s in page.sections for block in s.blocks if isinstance(block, kind)]


def prose(page: Page, title: str) -> str:
    return " ".join(block.text for block in section(page, title).blocks if isinstance(block, Prose))


def listed(page: Page) -> dict[str, list[Any]]:
    (rows,) = blocks_of(page, Rows)
    return {column.name: column.values.to_pylist() for column in rows.columns}


def cells(page: Page) -> Iterator[Cell]:
    for table in blocks_of(page, Table):
        for row in table.rows:
            yield from row


def rows_behind(columns: dict[str, list[Any]], link: str) -> int:
    """Return how many rows a link leads to, chosen as the page chooses them."""
    kept = np.ones(len(columns["row"]), dtype=bool)
    for name, text in parse_qsl(link.partition("?")[2], keep_blank_values=True):
        if name not in columns:
            assert text == "-", (name, "is no column of the list")
            continue
        held = [str(v).split("|") if name == "block" else [v] for v in columns[name]]
        absent = np.array([v is None for v in columns[name]])
        kept &= absent if text == "-" else np.array([text in h for h in held]) & ~absent
    return int(kept.sum())


def test_the_sections_stand_in_their_order(page: Page) -> None:
    assert [s.title for s in page.sections] == [
        "Overview",
        "What to look at first",
        "Blocks",
        "By publication",
        "By mineral",
        "Diagrams",
        "All flagged rows",
    ]


@pytest.mark.parametrize("kind", ["page", "overlapping"])
def test_every_number_leads_to_as_many_rows(request: pytest.FixtureRequest, kind: str) -> None:
    page = request.getfixturevalue(kind)
    columns = listed(page)
    counted = 0
    for cell in cells(page):
        if cell.link.startswith("#rows") and cell.value is not None:
            assert rows_behind(columns, cell.link) == cell.value, cell
            counted += 1
        for text, link in cell.links:
            if found := re.match(r"([\d,]+) in blocks", text):
                assert rows_behind(columns, link) == int(found[1].replace(",", "")), cell
            elif link:
                assert rows_behind(columns, link) > 0, cell
    assert counted > 30
    (steps,) = blocks_of(page, Steps)
    for step in steps.items:
        number = re.search(r"(?<!\S)(\d+) rows?\b", step.text)
        if step.link.startswith("#rows") and number:
            assert rows_behind(columns, step.link) == int(number[1]), step


def test_the_list_holds_the_flagged_rows_as_the_table_has_them(example: Audit, page: Page) -> None:
    columns = listed(page)
    flagged = example.flagged().to_pandas()
    for name, theirs in (
        ("row", "row"),
        ("name", "spot"),
        ("label", "mineral"),
        ("finding", "finding"),
        ("priority", "priority"),
        ("suggested", "suggested_phase"),
        ("evidence", "evidence"),
        ("source", "publication"),
        ("phase", "phase"),
    ):
        given = flagged[theirs].astype(object).where(flagged[theirs].notna(), None)
        assert columns[name] == given.tolist(), name
    assert columns["MgO"] == flagged["MgO"].astype(float).tolist()
    own = [None if isinstance(b, float) else b for b in flagged["blocks"].tolist()]
    assert columns["block"] == own
    assert columns["priority"][0] == "high"


def test_what_was_put_into_the_example_is_found(example: Audit) -> None:
    rows = example.rows
    doubled = rows["simulated_error"].eq("totals doubled")
    relabelled = rows["simulated_error"].fillna("").str.startswith("label of")
    assert rows.loc[doubled, "finding"].eq("bad_analysis").all()
    assert rows.loc[relabelled, "finding"].eq("relabel").all()
    clean = rows["simulated_error"].fillna("").eq("")
    assert rows.loc[clean, "finding"].eq("agree").mean() > 0.95
    kinds = {(b["kind"], b["where"]) for b in example.block_table.to_pylist()}
    assert ("totals scaled", "Simulated C (2019) | olivine") in kinds
    assert ("columns exchanged", "Simulated B (2010) | plagioclase") in kinds


def test_the_example_is_what_its_script_makes() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_audit", EXAMPLE.parent / "make_audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rng = np.random.default_rng(module.SEED)
    made = module.spoil(module.clean(rng), rng)
    stored = pd.read_csv(EXAMPLE, keep_default_na=False)
    pd.testing.assert_frame_equal(made, stored, check_dtype=False)


def test_labels_that_stand_for_nothing_stand_out(page: Page) -> None:
    (labels, relabels) = [b for b in section(page, "By mineral").blocks if isinstance(b, Table)]
    shades = {row[0].text: row[1].shade for row in labels.rows}
    assert shades["phase 3"] > 0.3
    assert all(shade == 0 for name, shade in shades.items() if name != "phase 3")
    assert any("“phase 3” (2)" in step.text for step in blocks_of(page, Steps)[0].items)
    heads = [column.title for column in relabels.columns]
    (row,) = [row for row in relabels.rows if row[0].text == "Clinopyroxene"]
    assert row[heads.index("Amphibole")].value == 3


def test_the_judges_are_told_with_their_reasons(example: Audit) -> None:
    rows = example._material
    names = ("default", "default_without_fold_1", "none")
    judged = replace(rows.judged, judge=Groups(names, np.arange(len(rows)) % 3))
    blocks = overview(audited(example, rows=replace(rows, judged=judged)))
    table = [b for b in blocks if isinstance(b, Table)][-1]
    told = {row[0].text: (row[1].value, row[2].text) for row in table.rows}
    assert list(told) == ["default", "default_without_fold_1", "nobody"]
    assert sum(number or 0 for number, _ in told.values()) == len(rows)
    assert "trained without fold 1" in told["default_without_fold_1"][1]
    assert "'default' has learned from them" in told["default_without_fold_1"][1]


def test_the_sibling_of_an_own_model_is_named_by_its_part() -> None:
    told = _why("runs/mine_without_x/siblings/fold_0", "runs/mine_without_x")
    assert "'runs/mine_without_x' has learned" in told
    assert told.endswith("trained without fold 0.")


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    table = olivines(
        30, mineral=[*["Orthopyroxene"] * 29, HOSTILE], source=[HOSTILE] * 30, name=[HOSTILE] * 30
    )
    found = audit(table)
    found.write_report(tmp_path / "page.html", title=HOSTILE)
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "alert(1)" in html
    assert "<script>alert" not in html
    assert html.count("<script") == html.count("</script>") == 4
    page = audit_page(audited(found))
    assert listed(page)["source"] == [HOSTILE] * 29
    assert rows_behind(listed(page), blocks_of(page, Table)[2].rows[0][2].link) == 29


def test_hostile_blocks_stay_text(overlapping: Page) -> None:
    html = render_page(overlapping)
    assert "<script>alert" not in html
    assert html.count("<script") == 4


def test_rows_of_several_blocks_are_told_so(overlapping: Page) -> None:
    columns = listed(overlapping)
    held = dict(zip(columns["row"], columns["block"], strict=True))
    assert (held[1], held[2], held[3]) == ("B1", "B1|B2", "B1|B2")
    (rows,) = blocks_of(overlapping, Rows)
    assert [column.name for column in rows.columns if column.several] == ["block"]


def test_without_labels_the_page_says_how_to_name_them(tmp_path: Path) -> None:
    table = olivines(2)
    doubled = table.set_column(0, "SiO2", pa.array([40.81, 81.62]))
    found = audit(doubled)
    page = audit_page(audited(found))
    assert "--label-column" in prose(page, "By mineral")
    assert "--source-column" in prose(page, "By publication")
    columns = listed(page)
    assert columns["row"] == [2]
    assert not {"label", "source", "block", "name"} & set(columns)
    found.write_report(tmp_path / "page.html")


def test_a_clean_table_has_nothing_to_look_at() -> None:
    page = audit_page(audited(audit(olivines(3, mineral=["Olivine"] * 3, source=["a", "a", "b"]))))
    assert page.lead == "3 rows: none is flagged."
    assert prose(page, "What to look at first") == "Nothing stands out: no row is flagged."
    assert prose(page, "By publication") == "2 publications have no flagged row."
    assert prose(page, "All flagged rows").startswith("There are none.")
    assert not blocks_of(page, Rows)
    assert "Diagrams" not in [s.title for s in page.sections]
    render_page(page)


def test_a_table_without_rows_gives_a_page() -> None:
    page = audit_page(audited(audit(olivines(1, mineral=["Olivine"]).slice(0, 0))))
    assert page.lead == "The table has no rows, so there is nothing to audit."
    assert [s.title for s in page.sections] == ["Overview", "What to look at first"]
    render_page(page)


def test_flagged_rows_without_a_diagram_of_their_own_draw_none() -> None:
    # Durango fluorapatite (Jarosewich et al. 1980).
    apatite = {"SiO2": [0.34], "CaO": [54.02], "P2O5": [40.78], "F": [3.53], "Cl": [0.41]}
    found = audit(pa.table({"mineral": ["Zircon"], **apatite}))
    assert found.counts == {"relabel": 1}
    assert "Diagrams" not in [s.title for s in audit_page(audited(found)).sections]


def test_without_labels_flagged_rows_are_drawn_on_the_others() -> None:
    frame = pd.read_csv(EXAMPLE).drop(columns=["mineral", "simulated_error"])
    with pytest.warns(HeaderWarning):
        html = render_page(audit_page(audited(audit(frame))))
    assert re.search(r">not flagged \(\d+\)<", html)
    assert ">agree (" not in html


def test_minerals_that_only_flagged_rows_look_like_have_no_diagram() -> None:
    page = audit_page(audited(audit(olivines(3, mineral=["Quartz"] * 3))))
    assert page.lead.startswith("3 rows: 3 flagged")
    assert "Diagrams" not in [s.title for s in page.sections]


def test_flagged_rows_are_drawn_on_those_that_agree(page: Page) -> None:
    html = render_page(page)
    for kind in ("pyroxene", "amphibole-clinopyroxene", "feldspar", "olivine-cao", "fe-ti"):
        assert f'id="diagram-{kind}-' in html, kind
    assert 'id="diagram-tas-' not in html
    assert re.search(r">relabel \(\d+\)<", html)
    assert re.search(r">agree \(\d+\)<", html)


def test_rows_beyond_the_limit_are_counted_and_the_page_says_so(
    example: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audited_module, "LISTED", 5)
    page = audit_page(audited(example))
    n = example.flagged().num_rows
    assert f"Listed are the 5 most important of {n} flagged rows" in prose(page, "All flagged rows")
    assert listed(page)["row"] == example.flagged()["row"].to_pylist()[:5]


def test_the_notices_stand_before_the_steps(page: Page) -> None:
    words, notes, steps = section(page, "What to look at first").blocks
    assert isinstance(words, Prose)
    assert isinstance(notes, Notes)
    assert isinstance(steps, Steps)
    assert list(notes.items) == ["'FeO' is taken as total iron (no other iron column beside it)."]


def test_a_file_is_audited_and_reported_at_once(tmp_path: Path) -> None:
    summary = audit_file(EXAMPLE, report=tmp_path / "page.html")
    assert summary.report == tmp_path / "page.html"
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    found = re.search(r'octet-stream">([^<]*)<', html)
    assert found is not None
    assert json.loads(zlib.decompress(base64.b64decode(found[1])))["rows"] == summary.flagged
    with pytest.raises(OutputError, match="--force"):
        audit_file(EXAMPLE, report=tmp_path / "page.html")
