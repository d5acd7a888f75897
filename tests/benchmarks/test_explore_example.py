"""The simulated table of docs/explore.md is what its caption says."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pandas as pd
import pytest

import phasewise


@pytest.fixture
def simulated(benchmark_module: Callable[[str], ModuleType]) -> pd.DataFrame:
    made: pd.DataFrame = benchmark_module("explore_example").table()
    return made


def test_each_mineral_is_what_it_is_simulated_as(simulated: pd.DataFrame) -> None:
    minerals = simulated[~simulated["mineral"].isin(["britholite", "mixture of three"])]
    found = phasewise.classify(minerals.drop(columns=["mineral", "publication"]))
    right = (found["phase"] == minerals["mineral"])[found["verdict"] == "accepted"]
    assert minerals["mineral"].nunique() == 14
    assert len(right) > 0.8 * len(minerals)
    assert right.mean() > 0.95


def test_britholite_is_found_without_its_name(simulated: pd.DataFrame) -> None:
    found = phasewise.explore(simulated.drop(columns="mineral"), source="publication")
    assert found.columns["label"] is None
    assert [cluster.nearest_species for cluster in found.unexplained] == ["britholite"]
    own = found.rows.loc[simulated["mineral"] == "britholite", "cluster"]
    assert (own == found.unexplained[0].number).mean() > 0.9
