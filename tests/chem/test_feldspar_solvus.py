from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.feldspar_solvus import ELKINS_GROVE, GAS_CONSTANT, chemical_potentials, solvus

# Elkins & Grove 1990, table 5: degrees Celsius, bar, Ab and Or of alkali feldspar, Ab and Or of plagioclase;
# as transcribed in the R package tactile (github.com/jolars/tactile, data-raw/feldspar.R).
EXPERIMENTS = [
    ("L3", 890, 1000, 0.170, 0.799, 0.255, 0.032),
    ("KL1", 890, 1000, 0.420, 0.535, 0.642, 0.097),
    ("M1", 880, 1000, 0.300, 0.665, 0.545, 0.070),
    ("O1", 890, 1000, 0.093, 0.880, 0.120, 0.023),
    ("P2", 900, 1000, 0.155, 0.815, 0.240, 0.035),
    ("G4", 800, 1000, 0.483, 0.492, 0.732, 0.153),
    ("K1", 800, 2000, 0.282, 0.700, 0.635, 0.095),
    ("E2", 700, 2000, 0.331, 0.660, 0.772, 0.078),
    ("A4", 700, 3000, 0.331, 0.658, 0.763, 0.072),
    ("G10-9", 650, 3000, 0.232, 0.763, 0.772, 0.060),
]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=[str(experiment[0]) for experiment in EXPERIMENTS])
def test_feldspars_of_experiments_lie_on_the_solvus(
    experiment: tuple[str, float, float, float, float, float, float],
) -> None:
    _, celsius, bar, *parts = experiment
    found = solvus(celsius, bar)
    for limb, (ab, orthoclase) in ((found.alkali, parts[:2]), (found.plagioclase, parts[2:])):
        published = np.array([orthoclase, ab, 1 - ab - orthoclase])
        assert np.abs(limb - published).max(axis=1).min() < 0.02


def test_pairs_have_the_same_activities_of_all_end_members() -> None:
    found = solvus(800.0)
    both = [chemical_potentials(limb, 800.0) for limb in (found.alkali, found.plagioclase)]
    assert np.abs(both[0] - both[1]).max() < 0.1  # J/mol
    assert np.abs(found.alkali - found.plagioclase).max(axis=1).min() > 0.02


def test_potentials_are_the_slopes_of_the_energy_of_mixing() -> None:
    parts = np.array([[0.2, 0.5, 0.3]])

    def energy(moles: np.ndarray) -> float:
        whole = moles.sum()
        return float(whole * (moles / whole) @ chemical_potentials((moles / whole)[None], 700.0, 3000.0)[0])

    for end_member in range(3):
        move = 1e-6 * np.eye(3)[end_member]
        slope = (energy(parts[0] + move) - energy(parts[0] - move)) / 2e-6
        assert slope == pytest.approx(chemical_potentials(parts, 700.0, 3000.0)[0, end_member], abs=0.01)


def test_alkali_feldspars_mix_above_the_critical_temperature_of_albite_and_orthoclase() -> None:
    # The two parameters of the binary join, at 1 bar: the spinodal of G = RT (x ln x + y ln y) + x y (...).
    ab_or, or_ab = ELKINS_GROVE[:2]
    orthoclase = np.linspace(0.01, 0.99, 981)

    def least_curvature(kelvin: float) -> float:
        w1, w2 = (each.enthalpy - kelvin * each.entropy for each in (ab_or, or_ab))
        ab = 1 - orthoclase
        # x y (w1 x + w2 y) with x = Or, y = Ab, twice differentiated along x.
        excess = w1 * (2 - 6 * orthoclase) + w2 * (2 - 6 * ab)
        ideal = GAS_CONSTANT * kelvin * (1 / orthoclase + 1 / ab)
        return float((ideal + excess).min())

    kelvins = np.arange(700.0, 1100.0, 0.5)
    critical = kelvins[np.array([least_curvature(kelvin) for kelvin in kelvins]) > 0][0] - 273.15
    assert not solvus(critical - 15, 1.0).critical
    assert solvus(critical + 15, 1.0).critical


def test_the_gap_narrows_with_temperature() -> None:
    least_or = [solvus(celsius).alkali[0, 0] for celsius in (600, 800, 1000)]
    assert least_or == sorted(least_or, reverse=True)


@pytest.mark.parametrize("celsius", [20, 1400, float("nan")])
def test_temperatures_beyond_the_model_are_refused(celsius: float) -> None:
    with pytest.raises(ValueError, match="400 to 1200"):
        solvus(celsius)
