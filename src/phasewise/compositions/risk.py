"""Thresholds for a stated risk, from the table that the training left in the card of a model.

A risk is the share of wrong labels among accepted analyses of phases that the model knows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.model import Thresholds
from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["thresholds_at"]

_EQUAL = 1e-9
_FIELDS = ("belonging", "probability", "uncertainty")


def thresholds_at(card: Mapping[str, Any], risk: float) -> Thresholds:
    """Return the thresholds of a card for a risk, between its levels by interpolation over the logarithm.

    Parameters
    ----------
    card : mapping
        With the table ``[risk]``: ``levels``, sorted by ``risk``, each with thresholds; those with
        ``attained = false`` keep no promise and do not count.
    risk : float
        Permitted share of wrong labels among accepted analyses.

    Raises
    ------
    ModelError
        If the card has no such table, it is damaged, or the risk lies outside it.
    """
    risks, thresholds = _levels(card)
    if not risks[0] * (1 - _EQUAL) <= risk <= risks[-1] * (1 + _EQUAL):
        raise ModelError(
            f"Model '{card['name']}' cannot keep a risk of {risk:g}. Choose one from {risks[0]:g} to "
            f"{risks[-1]:g}, the share of wrong labels among accepted analyses."
        )
    return Thresholds(
        *(_interpolated(risk, risks, [getattr(t, name) for t in thresholds]) for name in _FIELDS)
    )


def _levels(card: Mapping[str, Any]) -> tuple[list[float], list[Thresholds]]:
    if "risk" not in card:
        raise ModelError(
            f"Model '{card['name']}' was trained before risks could be chosen. Leave out the risk, or train "
            "the model again: phasewise train RECIPE."
        )
    try:
        kept = [level for level in card["risk"]["levels"] if level.get("attained", True)]
        risks = [float(level["risk"]) for level in kept]
        thresholds = [Thresholds.of_card(level) for level in kept]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(
            f"The risks in the card of model '{card['name']}' are damaged: {error!r}. Train it again."
        ) from error
    if not risks or any(a >= b for a, b in pairwise(risks)) or risks[0] <= 0:
        raise ModelError(
            f"The card of model '{card['name']}' has no risks that rise from level to level. Train it again."
        )
    return risks, thresholds


def _interpolated(risk: float, risks: list[float], values: list[float]) -> float:
    for level, value in zip(risks, values, strict=True):
        if abs(risk - level) <= _EQUAL * level:
            return value
    above = int(np.searchsorted(risks, risk))
    part = np.log(risk / risks[above - 1]) / np.log(risks[above] / risks[above - 1])
    low, high = values[above - 1], values[above]
    return float(low + part * (high - low)) if np.isfinite([low, high]).all() else max(low, high)
