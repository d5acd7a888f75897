"""Deep ensembles as estimators with scikit-learn's interface."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from phasewise.infer.deep_ensemble import DeepEnsemble
from phasewise.learn.mlp import Missing, NetworkClassifier

if TYPE_CHECKING:
    from phasewise.learn.mlp import TableEpochs

__all__ = ["DeepEnsembleClassifier"]


class DeepEnsembleClassifier(NetworkClassifier):
    """Networks that differ by their seed, whose probabilities are averaged.

    Source: Lakshminarayanan et al. 2017, arXiv:1612.01474.

    Parameters
    ----------
    members : int
        Number of networks.
    hidden, epochs, batch, learning_rate, weight_decay, missing, mixup, random_state
        As for `NetworkClassifier`.

    Attributes
    ----------
    predictor_ : DeepEnsemble
        Its ``predictive`` also tells how far the networks disagree.
    """

    def __init__(
        self,
        members: int = 5,
        hidden: tuple[int, ...] = (64, 32),
        epochs: int = 30,
        batch: int = 512,
        learning_rate: float = 5e-3,
        weight_decay: float = 1e-3,
        missing: Missing = "zero",
        mixup: float = 0.0,
        random_state: Any = None,
    ) -> None:
        super().__init__(hidden, epochs, batch, learning_rate, weight_decay, missing, mixup, random_state)
        self.members = members

    def _trained(self, rows: TableEpochs, seed: int) -> DeepEnsemble:
        seeds = [seed + n for n in range(self.members)]
        networks = tuple(self._network(replace(rows, seed=s), s) for s in seeds)
        return DeepEnsemble(networks, self.missing == "learnt")
