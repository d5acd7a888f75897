"""Accepted values: what they are, and the names by which they are found."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phasewise.compositions.session.accepted import built_in_values, load_accepted, tokens_of
from phasewise.core.errors import HeaderError

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "src" / "phasewise" / "compositions" / "session" / "reference_materials.csv"


def name_of(label: str) -> str | None:
    accepted = built_in_values()
    place = accepted.find(label)
    return accepted.materials[place].name if place >= 0 else None


@pytest.mark.parametrize(
    ("label", "catalogue"),
    [
        ("San Carlos olivine", "111312-44"),
        ("USNM 111312/444", "111312-44"),
        ("NMNH_111312-44 #3", "111312-44"),
        ("SanCarlos Ol 12", "111312-44"),
        ("SC-Ol-1", "111312-44"),
        ("VG-2", "111240-52"),
        ("vg2_03", "111240-52"),
        ("VG2 glass", "111240-52"),
        ("VG-A99", "113498-1"),
        ("A99 glass", "113498-1"),
        ("VG568", "72854"),
        ("Kakanui hornblende", "143965"),
        ("hornblende, Kakanui", "143965"),
        ("KakanuiHbl", "143965"),
        ("Kakanui augite", "122142"),
        ("kakanui pyrope 4", "143968"),
        ("Great Sitkin An", "137041"),
        ("NIST K412", "K-412"),
        ("Corning D", "117218-3"),
        ("Roberts Victor Grt", "87375"),
        ("Roberts Victor omphacite", "110607"),
    ],
)
def test_names_are_understood_as_they_are_written(label: str, catalogue: str) -> None:
    found = name_of(label)
    assert found is not None
    assert catalogue in found


@pytest.mark.parametrize(
    "label", ["", "Kakanui", "VG-20", "VG 25", "olivine", "sample 2", "Corning", "K-41", "A9", "111312444"]
)
def test_what_is_no_name_of_one_material_is_not_guessed(label: str) -> None:
    assert name_of(label) is None


def test_every_material_is_found_by_its_name_and_each_of_its_aliases() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(built_in_values().materials)
    for row in rows:
        for label in (row["name"], *row["aliases"].split("|")):
            assert name_of(label) == row["name"], label
        assert row["source"]


def test_values_are_those_of_the_published_analyses() -> None:
    with (ROOT / "examples" / "reference_analyses.csv").open(encoding="utf-8", newline="") as file:
        published = {row["name"]: row for row in csv.DictReader(file)}
    with TABLE.open(encoding="utf-8", newline="") as file:
        shipped = {row["name"]: row for row in csv.DictReader(file)}
    shared = shipped.keys() & published.keys()
    assert len(shared) == 36
    for name in shared:
        for oxide in shipped[name].keys() & published[name].keys() - {"name"}:
            assert shipped[name][oxide] == published[name][oxide], (name, oxide)


def test_iron_is_counted_as_feo_and_what_is_not_stated_is_not_zero() -> None:
    accepted = built_in_values()
    values, sd = accepted.of(accepted.find("VG-2"), ("FeOt", "NiO", "SiO2"))
    np.testing.assert_allclose(values[0], 9.83 + 0.89981 * 2.23, atol=1e-3)
    assert np.isnan(values[1])
    assert np.isnan(sd[1])
    np.testing.assert_allclose(sd[2], 0.01 / np.sqrt(12))


def test_a_table_of_the_user_goes_before_what_is_built_in() -> None:
    mine = pd.DataFrame(
        {"name": ["VG-2", "our glass"], "SiO2": [50.6, 71.0], "SiO2 1 sigma": [0.2, None], "MgO": [6.71, 0.3]}
    )
    accepted = load_accepted(mine)
    assert len(accepted.materials) == len(built_in_values().materials) + 1
    for label in ("VG-2", "vg2", "USNM 111240/52"):
        (silica, magnesia), (silica_sd, _) = accepted.of(accepted.find(label), ("SiO2", "MgO"))
        assert (silica, magnesia, silica_sd) == (50.6, 6.71, 0.2)
    values, sd = accepted.of(accepted.find("Our Glass 3"), ("SiO2",))
    assert (values[0], np.isnan(sd[0])) == (71.0, True)
    assert accepted.find("San Carlos olivine") >= 0


def test_a_table_without_names_says_what_is_missing() -> None:
    with pytest.raises(HeaderError, match="no column of names"):
        load_accepted(pd.DataFrame({"SiO2": [50.6], "remark": ["x"]}))


def test_tokens_keep_numbers_and_words_apart() -> None:
    assert tokens_of("NMNH 111312-044 SanCarlos") == ("nmnh", "111312", "44", "san", "carlos")
    assert tokens_of("  ") == ()
