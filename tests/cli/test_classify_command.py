"""``phasewise classify`` as a stranger uses it: odd tables, unusable ones, every format."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from phasewise.compositions.output import COLUMN_NAMES

from .conftest import Run, Runner

# San Carlos olivine NMNH 111312-44 and Lake County plagioclase NMNH 115900 (Jarosewich et al. 1980,
# doi:10.1111/j.1751-908X.1980.tb00273.x).
HEADER = ["Sample", "SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O", "Cr2O3"]
ROWS = [
    ["San Carlos", "40.81", "0", "0", "9.55", "0.14", "49.42", "0", "0", "0", "0"],
    ["Lake County", "51.25", "0.05", "30.91", "0.46", "0.01", "0.14", "13.64", "3.45", "0.18", "0"],
]
PHASES = ["Olivine", "Plagioclase"]


def text(delimiter: str = ",", newline: str = "\n", header: list[str] = HEADER) -> str:
    return "".join(delimiter.join(row) + newline for row in [header, *ROWS])


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def typed() -> list[list[object]]:
    return [list(HEADER), *([row[0], *map(float, row[1:])] for row in ROWS)]


def assert_refused(run: Run, message: str) -> None:
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("phasewise: error: ")
    assert run.err.count("\n") == 1
    assert message in run.err


DIALECTS = {
    "crlf": text(newline="\r\n").encode(),
    "old Mac": text(newline="\r").encode(),
    "tabs": text("\t").encode(),
    "semicolons and decimal commas": text(";").replace(".", ",").encode(),
    "UTF-8 with BOM": codecs.BOM_UTF8 + text().encode(),
    "UTF-16": codecs.BOM_UTF16_LE + text(";").replace(".", ",").encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + text("\t").encode("utf-16-be"),
    "Latin-1": text(header=["Échantillon (µm)", *HEADER[1:]]).encode("latin-1"),
    "subscripts": text(header=["Sample", "SiO₂", "TiO₂", "Al₂O₃", "FeO*", *HEADER[5:]]).encode(),
    "lower case": text(header=[name.lower() for name in HEADER]).encode(),
    "GEOROC names": text(header=["Sample", *(f"{n.upper()}(WT%)" for n in HEADER[1:])]).encode(),
    "delimiters at the end": text(newline=",\n").encode(),
    "quotes": text(header=['"Sample ""A"", rim"', *HEADER[1:]]).encode(),
    "lines before the header": b"Lab report\n15 kV, 20 nA\n\n" + text().encode(),
    "below detection": text().replace(",0,", ",<0.02,").replace("0.14", "bdl").encode(),
    "2,000 columns": "\n".join(line + ",1" * 2000 for line in text().splitlines())
    .replace(",1" * 2000, "".join(f",c{i}" for i in range(2000)), 1)
    .encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_odd_tables_give_the_right_answer(phasewise: Runner, tmp_path: Path, dialect: str) -> None:
    table, out = tmp_path / "my tàble.csv", tmp_path / "result.csv"
    table.write_bytes(DIALECTS[dialect])
    run = phasewise("classify", table, "--out", out)
    assert run.code == 0, run.err
    result = pd.read_csv(out)
    assert result["phase"].tolist() == PHASES
    assert result["verdict"].tolist() == ["accepted", "accepted"]


@pytest.mark.parametrize("kind", [".csv", ".tsv", ".xlsx", ".parquet", ".feather"])
def test_every_format_in_and_out(phasewise: Runner, tmp_path: Path, kind: str) -> None:
    table, out, back = (tmp_path / f"{name}{kind}" for name in ("table", "result", "again"))
    columns = {name: [row[i] for row in typed()[1:]] for i, name in enumerate(HEADER)}
    if kind == ".xlsx":
        workbook(table, {"Notes": [["by me"]], "Data": [[None, "Oxides"], *typed()]})
    elif kind == ".parquet":
        pa.parquet.write_table(pa.table(columns), table)
    elif kind == ".feather":
        pa.feather.write_feather(pa.table(columns), table)
    else:
        table.write_text(text("\t" if kind == ".tsv" else ","), encoding="utf-8")
    assert phasewise("classify", table, "--out", out).code == 0
    run = phasewise("classify", out, "--out", back)
    assert run.code == 0, run.err
    assert phasewise("classify", back, "--out", tmp_path / "last.parquet").code == 0
    last = pa.parquet.read_table(tmp_path / "last.parquet")
    for name in ("phase", "phasewise_phase", "phasewise_phase_2"):
        assert last[name].to_pylist() == PHASES, name


def test_no_rows_give_all_columns(phasewise: Runner, tmp_path: Path) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "result.csv"
    table.write_text(",".join(HEADER) + "\n")
    run = phasewise("classify", table, "--out", out, "--show", "--plot", tmp_path / "figure.png")
    assert run.code == 0, run.err
    assert "(no rows)" in run.out
    assert out.read_text().splitlines() == [",".join([*HEADER, *COLUMN_NAMES])]


def test_probabilities_and_the_names_of_peers(phasewise: Runner, tmp_path: Path) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "result.csv"
    table.write_text(text(header=[*HEADER[:-1], "p_Olivine"]))
    assert phasewise("classify", table, "--out", out, "--probabilities", "--peer-names").code == 0
    result = pd.read_csv(out)
    assert result["Predict_Mineral"].tolist() == PHASES
    assert result["phasewise_p_Olivine"][0] == result["probability"][0]
    assert result["p_Plagioclase"][1] == result["Prediction_Score"][1]


def test_several_analyses_a_row(phasewise: Runner, tmp_path: Path) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "result.csv"
    names = [f"{name}_Ol" for name in HEADER[1:]] + [f"{name}_Plag" for name in HEADER[1:]]
    table.write_text(",".join(["Sample", *names]) + "\n" + ",".join(["a", *ROWS[0][1:], *ROWS[1][1:]]) + "\n")
    run = phasewise("classify", table, "--out", out, "--show", "--plot", tmp_path / "figure.svg")
    assert run.code == 0, run.err
    lines = [line.split() for line in run.out.splitlines()]
    assert ["a", "Ol", "Olivine"] in [line[:3] for line in lines]
    assert ["a", "Plag", "Plagioclase"] in [line[:3] for line in lines]
    assert ["all", "2", "2"] in lines
    assert pd.read_csv(out)[["phase_Ol", "phase_Plag"]].iloc[0].tolist() == PHASES
    assert "a Plag" in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def test_a_row_of_units_below_the_header(phasewise: Runner, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(text().replace("\n", "\n" + ",".join(["", *["wt.%"] * 10]) + "\n", 1))
    run = phasewise("classify", table)
    assert run.code == 0
    assert (
        run.err == "phasewise: note: Units, not an analysis, are in row 1: carried along, and not judged.\n"
    )
    assert "A row of units" in run.out


def whole_workbook(folder: Path) -> bytes:
    return workbook(folder / "whole.xlsx", {"A": typed()}).read_bytes()


UNUSABLE: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "two totals of iron": (".csv", lambda _: b"SiO2,FeOt,Fe2O3T\n40,9.5,9.5\n", "total iron twice"),
    "FeO + Fe2O3 and another total": (".csv", lambda _: b"SiO2,FeO*,FeO,Fe2O3\n40,9,9,3\n", "total iron"),
    "one name twice": (".csv", lambda _: b"SiO2,MgO,SiO2\n40,50,40\n", "2 columns named 'SiO2'"),
    "names that differ by case": (".csv", lambda _: b"SiO2,MgO,sio2\n40,50,40\n", "both 'SiO2' and 'sio2'"),
    "no oxides": (".csv", lambda _: b"sample,note\na,b\n", "no column with an oxide"),
    "atomic %": (".csv", lambda _: b"Si (at%),Mg (at%)\n14,28\n", "at% is not converted"),
    "atomic % by a row of units": (".csv", lambda _: b"Si,Mg\nat%,at%\n14,28\n", "by the row of units"),
    "cations": (".csv", lambda _: b"Si,Fe,Mg\n1,0.2,1.8\n1,0.2,1.8\n", "cations per formula unit"),
    "names against a row of units": (".csv", lambda _: b"SiO2,Cr (ppm)\nwt%,wt%\n40,2\n", "Correct one"),
    "empty": (".csv", lambda _: b"", "is empty"),
    "blank": (".csv", lambda _: b"\n \n", "is empty"),
    "binary rubbish": (".csv", lambda _: bytes(range(256)) * 40, "no known format"),
    "too many fields": (".csv", lambda _: b"SiO2,MgO\n40,50\n40,50,60\n", "3 fields in line 3"),
    "a quote never closed": (
        ".csv",
        lambda _: text().replace("San", '"San').encode() + text().encode(),
        "never closed",
    ),
    "a web page": (".csv", lambda _: b"<html><table></table></html>", "web page"),
    "old Excel": (".xls", lambda _: b"\xd0\xcf\x11\xe0" + bytes(512), "old Excel file"),
    "truncated xlsx": (".xlsx", lambda f: whole_workbook(f)[:3000], "damaged workbook"),
    "truncated Parquet": (".parquet", lambda _: b"PAR1" + bytes(100), "damaged Parquet"),
    "two sheets": (
        ".xlsx",
        lambda f: workbook(f / "two.xlsx", {"A": typed(), "B": typed()}).read_bytes(),
        '--sheet "A"',
    ),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_tables_give_one_clear_error_and_no_file(
    phasewise: Runner, tmp_path: Path, case: str
) -> None:
    suffix, content, message = UNUSABLE[case]
    folder = tmp_path / "here"
    folder.mkdir()
    table = folder / f"table{suffix}"
    table.write_bytes(content(tmp_path))
    assert_refused(phasewise("classify", table, "--out", folder / "result.csv"), message)
    assert [entry.name for entry in folder.iterdir()] == [table.name]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.csv"], "There is no file 'absent.csv'"),
        (["."], "is a folder"),
        (["table.csv", "--out", "table.csv", "--force"], "is the input"),
        (["table.csv", "--out", "mine.csv"], "exists already"),
        (["table.csv", "--out", "."], "is a folder"),
        (["table.csv", "--out", "absent/result.csv"], "does not exist"),
        (["table.csv", "--out", "result.doc"], "Known are .csv"),
        (["table.csv", "--model", "nope"], "There is no model 'nope'"),
        (["table.csv", "--sheet", "A"], "has no sheets"),
        (["table.csv", "--iron", "Zn"], "no iron column 'Zn'"),
        (["table.csv", "--unit", "kg"], "Give 'wt%' or 'fraction'"),
        (["table.csv", "--sigma-level", "0"], "'--sigma-level'"),
        (["table.csv", "--colour"], "No such option"),
        ([], "Missing argument 'FILE'"),
    ],
)
def test_impossible_requests_give_one_clear_error(
    phasewise: Runner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("table.csv", "mine.csv"):
        Path(name).write_text(text())
    assert_refused(phasewise("classify", *arguments), message)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine.csv", "table.csv"]
    assert Path("mine.csv").read_text() == Path("table.csv").read_text() == text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_a_pipe_is_told(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(text())
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "phasewise", "classify", table],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"LC_ALL": "C"},
            check=False,
        )
    assert run.returncode == 2
    assert run.stderr == "phasewise: error: The output cannot be written: No space left on device.\n"


def test_a_risk_that_the_model_does_not_know_is_told(phasewise: Runner, tmp_path: Path) -> None:
    path = tmp_path / "spots.csv"
    path.write_text(text(), encoding="utf-8")
    run = phasewise("classify", path, "--model", "ten_oxides_gda", "--risk", "0.01")
    assert run.code == 2
    assert "train the model again" in run.err


def test_a_page_is_written_beside_the_table_and_never_over_another(phasewise: Runner, tmp_path: Path) -> None:
    path, page = tmp_path / "spots.csv", tmp_path / "page.html"
    path.write_text(text(), encoding="utf-8")
    run = phasewise("classify", path, "--report", page)
    assert run.code == 0, run.err
    assert run.out.endswith(f"Written: {page}\n")
    before = page.read_text(encoding="utf-8")
    assert "<title>spots.csv</title>" in before
    assert_refused(phasewise("classify", path, "--report", page), "--force")
    assert_refused(phasewise("classify", path, "--report", tmp_path / "page.pdf"), "Known are .html")
    assert page.read_text(encoding="utf-8") == before
    assert phasewise("classify", path, "--report", page, "--force").code == 0


def test_what_is_accepted_of_each_phase_and_why_is_printed(phasewise: Runner, tmp_path: Path) -> None:
    path = tmp_path / "spots.csv"
    path.write_text(text(), encoding="utf-8")
    run = phasewise("classify", path, "--by-phase")
    assert run.code == 0
    table = run.out.splitlines()[-3:]
    assert table[0].split() == ["phase", "verdict", "why", "analyses"]
    assert [line.split() for line in table[1:]] == [[phase, "accepted", "fits", "1"] for phase in PHASES]
