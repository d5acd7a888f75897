"""A whole training, small: published rows are simulated, networks tiny."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.feature_model import FeatureModel
from phasewise.compositions.features import INPUTS
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.model import CompositionModel
from phasewise.compositions.training import decisions, material, networks, tables
from phasewise.compositions.training import train as training
from phasewise.compositions.training.assemble import assemble, stoichiometric_tests
from phasewise.compositions.training.own_data import OwnData
from phasewise.compositions.training.recipe import read_recipe, with_classes, with_oxides
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import ModelError
from phasewise.core.types import FLAGS, TEN_OXIDES, VERDICTS, Analyses

PHASES = ("Olivine", "Plagioclase", "Quartz", "Spinel")
RECIPE = replace(
    read_recipe("default"),
    name="toy",
    phases=PHASES,
    hidden=(24, 24),
    networks=2,
    epochs=4,
    simulated=200,
    simulated_of={},
    blended=50,
    mixtures=400,
    unmixing=400,
    scrambled=200,
    each_species=2,
    disturbed=100,
    collections=(),
)
TINY = replace(RECIPE, networks=1, epochs=1, mixtures=100, unmixing=100, scrambled=100, each_species=1)
WITHOUT_ALKALIS = tuple(name for name in TEN_OXIDES if name not in ("Na2O", "K2O"))


def rows_of(phases: tuple[str, ...], n: int, sources: int, seed: int) -> Table:
    """Return simulated rows of each phase, dealt out to sources, which are the folds, too."""
    tests, rng = stoichiometric_tests(phases), np.random.default_rng(seed)
    values = np.concatenate([simulate(load_minerals()[p], tests, n, rng) for p in phases])
    fold = np.tile(np.arange(sources), len(values) // sources)
    source = np.array([f"publication {f}" for f in fold], dtype=object)
    return Table(values, np.repeat(phases, n).astype(object), source, fold, np.full(len(values), np.nan))


def published() -> Table:
    return rows_of(PHASES, 150, 5, 2)


def nothing() -> Table:
    return published().take(np.array([], dtype=int))


def own(table: Table, *, alone: bool) -> OwnData:
    return OwnData(table, "mine.csv", "0" * 64, "mineral", "session", len(table), {}, {}, alone)


@pytest.fixture(autouse=True)
def simulated_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "training_minerals", published)
    monkeypatch.setattr(material, "glasses", nothing)


def test_a_training_gives_a_model_with_siblings_and_an_honest_card(tmp_path: Path) -> None:
    told: list[str] = []
    epochs: list[tuple[int, int]] = []
    trained = training.train(RECIPE, tmp_path, told.append, progress=lambda *done: epochs.append(done))
    model = load_model(tmp_path)
    assert model.phases == PHASES
    assert list(trained.siblings) == [f"fold_{k}" for k in range(5)]
    metrics = model.card["metrics"]
    assert metrics["accuracy"] > 0.7
    assert metrics["by_class"]["Quartz"]["sources"] == 5
    low, high = metrics["by_class"]["Olivine"]["interval"]
    assert 0 <= low <= metrics["by_class"]["Olivine"]["f1"] <= high <= 1
    assert "siblings" not in model.card["training"]["recipe"]
    assert "oxides" not in model.card["inputs"]
    assert any("fold_4" in line for line in told)
    assert [done for done, _ in epochs] == list(range(1, 6 * 3 * 4 + 1))
    assert {total for _, total in epochs} == {6 * 3 * 4}


def test_an_interrupted_training_goes_on_and_gives_the_same_model(tmp_path: Path) -> None:
    def stop_in_fold_3(line: str) -> None:
        if "fold_3" in line and "unmixing" not in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(TINY, tmp_path / "a", stop_in_fold_3)
    told: list[str] = []
    resumed = training.train(TINY, tmp_path / "a", told.append)
    assert sum("earlier training" in line for line in told) == 3
    whole = training.train(TINY, tmp_path / "b", lambda _: None)
    assert_same_weights(resumed.model, whole.model)
    assert resumed.model.thresholds == whole.model.thresholds


def assert_same_weights(one: FeatureModel, other: FeatureModel) -> None:
    pairs = zip((*one.networks, one.unmixing), (*other.networks, other.unmixing), strict=True)
    for layers in (zip(a.layers, b.layers, strict=True) for a, b in pairs):
        assert all((a.weight == b.weight).all() and (a.bias == b.bias).all() for a, b in layers)


def test_processes_side_by_side_give_the_same_weights_and_are_told_of(tmp_path: Path) -> None:
    told: list[str] = []
    epochs: list[tuple[int, int]] = []
    apart = training.train(
        TINY, tmp_path / "a", told.append, workers=2, progress=lambda *done: epochs.append(done)
    )
    alone = training.train(TINY, tmp_path / "b", lambda _: None)
    assert_same_weights(apart.model, alone.model)
    for name in alone.siblings:
        assert_same_weights(apart.siblings[name], alone.siblings[name])
    assert sum("unmixing, loss" in line for line in told) == 6
    assert epochs[-1] == (12, 12)


def test_an_error_in_a_process_is_raised_here(tmp_path: Path) -> None:
    table = published()
    odd = networks.Task("odd", table, nothing(), replace(TINY, phases=("Olivine",)), tmp_path, {})
    with pytest.raises(ValueError, match="not in tuple"):
        networks.train_all([odd, odd], 2, lambda _: None, lambda _: None)


def test_a_model_of_another_recipe_is_overwritten_only_by_force(tmp_path: Path) -> None:
    training.train(TINY, tmp_path, lambda _: None)
    before = (tmp_path / "card.toml").read_bytes()
    other = replace(TINY, seed=5)
    with pytest.raises(ModelError, match="--force"):
        training.train(other, tmp_path, lambda _: None)
    assert (tmp_path / "card.toml").read_bytes() == before
    told: list[str] = []
    training.train(other, tmp_path, told.append, force=True)
    assert not any("earlier training" in line for line in told)
    assert load_model(tmp_path).card["training"]["recipe"]["seed"] == 5


def test_other_minerals_are_refused_and_siblings_do_not_see_those_of_their_fold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[set[int], set[int]]] = []
    real = assemble

    def spy(table: Table, others: Table, *rest: Any) -> Any:
        seen.append((set(table.fold), set(others.fold)))
        assert set(others.label) == {"Plagioclase", "Quartz"}
        return real(table, others, *rest)

    monkeypatch.setattr(networks, "assemble", spy)
    told: list[str] = []
    recipe = with_classes(replace(RECIPE, networks=1, epochs=12), ["spinel", "Ol"])
    model = training.train(recipe, tmp_path, told.append).model
    assert model.phases == ("Olivine", "Spinel")
    assert seen == [({0, 1, 2, 3, 4} - {k},) * 2 for k in range(5)] + [({0, 1, 2, 3, 4},) * 2]
    assert any("none of the phases: 'Plagioclase', 'Quartz'" in line for line in told)
    table = published()
    odd = table.values[np.isin(table.label.astype(str), ["Plagioclase", "Quartz"])]
    known = table.values[np.isin(table.label.astype(str), ["Olivine", "Spinel"])]
    refused = [model.probabilities(rows)[:, -1] > 1 - model.thresholds.belonging for rows in (odd, known)]
    assert refused[0].mean() > 0.9
    assert refused[1].mean() < 0.1


@pytest.fixture(scope="module")
def without_alkalis(tmp_path_factory: pytest.TempPathFactory) -> CompositionModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(material, "training_minerals", published)
        patch.setattr(material, "glasses", nothing)
        recipe = with_oxides(replace(RECIPE, networks=1, epochs=25), WITHOUT_ALKALIS)
        out = tmp_path_factory.mktemp("without_alkalis")
        training.train(recipe, out, lambda _: None)
        return load_model(out)


def collection() -> Table:
    """Return rows of a collection, one of them of a species that no file knows."""
    found = rows_of(PHASES, 30, 3, 7)
    found.label[0] = "UNOBTAINIUM"
    return replace(found, source=np.array([f"sample {f}" for f in found.fold], dtype=object))


def test_a_collection_is_judged_by_a_sibling_that_has_seen_everything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tables.COLLECTIONS, "toy", collection)
    monkeypatch.setitem(tables.SOURCES_OF, "toy", "a toy collection")
    seen: list[set[int]] = []
    real = assemble

    def spy(table: Table, *rest: Any) -> Any:
        seen.append(set(table.fold))
        return real(table, *rest)

    monkeypatch.setattr(networks, "assemble", spy)
    trained = training.train(replace(TINY, collections=("toy",)), tmp_path, lambda _: None)
    folds = set(range(5))
    assert seen == [*(folds - {k} for k in folds), folds, folds | {5}]
    assert list(trained.siblings) == [*(f"fold_{k}" for k in folds), "toy"]
    card = load_model(tmp_path).card
    assert card["training"]["sources"][2] == "a toy collection"
    assert card["training"]["recipe"]["collections"] == ["toy"]
    assert card["metrics"]["rows"] == card["training"]["rows"] - card["metrics"]["toy"]["rows"]
    assert 100 < card["metrics"]["toy"]["rows"] < 120
    assert card["metrics"]["toy"]["publications"] == 3
    assert "seen none of it" in card["metrics"]["toy"]["split"]
    assert load_model(tmp_path / "siblings" / "toy").card["without"] == "toy"


def test_rows_of_a_collection_count_as_much_as_all_publications() -> None:
    rows = {0: 20, 1: 40, 5: 80}
    held: dict[int, Any] = dict.fromkeys(rows)
    weight = decisions.part_weights(held, 5, list(rows.values()))
    assert weight[:60].sum() == pytest.approx(weight[60:].sum())
    assert weight.mean() == pytest.approx(1)


def test_oxides_that_a_model_does_without_make_no_difference_to_it(without_alkalis: CompositionModel) -> None:
    model = without_alkalis
    assert model.card["inputs"]["oxides"] == list(WITHOUT_ALKALIS)
    assert model.card["inputs"]["left_out"]["Plagioclase"]["Na2O"] > 8
    values = published().values
    bare = values.copy()
    bare[:, ~model.used] = np.nan
    np.testing.assert_array_equal(model.probabilities(values), model.probabilities(bare))
    np.testing.assert_array_equal(model.fractions(values), model.fractions(bare))
    assert model.card["metrics"]["accuracy"] > 0.9


def test_an_albite_without_sodium_is_accepted_by_a_model_without_sodium(
    without_alkalis: CompositionModel,
) -> None:
    albite = oxides_wt("NaAlSi3O8")
    row = np.array([[albite.get(name, 0.0) for name in WITHOUT_ALKALIS]])
    analyses = Analyses(row, WITHOUT_ALKALIS, np.zeros_like(row, dtype=bool))
    found = predict(analyses, without_alkalis)
    assert found.phases[found.phase[0]] == "Plagioclase"
    assert VERDICTS[found.verdict[0]] == "accepted"
    assert found.flags[0] == 0
    assert found.total_expected[0, 0] < 90
    by_default = predict(analyses, load_model())
    assert by_default.flags[0] == 1 << FLAGS.index("missing_key_oxide")


def test_own_rows_alone_need_no_published_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Table:
        raise AssertionError("published tables were asked for")

    monkeypatch.setattr(material, "training_minerals", absent)
    monkeypatch.setattr(material, "glasses", absent)
    mine = rows_of(("Olivine", "Quartz", "Spinel"), 60, 3, 4)
    trained = training.train(
        with_classes(TINY, ["Olivine", "Spinel"]), tmp_path, lambda _: None, own=own(mine, alone=True)
    )
    card = load_model(tmp_path).card
    assert len(trained.siblings) == 3
    assert card["training"]["own_data"]["sha256"] == "0" * 64
    assert card["training"]["split"] == "three folds by source ('session')"
    assert not any("mineralML" in source for source in card["training"]["sources"])
    assert card["metrics"]["rows"] == card["training"]["rows"] <= 120
    assert card["training"]["other_minerals"]["rows"] <= 60


def test_own_rows_from_one_source_are_refused(tmp_path: Path) -> None:
    mine = rows_of(PHASES, 20, 1, 4)
    with pytest.raises(ModelError, match=r"1 source in column 'session'.*--source-column"):
        training.train(TINY, tmp_path, lambda _: None, own=own(mine, alone=True))


def test_a_phase_without_rows_is_named(tmp_path: Path) -> None:
    mine = rows_of(("Olivine", "Spinel"), 20, 4, 4)
    with pytest.raises(ModelError, match=r"label Plagioclase, Quartz\..*--classes Olivine,Spinel"):
        training.train(TINY, tmp_path, lambda _: None, own=own(mine, alone=True))


def test_own_rows_that_were_published_already_count_once() -> None:
    told: list[str] = []
    fresh = rows_of(PHASES, 20, 4, 4)
    mine = own(Table.join([published(), fresh]), alone=False)
    found = material.gather(TINY, mine, told.append)
    alone = material.gather(TINY, None, lambda _: None)
    assert len(alone.table) < len(found.table) <= len(alone.table) + len(fresh)
    assert found.by_label()["Olivine"]["repeat"] >= 150
    assert found.n_folds == 5


def test_sources_of_own_rows_stay_in_one_fold() -> None:
    mine = rows_of(PHASES, 40, 8, 4)
    found = material.gather(TINY, own(mine, alone=True), lambda _: None)
    assert found.n_folds == 5
    assert set(found.table.fold) == {0, 1, 2, 3, 4}
    for source in set(found.table.source):
        assert len(set(found.table.fold[found.table.source == source])) == 1


def test_rows_that_lack_a_left_out_oxide_are_not_cleaned_away() -> None:
    table = published()
    values = table.values.copy()
    values[:, INPUTS.index("Na2O")] = np.nan
    bare = Table(values, table.label, table.source, table.fold, table.total_reported)
    kept = [
        (material.gather(recipe, own(bare, alone=True), lambda _: None).table.label == "Plagioclase").sum()
        for recipe in (with_oxides(TINY, [*WITHOUT_ALKALIS, "K2O"]), TINY)
    ]
    assert kept[0] > 140
    assert kept[1] < 60


@pytest.mark.parametrize(
    ("classes", "oxides", "message"),
    [
        (["Olivine", "Unobtainium"], None, r"no class 'Unobtainium'\. Choose from Olivine, Plagioclase"),
        (["Olivine", "Garnet"], None, "no class 'Garnet'"),
        (["Olivine", "FORSTERITE"], None, "two classes at least, not 1"),
        (None, ["SiO2", "MgO"], "3 oxides at least, not 2"),
        (None, ["SiO2", "MgO", "F", "Cl"], "3 oxides at least, not 2"),
        (None, ["SiO2", "MgO", "Unobtainium2O"], r"'Unobtainium2O'.*Choose from SiO2"),
    ],
)
def test_what_a_recipe_cannot_be_made_of_is_told(
    classes: list[str] | None, oxides: list[str] | None, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        with_oxides(RECIPE, oxides) if oxides else with_classes(RECIPE, classes or [])


def test_phases_that_cannot_be_told_by_the_oxides_are_named(tmp_path: Path) -> None:
    recipe = with_oxides(read_recipe("default"), TEN_OXIDES)
    with pytest.raises(ModelError, match=r"Apatite needs P2O5; Zircon needs ZrO2.*--classes Amphibole,Biot"):
        training.train(recipe, tmp_path, lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_names_are_taken_as_people_write_them() -> None:
    recipe = with_classes(read_recipe("default"), ["plagioclase_0", "OLIVINE", " Cpx "])
    assert recipe.phases == ("Clinopyroxene", "Olivine", "Plagioclase")
    assert with_oxides(recipe, ["mgo", "FeO", "SiO2"]).oxides == ("SiO2", "FeOt", "MgO")


def test_recipes_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no recipe 'absent'"):
        read_recipe("absent")
    odd = tmp_path / "odd.toml"
    odd.write_text('name = "odd"\nlayers = 3\n', encoding="utf-8")
    with pytest.raises(ModelError, match="layers"):
        read_recipe(odd)


def test_the_entries_of_a_recipe_make_the_same_recipe(tmp_path: Path) -> None:
    tomli_w = pytest.importorskip("tomli_w")
    for recipe in (
        read_recipe("default"),
        with_oxides(RECIPE, WITHOUT_ALKALIS),
        replace(RECIPE, each_other=7),
    ):
        file = tmp_path / "again.toml"
        file.write_text(tomli_w.dumps(recipe.entries()), encoding="utf-8")
        assert read_recipe(file) == recipe
