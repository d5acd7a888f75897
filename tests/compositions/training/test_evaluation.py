"""A whole evaluation, small: published rows are simulated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="training needs the extra `train`")

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training import evaluation
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.evaluation import SpreadOverSources, evaluate, evaluated_rows
from phasewise.compositions.training.evaluation_recipe import (
    EvaluationRecipe,
    MakeEstimator,
    read_evaluation,
)
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError
from phasewise.core.types import TEN_OXIDES
from phasewise.learn.units import GROUPED

PHASES = ("Olivine", "Plagioclase", "Spinel")
RECIPE = """
name = "toy"
description = "Three minerals"
kind = "evaluation"
phases = ["Olivine", "Plagioclase", "Spinel"]
oxides = ["SiO2", "Al2O3", "MgO", "CaO"]
most_rows = 40
seeds = [3, 4]
coverage = 0.9
risk = 0.05

[estimators.small]
type = "trees"
title = "A few trees"
fixed = { n_estimators = 5, max_features = 1 }
grid = { max_depth = [1, 4], min_samples_leaf = [5, 1] }

[estimators.large]
type = "trees"
title = "More trees"
settings_of = "small"
fixed = { n_estimators = 9 }
"""


@pytest.fixture
def recipe(tmp_path: Path) -> EvaluationRecipe:
    return read_evaluation(recipe_file(tmp_path, RECIPE))


def recipe_file(folder: Path, text: str) -> Path:
    path = folder / "toy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def published() -> Table:
    tests, rng = stoichiometric_tests(PHASES), np.random.default_rng(2)
    values = np.concatenate([simulate(load_minerals()[p], tests, 100, rng) for p in PHASES])
    values[::7, INPUTS.index("CaO")] = np.nan
    values[5] = np.nan
    fold = np.tile(np.arange(5), len(values) // 5)
    source = np.array([f"publication {f}" for f in fold], dtype=object)
    whole = Table(values, np.repeat(PHASES, 100).astype(object), source, fold, np.full(len(values), np.nan))
    odd = replace(whole, label=np.full(len(values), "Unheard of", object)).take(np.arange(3))
    return Table.join([odd, whole])


@pytest.fixture(autouse=True)
def simulated_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "training_minerals", published)


def test_clean_rows_of_the_phases_are_scored_with_what_was_measured(recipe: EvaluationRecipe) -> None:
    rows, numbers = evaluated_rows(recipe)
    table = published().take(numbers)
    assert 3 + 5 not in numbers
    assert set(table.label) == set(PHASES)
    assert (np.array(PHASES, object)[rows.y] == table.label).all()
    columns = [INPUTS.index(name) for name in recipe.oxides]
    np.testing.assert_array_equal(rows.x, table.values[:, columns])
    assert np.isnan(rows.x[:, 3]).any()
    assert (rows.folds[GROUPED] == table.fold).all()


def test_an_evaluation_leaves_predictions_and_scores_of_all_rows(
    recipe: EvaluationRecipe, tmp_path: Path
) -> None:
    told: list[int] = []
    result = evaluate(recipe, tmp_path, progress=lambda done, total, _: told.append(total - done))
    assert told == [*range(4 * 10 + 2 * 5 * 3)][::-1]
    assert [(o.estimator, o.seed) for o in result.grouped] == [
        *(("small", 3), ("small", 4), ("large", 3), ("large", 4)),
    ]
    assert [(o.estimator, o.seed) for o in result.random] == [("small", 3), ("large", 3)]
    assert result.grouped[2].chosen == result.grouped[0].chosen
    assert {c["max_depth"] for c in result.grouped[0].chosen} == {4}
    assert result.publications == dict.fromkeys(PHASES, 5)
    rows, numbers = evaluated_rows(recipe)
    predictions = pd.read_parquet(tmp_path / "predictions.parquet")
    assert (predictions["row"] == numbers).all()
    assert (predictions["truth"] == np.array(PHASES, object)[rows.y]).all()
    scores = pd.read_csv(tmp_path / "scores.csv").set_index(["estimator", "split", "seed"])
    right = predictions["large_grouped_seed4"] == predictions["truth"]
    assert scores.loc[("large", "grouped", 4), "accuracy"] == pytest.approx(right.mean())
    assert right.mean() > 0.9
    choices = pd.read_csv(tmp_path / "choices.csv")
    assert len(choices) == 4 * 5
    assert choices.groupby("fold")["chosen"].sum().tolist() == [1] * 5


def test_the_notes_are_of_the_rows(recipe: EvaluationRecipe, tmp_path: Path) -> None:
    notes = " ".join(evaluate(recipe, tmp_path).notes)
    assert "Olivine 5, Plagioclase 5, Spinel 5" in notes
    assert f"CaO {np.isnan(evaluated_rows(recipe)[0].x[:, 3]).mean():.0%}" in notes
    assert "at most 40 rows of a class" in notes


def test_training_rows_are_thinned_by_publication() -> None:
    y = np.repeat([0, 1, 2], [100, 40, 10])
    source = np.where(np.arange(150) < 90, "large", "small").astype(object)
    rows = np.arange(0, 150, 1)
    kept = SpreadOverSources(30)(rows, y, source, np.random.default_rng(1))
    assert len(set(kept)) == len(kept)
    assert np.bincount(y[kept]).tolist() == [30, 30, 10]
    assert (source[kept][y[kept] == 0] == "small").sum() > 30 * 0.1
    half = SpreadOverSources(30)(rows[::2], y, source, np.random.default_rng(1))
    assert set(half) <= set(rows[::2])


def test_trees_take_what_was_not_measured_as_none() -> None:
    x = np.array([[np.nan, 1.0], [0.0, 2.0], [5.0, 1.0], [6.0, 2.0]])
    trees = MakeEstimator("trees", (("n_estimators", 3), ("random_state", 0)))().fit(x, [0, 0, 1, 1])
    assert (trees.predict_proba([[np.nan, 1.5]]) == trees.predict_proba([[0.0, 1.5]])).all()


def test_the_shipped_recipe_is_of_17_minerals_and_ten_oxides() -> None:
    shipped = read_evaluation("ten_oxides")
    assert len(shipped.phases) == 17
    assert "Glass" not in shipped.phases
    assert shipped.oxides == TEN_OXIDES
    settings = shipped.estimators["mlp"].settings
    assert len(settings) == len({repr(s) for s in settings}) > 1
    assert all(isinstance(s["hidden"], tuple) for s in settings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("most_rows = 40", "rows = 40", "missing or unknown: most_rows, rows"),
        ('kind = "evaluation"', "", "kind"),
        ('type = "trees"', 'type = "shrubs"', "'small': type 'shrubs' is unknown"),
        ('title = "More trees"', 'name = "More trees"', "'large': entries missing or unknown: name, title"),
        ('settings_of = "small"', 'settings_of = "absent"', "'absent', which is not among"),
        ("max_depth = [1, 4]", "max_depth = 4", "not so: max_depth"),
        ('"CaO"', '"CaCO3"', "unknown oxides: CaCO3"),
        ('"Spinel"', '"Spinell"', "Spinell"),
        ("seeds = [3, 4]", "seeds = []", "a seed"),
        ("name =", "name", "not valid TOML"),
    ],
)
def test_recipes_are_checked(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in RECIPE
    with pytest.raises(ModelError, match=message):
        read_evaluation(recipe_file(tmp_path, RECIPE.replace(old, new, 1)))


def test_recipes_of_models_are_no_recipes_of_evaluations() -> None:
    with pytest.raises(ModelError, match="Give one of ten_oxides"):
        read_evaluation("default")


def test_wrong_settings_are_told_before_anything_is_fitted(tmp_path: Path) -> None:
    wrong = read_evaluation(recipe_file(tmp_path, RECIPE.replace("max_depth", "max_dept")))
    with pytest.raises(ModelError, match=r"'small'.*max_dept"):
        evaluate(wrong, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_phase_without_rows_is_told(recipe: EvaluationRecipe, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no row to evaluate on has the label Zircon"):
        evaluate(replace(recipe, phases=(*PHASES, "Zircon")), tmp_path)
