"""What holds for every detector."""

from __future__ import annotations

import time

import numpy as np
import pytest

from phasewise.compositions.audit.blocks import detectors, find_blocks
from phasewise.compositions.audit.blocks.block import PRIORITIES
from phasewise.compositions.features import INPUTS

from ..measured import APATITE, AUGITE, LABRADORITE, OLIVINE, PYROPE, spots, stacked
from ..tables import of_values, repeated

NAMES = ("repeats", "constant_columns", "zeros", "mixing_lines", "drift", "empty")
MATERIALS = {OLIVINE: "Olivine", AUGITE: "Clinopyroxene", PYROPE: "Garnet"}
MATERIALS |= {LABRADORITE: "Plagioclase", APATITE: "Apatite"}


def test_the_detectors_are_found_by_walking_the_folder() -> None:
    assert set(NAMES) <= set(detectors())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_in_repeated_spots_on_reference_materials(name: str) -> None:
    values = stacked(*(spots(material, 200, seed) for seed, material in enumerate(MATERIALS)))
    labels = [label for label in MATERIALS.values() for _ in range(200)]
    sources = [f"source {k // 40}" for k in range(len(values))]
    assert detectors()[name](of_values(values, labels, sources, sources)) == []
    assert detectors()[name](of_values(values)) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_rows_are_no_blocks(name: str) -> None:
    none = np.zeros((0, len(INPUTS)))
    assert detectors()[name](of_values(none)) == []
    assert detectors()[name](of_values(none, [], [], [])) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "empty"])
def test_rows_without_any_number_are_left_to_one_detector(name: str) -> None:
    nothing = np.full((30, len(INPUTS)), np.nan)
    assert detectors()[name](of_values(nothing, ["Olivine"] * 30, ["a"] * 30)) == []
    assert detectors()[name](of_values(nothing)) == []


def test_blocks_come_by_priority_and_then_by_size() -> None:
    values = stacked(spots(OLIVINE, 40), spots(AUGITE, 40), np.full((30, len(INPUTS)), np.nan))
    values[35:40] = values[:5]
    values[75] = values[40]
    labels = ["Olivine"] * 40 + ["Clinopyroxene"] * 35 + ["Amphibole"] * 5 + [None] * 30
    found = find_blocks(of_values(values, labels))
    order = [(-block.priority, -len(block.rows)) for block in found]
    assert order == sorted(order)
    assert {block.kind for block in found} == {"label conflict", "nothing measured", "copied rows"}
    for block in found:
        assert 0 < block.priority < len(PRIORITIES)
        assert (np.diff(block.rows) > 0).all()
        assert len(block.rows) <= block.of
        assert block.evidence.endswith(".")
        assert block.remedy.endswith(".")


def test_an_input_is_never_changed() -> None:
    values = spots(OLIVINE, 40)
    values[5:20, 0] = 0
    rows = of_values(values, ["Olivine"] * 40)
    before = rows.values.copy()
    find_blocks(rows)
    np.testing.assert_array_equal(rows.values, before)


def test_a_hundred_thousand_rows_take_seconds() -> None:
    values = stacked(*(spots(material, 2000, seed) for seed, material in enumerate(MATERIALS)))
    labels = [label for label in MATERIALS.values() for _ in range(2000)]
    few = of_values(values, labels, [f"source {k % 97}" for k in range(10000)])
    rng = np.random.default_rng(3)
    ten = np.tile(values, (10, 1)) + rng.choice([0.0, 0.01, 0.02], (100_000, len(INPUTS)))
    rows = repeated(few, 10, ten)
    start = time.perf_counter()
    find_blocks(rows)
    assert time.perf_counter() - start < 10
