"""Bundles from an evaluation, small: published rows are simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

import phasewise
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.load import load_model
from phasewise.compositions.oxide_model import OxideModel
from phasewise.compositions.training import evaluation
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.evaluation_recipe import EvaluationRecipe, read_evaluation
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.compositions.training.train_estimators import calibrated_out_of_fold, train_estimators
from phasewise.learn.nested import OutOfFold

PHASES = ("Olivine", "Plagioclase", "Spinel")
RECIPE = """
name = "toy"
description = "three minerals"
kind = "evaluation"
phases = ["Olivine", "Plagioclase", "Spinel"]
oxides = ["SiO2", "Al2O3", "FeOt", "MgO", "CaO", "Cr2O3"]
most_rows = 60
seeds = [3]
coverage = 0.9
risk = 0.05
[estimators.gda]
type = "gda"
title = "Gaussians"
bundle = "toy_gda"
[estimators.gda.grid]
shrinkage = [0.5, 0.1]
[estimators.bnn]
type = "bnn"
title = "Bayesian network"
bundle = "toy_bnn"
[estimators.bnn.fixed]
hidden = [12]
epochs = 15
batch = 32
[estimators.trees]
type = "trees"
title = "Trees"
fixed = { n_estimators = 5 }
"""


def published() -> Table:
    tests, rng = stoichiometric_tests(PHASES), np.random.default_rng(2)
    values = np.concatenate([simulate(load_minerals()[p], tests, 100, rng) for p in PHASES])
    fold = np.tile(np.arange(5), len(values) // 5)
    source = np.array([f"publication {f}" for f in fold], dtype=object)
    return Table(values, np.repeat(PHASES, 100).astype(object), source, fold, np.full(len(values), np.nan))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[EvaluationRecipe, Path, list[Path]]:
    folder = tmp_path_factory.mktemp("toy")
    file = folder / "toy.toml"
    file.write_text(RECIPE, encoding="utf-8")
    recipe = read_evaluation(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "training_minerals", published)
        written = train_estimators(recipe, folder, tell=lambda _: None, progress=lambda *_: None)
    return recipe, folder, written


def test_estimators_with_a_bundle_become_models(
    trained: tuple[EvaluationRecipe, Path, list[Path]],
) -> None:
    recipe, folder, written = trained
    assert written == [folder / "toy_gda", folder / "toy_bnn"]
    for path in written:
        model = load_model(path)
        assert isinstance(model, OxideModel)
        assert model.phases == PHASES
        assert model.oxides == recipe.oxides
        assert model.card["metrics"]["accuracy"] > 0.9
        assert model.card["metrics"]["by_class"]["Spinel"]["sources"] == 5
        assert model.card["metrics"]["accuracy_on_random_folds"] > 0.9
        assert model.conformal.coverage == 0.9
        assert model.thresholds.uncertainty >= 0


@pytest.mark.parametrize("kind", ["gda", "bnn"])
def test_classify_takes_the_bundles(trained: tuple[EvaluationRecipe, Path, list[Path]], kind: str) -> None:
    _, folder, _ = trained
    table = published()
    frame = pd.DataFrame(table.values[:, : len(INPUTS) - 1], columns=list(INPUTS[:-1]))
    result = phasewise.classify(frame, model=folder / f"toy_{kind}")
    assert (result["phase"] == table.label).mean() > 0.9
    sets = result["prediction_set"].str.split("|")
    assert all(phase in held for phase, held in zip(result["phase"], sets, strict=True))


def test_a_row_does_not_depend_on_its_neighbours(
    trained: tuple[EvaluationRecipe, Path, list[Path]],
) -> None:
    values = published().values
    for path in trained[2]:
        model = load_model(path)
        together = model.probabilities(values)
        assert (model.probabilities(values[::-1]) == together[::-1]).all()
        assert (model.probabilities(values[17:18]) == together[17]).all()


def test_what_the_model_is_unsure_of_is_ambiguous_and_says_so(
    trained: tuple[EvaluationRecipe, Path, list[Path]], tmp_path: Path
) -> None:
    source = trained[1] / "toy_bnn"
    copy = tmp_path / "strict"
    copy.mkdir()
    card = (source / "card.toml").read_text(encoding="utf-8")
    old = next(line for line in card.splitlines() if line.startswith("uncertainty = "))
    (copy / "card.toml").write_text(card.replace(old, "uncertainty = 0.0"), encoding="utf-8")
    (copy / "weights.safetensors").write_bytes((source / "weights.safetensors").read_bytes())
    olivine = pd.DataFrame({"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]})
    result = phasewise.classify(olivine, model=copy)
    assert result["verdict"].tolist() == ["ambiguous"]
    assert "unsure" in result["reason"][0]


def test_the_temperature_of_a_fold_comes_from_the_others() -> None:
    rng = np.random.default_rng(0)
    n = 400
    truth, fold = rng.integers(0, 3, n), np.arange(n) % 5
    source = np.array([f"s{i % 40}" for i in range(n)], dtype=object)
    p = np.full((n, 3), 0.01)
    called = np.where(rng.random(n) < 0.7, truth, (truth + 1) % 3)
    p[np.arange(n), called] = 0.98
    pooled = OutOfFold("e", "E", PHASES, p, truth, source, fold, 1, None, None, ({},) * 5)
    calibrated = calibrated_out_of_fold(pooled)
    assert abs(calibrated.max(axis=1).mean() - 0.7) < 0.05
    changed = truth.copy()
    changed[fold == 2] = (called[fold == 2] + 1) % 3
    other = calibrated_out_of_fold(
        OutOfFold("e", "E", PHASES, p, changed, source, fold, 1, None, None, ({},) * 5)
    )
    assert (other[fold == 2] == calibrated[fold == 2]).all()
    assert (other[fold != 2] != calibrated[fold != 2]).any()
