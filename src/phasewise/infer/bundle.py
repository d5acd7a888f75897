"""A trained model on disk: a folder with ``weights.safetensors`` and ``card.toml``.

Nothing in it can run code. Without a card there is no model, and the card's checksum must fit the weights.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_safetensors

from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from phasewise.core.types import FloatArray

__all__ = ["CARD", "SCHEMA_VERSION", "WEIGHTS", "Bundle", "load_bundle", "models_of_the_zoo"]

SCHEMA_VERSION = 1
CARD = "card.toml"
WEIGHTS = "weights.safetensors"
_REQUIRED = ("schema_version", "name", "task", "classes", "inputs", "training", "limits", "weights")


@dataclass(frozen=True, eq=False)
class Bundle:
    """Weights and the card that says what they are.

    Attributes
    ----------
    arrays : mapping of str to float64 array
        The weights by name.
    card : mapping
        The content of ``card.toml``.
    """

    arrays: Mapping[str, FloatArray]
    card: Mapping[str, Any]

    def array(self, name: str) -> FloatArray:
        """Return one array of weights.

        Raises
        ------
        ModelError
            If the model does not hold it.
        """
        if name not in self.arrays:
            raise ModelError(f"Model '{self.card['name']}' holds no weights named '{name}'. Train it again.")
        return self.arrays[name]


def _zoo() -> Traversable:
    return resources.files("phasewise") / "zoo"


def models_of_the_zoo() -> tuple[str, ...]:
    """Return the names of the models that are installed with phasewise."""
    zoo = _zoo()
    return tuple(sorted(f.name for f in zoo.iterdir() if (f / CARD).is_file())) if zoo.is_dir() else ()


def load_bundle(name: str | Path) -> Bundle:
    """Return a model of the zoo by its name, or one in a folder by its path.

    Parameters
    ----------
    name : str or Path
        A name of `models_of_the_zoo`, which comes first, or a folder with a card and weights.

    Raises
    ------
    ModelError
        If there is no such model, its card is missing or incomplete, or the weights are not those
        that the card describes.
    """
    shipped = isinstance(name, str) and name in models_of_the_zoo()
    folder: Traversable = _zoo() / str(name) if shipped else Path(name)
    card_file, weights_file = folder / CARD, folder / WEIGHTS
    if not card_file.is_file() or not weights_file.is_file():
        known = ", ".join(models_of_the_zoo())
        raise ModelError(
            f"There is no model '{name}'. Give one of the zoo ({known}) or a folder that holds {CARD} and "
            f"{WEIGHTS}."
        )
    card = _read_card(card_file.read_bytes(), str(name))
    raw = weights_file.read_bytes()
    if hashlib.sha256(raw).hexdigest() != card["weights"]["sha256"]:
        raise ModelError(
            f"The weights of model '{name}' are not those of its card. Install or train it again."
        )
    try:
        arrays = load_safetensors(raw)
    except SafetensorError as error:
        raise ModelError(f"The weights of model '{name}' cannot be read: {error}.") from error
    return Bundle(MappingProxyType({k: np.asarray(v, dtype=np.float64) for k, v in arrays.items()}), card)


def _read_card(raw: bytes, name: str) -> Mapping[str, Any]:
    try:
        card = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"The card of model '{name}' cannot be read: {error}.") from error
    missing = [key for key in _REQUIRED if key not in card]
    if missing:
        raise ModelError(f"The card of model '{name}' lacks {', '.join(missing)}.")
    if not isinstance(card["weights"], dict) or "sha256" not in card["weights"]:
        raise ModelError(f"The card of model '{name}' lacks the checksum of its weights. Train it again.")
    if card["schema_version"] != SCHEMA_VERSION:
        raise ModelError(
            f"Model '{name}' has schema version {card['schema_version']}; this phasewise reads "
            f"{SCHEMA_VERSION}. Install the phasewise that it was trained with, or train it again."
        )
    return MappingProxyType(card)
