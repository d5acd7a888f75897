from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.simulate import formula_inputs, simulate

MINERALS = {p: load_minerals()[p] for p in read_recipe("default").phases if load_minerals()[p].end_members}
TESTS = stoichiometric_tests(tuple(MINERALS))


@pytest.mark.parametrize("name", MINERALS)
def test_simulated_rows_keep_the_limits_of_their_mineral(name: str) -> None:
    rows = simulate(MINERALS[name], TESTS, 300, np.random.default_rng(1))
    assert rows.shape == (300, len(INPUTS))
    assert (rows >= 0).all()
    assert TESTS.passes(rows[:, :-1], np.full(300, TESTS.names.index(name))).all()


def test_olivine_is_charge_balanced_and_reaches_both_ends() -> None:
    rows = simulate(MINERALS["Olivine"], TESTS, 2000, np.random.default_rng(2))
    cations = closed_cations(rows)
    sums = cations[:, : INPUTS.index("F")].sum(axis=1)  # cobalt, a trace here, is no input
    assert sums.max() < 18.0 + 1e-6
    assert np.median(sums) > 17.99
    forsterite = cations[:, INPUTS.index("MgO")] / (
        cations[:, INPUTS.index("MgO")] + cations[:, INPUTS.index("FeOt")] + 1e-12
    )
    assert forsterite.min() < 0.02
    assert forsterite.max() > 0.98


def test_the_same_seed_gives_the_same_rows() -> None:
    first, second = (simulate(MINERALS["Garnet"], TESTS, 50, np.random.default_rng(3)) for _ in range(2))
    assert (first == second).all()


def test_a_formula_gives_grams_of_its_oxides() -> None:
    grams = dict(zip(INPUTS, formula_inputs("Mg2SiO4"), strict=True))
    shares = oxides_wt("Mg2SiO4")
    assert grams["SiO2"] / grams["MgO"] == pytest.approx(shares["SiO2"] / shares["MgO"])
    assert sum(grams.values()) == pytest.approx(140.69, abs=0.01)
