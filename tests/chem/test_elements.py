"""Atomic weights against CIAAW 2021 (doi:10.1515/pac-2019-0603, table 1)."""

from __future__ import annotations

import pytest

from phasewise.chem.elements import ATOMIC_WEIGHTS

STANDARD = {
    "F": 18.998403162,
    "Na": 22.98976928,
    "Al": 26.9815384,
    "P": 30.973761998,
    "K": 39.0983,
    "Ca": 40.078,
    "Ti": 47.867,
    "V": 50.9415,
    "Cr": 51.9961,
    "Mn": 54.938043,
    "Fe": 55.845,
    "Co": 58.933194,
    "Ni": 58.6934,
    "Cu": 63.546,
    "Zn": 65.38,
    "Rb": 85.4678,
    "Sr": 87.62,
    "Y": 88.905838,
    "Zr": 91.224,
    "Nb": 92.90637,
    "Sn": 118.710,
}
INTERVALS = {
    "H": (1.00784, 1.00811),
    "Li": (6.938, 6.997),
    "B": (10.806, 10.821),
    "C": (12.0096, 12.0116),
    "O": (15.99903, 15.99977),
    "Mg": (24.304, 24.307),
    "Si": (28.084, 28.086),
    "S": (32.059, 32.076),
    "Cl": (35.446, 35.457),
}


@pytest.mark.parametrize(("element", "weight"), STANDARD.items())
def test_weights_are_the_standard_ones_to_five_figures(element: str, weight: float) -> None:
    assert ATOMIC_WEIGHTS[element] == pytest.approx(weight, rel=5e-5)


@pytest.mark.parametrize(("element", "interval"), INTERVALS.items())
def test_weights_lie_in_the_interval_of_normal_materials(element: str, interval: tuple[float, float]) -> None:
    low, high = interval
    rounding = 5e-5
    assert low * (1 - rounding) <= ATOMIC_WEIGHTS[element] <= high * (1 + rounding)
