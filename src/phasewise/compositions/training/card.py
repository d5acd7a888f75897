"""Model cards: what a model is, what it was made of, and how good it is on sources that it has not seen."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.features import FEATURES, INPUTS
from phasewise.compositions.model import TASK, CompositionModel, among_phases
from phasewise.compositions.training.own_classes import score_new, score_old
from phasewise.compositions.training.tables import SOURCES, SOURCES_OF, Table
from phasewise.learn.scores import class_scores, reliability, source_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.compositions.training.material import Material
    from phasewise.compositions.training.own_data import OwnData
    from phasewise.compositions.training.recipe import Recipe

__all__ = ["base_card", "metrics", "sibling_card"]

_NUMBERS = ("none", "one", "two", "three", "four", "five")
_PUBLISHED = 2
"""The first of `SOURCES` are published tables, the others are made by phasewise."""


def base_card(recipe: Recipe, material: Material) -> dict[str, Any]:
    """Return what is known of a model before it is trained."""
    table, own = material.table, material.own
    inputs: dict[str, Any] = {
        "unit": "wt%, total iron as FeO; NaN where not measured",
        "columns": list(INPUTS),
        "features": list(FEATURES),
    }
    if recipe.left_out:
        inputs |= {"oxides": list(recipe.oxides), "left_out": material.left_out}
    training: dict[str, Any] = {
        "rows": len(table),
        "rows_sha256": _sha256(table),
        "split": f"{_NUMBERS[material.n_folds]} folds by {_source(own)}",
        "sources": _sources(own, recipe.collections),
        "recipe": recipe.entries(),
    }
    if len(material.others):
        training["other_minerals"] = {"rows": len(material.others), "rows_sha256": _sha256(material.others)}
    if own is not None:
        training["own_data"] = _own_entry(own)
    card: dict[str, Any] = {
        "name": recipe.name,
        "description": recipe.description,
        "task": TASK,
        "classes": list(recipe.phases),
        "inputs": inputs,
        "networks": {"count": recipe.networks, "hidden": list(recipe.hidden), "activation": "relu"},
        "training": training,
        "limits": {
            "simulated_only": material.table.lacks(recipe.phases),
            "not_trained_on": "anything but what training.sources names",
            "text": (
                "Knows the phases listed under classes and refuses others; look-alikes of the same "
                "composition (polymorphs, glasses of mineral composition) cannot be told. "
                "Not for whole-rock analyses." + _without(recipe) + _alike(material)
            ),
        },
    }
    if own is not None and own.minerals:
        card["own_minerals"] = dict(own.minerals)
    return card


def _without(recipe: Recipe) -> str:
    if not recipe.left_out:
        return ""
    left_out = ", ".join(recipe.left_out)
    return f" Does without {left_out}: minerals that differ in nothing else cannot be told either."


def _alike(material: Material) -> str:
    return "".join(f" {overlap}." for overlap in material.overlaps)


def _source(own: OwnData | None) -> str:
    if own is None:
        return "publication"
    return (
        f"source ('{own.source_column}')" if own.alone else f"publication, own rows by '{own.source_column}'"
    )


def sibling_card(
    base: dict[str, Any], part: str, collections: Sequence[str], own: OwnData | None, table: Table
) -> dict[str, Any]:
    """Return the card of the sibling that has not seen a part.

    Parameters
    ----------
    base : dict
        The card of the model.
    part : str
        Name of the part.
    collections : sequence of str
        The collections that it has seen.
    own : OwnData, optional
        A user's rows.
    table : Table
        The rows that it has seen.
    """
    return base | {
        "name": f"{base['name']}_without_{part}",
        "without": part,
        "training": base["training"] | {"sources": _sources(own, collections)},
        "limits": base["limits"] | {"simulated_only": table.lacks(base["classes"])},
    }


def _sources(own: OwnData | None, collections: Sequence[str]) -> list[str]:
    published = [
        *SOURCES[:_PUBLISHED],
        *(SOURCES_OF[name] for name in collections),
        *SOURCES[_PUBLISHED:],
    ]
    if own is None:
        return published
    rows, sources = len(own.table), len(set(own.table.source))
    mine = f"{own.file} (sha256 {own.sha256}): {rows} labelled rows of {sources} sources, given by the user"
    return [mine, *SOURCES[_PUBLISHED:]] if own.alone else [mine, *published]


def _own_entry(own: OwnData) -> dict[str, Any]:
    new = {"new_classes": list(own.new_classes)} if own.new_classes else {}
    return new | {
        "file": own.file,
        "sha256": own.sha256,
        "label_column": own.label_column,
        "source_column": own.source_column,
        "rows": own.rows,
        "usable_rows": len(own.table),
        "publications": len(set(own.table.source)),
        "alone": own.alone,
        "left_out": dict(own.left_out),
        "unknown_labels": dict(own.unknown_labels),
    }


def _sha256(table: Table) -> str:
    return hashlib.sha256(
        np.ascontiguousarray(table.values).tobytes() + "\n".join(table.label).encode()
    ).hexdigest()


def metrics(siblings: Mapping[str, CompositionModel], material: Material, recipe: Recipe) -> dict[str, Any]:
    """Return the scores of the siblings on the rows that each has not seen: folds pooled, and collections.

    Parameters
    ----------
    siblings : mapping of str to CompositionModel
        By the part that each has not seen.
    material : Material
        Parts and rows; own rows are scored by themselves as well.
    recipe : Recipe
        Names of the phases.
    """
    of_part = {
        name: material.table.take(np.flatnonzero(material.table.fold == part))
        for part, name in enumerate(material.parts)
    }
    folds = {name: of_part[name] for name in material.parts[: material.n_folds]}
    found = _metrics({name: siblings[name] for name in folds}, folds, recipe, material)
    for name in material.parts[material.n_folds :]:
        scores = _metrics({name: siblings[name]}, {name: of_part[name]}, recipe, material)
        found[name] = scores | {"split": f"all of {name}, scored by a sibling that has seen none of it"}
    return found


def _metrics(
    siblings: Mapping[str, CompositionModel], unseen: Mapping[str, Table], recipe: Recipe, material: Material
) -> dict[str, Any]:
    names = np.array(recipe.phases, dtype=object)
    among = among_phases(np.concatenate([siblings[k].probabilities(t.values) for k, t in unseen.items()]))
    truth = np.concatenate([t.label for t in unseen.values()])
    source = np.concatenate([t.source for t in unseen.values()])
    predicted = names[among.argmax(axis=1)]
    right = predicted == truth
    scores = class_scores(truth, predicted, source)
    folds = f"{_NUMBERS[material.n_folds]} folds by {_source(material.own)}"
    found: dict[str, Any] = {
        "split": f"pooled over {folds}, each scored by a sibling that has not seen it",
        **_accuracy(right, source),
        "macro_f1": float(np.mean([s.f1 for s in scores])),
        "expected_calibration_error": reliability(among.max(axis=1), right).error,
        "by_class": {
            s.name: {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(s).items() if k != "name"}
            for s in scores
        },
    }
    return found | _of_own(truth, predicted, source, material.own)


def _of_own(
    truth: np.ndarray, predicted: np.ndarray, source: np.ndarray, own: OwnData | None
) -> dict[str, Any]:
    """Return the figures of own rows, of new classes, and of published rows of the others."""
    found: dict[str, Any] = {}
    if own is None:
        return found
    mine = np.isin(source.astype(str), np.unique(own.table.source.astype(str)))
    if not mine.any():
        return found
    if own.new_classes:
        found["new_classes"] = score_new(truth, predicted, source, own.new_classes)
    if not own.alone:
        found["own_data"] = _accuracy((truth == predicted)[mine], source[mine])
        old = ~mine & ~np.isin(truth.astype(str), own.new_classes)
        found["old_classes"] = score_old(truth[old], predicted[old], source[old])
    return found


def _accuracy(right: np.ndarray, source: np.ndarray) -> dict[str, Any]:
    return {
        "rows": len(right),
        "publications": len(set(source)),
        "accuracy": float(right.mean()),
        "accuracy_interval": list(source_interval(right, source) or ()),
    }
