"""The errors that the benchmark of the audit injects, and how it counts."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

Modules = Callable[[str], ModuleType]

AUGITE = {
    "SiO2": 50.73,
    "TiO2": 0.74,
    "Al2O3": 8.73,
    "FeOt": 6.34,
    "MnO": 0.13,
    "MgO": 16.65,
    "CaO": 15.82,
    "Na2O": 1.27,
    "K2O": 0.1,
    "Cr2O3": 0.3,
}


@pytest.fixture
def injections(benchmark_module: Modules) -> ModuleType:
    return benchmark_module("audit_injections")


def rows(injections: ModuleType, n: int = 5) -> np.ndarray:
    return np.array([[AUGITE.get(name, np.nan) for name in injections.OXIDES]] * n)


def test_each_error_of_blocks_changes_a_pyroxene_and_not_its_input(injections: ModuleType) -> None:
    for error in injections.BLOCKS:
        values = rows(injections)
        after = error.change(values, np.random.default_rng(1))
        np.testing.assert_array_equal(values, rows(injections), err_msg=error.name)
        assert after.shape == values.shape
        assert (np.nan_to_num(after) != np.nan_to_num(values)).any(), error.name


@pytest.mark.parametrize("family", ["dissimilar columns exchanged", "similar columns exchanged"])
def test_an_exchange_done_twice_changes_nothing(injections: ModuleType, family: str) -> None:
    values, rng = rows(injections), np.random.default_rng(1)
    for error in (e for e in injections.BLOCKS if e.family == family):
        np.testing.assert_array_equal(error.change(error.change(values, rng), rng), values)


def test_elements_weigh_less_than_oxides(injections: ModuleType) -> None:
    (error,) = (e for e in injections.BLOCKS if e.family == "elements for oxides")
    after = error.change(rows(injections), np.random.default_rng(1))
    silicon = after[0, injections.OXIDES.index("SiO2")] / AUGITE["SiO2"]
    np.testing.assert_allclose(silicon, 28.085 / 60.083, rtol=1e-3)


def test_small_changes_are_not_visible(injections: ModuleType) -> None:
    error = injections.BLOCKS[0]
    values = rows(injections)
    assert not error.visible(values, values + 0.5)
    assert error.visible(values, values + 5.0)


def test_wrong_labels_are_other_minerals(injections: ModuleType) -> None:
    labels, rng = ("Clinopyroxene", "Orthopyroxene", "Olivine", "Quartz"), np.random.default_rng(1)
    similar = {injections.wrong_label("Clinopyroxene", labels, similar=True, rng=rng) for _ in range(20)}
    apart = {injections.wrong_label("Clinopyroxene", labels, similar=False, rng=rng) for _ in range(50)}
    assert similar == {"Orthopyroxene"}
    assert apart == {"Olivine", "Quartz"}
    assert injections.wrong_label("Quartz", labels, similar=True, rng=rng) is None


def test_mixtures_lie_between_their_minerals(injections: ModuleType) -> None:
    found = injections.mixed(np.array([[40.0, np.nan]]), np.array([[60.0, np.nan]]), np.array([0.25]))
    np.testing.assert_array_equal(found, [[45.0, np.nan]])


def test_recall_and_precision_are_counted(benchmark_module: Modules) -> None:
    tally = benchmark_module("audit_scores").Tally()
    for source in "abcd":
        tally.add(source, injected=2, found=1, reported=1, right=1)
    tally.add("e", reported=1)
    figures = tally.figures()
    assert (figures["injected"], figures["found"], figures["sources"]) == (8, 4, 4)
    assert (figures["recall"], figures["precision"]) == (0.5, 0.8)
    assert (figures["recall_low"], figures["recall_high"]) == (0.5, 0.5)
    assert figures["precision_low"] < 0.8 <= figures["precision_high"]


def test_clean_materials_know_their_judges(
    benchmark_module: Modules, dataset: Callable[[str], object]
) -> None:
    dataset("training_17_minerals")
    dataset("georoc_excerpt")
    tables = benchmark_module("audit_tables")
    dev, test = (list(tables.materials(which)) for which in ("dev", "test"))
    assert {m.model for m in test} == {
        *(f"default_without_fold_{k}" for k in range(5)),
        "default_without_georoc",
    }
    for one, other in zip(dev, test, strict=True):
        assert not set(one.rows["source"]) & set(other.rows["source"])
