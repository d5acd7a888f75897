"""What every model of compositions offers, and what they share."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from phasewise.infer.conformal import ConformalSets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "CHUNK_ROWS",
    "TASK",
    "CompositionModel",
    "Thresholds",
    "among_phases",
    "conformal_entries",
    "conformal_of_card",
    "in_chunks",
    "two_largest",
]

CHUNK_ROWS = 512
"""Rows that go through a model at a time: they stay in the processor's cache."""

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
    uncertainty : float
        So is an analysis among whose phases the entropy is higher, in nats.
    """

    belonging: float
    probability: float
    uncertainty: float = float("inf")

    @classmethod
    def of_card(cls, entries: Mapping[str, Any]) -> Thresholds:
        """Return the thresholds of a model card; KeyError where one is absent that has no default."""
        given = {f.name: f for f in fields(cls) if f.name in entries or f.default is MISSING}
        return cls(**{name: float(entries[name]) for name in given})


def conformal_of_card(card: Mapping[str, Any]) -> ConformalSets:
    """Return the prediction sets of a model card; KeyError where it has none."""
    entries = card["conformal"]
    thresholds = [float(entries["thresholds"][name]) for name in card["classes"]]
    return ConformalSets(np.array(thresholds), float(entries["coverage"]))


def conformal_entries(sets: ConformalSets, phases: tuple[str, ...]) -> dict[str, Any]:
    """Return what `conformal_of_card` reads."""
    thresholds = dict(zip(phases, sets.thresholds.tolist(), strict=True))
    return {"coverage": sets.coverage, "thresholds": thresholds}


class CompositionModel(Protocol):
    """A trained model of compositions.

    Attributes
    ----------
    name : str
        The name in its card.
    phases : tuple of str
        Class names, in the order of the probabilities.
    belonging_exponent : float
        The probability of a phase is its probability among the phases times the probability that the
        analysis is one of them, to this power.
    thresholds : Thresholds
        For the verdicts.
    conformal : ConformalSets
        For the prediction sets.
    card : mapping
        The content of ``card.toml``.
    oxides : tuple of str
        The inputs that it uses; what a table holds of the others makes no difference to the probabilities.
    used : (len(INPUTS),) bool
        Which of `INPUTS` these are.
    most_left_out : (phases + 1, len(INPUTS)) float64
        The most, in wt%, that each phase holds of each input that the model was made to do without.
    weighs_totals : bool
        Whether the total is yet to be weighed for the pairs that the mineral files declare.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def phases(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def belonging_exponent(self) -> float: ...  # noqa: D102
    @property
    def thresholds(self) -> Thresholds: ...  # noqa: D102
    @property
    def conformal(self) -> ConformalSets: ...  # noqa: D102
    @property
    def card(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def oxides(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def used(self) -> BoolArray: ...  # noqa: D102
    @property
    def most_left_out(self) -> FloatArray: ...  # noqa: D102
    @property
    def weighs_totals(self) -> bool: ...  # noqa: D102

    def at_risk(self, risk: float) -> CompositionModel:
        """Return the model with thresholds for a risk, the share of wrong labels among accepted analyses.

        Raises
        ------
        ModelError
            If its card names no risks, or the risk lies outside those that it names.
        """
        ...

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
        """
        ...

    def uncertainties(self, values: FloatArray) -> FloatArray:
        """Return aleatoric and epistemic uncertainty in nats; see `phasewise.infer.predictive.Predictive`.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt% in the order of `INPUTS`; NaN where not measured.

        Returns
        -------
        (n, 2) float64
            Before calibration; NaN where the model does not tell them apart.
        """
        ...

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
        ...

    def best_pair(self, values: FloatArray, fractions: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the two phases that mixtures are most likely of, the one with the larger fraction first.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt% of mixtures.
        fractions : (n, number of phases) float64
            Of `fractions`.
        """
        ...

    def log_likelihood(self, values: FloatArray, phase: int) -> FloatArray:
        """Return the log of how likely rows in wt% are of a phase, up to a constant; NaN where not known.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt%.
        phase : int
            Index of the phase.

        Returns
        -------
        (n,) float64
        """
        ...

    def parts(self, values: FloatArray, first: IntArray, second: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the mass fraction of the second of two phases in mixtures, and its standard deviation.

        Parameters
        ----------
        values : (n, len(INPUTS)) float64
            wt% of mixtures.
        first, second : (n,) int
            Indices of their two phases.

        Returns
        -------
        part, error : (n,) float64
            NaN where the model does not know what the two are usually like.
        """
        ...


def in_chunks(
    run: Callable[[FloatArray], FloatArray], values: FloatArray, width: int, rows: int = CHUNK_ROWS
) -> FloatArray:
    """Return what a function gives for rows, asked for so many at a time.

    Matrix products round differently for different numbers of rows; all chunks are therefore as long.

    Parameters
    ----------
    run : callable
        Gives (rows, width) for (rows, p).
    values : (n, p) float64
        All rows.
    width : int
        Columns of the result.
    rows : int
        Rows of a chunk.

    Returns
    -------
    (n, width) float64
        Each column is contiguous.
    """
    out = np.empty((width, len(values)))
    for start in range(0, len(values), rows):
        chunk = values[start : start + rows]
        missing = rows - len(chunk)
        full = np.pad(chunk, ((0, missing), (0, 0)), constant_values=1.0) if missing else chunk
        out[:, start : start + rows] = run(full)[: len(chunk)].T
    return out.T


def among_phases(p: FloatArray) -> FloatArray:
    """Return the probability of each phase, if it is one of them, from those of the phases and of none."""
    return np.asarray(p[:, :-1] / np.maximum(1.0 - p[:, -1:], 1e-9))


def two_largest(values: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the columns of the largest and the second value of each row (n, k), none below zero."""
    first = values.argmax(axis=1)
    rest = values.copy()
    rest[np.arange(len(values)), first] = -1.0
    return first, rest.argmax(axis=1)
