r"""Bayesian neural networks by variational inference, as estimators with scikit-learn's interface.

The posterior of the weights w given the rows D is approximated by independent normal distributions,

    q(w) = prod_i N(w_i; m_i, s_i^2),    prior  p(w) = prod_i N(w_i; 0, prior_sd^2),

whose means and standard deviations minimise KL[q(w) || p(w|D)], that is, maximise the evidence lower bound

    ELBO = E_q[log p(D|w)] - KL[q(w) || p(w)],
    KL[q || p] = sum_i ( log(prior_sd / s_i) + (s_i^2 + m_i^2) / (2 prior_sd^2) - 1/2 ).

What is minimised is  -E_q[log p(D|w)] / n + a(t) * kl_weight * KL / n: the weight of the KL term rises from
0 to `kl_weight` over the first half of the training (annealing); ``kl_weight=1`` is the ELBO. Less counts
every row as several and gives a colder posterior, though only partly so: the prior keeps its width. The
expectation is estimated by one draw a row of each unit's sum, b = sum_i w_i a_i, instead of the weights:

    b ~ N( sum_i m_i a_i, sum_i s_i^2 a_i^2 )       (local reparameterisation).

References
----------
Blundell et al. 2015, Weight uncertainty in neural networks, arXiv:1505.05424 (q and the ELBO, there with
s = log(1 + exp rho) instead of log s as the free parameter). The KL term is that of two normal distributions.
Kingma, Salimans and Welling 2015, Variational dropout and the local reparameterization trick,
arXiv:1506.02557. Bowman et al. 2016, Generating sentences from a continuous space, arXiv:1511.06349 (KL
annealing). Wenzel et al. 2020, How good is the Bayes posterior in deep neural networks really?,
arXiv:2002.02405 (cold posteriors).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from torch import nn

from phasewise.infer.bayesian import BayesianNetwork, NormalLayer
from phasewise.learn.mlp import Missing, NetworkClassifier
from phasewise.learn.network import cross_entropy, descend, reproducible

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray
    from phasewise.learn.mlp import TableEpochs

__all__ = ["BayesianNetworkClassifier", "Variational"]

Variational = Literal["all", "last"]

FIRST_LOG_SD = -5.0
"""Logarithm of the standard deviation of every weight before training."""

ANNEALED = 0.5
"""The KL term has its full weight after this part of the training."""


class VariationalLinear(nn.Module):
    """A linear map with normal weights; without variance, an ordinary one.

    Parameters
    ----------
    fan_in, fan_out : int
        Sizes.
    uncertain : bool
        Whether the weights have a variance.
    """

    def __init__(self, fan_in: int, fan_out: int, *, uncertain: bool) -> None:
        super().__init__()
        self.mean = nn.Linear(fan_in, fan_out)
        self.log_sd = nn.Linear(fan_in, fan_out) if uncertain else None
        if self.log_sd is not None:
            for parameter in self.log_sd.parameters():
                nn.init.constant_(parameter, FIRST_LOG_SD)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a draw of the sums (n, fan_out), another one for each row."""
        mean: torch.Tensor = self.mean(x)
        if self.log_sd is None:
            return mean
        variance = (x * x) @ torch.exp(2 * self.log_sd.weight).T + torch.exp(2 * self.log_sd.bias)
        return mean + torch.sqrt(variance) * torch.randn_like(mean)

    def kl(self, prior_sd: float) -> torch.Tensor:
        """Return KL[q || p] of the weights in nats; 0 without variance."""
        if self.log_sd is None:
            return torch.zeros(())
        total = torch.zeros(())
        for mean, log_sd in zip(self.mean.parameters(), self.log_sd.parameters(), strict=True):
            spread = (torch.exp(2 * log_sd) + mean * mean) / (2 * prior_sd**2)
            total = total + (math.log(prior_sd) - log_sd + spread - 0.5).sum()
        return total

    def normal_layer(self) -> NormalLayer:
        """Return the distribution of the weights as arrays."""
        weight, bias = (p.detach().numpy().astype(np.float64) for p in self.mean.parameters())
        if self.log_sd is None:
            return NormalLayer(weight.T.copy(), np.zeros_like(weight.T), bias, np.zeros_like(bias))
        log_sd = (p.detach().numpy().astype(np.float64) for p in self.log_sd.parameters())
        weight_variance, bias_variance = (np.exp(2 * array) for array in log_sd)
        return NormalLayer(weight.T.copy(), weight_variance.T.copy(), bias, bias_variance)


