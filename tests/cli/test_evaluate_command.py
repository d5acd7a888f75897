from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("sklearn", reason="training needs the extra `train`")
pytest.importorskip("jinja2", reason="training needs the extra `train`")

from phasewise.chem.minerals import load_minerals
from phasewise.cli.app import app
from phasewise.compositions.training import evaluation
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import DataUnavailableError, OutputError, PhasewiseError

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

[estimators.gda]
type = "gda"
title = "Gaussians"
grid = { shrinkage = [0.3, 0.0] }
"""


def published() -> Table:
    tests, rng = stoichiometric_tests(PHASES), np.random.default_rng(2)
    values = np.concatenate([simulate(load_minerals()[p], tests, 60, rng) for p in PHASES])
    fold = np.tile(np.arange(3), len(values) // 3)
    source = np.array([f"publication {f}" for f in fold], dtype=object)
    return Table(values, np.repeat(PHASES, 60).astype(object), source, fold, np.full(len(values), np.nan))


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(evaluation, "training_minerals", published)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "toy.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments), "--workers", "1"])


def test_an_evaluation_prints_scores_and_leaves_a_report(recipe: Path) -> None:
    run = evaluate(recipe)
    assert run.exit_code == 0, run.output
    assert "180 clean rows of 3 publications" in run.stderr
    header, grouped, random, written = run.stdout.splitlines()
    assert header.split()[:4] == ["estimator", "folds", "accuracy", "macro"]
    scores = pd.read_csv("runs/toy/scores.csv")
    accuracy = scores.loc[scores["split"] == "grouped", "accuracy"].mean()
    assert grouped.split()[:3] == ["Gaussians", "publication", f"{accuracy:.4f}"]
    assert random.split()[:2] == ["Gaussians", "random"]
    assert written == f"Written: {Path('runs/toy/report.html')}"
    assert "Gaussians" in Path("runs/toy/report.html").read_text(encoding="utf-8")


def test_a_second_run_takes_up_the_first(recipe: Path) -> None:
    first = evaluate(recipe, "--out", "here")
    units = {path: path.stat().st_mtime_ns for path in Path("here/units").iterdir()}
    second = evaluate(recipe, "--out", "here")
    assert second.exit_code == 0, second.output
    assert second.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in Path("here/units").iterdir()} == units


def test_a_report_elsewhere_is_overwritten_only_by_force(recipe: Path) -> None:
    report = Path("mine.html")
    report.write_text("mine")
    refused = evaluate(recipe, "--report", report)
    assert isinstance(refused.exception, OutputError)
    assert "exists already" in str(refused.exception)
    assert not Path("runs").exists()
    assert report.read_text() == "mine"
    assert evaluate(recipe, "--report", report, "--force").exit_code == 0
    assert "Gaussians" in report.read_text(encoding="utf-8")


def test_what_is_to_be_installed_is_told(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = RECIPE.replace('type = "gda"', 'type = "trees"')
    recipe.write_text(trees, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    run = evaluate(recipe)
    assert isinstance(run.exception, PhasewiseError)
    assert str(run.exception) == (
        "Evaluation needs scikit-learn. Install it with: pip install 'phasewise[train]'"
    )


def test_absent_data_are_told(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.delenv("PHASEWISE_DATA", raising=False)
    run = evaluate(recipe, "--out", recipe.parent / "out")
    assert isinstance(run.exception, DataUnavailableError)
