from __future__ import annotations

import numpy as np

from phasewise.compositions.audit.blocks.block import LOW, MEDIUM
from phasewise.compositions.audit.blocks.empty import find
from phasewise.compositions.features import INPUTS

from ..measured import AUGITE, OLIVINE, oxide, spots, stacked
from ..tables import of_values


def test_rows_with_nothing_in_them() -> None:
    values = stacked(spots(OLIVINE, 20), spots(AUGITE, 10))
    values[4] = np.nan
    values[9] = 0
    values[22, :] = np.where(np.isnan(values[22]), np.nan, 0)
    labels = ["Olivine"] * 20 + ["Clinopyroxene"] * 10
    found = find(of_values(values, labels, ["a"] * 30))
    assert [(block.where, block.rows.tolist(), block.of) for block in found] == [
        ("a | Olivine", [4, 9], 20),
        ("a | Clinopyroxene", [22], 10),
    ]
    assert {(block.kind, block.priority, block.spoils) for block in found} == {
        ("nothing measured", LOW, True)
    }
    assert "rows 5 and 10" in found[0].evidence


def test_epoxy_holds_next_to_nothing() -> None:
    values = spots(OLIVINE, 20)
    values[7] = np.nan
    values[7, [oxide("SiO2"), oxide("CaO")]] = 0.05, 0.02
    (found,) = find(of_values(values, ["Olivine"] * 20))
    assert (found.kind, found.priority, found.rows.tolist()) == ("total near zero", MEDIUM, [7])
    assert "0.07 wt%" in found.evidence
    assert "SiO2 and CaO" in found.evidence


def test_counting_noise_below_zero_is_nothing() -> None:
    values = np.full((3, len(INPUTS)), -0.01)
    (found,) = find(of_values(values))
    assert (found.kind, found.where, found.rows.tolist()) == ("nothing measured", "", [0, 1, 2])


def test_mass_fractions_and_formulae_are_no_empty_rows() -> None:
    fractions = spots(OLIVINE, 20) / 100
    cations = np.full((20, len(INPUTS)), np.nan)
    cations[:, [oxide("SiO2"), oxide("FeOt"), oxide("MgO")]] = 1.0, 0.2, 1.8
    for values in (fractions, cations):
        assert find(of_values(values, ["Olivine"] * 20)) == []


def test_what_a_foreign_label_consists_of_may_have_no_column() -> None:
    values = np.full((5, len(INPUTS)), np.nan)
    values[:, oxide("FeOt")] = 1.7, 2.2, 0.3, 4.0, 2.9
    (found,) = find(of_values(values, ["Irarsite"] * 5))
    assert (found.kind, found.priority) == ("total near zero", LOW)
