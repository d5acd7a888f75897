"""Training by the command line on a user's own table, small enough to take seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

pytest.importorskip("torch", reason="training needs the extra `train`")

import pandas as pd

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.simulate import simulate

PHASES = ("Olivine", "Plagioclase", "Quartz", "Spinel")
RECIPE = """
name = "tiny"
description = "a test"
phases = ["Olivine", "Plagioclase", "Quartz", "Spinel", "Rutile"]
hidden = [16, 16]
networks = 1
epochs = 10
seed = 1
most_rows = 200
simulated = 200
blended = 50
mixtures = 300
unmixing = 200
scrambled = 200
each_species = 2
disturbed = 100
risk = 0.05
accept_probability = 0.8
coverage = 0.95
"""


def phasewise(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "phasewise", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "100", "PHASEWISE_DATA": ""},
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a recipe, and a table of 4 minerals from 3 sessions without Na2O and K2O."""
    found = tmp_path_factory.mktemp("training")
    (found / "tiny.toml").write_text(RECIPE, encoding="utf-8")
    tests, rng = stoichiometric_tests(PHASES), np.random.default_rng(3)
    values = np.concatenate([simulate(load_minerals()[p], tests, 60, rng) for p in PHASES])
    frame = pd.DataFrame(values[:, :10].round(2), columns=list(INPUTS[:10]))
    frame = frame.drop(columns=["Na2O", "K2O"])
    frame["mineral"] = [name.upper() for name in np.repeat(PHASES, 60)]
    frame.loc[:2, "mineral"] = "FELDSPAR"
    frame["session"] = np.tile(np.arange(3), 80)
    frame.to_csv(found / "mine.csv", index=False)
    return found


def own(folder: Path) -> list[str | Path]:
    columns = ["--label-column", "mineral", "--source-column", "session"]
    return [
        "train",
        folder / "tiny.toml",
        "--data",
        folder / "mine.csv",
        *columns,
        "--only-own",
        "--workers",
        "1",
    ]


def test_a_model_of_own_rows_classifies(folder: Path, tmp_path: Path) -> None:
    out = folder / "model"
    oxides = "SiO2,TiO2,Al2O3,FeO,MnO,MgO,CaO,Cr2O3"
    command = [*own(folder), "--classes", "Olivine,Plagioclase,Spinel", "--oxides", oxides, "--out", out]
    run = phasewise(*command)
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"Written: {out}\n"
    assert "mine.csv: 237 of 240 rows have a label and a source" in run.stderr
    assert "'FELDSPAR' 3" in run.stderr
    assert "Quartz (none of the phases): " in run.stderr
    assert str(folder) not in (out / "card.toml").read_text(encoding="utf-8")

    again = phasewise(*command)
    assert again.stderr.count("as an earlier training left it") == 4
    refused = phasewise(*own(folder), "--classes", "Olivine,Spinel", "--out", out)
    assert refused.returncode == 2
    assert "--force" in refused.stderr.splitlines()[-1]

    result = tmp_path / "result.csv"
    run = phasewise("classify", folder / "mine.csv", "--model", out, "--out", result)
    assert run.returncode == 0, run.stderr
    found = pyarrow.csv.read_csv(result).to_pandas()
    right = (found["phase"] == found["mineral"].str.title())[~found["mineral"].isin(["QUARTZ", "FELDSPAR"])]
    assert right.mean() > 0.95
    assert (found.loc[found["mineral"] == "QUARTZ", "verdict"] != "accepted").mean() > 0.9

    shown = phasewise("models", out)
    assert shown.returncode == 0, shown.stderr
    assert "by SiO2, TiO2, Al2O3, FeOt, MnO, MgO, CaO, Cr2O3 alone" in " ".join(shown.stdout.split())
    classes = [line.split()[0] for line in shown.stdout.splitlines() if line.startswith(PHASES)]
    assert classes == ["Olivine", "Plagioclase", "Spinel"]


def test_a_new_class_travels_with_its_model(folder: Path, tmp_path: Path) -> None:
    """Four models train in processes side by side, and another process loads what they wrote."""
    values = np.random.default_rng(1).normal([43.6, 19.3, 37.1], [0.3, 0.2, 0.3], (60, 3))
    mine = pd.read_csv(folder / "mine.csv")
    new = pd.DataFrame(values.round(2), columns=["SiO2", "TiO2", "BaO"])
    new["mineral"], new["session"] = "benitoite", np.arange(60) % 3
    pd.concat([mine, new]).to_csv(tmp_path / "mine.csv", index=False)
    columns = ["--label-column", "mineral", "--source-column", "session"]
    command: list[str | Path] = [
        "train",
        folder / "tiny.toml",
        "--add",
        tmp_path / "mine.csv",
        *columns,
        "--only-own",
    ]
    options: list[str | Path] = ["--classes", "Olivine,Plagioclase", "--out", tmp_path / "model"]
    run = phasewise(*command, *options, "--new-classes", "Benitoite", "--workers", "2")
    assert run.returncode == 0, run.stderr
    assert "Benitoite (new class): " in run.stderr
    assert "recall 1.000 (too few sources for an interval)" in run.stderr
    assert "Quartz', 'Spinel' teach what is none of the phases" in run.stderr

    result = tmp_path / "result.csv"
    run = phasewise("classify", tmp_path / "mine.csv", "--model", tmp_path / "model", "--out", result)
    assert run.returncode == 0, run.stderr
    found = pyarrow.csv.read_csv(result).to_pandas()
    assert (found.loc[found["mineral"] == "benitoite", "phase"] == "Benitoite").mean() > 0.95
    shown = phasewise("models", tmp_path / "model")
    assert "Benitoite" in shown.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only-own"], "need --add"),
        (["--new-classes", "Benitoite"], "need --add"),
        (["--workers", "0"], "--workers"),
        (["--classes", "Olivine,Foo"], "no class 'Foo'"),
        (["--classes", "Olivine,Rutile", "--oxides", "SiO2,MgO,FeO"], "Rutile needs TiO2"),
        (["--classes", "Olivine,Spinel"], "PHASEWISE_DATA"),
        (["--data", "absent.csv", "--label-column", "a", "--source-column", "b"], "absent.csv"),
    ],
)
def test_impossible_trainings_are_told(folder: Path, options: list[str], message: str) -> None:
    run = phasewise("train", folder / "tiny.toml", "--out", folder / "none", *options)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("phasewise: error: ")
    assert message in run.stderr
    assert not (folder / "none").exists()
