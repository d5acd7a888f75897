"""Names of glass after Le Maitre et al. 2002: corners, borders, and that the fields tile the diagram."""

import numpy as np
import pytest

from phasewise.chem.species import species_of
from phasewise.chem.species.tas import TAS_FIELDS, tas_names

from .cases import STEP, calculated, names_of, row

MIDDLES = {
    (38, 8): "foidite",
    (43, 2): "picrobasalt",
    (49, 3): "basalt",
    (54.5, 3): "basaltic andesite",
    (60, 4): "andesite",
    (67, 5): "dacite",
    (75, 8): "rhyolite",
    (49, 6): "trachybasalt",
    (53, 7): "basaltic trachyandesite",
    (58, 8): "trachyandesite",
    (65, 10): "trachyte or trachydacite",
    (45, 7): "tephrite or basanite",
    (49, 9.5): "phonotephrite",
    (53, 11.5): "tephriphonolite",
    (58, 14): "phonolite",
}


def name(silica: float, alkalis: float) -> str:
    return names_of(tas_names(np.array([silica]), np.array([alkalis])))[0]


@pytest.mark.parametrize(("point", "expected"), MIDDLES.items())
def test_the_middle_of_each_field(point: tuple[float, float], expected: str) -> None:
    assert name(*point) == expected


def test_all_fields_have_a_middle_here() -> None:
    assert {field.name for field in TAS_FIELDS} == set(MIDDLES.values())


def test_each_point_lies_in_one_field() -> None:
    rng = np.random.default_rng(1)
    silica, alkalis = rng.uniform(41, 99.9, 5000), rng.uniform(0, 19.9, 5000)
    hits = np.zeros(5000)
    for field in TAS_FIELDS:
        hits += np.array(names_of(tas_names(silica, alkalis))) == field.name
    np.testing.assert_array_equal(hits, 1)
    corners = np.array([corner for field in TAS_FIELDS for corner in field.corners])
    inner = corners[(corners[:, 0] > 41) & (corners[:, 0] < 100) & (corners[:, 1] < 20)]
    assert "" not in names_of(tas_names(inner[:, 0], inner[:, 1]))


@pytest.mark.parametrize(
    ("point", "left", "right"),
    [
        ((45, 1), "picrobasalt", "basalt"),
        ((45, 4), "tephrite or basanite", "basalt"),
        ((52, 2), "basalt", "basaltic andesite"),
        ((57, 2), "basaltic andesite", "andesite"),
        ((63, 2), "andesite", "dacite"),
        ((73, 4), "dacite", "rhyolite"),
        ((69, 10), "trachyte or trachydacite", "rhyolite"),
        ((59.3, 12.6), "phonolite", "trachyte or trachydacite"),
        ((41, 5), "foidite", "tephrite or basanite"),
        ((50.45, 12.75), "foidite", "tephriphonolite"),
        ((60.3, 9.35), "trachyandesite", "trachyte or trachydacite"),
    ],
)
def test_published_borders(point: tuple[float, float], left: str, right: str) -> None:
    along = 1e-3
    assert name(point[0] - along, point[1]) == left
    assert name(point[0] + along, point[1]) == right


@pytest.mark.parametrize(
    ("silica", "below", "above"), [(48, "basalt", "trachybasalt"), (50, "basalt", "trachybasalt")]
)
def test_horizontal_border(silica: float, below: str, above: str) -> None:
    assert [name(silica, 5 - STEP), name(silica, 5 + STEP)] == [below, above]


def test_outside_and_unmeasured_have_no_name() -> None:
    silica, alkalis = np.array([np.nan, 50, 40, 50]), np.array([3, np.nan, 1, 25])
    assert names_of(tas_names(silica, alkalis)) == [""] * 4


def test_glass_is_recalculated_without_water() -> None:
    """68.5 % SiO2 with 6 % H2O is 72.9 % without: rhyolite, not dacite."""
    wet = {
        "SiO2": 68.5,
        "Al2O3": 14.5,
        "FeOt": 1.5,
        "MgO": 0.5,
        "CaO": 1.5,
        "Na2O": 3.5,
        "K2O": 4.0,
        "H2O": 6.0,
    }
    found = species_of(calculated("Glass", row(wet)))
    assert names_of(found) == ["rhyolite"]
    assert found.values["SiO2"][0] == pytest.approx(100 * 68.5 / 94.0, abs=1e-6)
    assert found.values["Na2O + K2O"][0] == pytest.approx(100 * 7.5 / 94.0, abs=1e-6)


def test_glass_with_ferric_iron_is_recalculated_with_it() -> None:
    wt = {"SiO2": 50.0, "Al2O3": 15.0, "FeOt": 10.0, "MgO": 8.0, "CaO": 12.0, "Na2O": 2.5, "K2O": 0.5}
    found = species_of(calculated("Glass", row(wt), np.array([1.0])))
    assert found.values["SiO2"][0] == pytest.approx(100 * 50.0 / (98.0 + 10.0 * 0.11134), abs=1e-3)


def test_glass_without_alkali_has_no_name() -> None:
    assert names_of(species_of(calculated("Glass", row({"SiO2": 50.0, "Al2O3": 15.0, "Na2O": 2.5})))) == [""]


def test_the_rules_of_magnesian_rocks_are_a_caveat() -> None:
    wt = {"SiO2": 46.0, "Al2O3": 8.0, "FeOt": 11.0, "MgO": 24.0, "CaO": 9.0, "Na2O": 1.0, "K2O": 0.1}
    assert "komatiite" in species_of(calculated("Glass", row(wt))).explain(0)
