from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import phasewise
from phasewise.compositions.report.collect import ReportRows
from phasewise.compositions.report.page import About, classification_page
from phasewise.core.errors import HeaderError, OutputError
from phasewise.core.types import Analyses
from phasewise.report.page import Facts, Prose, Steps, Table, render_page
from phasewise.report.rows import Rows

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

EXAMPLES = Path(__file__).parents[3] / "examples" / "reference_analyses.csv"


def listed(html: str) -> dict[str, list[Any]]:
    """Return the columns that a page lists."""
    found = re.search(r'octet-stream">([^<]*)<', html)
    assert found is not None
    content = json.loads(zlib.decompress(base64.b64decode(found[1])))
    columns: dict[str, list[Any]] = {}
    for column in content["columns"]:
        if column["kind"] == "texts":
            columns[column["name"]] = [None if c < 0 else column["texts"][c] for c in column["codes"]]
        else:
            scale = 10 ** column["decimals"]
            columns[column["name"]] = [v if v is None or v is False else v / scale for v in column["values"]]
    return columns


def result(n: int, **columns: Any) -> pa.Table:
    """Return a classified table, of which some columns are given."""
    plain: dict[str, Any] = {
        "phase": ["Olivine"] * n,
        "probability": [0.999] * n,
        "verdict": ["accepted"] * n,
        "flags": [""] * n,
        "reason_code": ["fits"] * n,
        "reason": ["It fits."] * n,
    }
    return pa.table(plain | columns)


def gathered(table: pa.Table, limit: int = 1000) -> ReportRows:
    rows = ReportRows(limit)
    rows.add(table, {})
    return rows


def blocks_of(rows: ReportRows, kind: type) -> list[Any]:
    page = classification_page(rows, About("t"))
    return [block for section in page.sections for block in section.blocks if isinstance(block, kind)]


def test_a_file_and_its_result_give_the_same_rows(tmp_path: Path) -> None:
    summary = phasewise.classify_file(EXAMPLES, report=tmp_path / "a.html")
    assert summary.report == tmp_path / "a.html"
    frame = pd.read_csv(EXAMPLES)
    with pytest.warns(phasewise.errors.HeaderWarning):
        classified = phasewise.classify(frame)
    phasewise.write_report(classified, tmp_path / "b.html", title="Mine")
    rows, same = (listed((tmp_path / name).read_text(encoding="utf-8")) for name in ("a.html", "b.html"))
    assert rows == same
    assert rows["phase"] == classified["phase"].tolist()
    assert rows["name"] == frame["name"].tolist()
    assert rows["reason"] == classified["reason"].tolist()
    assert rows["probability"] == pytest.approx(classified["probability"].tolist(), abs=1e-3)
    assert rows["MgO"][1] == 49.42
    assert rows["ZnO"][0] is None


def test_every_kind_of_frame_is_taken(tmp_path: Path) -> None:
    table = result(2, SiO2=[40.0, 41.0], name=["a", "b"])
    for k, frame in enumerate((table, table.to_pandas(), pl.from_arrow(table))):
        phasewise.write_report(frame, tmp_path / f"{k}.html")
    pages = [listed((tmp_path / f"{k}.html").read_text(encoding="utf-8")) for k in range(3)]
    assert pages[0]["name"] == ["a", "b"]
    assert all(page == pages[0] for page in pages)


