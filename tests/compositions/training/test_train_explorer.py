from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.explore.explorer import View
from phasewise.compositions.explore.structure import RESTORED
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.explorer_recipe import (
    ExplorerRecipe,
    ViewRecipe,
    is_explorer,
    read_explorer,
)
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.compositions.training.train_explorer import (
    explorer_rows,
    spread_over_sources,
    train_view,
    with_simulated,
)
from phasewise.core.errors import ModelError
from phasewise.core.types import FloatArray

MINERALS = ("Olivine", "Clinopyroxene", "Garnet", "Plagioclase")
MINOR = ("TiO2", "Cr2O3", "MnO", "K2O")

RECIPE = """
kind = "explorer"
name = "mine"
description = "A small one"
collections = []
most_of_source = 10
simulated = 0
seed = 1

[views.map]
sight = "cations"
target = "cations"
hidden = [16]
latent = 2
isometric = false
epochs = 2
noise = true
exchange = 0.0
"""


@lru_cache
def simulated(n: int = 100) -> FloatArray:
    tests = stoichiometric_tests(tuple(load_minerals()))
    rng = np.random.default_rng(0)
    return np.concatenate([simulate(load_minerals()[name], tests, n, rng) for name in MINERALS])


def many() -> FloatArray:
    """Each row ten times, for ten times the steps in an epoch; the noise differs."""
    return np.tile(simulated(), (10, 1))


def view(**changed: object) -> ViewRecipe:
    entries = {"sight": "cations", "target": "cations", "hidden": (24,), "latent": 2, "isometric": False}
    return ViewRecipe(**(entries | {"epochs": 2, "noise": True, "exchange": 0.0} | changed))  # type: ignore[arg-type]


def off(made: View, values: FloatArray) -> FloatArray:
    return made.unexplained(values, made.latent(values))


def spoilt(tmp_path: Path, old: str, new: str) -> Path:
    assert old in RECIPE
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("seed = 1", "seed = 1\nspeed = 3", "missing or unknown: speed"),
        ("most_of_source = 10\n", "", "missing or unknown: most_of_source"),
        ("noise = true", "noise = true\nnosie = true", r"views\.map: entries missing or unknown: nosie"),
        ("epochs = 2\n", "", r"views\.map: entries missing or unknown: epochs"),
        ("[views.map]", "[views.clusters]", r"needs \[views\.map\] with latent = 2"),
        ("[views.map]", "[views.chart]", r"needs \[views\.map\]"),
        ("latent = 2", "latent = 3", r"needs \[views\.map\] with latent = 2"),
        ('sight = "cations"', 'sight = "colours"', r"views\.map: sight is one of cations, oxides"),
        ('sight = "cations"', 'sight = "structure"', r"views\.map: sight is one of cations, oxides"),
        ('target = "cations"', 'target = "colours"', "target one of cations, oxides, structure"),
        ("collections = []", 'collections = ["mine"]', "no collection mine. Choose from experiments, georoc"),
    ],
)
def test_a_recipe_says_what_is_wrong_with_it(tmp_path: Path, old: str, new: str, remedy: str) -> None:
    path = spoilt(tmp_path, old, new)
    with pytest.raises(ModelError, match=remedy) as error:
        read_explorer(path)
    assert str(path) in str(error.value)


def test_ions_are_exchanged_among_cations_alone(tmp_path: Path) -> None:
    path = spoilt(tmp_path, "exchange = 0.0", "exchange = 0.5")
    assert read_explorer(path).views["map"].exchange == 0.5
    path.write_text(path.read_text().replace('sight = "cations"', 'sight = "oxides"'), encoding="utf-8")
    with pytest.raises(ModelError, match=r"views\.map: ions are exchanged among cations alone"):
        read_explorer(path)


def test_shipped_recipes_are_read() -> None:
    made, plain = read_explorer("explorer"), read_explorer("explorer_ten_oxides")
    assert set(made.views) == {"map", "clusters"}
    assert (made.views["map"].latent, made.views["clusters"].latent) == (2, 8)
    assert made.views["clusters"].isometric
    assert made.views["clusters"].target == "structure"
    assert set(plain.views) == {"map"}
    assert plain.views["map"].sight == plain.views["map"].target == "oxides"
    assert not plain.views["map"].noise
    assert plain.collections == ()


def test_recipes_of_explorers_are_known_as_such(tmp_path: Path) -> None:
    path = spoilt(tmp_path, "seed = 1", "seed = 2")
    assert is_explorer(path)
    assert is_explorer("explorer")
    assert not is_explorer("default")
    assert not is_explorer(tmp_path / "none.toml")
    path.write_text("kind = ", encoding="utf-8")
    assert not is_explorer(path)


def test_entries_say_what_the_file_says(tmp_path: Path) -> None:
    import tomllib

    path = spoilt(tmp_path, "seed = 1", "seed = 2")
    assert {"kind": "explorer"} | read_explorer(path).entries() == tomllib.loads(path.read_text())


