"""Folds that keep the rows of one source together and share classes and rows evenly."""

from __future__ import annotations

import numpy as np

__all__ = ["balanced_folds"]


def balanced_folds(source: np.ndarray, label: np.ndarray, n_folds: int) -> dict[str, int]:
    """Return the fold of each source.

    The largest source comes first, and each goes to the fold with which it has least in common: where
    F are the shares of all rows and of each class that a fold holds already, and s those of the source, the
    sum of F s is least. That keeps the sum of squared shares over all folds low. No chance is involved.

    Parameters
    ----------
    source, label : (n,) object
        Source and class of each row.
    n_folds : int
        At most the number of sources.

    Examples
    --------
    >>> source = np.array(["a", "a", "b", "c", "d"], dtype=object)
    >>> balanced_folds(source, np.array(["x", "x", "x", "y", "y"], dtype=object), 2)
    {'a': 0, 'b': 1, 'c': 1, 'd': 0}
    """
    names, which = np.unique(source.astype(str), return_inverse=True)
    classes, of_class = np.unique(label.astype(str), return_inverse=True)
    shares = np.zeros((len(names), len(classes) + 1))
    np.add.at(shares, (which, of_class), 1.0)
    shares[:, -1] = shares.sum(axis=1)
    rows = shares[:, -1].copy()
    shares /= np.maximum(shares.sum(axis=0), 1.0)
    held = np.zeros((n_folds, shares.shape[1]))
    found: dict[str, int] = {}
    for k in np.lexsort((names, -rows)).tolist():
        fold = int(np.argmin(held @ shares[k]))
        held[fold] += shares[k]
        found[str(names[k])] = fold
    return found