class BayesianNetworkClassifier(NetworkClassifier):
    """A multilayer perceptron whose weights have a posterior, found by variational inference.

    The formulae stand at the top of this module.

    Parameters
    ----------
    variational : {"all", "last"}
        The layers whose weights have a variance; those of the others are pulled to 0 by `weight_decay`.
    kl_weight : float
        Weight of KL[q || p] against the log-likelihood: 1 for the ELBO.
    prior_sd : float
        Standard deviation of the prior of each weight, for standardised inputs.
    least_rows : float
        A class with fewer rows weighs as much in the likelihood as this many. Else the KL term, which does
        not know how rare a class is, outweighs it: the prior wins over the only rows that speak for it.
    hidden, epochs, batch, learning_rate, weight_decay, missing, mixup, random_state
        As for `NetworkClassifier`.

    Attributes
    ----------
    predictor_ : BayesianNetwork
        Its ``predictive`` averages over the weights in closed form and tells aleatoric from epistemic
        uncertainty.
    elbo_ : float
        What was reached: the evidence lower bound a row in nats, noisy, `kl_weight` included.
    """

    def __init__(
        self,
        variational: Variational = "all",
        kl_weight: float = 1.0,
        prior_sd: float = 1.0,
        least_rows: float = 0.0,
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
        self.variational = variational
        self.kl_weight = kl_weight
        self.prior_sd = prior_sd
        self.least_rows = least_rows

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> tuple[FloatArray, IntArray, FloatArray]:
        x, index, weight = super()._checked(X, y, sample_weight)
        of_class = np.maximum(np.bincount(index, weights=weight), 1e-9)
        return x, index, weight * np.maximum(1.0, self.least_rows / of_class)[index]

    def _trained(self, rows: TableEpochs, seed: int) -> BayesianNetwork:
        if self.variational not in ("all", "last"):
            raise ValueError(f"variational={self.variational!r} is neither 'all' nor 'last'")
        reproducible(seed)
        center, scale = rows.standard()
        sizes = (len(center), *self.hidden, rows.targets.shape[1])
        uncertain = [self.variational == "all"] * len(self.hidden) + [True]
        layers = [
            VariationalLinear(a, b, uncertain=u) for (a, b), u in zip(pairwise(sizes), uncertain, strict=True)
        ]
        groups = [
            {"params": list(layer.parameters()), "weight_decay": 0.0 if u else self.weight_decay}
            for layer, u in zip(layers, uncertain, strict=True)
        ]

        def loss(x: torch.Tensor, y: torch.Tensor, weight: torch.Tensor, done: float) -> torch.Tensor:
            annealed = self.kl_weight * min(1.0, done / ANNEALED) / len(rows.x)
            kl = torch.stack([layer.kl(self.prior_sd) for layer in layers]).sum()
            return cross_entropy(_forward(layers, x), y, weight) + annealed * kl

        losses: list[float] = []
        descend(groups, loss, rows, (center, scale), self._recipe(seed), losses.append)
        self.elbo_ = -losses[-1]
        normal = tuple(layer.normal_layer() for layer in layers)
        return BayesianNetwork(center, scale, normal, self.missing == "learnt")


def _forward(layers: list[VariationalLinear], x: torch.Tensor) -> torch.Tensor:
    for layer in layers[:-1]:
        x = torch.tanh(layer(x))
    out: torch.Tensor = layers[-1](x)
    return out