@pytest.mark.parametrize(
    "recipe",
    [
        view(),
        view(target="structure", latent=5, isometric=True, exchange=0.5),
        view(sight="oxides", target="oxides", noise=False),
    ],
    ids=["map", "clusters", "plain"],
)
def test_two_epochs_learn_and_repeat(recipe: ViewRecipe) -> None:
    values, losses = many(), list[float]()
    held = values.copy()
    made = train_view(recipe, values, 5, losses.append)
    again, other = train_view(recipe, values, 5), train_view(recipe, values, 6)
    assert np.array_equal(values, held)
    assert len(losses) == 2
    assert losses[1] < losses[0]
    assert made.positions(values).shape == (len(values), recipe.latent + recipe.isometric)
    assert np.array_equal(made.positions(values), again.positions(values))
    assert not np.allclose(made.latent(values), other.latent(values))
    assert (made.sight, made.target, made.isometric) == (recipe.sight, recipe.target, recipe.isometric)


@lru_cache
def learned() -> View:
    return train_view(view(hidden=(48, 24), epochs=60), many(), 3)


def test_more_epochs_restore_what_was_measured() -> None:
    values = simulated()
    target = RESTORED["cations"](values)
    mean = np.sqrt(((target - target.mean(axis=0)) ** 2).sum(axis=1))
    assert np.median(off(learned(), values)) < 0.35 * np.median(mean)
    kinds = np.repeat(np.arange(len(MINERALS)), 100)
    latent = learned().latent(values)
    middles = np.array([np.median(latent[kinds == k], axis=0) for k in range(len(MINERALS))])
    nearest = np.linalg.norm(latent[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == kinds).mean() > 0.75


def test_missing_minor_oxides_move_places_little() -> None:
    """Less than a tenth of the distance between one analysis and the next at random."""
    values = simulated()
    lost = values.copy()
    lost[:, [INPUTS.index(name) for name in MINOR]] = np.nan
    gone = np.nansum(values, axis=1) - np.nansum(lost, axis=1)
    little = (gone > 0.2) & (gone < 2.0)
    assert little.sum() > 30
    here, there = learned().latent(values), learned().latent(lost)
    order = np.random.default_rng(0).permutation(len(values))
    moved, apart = (np.linalg.norm(a - here, axis=1) for a in (there, here[order]))
    assert 0 < np.median(moved[little]) < 0.1 * np.median(apart)


def test_exchange_teaches_to_overlook_it() -> None:
    """Forsterite and fayalite lie closer together, over the spread of all, where ions were exchanged."""
    values = simulated()
    magnesium, iron = (values[:, INPUTS.index(name)] for name in ("MgO", "FeOt"))
    olivine = np.arange(len(values)) < 100
    rich, poor = (np.flatnonzero(olivine & which) for which in (magnesium > 2 * iron, iron > 2 * magnesium))
    assert min(len(rich), len(poor)) > 5
    apart = []
    for target, exchange in (("cations", 0.0), ("structure", 0.5)):
        wanted = view(target=target, isometric=True, latent=4, epochs=10, exchange=exchange)
        made = train_view(wanted, many(), 1)
        latent = made.latent(values)
        off_middle = latent[rich].mean(axis=0) - latent[poor].mean(axis=0)
        apart.append(np.linalg.norm(off_middle) / latent.std(axis=0).max())
    assert apart[1] < 0.4 * apart[0]


def table(values: FloatArray, source: list[str]) -> Table:
    n = len(values)
    names = np.array(source, dtype=object)
    return Table(values, np.full(n, "", dtype=object), names, np.full(n, -1), np.full(n, np.nan))


def test_no_source_has_more_than_its_share() -> None:
    values = simulated()[:60]
    nothing = np.full((2, len(INPUTS)), np.nan)
    everything = table(
        np.concatenate([values, values[:5], nothing]),
        ["large"] * 50 + ["small"] * 10 + ["again"] * 5 + ["none"] * 2,
    )
    kept, same, other = (spread_over_sources(everything, 20, np.random.default_rng(s)) for s in (0, 0, 1))
    names, counts = np.unique(kept.source.astype(str), return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {"large": 20, "small": 10}
    places = [int(np.flatnonzero((values == row).all(axis=1))[0]) for row in kept.values]
    assert places == sorted(places)
    assert np.array_equal(kept.values, same.values)
    assert not np.array_equal(kept.values, other.values)
    assert len(spread_over_sources(everything, 1000, np.random.default_rng(0))) == 60


def recipe(tmp_path: Path, **changed: str) -> ExplorerRecipe:
    text = RECIPE
    for name, value in changed.items():
        line = next(row for row in text.splitlines() if row.startswith(f"{name} ="))
        text = text.replace(line, f"{name} = {value}", 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_explorer(path)


def test_solid_solutions_are_added_if_asked_for(tmp_path: Path) -> None:
    values = simulated()
    assert with_simulated(values, recipe(tmp_path)) is values
    more, again = (with_simulated(values, recipe(tmp_path, simulated="3")) for _ in range(2))
    assert np.array_equal(more[: len(values)], values)
    assert (len(more) - len(values)) % 3 == 0
    assert len(more) > len(values) + 30
    assert np.array_equal(more, again)


def test_published_rows_are_spread_over_their_sources(data_dir: Path, tmp_path: Path) -> None:
    minerals, glasses = explorer_rows(recipe(tmp_path))
    for part in (minerals, glasses):
        _, counts = np.unique(part.source.astype(str), return_counts=True)
        assert counts.max() == 10
        assert len(part.distinct()) == len(part)
    assert set(glasses.label) == {"Glass"}
    assert "Olivine" in set(minerals.label)
