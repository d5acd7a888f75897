from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.errors import OutputError
from phasewise.report import excel
from phasewise.report.write import FORMATS, open_writer

TABLE = pa.table(
    {
        "sample": ["007", 'a "b", c', "last"],
        "phase": pa.array(["Olivine", "Glass", None]).dictionary_encode(),
        "total": [99.25, float("nan"), None],
    }
)
ALL_FORMATS = pytest.mark.parametrize("suffix", sorted(FORMATS))


def write(path: Path, *tables: pa.Table, **options: Any) -> None:
    with open_writer(path, **options) as writer:
        for table in tables:
            writer.write(table)


def read_back(path: Path) -> list[list[Any]]:
    """Return the header and the rows of a result, text formats without their types."""
    match path.suffix:
        case ".csv" | ".tsv":
            with path.open(newline="", encoding="utf-8") as file:
                return list(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
        case ".xlsx":
            sheet = openpyxl.load_workbook(path).active
            assert sheet is not None
            return [list(row) for row in sheet.iter_rows(values_only=True)]
        case ".parquet":
            table = pa.parquet.read_table(path)
        case _:
            table = pa.feather.read_table(path)
    return [table.column_names, *[list(row.values()) for row in table.to_pylist()]]


@ALL_FORMATS
def test_what_is_written_reads_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"result{suffix}"
    write(path, TABLE)
    header, first, second, third = read_back(path)
    assert header == ["sample", "phase", "total"]
    assert [str(value) for value in first] == ["007", "Olivine", "99.25"]
    assert second[:2] == ['a "b", c', "Glass"]
    assert third[0] == "last"
    assert not any(third[1:])
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@ALL_FORMATS
def test_blocks_make_one_table(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"once{suffix}", TABLE)
    write(tmp_path / f"blocks{suffix}", *[TABLE.slice(i, 1) for i in range(3)])
    assert str(read_back(tmp_path / f"blocks{suffix}")) == str(read_back(tmp_path / f"once{suffix}"))


@ALL_FORMATS
def test_each_block_may_have_its_own_dictionary(tmp_path: Path, suffix: str) -> None:
    blocks = [pa.table({"phase": pa.array([name]).dictionary_encode()}) for name in ("Olivine", "Glass")]
    write(tmp_path / f"result{suffix}", *blocks)
    assert read_back(tmp_path / f"result{suffix}") == [["phase"], ["Olivine"], ["Glass"]]


@ALL_FORMATS
def test_no_rows_give_a_header(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"result{suffix}", TABLE.slice(0, 0))
    assert read_back(tmp_path / f"result{suffix}") == [TABLE.column_names]


def test_parquet_keeps_dictionaries_and_metadata(tmp_path: Path) -> None:
    write(tmp_path / "result.parquet", TABLE.replace_schema_metadata({"lab": "x"}))
    schema = pa.parquet.read_schema(tmp_path / "result.parquet")
    assert pa.types.is_dictionary(schema.field("phase").type)
    assert schema.metadata[b"lab"] == b"x"


@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            st.floats(allow_nan=False) | st.none(),
            st.text(st.sampled_from('",\t\r\n;ab')),
        ),
        min_size=1,
    )
)
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    path = tmp_path_factory.mktemp("csv") / "result.csv"
    names = ["text", 'number, "odd"', "marks"]
    arrays = [pa.array(column) for column in zip(*rows, strict=True)]
    table = pa.table([arrays[0], arrays[1].cast(pa.float64()), arrays[2]], names=names)
    write(path, table)
    header, *lines = read_back(path)
    assert header == names
    for line, (text, number, marks) in zip(lines, rows, strict=True):
        assert (line[0], line[2]) == (text, marks)
        assert (float(line[1]) if line[1] else None) == number


def test_csv_quotes_only_what_needs_it(tmp_path: Path) -> None:
    write(tmp_path / "result.csv", TABLE)
    assert (tmp_path / "result.csv").read_bytes().decode() == (
        'sample,phase,total\n007,Olivine,99.25\n"a ""b"", c",Glass,\nlast,,\n'
    )


def test_csv_takes_columns_of_any_type(tmp_path: Path) -> None:
    table = pa.table({"ok": [True], "spots": [[1, 2]], "view": pa.array(["µ"], pa.string_view())})
    write(tmp_path / "result.csv", table)
    assert read_back(tmp_path / "result.csv")[1] == ["true", "[1, 2]", "µ"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "#N/A", '=HYPERLINK("http://x")'])
