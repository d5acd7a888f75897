"""Labels that stand on rows of another mineral."""

from __future__ import annotations

from phasewise.compositions.audit.blocks import mislabelled

from ..measured import AUGITE, OLIVINE, spots, stacked
from ..tables import of_values


def test_a_part_of_a_label_that_is_another_mineral_is_one_block() -> None:
    values = stacked(spots(OLIVINE, 12, 1), spots(AUGITE, 8, 2))
    rows = of_values(values, ["Clinopyroxene"] * 20, ["A"] * 20)
    (block,) = mislabelled.find(rows)
    assert block.rows.tolist() == list(range(12))
    assert block.of == 20
    assert "12 of 20 rows published as Clinopyroxene are olivine" in block.evidence


def test_a_few_wrong_labels_are_no_block() -> None:
    values = stacked(spots(OLIVINE, 4, 1), spots(AUGITE, 40, 2))
    assert mislabelled.find(of_values(values, ["Clinopyroxene"] * 44, ["A"] * 44)) == []


def test_names_of_several_minerals_cannot_be_wrong_as_a_block() -> None:
    values = spots(AUGITE, 20, 3)
    assert mislabelled.find(of_values(values, ["pyroxene"] * 20, ["A"] * 20)) == []
