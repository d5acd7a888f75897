"""Classes that a user adds: from a table to a model that stands by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

from phasewise.chem import minerals
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.classify import classify_file
from phasewise.compositions.features import INPUTS
from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.output import result_columns
from phasewise.compositions.training import material, own_classes
from phasewise.compositions.training import train as training
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.own_classes import score_new, score_old, told
from phasewise.compositions.training.own_data import OwnData, read_own
from phasewise.compositions.training.recipe import with_new_classes
from phasewise.compositions.training.simulate import simulate
from phasewise.core.errors import ModelError
from phasewise.core.types import VERDICTS, Analyses

from .own_rows import benitoite
from .test_train import PHASES, RECIPE, TINY, nothing, published

pytestmark = pytest.mark.usefixtures("no_own_minerals")


@pytest.fixture(autouse=True)
def simulated_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "training_minerals", published)
    monkeypatch.setattr(material, "glasses", nothing)


def of(name: str, n: int) -> np.ndarray:
    return simulate(load_minerals()[name], stoichiometric_tests((name,)), n, np.random.default_rng(4))


def read(path: Path, rows: dict[str, np.ndarray], sources: int = 5, **options: Any) -> OwnData:
    """Return what is read of a file with rows of each label, dealt out to sources."""
    frames = [
        pd.DataFrame(values[:, :-1], columns=list(INPUTS[:-1])).assign(
            mineral=label, session=np.arange(len(values)) % sources
        )
        for label, values in rows.items()
    ]
    pd.concat(frames).to_csv(path / "mine.csv", index=False)
    return read_own(path / "mine.csv", "mineral", "session", **({"alone": False} | options))


def gather(own: OwnData, recipe: Any = TINY) -> tuple[material.Material, list[str]]:
    lines: list[str] = []
    return material.gather(with_new_classes(recipe, own.new_classes), own, lines.append), lines


def test_labels_become_classes_only_when_they_are_named(tmp_path: Path) -> None:
    rows = {"Benitoite": benitoite(60), "Olivin": of("Olivine", 20), "Lawsonite": of("Lawsonite", 20)}
    own = read(tmp_path, rows)
    assert own.unknown_labels == {"Benitoite": 60, "Olivin": 20}
    assert set(own.table.label) == {"Lawsonite"}
    lines = "\n".join(own.told())
    assert "'Benitoite' 60, 'Olivin' 20 (Olivine?)" in lines
    assert "--new-classes NAME" in lines
    found, lines_of_rows = gather(own)
    assert set(found.others.label) == {"Lawsonite"}
    assert any("'Lawsonite' teach what is none" in line for line in lines_of_rows)
    assert "Benitoite" not in load_minerals()


def test_a_named_class_has_limits_from_its_rows_or_from_its_file(tmp_path: Path) -> None:
    rows = {"BENITOITE_0": benitoite(60), "lws": of("Lawsonite", 20)}
    own = read(tmp_path, rows, new_classes=["benitoite", "Lws"])
    assert own.new_classes == ("Benitoite", "Lawsonite")
    assert list(own.minerals) == ["Benitoite"]
    assert set(own.table.label) == {"Benitoite", "Lawsonite"}
    assert not own.unknown_labels
    found, lines = gather(own)
    assert (found.table.label == "Benitoite").sum() >= 57
    assert any(line.startswith("  Benitoite (new class): ") for line in lines)


def test_a_mineral_file_of_the_user_goes_before_the_rows(tmp_path: Path) -> None:
    source = read(tmp_path, {"Benitoite": benitoite(60)}, new_classes=["Benitoite"])
    text = source.minerals["Benitoite"].replace('symbol = ""', 'symbol = "Bnt"')
    minerals._added.clear()
    file = tmp_path / "benitoite.toml"
    file.write_text(text, encoding="utf-8")
    options: dict[str, Any] = {"mineral_files": [file]}
    own = read(tmp_path, {"Bnt": benitoite(60)}, new_classes=["Benitoite"], **options)
    assert own.minerals == {"Benitoite": text}
    assert set(own.table.label) == {"Benitoite"}
    with pytest.raises(ModelError, match="Add --new-classes Lawsonite,Benitoite"):
        read(tmp_path, {"Bnt": benitoite(9)}, new_classes=["Lawsonite"], **options)
    with pytest.raises(ModelError, match=r"absent\.toml"):
        read(tmp_path, {"Bnt": benitoite(9)}, mineral_files=[tmp_path / "absent.toml"])


@pytest.mark.parametrize(
    ("rows", "sources", "new", "message"),
    [
        (
            {"Benitoite": benitoite(60)},
            1,
            "Benitoite",
            r"Benitoite: \d+ clean rows of 1 sources.*20 rows of 2",
        ),
        ({"Benitoite": benitoite(15)}, 5, "Benitoite", r"Benitoite: 1\d clean rows of 5 sources"),
        ({"Benitoite": benitoite(60)}, 5, "Bentoite", "no usable row of Bentoite"),
        ({"Benitoite": benitoite(60)}, 5, "Forsterite", "Olivine: a class of recipe 'toy' already"),
        ({"Blue stone": benitoite(60)}, 5, "Blue stone", "cannot be the name of a class"),
    ],
)
def test_what_makes_no_class_is_told(
    tmp_path: Path, rows: dict[str, np.ndarray], sources: int, new: str, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        gather(read(tmp_path, rows, sources, new_classes=[new]))


def test_a_class_with_end_members_may_have_few_rows(tmp_path: Path) -> None:
    found, lines = gather(read(tmp_path, {"Lawsonite": of("Lawsonite", 5)}, 1, new_classes=["Lawsonite"]))
    assert 0 < (found.table.label == "Lawsonite").sum() <= 5
    assert any("Lawsonite: one source only" in line for line in lines)


def test_a_class_that_resembles_another_is_warned_of_with_numbers(tmp_path: Path) -> None:
    own = read(tmp_path, {"Peridot": of("Olivine", 60)}, new_classes=["Peridot"])
    found, lines = gather(own)
    (overlap,) = found.overlaps
    assert (overlap.name, overlap.other) == ("Peridot", "Olivine")
    assert overlap.keep_limits > 0.9
    assert overlap.nearer > 0.3
    assert any(line.startswith("warning: Peridot can hardly be told from Olivine: of ") for line in lines)
    apart, lines = gather(read(tmp_path, {"Benitoite": benitoite(60)}, new_classes=["Benitoite"]))
    assert not apart.overlaps
    assert not any("warning" in line for line in lines)


def test_confusions_are_counted_on_both_sides() -> None:
    truth = np.array(["New"] * 10 + ["Old"] * 10, dtype=object)
    predicted = np.array(["New"] * 8 + ["Old"] * 2 + ["New"] + ["Old"] * 9, dtype=object)
    source = np.array([f"s{k % 5}" for k in range(20)], dtype=object)
    scores = score_new(truth, predicted, source, ["New"])["New"]
    assert scores["recall"] == pytest.approx(0.8)
    assert scores["precision"] == pytest.approx(8 / 9)
    assert scores["recall_interval"][0] < 0.8 < scores["recall_interval"][1]
    assert scores["taken_for"] == {"Old": 2}
    assert scores["taken_from"] == {"Old": 1}
    lines = told({"new_classes": {"New": scores}})
    assert "10 rows of 5 sources" in lines[0]
    assert "recall 0.800 (95 %: " in lines[0]
    assert lines[1:] == ["  taken for Old 2", "  also given to Old 1"]


def test_old_classes_are_compared_where_both_models_were_scored_on_the_same_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    truth = np.array(["A"] * 10 + ["B"] * 10, dtype=object)
    source = np.array([f"s{k % 5}" for k in range(20)], dtype=object)
    predicted = truth.copy()
    shipped = score_old(truth, predicted, source)
    monkeypatch.setattr(own_classes, "shipped_metrics", lambda: shipped)
    assert "accuracy unchanged, macro-F1 unchanged" in told({"old_classes": shipped})[1]
    predicted[0] = "New"
    lines = told({"old_classes": score_old(truth, predicted, source)})
    assert "accuracy worse by 0.0500, macro-F1 worse by 0.0263" in lines[1]
    assert lines[2] == "  F1 changed most in A -0.053"
    lines = told({"old_classes": score_old(truth[5:], predicted[5:], source[5:])})
    assert lines[1].endswith("scored on other rows, so nothing can be compared with it")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return the folder of a model that knows benitoite, and what was told while it was trained."""
    out, lines = tmp_path_factory.mktemp("own"), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(minerals, "_added", {})
        patch.setattr(material, "training_minerals", published)
        patch.setattr(material, "glasses", nothing)
        own = read(out, {"Benitoite": benitoite(60)}, new_classes=["Benitoite"])
        recipe = with_new_classes(replace(RECIPE, networks=1, epochs=20), own.new_classes)
        training.train(recipe, out / "model", lines.append, own=own)
    return out / "model", lines


