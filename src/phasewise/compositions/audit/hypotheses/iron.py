"""Total iron as Fe2O3 where FeO is said, and the reverse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis
from phasewise.compositions.features import INPUTS

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray

__all__ = ["hypotheses"]

_IRON = INPUTS.index("FeOt")
LEAST_ROWS = 5


def hypotheses() -> list[Hypothesis]:
    """Return that iron stands under the header of its other oxide."""
    return [
        Hypothesis(
            "iron as the other oxide",
            "the iron that is given as FeO is Fe2O3",
            f"Multiply the iron by {FE2O3_TO_FEO:.4f}, or name its column Fe2O3T",
            partial(_times, factor=FE2O3_TO_FEO),
            4.0,
            LEAST_ROWS,
        ),
        Hypothesis(
            "iron as the other oxide",
            "the iron that is given as Fe2O3 is FeO",
            f"Divide the iron by {FE2O3_TO_FEO:.4f}, or name its column FeOT",
            partial(_times, factor=1 / FE2O3_TO_FEO),
            4.0,
            LEAST_ROWS,
        ),
    ]


def _times(values: FloatArray, factor: float) -> FloatArray:
    out = values.copy()
    out[:, _IRON] *= factor
    return out
