"""The case study of the Cascades: intervals, findings, and what is written of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from phasewise.chem.oxides import OXIDES

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


@pytest.fixture
def cascades(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("cascades")


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(
    cascades: ModuleType, hits: int, rows: int, low: float, high: float
) -> None:
    """Table I, method 3, of Newcombe 1998.

    doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.
    """
    assert cascades.wilson(hits, rows) == pytest.approx((low, high), abs=5e-5)


def test_wilson_intervals_mirror(cascades: ModuleType) -> None:
    low, high = cascades.wilson(3, 11)
    assert cascades.wilson(8, 11) == pytest.approx((1 - high, 1 - low))


def test_findings_are_those_of_the_audit(benchmark_module: Callable[[str], ModuleType]) -> None:
    olivine = {"SiO2": 40.81, "FeOt": 9.55, "MnO": 0.14, "MgO": 49.42}
    frame = pd.DataFrame([{**olivine, "mineral": "Clinopyroxene"}] * 6 + [{**olivine, "mineral": "Olivine"}])
    frame["MgO"] += 0.01 * frame.index
    frame = frame.assign(reference="one", sample="s")
    found = benchmark_module("cascades_findings").findings(frame)
    assert found["finding"].tolist() == ["relabel"] * 6 + ["agree"]
    assert (found["suggested_phase"] == "Olivine").all()
    assert found["reason_code"].tolist() == ["label of another mineral"] * 6 + ["fits"]


def test_models_are_not_told_the_label(
    benchmark_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = benchmark_module("cascades_findings")
    seen = []
    monkeypatch.setattr(module.phasewise, "classify", lambda frame, model: seen.append(list(frame)))
    module.opinions(pd.DataFrame({"SiO2": [50.0], "mineral": ["Clinopyroxene"]}), ["default"])
    assert seen == [["SiO2"]]


def test_rows_that_agree_are_counted_together(cascades: ModuleType) -> None:
    frame = pd.DataFrame({"mineral": ["Amphibole"] * 4, "reference": ["a", "a", "a", "b"]})
    found = pd.DataFrame(
        {
            "finding": ["agree", "agree", "relabel", "agree"],
            "suggested_phase": ["Amphibole", "Amphibole", "Biotite", "Amphibole"],
            "reason_code": ["fits", "total low", "total high", "fits"],
        }
    )
    rows = cascades.by_publication(frame, found)
    assert [(r["publication"], r["finding"], r["reason_code"], r["rows"]) for r in rows] == [
        ("a", "agree", "fits", 2),
        ("a", "relabel", "total high", 1),
        ("b", "agree", "fits", 1),
    ]


def test_every_published_row_is_in_the_counts() -> None:
    rows = _read("cascades")
    for model in ("ten_oxides_gda", "ten_oxides_mlp", "default"):
        assert _sum(r for r in rows if r["what"] == "counts" and r["model"] == model) == 2169
    assert _sum(r for r in rows if r["what"] == "findings") == 2169


def test_the_list_of_dubious_rows_is_complete_and_holds_no_measurement() -> None:
    found = [r for r in _read("cascades") if r["what"] == "findings" and r["finding"] != "agree"]
    listed = _read("cascades_dubious")
    assert sum(r["finding"] != "agree" for r in listed) == _sum(found)
    assert len({r["row_id"] for r in listed}) == len(listed)
    assert not set(listed[0]) & {*OXIDES, "FeOt"}


def _read(name: str) -> list[dict[str, str]]:
    with (RESULTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sum(rows: Iterable[dict[str, str]]) -> int:
    return sum(int(row["rows"]) for row in rows)
