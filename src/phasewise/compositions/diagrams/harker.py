"""Harker diagrams of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.diagrams.options import point_options
from phasewise.compositions.diagrams.quantities import asked_oxides
from phasewise.core.errors import HeaderError
from phasewise.plot.diagrams.harker import plot_harker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from phasewise.compositions.diagrams.quantities import DiagramRequest
    from phasewise.compositions.diagrams.rows import DiagramRows
    from phasewise.core.types import FloatArray

__all__ = ["draw_harker", "harker_oxides"]


def harker_oxides(drawn: DiagramRows, request: DiagramRequest) -> dict[str, FloatArray]:
    """Return the oxides that were measured, the common one first, in wt% (n,).

    Raises
    ------
    HeaderError
        If the common one was not measured, or no other.
    """
    values = np.concatenate(drawn.quantities)
    names = asked_oxides(request)
    if not np.isfinite(values[:, 0]).any():
        raise HeaderError(f"{request.against!r} was not measured. Choose another oxide: --against MgO.")
    measured = [
        k for k in range(len(names)) if k == 0 or (np.isfinite(values[:, k]) & (values[:, k] > 0)).any()
    ]
    if len(measured) < 2:
        raise HeaderError(f"No other oxide than {request.against} was measured. Name others: --show MgO,CaO.")
    return {names[k]: values[:, k] for k in measured}


def draw_harker(drawn: DiagramRows, request: DiagramRequest, figure: Figure | None) -> np.ndarray:
    """Draw the oxides of a table against one of them, and return the axes."""
    oxides = harker_oxides(drawn, request)
    names = asked_oxides(request)
    options = point_options(drawn, request)
    covariance = np.concatenate(drawn.sigma)
    sigma = None
    if np.isfinite(covariance).any():
        sigma = {name: np.sqrt(covariance[:, names.index(name), names.index(name)]) for name in oxides}
    return plot_harker(oxides, request.against, sigma_wt=sigma, figure=figure, **options)