def test_a_model_brings_its_own_minerals_along(trained: tuple[Path, list[str]]) -> None:
    assert "Benitoite" not in load_minerals()
    model = load_model(trained[0])
    assert model.phases == (*PHASES, "Benitoite")
    values = benitoite(40, seed=8)[:, :-1]
    analyses = Analyses(values, INPUTS[:-1], np.zeros(values.shape, dtype=bool))
    found = predict(analyses, model)
    assert (found.phase == len(PHASES)).mean() > 0.9
    assert (found.verdict == VERDICTS.index("accepted")).mean() > 0.8
    columns = result_columns(found, sets=model.conformal)
    assert columns["group"].to_pylist()[0] == "benitoite"
    odd = values.copy()
    odd[:, INPUTS.index("TiO2")] = 40
    judged = predict(replace_values(analyses, odd), model)
    assert (judged.verdict != VERDICTS.index("accepted")).all()
    assert all(judged.reason)
    lacks = values.copy()
    lacks[:, INPUTS.index("BaO")] = np.nan
    assert (predict(replace_values(analyses, lacks), model).verdict != VERDICTS.index("accepted")).all()


def test_worker_processes_know_its_own_minerals(trained: tuple[Path, list[str]], tmp_path: Path) -> None:
    table = pa.table(dict(zip(INPUTS[:-1], benitoite(40, seed=8)[:, :-1].T, strict=True)))
    pq.write_table(table, tmp_path / "in.parquet")
    for workers in (1, 2):
        out = tmp_path / f"{workers}.parquet"
        classify_file(tmp_path / "in.parquet", out, model=trained[0], workers=workers)
    assert pq.read_table(out)["phase"].to_pylist().count("Benitoite") > 36
    assert out.read_bytes() == (tmp_path / "1.parquet").read_bytes()


