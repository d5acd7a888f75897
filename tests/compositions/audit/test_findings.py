"""The rules by which label, model and formula become one finding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import phasewise
from phasewise.compositions.features import INPUTS
from phasewise.core.types import FloatArray

from .measured import AUGITE, LABRADORITE, MAGNETITE, OLIVINE, PYROPE, QUARTZ, reference, spots


def told(label: str | None, values: FloatArray) -> Any:
    """Return what an audit finds of one analysis."""
    frame = pd.DataFrame([values[:-1]], columns=INPUTS[:-1]).assign(mineral=pd.Series([label], dtype=object))
    return phasewise.audit(frame, label="mineral").rows.iloc[0]


@pytest.mark.parametrize(
    ("label", "material"),
    [("Olivine", OLIVINE), ("Clinopyroxene", AUGITE), ("Plagioclase", LABRADORITE), ("Quartz", QUARTZ)],
)
def test_what_is_published_agrees(label: str, material: str) -> None:
    row = told(label, reference(material))
    assert (row["finding"], row["priority"]) == ("agree", "none")


@pytest.mark.parametrize("name", ["pyroxene", "augite"])
def test_a_name_of_several_minerals_or_a_species_agrees(name: str) -> None:
    assert told(name, reference(AUGITE))["finding"] == "agree"


@pytest.mark.parametrize(
    ("label", "material", "is_"),
    [
        ("Orthopyroxene", OLIVINE, "Olivine"),
        ("Plagioclase", AUGITE, "Clinopyroxene"),
        ("Olivine", PYROPE, "Garnet"),
    ],
)
def test_another_label_is_a_relabel_of_high_priority(label: str, material: str, is_: str) -> None:
    row = told(label, reference(material))
    assert (row["finding"], row["suggested_phase"], row["priority"]) == ("relabel", is_, "high")
    assert row["certainty"] > 0.95


def test_a_relabel_within_one_group_is_of_medium_priority() -> None:
    row = told("Orthopyroxene", reference(AUGITE))
    assert (row["finding"], row["suggested_phase"]) == ("relabel", "Clinopyroxene")
    assert row["priority"] == "medium"


def test_names_within_one_solid_solution_are_of_low_priority() -> None:
    row = told("Chromite", reference(MAGNETITE))
    assert row["finding"] in ("relabel", "agree")
    assert row["priority"] in ("low", "none")


def test_a_mixture_is_told_with_both_minerals() -> None:
    both = 0.5 * np.nan_to_num(reference(OLIVINE)) + 0.5 * np.nan_to_num(reference(LABRADORITE))
    row = told("Olivine", both)
    assert row["finding"] == "mixed"
    assert {row["phase"], row["second_phase"]} == {"Olivine", "Plagioclase"}
    assert abs(row["mixture_part"] - 0.5) < 2 * row["mixture_part_error"] + 0.05


def test_a_total_of_half_is_a_bad_analysis() -> None:
    row = told("Garnet", 0.7 * reference(PYROPE))
    assert row["finding"] == "bad_analysis"
    assert row["priority"] != "none"


def test_labels_that_mean_nothing_are_told() -> None:
    assert told("sample 12", reference(OLIVINE))["finding"] == "label_not_covered"
    assert told(None, reference(OLIVINE))["finding"] == "no_label"


def test_a_row_without_major_oxides_is_no_analysis() -> None:
    values = np.full(len(INPUTS), np.nan)
    values[INPUTS.index("NiO")] = 0.3
    row = told("Olivine", values)
    assert row["finding"] == "no_analysis"


def test_all_spots_on_one_material_are_found_alike() -> None:
    frame = pd.DataFrame(spots(OLIVINE, 8)[:, :-1], columns=INPUTS[:-1]).assign(mineral="Quartz")
    found = phasewise.audit(frame, label="mineral").rows
    assert set(found["finding"]) == {"relabel"}
    assert set(found["suggested_phase"]) == {"Olivine"}
