"""Writing of trained models: weights and card, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import tomli_w
from safetensors.numpy import save

from phasewise.infer.bundle import CARD, SCHEMA_VERSION, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import FloatArray

__all__ = ["save_bundle"]


def save_bundle(folder: Path, arrays: Mapping[str, FloatArray], card: Mapping[str, Any]) -> None:
    """Write weights and card to a folder, which is made where it does not exist.

    Networks are trained in single precision: weights that it holds exactly take half the room. The card is
    written last: a folder without one is no model.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    raw = save({name: _narrow(arrays[name]) for name in sorted(arrays)})
    (folder / WEIGHTS).write_bytes(raw)
    full = {
        "schema_version": SCHEMA_VERSION,
        **card,
        "weights": {
            "file": WEIGHTS,
            "dtype": "float32 where exact",
            "sha256": hashlib.sha256(raw).hexdigest(),
        },
    }
    (folder / CARD).write_text(tomli_w.dumps(full), encoding="utf-8")


def _narrow(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return doubles in single precision where that loses nothing."""
    if array.dtype != np.float64:
        return array
    narrow = array.astype(np.float32)
    return narrow if np.array_equal(narrow, array, equal_nan=True) else array
