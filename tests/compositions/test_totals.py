from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.totals import analytical_total, corrected_total, weigh_pairs
from phasewise.core.types import Analyses, FloatArray

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


def weighed(p: FloatArray, totals: FloatArray, missing: str = "") -> FloatArray:
    """Weigh the pair in rows in which all main oxides were measured, but for one."""
    columns = ("SiO2", "Al2O3", "FeOt", "MgO", "CaO", "Na2O")
    rows = analyses([[np.nan if name == missing else 10.0 for name in columns]] * len(p), columns)
    return weigh_pairs(p, totals, rows, PHASES, load_minerals())


@given(st.floats(60, 110), st.integers(0, 2**32 - 1))
def test_the_pair_keeps_what_it_has_together(total: float, seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(3), 4)
    out = weighed(p, np.full(4, total))
    assert np.allclose(out.sum(axis=1), 1)
    assert np.allclose(out[:, 2], p[:, 2])


def test_low_totals_speak_for_amphibole_and_high_ones_for_clinopyroxene() -> None:
    even = np.tile([0.4, 0.4, 0.2], (2, 1))
    out = weighed(even, np.array([97.0, 100.0]))
    assert out[0, 0] > out[0, 1]
    assert out[1, 1] > 4 * out[1, 0]


def test_where_the_total_does_not_count_the_odds_of_the_file_do() -> None:
    pair = next(p for p in load_minerals()["Amphibole"].pairs if p.other == "Clinopyroxene")
    even = np.tile([0.4, 0.4, 0.2], (4, 1))
    out = weighed(even, np.array([0.0, 70.0, 110.0, 1e6]))
    assert np.allclose(out[:, 0] / out[:, 1], pair.odds_without_total)


def test_a_total_without_a_main_oxide_does_not_count() -> None:
    pair = next(p for p in load_minerals()["Amphibole"].pairs if p.other == "Clinopyroxene")
    even = np.tile([0.4, 0.4, 0.2], (2, 1))
    out = weighed(even, np.array([97.0, 100.0]), missing="Na2O")
    assert np.allclose(out[:, 0] / out[:, 1], pair.odds_without_total)


def test_the_evidence_of_totals_is_smooth() -> None:
    totals = np.linspace(88, 105, 3401)
    even = np.tile([0.5, 0.5, 0.0], (len(totals), 1))
    steps = np.abs(np.diff(weighed(even, totals)[:, 0]))
    assert steps.max() < 0.02
