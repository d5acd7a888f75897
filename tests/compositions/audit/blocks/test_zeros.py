from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from phasewise.compositions.audit.blocks.block import LOW, MEDIUM
from phasewise.compositions.audit.blocks.zeros import find
from phasewise.core.types import Analyses

from ..measured import AUGITE, LABRADORITE, MICROCLINE, OLIVINE, PYROPE, QUARTZ, oxide, spots, stacked
from ..tables import of_analyses, of_values


def test_garnets_without_iron_were_not_analysed_for_it() -> None:
    values = stacked(spots(PYROPE, 30, 1), spots(PYROPE, 30, 2))
    values[:30, oxide("FeOt")] = 0
    (found,) = find(of_values(values, ["Garnet"] * 60, ["a"] * 30 + ["b"] * 30))
    assert (found.kind, found.priority, found.spoils) == ("zeros for not analysed", MEDIUM, True)
    assert (found.where, found.rows.tolist(), found.of) == ("a", list(range(30)), 30)
    assert "FeOt is exactly 0 in all 30 rows" in found.evidence
    assert "Garnet 15" in found.evidence


def test_a_minor_oxide_tells_by_several_minerals() -> None:
    def table(*names: str) -> list[str]:
        values = stacked(*(spots(name, 6, k) for k, name in enumerate(names)))
        values[:, oxide("TiO2")] = 0
        labels = [MINERALS[name] for name in names for _ in range(6)]
        return [block.evidence for block in find(of_values(values, labels, ["a"] * len(labels)))]

    assert table(OLIVINE) == []
    (told,) = table(OLIVINE, AUGITE, PYROPE)
    assert told.startswith("TiO2 is exactly 0 in all")


MINERALS = {OLIVINE: "Olivine", AUGITE: "Clinopyroxene", PYROPE: "Garnet"}


def test_the_order_of_the_rows_does_not_matter() -> None:
    values = stacked(spots(PYROPE, 30, 1), spots(AUGITE, 30, 2))
    values[:30, oxide("FeOt")] = 0
    labels = np.array(["Garnet"] * 30 + ["Clinopyroxene"] * 30)
    order = np.random.default_rng(2).permutation(60)
    (found,) = find(of_values(values[order], labels[order].tolist()))
    assert set(order[found.rows].tolist()) == set(range(30))


@pytest.mark.parametrize("kept", ["one measured", "blank", "below detection", "four rows"])
def test_what_is_no_zero_for_all_rows(kept: str) -> None:
    values = spots(PYROPE, 4 if kept == "four rows" else 30)
    values[:, oxide("FeOt")] = np.nan if kept == "blank" else 0.0
    values[-1, oxide("FeOt")] = 9.0 if kept == "one measured" else values[0, oxide("FeOt")]
    rows = of_values(values, ["Garnet"] * len(values))
    if kept == "below detection":
        below = np.array(rows.analyses.values == 0)
        marked = Analyses(rows.analyses.values.copy(), rows.analyses.columns, below)
        rows = replace(of_analyses(marked, ["Garnet"] * len(values)))
    assert find(rows) == []


def test_a_wrong_label_is_no_reason_to_miss_an_oxide() -> None:
    quartz = spots(QUARTZ, 30)
    quartz[:, [oxide("K2O"), oxide("Al2O3"), oxide("Na2O")]] = 0
    assert find(of_values(quartz, ["KFeldspar"] * 30)) == []
    feldspar = spots(MICROCLINE, 30)
    feldspar[:, oxide("K2O")] = 0
    assert [block.priority for block in find(of_values(feldspar, ["KFeldspar"] * 30))] == [MEDIUM]


def test_a_mineral_may_lack_what_it_seldom_holds() -> None:
    values = spots(LABRADORITE, 50)
    for name in ("Cr2O3", "NiO", "P2O5", "MnO", "ZnO"):
        values[:, oxide(name)] = 0
    assert find(of_values(values, ["Plagioclase"] * 50)) == []


def test_a_habit_of_the_table_is_one_block() -> None:
    values = stacked(*(spots(AUGITE, 10, k) for k in range(8)))
    values[:, oxide("TiO2")] = 0
    sources = [f"source {k // 10}" for k in range(80)]
    (found,) = find(of_values(values, ["Clinopyroxene"] * 80, sources))
    assert (found.where, len(found.rows), found.of, found.priority) == ("", 80, 80, LOW)
    assert "80 rows of 8 sources" in found.evidence
