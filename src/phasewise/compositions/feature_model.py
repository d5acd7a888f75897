"""Models that look at features of closed compositions: networks with a class for none of the phases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.features import FEATURES, INPUTS, features, features_of
from phasewise.compositions.known_rows import ARRAYS, KnownRows
from phasewise.compositions.left_out import most_left_out
from phasewise.compositions.model import Thresholds, conformal_of_card, in_chunks, two_largest
from phasewise.compositions.risk import thresholds_at
from phasewise.core.errors import ModelError
from phasewise.infer.mixing import TypicalCompositions
from phasewise.infer.network import DenseNetwork, Ensemble, Layer, softmax
from phasewise.infer.predictive import Predictive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import BoolArray, FloatArray, IntArray
    from phasewise.infer.bundle import Bundle
    from phasewise.infer.conformal import ConformalSets

__all__ = ["FeatureModel", "from_bundle", "to_arrays"]

_TYPICAL = ("mean", "covariance", "total", "count")


@dataclass(frozen=True, eq=False)
class FeatureModel:
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
    conformal : ConformalSets
        For the prediction sets.
    oxides : tuple of str
        The inputs that it uses; what a table holds of the others makes no difference to the probabilities.
    typical : TypicalCompositions or None
        What analyses of the phases are usually like; None in models that were trained without.
    known : KnownRows or None
        The analyses that it has learned from; None in siblings.
    """

    name: str
    phases: tuple[str, ...]
    networks: tuple[DenseNetwork, ...]
    unmixing: DenseNetwork
    temperature: float
    belonging_exponent: float
    thresholds: Thresholds
    card: Mapping[str, Any]
    conformal: ConformalSets
    oxides: tuple[str, ...] = INPUTS
    typical: TypicalCompositions | None = None
    known: KnownRows | None = None

    weighs_totals = True
    """Closing to 100 % throws the total away."""

    @cached_property
    def used(self) -> BoolArray:
        """Which of `INPUTS` it uses."""
        return np.isin(INPUTS, self.oxides)

    @cached_property
    def most_left_out(self) -> FloatArray:
        """The most, in wt%, that each phase holds of each input that the model does not use."""
        return most_left_out(self.card, self.phases)

    def at_risk(self, risk: float) -> FeatureModel:
        """Return the model with thresholds for a risk; see `CompositionModel`."""
        return replace(self, thresholds=thresholds_at(self.card, risk))

    def probabilities(self, values: FloatArray, present: BoolArray | None = None) -> FloatArray:
        """Return the probability of each phase and, last, of none; see `CompositionModel`."""
        used = self.used if present is None else self.used & present
        return _run(self.networks, self.temperature, values, used)

    def uncertainties(self, values: FloatArray) -> FloatArray:
        """Return aleatoric and epistemic uncertainty of the ensemble; see `CompositionModel`."""

        def run(chunk: FloatArray) -> FloatArray:
            x = features(np.where(self.used, chunk, np.nan))
            told = Predictive.of(np.stack([softmax(network.logits(x)) for network in self.networks]))
            return np.stack([told.aleatoric, told.epistemic], axis=1)

        return in_chunks(run, values, 2)

    def fractions(self, values: FloatArray) -> FloatArray:
        """Return the mass fraction of each phase and, last, of anything else; see `CompositionModel`."""
        return _run((self.unmixing,), 1.0, values, self.used)

    def best_pair(self, values: FloatArray, fractions: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the two phases that mixtures are most likely of; see `CompositionModel`."""
        if self.typical is None:
            return two_largest(fractions)
        return self.typical.best_pair(values, fractions)

    def log_likelihood(self, values: FloatArray, phase: int) -> FloatArray:
        """Return how likely rows are of a phase; see `CompositionModel`."""
        if self.typical is None:
            return np.full(len(values), np.nan)
        return self.typical.log_likelihood(values, phase)

    def parts(self, values: FloatArray, first: IntArray, second: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the mass fraction of the second of two phases, and its error; see `CompositionModel`."""
        if self.typical is None:
            return np.full(len(values), np.nan), np.full(len(values), np.nan)
        return self.typical.parts(values, first, second)


def _run(
    networks: tuple[DenseNetwork, ...], temperature: float, values: FloatArray, present: BoolArray
) -> FloatArray:
    ensemble = _ensemble(networks, temperature, tuple(present.tolist()))
    return in_chunks(
        lambda chunk: ensemble.probabilities(features(chunk, present=present)),
        values,
        ensemble.bias.shape[1],
    )


@lru_cache(maxsize=64)
def _ensemble(networks: tuple[DenseNetwork, ...], temperature: float, present: tuple[bool, ...]) -> Ensemble:
    return Ensemble.of(networks, temperature, varying=features_of(np.array(present)))


def to_arrays(
    networks: tuple[DenseNetwork, ...], unmixing: DenseNetwork, typical: TypicalCompositions | None = None
) -> dict[str, FloatArray]:
    """Return the weights of networks, and typical compositions, under the names that `from_bundle` reads."""
    arrays = {"center": unmixing.center, "scale": unmixing.scale}
    named = {f"network{n}": network for n, network in enumerate(networks)} | {"unmixing": unmixing}
    for name, network in named.items():
        for depth, layer in enumerate(network.layers):
            arrays[f"{name}.weight{depth}"] = layer.weight
            arrays[f"{name}.bias{depth}"] = layer.bias
    if typical is not None:
        arrays |= {f"typical.{name}": getattr(typical, name) for name in _TYPICAL}
    return arrays


def from_bundle(bundle: Bundle) -> FeatureModel:
    """Return the model that a bundle holds; see `phasewise.compositions.load.from_bundle`."""
    card = bundle.card
    if tuple(card["inputs"]["columns"]) != INPUTS or tuple(card["inputs"]["features"]) != FEATURES:
        raise ModelError(
            f"Model '{card['name']}' was trained on other inputs than this phasewise makes. Train it again."
        )
    center, scale = bundle.array("center"), bundle.array("scale")
    oxides = tuple(card["inputs"].get("oxides", INPUTS))
    if not set(oxides) <= set(INPUTS):
        odd = ", ".join(sorted(set(oxides) - set(INPUTS)))
        raise ModelError(
            f"Model '{card['name']}' uses {odd}, which this phasewise does not read. Train it again."
        )
    names = [f"network{n}" for n in range(card["networks"]["count"])]
    networks = tuple(_network(bundle, name, center, scale) for name in names)
    return FeatureModel(
        card["name"],
        tuple(card["classes"]),
        networks,
        _network(bundle, "unmixing", center, scale),
        float(card["calibration"]["temperature"]),
        float(card["calibration"]["belonging_exponent"]),
        Thresholds.of_card(card["thresholds"]),
        card,
        conformal_of_card(card),
        oxides,
        _typical(bundle),
        _known(bundle),
    )


def _typical(bundle: Bundle) -> TypicalCompositions | None:
    if "mixtures" not in bundle.card:
        return None
    arrays = {name: bundle.array(f"typical.{name}") for name in _TYPICAL}
    k, p = len(bundle.card["classes"]), len(INPUTS)
    if [array.shape for array in arrays.values()] != [(k, p), (k, p, p), (k,), (k,)]:
        raise ModelError(f"Model '{bundle.card['name']}': typical compositions do not fit its card.")
    return TypicalCompositions(**arrays, error_scale=float(bundle.card["mixtures"]["error_scale"]))


def _known(bundle: Bundle) -> KnownRows | None:
    if "known_rows" not in bundle.card:
        return None
    entries, arrays = bundle.card["known_rows"], {name: bundle.array(name) for name in ARRAYS}
    return KnownRows.of_arrays(arrays, tuple(entries["parts"]), int(entries["folds"]))


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
