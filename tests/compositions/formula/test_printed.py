from __future__ import annotations

import csv
import statistics
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from phasewise.chem.mineral_formula import FormulaOptions
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.formula import printed as module
from phasewise.compositions.formula.printed import PrintedFormulae
from phasewise.compositions.formula.printed_notes import title_of, typeset
from phasewise.compositions.formula.results import calculate
from phasewise.compositions.formula.rows import assign
from phasewise.compositions.formula.tables import formula_file
from phasewise.compositions.read import open_table
from phasewise.core.errors import OutputError

HEADER = ["rock", "spot", "SiO2", "TiO2", "Cr2O3", "FeO", "MnO", "MgO", "NiO"]
OLIVINES = [
    ["KL-1", "a1", "40.81", "", "<0.02", "9.55", "0.14", "49.42", "0.37"],
    ["=KL-2", "b1", "38.95", "", "0.02", "16.62", "0.30", "43.58", "0.20"],
    ["KL-1", "a2", "41.09", "", "0.05", "9.16", "0.21", "49.29", ""],
    ["", "", "40.90", "", "<0.02", "9.50", "0.15", "49.40", "0.36"],
]


def table(folder: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    path = folder / "analyses.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def printed(source: Path, **options: Any) -> Any:
    out = source.with_name("print.xlsx")
    formula_file(source, table_out=out, **({"mineral": "olivine"} | options))
    return openpyxl.load_workbook(out)


def lines(page: Any) -> dict[str, list[Any]]:
    """Return the rows of a sheet by their labels."""
    return {str(row[0]): list(row[1:]) for row in page.iter_rows(values_only=True) if row[0]}


@pytest.fixture
def page(tmp_path: Path) -> Any:
    return printed(table(tmp_path, OLIVINES))["Olivine"]


@pytest.fixture
def grouped(tmp_path: Path) -> Any:
    return printed(table(tmp_path, OLIVINES), group="rock")["Olivine"]


def test_analyses_stand_side_by_side_under_their_names(page: Any) -> None:
    found = lines(page)
    assert found["Analysis"] == ["a1", "b1", "a2", "row 4"]
    assert found["SiO2"] == [40.81, 38.95, 41.09, 40.90]
    assert page["A1"].value == "Olivine: analyses in wt% and formulae on 4 O"


def test_below_detection_is_not_the_same_as_not_analysed(page: Any) -> None:
    found = lines(page)
    assert found["Cr2O3"] == ["b.d.l.", 0.02, 0.05, "b.d.l."]
    assert found["NiO"] == [0.37, 0.20, "n.a.", 0.36]
    assert "TiO2" not in found
    assert found["Cr"][0] == 0
    assert found["Ni"][2] == "\N{EN DASH}"


def test_oxides_are_in_the_order_of_the_field(page: Any) -> None:
    labels = list(lines(page))
    oxides = ["SiO2", "Cr2O3", "FeOt", "MnO", "MgO", "NiO", "Total"]
    assert [label for label in labels if label in oxides] == oxides


def test_numbers_are_those_of_the_formula_with_the_decimals_of_journals(page: Any) -> None:
    rows = {str(row[0].value): row for row in page.iter_rows()}
    # San Carlos olivine, NMNH 111312-44: Mg 1.800 on 4 O.
    assert rows["Mg"][1].value == pytest.approx(1.800, abs=5e-4)
    assert rows["Cations"][1].number_format == "0.000"
    assert rows["Fo"][1].number_format == "0.0"
    assert rows["Mg#"][1].number_format == "0.0"
    assert rows["Total"][1].value == pytest.approx(100.29)
    assert rows["Total"][1].number_format == "0.00"


def test_iron_that_is_not_divided_has_no_rows_of_its_own(page: Any) -> None:
    found = lines(page)
    assert {"Fe3+", "Fe2O3", "FeO"}.isdisjoint(found)
    assert any("All iron as Fe2+" in label for label in found)


def test_sites_without_choice_give_their_sums_alone(page: Any) -> None:
    found = lines(page)
    assert {"\u03a3T", "\u03a3M"} <= set(found)
    assert "Si (T)" not in found


def test_notes_name_schemes_and_indices_that_are_shown(page: Any) -> None:
    text = " ".join(lines(page))
    assert "Fo-Fa-Tep-Lrn: " in text
    assert "Mg# = 100 Mg / (Mg + Fe2+)" in text
    assert "CIAAW 2021" in text
    assert "Means" not in text


def test_groups_stand_behind_their_means(grouped: Any) -> None:
    found = lines(grouped)
    assert found["rock"] == ["KL-1", None, "KL-1", "KL-1", "=KL-2", None, "=KL-2", None]
    assert found["Analysis"] == ["mean (n = 2)", "s.d.", "a1", "a2", "mean (n = 1)", "s.d.", "b1", "row 4"]
    silica = [40.81, 41.09]
    assert found["SiO2"][:2] == pytest.approx([statistics.mean(silica), statistics.stdev(silica)])
    assert found["SiO2"][5] is None
    assert found["Cr2O3"][0] == pytest.approx(0.025)
    silicon = found["Si"]
    assert silicon[0] == pytest.approx(statistics.mean(silicon[2:4]))


def test_means_of_fewer_analyses_say_so(grouped: Any) -> None:
    rows = {str(row[0].value): row for row in grouped.iter_rows()}
    assert rows["NiO"][1].value == pytest.approx(0.37)
    assert rows["NiO"][1].number_format == '0.00" (1)"'
    assert rows["SiO2"][1].number_format == "0.00"


def test_a_group_below_detection_has_no_mean(tmp_path: Path) -> None:
    rows = [[*row[:4], "<0.02", *row[5:]] for row in OLIVINES[:3]]
    found = lines(printed(table(tmp_path, rows), group="rock")["Olivine"])
    assert found["Cr2O3"][0] == "b.d.l."


def test_text_of_the_user_is_never_a_formula(grouped: Any) -> None:
    assert grouped["F2"].value == "=KL-2"
    assert grouped["F2"].data_type == "s"


def test_errors_stand_beside_their_analyses(tmp_path: Path) -> None:
    names = HEADER[2:]
    rows = [[*row, *["0.1"] * len(names)] for row in OLIVINES[:2]]
    source = table(tmp_path, rows, [*HEADER, *(f"{name}_sigma" for name in names)])
    found = lines(printed(source)["Olivine"])
    assert found["Analysis"] == ["a1", "1\u03c3", "b1", "1\u03c3"]
    assert found["SiO2"][1] == pytest.approx(0.1)
    assert 0 < found["Si"][1] < 0.01
    assert found["Departure"][1] is None


def test_each_mineral_has_its_sheet_with_divided_iron_and_water(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    source = tmp_path / "reference.csv"
    source.write_bytes((root / "examples" / "reference_analyses.csv").read_bytes())
    book = printed(source, label_column="mineral", mineral="auto")
    assert {"Amphibole", "Garnet", "K-feldspar", "Olivine"} <= set(book.sheetnames)
    amphibole = lines(book["Amphibole"])
    kakanui = amphibole["Analysis"].index("Kakanui hornblende NMNH 143965")
    assert amphibole["Fe2O3"][kakanui] == pytest.approx(3.30)
    assert amphibole["FeO"][kakanui] == pytest.approx(7.95)
    assert amphibole["\u03a3T"][kakanui] == pytest.approx(8)
    assert {"Al (T)", "Al (C)", "OH (W)", "H2O calc.", "Total with H2O"} <= set(amphibole)
    assert list(amphibole).index("K") < list(amphibole).index("Cations") < list(amphibole).index("OH")
    garnet = lines(book["Garnet"])
    assert garnet["Mg#"][2] == "\N{EN DASH}"
    assert any("Droop 1987" in label for label in garnet)
    for sheet in book:
        assert sheet.max_row > 10


def test_analyses_of_one_row_go_to_their_minerals(tmp_path: Path) -> None:
    header = ["sample", *(f"{name}_{phase}" for phase in ("Ol", "Opx") for name in ("SiO2", "FeOt", "MgO"))]
    rows = [["x1", "40.8", "9.55", "49.4", "55.2", "6.2", "34.0"]]
    book = printed(table(tmp_path, rows, header), mineral="auto")
    assert book.sheetnames == ["Olivine", "Orthopyroxene"]
    assert lines(book["Olivine"])["Phase"] == ["Ol"]
    assert lines(book["Orthopyroxene"])["Analysis"] == ["x1"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (FormulaOptions(), "All iron as Fe2+, since stoichiometry does not tell Fe3+ here. OH fills what F"),
        (FormulaOptions(fe3=0.15), "Fe3+/\u03a3Fe was set to 0.15."),
        (
            FormulaOptions(fe3="measured", water="measured"),
            "Fe3+ as measured. OH from the H2O of the analysis",
        ),
        (FormulaOptions(fe3="ferric", water="difference"), "All iron as Fe3+. OH from H2O as the difference"),
        (FormulaOptions(water="none"), "OH was not calculated."),
    ],
)
def test_notes_say_how_iron_and_water_were_treated(
    tmp_path: Path, options: FormulaOptions, expected: str
) -> None:
    ferric = "2.0" if options.fe3 == "measured" else ""
    rows = [["b1", "37.0", "3.5", "15.0", "18.0", ferric, "12.0", "9.5", "0.3"]]
    header = ["spot", "SiO2", "TiO2", "Al2O3", "FeO", "Fe2O3", "MgO", "K2O", "F"]
    sheets = PrintedFormulae(None, options)
    for block in open_table(table(tmp_path, rows, header)).blocks(10):
        analyses = block.analyses[""]
        assigned = assign(analyses, "Biotite", None, "", None)
        sheets.add(block, {"": calculate(analyses, assigned, options)})
    sheets.save(tmp_path / "print.xlsx")
    page = openpyxl.load_workbook(tmp_path / "print.xlsx")["Biotite"]
    assert expected in " ".join(lines(page))


def test_titles_name_the_basis() -> None:
    minerals = load_minerals()
    assert title_of(minerals["Amphibole"], FormulaOptions(oxygens=24)).endswith("formulae on 24 O")
    assert title_of(minerals["Garnet"], FormulaOptions(cations=8)).endswith("formulae on 8 cations")
    assert title_of(minerals["Scapolite"], FormulaOptions()).endswith("formulae on Si + Al = 12")


def test_full_sheets_go_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COLUMNS", 3)
    source = table(tmp_path, OLIVINES)
    assert [lines(page)["Analysis"] for page in printed(source)] == [["a1", "b1", "a2"], ["row 4"]]
    found = printed(source.rename(tmp_path / "again.csv"), group="rock", force=True)
    assert found.sheetnames == ["Olivine", "Olivine 2", "Olivine 3"]
    assert lines(found["Olivine 2"])["Analysis"] == ["a2", "mean (n = 1)", "s.d."]


def test_more_analyses_than_anybody_prints_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ANALYSES", 3)
    with pytest.raises(OutputError, match="holds 3 analyses, here are more"):
        printed(table(tmp_path, OLIVINES))
    assert not (tmp_path / "print.xlsx").exists()


def test_a_table_without_formulae_says_so(tmp_path: Path) -> None:
    book = printed(table(tmp_path, [["KL-1", "a", *[""] * 7]]))
    assert book.sheetnames == ["No formulae"]
    assert book.active["A1"].value == "No analysis of the table has a formula."


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("FeOt", "FeO_t"),
        ("Na2Fe2+3Fe3+2Si8O22(OH)2", "Na_2Fe^2+_3Fe^3+_2Si_8O_22(OH)_2"),
        ("Fe3+ (C)", "Fe^3+ (C)"),
        ("(Mg,Fe)(OH)2", "(Mg,Fe)(OH)_2"),
        ("(Na,K)0-1Al8", "(Na,K)0-1Al8"),
        ("(Na,K)0-1Si8O22", "(Na,K)_0-1Si_8O_22"),
        ("doi:10.1029/JO12x, table 2, 8 O", "doi:10.1029/JO12x, table 2, 8 O"),
        ("M1.Mg", "M1.Mg"),
        ("Al4+2xSi2-2xO10-x", "Al4+2xSi2-2xO10-x"),
        ("", ""),
    ],
)
def test_formulae_are_typeset(text: str, marked: str) -> None:
    marks = {"baseline": "", "subscript": "_", "superscript": "^"}
    assert "".join(marks[run.position] + run.text for run in typeset(text)) == marked
    assert "".join(run.text for run in typeset(text)) == text


def test_formulae_of_all_minerals_are_typeset() -> None:
    for mineral in load_minerals().values():
        runs = typeset(mineral.formula)
        assert "".join(run.text for run in runs) == mineral.formula
        if any(character.isdigit() for character in mineral.formula) and "x" not in mineral.formula:
            assert any(run.position == "subscript" for run in runs), mineral.formula
