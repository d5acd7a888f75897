from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions import model as module
from phasewise.compositions.feature_model import FeatureModel
from phasewise.compositions.features import INPUTS, features, present_in
from phasewise.compositions.load import load_model
from phasewise.compositions.model import conformal_entries, conformal_of_card
from phasewise.core.types import TEN_OXIDES, FloatArray
from phasewise.infer.conformal import ConformalSets
from phasewise.infer.network import ensemble_probabilities, softmax


@pytest.fixture(scope="module")
def values() -> FloatArray:
    """Three chunks and a bit of ten oxides, some of them not measured."""
    rng = np.random.default_rng(0)
    out = np.full((3 * module.CHUNK_ROWS + 17, len(INPUTS)), np.nan)
    ten = rng.dirichlet(np.full(len(TEN_OXIDES), 0.5), len(out)) * 100
    out[:, : len(TEN_OXIDES)] = np.where(rng.random(ten.shape) < 0.1, np.nan, ten)
    out[:, 0] = np.fmax(out[:, 0], 1.0)
    return out


def test_probabilities_are_the_mean_of_the_networks(values: FloatArray) -> None:
    model = load_model()
    assert isinstance(model, FeatureModel)
    expected = ensemble_probabilities(model.networks, features(values), model.temperature)
    assert np.allclose(model.probabilities(values), expected, rtol=0, atol=1e-5)


def test_fractions_are_those_of_the_unmixing_network(values: FloatArray) -> None:
    model = load_model()
    assert isinstance(model, FeatureModel)
    expected = softmax(model.unmixing.logits(features(values)))
    assert np.allclose(model.fractions(values), expected, rtol=0, atol=1e-5)


def test_columns_that_the_table_lacks_need_not_be_computed(values: FloatArray) -> None:
    found = load_model().probabilities(values, present_in(TEN_OXIDES))
    assert np.allclose(found, load_model().probabilities(values), rtol=0, atol=1e-5)


@pytest.mark.parametrize("table", [TEN_OXIDES, INPUTS], ids=["ten oxides", "all"])
def test_a_row_does_not_depend_on_its_neighbours(values: FloatArray, table: tuple[str, ...]) -> None:
    model, present = load_model(), present_in(table)
    together = model.probabilities(values, present)
    assert (model.probabilities(values[::-1], present) == together[::-1]).all()
    for row in (0, 5, module.CHUNK_ROWS + 1, len(values) - 1):
        assert (model.probabilities(values[row : row + 1], present) == together[row]).all()


def test_no_rows_give_no_probabilities() -> None:
    model = load_model()
    assert model.probabilities(np.empty((0, len(INPUTS)))).shape == (0, len(model.phases) + 1)


def test_prediction_sets_survive_being_written_to_a_card() -> None:
    sets = ConformalSets(np.array([0.25, 1.0]), 0.95)
    card = {"classes": ["Olivine", "Quartz"], "conformal": conformal_entries(sets, ("Olivine", "Quartz"))}
    again = conformal_of_card(card)
    assert again.coverage == 0.95
    assert again.thresholds.tolist() == [0.25, 1.0]
