"""Non-negative least squares of many right-hand sides at once."""

from __future__ import annotations

import numpy as np

from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["nonnegative_least_squares"]

_ROUNDS = 60
_TOLERANCE = 1e-10


def nonnegative_least_squares(design: FloatArray, targets: FloatArray) -> FloatArray:
    """Return x >= 0 that minimises |design x - target| of each target.

    An active set of each target; targets with the same set are solved together.

    Parameters
    ----------
    design : (p, k) float64
        Columns that are linearly independent.
    targets : (n, p) float64
        Rows with NaN give NaN.

    Returns
    -------
    (n, k) float64

    References
    ----------
    Lawson & Hanson 1974, Solving Least Squares Problems, chapter 23; Van Benthem & Keenan 2004, Journal of
    Chemometrics 18, 441-450, doi:10.1002/cem.889: targets grouped by their active set.

    Examples
    --------
    >>> import numpy as np
    >>> nonnegative_least_squares(np.eye(2), np.array([[1.0, -1.0], [0.5, 2.0]]))
    array([[1. , 0. ],
           [0.5, 2. ]])
    """
    gram, products = design.T @ design, targets @ design
    good = np.asarray(np.isfinite(products).all(axis=1))
    x = np.where(good[:, None], 0.0, np.nan) * np.ones_like(products)
    passive: BoolArray = np.zeros(products.shape, dtype=bool)
    active_rows = np.flatnonzero(good)
    scale = _TOLERANCE * (1.0 + np.abs(np.where(good[:, None], products, 0.0)).max(axis=1))
    for _ in range(_ROUNDS * max(1, design.shape[1])):
        gradient = products[active_rows] - x[active_rows] @ gram
        gradient[passive[active_rows]] = -np.inf
        improves: BoolArray = gradient.max(axis=1) > scale[active_rows]
        active_rows = active_rows[improves]
        if not len(active_rows):
            break
        passive[active_rows, gradient[improves].argmax(axis=1)] = True
        _settle(gram, products, x, passive, active_rows)
    return x


def _settle(
    gram: FloatArray, products: FloatArray, x: FloatArray, passive: BoolArray, rows: IntArray
) -> None:
    """Solve on the passive sets, stepping back to the first bound that a solution would cross."""
    while len(rows):
        trial = _solve(gram, products[rows], passive[rows])
        crosses = passive[rows] & (trial <= 0.0)
        bad = crosses.any(axis=1)
        x[rows[~bad]] = trial[~bad]
        rows, trial, crosses = rows[bad], trial[bad], crosses[bad]
        if not len(rows):
            return
        before = x[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(crosses, before / (before - trial), np.inf)
        step = np.where(np.isnan(step), 0.0, step)
        first = step.min(axis=1, keepdims=True)
        x[rows] = before + first * (trial - before)
        leaves = crosses & (step <= first)
        passive[rows] &= ~leaves
        x[rows] = np.where(passive[rows], x[rows], 0.0)


def _solve(gram: FloatArray, products: FloatArray, passive: BoolArray) -> FloatArray:
    solution = np.zeros_like(products)
    keys = passive @ (1 << np.arange(passive.shape[1]))
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        columns = np.flatnonzero(passive[rows[0]])
        if len(columns):
            solved = np.linalg.solve(gram[np.ix_(columns, columns)], products[np.ix_(rows, columns)].T)
            solution[np.ix_(rows, columns)] = solved.T
    return solution
