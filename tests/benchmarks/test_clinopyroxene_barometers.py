"""Pressures and temperatures are those that Thermobar gives.

Equations 32a and 32d, and both together: values of the unit tests of Thermobar (Wieser et al. 2022,
doi:10.30909/vol.05.02.349384), for the first analysis. All others: calculated with Thermobar 1.0.75.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

OXIDES = ["SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O", "Cr2O3"]
ANALYSES = [
    [49, 0.3, 4.89, 5.71, 0.165, 16.89, 20.319, 0.319, 0.1, 0.11],
    [49.7147, 0.7249, 6.2489, 3.988, 0.1128, 15.0415, 21.6397, 0.4081, 0.0, 1.355],
]


@pytest.fixture
def barometers(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("clinopyroxene_barometers")


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(ANALYSES, columns=OXIDES)


def test_pressure_of_equation_32a(barometers: ModuleType, frame: pd.DataFrame) -> None:
    found = barometers.pressure_putirka(barometers.cations(frame), 1300.0)
    assert found == pytest.approx([3.668079, 5.331041], abs=0.003)


def test_temperature_of_equation_32d(barometers: ModuleType, frame: pd.DataFrame) -> None:
    found = barometers.temperature_putirka(barometers.cations(frame), 5.0)
    assert found == pytest.approx([1479.055921, 1472.217563], abs=0.1)


def test_both_together(barometers: ModuleType, frame: pd.DataFrame) -> None:
    x = barometers.cations(frame)
    kbar, kelvin = barometers.putirka_together(x)
    assert kbar == pytest.approx([5.821624, 7.855022], abs=0.01)
    assert kelvin == pytest.approx([1485.955147, 1496.080512], abs=0.2)
    assert barometers.pressure_putirka(x, kelvin) == pytest.approx(kbar, abs=1e-5)


def test_pressure_of_wang(barometers: ModuleType, frame: pd.DataFrame) -> None:
    found = barometers.pressure_wang(barometers.cations(frame))
    assert found == pytest.approx([4.057453, 5.012092], abs=0.002)


def test_cations_and_components(barometers: ModuleType, frame: pd.DataFrame) -> None:
    x = barometers.cations(frame)
    assert x.total == pytest.approx([4.0518145, 4.0044576], abs=1e-4)
    assert x.al_vi == pytest.approx([0.0605181, 0.1061311], abs=1e-4)
    assert x.dihd == pytest.approx([0.7207252, 0.7144794], abs=1e-4)
    assert x.enfs == pytest.approx([0.2031647, 0.1179802], abs=1e-4)
    assert x.enstatite_activity == pytest.approx([0.1338203, 0.0956596], abs=1e-4)


def test_diopside_has_the_cations_of_its_formula(barometers: ModuleType) -> None:
    diopside = pd.DataFrame(
        {"SiO2": [55.49], "Al2O3": 0.0, "FeOt": 0.0, "MgO": 18.61, "CaO": 25.90, "Na2O": 0.0}
    )
    x = barometers.cations(diopside)
    assert [x.si[0], x.mg[0], x.ca[0], x.total[0]] == pytest.approx([2, 1, 1, 4], abs=1e-3)
    assert x.dihd[0] == pytest.approx(1, abs=1e-3)
    assert x.enfs[0] == pytest.approx(0, abs=1e-3)


def test_the_total_does_not_matter(barometers: ModuleType, frame: pd.DataFrame) -> None:
    for one, other in zip(*(_pressures(barometers, f) for f in (frame, 0.7 * frame)), strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_minor_oxides_that_were_not_measured_count_as_nothing(
    barometers: ModuleType, frame: pd.DataFrame
) -> None:
    minor = ["TiO2", "Cr2O3", "MnO", "K2O"]
    zero, absent = frame.assign(**dict.fromkeys(minor, 0.0)), frame.drop(columns=minor)
    for one, other in zip(*(_pressures(barometers, f) for f in (zero, absent)), strict=True):
        assert one == pytest.approx(other)


@pytest.mark.parametrize("oxide", ["SiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O"])
def test_without_a_main_oxide_there_is_no_pressure(
    barometers: ModuleType, frame: pd.DataFrame, oxide: str
) -> None:
    for kbar in _pressures(barometers, frame.assign(**{oxide: [np.nan, frame[oxide][1]]})):
        assert np.isfinite(kbar).tolist() == [False, True]


def test_without_octahedral_al_there_is_no_pressure(barometers: ModuleType, frame: pd.DataFrame) -> None:
    for kbar in _pressures(barometers, frame.assign(Al2O3=[0.5, 6.2])):
        assert np.isfinite(kbar).tolist() == [False, True]


def test_an_empty_row_has_no_pressure(barometers: ModuleType, frame: pd.DataFrame) -> None:
    for kbar in _pressures(barometers, 0.0 * frame):
        assert np.isnan(kbar).all()


def _pressures(barometers: ModuleType, frame: pd.DataFrame) -> list[np.ndarray]:
    x = barometers.cations(frame)
    return [barometers.putirka_together(x)[0], barometers.pressure_wang(x)]
