"""What networks are told of inputs that were not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["measured_inputs"]


def measured_inputs(x: FloatArray, *, marked: bool) -> FloatArray:
    """Return inputs without NaN (not measured): 0 takes its place.

    Parameters
    ----------
    x : (n, p) float64
        NaN where not measured.
    marked : bool
        Whether p columns follow that hold 1 where the input was measured, else 0. Without them a network
        cannot tell "not measured" from "absent".
    """
    filled = np.nan_to_num(x, nan=0.0, posinf=np.inf, neginf=-np.inf)
    return np.hstack([filled, ~np.isnan(x)]) if marked else filled
