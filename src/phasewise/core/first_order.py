"""Uncertainty of calculated numbers from the uncertainty of what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.core.types import FloatArray

__all__ = ["first_order_covariance", "first_order_sigma"]


def first_order_sigma(
    function: Callable[[FloatArray], FloatArray], values: FloatArray, sigma: FloatArray
) -> FloatArray:
    """Return one standard deviation of each result, to first order.

    Each value is moved by its standard deviation to either side, and half of the difference counts; the
    halves add up as squares. The errors of the values are independent of one another; those of the results
    are not, as each difference is taken through the whole calculation. Where the calculation has a kink (a
    site that becomes full) or a jump within the errors, it counts with what it changes.

    Parameters
    ----------
    function : callable
        From values (n, p) to results (n, m), row by row.
    values : (n, p) float64
        What was measured.
    sigma : (n, p) float64
        One standard deviation each; NaN counts as 0.

    Returns
    -------
    (n, m) float64
        NaN where the result is NaN, and in rows without any sigma.

    References
    ----------
    JCGM 100:2008 (GUM), equation 10, calculated numerically as in its note 2 of 5.1.3.

    Examples
    --------
    >>> import numpy as np
    >>> ratio = lambda x: 100 * x[:, :1] / x.sum(axis=1, keepdims=True)
    >>> first_order_sigma(ratio, np.array([[1.0, 1.0]]), np.array([[0.02, 0.0]])).round(3)
    array([[0.5]])
    """
    stated: FloatArray = np.nan_to_num(sigma)
    variance = None
    for column in np.flatnonzero(np.any(stated, axis=0)):
        change = _change(function, values, stated, int(column))
        variance = change**2 if variance is None else variance + change**2
    if variance is None:
        return np.full_like(function(values), np.nan)
    return np.where(np.any(stated, axis=1, keepdims=True), np.sqrt(variance), np.nan)


def first_order_covariance(
    function: Callable[[FloatArray], FloatArray], values: FloatArray, sigma: FloatArray
) -> FloatArray:
    """Return the covariance of the results of each row, to first order.

    Parameters
    ----------
    function, values, sigma
        As for `first_order_sigma`, whose squares are on the diagonal.

    Returns
    -------
    (n, m, m) float64
        NaN in rows without any sigma, and where a result is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> parts = lambda x: x / x.sum(axis=1, keepdims=True)
    >>> first_order_covariance(parts, np.array([[1.0, 1.0]]), np.array([[0.02, 0.0]])).round(6).tolist()
    [[[2.5e-05, -2.5e-05], [-2.5e-05, 2.5e-05]]]
    """
    stated: FloatArray = np.nan_to_num(sigma)
    results = function(values)
    covariance = np.zeros((*results.shape, results.shape[1]))
    for column in np.flatnonzero(np.any(stated, axis=0)):
        change = _change(function, values, stated, int(column))
        covariance += change[:, :, None] * change[:, None, :]
    return np.where(np.any(stated, axis=1)[:, None, None], covariance, np.nan)


def _change(
    function: Callable[[FloatArray], FloatArray], values: FloatArray, stated: FloatArray, column: int
) -> FloatArray:
    """Return half of what results (n, m) change with a value moved to either side."""
    above, below = values.copy(), values.copy()
    above[:, column] += stated[:, column]
    below[:, column] -= stated[:, column]
    return (function(above) - function(below)) / 2
