from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.pairs import held_back, regions, settle_pairs
from phasewise.core.types import VERDICTS, Analyses, FloatArray

PHASES = ("Clinopyroxene", "Magnetite", "Orthopyroxene", "Spinel")
COLUMNS = ("SiO2", "TiO2", "Al2O3", "FeOt", "MgO", "CaO", "Cr2O3")
CPX, MAG, OPX, SPL = range(4)
MOLAR_MASS = np.array([60.083, 79.865, 101.961 / 2, 71.844, 40.304, 56.077, 151.99 / 2])


def analyses(*cations: dict[str, float]) -> Analyses:
    """Return wt% of cations."""
    names = [name.rstrip("O23t") for name in COLUMNS]
    wt = np.array([[row.get(name, 0.0) for name in names] for row in cations]) * MOLAR_MASS
    return Analyses(wt / wt.sum(axis=1, keepdims=True) * 100, COLUMNS, np.zeros(wt.shape, dtype=bool))


def pyroxene(ca: float, iron: float) -> dict[str, float]:
    """Return a pyroxene by Ca / (Ca + Mg + Fe) and Fe / (Mg + Fe)."""
    return {"Si": 1.0, "Ca": ca, "Fe": (1 - ca) * iron, "Mg": (1 - ca) * (1 - iron)}


def settled(rows: Analyses, p: FloatArray) -> FloatArray:
    return settle_pairs(np.tile(p, (len(rows), 1)), np.full(len(rows), 100.0), rows, PHASES)


SURE_OF_OPX = np.array([0.01, 0.0, 0.98, 0.01])
SURE_OF_CPX = np.array([0.98, 0.0, 0.01, 0.01])


def test_in_the_region_neither_of_two_pyroxenes_is_sure() -> None:
    rows = analyses(pyroxene(0.06, 0.4))
    for p in (SURE_OF_OPX, SURE_OF_CPX):
        out = settled(rows, p)[0]
        share = out[[CPX, OPX]] / out[[CPX, OPX]].sum()
        assert share.max() == pytest.approx(0.7)
        assert share.argmax() == p[[CPX, OPX]].argmax()
        assert out.sum() == pytest.approx(1)
        assert out[SPL] == 0.01


@pytest.mark.parametrize(("ca", "iron"), [(0.01, 0.4), (0.04, 0.05), (0.3, 0.4)])
def test_outside_nothing_changes(ca: float, iron: float) -> None:
    assert (settled(analyses(pyroxene(ca, iron)), SURE_OF_OPX) == SURE_OF_OPX).all()


def test_what_is_less_sure_than_the_region_allows_stays() -> None:
    p = np.array([0.4, 0.0, 0.6, 0.0])
    assert (settled(analyses(pyroxene(0.06, 0.4)), p) == p).all()


def test_magnetite_and_spinel_meet_where_fe3_equals_al_and_cr() -> None:
    middle = {"Fe": 1.6, "Mg": 0.4, "Al": 0.5, "Cr": 0.5}
    iron_rich = {"Fe": 2.2, "Mg": 0.4, "Al": 0.2, "Cr": 0.2}
    sure = np.array([0.0, 0.99, 0.0, 0.01])
    out = settled(analyses(middle, iron_rich), sure)
    assert out[0, MAG] == pytest.approx(0.7)
    assert out[1, MAG] == 0.99


@given(st.floats(0.02, 0.09), st.floats(0.1, 0.5))
def test_no_small_change_jumps(ca: float, iron: float) -> None:
    near = analyses(pyroxene(ca, iron), pyroxene(ca + 1e-6, iron), pyroxene(ca, iron + 1e-6))
    out = settled(near, SURE_OF_OPX)
    assert np.abs(out - out[0]).max() < 2e-3


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    rng = np.random.default_rng(3)
    rows = analyses(
        *(pyroxene(ca, fe) for ca, fe in zip(rng.uniform(0.02, 0.09, 99), rng.random(99), strict=True))
    )
    together = settled(rows, SURE_OF_OPX)
    alone = [settled(rows.take(np.array([k])), SURE_OF_OPX)[0] for k in range(99)]
    assert (together == np.array(alone)).all()


def test_what_was_not_measured_counts_as_nothing() -> None:
    rows = analyses(pyroxene(0.06, 0.4))
    values = rows.values.copy()
    values[0, COLUMNS.index("CaO")] = np.nan
    without = Analyses(values, COLUMNS, np.zeros(values.shape, dtype=bool))
    assert (settled(without, SURE_OF_OPX) == SURE_OF_OPX).all()
    empty = Analyses(np.full((1, 7), np.nan), COLUMNS, np.zeros((1, 7), dtype=bool))
    assert (settled(empty, SURE_OF_OPX) == SURE_OF_OPX).all()


def test_a_pair_of_which_the_model_knows_one_is_passed_over() -> None:
    assert regions(("Clinopyroxene", "Olivine"), COLUMNS) == ()


def test_rows_are_told_the_region_of_their_two_phases() -> None:
    rows = analyses(pyroxene(0.06, 0.4), pyroxene(0.06, 0.4), pyroxene(0.3, 0.4))
    first, second = np.array([OPX, OPX, CPX]), np.array([CPX, SPL, OPX])
    found = held_back(rows, PHASES, first, second)
    assert (found >= 0).tolist() == [True, False, False]
    assert "pigeonite" in regions(PHASES, COLUMNS)[found[0]].because


def test_the_reason_says_why() -> None:
    found = predict(analyses(pyroxene(0.055, 0.4), pyroxene(0.04, 0.4)), load_model())
    assert [VERDICTS[v] for v in found.verdict] == ["ambiguous", "accepted"]
    assert "the structure decides" in found.reason[0]
    assert found.reason[1].endswith("orthopyroxene; with this much Fe, pigeonite may hold as little Ca.")
