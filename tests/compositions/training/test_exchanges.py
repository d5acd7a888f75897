from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.chem.formula import oxides_wt
from phasewise.chem.oxides import OXIDES
from phasewise.compositions.explore.structure import CATIONS, DIVALENT, STRUCTURE, free_divalent, structure
from phasewise.compositions.features import INPUTS, closed_cations
from phasewise.compositions.training.exchanges import exchanged
from phasewise.core.types import FloatArray

SILICATES = ("CaMgSi2O6", "NaAlSi3O8", "CaAl2Si2O8", "Mg3Al2Si3O12", "MgSiO3", "NaCaMg5Si7AlO22(OH)2")
OXIDE_MINERALS = ("MgAl2O4", "FeCr2O4", "FeTiO3")
FREE = ("MgO", "Fe3O4", "FeO", "MgFe2O4")
CHARGE = np.array([2.0 * OXIDES[name].n_oxygens / OXIDES[name].n_cations for name in INPUTS[:-3]])
EXCESS = STRUCTURE.index("Al-Na-K-2Ca")


def closed(*formulas: str, times: int = 50) -> FloatArray:
    """Return cations on 24 oxygens of ideal formulae, each so many times."""
    rows = []
    for formula in formulas:
        wt = oxides_wt(formula)
        rows.append([wt.get(name, 0.0) for name in INPUTS])
    return np.repeat(closed_cations(np.array(rows)), times, axis=0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def random_cations(seed: int, n: int = 60) -> FloatArray:
    """Cations on 24 oxygens of sparse random analyses."""
    values = rng(seed).exponential(10, (n, len(INPUTS))) * (rng(seed + 1).random((n, len(INPUTS))) < 0.4)
    values[:, 0] += 0.1
    return closed_cations(values)


def of(rows: FloatArray, names: str) -> FloatArray:
    return rows[:, [CATIONS.index(name) for name in names.split()]]


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.floats(0.1, 1))
def test_charge_and_number_are_kept_and_nothing_is_negative(seed: int, part: float) -> None:
    before = random_cations(seed)
    after = exchanged(before, part, rng(seed))
    np.testing.assert_allclose(after[:, :-3].sum(axis=1), before[:, :-3].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(after[:, :-3] @ CHARGE, before[:, :-3] @ CHARGE, rtol=1e-12)
    np.testing.assert_allclose(after[:, :-3] @ CHARGE, 48.0, rtol=1e-9)
    assert after.min() > -1e-12
    untouched = [k for k, name in enumerate(CATIONS) if name not in (*DIVALENT, "Ca", "Na", "Al", "Si", "Cr")]
    assert np.array_equal(after[:, untouched], before[:, untouched])
    assert (np.abs(after - before).max(axis=1) > 1e-6).any()


def test_part_is_that_of_the_rows() -> None:
    before = closed("MgSiO3", times=4000)
    assert np.array_equal(exchanged(before, 0.0, rng()), before)
    for part in (0.3, 1.0):
        mixed = of(exchanged(before, part, rng()), "Fe Mn Ni").sum(axis=1) > 0
        assert mixed.mean() == pytest.approx(part, abs=0.03)


def test_the_input_is_not_changed_and_a_seed_repeats() -> None:
    before = closed(*SILICATES)
    held = before.copy()
    after = exchanged(before, 1.0, rng())
    assert np.array_equal(before, held)
    assert np.array_equal(after, exchanged(before, 1.0, rng()))
    assert not np.array_equal(after, exchanged(before, 1.0, rng(1)))


def test_oxides_of_divalent_cations_alone_are_not_mixed() -> None:
    before = closed(*FREE)
    assert (free_divalent(before) > 1).all()
    assert np.array_equal(exchanged(before, 1.0, rng()), before)
    spinels = closed("MgAl2O4", times=400)
    assert of(exchanged(spinels, 1.0, rng()), "Fe").max() > 5


def test_divalent_cations_alone_leave_the_structure() -> None:
    """Enstatite and ilmenite hold no Al, Na or Cr: without Tschermak, only Mg, Fe, Mn and Ni exchange."""
    before = closed("MgSiO3", "FeSiO3", "FeTiO3", "CaMgSi2O6", times=200)
    after = exchanged(before, 1.0, rng())
    alike = np.abs(of(after, "Al")).max(axis=1) == 0
    assert alike.sum() > 150
    assert np.abs(after[alike] - before[alike]).max() > 1
    np.testing.assert_allclose(structure(after[alike]), structure(before[alike]), rtol=0, atol=1e-9)


def test_plagioclase_keeps_its_structure() -> None:
    """In the rows that get no Mg by Tschermak's exchange."""
    before = closed("NaAlSi3O8", "CaAl2Si2O8", times=800)
    after = exchanged(before, 0.5, rng())
    kept = np.abs(of(after, "Mg")).max(axis=1) == 0
    np.testing.assert_allclose(structure(after[kept]), structure(before[kept]), rtol=0, atol=1e-9)
    calcium = of(after, "Ca")[kept, 0]
    assert kept.sum() > 100
    assert calcium.min() < 0.3
    assert calcium.max() > 2.7


def test_chromium_changes_the_excess_of_aluminium_alone() -> None:
    before = closed("MgAl2O4", "FeCr2O4", times=400)
    after = exchanged(before, 1.0, rng())
    kept = np.abs(of(after, "Si")).max(axis=1) == 0
    off = np.abs(structure(after[kept]) - structure(before[kept])).max(axis=0)
    assert off[EXCESS] > 6
    assert np.delete(off, EXCESS).max() < 1e-9


def test_aluminium_gives_way_to_chromium_in_oxides_alone() -> None:
    spinel, pyrope = (exchanged(closed(f, times=400), 1.0, rng()) for f in ("MgAl2O4", "Mg3Al2Si3O12"))
    assert of(spinel, "Cr").max() > 3
    assert of(pyrope, "Cr").max() == 0
    kosmochlor = closed("NaCrSi2O6", times=400)
    assert of(exchanged(kosmochlor, 1.0, rng()), "Cr").min() < 1


def test_tschermak_is_bounded_and_changes_the_sums() -> None:
    """Mg Si for 2 Al: at most 0.3 x 2.4 of them, one less in the first sum and one more in the second."""
    before = closed("MgSiO3", times=2000)
    after = exchanged(before, 1.0, rng())
    gained = of(after, "Al")[:, 0] / 2
    assert 0.5 < gained.max() <= 0.72
    moved = structure(after) - structure(before)
    named = dict(zip(STRUCTURE, moved.T, strict=True))
    np.testing.assert_allclose(named.pop("Mg Fe Mn Ni"), -gained, atol=1e-9)
    np.testing.assert_allclose(named.pop("Si Al Cr"), gained, atol=1e-9)
    np.testing.assert_allclose(named.pop("Al-Na-K-2Ca"), 2 * gained, atol=1e-9)
    assert max(np.abs(rest).max() for rest in named.values()) < 1e-9
