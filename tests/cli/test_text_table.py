from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from phasewise.cli.text_table import aligned, with_remarks

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)


@given(rows=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1), width=st.integers(40, 140))
def test_lines_fit_the_terminal(rows: list[list[str]], width: int) -> None:
    lines = aligned(["name", "phase", "verdict"], rows, width=width)
    assert len(lines) == len(rows) + 1
    assert max(map(len, lines)) <= width


def test_numbers_are_never_cut() -> None:
    lines = aligned(["name", "rows"], [["a very long name", "1,234,567"]], right=[1], width=12)
    assert lines[1].endswith("1,234,567")


@given(remark=st.lists(WORDS).map(" ".join), width=st.integers(60, 140))
def test_remarks_lose_no_word(remark: str, width: int) -> None:
    first, *rest = with_remarks(["line"], [remark], width=width)
    assert first == "line"
    assert " ".join(rest).split() == remark.split()
    assert all(line.startswith("    ") and len(line) <= width for line in rest)
