"""Models by name or folder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from phasewise.chem.minerals import load_minerals
from phasewise.chem.own_minerals import add_own_minerals
from phasewise.compositions import feature_model, oxide_model
from phasewise.compositions.model import TASK
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import Bundle, load_bundle, models_of_the_zoo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from phasewise.compositions.model import CompositionModel

__all__ = ["from_bundle", "load_model"]


def load_model(name: str | Path = "default") -> CompositionModel:
    """Return a model of the zoo by its name, or one in a folder by its path.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged or made for something else.
    """
    return _shipped(name) if name in models_of_the_zoo() else from_bundle(load_bundle(name))


@cache
def _shipped(name: str | Path) -> CompositionModel:
    return from_bundle(load_bundle(name))


def from_bundle(bundle: Bundle) -> CompositionModel:
    """Return the model that a bundle holds, and make the minerals known that its card brings along.

    Raises
    ------
    ModelError
        If the bundle is of another task, lacks something, or its inputs or features are not those of
        this phasewise.
    """
    card = bundle.card
    if card["task"] != TASK:
        raise ModelError(f"Model '{card['name']}' is for another task: {card['task']!r}, not {TASK!r}.")
    try:
        _make_minerals_known(card)
        if card.get("kind") == oxide_model.KIND:
            return oxide_model.from_bundle(bundle)
        return feature_model.from_bundle(bundle)
    except KeyError as error:
        raise ModelError(f"The card of model '{card['name']}' lacks {error}. Train it again.") from error
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"The card of model '{card['name']}' is damaged: {error}. Train it again."
        ) from error


def _make_minerals_known(card: Mapping[str, Any]) -> None:
    """Make the own minerals of a card known, which are all of its classes that phasewise has no file of."""
    where, classes = f"Model '{card['name']}'", card["classes"]
    own = card.get("own_minerals", {})
    strays = [name for name in own if name not in classes] if isinstance(own, dict) else []
    if strays:
        raise ModelError(f"{where}: its card describes {', '.join(strays)}, no class of it. Train it again.")
    add_own_minerals(own, where)
    unknown = [str(name) for name in classes if name not in load_minerals()]
    if unknown:
        raise ModelError(
            f"{where} knows {', '.join(unknown)}, of which there is no mineral file, neither in phasewise "
            "nor in its card. Install the phasewise that it was trained with, or train it again."
        )
