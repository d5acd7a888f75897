from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.mineral import load_minerals
from phasewise.compositions.totals import analytical_total, corrected_total, weigh_pairs
from phasewise.core.types import Analyses

PHASES = ("Amphibole", "Clinopyroxene", "Olivine")


def analyses(values: list[list[float]], columns: tuple[str, ...]) -> Analyses:
    array = np.array(values)
    return Analyses(array, columns, np.zeros(array.shape, bool))


def test_halogens_take_their_oxygen_off() -> None:
    """Durango fluorapatite: 101.52 as printed less 1.58 for O = F, Cl (Jarosewich et al. 1980)."""
    table = analyses([[97.58, 3.53, 0.41]], ("CaO", "F", "Cl"))
    total = analytical_total(table)
    assert total[0] == pytest.approx(101.52)
    assert corrected_total(table, total)[0] == pytest.approx(101.52 - 1.58, abs=0.005)


def test_water_and_light_elements_do_not_count() -> None:
    table = analyses([[40.0, 10.0, 2.0, np.nan]], ("SiO2", "B2O3", "H2O", "MgO"))
    assert analytical_total(table)[0] == 40.0


@given(st.floats(60, 110), st.integers(0, 2**32 - 1))
def test_the_pair_keeps_what_it_has_together(total: float, seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(3), 4)
    weighed = weigh_pairs(p, np.full(4, total), PHASES, load_minerals())
    assert np.allclose(weighed.sum(axis=1), 1)
    assert np.allclose(weighed[:, 2], p[:, 2])


def test_low_totals_speak_for_amphibole_and_high_ones_for_clinopyroxene() -> None:
    even = np.tile([0.4, 0.4, 0.2], (4, 1))
    weighed = weigh_pairs(even, np.array([97.0, 100.0, 70.0, 110.0]), PHASES, load_minerals())
    assert weighed[0, 0] > 0.6
    assert weighed[1, 1] > 0.6


def test_where_the_total_does_not_count_the_odds_of_the_file_do() -> None:
    (pair,) = load_minerals()["Amphibole"].pairs
    even = np.tile([0.4, 0.4, 0.2], (4, 1))
    weighed = weigh_pairs(even, np.array([0.0, 70.0, 110.0, 1e6]), PHASES, load_minerals())
    assert np.allclose(weighed[:, 0] / weighed[:, 1], pair.odds_without_total)


def test_the_evidence_of_totals_is_smooth() -> None:
    totals = np.linspace(88, 105, 3401)
    even = np.tile([0.5, 0.5, 0.0], (len(totals), 1))
    steps = np.abs(np.diff(weigh_pairs(even, totals, PHASES, load_minerals())[:, 0]))
    assert steps.max() < 0.02
