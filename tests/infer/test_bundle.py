from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from phasewise.compositions.explore.explorer import TASK, load_explorer
from phasewise.compositions.load import load_model
from phasewise.core.errors import ModelError
from phasewise.infer.bundle import CARD, WEIGHTS, load_bundle, models_of_the_zoo

pytest.importorskip("tomli_w", reason="writing models needs the extra `train`")

from phasewise.learn.bundle import save_bundle

CARD_ENTRIES = {
    "name": "toy",
    "task": "none",
    "classes": ["a", "b"],
    "inputs": {"columns": ["x"]},
    "training": {"rows": 1},
    "limits": {"text": "a toy"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_bundle(tmp_path / "toy", {"w": np.arange(6.0).reshape(2, 3)}, CARD_ENTRIES)
    return tmp_path / "toy"


def test_what_was_saved_is_loaded(folder: Path) -> None:
    bundle = load_bundle(folder)
    assert (bundle.array("w") == np.arange(6.0).reshape(2, 3)).all()
    assert bundle.card["name"] == "toy"
    with pytest.raises(ModelError, match="no weights named 'v'"):
        bundle.array("v")


def test_without_a_card_there_is_no_model(folder: Path) -> None:
    (folder / CARD).unlink()
    with pytest.raises(ModelError, match="no model"):
        load_bundle(folder)


def test_other_weights_than_the_card_describes_are_refused(folder: Path) -> None:
    raw = bytearray((folder / WEIGHTS).read_bytes())
    raw[-1] ^= 1
    (folder / WEIGHTS).write_bytes(bytes(raw))
    with pytest.raises(ModelError, match="not those of its card"):
        load_bundle(folder)


def test_a_newer_schema_is_refused(folder: Path) -> None:
    card = (folder / CARD).read_text(encoding="utf-8").replace("schema_version = 1", "schema_version = 2")
    (folder / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="schema version 2"):
        load_bundle(folder)


def test_an_incomplete_card_is_refused(folder: Path) -> None:
    card = (folder / CARD).read_text(encoding="utf-8").replace('task = "none"\n', "")
    (folder / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="lacks task"):
        load_bundle(folder)


def test_a_model_of_another_task_does_not_classify(folder: Path) -> None:
    with pytest.raises(ModelError, match="another task"):
        load_model(folder)


def test_an_unknown_name_lists_the_zoo() -> None:
    with pytest.raises(ModelError, match="default"):
        load_bundle("no such model")


def test_every_model_of_the_zoo_loads() -> None:
    assert "default" in models_of_the_zoo()
    for name in models_of_the_zoo():
        if load_bundle(name).card["task"] == TASK:
            assert load_explorer(name).known
        else:
            assert load_model(name).phases


def test_a_folder_of_the_same_name_does_not_hide_a_shipped_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "default").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_bundle("default").card["name"] == "default"


def shipped_copy(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    source = resources.files("phasewise") / "zoo" / "default"
    (folder / WEIGHTS).write_bytes((source / WEIGHTS).read_bytes())
    card = (source / CARD).read_text(encoding="utf-8")
    assert old in card
    (folder / CARD).write_text(card.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sha256 = ", "checksum = "),
        ("coverage = ", "cover = "),
        ("temperature = ", "warmth = "),
        ("temperature = ", "temperature = [] #"),
        ("hidden = [", "hidden = [7, "),
    ],
)
def test_a_damaged_card_is_refused_in_words(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ModelError, match=r"default|copy"):
        load_model(shipped_copy(tmp_path, old, new))
