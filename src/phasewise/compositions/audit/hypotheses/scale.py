"""Totals that are doubled, halved or given as fractions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["hypotheses"]

FACTORS = {
    2.0: "all oxides are doubled",
    0.5: "all oxides are halved",
    3.0: "all oxides are tripled",
    10.0: "all oxides are ten times too high",
    0.1: "all oxides are ten times too low",
    100.0: "all oxides are a hundred times too high",
    0.01: "the oxides are fractions of 1, not percent",
    1e4: "the oxides are in ppm, not percent",
}


def hypotheses() -> list[Hypothesis]:
    """Return that all oxides were multiplied by one factor."""
    return [
        Hypothesis(
            "totals scaled",
            what,
            f"Divide all oxides by {factor:g}",
            partial(_divided, by=factor),
            cost=2.0,
            least_off=0,
        )
        for factor, what in FACTORS.items()
    ]


def _divided(values: FloatArray, by: float) -> FloatArray:
    return values / by
