"""Student's t against tables that everybody uses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.core.student_t import student_t_p, student_t_quantile


# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t.
@pytest.mark.parametrize(
    ("df", "at_90", "at_975", "at_995", "at_999"),
    [
        (1, 3.078, 12.706, 63.657, 318.309),
        (2, 1.886, 4.303, 9.925, 22.327),
        (3, 1.638, 3.182, 5.841, 10.215),
        (4, 1.533, 2.776, 4.604, 7.173),
        (5, 1.476, 2.571, 4.032, 5.893),
        (7, 1.415, 2.365, 3.499, 4.785),
        (10, 1.372, 2.228, 3.169, 4.144),
        (20, 1.325, 2.086, 2.845, 3.552),
        (30, 1.310, 2.042, 2.750, 3.385),
        (100, 1.290, 1.984, 2.626, 3.174),
        (math.inf, 1.282, 1.960, 2.576, 3.090),
    ],
)
def test_quantiles_are_those_of_the_table(
    df: float, at_90: float, at_975: float, at_995: float, at_999: float
) -> None:
    for probability, tabled in ((0.90, at_90), (0.975, at_975), (0.995, at_995), (0.999, at_999)):
        assert student_t_quantile(probability, df) == pytest.approx(tabled, abs=6e-4)


def test_closed_forms_of_one_and_two_degrees_of_freedom() -> None:
    for t in (1e-6, 0.3, 1.0, 5.0, 400.0):
        assert student_t_p(t, 1) == pytest.approx(2 * math.atan(1 / t) / math.pi, rel=1e-12)
        assert student_t_p(-t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-8)


@given(st.floats(0.5005, 0.9995), st.floats(0.5, 1e4))
def test_a_quantile_has_its_probability(probability: float, df: float) -> None:
    t = student_t_quantile(probability, df)
    assert student_t_p(t, df) == pytest.approx(2 * (1 - probability), rel=1e-8)
    assert student_t_quantile(1 - probability, df) == pytest.approx(-t, rel=1e-9)


def test_many_degrees_of_freedom_are_the_normal_distribution() -> None:
    assert student_t_p(1.7, 1e9) == pytest.approx(student_t_p(1.7, math.inf), rel=1e-5)
    assert math.isnan(student_t_p(math.nan, 3))


@pytest.mark.parametrize(
    ("probability", "df"), [(0.0, 3), (1.0, 3), (0.9, 0.0), (0.9, -1.0), (0.9, math.nan)]
)
def test_what_is_no_probability_or_no_freedom_is_refused(probability: float, df: float) -> None:
    with pytest.raises(ValueError, match="has to be"):
        student_t_quantile(probability, df)
