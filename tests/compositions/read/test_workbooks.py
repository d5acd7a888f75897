from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phasewise.compositions.read import open_table, read
from phasewise.core.errors import FileFormatError, HeaderError

openpyxl = pytest.importorskip("openpyxl")

Sheets = dict[str, list[list[Any]]]
OLIVINE = [["Sample", "SiO2", "FeO*", "MgO"], ["007", 40.1, 9.5, 49], ["b", "<0.02", None, 48.9]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def write(sheets: Sheets, hidden: str = "") -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
            if title == hidden:
                sheet.sheet_state = "hidden"
        path = tmp_path / "table.xlsx"
        workbook.save(path)
        return path

    return write


def test_one_sheet(book: Callable[..., Path]) -> None:
    table = open_table(book({"Data": OLIVINE}))
    assert (table.format, table.n_rows) == ("excel", 2)
    block = next(table.blocks())
    analyses = block.analyses[""]
    np.testing.assert_array_equal(analyses.values, [[40.1, 9.5, 49], [0, np.nan, 48.9]])
    assert analyses.below_detection.tolist() == [[False] * 3, [True, False, False]]
    assert block.table["Sample"].to_pylist() == ["007", "b"]


def test_title_lines_blank_rows_and_notes(book: Callable[..., Path]) -> None:
    rows = [["Olivine of 2024"], [], *OLIVINE[:2], [], OLIVINE[2], [None, None], [" "]]
    analyses = read(book({"Notes": [["nothing here"]], "Data": rows}))
    np.testing.assert_array_equal(analyses["MgO"], [49, np.nan, 48.9])
    assert any("Sheet 'Data' is read" in notice for notice in analyses.notices)


def test_several_sheets_with_analyses_must_be_chosen(book: Callable[..., Path]) -> None:
    path = book({"Raw": OLIVINE, "Normalised": OLIVINE[:2]})
    with pytest.raises(HeaderError, match=r"analyses on 2 sheets: 'Raw', 'Normalised'\. Choose one"):
        read(path)
    assert len(read(path, sheet="Normalised")) == 1
    with pytest.raises(FileFormatError, match=r"no sheet 'Sheet9'\. Its sheets: 'Raw', 'Normalised'"):
        read(path, sheet="Sheet9")


def test_hidden_sheets_are_read_only_when_asked_for(book: Callable[..., Path]) -> None:
    path = book({"Data": OLIVINE, "Old": OLIVINE[:2]}, hidden="Old")
    assert len(read(path)) == 2
    assert len(read(path, sheet="Old")) == 1


def test_types_of_cells(book: Callable[..., Path]) -> None:
    day = datetime.datetime(2024, 5, 17)
    rows = [["No.", "Day", "Mixed", "SiO2", "MgO"], [1, day, "a", 40.5, 49], [2, day, 7, "bdl", 50]]
    table = next(open_table(book({"Data": rows})).blocks()).table
    assert table["No."].to_pylist() == [1, 2]
    assert table["Day"].to_pylist() == ["2024-05-17"] * 2
    assert table["Mixed"].to_pylist() == ["a", "7"]
    assert table["SiO2"].to_pylist() == ["40.5", "bdl"]


def test_no_rows_and_no_sheets(book: Callable[..., Path]) -> None:
    assert len(read(book({"Data": OLIVINE[:1]}))) == 0
    with pytest.raises(FileFormatError, match="only blank sheets"):
        read(book({"Data": []}))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_truncated(book: Callable[..., Path], part: float) -> None:
    path = book({"Data": OLIVINE})
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    with pytest.raises(FileFormatError, match=r"'table\.xlsx' is a damaged workbook"):
        read(path)


def test_text_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_text("SiO2,MgO\n40,50\n")
    assert open_table(path).format == "delimited"


def test_without_openpyxl_the_remedy_is_told(
    book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book({"Data": OLIVINE})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(FileFormatError, match=r"pip install 'phasewise\[excel\]'"):
        read(path)


def upright(columns: dict[str, list[Any]]) -> list[list[Any]]:
    return [[label, *cells] for label, cells in columns.items()]


def test_lepr_upright(book: Callable[..., Path]) -> None:
    phase: dict[str, list[Any]] = {
        "index": [None, None, None],
        "name": ["E1", "E2", "E3"],
        "units": ["wt%", "wt%", None],
        "SiO2": [50.1, 51, None],
        "SiO2error": [0.3, 0.4, None],
        "SiO2units": ["wt%", "wt%", None],
        "FeO": [9, 8, None],
        "MgO": [15, 16, None],
        "Ni": [200, None, None],
        "Niunits": ["ppm", None, None],
        "Cr2O3": [0.1, 0.05, None],
        "Cr2O3units": ["wt%", "lt_wt%", None],
    }
    sheets = {
        "Readme": [["a template"]],
        "Experiment": [["name", "P_GPa"], ["E1", 1]],
        "Bulk": upright(phase),
        "Cpx": upright(phase),
        "Liquid": upright({label: cells[:1] for label, cells in phase.items()}),
        "Units vocab": [["SiO2", "silica"], ["MgO", "magnesia"]],
    }
    table = open_table(book(sheets))
    assert table.format == "lepr"
    block = next(table.blocks())
    assert block.table["sheet"].to_pylist() == ["Cpx", "Cpx", "Liquid"]
    assert block.table["name"].to_pylist() == ["E1", "E2", "E1"]
    analyses = block.analyses[""]
    assert analyses["FeOt"].tolist() == [9, 8, 9]
    np.testing.assert_allclose(analyses["NiO"], [0.025452, np.nan, 0.025452], rtol=1e-4)
    assert analyses["Cr2O3"].tolist() == [0.1, 0, 0.1]
    assert analyses.below_detection[:, analyses.columns.index("Cr2O3")].tolist() == [False, True, False]
    assert analyses.sigma is not None
    np.testing.assert_array_equal(analyses.sigma[:, 0], [0.3, 0.4, 0.3])
    assert any("1 places" in notice for notice in table.notices)


def test_lepr_lying(book: Callable[..., Path]) -> None:
    header = ["Experiment", "SiO2 value", "SiO2 error", "Al2O3 value", "MgO value", "T (C)", "n"]
    sheets = {
        "Experiment": [["Experiment", "P (GPa)"], ["E1", 1]],
        "Liquid": [header, ["E1", 49, 0.5, 15, 8, 1200, 10]],
        "Clinopyroxene": [header, ["E1", 51, 0.2, 3, 16, 1200, 5], ["E2", 52, None, 2, 17, 1150, 7]],
    }
    analyses = read(book(sheets))
    assert analyses["SiO2"].tolist() == [49, 51, 52]
    assert analyses.sigma is not None
    np.testing.assert_array_equal(analyses.sigma[:, 0], [0.5, 0.2, np.nan])
    assert len(read(book(sheets), sheet="Clinopyroxene")) == 2


def test_lepr_native(data_dir: Path) -> None:
    """Run B252 of Carter & Dasgupta (2015), doi:10.1016/j.epsl.2015.06.053, table of phases."""
    table = open_table(data_dir / "native" / "lepr_carter_dasgupta_2015.xlsx")
    block = next(table.blocks())
    sheets = block.table["sheet"].to_pylist()
    assert set(sheets) == {"Liquid", "Cpx", "Plag", "Scapolite"}
    analyses = block.analyses[""]
    assert analyses.sigma is not None
    liquid, cpx = sheets.index("Liquid"), sheets.index("Cpx")
    assert analyses["SiO2"][[liquid, cpx]].tolist() == [54.8, 47.5]
    assert analyses["FeOt"][[liquid, cpx]].tolist() == [10.6, 12]
    assert analyses.sigma[cpx, 0] == 0.8
    assert analyses["CaO"][cpx] == 17.1


@pytest.mark.parametrize(
    ("name", "rows", "oxide", "low", "high"),
    [("quartz", 38, "SiO2", 90, 101), ("zircon", 657, "ZrO2", 60, 69)],
)
def test_native_compilations(
    data_dir: Path, name: str, rows: int, oxide: str, low: float, high: float
) -> None:
    analyses = read(data_dir / "native" / f"{name}_compilation.xlsx")
    assert len(analyses) == rows
    assert low < np.nanmedian(analyses[oxide]) < high
