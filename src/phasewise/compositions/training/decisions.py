"""What decides verdicts, fitted on predictions for rows that the networks have not seen.

Temperature, the power of the probability of belonging, thresholds for stated risks and prediction sets.
Publications together count as much as each collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.by_difference import of_difference
from phasewise.compositions.features import INPUTS, features
from phasewise.compositions.model import among_phases, conformal_entries
from phasewise.compositions.pairs import settle_pairs
from phasewise.compositions.totals import analytical_total, corrected_total
from phasewise.compositions.training.assemble import masked, phase_index
from phasewise.compositions.training.tables import Table
from phasewise.core.types import Analyses
from phasewise.infer.network import softmax
from phasewise.learn.calibrate import fit_belonging_exponent, fit_temperature
from phasewise.learn.conformal import fit_conformal
from phasewise.learn.risk import risk_entries, risk_levels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.compositions.training.networks import Trained
    from phasewise.compositions.training.recipe import Recipe
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["Held", "decisions", "part_weights"]

FOREIGN_FACTOR = 2.0
"""Of the counter-examples, which are made to be hard, this times the risk may be accepted."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """Rows in wt%, and the logits (networks, n, k) that networks which have not seen them give."""

    values: FloatArray
    logits: FloatArray

    @classmethod
    def of(cls, values: FloatArray, trained: Trained, recipe: Recipe) -> Predicted:
        """Return rows as a model of the recipe sees them."""
        seen = masked(values, recipe.used)
        x = features(seen)
        return cls(seen, np.stack([network.logits(x) for network in trained.networks]).astype(np.float32))

    def probabilities(self, temperature: float) -> FloatArray:
        """Return the mean probabilities (n, k) of the networks."""
        return np.asarray(
            np.mean([softmax(logits.astype(float), temperature) for logits in self.logits], axis=0)
        )


@dataclass(frozen=True, eq=False)
class Held:
    """Rows that networks have not seen: clean, as published with all errors, and counter-examples."""

    table: Table
    published: Table
    counterexamples: FloatArray
    trained: Trained
    recipe: Recipe

    @cached_property
    def clean(self) -> Predicted:
        """The rows of `table`."""
        return Predicted.of(self.table.values, self.trained, self.recipe)

    @cached_property
    def as_published(self) -> Predicted:
        """The rows of `published`."""
        return Predicted.of(self.published.values, self.trained, self.recipe)

    @cached_property
    def odd(self) -> Predicted:
        """The counter-examples."""
        return Predicted.of(self.counterexamples, self.trained, self.recipe)


@dataclass(frozen=True, eq=False)
class _Judged:
    """What is said of rows: probability of each phase among them, of belonging, and the best phase."""

    among: FloatArray
    belonging: FloatArray

    @classmethod
    def of(cls, rows: list[Predicted], temperature: float, phases: tuple[str, ...]) -> _Judged:
        p = np.concatenate([r.probabilities(temperature) for r in rows])
        values = np.concatenate([r.values for r in rows])
        return cls(_settled(values, among_phases(p), phases), 1.0 - p[:, -1])

    @property
    def phase(self) -> IntArray:
        return np.asarray(self.among.argmax(axis=1))

    @property
    def best(self) -> FloatArray:
        return np.asarray(self.among.max(axis=1))


def decisions(held: dict[int, Held], recipe: Recipe, n_folds: int) -> dict[str, Any]:
    """Return the entries of a card that decide verdicts.

    Parameters
    ----------
    held : mapping of int to Held
        By part; the first `n_folds` parts are folds of publications.
    recipe : Recipe
        Its phases, risk and coverage.
    n_folds : int
        See above.
    """
    parts = list(held.values())
    phases = recipe.phases
    truth = np.concatenate([phase_index(h.table, phases) for h in parts])
    clean = [h.clean for h in parts]
    weight = part_weights(held, n_folds, [len(h.table) for h in parts])
    temperature = fit_temperature(
        lambda t: among_phases(np.concatenate([r.probabilities(t) for r in clean])),
        truth,
        sample_weight=weight,
    )
    known = _Judged.of(clean, temperature, phases)
    odd = _Judged.of([h.odd for h in parts], temperature, phases)
    right = known.phase == truth
    exponent = _exponent(held, temperature, phases, n_folds)
    levels = risk_levels(
        known.best,
        known.belonging,
        right,
        weight,
        odd.best,
        odd.belonging,
        foreign_factor=FOREIGN_FACTOR,
        least_probability=recipe.accept_probability,
    )
    chosen = next((level for level in levels if level.attained and level.risk >= recipe.risk), levels[-1])
    source = np.concatenate([h.table.source for h in parts])
    whole = _has_keys(np.concatenate([r.values for r in clean]), truth, phases)
    probabilities = known.among * known.belonging[:, None] ** exponent
    sets = fit_conformal(probabilities[whole], truth[whole], source[whole], recipe.coverage)
    return {
        "calibration": {"temperature": temperature, "belonging_exponent": exponent},
        "thresholds": {"belonging": chosen.belonging, "probability": chosen.probability},
        "risk": risk_entries(levels, chosen.risk),
        "conformal": conformal_entries(sets, phases),
    }


def _has_keys(values: FloatArray, truth: IntArray, phases: tuple[str, ...]) -> BoolArray:
    """Return whether the key oxides that may be taken by difference were measured: else such rows differ."""
    minerals = [load_minerals()[name] for name in phases]
    may_lack = np.array(
        [[name in m.key_oxides and name in of_difference(m) for name in INPUTS] for m in minerals]
    )
    return np.asarray(~(may_lack[truth] & np.isnan(values)).any(axis=1))


def _exponent(held: dict[int, Held], temperature: float, phases: tuple[str, ...], n_folds: int) -> float:
    """Return the belonging exponent, from rows of publications as they came, errors included.

    What is filed wrongly in collections as large as GEOROC would make every odd row doubtful.
    """
    parts = [h for part, h in held.items() if part < n_folds]
    truth = np.concatenate([phase_index(h.published, phases) for h in parts])
    judged = _Judged.of([h.as_published for h in parts], temperature, phases)
    return fit_belonging_exponent(judged.best, judged.belonging, judged.phase == truth)


def part_weights(held: Mapping[int, Held], n_folds: int, rows: list[int]) -> FloatArray:
    """Return a weight for each row: the folds together weigh as much as each collection."""
    counts = np.array(rows)
    kind = np.maximum(np.array(list(held)), n_folds - 1)
    total = np.array([counts[kind == k].sum() for k in kind])
    return np.repeat(counts.sum() / len(set(kind.tolist())) / np.maximum(total, 1), counts)


def _settled(values: FloatArray, among: FloatArray, phases: tuple[str, ...]) -> FloatArray:
    """Return probabilities among the phases after the declared pairs have been settled."""
    oxides = values[:, :-1]
    analyses = Analyses(oxides.copy(), INPUTS[:-1], np.zeros(oxides.shape, dtype=bool))
    total = corrected_total(analyses, analytical_total(analyses))
    return settle_pairs(among, total, analyses, phases)
