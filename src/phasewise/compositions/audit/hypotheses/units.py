"""One oxide in another unit, or with its decimal point in the wrong place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from phasewise.compositions.audit.hypotheses.hypothesis import MOVABLE, Hypothesis

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["hypotheses"]

PPM = 1e4
LEAST_PPM = 100.0
"""A figure in ppm is at least as large; in wt% it breaks any total."""

SLIPS = {10.0: "is ten times too high", 0.1: "is ten times too low"}
LEAST_ROWS = 5
LEAST_SLIP = 0.2
"""Only an oxide that then makes so many wt% at least can have slipped: of traces nothing is known."""

DOUBT_SLIP = 6.0
"""An unusual amount of one oxide is mostly no slip of the decimal point."""

COST_PPM, COST_SLIP = 3.0, 7.0


def hypotheses() -> list[Hypothesis]:
    """Return that one oxide is in ppm, or that its decimal point was moved by one place in several rows."""
    in_ppm = [
        Hypothesis(
            "unit of one oxide",
            f"{name} is in ppm",
            f"Divide {name} by {PPM:g}",
            partial(_from_ppm, column=k),
            COST_PPM,
        )
        for k, name in enumerate(MOVABLE)
    ]
    slips = [
        Hypothesis(
            "unit of one oxide",
            f"{name} {what}",
            f"{'Divide' if factor > 1 else 'Multiply'} {name} by 10",
            partial(_divided, column=k, by=factor),
            COST_SLIP,
            LEAST_ROWS,
            DOUBT_SLIP,
        )
        for k, name in enumerate(MOVABLE)
        for factor, what in SLIPS.items()
    ]
    return in_ppm + slips


def _from_ppm(values: FloatArray, column: int) -> FloatArray:
    """Return rows with one oxide converted, where its figure is large enough to be one in ppm."""
    out = values.copy()
    large = out[:, column] >= LEAST_PPM
    out[large, column] /= PPM
    return out


def _divided(values: FloatArray, column: int, by: float) -> FloatArray:
    out = values.copy()
    visible = out[:, column] / by >= LEAST_SLIP
    out[visible, column] /= by
    return out
