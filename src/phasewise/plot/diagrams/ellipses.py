"""Errors of analyses as ellipses in the plane of a diagram."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["SIGMAS", "draw_ellipses", "spread"]

SIGMAS = 2.0
"""Ellipses stand at this Mahalanobis distance; they hold 86 % of repeated analyses."""


def spread(
    quantities: FloatArray, sigma: FloatArray, project: Callable[[FloatArray], FloatArray] | None = None
) -> FloatArray:
    """Return the covariance of analyses in the plane of a diagram, to first order.

    Parameters
    ----------
    quantities : (n, k) float64
    sigma : (n, k) or (n, k, k) float64
        One standard deviation of each quantity, or their covariance; NaN counts as 0.
    project : callable, optional
        From quantities (n, k) to the plane (n, 2).

    Returns
    -------
    (n, 2, 2) float64

    Raises
    ------
    ValueError
        If the errors do not fit the quantities.

    Examples
    --------
    >>> import numpy as np
    >>> spread(np.array([[5.0, 2.0]]), np.array([[0.1, 0.2]])).round(3).tolist()
    [[[0.01, 0.0], [0.0, 0.04]]]
    """
    n, k = quantities.shape
    known = np.nan_to_num(np.asarray(sigma, dtype=np.float64))
    if known.shape == (n, k):
        moves = known[:, :, None] * np.eye(k)
    elif known.shape == (n, k, k):
        values, vectors = np.linalg.eigh(known)
        moves = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    else:
        raise ValueError(f"{sigma.shape=} does not fit {n} analyses of {k} quantities")
    found = np.zeros((n, 2, 2))
    for j in range(k):
        step = moves[:, :, j]
        # A hundredth of it, and that as many times: no part of a sum becomes negative on the way.
        if project is None:
            change = step
        else:
            change = (project(quantities + step / 100) - project(quantities - step / 100)) * 50
        found += change[:, :, None] * change[:, None, :]
    return found


def draw_ellipses(ax: Axes, plane: FloatArray, covariance: FloatArray, colours: Sequence[str]) -> None:
    """Draw the errors (n, 2, 2) of analyses (n, 2) in their colours, under the points."""
    from matplotlib.collections import PolyCollection

    angle = np.linspace(0, 2 * np.pi, 49)
    circle = SIGMAS * np.stack([np.cos(angle), np.sin(angle)])
    rows = np.flatnonzero(
        np.isfinite(plane[:, 0]) & np.isfinite(covariance).all(axis=(1, 2)) & covariance.any(axis=(1, 2))
    )
    if not len(rows):
        return
    values, vectors = np.linalg.eigh(covariance[rows])
    axes = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    outlines = plane[rows][:, None, :] + (axes @ circle).transpose(0, 2, 1)
    shades = [colours[row] for row in rows.tolist()]
    for face, width, alpha in ((shades, 0.0, 0.12), ("none", 0.7, 0.8)):
        ax.add_collection(
            PolyCollection(
                list(outlines),
                facecolors=face,
                edgecolors=shades,
                linewidths=width,
                alpha=alpha,
                zorder=3,
                transform=ax.transData,
                clip_on=ax.name == "rectilinear",
            ),
            autolim=False,
        )
