from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import phasewise
from phasewise.compositions.features import INPUTS
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.measurement_error import (
    LARGEST,
    PAIRS,
    averaged,
    input_errors,
    standard_normals,
)
from phasewise.compositions.model import CompositionModel
from phasewise.core.types import TEN_OXIDES, VERDICTS, Analyses, BoolArray, FloatArray, Prediction

# Kakanui augite NMNH 122142 and Kakanui hornblende NMNH 143965 (Jarosewich et al. 1980,
# doi:10.1111/j.1751-908X.1980.tb00273.x), all iron as FeO.
AUGITE = np.array([50.73, 0.74, 8.73, 6.34, 0.13, 16.65, 15.82, 1.27, 0.0, 0.0])
HORNBLENDE = np.array([40.37, 4.72, 14.90, 10.92, 0.09, 12.80, 10.30, 2.60, 2.05, 0.0])
SODA = TEN_OXIDES.index("Na2O")


def blends(n: int) -> FloatArray:
    """Return rows from the augite to the hornblende: the boundary lies between."""
    part = np.linspace(0, 1, n)[:, None]
    return np.asarray((1 - part) * AUGITE + part * HORNBLENDE)


def analyses(values: FloatArray, sigma: FloatArray | None = None, columns: Any = TEN_OXIDES) -> Analyses:
    return Analyses(values.copy(), tuple(columns), np.zeros(values.shape, dtype=bool), sigma)


def results(prediction: Prediction, rows: Any = slice(None)) -> dict[str, Any]:
    names = ("probabilities", "belonging", "phase", "second", "verdict", "flags", "total", "reason")
    return {name: getattr(prediction, name)[rows].tolist() for name in names}


class Border:
    """A model that knows one border: Na2O of 1 wt%, with its logistic slope."""

    phases = ("Less", "More")

    def probabilities(self, values: FloatArray, present: BoolArray | None = None) -> FloatArray:
        more = 1 / (1 + np.exp(-(values[:, INPUTS.index("Na2O")] - 1) / 0.05))
        return np.stack([1 - more, more, np.zeros(len(values))], axis=1)


def by_border(soda: FloatArray, sigma: float) -> FloatArray:
    values = np.full((len(soda), len(INPUTS)), np.nan)
    values[:, 0], values[:, INPUTS.index("Na2O")] = 50.0, soda
    errors = np.zeros(values.shape)
    errors[:, INPUTS.index("Na2O")] = sigma
    return averaged(cast("CompositionModel", Border()), values, errors)


def test_the_draws_are_standard_normal_and_hardly_correlated() -> None:
    draws = standard_normals()
    assert draws.shape == (PAIRS, len(INPUTS))
    strata = np.sort(np.abs(draws), axis=0)
    np.testing.assert_array_equal(strata, np.tile(strata[:, :1], len(INPUTS)))
    np.testing.assert_allclose((draws**2).mean(axis=0), 1.0, rtol=1e-12)
    correlation = draws.T @ draws / PAIRS
    assert np.abs(correlation - np.eye(len(INPUTS))).max() < 0.03


def test_the_draws_are_the_same_everywhere() -> None:
    # Kept so that another NumPy or linear algebra cannot change results unnoticed.
    np.testing.assert_allclose(standard_normals()[:3, 0], [0.47148961, 0.34270198, -1.2010464], rtol=1e-6)


@pytest.mark.parametrize("nothing", [np.nan, 0.0, -1.0, np.inf, None])
def test_without_a_stated_error_nothing_changes(nothing: float | None) -> None:
    values = blends(40)
    sigma = None if nothing is None else np.full(values.shape, nothing)
    assert input_errors(analyses(values, sigma)) is None
    assert results(predict(analyses(values, sigma), load_model())) == results(
        predict(analyses(values), load_model())
    )


def test_rows_without_a_stated_error_are_left_alone_by_those_with_one() -> None:
    values = blends(40)
    sigma = np.full(values.shape, np.nan)
    sigma[::2, SODA] = 0.4
    found, plain = predict(analyses(values, sigma), load_model()), predict(analyses(values), load_model())
    assert results(found, slice(1, None, 2)) == results(plain, slice(1, None, 2))
    assert (found.probabilities[::2] != plain.probabilities[::2]).any()


@pytest.mark.parametrize(
    "sigma",
    [
        np.where(np.arange(10) == SODA, 0.2 * blends(12), np.nan),
        0.02 * blends(12) + 0.03,
    ],
    ids=["Na2O 20 %", "all 2 %"],
)
def test_few_draws_give_what_thousands_give(sigma: FloatArray) -> None:
    model, rng = load_model(), np.random.default_rng(4)
    values = np.full((12, len(INPUTS)), np.nan)
    values[:, :10] = blends(12)
    errors = input_errors(analyses(blends(12), sigma))
    assert errors is not None
    drawn = values + errors * rng.standard_normal((5000, *values.shape))
    many = model.probabilities(drawn.reshape(-1, len(INPUTS))).reshape(5000, 12, -1).mean(axis=0)
    few = averaged(model, values, errors)
    assert np.abs(few - model.probabilities(values)).max() > 0.02
    np.testing.assert_allclose(few, many, atol=0.01)


