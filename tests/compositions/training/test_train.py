"""A whole training, small: published rows are simulated, networks tiny."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.chem.mineral import load_minerals
from phasewise.compositions.model import load_model
from phasewise.compositions.training import train as training
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError

PHASES = ("Olivine", "Plagioclase", "Quartz", "Spinel")
RECIPE = replace(
    read_recipe("default"),
    name="toy",
    phases=PHASES,
    hidden=(24, 24),
    networks=2,
    epochs=6,
    simulated=200,
    simulated_of={},
    blended=50,
    mixtures=400,
    unmixing=400,
    scrambled=200,
    each_species=2,
    disturbed=100,
)


def published() -> Table:
    tests, rng = stoichiometric_tests(PHASES), np.random.default_rng(2)
    values = np.concatenate([simulate(load_minerals()[p], tests, 150, rng) for p in PHASES])
    fold = np.tile(np.arange(5), len(values) // 5)
    source = np.array([f"publication {f}" for f in fold], dtype=object)
    return Table(values, np.repeat(PHASES, 150).astype(object), source, fold, np.full(len(values), np.nan))


def nothing() -> Table:
    return published().take(np.array([], dtype=int))


@pytest.fixture(autouse=True)
def simulated_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "training_minerals", published)
    monkeypatch.setattr(training, "glasses", nothing)


def test_a_training_gives_a_model_with_siblings_and_an_honest_card(tmp_path: Path) -> None:
    told: list[str] = []
    trained = training.train(RECIPE, tmp_path, told.append)
    model = load_model(tmp_path)
    assert model.phases == PHASES
    assert sorted(trained.siblings) == [0, 1, 2, 3, 4]
    metrics = model.card["metrics"]
    assert metrics["accuracy"] > 0.8
    assert metrics["by_class"]["Quartz"]["sources"] == 5
    assert "siblings" not in model.card["training"]["recipe"]
    assert any("fold 4" in line for line in told)


def test_an_interrupted_training_goes_on_and_gives_the_same_model(tmp_path: Path) -> None:
    def stop_at_fold_3(line: str) -> None:
        if "fold 3" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(RECIPE, tmp_path / "a", stop_at_fold_3)
    told: list[str] = []
    resumed = training.train(RECIPE, tmp_path / "a", told.append)
    assert sum("earlier training" in line for line in told) == 3
    whole = training.train(RECIPE, tmp_path / "b", lambda _: None)
    for one, other in zip(resumed.model.networks, whole.model.networks, strict=True):
        for a, b in zip(one.layers, other.layers, strict=True):
            assert (a.weight == b.weight).all()
    assert resumed.model.thresholds == whole.model.thresholds


def test_siblings_of_another_recipe_are_not_used(tmp_path: Path) -> None:
    training.train(RECIPE, tmp_path, lambda _: None)
    told: list[str] = []
    training.train(replace(RECIPE, seed=5), tmp_path, told.append)
    assert not any("earlier training" in line for line in told)


def test_recipes_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no recipe 'absent'"):
        read_recipe("absent")
    odd = tmp_path / "odd.toml"
    odd.write_text('name = "odd"\nlayers = 3\n', encoding="utf-8")
    with pytest.raises(ModelError, match="layers"):
        read_recipe(odd)
