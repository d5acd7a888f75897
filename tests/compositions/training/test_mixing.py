from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.classify import classify
from phasewise.compositions.feature_model import FeatureModel, to_arrays
from phasewise.compositions.features import INPUTS
from phasewise.compositions.load import load_model
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.mixing import (
    fit_error_scale,
    fit_mixing,
    simulated_mixtures,
    typical_compositions,
)
from phasewise.compositions.training.recipe import Recipe, read_recipe
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError
from phasewise.core.types import TEN_OXIDES
from phasewise.learn.bundle import save_bundle

PHASES = ("Glass", "Olivine", "Plagioclase", "Quartz")
RECIPE: Recipe = replace(read_recipe("default"), phases=PHASES)


@pytest.fixture(scope="module")
def table() -> Table:
    """Simulated olivines and plagioclases of ten sources in five folds, and three of quartz."""
    rng = np.random.default_rng(2)
    tests = stoichiometric_tests(PHASES)
    parts = [
        simulate(load_minerals()[name], tests, n, rng)
        for name, n in zip(PHASES[1:], (600, 600, 3), strict=True)
    ]
    label = np.repeat(np.array(PHASES[1:], dtype=object), [len(part) for part in parts])
    source = np.array([f"source {k % 10}" for k in range(len(label))], dtype=object)
    return Table(np.concatenate(parts), label, source, np.arange(len(label)) % 5, np.full(len(label), np.nan))


def test_phases_with_few_rows_are_simulated_and_those_without_any_are_not_known(table: Table) -> None:
    typical = typical_compositions(table, RECIPE, np.random.default_rng(0))
    assert np.isnan(typical.mean[PHASES.index("Glass")]).all()
    assert typical.mean[PHASES.index("Quartz"), INPUTS.index("SiO2")] == pytest.approx(98, abs=2)
    assert typical.mean[1:].sum(axis=1) == pytest.approx(np.full(3, 100.0))


def test_errors_hold_for_other_mixtures(table: Table) -> None:
    fitted = fit_mixing(table, RECIPE)
    values, truth = simulated_mixtures(table, RECIPE, 2000, np.random.default_rng(8))
    first, second = np.argsort(-truth, axis=1)[:, :2].T
    part, error = fitted.parts(values, first, second)
    off = np.abs(part - truth[np.arange(len(truth)), second]) / error
    assert 0.6 < (off < 1).mean() < 0.76


def test_the_scale_puts_two_thirds_within_one() -> None:
    off = np.append(np.abs(np.random.default_rng(1).normal(0, 2, 20_000)), np.nan)
    assert fit_error_scale(off) == pytest.approx(2, abs=0.05)


def _with_typical(folder: Path, **entries: object) -> FeatureModel:
    """Return the default model, saved with typical compositions of its phases."""
    model = load_model()
    assert isinstance(model, FeatureModel)
    recipe = read_recipe("default")
    rng = np.random.default_rng(0)
    tests = stoichiometric_tests(recipe.phases)
    names = [name for name in recipe.phases if load_minerals()[name].end_members]
    parts = [simulate(load_minerals()[name], tests, 100, rng) for name in names]
    label = np.repeat(np.array(names, dtype=object), [len(part) for part in parts])
    rows = Table(
        np.concatenate(parts), label, label, np.zeros(len(label), dtype=int), np.full(len(label), np.nan)
    )
    typical = typical_compositions(rows, recipe, rng)
    card = {k: v for k, v in model.card.items() if k not in ("weights", "known_rows")} | entries
    save_bundle(folder, to_arrays(model.networks, model.unmixing, typical), card)
    loaded = load_model(folder)
    assert isinstance(loaded, FeatureModel)
    return loaded


def test_a_model_with_typical_compositions_tells_the_error_of_a_mixture(tmp_path: Path) -> None:
    _with_typical(tmp_path, mixtures={"error_scale": 1.5})
    olivine = {"SiO2": 40.8, "FeOt": 9.6, "MnO": 0.1, "MgO": 49.4}
    plagioclase = {"SiO2": 51.3, "Al2O3": 30.9, "FeOt": 0.5, "CaO": 13.6, "Na2O": 3.5, "K2O": 0.2}
    names = [name for name in TEN_OXIDES if name in olivine | plagioclase]
    wt = {name: [0.7 * olivine.get(name, 0) + 0.3 * plagioclase.get(name, 0)] for name in names}
    (row,) = classify(pa.table(wt), model=tmp_path).to_pylist()
    assert (row["verdict"], row["phase"], row["second_phase"]) == ("mixture", "Olivine", "Plagioclase")
    assert row["mixture_part"] == pytest.approx(0.3, abs=2 * row["mixture_part_error"])
    assert f"about {100 * row['mixture_part']:.0f} +- " in row["reason"]
    model = load_model()
    assert isinstance(model, FeatureModel)
    card = {k: v for k, v in model.card.items() if k not in ("weights", "mixtures", "known_rows")}
    without = tmp_path / "without"
    without.mkdir()
    save_bundle(without, to_arrays(model.networks, model.unmixing), card)
    (plain,) = classify(pa.table(wt), model=without).to_pylist()
    assert plain["mixture_part"] is not None
    assert plain["mixture_part_error"] is None
    assert "roughly" in plain["reason"]


def test_a_card_that_promises_what_the_weights_lack_is_refused(tmp_path: Path) -> None:
    model = load_model()
    assert isinstance(model, FeatureModel)
    card = {k: v for k, v in model.card.items() if k not in ("weights", "known_rows")}
    card |= {"mixtures": {"error_scale": 1.0}}
    save_bundle(tmp_path, to_arrays(model.networks, model.unmixing), card)
    with pytest.raises(ModelError, match=r"no weights named 'typical\.mean'"):
        load_model(tmp_path)
