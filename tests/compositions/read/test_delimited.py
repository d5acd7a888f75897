from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phasewise.compositions.read import open_table, read
from phasewise.core.errors import FileFormatError, HeaderError
from phasewise.core.types import Analyses

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


def text_of(analyses: Analyses, column: str) -> list[str | None]:
    cells: list[str | None] = analyses.meta[column].to_pylist()  # type: ignore[index]
    return cells


PLAIN = "Sample,SiO2,FeOT,MgO\n007,40.10,9.50,49.2\n0.10,39.9,9.61,48.9\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.replace(",", ";").replace(".", ",").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace(",", "   ").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace("SiO2", "SiO₂").encode(),
        PLAIN.replace("40.10", " 40.10 ").encode(),
        PLAIN.replace(",49.2", ', "49.2"').encode(),
        PLAIN.replace("FeOT", "FEOT(WT%)").lower().encode(),
        ("# made by a lab\n\nOperator: N. N.\n" + PLAIN).encode(),
        ("sep=,\n" + PLAIN).encode(),
        (PLAIN + "\n\n,,,\n ,,,\n").encode(),
        PLAIN.replace("\n", ",\n").encode(),
        PLAIN.replace("MgO", "MgO,").encode(),
        PLAIN.removesuffix("\n").encode(),
    ],
)
def test_dialects(write: Write, content: bytes) -> None:
    analyses = read(write(content))
    assert analyses.columns == ("SiO2", "FeOt", "MgO")
    np.testing.assert_array_equal(analyses.values, [[40.1, 9.5, 49.2], [39.9, 9.61, 48.9]])


def test_text_of_the_user_stays(write: Write) -> None:
    analyses = read(write(PLAIN))
    assert text_of(analyses, "Sample") == ["007", "0.10"]
    assert text_of(analyses, "SiO2") == ["40.10", "39.9"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16", "utf-8-sig"])
def test_letters_beyond_ascii(write: Write, encoding: str) -> None:
    rows = "".join(f"a{i},40\n" for i in range(30_000))
    content = ("Sample,SiO2\n" + rows + "Müller,41\n").encode(encoding)
    analyses = read(write(content))
    assert text_of(analyses, "Sample")[-1] == "Müller"
    assert len(analyses) == 30_001


def test_quoted_newlines_and_delimiters(write: Write) -> None:
    analyses = read(write('Sample,Note,SiO2\na,"two\nlines, one cell",40\nb,"say ""x""",41\n'))
    assert text_of(analyses, "Note") == ["two\nlines, one cell", 'say "x"']
    assert analyses["SiO2"].tolist() == [40, 41]


def test_a_quoted_newline_in_the_header(write: Write) -> None:
    assert read(write('Sample,"SiO2\n(wt%)",MgO\na,40,50\n'))["SiO2"].tolist() == [40]


def test_short_rows_are_filled_and_long_ones_trimmed(write: Write) -> None:
    analyses = read(write("Sample,SiO2,MgO\na,40\nb,41,50,,\nc,42,51\nd\n"))
    np.testing.assert_array_equal(analyses["MgO"], [np.nan, 50, 51, np.nan])
    assert text_of(analyses, "Sample") == ["a", "b", "c", "d"]


def test_a_ragged_row_far_down(write: Write) -> None:
    rows = [f"s{i},{i % 90}.5,{i % 7}" for i in range(400_000)]
    rows[350_000] = "short,11"
    analyses = read(write("Sample,SiO2,MgO\n" + "\n".join(rows) + "\n"))
    assert len(analyses) == 400_000
    assert text_of(analyses, "Sample")[349_999:350_002] == ["s349999", "short", "s350001"]
    np.testing.assert_array_equal(
        analyses["SiO2"][349_999:350_002], [349_999 % 90 + 0.5, 11, 350_001 % 90 + 0.5]
    )


def test_a_field_too_many_is_an_error_with_its_line(write: Write) -> None:
    with pytest.raises(FileFormatError, match=r"'table.csv' has 4 fields in line 4 but 3 columns .*'oops'"):
        read(write("Sample,SiO2,MgO\na,40,50\n\nb,41,50,oops\n"))


def test_a_quote_that_is_never_closed(write: Write) -> None:
    with pytest.raises(FileFormatError, match=r"a quote mark in row 2 that is never closed.*'c,42,50'"):
        read(write('Sample,SiO2,MgO\na,40,50\n"b,41,50\nc,42,50\nd,43,50\n'))


def test_a_quote_inside_a_cell_is_a_letter(write: Write) -> None:
    assert text_of(read(write('Sample,SiO2\n5" core,40\nb,41\n')), "Sample") == ['5" core', "b"]


def test_rows_of_blanks_in_the_middle_are_rows(write: Write) -> None:
    analyses = read(write("Sample,SiO2\na,40\n,\nb,41\n,\n"))
    np.testing.assert_array_equal(analyses["SiO2"], [40, np.nan, 41])


def test_unnamed_columns(write: Write) -> None:
    assert open_table(write(",SiO2,,MgO\n1,40,x,50\n")).columns == ("column_1", "SiO2", "column_3", "MgO")


def test_no_rows(write: Write) -> None:
    for content in ("Sample,SiO2,MgO\n", "Sample,SiO2,MgO", "Sample,SiO2,MgO\n\n\n"):
        table = open_table(write(content))
        blocks = list(table.blocks())
        assert [len(block) for block in blocks] == [0]
        assert blocks[0].table.column_names == ["Sample", "SiO2", "MgO"]
        assert blocks[0].analyses[""].values.shape == (0, 2)


def test_one_row(write: Write) -> None:
    assert read(write("SiO2,MgO\n40,50\n")).values.tolist() == [[40, 50]]


def test_compressed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(PLAIN.encode()))
    assert len(read(path)) == 2


