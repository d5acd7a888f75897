"""Models that look at nothing but oxides in wt%: Gaussians, networks, Bayesian networks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.features import INPUTS
from phasewise.compositions.model import Thresholds, conformal_of_card, in_chunks, two_largest
from phasewise.compositions.risk import thresholds_at
from phasewise.core.errors import ModelError
from phasewise.infer.bayesian import BayesianNetwork
from phasewise.infer.calibration import CalibrationMap
from phasewise.infer.deep_ensemble import DeepEnsemble
from phasewise.infer.gaussian import GaussianClasses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.core.types import BoolArray, FloatArray, IntArray
    from phasewise.infer.bundle import Bundle
    from phasewise.infer.conformal import ConformalSets

__all__ = ["KIND", "PREDICTORS", "OxideModel", "from_bundle"]

KIND = "oxides"
"""What the card of such a model calls its kind."""

CHUNK_ROWS = 4096
"""Rows that go through a predictor at a time: with fewer, two threads get in one another's way."""

Predictor = GaussianClasses | DeepEnsemble | BayesianNetwork

PREDICTORS: dict[str, type[Predictor]] = {
    "gda": GaussianClasses,
    "mlp": DeepEnsemble,
    "ensemble": DeepEnsemble,
    "bnn": BayesianNetwork,
}
"""By the type of estimator that a recipe names."""


@dataclass(frozen=True, eq=False)
class OxideModel:
    """A classifier of a few oxides in wt%, with its card.

    It knows no "none of these": a foreign analysis is refused by stoichiometry, by the total, or because
    the model is too unsure of it.

    Attributes
    ----------
    name, phases, thresholds, conformal, card
        As for `CompositionModel`.
    predictor : GaussianClasses, DeepEnsemble or BayesianNetwork
        Gives the probabilities of oxides in wt%.
    calibration : CalibrationMap
        Applied to them; fitted on publications that the predictor had not seen.
    oxides : tuple of str
        What it looks at, in this order.
    """

    name: str
    phases: tuple[str, ...]
    predictor: Predictor
    calibration: CalibrationMap
    thresholds: Thresholds
    conformal: ConformalSets
    card: Mapping[str, Any]
    oxides: tuple[str, ...]

    belonging_exponent = 1.0
    weighs_totals = False

    """Oxides that are not closed to 100 % hold the total already."""

    @cached_property
    def used(self) -> BoolArray:
        """Which of `INPUTS` it uses."""
        return np.isin(INPUTS, self.oxides)

    @cached_property
    def most_left_out(self) -> FloatArray:
        """Nothing: oxides that it does not look at may well have been measured."""
        return np.zeros((len(self.phases) + 1, len(INPUTS)))

    @cached_property
    def _columns(self) -> list[int]:
        return [INPUTS.index(name) for name in self.oxides]

    def at_risk(self, risk: float) -> OxideModel:
        """Return the model with thresholds for a risk; see `CompositionModel`."""
        return replace(self, thresholds=thresholds_at(self.card, risk))

    def probabilities(self, values: FloatArray, present: BoolArray | None = None) -> FloatArray:
        """Return the probability of each phase and, last, of none, which is 0; see `CompositionModel`."""

        def run(chunk: FloatArray) -> FloatArray:
            p = self.calibration.apply(self.predictor.probabilities(chunk[:, self._columns]))
            return np.hstack([p, np.zeros((len(p), 1))])

        return in_chunks(run, values, len(self.phases) + 1, CHUNK_ROWS)

    def uncertainties(self, values: FloatArray) -> FloatArray:
        """Return aleatoric and epistemic uncertainty, NaN for Gaussians; see `CompositionModel`."""
        predictor = self.predictor
        if isinstance(predictor, GaussianClasses):
            return np.full((len(values), 2), np.nan)

        def run(chunk: FloatArray) -> FloatArray:
            told = predictor.predictive(chunk[:, self._columns])
            return np.stack([told.aleatoric, told.epistemic], axis=1)

        return in_chunks(run, values, 2, CHUNK_ROWS)

    def fractions(self, values: FloatArray) -> FloatArray:
        """Return no fraction of any phase: such a model cannot tell what a mixture is made of."""
        out = np.zeros((len(values), len(self.phases) + 1))
        out[:, -1] = 1.0
        return out

    def best_pair(self, values: FloatArray, fractions: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the two largest fractions; see `CompositionModel`."""
        return two_largest(fractions)

    def log_likelihood(self, values: FloatArray, phase: int) -> FloatArray:
        """Return NaN: such a model does not know what is typical; see `CompositionModel`."""
        return np.full(len(values), np.nan)

    def parts(self, values: FloatArray, first: IntArray, second: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return NaN: such a model finds no mixtures; see `CompositionModel`."""
        return np.full(len(first), np.nan), np.full(len(second), np.nan)


def from_bundle(bundle: Bundle) -> OxideModel:
    """Return the model that a bundle holds; see `phasewise.compositions.load.from_bundle`."""
    card = bundle.card
    kind = card["model"]["type"]
    if kind not in PREDICTORS:
        raise ModelError(
            f"Model '{card['name']}' is of type '{kind}'. This phasewise knows {', '.join(PREDICTORS)}. "
            "Install a newer one, or train the model again."
        )
    phases = tuple(card["classes"])
    temperature = float(card["calibration"]["temperature"])
    model = OxideModel(
        card["name"],
        phases,
        PREDICTORS[kind].from_arrays(bundle.arrays),
        CalibrationMap.of_temperature(temperature, len(phases)),
        Thresholds.of_card(card["thresholds"]),
        conformal_of_card(card),
        card,
        tuple(card["inputs"]["columns"]),
    )
    if not np.isfinite(model.probabilities(np.ones((1, len(INPUTS))))).all():
        raise ModelError(f"Model '{card['name']}' holds weights that are not finite.")
    return model