def test_a_table_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderError, match="Classify it first"):
        phasewise.write_report(pa.table({"SiO2": [40.0]}), tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten_or_left_behind(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        phasewise.classify_file(EXAMPLES, tmp_path / "out.csv", report=page)
    assert page.read_text() == "mine"
    broken = tmp_path / "broken.csv"
    broken.write_text("SiO2,MgO\n40,50\n40,50,60\n")
    with pytest.raises(phasewise.errors.FileFormatError):
        phasewise.classify_file(broken, report=page, force=True)
    assert page.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.csv", "page.html"]


def test_several_analyses_a_row_are_listed_one_by_one() -> None:
    table = pa.table(
        {
            "name": ["a", "b"],
            **{
                f"{k}_Cpx": v.to_pylist()
                for k, v in zip(result(2).column_names, result(2).columns, strict=True)
            },
            **{
                f"{k}_Liq": v.to_pylist()
                for k, v in zip(result(2).column_names, result(2, phase=["Glass", None]).columns, strict=True)
            },
        }
    )
    measured = {
        name: Analyses(np.array([[k + 1.0], [k + 2.0]]), ("SiO2",), np.array([[False], [True]]))
        for k, name in enumerate(("Cpx", "Liq"))
    }
    rows = ReportRows()
    rows.add(table, measured)
    assert rows.column("name").to_pylist() == ["a Cpx", "a Liq", "b Cpx", "b Liq"]  # type: ignore[union-attr]
    assert rows.column("phase").to_pylist() == ["Olivine", "Glass", "Olivine", None]  # type: ignore[union-attr]
    assert rows.column("row").to_pylist() == [1, 1, 2, 2]  # type: ignore[union-attr]
    values, below = rows.oxides()["SiO2"]
    assert values.tolist() == [1.0, 2.0, 2.0, 3.0]
    assert below.tolist() == [False, False, True, True]
    assert (rows.rows, rows.analyses) == (2, 4)


def test_rows_beyond_the_limit_are_counted_and_the_page_says_how_to_get_them() -> None:
    rows = ReportRows(5)
    for _ in range(3):
        rows.add(result(3), {})
    assert (rows.rows, rows.analyses, rows.listed) == (9, 9, 5)
    page = classification_page(rows, About("t", everything="phasewise classify t.csv --out all.csv"))
    words = [block.text for block in page.sections[-1].blocks if isinstance(block, Prose)]
    assert words == [
        "Listed are the first 5 of 9 analyses; all of them are counted above. "
        "A table of all: phasewise classify t.csv --out all.csv"
    ]
    assert listed(render_page(page))["row"] == [1, 2, 3, 4, 5]


def test_a_table_without_rows_gives_a_page() -> None:
    rows = ReportRows()
    empty = result(0).cast(
        pa.schema([(n, pa.float64() if n == "probability" else pa.string()) for n in result(0).column_names])
    )
    rows.add(empty, {})
    page = classification_page(rows, About("t"))
    assert page.lead == "The table has no rows, so nothing was classified."
    assert not any(isinstance(block, Rows) for section in page.sections for block in section.blocks)
    render_page(page)


def test_missing_numbers_and_phases_are_no_trouble() -> None:
    table = result(2, phase=[None, "Olivine"], probability=[np.nan, 1.0], total=[np.inf, np.nan])
    rows = gathered(table)
    shown = listed(render_page(classification_page(rows, About("t"))))
    assert shown["phase"] == [None, "Olivine"]
    assert shown["probability"] == [None, 1.0]
    assert shown["total"] == [None, None]
    assert rows.sureness == {(5, "accepted"): 1}


def test_empty_flags_that_came_back_as_numbers_are_no_flags() -> None:
    rows = gathered(result(2, flags=pa.array([np.nan, np.nan], from_pandas=True)))
    assert rows.column("flags").to_pylist() == [None, None]  # type: ignore[union-attr]


def test_a_column_species_of_the_user_is_not_taken_for_a_result() -> None:
    rows = gathered(result(1, species=["dog"]))
    known = "species" in phasewise.compositions.output.COLUMN_NAMES
    assert known or rows.column("species") is None


def test_what_needs_the_same_stands_together_and_leads_to_its_rows() -> None:
    codes = ["stoichiometry: Si", "unlike known analyses", "stoichiometry: Si", "fits", "total low"]
    verdicts = ["unknown", "unknown", "unknown", "accepted", "accepted"]
    rows = gathered(result(5, reason_code=codes, verdict=verdicts))
    _, refused, remarked = blocks_of(rows, Table)
    (group,) = refused.rows
    assert group[0].text == "Look at the spot, measure again"
    assert [text for text, _ in group[2].links] == ["stoichiometry: Si (2)", "unlike known analyses (1)"]
    assert group[2].links[0][1] == "#rows?why=stoichiometry%3A%20Si&verdict=unknown"
    assert group[4].value == 3
    assert [row[0].text for row in remarked.rows] == ["Check the total"]
    todo = rows.column("todo").to_pylist()  # type: ignore[union-attr]
    assert todo == [*["Look at the spot, measure again"] * 3, None, "Check the total"]


def test_a_clean_table_asks_for_nothing() -> None:
    rows = gathered(result(3))
    assert not blocks_of(rows, Steps)
    words = [block.text for block in blocks_of(rows, Prose)]
    assert words == [
        "Nothing stands out: all is accepted, and without a remark.",
        "Nothing: every analysis is accepted, and none has a remark.",
    ]


def test_a_table_without_rows_is_not_called_clean() -> None:
    words = [block.text for block in blocks_of(gathered(result(3).slice(0, 0)), Prose)]
    assert not any("accepted" in text for text in words)


def test_rare_and_unsure_finds_are_pointed_out() -> None:
    phases = [*["Olivine"] * 59, "Rutile"]
    rows = gathered(result(60, phase=phases, probability=[0.85, *[0.99] * 59]))
    (steps,) = blocks_of(rows, Steps)
    assert [step.text for step in steps.items] == [
        "1 accepted analysis has a probability below 0.9.",
        "Rutile was accepted once only.",
    ]


def test_the_page_says_what_it_is_of(tmp_path: Path) -> None:
    phasewise.classify_file(EXAMPLES, report=tmp_path / "page.html", risk=0.01, iron=None)
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    for text in (
        "reference_analyses.csv",
        "default, weights ",
        "Risk permitted",
        "0.01",
        "Total iron is the sum",
    ):
        assert text in html
    rows = ReportRows()
    rows.add(result(1), {})
    assert ("Rows", "1") in blocks_of(rows, Facts)[0].items


def test_the_diagrams_of_the_phases_that_are_there_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("mpltern")
    phasewise.classify_file(EXAMPLES, report=tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    for shown in ("Wo-En-Fs quadrilateral", "Or-Ab-An", "Total alkali against silica", 'id="diagrams"'):
        assert shown in html
    assert "sodium amphiboles" not in html


def test_without_what_was_measured_there_are_no_diagrams() -> None:
    page = classification_page(gathered(result(3)), About("t"))
    assert "Diagrams" not in [section.title for section in page.sections]


def test_measured_ferric_iron_reaches_the_diagrams() -> None:
    measured = Analyses(
        np.array([[20.0, 50.0], [10.0, 40.0]]),
        ("FeOt", "MgO"),
        np.zeros((2, 2), dtype=bool),
        ferric=np.array([10.0, np.nan]),
    )
    rows = ReportRows()
    rows.add(result(2), {"": measured})
    table = rows.accepted()
    assert sorted(table.column_names) == ["Fe2O3", "FeO", "MgO", "phase"]
    assert table["FeO"].to_pylist() == pytest.approx([20 - 8.9981, 10], abs=1e-3)
    assert table["Fe2O3"].to_pylist() == [10.0, None]
