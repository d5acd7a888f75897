from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.classify import classify
from phasewise.compositions.groups import group_probability, groups_of
from phasewise.compositions.load import load_model

PHASES = ("Clinopyroxene", "Olivine", "Orthopyroxene", "Plagioclase")


def test_phases_of_one_group_are_summed() -> None:
    p = np.array([[0.3, 0.1, 0.5, 0.0], [0.1, 0.8, 0.1, 0.0], [0.5, 0.0, 0.5 + 1e-15, 0.0]])
    found = group_probability(p, np.array([2, 1, 0]), PHASES)
    assert found == pytest.approx([0.8, 0.8, 1.0])
    assert found.max() <= 1


def test_where_there_is_nothing_to_judge_there_is_no_group() -> None:
    assert np.isnan(group_probability(np.full((1, 4), np.nan), np.array([-1]), PHASES)).all()


def test_groups_of_the_default_model() -> None:
    phases = load_model().phases
    named = {frozenset(phases[k] for k in members) for members in groups_of(phases)}
    assert named == {
        frozenset({"Clinopyroxene", "Orthopyroxene"}),
        frozenset({"KFeldspar", "Plagioclase"}),
        frozenset({"Hematite", "Ilmenite", "Magnetite", "Pseudobrookite", "Spinel"}),
        frozenset({"Biotite", "Muscovite"}),
        frozenset({"Kalsilite", "Leucite", "Nepheline"}),
        frozenset({"Hauyne", "Sodalite"}),
        frozenset({"Monticellite", "Olivine"}),
        frozenset({"Aluminosilicate", "Mullite"}),
        frozenset({"Calcite", "Dolomite", "Magnesite", "Rhodochrosite", "Siderite"}),
        frozenset({"Corundum", "Periclase"}),
    }


def test_a_pyroxene_may_be_certain_where_its_structure_is_not() -> None:
    wt = {"SiO2": 52.7, "Al2O3": 1.2, "FeOt": 18.5, "MnO": 0.4, "MgO": 24.2, "CaO": 2.9, "Na2O": 0.05}
    found = classify(pa.table({name: [value] for name, value in wt.items()})).to_pylist()[0]
    assert found["verdict"] == "ambiguous"
    assert found["probability"] < 0.8 < found["group_probability"]
    assert f"pyroxene in any case ({found['group_probability']:.2f})" in found["reason"]
