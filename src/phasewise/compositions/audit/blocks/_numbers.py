"""The numbers of rows as whole hundredths or ten-thousandths of a wt%, by which repeats are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["first_of_each", "printed_digits", "same_numbers", "whole"]

_MOST = 1e9


def whole(values: FloatArray, decimals: int) -> IntArray:
    """Return values times 10 to the decimals as integers; what was not measured counts as 0."""
    scaled = np.nan_to_num(values, nan=0.0, posinf=_MOST, neginf=-_MOST) * 10.0**decimals
    return np.rint(np.clip(scaled, -_MOST, _MOST)).astype(np.int32)


def same_numbers(numbers: IntArray) -> IntArray:
    """Return a number for each row, the same for rows with the same numbers."""
    if not numbers.size:
        return np.zeros(len(numbers), dtype=np.intp)
    packed = np.ascontiguousarray(numbers).view(np.dtype((np.void, numbers.shape[1] * numbers.itemsize)))
    return np.unique(packed.reshape(-1), return_inverse=True)[1].reshape(-1)


def first_of_each(*keys: IntArray) -> IntArray:
    """Return for each row the first row that has the same keys."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        least = key.min(initial=0)
        code = code * (int(key.max(initial=0)) - int(least) + 1) + (key - least)
        code = np.unique(code, return_inverse=True)[1].reshape(-1).astype(np.int64)
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return np.asarray(first[inverse.reshape(-1)])


def printed_digits(numbers: IntArray) -> IntArray:
    """Return how many significant digits the numbers of each row have together, closing zeros left out.

    Examples
    --------
    >>> printed_digits(whole(np.array([[40.81, 9.5, 0.0]]), 2)).tolist()
    [6]
    """
    left = np.abs(numbers.astype(np.int64))
    digits = np.zeros(left.shape, dtype=np.int64)
    while left.any():
        ends = left % 10 != 0
        digits += (left > 0) & (ends | (digits > 0))
        left = left // 10
    return np.asarray(digits.sum(axis=1))
