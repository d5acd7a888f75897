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
        ({"SiO2": 12.7, "Al2O3": 64.7, "FeOt": 2.0, "MgO": 19.9}, "sapphirine"),
        ({"SiO2": 41.8, "TiO2": 9.3, "FeOt": 41.7, "Na2O": 7.2}, "aenigmatite"),
        ({"SiO2": 43.7, "Al2O3": 24.8, "CaO": 27.2}, "prehnite"),
    ],
)
def test_the_closest_formula_is_named_with_its_distance(wt: dict[str, float], name: str) -> None:
    assert f"closest formula: {name}, distance 0.0" in reason(**wt)
    assert "(share of the cations that differ)" in reason(**wt)


def test_the_formula_of_a_phase_of_the_model_is_not_called_foreign_to_it() -> None:
    # NIST K-412, a glass with the composition of a garnet (SRM 470).
    found = reason(SiO2=45.35, Al2O3=9.27, FeOt=9.96, MgO=19.33, CaO=15.25)
    assert "closest formula: garnet" in found
    assert "No phase of the model" not in found
    assert "unlike the analyses of it that are known" in found


def test_where_no_formula_is_close_the_distance_is_told_all_the_same() -> None:
    found = reason(SiO2=25.0, Cr2O3=25.0, Na2O=25.0, MnO=24.0)
    assert "no known formula is close, the nearest, " in found
    assert "at a distance of 0." in found
