"""Rows that are no analyses: neither exceptions nor warnings, no formula, and no harm to other rows."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_formula import WATER_OPTIONS, FormulaOptions, MineralFormula
from phasewise.core.types import COLUMNS

from .formula_cases import MINERALS, calculate, minerals, of_kind, random_mixtures, same

every_mineral = minerals()
ROWS = 40
HOSTILE = [0.0, np.nan, -5.0, np.inf, -np.inf, 1e-300, 1e12, 1e300]


@every_mineral
@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_rows_neither_raise_nor_warn_nor_touch_their_neighbours(mineral: Mineral, bad: float) -> None:
    known = random_mixtures(mineral, 3, 17).values
    whole, one = known.copy(), known.copy()
    whole[1], one[1, COLUMNS.index("MgO")] = bad, bad
    for water in WATER_OPTIONS:
        for fe3 in ("auto", "measured", "charge balance", "chosen", 0.5):
            formula = MineralFormula(mineral, COLUMNS, FormulaOptions(fe3=fe3, water=water))
            good = formula.evaluate(known)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for values in (whole, one):
                    found = formula.evaluate(values)
                    assert len(formula.calculate(values).departures) == 2
                    same(found[[0, 2]], good[[0, 2]], 1e-10)


@every_mineral
@pytest.mark.parametrize("bad", [0.0, np.nan, -5.0])
def test_rows_without_an_analysis_have_no_formula(mineral: Mineral, bad: float) -> None:
    found = calculate(mineral, np.full((2, len(COLUMNS)), bad))
    shown = {key: v for key, v in found.items() if key[0] not in ("oxide", "iron")}
    assert [key for key, values in shown.items() if not np.isnan(values).all()] == []


@every_mineral
def test_iron_that_cannot_be_divided_leaves_no_formula(mineral: Mineral) -> None:
    """A formula that left the iron out would be wrong in every ion."""
    known = random_mixtures(mineral, 3, 18)
    iron = COLUMNS.index("FeOt")
    known.values[:, iron] = np.maximum(known.values[:, iron], 1.0)
    found = calculate(mineral, known.values, options=FormulaOptions(fe3="measured"))
    ions = of_kind(found, "apfu")
    assert [ion for ion, values in ions.items() if not np.isnan(values).all()] == []


@minerals(lambda mineral: mineral.basis.anions)
def test_water_that_is_left_open_is_not_taken_for_oxygen(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 19)
    found = calculate(mineral, known.values, known.ferric, options=FormulaOptions(water="none"))
    assert np.isnan(found["apfu", "OH"]).all()
    for name, values in of_kind(found, "site").items():
        if name.endswith(".O"):
            assert np.isnan(values).all(), name


def test_a_hundred_thousand_rows_are_as_one() -> None:
    mineral = MINERALS["Garnet"]
    known = random_mixtures(mineral, 50, 20)
    formula = MineralFormula(mineral, COLUMNS, FormulaOptions())
    many = formula.evaluate(np.tile(known.values, (2000, 1)))
    same(many, np.tile(formula.evaluate(known.values), (2000, 1)), 1e-10)
