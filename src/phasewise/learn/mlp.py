"""Multilayer perceptrons as estimators with scikit-learn's interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, check_random_state, validate_data

from phasewise.infer.deep_ensemble import DeepEnsemble
from phasewise.infer.missing import measured_inputs
from phasewise.learn.network import NetworkRecipe, train_network

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray
    from phasewise.infer.network import DenseNetwork

__all__ = ["Missing", "NetworkClassifier", "TableEpochs"]

Missing = Literal["zero", "learnt"]

LEAST_SCALE = 1e-3
"""Added to the standard deviation of an input (wt%), so that one that never changes does no harm."""


@dataclass(frozen=True, eq=False)
class TableEpochs:
    """The rows of a table in each epoch: as they are, or with inputs lost and rows mixed.

    Attributes
    ----------
    x : (n, p) float64
        Inputs, NaN where not measured.
    targets : (n, k) float64
        1 for the class.
    weight : (n,) float64
        Of each row in the loss.
    missing : {"zero", "learnt"}
        With "learnt", half of the rows lose inputs in each epoch, another choice for each row, and the
        network is told which are there.
    mixup : float
        The part of the rows that is mixed with another row in each epoch, the targets alike (Zhang et al.
        2018, arXiv:1710.09412); from half to all of a mixed row is its own, evenly distributed. An
        electron beam on a grain boundary does the same.
    seed : int
        Source of chance.
    """

    x: FloatArray
    targets: FloatArray
    weight: FloatArray
    missing: Missing
    mixup: float
    seed: int

    def __call__(self, epoch: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return features, targets and weights of one epoch."""
        rng = np.random.default_rng([self.seed, epoch])
        x, targets = self.x, self.targets
        if self.mixup > 0:
            part = rng.random((len(x), 1))
            part = np.maximum(part, 1 - part)
            part[rng.random(len(x)) >= self.mixup] = 1.0
            other = rng.permutation(len(x))
            x = part * x + (1 - part) * np.where(np.isnan(x[other]), 0.0, x[other])
            targets = part * targets + (1 - part) * targets[other]
        if self.missing == "learnt":
            lost = rng.random(x.shape) < np.where(rng.random((len(x), 1)) < 0.5, rng.random((len(x), 1)), 0)
            x = np.where(lost, np.nan, x)
        return measured_inputs(x, marked=self.missing == "learnt"), targets, self.weight

    def standard(self) -> tuple[FloatArray, FloatArray]:
        """Return center and scale of the features; marks stay as they are."""
        values = measured_inputs(self.x, marked=False)
        center, scale = values.mean(axis=0), values.std(axis=0) + LEAST_SCALE
        if self.missing == "learnt":
            center = np.concatenate([center, np.zeros(len(center))])
            scale = np.concatenate([scale, np.ones(len(scale))])
        return center, scale


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A multilayer perceptron of tanh units, trained by cross-entropy.

    Parameters
    ----------
    hidden : tuple of int
        Sizes of the hidden layers.
    epochs, batch : int
        Passes over the rows, and rows a step.
    learning_rate : float
        Highest rate of the one-cycle schedule of AdamW.
    weight_decay : float
        Pull of the weights towards 0 (AdamW's).
    missing : {"zero", "learnt"}
        What NaN (not measured) means to the network: 0 wt%, or a state of its own that is learnt from
        rows that lose inputs at random.
    mixup : float
        See `TableEpochs`; 0 for none.
    random_state : int, RandomState or None
        The same number gives the same weights on one machine.

    Attributes
    ----------
    classes_ : (k,) array
        Class labels.
    predictor_ : DeepEnsemble
        Predicts with NumPy alone.
    """

    def __init__(
        self,
        hidden: tuple[int, ...] = (64, 32),
        epochs: int = 30,
        batch: int = 512,
        learning_rate: float = 5e-3,
        weight_decay: float = 1e-3,
        missing: Missing = "zero",
        mixup: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.epochs = epochs
        self.batch = batch
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.missing = missing
        self.mixup = mixup
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on inputs (n, p) in wt% (NaN: not measured) and labels (n,).

        Raises
        ------
        ValueError
            If the table is empty, not numeric or infinite, or has fewer than two classes.
        """
        x, index, weight = self._checked(X, y, sample_weight)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        targets = np.eye(len(self.classes_))[index]
        rows = TableEpochs(x, targets, weight, self.missing, self.mixup, seed)
        self.predictor_ = self._trained(rows, seed)
        return self

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> tuple[FloatArray, IntArray, FloatArray]:
        x, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        if self.missing not in ("zero", "learnt"):
            raise ValueError(f"missing={self.missing!r} is neither 'zero' nor 'learnt'")
        self.classes_, index = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs at least two classes; y has one class.")
        weight = _check_sample_weight(sample_weight, x, dtype=np.float64)
        if (weight < 0).any() or not weight.any():
            raise ValueError("sample_weight has negative values, or nothing but 0.")
        return x, index, weight / weight.mean()

    def _trained(self, rows: TableEpochs, seed: int) -> Any:
        return DeepEnsemble((self._network(rows, seed),), self.missing == "learnt")

    def _network(self, rows: TableEpochs, seed: int) -> DenseNetwork:
        return train_network(rows, *rows.standard(), rows.targets.shape[1], self._recipe(seed))

    def _recipe(self, seed: int) -> NetworkRecipe:
        return NetworkRecipe(
            tuple(self.hidden),
            self.epochs,
            self.batch,
            self.learning_rate,
            self.weight_decay,
            seed=seed,
            activation="tanh",
        )

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the probability of each class (n, k), in the order of ``classes_``."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return np.asarray(self.predictor_.probabilities(x))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row (n,)."""
        index = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[index])

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that NaN may stand in the table."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
