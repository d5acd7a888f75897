"""Sums and ratios of ions as mineral files write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.expressions import parse_expression, parse_sum
from phasewise.chem.formula_units import FormulaUnits, evaluate, evaluate_sum
from phasewise.chem.ions import IONS, IONS_OF_ELEMENT

NAMES = {*IONS, *IONS_OF_ELEMENT, "sum", "T.Al", "M1.Fe2+", "M1.Fe", "A.vacancy", "A.sum"}


def units(**ions: float) -> FormulaUnits:
    found = np.zeros((1, len(IONS)))
    for name, amount in ions.items():
        found[0, IONS.index({"Fe2": "Fe2+", "Fe3": "Fe3+"}.get(name, name))] = amount
    sites = {("T", "Al"): np.array([0.3]), ("M1", "Fe2+"): np.array([0.2]), ("M1", "Fe3+"): np.array([0.1])}
    return FormulaUnits(found, sites | {("A", "vacancy"): np.array([0.4]), ("A", "sum"): np.array([0.6])})


SAMPLE = units(Si=2.0, Al=0.5, Mg=0.8, Fe2=0.15, Fe3=0.05, Ca=0.7, Na=0.1, F=0.3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mg", 0.8),
        ("-Mg", -0.8),
        ("+ Mg", 0.8),
        ("Ca + 2 Na - 0.5 Al", 0.65),
        ("Ca+2Na-.5Al", 0.65),
        ("(Ca + Na)", 0.8),
        ("Mg + Mg", 1.6),
        ("2 - Al", 1.5),
        ("Fe", 0.2),
        ("Fe2+ + Fe3+", 0.2),
        ("Fe2++Fe3+", 0.2),
        ("2 Fe3+ - Fe2+", -0.05),
        ("sum", 4.3),
        ("sum - Na - Ca", 3.5),
        ("T.Al", 0.3),
        ("Al - T.Al", 0.2),
        ("M1.Fe2+ + 2 M1.Fe", 0.8),
        ("A.vacancy + A.sum", 1.0),
        ("F", 0.3),
    ],
)
def test_sums(text: str, expected: float) -> None:
    assert evaluate_sum(parse_sum(text, NAMES), SAMPLE)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100 Mg / (Mg + Fe2+)", 100 * 0.8 / 0.95),
        ("100 Mg/(Mg+Fe)", 80.0),
        ("100 (Ca + Na) / sum", 80 / 4.3),
        ("(Ca - Na) / (2 Si)", 0.15),
        ("Mg / 2", 0.4),
        ("0.5 (Mg + Ca)", 0.75),
        ("T.Al / A.vacancy", 0.75),
        ("1 / Si", 0.5),
    ],
)
def test_ratios(text: str, expected: float) -> None:
    expression = parse_expression(text, NAMES)
    assert evaluate(expression, SAMPLE)[0] == pytest.approx(expected)
    assert expression.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "()",
        "+",
        "Mg +",
        "Mg + + Ca",
        "Mg Ca",
        "Mg * 2",
        "2 ** Mg",
        "Xx",
        "mg",
        "Fe4+",
        "T.Mg",
        "Mg / Ca / Na",
        "/ Ca",
        "Mg /",
        "(Ca + Na",
        "Ca + Na)",
        "(Ca + Na) + (Mg)",
        "2 (Ca + Na) + Mg",
        "Mg + 2 (Ca + Na)",
        "1e3 Mg",
        "nan Mg",
        "Al2 + Mg",
        "__import__('os')",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read|not known|more than one"):
        parse_expression(text, NAMES)


@pytest.mark.parametrize(("over", "value"), [(0.0, 0.0), (-1.0, -1.0), (np.nan, np.nan)])
def test_a_denominator_that_is_not_positive_gives_nothing(over: float, value: float) -> None:
    found = evaluate(parse_expression("100 Mg / (Mg + Fe2+)", NAMES), units(Mg=value, Fe2=over - value))
    assert np.isnan(found[0])


@given(st.lists(st.tuples(st.sampled_from(sorted(NAMES - {"sum"})), st.integers(-999, 999)), min_size=1))
def test_sums_are_read_back_as_they_were_written(terms: list[tuple[str, int]]) -> None:
    text = " ".join(f"{'-' if factor < 0 else '+'} {abs(factor) / 100} {name}" for name, factor in terms)
    expected: dict[str, float] = {}
    for name, factor in terms:
        expected[name] = expected.get(name, 0.0) + factor / 100
    assert dict(parse_sum(text, NAMES)) == pytest.approx(expected)


@given(st.text("MgFe23+-. ()/100sumTAl", max_size=15))
def test_garbage_is_read_or_refused_but_never_crashes(text: str) -> None:
    try:
        expression = parse_expression(text, NAMES)
    except ValueError:
        return
    assert np.isfinite(evaluate_sum(expression.above, SAMPLE)).all()
