"""Classes that a user adds: whether their rows suffice, what they resemble, and what they change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import KDTree

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.training.lookalikes import closed
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import load_bundle, models_of_the_zoo
from phasewise.learn.scores import class_scores, source_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.chem.stoichiometry import StoichiometricTests
    from phasewise.compositions.training.tables import Table
    from phasewise.core.types import BoolArray

__all__ = ["Overlap", "check_enough", "overlaps", "score_new", "score_old", "told"]

LEAST_ROWS, LEAST_SOURCES = 20, 2
"""What a class needs that is known from rows alone."""

ALIKE = 0.1
"""A class is told to overlap with another where this part of its rows might be of it by both tests."""

SHIPPED = "default"
MOST_CHANGED, LEAST_CHANGED = 5, 0.005
"""So many classes are named whose F1 changed, and only where it changed by that much."""


@dataclass(frozen=True)
class Overlap:
    """How much of a new class might as well be another one.

    Attributes
    ----------
    name, other : str
        The new class, and the class that it resembles.
    rows : int
        Clean rows of the new class.
    keep_limits : float
        Part of them that keeps the limits of the other class.
    nearer : float
        Part of them whose nearest analysis, their own source left out, is of the other class.
    """

    name: str
    other: str
    rows: int
    keep_limits: float
    nearer: float

    def __str__(self) -> str:
        return (
            f"{self.name} can hardly be told from {self.other}: of {self.rows} rows of it, "
            f"{self.keep_limits:.0%} keep the limits of {self.other}, and {self.nearer:.0%} are nearer to an "
            f"analysis of {self.other} than to one of {self.name} from another source"
        )


def check_enough(names: Sequence[str], table: Table) -> None:
    """Raise where a new class without end members has too few rows to learn it and to score it.

    Raises
    ------
    ModelError
        With the rows and sources that each has.
    """
    for name in names:
        mine = table.label == name
        rows, sources = int(mine.sum()), len(set(table.source[mine]))
        if not load_minerals()[name].end_members and (rows < LEAST_ROWS or sources < LEAST_SOURCES):
            raise ModelError(
                f"{name}: {rows} clean rows of {sources} sources. A class that is known from its rows alone "
                f"needs {LEAST_ROWS} rows of {LEAST_SOURCES} sources at least. Give more, describe its end "
                "members in a mineral file (--mineral), or leave it out of --new-classes."
            )


def overlaps(
    names: Sequence[str], table: Table, tests: StoichiometricTests, used: BoolArray
) -> list[Overlap]:
    """Return which classes the rows of new ones resemble, by their limits and by their nearest neighbours.

    Parameters
    ----------
    names : sequence of str
        The new classes.
    table : Table
        Clean rows of all classes.
    tests : StoichiometricTests
        Compiled for ``INPUTS[:-1]``; holds all classes.
    used : (len(INPUTS),) bool
        The inputs of the model.
    """
    found = []
    for name in names:
        mine = np.flatnonzero(table.label == name)
        keeps = tests.fits(table.values[mine, :-1])
        nearest = _nearest(mine, table, used)
        for other in sorted(set(table.label.astype(str)) - {name}):
            shares = float(keeps[:, tests.names.index(other)].mean()), float((nearest == other).mean())
            if min(shares) >= ALIKE:
                found.append(Overlap(name, other, len(mine), *shares))
    return found


def _nearest(mine: np.ndarray, table: Table, used: BoolArray) -> np.ndarray:
    """Return the label of the row that is nearest to each of these, among all of other sources."""
    values, source = closed(table.values, used), table.source.astype(str)
    labels = np.empty(len(mine), dtype=object)
    for name in np.unique(source[mine]):
        rows, rest = mine[source[mine] == name], np.flatnonzero(source != name)
        _, place = KDTree(values[rest]).query(values[rows], p=1)
        labels[source[mine] == name] = table.label[rest[place]]
    return labels


def score_new(
    truth: np.ndarray, predicted: np.ndarray, source: np.ndarray, names: Sequence[str]
) -> dict[str, Any]:
    """Return recall and precision of new classes with their intervals, and what they are confused with.

    Parameters
    ----------
    truth, predicted, source : (n,) object
        Names, of rows that the predicting models have not seen.
    names : sequence of str
        The new classes.
    """
    return {name: _score_one(truth == name, predicted == name, truth, predicted, source) for name in names}


def _score_one(
    true: BoolArray, called: BoolArray, truth: np.ndarray, predicted: np.ndarray, source: np.ndarray
) -> dict[str, Any]:
    right = true & called
    found: dict[str, Any] = {"rows": int(true.sum()), "sources": len(set(source[true]))}
    for score, rows in (("recall", true), ("precision", called)):
        found[score] = float(right[rows].mean()) if rows.any() else 0.0
        found[f"{score}_interval"] = list(source_interval(right[rows], source[rows]) or ())
    return found | {
        "taken_for": dict(Counter(map(str, predicted[true & ~called])).most_common()),
        "taken_from": dict(Counter(map(str, truth[called & ~true])).most_common()),
    }


def score_old(truth: np.ndarray, predicted: np.ndarray, source: np.ndarray) -> dict[str, Any]:
    """Return accuracy, macro-F1 and F1 of each class, on published rows of the classes of old."""
    scores = class_scores(truth, predicted, source)
    right = truth == predicted
    return {
        "rows": len(truth),
        "accuracy": float(right.mean()),
        "accuracy_interval": list(source_interval(right, source) or ()),
        "macro_f1": float(np.mean([s.f1 for s in scores])),
        "by_class": {s.name: {"rows": s.rows, "f1": s.f1} for s in scores},
    }


def told(metrics: Mapping[str, Any]) -> list[str]:
    """Return lines on what new classes are worth, and what they and own rows changed for the others."""
    lines = [line for name, s in metrics.get("new_classes", {}).items() for line in _told_one(name, s)]
    if "old_classes" in metrics:
        lines += _compared(metrics["old_classes"], shipped_metrics())
    return lines


def _told_one(name: str, scores: Mapping[str, Any]) -> list[str]:
    figures = (
        f"{key} {scores[key]:.3f}{_between(scores[f'{key}_interval'])}" for key in ("recall", "precision")
    )
    lines = [
        f"{name}, {scores['rows']} rows of {scores['sources']} sources that the judging model has not seen: "
        + ", ".join(figures)
    ]
    for key, words in (("taken_for", "taken for"), ("taken_from", "also given to")):
        if scores[key]:
            lines.append(f"  {words} " + ", ".join(f"{other} {n}" for other, n in scores[key].items()))
    return lines


def _between(interval: Sequence[float]) -> str:
    return " (95 %: {:.3f}-{:.3f})".format(*interval) if interval else " (too few sources for an interval)"


def shipped_metrics() -> Mapping[str, Any]:
    """Return the figures of the model that ships, empty where there is none."""
    if SHIPPED not in models_of_the_zoo():
        return {}
    metrics: Mapping[str, Any] = load_bundle(SHIPPED).card.get("metrics", {})
    return metrics


def _compared(old: Mapping[str, Any], shipped: Mapping[str, Any]) -> list[str]:
    """Return how the old classes fare, beside the shipped model where it was scored on the same rows."""
    lines = [
        f"the other classes, on {old['rows']} published rows: accuracy {old['accuracy']:.4f}"
        f"{_between(old['accuracy_interval'])}, macro-F1 {old['macro_f1']:.4f}"
    ]
    theirs = shipped.get("by_class", {})
    if {name: s["rows"] for name, s in theirs.items()} != {n: s["rows"] for n, s in old["by_class"].items()}:
        return [*lines, "  the shipped model was scored on other rows, so nothing can be compared with it"]
    accuracy, f1 = (_change(old[key] - shipped[key]) for key in ("accuracy", "macro_f1"))
    lines.append(f"  beside the shipped model on the same folds: accuracy {accuracy}, macro-F1 {f1}")
    moved = {name: s["f1"] - theirs[name]["f1"] for name, s in old["by_class"].items()}
    most = sorted((name for name in moved if abs(moved[name]) >= LEAST_CHANGED), key=lambda n: -abs(moved[n]))
    if most:
        lines.append("  F1 changed most in " + ", ".join(f"{n} {moved[n]:+.3f}" for n in most[:MOST_CHANGED]))
    return lines


def _change(difference: float) -> str:
    if round(abs(difference), 4) == 0:
        return "unchanged"
    return f"{'better' if difference > 0 else 'worse'} by {abs(difference):.4f}"