@pytest.mark.parametrize("content", [b"", b"  \n", b"\n\n\n"])
def test_empty_files(write: Write, content: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"'table\.csv' is empty"):
        read(write(content))


@pytest.mark.parametrize("seed", range(5))
def test_binary_rubbish(write: Write, seed: int) -> None:
    content = np.random.default_rng(seed).bytes(5000)
    with pytest.raises(FileFormatError, match=r"'table\.csv' is of no known format"):
        read(write(content))


def test_old_excel(write: Write) -> None:
    with pytest.raises(FileFormatError, match=r"old Excel file \(\.xls\)\. Save it as"):
        read(write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)))


@pytest.mark.parametrize(
    "content", ["<html><table><td>SiO2", "<!DOCTYPE html>", "<?xml version='1.0'?><Workbook/>"]
)
def test_web_pages(write: Write, content: str) -> None:
    with pytest.raises(FileFormatError, match="is a web page or XML"):
        read(write(content))


def test_control_z_at_the_end_is_no_row(write: Write) -> None:
    assert len(read(write("SiO2,MgO\r\n40,50\r\n\x1a"))) == 1


def test_an_enormous_first_cell(write: Write) -> None:
    with pytest.raises(FileFormatError, match="has no first line that can be read"):
        read(write("a" * 200_000 + ",SiO2\n1,2\n"))


def test_blocks_in_threads_give_the_same(write: Write) -> None:
    rows = "".join(f"s{i},{i % 70}.5,{'oops' if i % 1000 == 7 else 'bdl'}\n" for i in range(20_000))
    path = write("Sample,SiO2,MgO\n" + rows)
    expected = read(path)
    table = open_table(path)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda block: block.analyses[""], table.blocks(999)))
    np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), expected.values)
    assert table.notices == expected.notices
    assert "20 cells" in expected.notices[-1]
    assert "in row 8" in expected.notices[-1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["Sample", "SiO2", "FeO*", "MgO", "Total"]), st.permutations(range(6)))
def test_order_of_columns_and_rows(write: Write, names: list[str], order: list[int]) -> None:
    cells = {
        "Sample": list("abcdef"),
        "SiO2": ["40,8", "<0,02", "", "n.a.", "38.9", "-0,01"],
        "FeO*": ["9", "bdl", "9,5", "x", "10", "0"],
        "MgO": ["49,4", "48", "", "0", "47,125", "1e1"],
        "Total": ["99"] * 6,
    }
    plain = read(
        write("\n".join([";".join(cells)] + [";".join(row) for row in zip(*cells.values(), strict=True)]))
    )
    columns = [[cells[name][i] for i in order] for name in names]
    text = "\n".join([";".join(names)] + [";".join(row) for row in zip(*columns, strict=True)])
    shuffled = read(write(text))
    assert shuffled.columns == plain.columns
    np.testing.assert_array_equal(shuffled.values, plain.values[order])
    np.testing.assert_array_equal(shuffled.below_detection, plain.below_detection[order])


def test_absent_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"There is no file '.*absent\.csv'"):
        read(tmp_path / "absent.csv")
    with pytest.raises(FileFormatError, match="is a folder"):
        read(tmp_path)


def test_a_sheet_of_a_text_file(write: Write) -> None:
    with pytest.raises(FileFormatError, match="has no sheets"):
        read(write(PLAIN), sheet="A")


def test_unreadable_cells_are_noticed_with_an_example(write: Write) -> None:
    notices = " ".join(read(write("SiO2,MgO\n40,50\noops,49\nagain,48\n")).notices)
    assert "'SiO2' has 2 cells that are no number" in notices
    assert "'oops' in row 2" in notices


def test_column_twice(write: Write) -> None:
    with pytest.raises(HeaderError, match="2 columns named 'SiO2'"):
        read(write("SiO2,SiO2\n1,2\n"))


cells = st.one_of(
    st.decimals(-1, 110, places=2).map(str),
    st.sampled_from(["", "bdl", "<0.02", "NA", "-", "n.d.", "x", "inf", "1e4", '"12,5"', " 3.5"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=40), st.integers(1, 50))
def test_blocks_of_any_size_give_the_same(write: Write, rows: list[tuple[str, str, str]], size: int) -> None:
    body = "".join(f"s{i},{','.join(row)},end\n" for i, row in enumerate(rows))
    table = open_table(write("Sample,SiO2,MgO (wt%),Ni ppm,Note\n" + body))
    whole = next(table.blocks())
    parts = list(table.blocks(size))
    assert [block.first_row for block in parts] == list(range(1, len(rows) + 1, size))
    assert all(len(block) <= size for block in parts)
    expected = whole.analyses[""]
    for name in ("values", "below_detection"):
        joined = np.concatenate([getattr(block.analyses[""], name) for block in parts])
        np.testing.assert_array_equal(joined, getattr(expected, name))
    assert [row for block in parts for row in block.table.to_pylist()] == whole.table.to_pylist()


def test_pandas_is_not_loaded_on_the_way(write: Write) -> None:
    path = write("Sample,SiO2,MgO\na,40,<0.1\nb,,x\n,,\n")
    code = (
        "import sys; from phasewise.compositions.read import read, describe_headers, open_table; "
        f"read({str(path)!r}); describe_headers(open_table({str(path)!r})); "
        "sys.exit(bool({'pandas', 'torch', 'sklearn', 'scipy', 'polars', 'narwhals'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