@given(distance=st.floats(0.0, 0.3), sigmas=st.lists(st.floats(0.001, 2.0), min_size=2, max_size=5))
def test_a_larger_error_never_makes_surer(distance: float, sigmas: list[float]) -> None:
    soda = np.array([1 + distance, 1 - distance])
    surest = np.array([by_border(soda, sigma).max(axis=1) for sigma in sorted(sigmas)])
    assert (np.diff(surest, axis=0) < 1e-12).all()


def test_a_sharp_border_gives_the_normal_distribution() -> None:
    # P(x > 1 | measured 1.3, sigma 0.3) for a step is Phi(1) = .8413; the slope of the border widens it to
    # sqrt(sigma^2 + (1.702 * 0.05)^2) (Bishop 2006, section 4.5.2, with 1.702 for the logistic function).
    assert by_border(np.array([1.3]), 0.3)[0, 1] == pytest.approx(0.832, abs=0.005)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(24)), size=st.integers(1, 24))
def test_neither_order_nor_neighbours_matter(order: list[int], size: int) -> None:
    values, rows = blends(24), np.array(order[:size])
    sigma = np.where(np.arange(24)[:, None] % 3 == 0, np.nan, 0.05 * values + 0.02)
    whole, part = (predict(analyses(values[r], sigma[r]), load_model()) for r in (np.arange(24), rows))
    for name in ("phase", "second", "verdict", "flags", "reason"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[rows])
    wide = np.full((24, len(INPUTS)), np.nan)
    wide[:, :10] = values
    errors = 0.03 * np.nan_to_num(wide)
    np.testing.assert_array_equal(
        averaged(load_model(), wide[rows], errors[rows]), averaged(load_model(), wide, errors)[rows]
    )


def test_rare_components_add_in_quadrature() -> None:
    columns = ("SiO2", "La2O3", "Ce2O3")
    found = input_errors(analyses(np.array([[30.0, 1.0, 2.0]]), np.array([[0.2, 0.3, 0.4]]), columns))
    assert found is not None
    assert found[0, INPUTS.index("SiO2")] == 0.2
    assert found[0, -1] == pytest.approx(0.5)


def test_an_error_needs_a_value_and_a_size() -> None:
    columns = ("SiO2", "Al2O3", "MgO", "CaO", "Rb2O")
    values = np.array([[40.0, np.nan, 10.0, 5.0, 0.1]])
    found = input_errors(analyses(values, np.array([[1e300, 0.3, np.nan, np.inf, 0.1]]), columns))
    assert found is not None
    assert found[0, 0] == LARGEST
    assert np.count_nonzero(found) == 1


def test_draws_without_any_oxide_are_not_counted() -> None:
    values = np.array([[3.0, 0.2]])
    found = predict(analyses(values, np.full((1, 2), 50.0), ("SiO2", "F")), load_model())
    assert np.isfinite(found.probabilities).all()


def test_rows_with_nothing_to_judge_stay_so() -> None:
    values = np.array([[np.nan] * 10, [0.0] * 10, [np.inf] * 10, AUGITE])
    found = predict(analyses(values, np.ones(values.shape)), load_model())
    assert np.isnan(found.probabilities[:3]).all()
    assert np.isfinite(found.probabilities[3]).all()


def test_a_table_with_errors_says_where_they_decide() -> None:
    table = pd.DataFrame(blends(61), columns=list(TEN_OXIDES))
    plain = phasewise.classify(table)
    with_errors = table.assign(**{"Na2O 1s": 0.4 * table["Na2O"], "K2O_2sigma": 0.8 * table["K2O"]})
    found = phasewise.classify(with_errors)
    told = found["reason"].str.contains("With the stated errors, ")
    moved = (found["phase"] != plain["phase"]) | (
        plain["verdict"].eq("accepted") & ~found["verdict"].eq("accepted")
    )
    assert told.any()
    assert told[moved].all()
    assert not told[(found["probability"] - plain["probability"]).abs() < 0.001].any()
    assert found["reason"].str.contains(r"; without them (?:[a-z]+ )?\d+ %\.$").any()


def test_errors_too_large_for_a_label_make_it_ambiguous() -> None:
    surest = predict(analyses(HORNBLENDE[None]), load_model())
    found = predict(analyses(HORNBLENDE[None], 0.35 * HORNBLENDE[None]), load_model())
    assert VERDICTS[surest.verdict[0]] == "accepted"
    assert VERDICTS[found.verdict[0]] in {"ambiguous", "unknown", "mixture"}
    assert found.probabilities.max() < surest.probabilities.max()
    assert "With the stated errors, " in found.reason[0]
