"""A trained model of compositions: from inputs to the probability of each phase and of none."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.features import FEATURES, INPUTS, features, features_of
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import Bundle, load_bundle, models_of_the_zoo
from phasewise.infer.network import DenseNetwork, Ensemble, Layer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["TASK", "CompositionModel", "Thresholds", "load_model"]

CHUNK_ROWS = 512
"""Rows that go through features and networks at a time: they stay in the processor's cache."""

TASK = "phase of a chemical composition"


@dataclass(frozen=True)
class Thresholds:
    """What turns probabilities into verdicts.

    Attributes
    ----------
    belonging : float
        An analysis whose probability of being one of the phases at all is lower is refused.
    probability : float
        A phase whose probability among the phases is lower is ambiguous.
    coverage : float
        Probability that the prediction set holds together.
    """

    belonging: float
    probability: float
    coverage: float


@dataclass(frozen=True, eq=False)
class CompositionModel:
    """An ensemble of networks over features of compositions, with its card.

    Attributes
    ----------
    name : str
        The name in its card.
    phases : tuple of str
        Class names, in the order of the probabilities.
    networks : tuple of DenseNetwork
        Each gives the logits of the phases and, last, of "none of these".
    unmixing : DenseNetwork
        Gives the logits of the mass fractions of the phases in a refused analysis and, last, of "no
        mixture of them".
    temperature : float
        Divides the logits; fitted on predictions for publications that the networks had not seen.
    belonging_exponent : float
        The probability of a phase is its probability among the phases times the probability that the
        analysis is one of them, to this power; fitted on the same publications, errors included.
    thresholds : Thresholds
        For the verdicts.
    card : mapping
        The content of ``card.toml``.
    """

    name: str
    phases: tuple[str, ...]
    networks: tuple[DenseNetwork, ...]
    unmixing: DenseNetwork
    temperature: float
    belonging_exponent: float
    thresholds: Thresholds
    card: Mapping[str, Any]

    def probabilities(self, values: FloatArray, present: BoolArray | None = None) -> FloatArray:
        """Return the probability of each phase and, last, of none of them.

        A row's result is the same to the last bit whatever rows stand beside it.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt% in the order of `INPUTS`; NaN where not measured. Rows without any oxide give NaN.
        present : (len(INPUTS),) bool, optional
            The inputs that the table has; the others must be NaN in all rows. The fewer there are, the
            less is to be computed.

        Returns
        -------
        (n, len(phases) + 1) float64
            Each column is contiguous.
        """
        return _run(self.networks, self.temperature, values, present)

    def fractions(self, values: FloatArray) -> FloatArray:
        """Return the mass fraction of each phase in mixtures and, last, the share of anything else.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt% of analyses that were refused.

        Returns
        -------
        (n, len(phases) + 1) float64
        """
        return _run((self.unmixing,), 1.0, values)


def _run(
    networks: tuple[DenseNetwork, ...],
    temperature: float,
    values: FloatArray,
    present: BoolArray | None = None,
) -> FloatArray:
    if present is None:
        present = np.ones(len(INPUTS), dtype=bool)
    ensemble = _ensemble(networks, temperature, tuple(present.tolist()))
    out = np.empty((ensemble.bias.shape[1], len(values)))
    for start in range(0, len(values), CHUNK_ROWS):
        chunk = values[start : start + CHUNK_ROWS]
        p = ensemble.probabilities(features(_padded(chunk), present=present))
        out[:, start : start + CHUNK_ROWS] = p[: len(chunk)].T
    return out.T


@lru_cache(maxsize=64)
def _ensemble(networks: tuple[DenseNetwork, ...], temperature: float, present: tuple[bool, ...]) -> Ensemble:
    return Ensemble.of(networks, temperature, varying=features_of(np.array(present)))


def _padded(values: FloatArray) -> FloatArray:
    """Return values with enough rows for a whole chunk.

    Matrix products round differently for different numbers of rows; all chunks are therefore as long.
    """
    missing = CHUNK_ROWS - len(values)
    return values if missing == 0 else np.pad(values, ((0, missing), (0, 0)), constant_values=1.0)


def among_phases(p: FloatArray) -> FloatArray:
    """Return the probability of each phase, if it is one of them, from those of the phases and of none."""
    return np.asarray(p[:, :-1] / np.maximum(1.0 - p[:, -1:], 1e-9))


def to_arrays(networks: tuple[DenseNetwork, ...], unmixing: DenseNetwork) -> dict[str, FloatArray]:
    """Return the weights of networks under the names that `from_bundle` reads."""
    arrays = {"center": unmixing.center, "scale": unmixing.scale}
    named = {f"network{n}": network for n, network in enumerate(networks)} | {"unmixing": unmixing}
    for name, network in named.items():
        for depth, layer in enumerate(network.layers):
            arrays[f"{name}.weight{depth}"] = layer.weight
            arrays[f"{name}.bias{depth}"] = layer.bias
    return arrays


def from_bundle(bundle: Bundle) -> CompositionModel:
    """Return the model that a bundle holds.

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
        return _assembled(bundle)
    except KeyError as error:
        raise ModelError(f"The card of model '{card['name']}' lacks {error}. Train it again.") from error
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"The card of model '{card['name']}' is damaged: {error}. Train it again."
        ) from error


def _assembled(bundle: Bundle) -> CompositionModel:
    card = bundle.card
    if tuple(card["inputs"]["columns"]) != INPUTS or tuple(card["inputs"]["features"]) != FEATURES:
        raise ModelError(
            f"Model '{card['name']}' was trained on other inputs than this phasewise makes. Train it again."
        )
    center, scale = bundle.array("center"), bundle.array("scale")
    names = [f"network{n}" for n in range(card["networks"]["count"])]
    networks = tuple(_network(bundle, name, center, scale) for name in names)
    return CompositionModel(
        card["name"],
        tuple(card["classes"]),
        networks,
        _network(bundle, "unmixing", center, scale),
        float(card["calibration"]["temperature"]),
        float(card["calibration"]["belonging_exponent"]),
        Thresholds(**{f.name: float(card["thresholds"][f.name]) for f in fields(Thresholds)}),
        card,
    )


def _network(bundle: Bundle, name: str, center: FloatArray, scale: FloatArray) -> DenseNetwork:
    depth = len(bundle.card["networks"]["hidden"]) + 1
    layers = tuple(
        Layer(bundle.array(f"{name}.weight{d}"), bundle.array(f"{name}.bias{d}")) for d in range(depth)
    )
    sizes = (len(FEATURES), *bundle.card["networks"]["hidden"], len(bundle.card["classes"]) + 1)
    for d, layer in enumerate(layers):
        if layer.weight.shape != sizes[d : d + 2] or layer.bias.shape != (sizes[d + 1],):
            raise ModelError(f"Model '{bundle.card['name']}': {layer.weight.shape=} does not fit its card.")
    if not all(np.isfinite(layer.weight).all() for layer in layers):
        raise ModelError(f"Model '{bundle.card['name']}' holds weights that are not finite.")
    return DenseNetwork(center, scale, layers)


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
