"""Totals that are off together."""

from __future__ import annotations

import numpy as np

from phasewise.compositions.audit.blocks import off_totals

from ..measured import LABRADORITE, OLIVINE, spots, stacked
from ..tables import of_values


def test_a_sample_with_totals_that_are_low_together_is_one_block() -> None:
    values = stacked(spots(LABRADORITE, 10, 1), spots(LABRADORITE, 10, 2), spots(OLIVINE, 10, 3))
    values[10:20] *= 0.85
    labels = ["Plagioclase"] * 20 + ["Olivine"] * 10
    samples = ["good"] * 10 + ["bad"] * 10 + ["good"] * 10
    (block,) = off_totals.find(of_values(values, labels, ["A"] * 30, samples))
    assert block.rows.tolist() == list(range(10, 20))
    assert block.kind == "totals off"
    assert "below" in block.evidence


def test_single_spots_and_wrong_units_are_left_to_others() -> None:
    values = spots(OLIVINE, 20, 4)
    values[::7] *= 0.85
    labels, source = ["Olivine"] * 20, ["A"] * 20
    assert off_totals.find(of_values(values, labels, source, source)) == []
    assert off_totals.find(of_values(2 * spots(OLIVINE, 20, 5), labels, source, source)) == []


def test_totals_of_no_label_are_no_block() -> None:
    values = 0.85 * spots(OLIVINE, 20, 6)
    assert off_totals.find(of_values(values)) == []
    assert off_totals.find(of_values(np.zeros((0, values.shape[1])))) == []
