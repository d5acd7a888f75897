"""Analyses that a model has learned from are known again however they are reported."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.features import INPUTS
from phasewise.compositions.known_rows import OXIDES, KnownRows, fingerprints
from phasewise.core.types import FloatArray


def rows(n: int, seed: int = 4) -> FloatArray:
    """Return random analyses of two decimals, some oxides of which are 0."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 60, (n, len(INPUTS))).round(2)
    values[rng.random(values.shape) < 0.3] = 0.0
    return values


def test_blanks_and_zeros_are_the_same() -> None:
    values = rows(50)
    blank = np.where(values == 0, np.nan, values)
    np.testing.assert_array_equal(fingerprints(blank), fingerprints(values))


@pytest.mark.parametrize("name", [name for name in INPUTS if name not in OXIDES])
def test_what_is_no_part_of_it_does_not_matter(name: str) -> None:
    values = rows(20)
    other = values.copy()
    other[:, INPUTS.index(name)] *= 1.1113
    np.testing.assert_array_equal(fingerprints(other), fingerprints(values))


def test_iron_is_no_part_of_it() -> None:
    assert "FeOt" not in OXIDES


def test_digits_beyond_the_second_do_not_matter() -> None:
    values = rows(50)
    rng = np.random.default_rng(1)
    finer = values + np.where(values > 0, rng.uniform(-0.0045, 0.0045, values.shape), 0.0)
    np.testing.assert_array_equal(fingerprints(finer), fingerprints(values))


def test_the_second_digit_matters() -> None:
    values = rows(200)
    for name in OXIDES:
        other = values.copy()
        other[:, INPUTS.index(name)] += 0.01
        assert (fingerprints(other) != fingerprints(values)).all(), name


def test_an_exchange_of_two_oxides_is_another_analysis() -> None:
    values = rows(200)
    a, b = INPUTS.index("SiO2"), INPUTS.index("Al2O3")
    other = values.copy()
    other[:, [a, b]] = values[:, [b, a]]
    differs = values[:, a] != values[:, b]
    assert (fingerprints(other) != fingerprints(values))[differs].all()


def test_rows_without_any_of_its_oxides_have_none() -> None:
    values = np.full((2, len(INPUTS)), np.nan)
    values[1, INPUTS.index("FeOt")] = 92.0
    np.testing.assert_array_equal(fingerprints(values), [-1, -1])


def test_parts_are_told_and_strangers_are_not_known() -> None:
    values, part = rows(30), np.arange(30) % 3
    known = KnownRows.of(values, part, ("fold_0", "fold_1", "georoc"), 2)
    np.testing.assert_array_equal(known.parts_of(values), 1 << part)
    assert (known.parts_of(rows(200, seed=9)) == 0).all()


def test_a_row_of_several_folds_is_known_to_all_siblings() -> None:
    values = np.vstack([rows(1), rows(1)])
    known = KnownRows.of(values, np.array([0, 1]), ("fold_0", "fold_1"), 2)
    (bits,) = set(known.parts_of(values[:1]).tolist())
    assert bits == 0b11
    assert known.blind_to(bits) is None


def test_the_index_survives_its_arrays() -> None:
    known = KnownRows.of(rows(30), np.arange(30) % 2, ("fold_0", "fold_1"), 2)
    arrays = {name: array.astype(np.float64) for name, array in known.to_arrays().items()}
    again = KnownRows.of_arrays(arrays, known.names, 2)
    np.testing.assert_array_equal(again.parts_of(rows(30)), known.parts_of(rows(30)))
