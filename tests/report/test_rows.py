from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.report.page import Page, Section, render_page
from phasewise.report.rows import RowColumn, Rows, pack_columns, rows_link

pytest.importorskip("jinja2")

HOSTILE = ["</script><script>alert(1)</script>", "<!--", "a\"b',\n\t=1+1", "\u2028\u0000", "µ 𝛿", ""]


def unpacked(text: str) -> dict[str, Any]:
    """What a page would make of packed columns."""
    content: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return content


def texts_of(column: dict[str, Any]) -> list[str | None]:
    return [None if code < 0 else column["texts"][code] for code in column["codes"]]


def numbers_of(column: dict[str, Any]) -> list[float | None]:
    return [None if v is None else v / 10 ** column["decimals"] for v in column["values"]]


def test_texts_come_back_as_they_were() -> None:
    values = [*HOSTILE, None, HOSTILE[0]]
    for array in (pa.array(values), pa.array(values).dictionary_encode(), pa.chunked_array([values, values])):
        content = unpacked(pack_columns([RowColumn("name", array)]))
        assert texts_of(content["columns"][0]) == array.to_pylist()
        assert content["rows"] == len(array)


def test_no_text_of_the_table_is_part_of_the_page() -> None:
    html = render_page(Page("t", "", [Section("s", [Rows([RowColumn("name", pa.array(HOSTILE))])])]))
    assert "alert(1)" not in html
    assert html.count("</script>") == 3
    for element in html.split("<script")[1:]:
        assert element.count("</script>") == 1


def test_texts_of_a_dictionary_that_no_row_has_are_left_out() -> None:
    encoded = pa.DictionaryArray.from_arrays(pa.array([2, None, 0], pa.int32()), pa.array(["a", "b", "c"]))
    column = unpacked(pack_columns([RowColumn("x", encoded)]))["columns"][0]
    assert column["texts"] == ["a", "c"]
    assert texts_of(column) == ["c", None, "a"]


def test_numbers_come_back_rounded_and_what_is_no_number_as_nothing() -> None:
    given = np.array([99.47149, np.nan, np.inf, -np.inf, 0.0, -0.13])
    column = unpacked(pack_columns([RowColumn("x", pa.array(given), decimals=2)]))["columns"][0]
    assert numbers_of(column) == [99.47, None, None, None, 0.0, -0.13]
    whole = unpacked(pack_columns([RowColumn("n", pa.array([7, None]), decimals=0)]))["columns"][0]
    assert numbers_of(whole) == [7.0, None]


def test_below_detection_is_neither_zero_nor_missing() -> None:
    values, below = pa.array([0.0, 0.0, np.nan]), np.array([True, False, False])
    column = unpacked(pack_columns([RowColumn("x", values, below=below)]))["columns"][0]
    assert column["values"][0] is False
    assert column["values"][1:] == [0, None]


@pytest.mark.parametrize("n", [0, 1])
def test_few_rows(n: int) -> None:
    columns = [
        RowColumn("name", pa.array(["a"] * n, pa.string())),
        RowColumn("p", pa.array([0.5] * n, pa.float64())),
        RowColumn("nothing", pa.nulls(n, pa.string())),
    ]
    content = unpacked(pack_columns(columns))
    assert content["rows"] == n
    assert [len(c.get("codes", c.get("values"))) for c in content["columns"]] == [n, n, n]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths"):
        pack_columns([RowColumn("a", pa.array(["x"])), RowColumn("b", pa.array(["x", "y"]))])


def test_links_hold_any_text() -> None:
    assert rows_link(phase="<b>&", why='"x" #?') == "#rows?phase=%3Cb%3E%26&why=%22x%22%20%23%3F"