def test_excel_never_calculates_text(tmp_path: Path, text: str) -> None:
    write(tmp_path / "result.xlsx", pa.table({"name": [text], text: ["a"]}))
    sheet = openpyxl.load_workbook(tmp_path / "result.xlsx").active
    assert sheet is not None
    assert [(sheet.cell(*at).value, sheet.cell(*at).data_type) for at in ((2, 1), (1, 2))] == [
        (text, "s")
    ] * 2


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("51.20", 51.2, "0.00"),
        ("-0.01", -0.01, "0.00"),
        ("12", 12, "0"),
        ("007", "007", "General"),
        ("1e5", "1e5", "General"),
        ("12345678901234567890", "12345678901234567890", "General"),
        ("51,20", "51,20", "General"),
    ],
)
def test_excel_gets_numbers_as_they_looked(tmp_path: Path, text: str, stored: object, shown: str) -> None:
    write(tmp_path / "result.xlsx", pa.table({"SiO2": [text]}))
    sheet = openpyxl.load_workbook(tmp_path / "result.xlsx").active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert (cell.value, cell.number_format) == (stored, shown)


def test_excel_survives_control_characters(tmp_path: Path) -> None:
    write(tmp_path / "result.xlsx", pa.table({"name": ["a\x01b"]}))
    assert read_back(tmp_path / "result.xlsx")[1] == ["a\N{REPLACEMENT CHARACTER}b"]


def test_excel_has_a_last_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 4)
    write(tmp_path / "fits.xlsx", TABLE)
    with pytest.raises(OutputError, match=r"3 rows below its header.*\.csv or \.parquet"):
        write(tmp_path / "long.xlsx", TABLE, TABLE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["fits.xlsx"]


@ALL_FORMATS
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_an_interrupt_leaves_nothing_new(
    tmp_path: Path, suffix: str, interruption: type[BaseException]
) -> None:
    old = tmp_path / f"old{suffix}"
    old.write_text("the result of yesterday")

    def stop_half_way(path: Path) -> None:
        with open_writer(path, force=True) as writer:
            writer.write(TABLE)
            raise interruption

    for path in (old, tmp_path / f"new{suffix}"):
        with pytest.raises(interruption):
            stop_half_way(path)
    assert [entry.name for entry in tmp_path.iterdir()] == [old.name]
    assert old.read_text() == "the result of yesterday"


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    path = tmp_path / "result.csv"
    path.write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        write(path, TABLE)
    assert path.read_text() == "mine"
    path.chmod(0o640)
    write(path, TABLE, force=True)
    assert path.read_text().startswith("sample,phase,total\n")
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "input.csv"
    path.write_text("mine")
    with pytest.raises(OutputError, match="is the input"):
        write(tmp_path / ".." / tmp_path.name / "input.csv", TABLE, force=True, source=path)
    assert path.read_text() == "mine"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write(tmp_path / "link.csv", TABLE)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").is_file()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("result.doc", r"ends in '\.doc', which is unknown.*\.parquet"),
        ("result", r"has no ending"),
        ("absent/result.csv", r"absent' does not exist"),
        ("folder.csv", r"is a folder"),
    ],
)
def test_impossible_targets_say_why(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=message):
        write(tmp_path / name, TABLE, force=True)


def test_a_file_held_open_elsewhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.csv"
    path.write_text("mine")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="open in Excel"):
        write(path, TABLE, force=True)
    assert path.read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, ".csv", lambda _, schema: FORMATS[".tsv"](Path("/dev/full"), schema))
    with pytest.raises(OutputError, match="No space left"):
        write(tmp_path / "result.csv", TABLE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="read-only"):
            write(tmp_path / "result.csv", TABLE)
    finally:
        tmp_path.chmod(0o700)


def test_blocks_of_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="block of other columns"):
        write(tmp_path / "result.csv", TABLE, TABLE.rename_columns(["a", "b", "c"]))
    assert list(tmp_path.iterdir()) == []


def test_writing_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Nothing was written"):
        write(tmp_path / "result.csv")
    assert list(tmp_path.iterdir()) == []
