"""Recipes of evaluations: which estimators are compared on which rows, in one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from importlib import import_module, resources
from itertools import product
from pathlib import Path
from typing import Any

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.core.errors import ModelError

__all__ = [
    "ESTIMATORS",
    "EstimatorRecipe",
    "EvaluationRecipe",
    "MakeEstimator",
    "is_evaluation",
    "read_evaluation",
]

ESTIMATORS = {
    "gda": ("phasewise.learn.gda", "GaussianDiscriminantClassifier"),
    "mlp": ("phasewise.learn.mlp", "NetworkClassifier"),
    "ensemble": ("phasewise.learn.ensemble", "DeepEnsembleClassifier"),
    "bnn": ("phasewise.learn.bnn", "BayesianNetworkClassifier"),
    "trees": ("sklearn.ensemble", "ExtraTreesClassifier"),
}
"""Module and class of each type; trees are there for comparison only."""


@dataclass(frozen=True)
class MakeEstimator:
    """Makes an estimator of one type; other processes can have it, and its ``repr`` tells all about it."""

    type: str
    fixed: tuple[tuple[str, Any], ...] = ()

    def __call__(self, **settings: Any) -> Any:
        """Return an estimator with the settings, which take precedence over the fixed ones."""
        module, name = ESTIMATORS[self.type]
        estimator = getattr(import_module(module), name)(**{**dict(self.fixed), **settings})
        return _reading_missing_as_none(estimator) if self.type == "trees" else estimator


def _reading_missing_as_none(estimator: Any) -> Any:
    """Return the estimator after a step that puts 0 where nothing was measured.

    Trees could split on what is missing: that tells the publication rather than the mineral.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True), estimator
    )


@dataclass(frozen=True)
class EstimatorRecipe:
    """One estimator: its type, its fixed settings, and those to choose from.

    Attributes
    ----------
    settings_of : str
        Name of an earlier estimator, whose fixed and chosen settings are taken over.
    bundle : str
        Name of the model that training makes of it; none where it is evaluated only.
    """

    type: str
    title: str
    fixed: dict[str, Any] = field(default_factory=dict)
    grid: dict[str, Any] = field(default_factory=dict)
    settings_of: str = ""
    bundle: str = ""

    @property
    def settings(self) -> tuple[dict[str, Any], ...]:
        """Every combination of the grid, the last list running fastest; none where another one chooses."""
        if self.settings_of:
            return ()
        return tuple(dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values()))


@dataclass(frozen=True)
class EvaluationRecipe:
    """What is evaluated; see the comments of ``recipes/ten_oxides.toml``."""

    name: str
    description: str
    kind: str
    phases: tuple[str, ...]
    oxides: tuple[str, ...]
    most_rows: int
    seeds: tuple[int, ...]
    coverage: float
    risk: float
    estimators: dict[str, EstimatorRecipe]

    def make(self, name: str) -> MakeEstimator:
        """Return what makes an estimator from settings."""
        entry = self.estimators[name]
        fixed = self.estimators[entry.settings_of].fixed if entry.settings_of else {}
        return MakeEstimator(entry.type, tuple({**fixed, **entry.fixed}.items()))


def is_evaluation(recipe: str | Path) -> bool:
    """Return whether a recipe, by name or path, is one of an evaluation."""
    path = Path(recipe)
    if path.suffix != ".toml" or not path.is_file():
        return str(recipe) in _shipped()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")).get("kind") == "evaluation"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False


def read_evaluation(recipe: str | Path) -> EvaluationRecipe:
    """Return a recipe by its name among those of phasewise, or from a TOML file.

    Raises
    ------
    ModelError
        If there is no such recipe, or it lacks an entry, or holds one that is unknown or makes no sense.
    """
    path = Path(recipe)
    shipped = _shipped()
    source = path if path.suffix == ".toml" else shipped.get(str(recipe))
    if source is None or not source.is_file():
        raise ModelError(
            f"There is no recipe '{recipe}' of an evaluation. Give one of {', '.join(sorted(shipped))}, "
            "or the path of a TOML file. A recipe that trains one model judges it as well: see "
            "'phasewise models FOLDER'."
        )
    try:
        entries: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"Recipe '{recipe}' is not valid TOML: {error}.") from error
    if entries.get("kind") != "evaluation":
        raise ModelError(
            f"Recipe '{recipe}' is not one of an evaluation: it lacks the entry kind = \"evaluation\"."
        )
    where = f"Recipe '{recipe}'"
    _check_entries(entries, EvaluationRecipe, where)
    tables = entries["estimators"]
    entries = {k: _fixed_value(v) for k, v in entries.items()}
    estimators = {name: _estimator(table, f"{where}, estimator '{name}'") for name, table in tables.items()}
    read = EvaluationRecipe(**{**entries, "estimators": estimators})
    _check_values(read, where)
    return read


def _shipped() -> dict[str, Any]:
    folder = resources.files("phasewise.compositions.training") / "recipes"
    files = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    return {n: f for n, f in files.items() if tomllib.loads(f.read_text("utf-8")).get("kind") == "evaluation"}


def _check_entries(entries: dict[str, Any], of: type, where: str, optional: tuple[str, ...] = ()) -> None:
    known = {f.name for f in fields(of)}
    odd = sorted(k for k in set(entries) ^ known if k not in optional)
    if odd:
        raise ModelError(f"{where}: entries missing or unknown: {', '.join(odd)}.")


def _fixed_value(value: Any) -> Any:
    """Return lists as tuples, however deep."""
    return tuple(map(_fixed_value, value)) if isinstance(value, list) else value


def _estimator(table: dict[str, Any], where: str) -> EstimatorRecipe:
    _check_entries(table, EstimatorRecipe, where, optional=("fixed", "grid", "settings_of", "bundle"))
    if table["type"] not in ESTIMATORS:
        raise ModelError(f"{where}: type '{table['type']}' is unknown. Known are {', '.join(ESTIMATORS)}.")
    if table.get("settings_of") and table.get("grid"):
        raise ModelError(f"{where}: it has a grid and takes settings of another estimator. Keep one.")
    no_lists = [k for k, v in table.get("grid", {}).items() if not isinstance(v, list) or not v]
    if no_lists:
        raise ModelError(f"{where}: the grid has to hold lists, but not so: {', '.join(no_lists)}.")
    parts = {k: {n: _fixed_value(v) for n, v in table.get(k, {}).items()} for k in ("fixed", "grid")}
    return EstimatorRecipe(**{**table, **parts})


def _check_values(recipe: EvaluationRecipe, where: str) -> None:
    unknown = [name for name in recipe.oxides if name not in INPUTS]
    if unknown:
        raise ModelError(f"{where}: unknown oxides: {', '.join(unknown)}. Known are {', '.join(INPUTS)}.")
    unknown = sorted(set(recipe.phases) - set(load_minerals()))
    if unknown:
        raise ModelError(f"{where}: no mineral file knows the phases {', '.join(unknown)}.")
    if len(recipe.phases) < 2 or not recipe.oxides or not recipe.seeds or not recipe.estimators:
        raise ModelError(f"{where}: it needs two phases, an oxide, a seed and an estimator at least.")
    earlier: list[str] = []
    for name, estimator in recipe.estimators.items():
        if estimator.settings_of and estimator.settings_of not in earlier:
            raise ModelError(
                f"{where}, estimator '{name}': it takes the settings of '{estimator.settings_of}', "
                f"which is not among those before it that have their own ({', '.join(earlier) or 'none'})."
            )
        earlier += [] if estimator.settings_of else [name]