def replace_values(analyses: Analyses, values: np.ndarray) -> Analyses:
    return Analyses(values, analyses.columns, analyses.below_detection)


def test_the_card_has_the_figures_of_the_new_class_and_of_the_old_ones(
    trained: tuple[Path, list[str]],
) -> None:
    card, lines = load_model(trained[0]).card, "\n".join(trained[1])
    scores = card["metrics"]["new_classes"]["Benitoite"]
    assert scores["sources"] == 5
    assert scores["recall"] > 0.9
    assert len(scores["precision_interval"]) == 2
    assert set(card["metrics"]["old_classes"]["by_class"]) == set(PHASES)
    assert card["metrics"]["old_classes"]["rows"] + scores["rows"] == card["metrics"]["rows"]
    assert card["training"]["own_data"]["new_classes"] == ["Benitoite"]
    assert "Benitoite, " in lines
    assert "recall" in lines
    assert "nothing can be compared" in lines


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[own_minerals]", "[their_minerals]", "knows Benitoite, of which there is no mineral file"),
        ('name = \\"Benitoite\\"', 'name = \\"Joaquinite\\"', "describes 'Joaquinite'"),
        ('title = \\"benitoite\\"', "title = ", "is not valid TOML"),
        ("[own_minerals]\n", "[own_minerals]\nJoaquinite = 'x'\n", "describes Joaquinite, no class of it"),
        ("[own_minerals]\n", "[own_minerals]\nQuartz = 3\n", "not texts"),
    ],
)
def test_cards_that_were_tampered_with_are_refused(
    trained: tuple[Path, list[str]], tmp_path: Path, old: str, new: str, message: str
) -> None:
    for file in ("card.toml", "weights.safetensors"):
        (tmp_path / file).write_bytes((trained[0] / file).read_bytes())
    card = tmp_path / "card.toml"
    text = card.read_text(encoding="utf-8")
    assert old in text
    card.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        load_model(tmp_path)
    assert "Benitoite" not in load_minerals()
