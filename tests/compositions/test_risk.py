from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from phasewise.compositions import classify as module
from phasewise.compositions.feature_model import FeatureModel
from phasewise.compositions.load import load_model
from phasewise.compositions.model import Thresholds
from phasewise.compositions.oxide_model import OxideModel
from phasewise.compositions.risk import thresholds_at
from phasewise.core.errors import ModelError

LEVELS = [
    {"risk": 0.001, "belonging": 0.99, "probability": 0.99, "attained": False},
    {"risk": 0.01, "belonging": 0.9, "probability": 0.8},
    {"risk": 0.1, "belonging": 0.5, "probability": 0.6},
]
CARD = {"name": "mine", "risk": {"default": 0.01, "levels": LEVELS}}
OLIVINE = {"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]}


def test_a_level_gives_its_thresholds() -> None:
    assert thresholds_at(CARD, 0.01) == Thresholds(0.9, 0.8)
    assert thresholds_at(CARD, 0.1) == Thresholds(0.5, 0.6)


def test_between_levels_the_logarithm_of_the_risk_counts() -> None:
    found = thresholds_at(CARD, 0.1**1.5)
    assert (found.belonging, found.probability) == pytest.approx((0.7, 0.7))
    assert found.uncertainty == float("inf")


def test_the_uncertainty_of_a_level_counts_too() -> None:
    levels = [level | {"uncertainty": u} for level, u in zip(LEVELS, (0.1, 0.2, 0.4), strict=True)]
    assert thresholds_at(CARD | {"risk": {"levels": levels}}, 0.1**1.5).uncertainty == pytest.approx(0.3)


@pytest.mark.parametrize("risk", [0.0, 0.005, 0.2, -1.0, float("nan")])
def test_a_risk_that_cannot_be_kept_is_refused_with_the_range(risk: float) -> None:
    with pytest.raises(ModelError, match=r"'mine' cannot keep .* Choose one from 0\.01 to 0\.1"):
        thresholds_at(CARD, risk)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"levels": [{"risk": 0.01}]}, "damaged: KeyError"),
        ({}, "damaged"),
        ({"levels": ["low"]}, "damaged"),
        ({"levels": []}, "no risks that rise"),
        ({"levels": LEVELS[::-1]}, "no risks that rise"),
    ],
)
def test_a_damaged_table_is_told(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        thresholds_at({"name": "mine", "risk": table}, 0.01)


def test_models_without_the_table_refuse() -> None:
    for name in ("ten_oxides_mlp", "ten_oxides_gda"):
        with pytest.raises(ModelError, match="train the model again"):
            load_model(name).at_risk(0.01)


@pytest.mark.parametrize("name", ["default", "ten_oxides_mlp"])
def test_only_thresholds_differ(name: str) -> None:
    model = load_model(name)
    assert isinstance(model, FeatureModel | OxideModel)
    told = replace(model, card=CARD).at_risk(0.1)
    assert told.thresholds == Thresholds(0.5, 0.6)
    assert (told.phases, told.conformal) == (model.phases, model.conformal)


def test_classify_takes_the_risk(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model()
    assert isinstance(model, FeatureModel)
    levels = [level | {"belonging": b} for level, b in zip(LEVELS[1:], (1.0, 0.0), strict=True)]
    told = replace(model, card=dict(model.card) | {"risk": {"default": 0.01, "levels": levels}})
    monkeypatch.setattr(module, "load_model", lambda _: told)
    assert module.classify(pa.table(OLIVINE), risk=0.01)["verdict"].to_pylist() == ["unknown"]
    assert module.classify(pa.table(OLIVINE), risk=0.1)["verdict"].to_pylist() == ["accepted"]
