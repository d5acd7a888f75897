from __future__ import annotations

import pyarrow as pa
import pytest

from phasewise.compositions.classify import classify


def reason(**wt: float) -> str:
    (row,) = classify(pa.table({name: [value] for name, value in wt.items()})).to_pylist()
    assert row["verdict"] == "unknown"
    return str(row["reason"])


@pytest.mark.parametrize(
    ("wt", "name"),
    [
        ({"SiO2": 42.3, "Al2O3": 35.9, "Na2O": 16.5, "K2O": 5.0}, "nepheline"),
        ({"SiO2": 30.6, "TiO2": 40.8, "CaO": 28.6, "Al2O3": 0.1}, "titanite"),
    ],
)
def test_the_closest_formula_is_named_with_its_distance(wt: dict[str, float], name: str) -> None:
    assert f"closest formula: {name}, distance 0.0" in reason(**wt)
    assert "(share of the cations that differ)" in reason(**wt)


def test_where_no_formula_is_close_the_distance_is_told_all_the_same() -> None:
    found = reason(SiO2=25.0, Cr2O3=25.0, Na2O=25.0, MnO=24.0)
    assert "no known formula is close, the nearest, " in found
    assert "at a distance of 0." in found
