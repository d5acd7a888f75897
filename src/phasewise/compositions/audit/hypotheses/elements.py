"""Elements that were entered under the headers of their oxides."""

from __future__ import annotations

import numpy as np

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.oxides import OXIDES
from phasewise.compositions.audit.hypotheses.hypothesis import Hypothesis
from phasewise.compositions.features import INPUTS
from phasewise.core.types import FloatArray

__all__ = ["hypotheses"]


def hypotheses() -> list[Hypothesis]:
    """Return that all cations are given as elements, or oxides were converted once too often."""
    return [
        Hypothesis(
            "elements for oxides",
            "the values under the oxides are wt% of the elements",
            "Convert the elements to oxides",
            lambda values: values * _OXIDE_PER_ELEMENT,
            cost=2.0,
            least_off=0,
        ),
        Hypothesis(
            "converted twice",
            "oxides were converted from elements to oxides once more",
            "Divide each oxide by its mass per mass of the element",
            lambda values: values / _OXIDE_PER_ELEMENT,
            cost=3.0,
            least_off=0,
        ),
    ]


def _oxide_per_element() -> FloatArray:
    out = np.ones(len(INPUTS))
    for k, name in enumerate(INPUTS):
        if name in OXIDES:
            oxide = OXIDES[name]
            out[k] = 1.0 / (oxide.cations_per_gram * ATOMIC_WEIGHTS[oxide.element])
    return out


_OXIDE_PER_ELEMENT = _oxide_per_element()
