"""What holds of all schemes that name by the most abundant ion: order, batch, NaN, values."""

from __future__ import annotations

import numpy as np
import pytest
from tests.chem.formula_cases import random_mixtures

from phasewise.chem.ions import IONS
from phasewise.chem.species import species_of
from phasewise.core.types import COLUMNS

from .naming_cases import MINERALS, formulae_of, names_of

CLASSES = ("Garnet", "Spinel", "Magnetite", "Biotite", "Muscovite", "Tourmaline")


@pytest.mark.parametrize("mineral", CLASSES)
def test_names_do_not_depend_on_order_or_batch(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 300, 5).values
    values[::7, COLUMNS.index("MnO")] = np.nan
    whole = species_of(formulae_of(mineral, values))
    order = np.random.default_rng(0).permutation(len(values))
    turned = species_of(formulae_of(mineral, values[order]))
    singles = [species_of(formulae_of(mineral, values[k : k + 1])) for k in range(40)]
    for row in range(len(values)):
        assert turned.explain(int(np.flatnonzero(order == row)[0])) == whole.explain(row)
    assert [single.explain(0) for single in singles] == [whole.explain(row) for row in range(40)]


@pytest.mark.parametrize("mineral", CLASSES)
def test_rows_without_a_formula_have_no_name_and_leave_the_others_alone(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 3, 6).values
    values[1] = np.nan
    found = species_of(formulae_of(mineral, values))
    assert names_of(found)[1] == ""
    assert found.explain(1) == ""
    assert found.rule[1] == found.caveat[1] == -1
    assert all(names_of(found)[row] for row in (0, 2))
    assert len(species_of(formulae_of(mineral, values[:0])).code) == 0


@pytest.mark.parametrize("mineral", CLASSES)
def test_the_formulae_stay_as_they_are(mineral: str) -> None:
    formulae = formulae_of(mineral, random_mixtures(MINERALS[mineral], 20, 7).values)
    before = formulae.units.ions.copy()
    species_of(formulae)
    np.testing.assert_array_equal(formulae.units.ions, before)
    assert formulae.units.ions.shape[1] == len(IONS)


@pytest.mark.parametrize("mineral", CLASSES)
def test_every_rule_names_a_value_and_values_are_n(mineral: str) -> None:
    found = species_of(formulae_of(mineral, random_mixtures(MINERALS[mineral], 400, 8).values))
    assert all(values.shape == (400,) for values in found.values.values())
    for rule in found.rules:
        assert any(name in rule for name in found.values), rule


@pytest.mark.parametrize("mineral", CLASSES)
def test_what_was_not_measured_is_nan_among_the_values(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 5, 9).values
    values[:, COLUMNS.index("MgO")] = np.nan
    found = species_of(formulae_of(mineral, values))
    held = [v for name, v in found.values.items() if name in ("X(Mg)", "Mg", "M(Mg)", "Y(Mg)")]
    assert held
    assert all(np.isnan(v).all() for v in held)
    assert any("Mg" in caveat.rpartition(": ")[2] for caveat in found.caveats)


@pytest.mark.parametrize("mineral", ["Biotite", "Muscovite", "Tourmaline"])
def test_water_that_is_left_open_counts_as_hydroxyl(mineral: str) -> None:
    values = random_mixtures(MINERALS[mineral], 100, 10).values
    values[:, COLUMNS.index("F")] = 0.3
    left_open = species_of(formulae_of(mineral, values, water="none"))
    assert names_of(left_open) == names_of(species_of(formulae_of(mineral, values)))


@pytest.mark.parametrize(
    ("mineral", "oxide", "group"), [("Garnet", "SiO2", "garnet"), ("Spinel", "Al2O3", "oxyspinel")]
)
def test_one_oxide_alone_has_the_name_of_the_group(mineral: str, oxide: str, group: str) -> None:
    values = np.where(np.array(COLUMNS) == oxide, 100.0, 0.0)[None, :]
    found = species_of(formulae_of(mineral, values))
    assert names_of(found) == [group]
    assert "none of" in found.explain(0)
