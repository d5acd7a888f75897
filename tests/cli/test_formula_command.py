"""``phasewise formula`` as a stranger uses it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from .conftest import Runner

# San Carlos olivine NMNH 111312-44 and Arenal hornblende NMNH 111356, iron as FeO (Jarosewich et al. 1980,
# doi:10.1111/j.1751-908X.1980.tb00273.x).
TABLE = """Sample,grain,SiO2,TiO2,Al2O3,FeOt,MnO,MgO,CaO,Na2O,K2O
San Carlos,a,40.81,0,0,9.55,0.14,49.42,0,0,0
Arenal,b,41.46,1.41,15.47,11.47,0.15,14.24,11.55,1.91,0.21
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "traverse.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_formulae_are_printed_with_what_petrologists_quote(phasewise: Runner, table: Path) -> None:
    code, out, err = phasewise("formula", table)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["analysis", "mineral", "Fe3+/Fe", "total"]
    assert lines[1].split() == ["San", "Carlos", "Olivine", "0.00", "99.9"]
    assert lines[2].strip() == "(Mg1.80Fe2+0.20)Si1.00O4"
    assert lines[3].strip().startswith("Fo 90.1, Fa 9.77")
    assert "O22(OH)2.00" in out
    assert [line.split() for line in lines[-2:]] == [["Amphibole", "1"], ["Olivine", "1"]]


def test_one_mineral_for_all_and_a_row_that_is_not_it(phasewise: Runner, table: Path) -> None:
    code, out, _ = phasewise("formula", table, "--mineral", "forsterite")
    assert code == 0
    assert "Odd: " in out
    assert "or amphibole (15.44 cations on 23 O) fits better" in " ".join(out.split())


@pytest.mark.parametrize("layout", ["wide", "tidy"])
def test_results_are_written_once_and_never_over_the_input(
    phasewise: Runner, table: Path, tmp_path: Path, layout: str
) -> None:
    out = tmp_path / "formulae.csv"
    code, told, _ = phasewise("formula", table, "--out", out, "--layout", layout)
    assert (code, told.splitlines()[-1]) == (0, f"Written: {out}")
    stored = pd.read_csv(out)
    assert ("Si_apfu" in stored) == (layout == "wide")
    code, _, err = phasewise("formula", table, "--out", out)
    assert code == 2
    assert "exists already" in err
    assert phasewise("formula", table, "--out", out, "--force")[0] == 0
    code, _, err = phasewise("formula", table, "--out", table, "--force")
    assert code == 2
    assert "is the input" in err


def test_a_table_for_print(phasewise: Runner, table: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "table.xlsx"
    code, _, _ = phasewise("formula", table, "--table", sheets, "--group", "grain")
    assert code == 0
    book = openpyxl.load_workbook(sheets)
    assert len(book.sheetnames) == 2
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"San Carlos", "Arenal", "40.81"} <= cells
    code, _, err = phasewise("formula", table, "--table", tmp_path / "t.csv")
    assert code == 2
    assert "Known are .xlsx" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--mineral", "kryptonite"), "'kryptonite' is not known as a mineral"),
        (("--label-column", "nope"), "no column 'nope'"),
        (("--table", "t.xlsx", "--group", "nope"), "no column 'nope'"),
        (("--fe3", "guess"), "fe3='guess' is not known"),
        (("--basis", "6", "--cations", "4"), "exclude one another"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    phasewise: Runner, table: Path, options: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    code, out, err = phasewise("formula", table, *options)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_iron_and_basis_follow_the_options(phasewise: Runner, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.csv"
    options = ("--mineral", "amphibole", "--fe3", "maximum", "--basis", "24", "--water", "none")
    assert phasewise("formula", table, "--out", out, *options)[0] == 0
    arenal = pd.read_csv(out).iloc[1]
    assert arenal["Fe3+/Fe"] == arenal["Fe3+/Fe maximum"]
    plain = tmp_path / "p.csv"
    assert phasewise("formula", table, "--out", plain, *options[:4])[0] == 0
    on_23 = pd.read_csv(plain)["Si_apfu"].to_numpy()[1]
    assert arenal["Si_apfu"] == pytest.approx(on_23 * 24 / 23, abs=1e-4)
