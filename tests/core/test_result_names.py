from __future__ import annotations

import pytest

from phasewise.core.errors import HeaderError
from phasewise.core.result_names import find_label, find_result, find_suffixes, output_names


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ([], "total"),
        (["Total"], "total"),
        (["total"], "phasewise_total"),
        (["total", "phasewise_total"], "phasewise_total_2"),
        (["total", "phasewise_total", "phasewise_total_2"], "phasewise_total_3"),
    ],
)
def test_a_taken_name_stays_the_users(existing: list[str], expected: str) -> None:
    assert output_names(existing, ["total"]) == {"total": expected}


def test_two_results_never_share_a_name() -> None:
    assert output_names(["total"], ["total", "phasewise_total"]) == {
        "total": "phasewise_total",
        "phasewise_total": "phasewise_phasewise_total",
    }


@pytest.mark.parametrize("existing", [[], ["total"], ["total", "phasewise_total"], ["phasewise_total"]])
def test_a_stored_result_is_found_again(existing: list[str]) -> None:
    names = output_names(existing, ["phase", "total"])
    columns = [*existing, *names.values()]
    assert {name: find_result(columns, name) for name in names} == names


def test_an_unclassified_table_is_told() -> None:
    with pytest.raises(HeaderError, match="no column 'phase'"):
        find_result(["sample", "phase_of_the_moon"], "phase")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["SiO2", "Sample_Name", "name"], "name"),
        (["SAMPLE NAME", "SPOT"], "SAMPLE NAME"),
        (["SiO2", "MgO"], None),
    ],
)
def test_the_column_of_names_is_found(columns: list[str], expected: str | None) -> None:
    assert find_label(columns) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["phase", "verdict"], ("",)),
        (["verdict", "phasewise_phase", "phasewise_verdict"], ("",)),
        (["verdict_Cpx", "reason_Cpx", "verdict_Liq"], ("Cpx", "Liq")),
        (["verdict_Cpx", "verdict_Liq", "phasewise_verdict_Cpx", "phasewise_verdict_Liq"], ("Cpx", "Liq")),
    ],
)
def test_several_results_a_row_are_found(columns: list[str], expected: tuple[str, ...]) -> None:
    assert find_suffixes(columns) == expected


def test_no_results_are_told() -> None:
    with pytest.raises(HeaderError, match="Classify it first"):
        find_suffixes(["sample", "SiO2"])
