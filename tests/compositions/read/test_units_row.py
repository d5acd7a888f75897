from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.read import open_table, read
from phasewise.compositions.read._units_row import unit_named
from phasewise.core.errors import HeaderError

ROWS = {"Sample": ["", "a"], "SiO2": ["wt.%", "40.81"], "MgO": ["(wt%)", "49.42"], "Cr2O3": ["ppm", "1200"]}


@pytest.mark.parametrize("text", ["wt%", "(wt.%)", "[%]", "mass%", "weight percent", "oxide wt%"])
def test_a_cell_may_name_wt(text: str) -> None:
    assert unit_named(text) == "wt%"


@pytest.mark.parametrize("text", ["", "40.8", "40.8 %", "bdl", "Cpx", "1sigma", "rim", "MgO"])
def test_other_cells_name_no_unit(text: str) -> None:
    assert unit_named(text) is None


def test_the_row_gives_the_units_and_no_analysis() -> None:
    table = open_table(pa.table(ROWS))
    block = next(table.blocks())
    assert block.units_rows == (0,)
    assert block.table.num_rows == 2
    values = block.analyses[""].values
    assert np.isnan(values[0]).all()
    np.testing.assert_allclose(values[1], [40.81, 49.42, 0.12])
    assert table.notices[-1] == "Units, not an analysis, are in row 1: carried along, and not judged."


def test_units_of_a_later_row_are_only_passed_over() -> None:
    later = {name: [*reversed(cells)] for name, cells in ROWS.items()}
    table = open_table(pa.table(later))
    block = next(table.blocks())
    assert block.units_rows == (1,)
    np.testing.assert_allclose(block.analyses[""].values[0], [40.81, 49.42, 1200])


def test_a_row_with_a_number_or_a_word_is_no_row_of_units() -> None:
    for cell in ("0.1", "see text"):
        block = next(open_table(pa.table(ROWS | {"Cr2O3": [cell, "0.1"]})).blocks())
        assert block.units_rows == ()


def test_a_unit_that_is_not_converted_takes_its_column_out() -> None:
    analyses = read(pa.table(ROWS | {"Cr2O3": ["ppb", "1200"]}))
    assert analyses.columns == ("SiO2", "MgO")
    assert any("'Cr2O3' is not used: ppb by the row of units" in notice for notice in analyses.notices)


def test_a_name_that_says_another_unit_is_asked_about() -> None:
    rows = {"SiO2": ["wt%", "40.81"], "Cr2O3 (wt%)": ["ppm", "0.12"]}
    with pytest.raises(HeaderError, match=r"'Cr2O3 \(wt%\)' in wt% by its name, but in ppm"):
        open_table(pa.table(rows))
