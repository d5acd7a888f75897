from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText

from phasewise.core.errors import OutputError
from phasewise.report.print_table import MOST_COLUMNS, PrintRow, PrintSheet, Run, legal_name, write_sheets

NAME = (Run("name"),)
SILICA = (Run("SiO"), Run("2", "subscript"))


def sheet(*rows: PrintRow, name: str = "Olivine", **changes: Any) -> PrintSheet:
    given: dict[str, Any] = {
        "title": (Run("=Table 1"),),
        "looks": ["plain", "mean", "spread"],
        "heads": [PrintRow(NAME, ["=A1", "mean (n = 2)", "s.d."])],
        "notes": [(Run("Fe"), Run("3+", "superscript"), Run(" by charge balance"))],
    }
    return PrintSheet(name=name, rows=rows, **(given | changes))


def written(path: Path, *sheets: PrintSheet) -> Any:
    write_sheets(path, sheets)
    return openpyxl.load_workbook(path, rich_text=True)


def test_numbers_remain_numbers_with_all_their_digits(tmp_path: Path) -> None:
    row = PrintRow(SILICA, [40.81234, 40.8, 0.1], decimals=2)
    page = written(tmp_path / "t.xlsx", sheet(row)).active
    assert [cell.value for cell in page[3][1:]] == [40.81234, 40.8, 0.1]
    assert {cell.number_format for cell in page[3][1:]} == {"0.00"}
    assert {cell.alignment.horizontal for cell in page[3][1:]} == {"right"}


def test_what_stands_behind_a_number_is_part_of_its_format(tmp_path: Path) -> None:
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(NAME, [1.0, 2.0, None], 1, {1: "(9)"}))).active
    assert page["C3"].value == 2.0
    assert page["C3"].number_format == '0.0" (9)"'


def test_digits_of_oxides_stand_below_the_line(tmp_path: Path) -> None:
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(SILICA, [1.0, 2.0, 3.0]))).active
    label = page["A3"].value
    assert isinstance(label, CellRichText)
    assert str(label) == "SiO2"
    assert label[1].font.vertAlign == "subscript"
    assert str(page["A4"].value) == "Fe3+ by charge balance"
    assert page["A4"].value[1].font.vertAlign == "superscript"


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(NAME, ["=1+1", "-", "#N/A"]))).active
    found = [page["A1"], page["B2"], *page[3][1:]]
    assert [str(cell.value) for cell in found] == ["=Table 1", "=A1", "=1+1", "-", "#N/A"]
    assert {cell.data_type for cell in found} == {"s"}


def test_what_is_no_number_is_blank(tmp_path: Path) -> None:
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(NAME, [float("nan"), float("inf"), None]))).active
    assert [cell.value for cell in page[3][1:]] == [None, None, None]


def test_characters_that_no_workbook_may_hold_are_replaced(tmp_path: Path) -> None:
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(NAME, ["a\x01b", None, None]))).active
    assert page["B3"].value == "a\N{REPLACEMENT CHARACTER}b"


def test_rules_panes_and_page_are_those_of_a_journal(tmp_path: Path) -> None:
    rows = [PrintRow((Run("wt%"),), is_head=True), PrintRow(NAME, [1.0, 2.0, 3.0], is_sum=True)]
    page = written(tmp_path / "t.xlsx", sheet(*rows)).active
    assert page.freeze_panes == "B3"
    assert page["B2"].border.top.style == "medium"
    assert page["B2"].border.bottom.style == "thin"
    assert page["B3"].border.bottom is None or page["B3"].border.bottom.style is None
    assert page["B4"].border.top.style == "hair"
    assert page["D4"].border.bottom.style == "medium"
    assert page["A3"].font.i
    assert page["C4"].font.b
    assert page.page_setup.orientation == "portrait"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$2"
    assert page.print_title_cols == "$A:$A"


def test_wide_tables_take_several_pages(tmp_path: Path) -> None:
    n = 40
    wide = sheet(PrintRow(NAME, [1.0] * n), looks=["plain"] * n, heads=[PrintRow(NAME, ["a"] * n)])
    page = written(tmp_path / "t.xlsx", wide).active
    assert page.page_setup.fitToWidth == 4
    assert page.page_setup.orientation == "landscape"


def test_long_names_are_broken_into_lines_that_have_room(tmp_path: Path) -> None:
    heads = [PrintRow(NAME, ["Kakanui hornblende NMNH 143965", "b", "c"])]
    page = written(tmp_path / "t.xlsx", sheet(PrintRow(NAME, [1.0, 2.0, 3.0]), heads=heads)).active
    assert page["B2"].alignment.wrap_text
    assert page.column_dimensions["B"].width == 16
    assert page.row_dimensions[2].height >= 3 * 12


def test_each_table_has_its_sheet(tmp_path: Path) -> None:
    book = written(tmp_path / "t.xlsx", sheet(name="Olivine"), sheet(name="Spinel"))
    assert book.sheetnames == ["Olivine", "Spinel"]


def test_a_sheet_with_too_many_columns_is_refused(tmp_path: Path) -> None:
    n = MOST_COLUMNS + 1
    with pytest.raises(OutputError, match="16,383 columns beside its labels, 'Olivine' has 16,384"):
        write_sheets(tmp_path / "t.xlsx", [sheet(looks=["plain"] * n)])


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Olivine", [], "Olivine"),
        ("Olivine", ["OLIVINE"], "Olivine 2"),
        ("Olivine", ["Olivine", "Olivine 2"], "Olivine 3"),
        ("a/b\\c[d]e:f*g?h", [], "a_b_c_d_e_f_g_h"),
        ("'quoted'", [], "quoted"),
        ("x" * 40, [], "x" * 31),
        ("x" * 40, ["x" * 31], "x" * 29 + " 2"),
        ("History", [], "History 2"),
        ("", [], "Sheet"),
    ],
)
def test_names_of_sheets_are_legal_and_unique(name: str, taken: list[str], expected: str) -> None:
    assert legal_name(name, taken) == expected


def test_without_openpyxl_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return ordinary(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OutputError, match=r"pip install 'phasewise\[excel\]'"):
        write_sheets(tmp_path / "t.xlsx", [sheet()])
