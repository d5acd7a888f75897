from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tomli_w", reason="training needs the extra `train`")

from phasewise.chem.own_minerals import read_own_mineral
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.derive_mineral import derive_mineral

from .own_rows import benitoite, labelled

ROWS = benitoite(60)


def test_a_derived_mineral_says_what_it_is_made_of() -> None:
    mineral = read_own_mineral(derive_mineral("Benitoite", labelled(ROWS, "Benitoite", 3)), "derived")
    assert mineral.key_oxides == ("SiO2", "TiO2", "BaO")
    assert mineral.total.needs == ("BaO",)
    assert mineral.total.expected[0] < 100 < mineral.total.expected[1]
    assert mineral.total.expected[1] - mineral.total.expected[0] < 5
    assert mineral.sources[0].text == "Derived from 60 analyses of 3 sources"
    assert not mineral.sites
    assert not mineral.end_members
    assert "MgO" not in [limit.expression for limit in mineral.limits]


def test_new_analyses_keep_its_limits_and_others_do_not() -> None:
    mineral = read_own_mineral(derive_mineral("Benitoite", labelled(ROWS, "Benitoite", 3)), "derived")
    tests = StoichiometricTests.of([mineral], INPUTS[:-1])
    more = benitoite(300, seed=9)
    assert tests.fits(more[:, :-1]).mean() > 0.99
    assert tests.fits(more[:, :-1] * 0.93).mean() > 0.99
    other = more.copy()
    other[:, INPUTS.index("TiO2")] *= 0.6
    assert not tests.fits(other[:, :-1]).any()


def test_a_few_wrong_rows_do_not_widen_the_limits() -> None:
    wrong = ROWS.copy()
    wrong[:2] = np.roll(wrong[:2], 1, axis=1)
    wrong[2] *= 0.5
    limits = [
        {limit.expression: limit.range for limit in read_own_mineral(text, "derived").limits}
        for text in (derive_mineral("Benitoite", labelled(rows, "Benitoite", 3)) for rows in (ROWS, wrong))
    ]
    for name in ("SiO2", "TiO2", "BaO"):
        np.testing.assert_allclose(limits[0][name], limits[1][name], atol=0.7)
