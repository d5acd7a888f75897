"""What holds for the formula of every mineral, whatever its composition."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phasewise.chem.end_members import names_of
from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_formula import WATER_OPTIONS, FormulaOptions, MineralFormula
from phasewise.core.types import COLUMNS, FloatArray

from .formula_cases import (
    MINERALS,
    MONOVALENT_ANIONS,
    calculate,
    charge,
    element,
    minerals,
    of_kind,
    random_mixtures,
    same,
)

NAMES = sorted(MINERALS)
every_mineral = minerals()
ROWS = 40
INTERSTITIAL = {"Quartz": ("Na", "K")}
"""Ions that balance charge in channels and hold no site."""


def positive_charge(apfu: dict[str, FloatArray], without: tuple[str, ...]) -> FloatArray:
    cations = [ion for ion in apfu if ion not in (*MONOVALENT_ANIONS, "sum", *without)]
    return np.asarray(np.sum([charge(ion) * apfu[ion] for ion in cations], axis=0))


@minerals(lambda mineral: not mineral.basis.count)
@pytest.mark.parametrize("water", ["stoichiometry", "measured"])
def test_the_formula_is_neutral(mineral: Mineral, water: str) -> None:
    """Cations balance 2 O each of the basis, and the anion site: all O2- and (OH, F, Cl)- of it."""
    basis = mineral.basis
    known = random_mixtures(mineral, ROWS, 1)
    found = calculate(mineral, known.values, known.ferric, options=FormulaOptions(water=water))
    apfu = of_kind(found, "apfu")
    expected = 2 * basis.oxygens * np.ones(ROWS)
    if basis.anions and (water == "measured" or basis.oxo):
        anions = np.sum([apfu[ion] for ion in MONOVALENT_ANIONS], axis=0)
        expected = 2 * basis.oxygens + basis.anions - anions
    same(positive_charge(apfu, basis.without), expected, 1e-8)


@minerals(lambda mineral: mineral.basis.count)
def test_a_counted_basis_is_met(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 2)
    apfu = of_kind(calculate(mineral, known.values, known.ferric), "apfu")
    apfu["Fe"] = apfu["Fe2+"] + apfu["Fe3+"]
    counted = sum(factor * apfu[name] for name, factor in mineral.basis.count)
    same(np.asarray(counted), np.full(ROWS, mineral.basis.count_to))


@every_mineral
def test_ratios_of_ions_are_those_of_the_mixture(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 3)
    apfu = of_kind(calculate(mineral, known.values, known.ferric), "apfu")
    held = {ion: amount for ion, amount in known.atoms.items() if ion not in MONOVALENT_ANIONS}
    whole = np.sum([amount for ion, amount in held.items()], axis=0)
    printed = np.sum([apfu[ion if ion in apfu else ion[:-2]] for ion in held], axis=0)
    for ion, amount in held.items():
        same(apfu[ion if ion in apfu else ion[:-2]] / printed, amount / whole)


@every_mineral
def test_sites_hold_all_of_every_ion_that_they_list(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 4)
    found = calculate(mineral, known.values, known.ferric)
    apfu, sites = of_kind(found, "apfu"), of_kind(found, "site")
    for ion in {ion for site in mineral.sites for ion in site.ions if ion in apfu}:
        held = sum(sites[name] for name in sites if name.partition(".")[2] == ion)
        same(np.asarray(held), apfu[ion])
    for site in mineral.sites:
        parts = [
            values
            for name, values in sites.items()
            if name.startswith(f"{site.name}.") and ".sum" not in name
        ]
        same(np.sum(parts, axis=0), sites[f"{site.name}.sum"])


@every_mineral
def test_only_the_last_site_of_an_ion_is_ever_overfull(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 5)
    sites = of_kind(calculate(mineral, known.values, known.ferric), "site")
    last = {ion: site.name for site in mineral.sites for ion in site.ions}
    for site in mineral.sites:
        over = sites[f"{site.name}.sum"] > site.capacity + 1e-9
        forced = [sites.get(f"{site.name}.{ion}", 0.0) for ion in site.ions if last[ion] == site.name]
        assert np.all(np.sum(np.broadcast_arrays(*forced, np.zeros(ROWS)), axis=0)[over] > 0)


@minerals(lambda mineral: mineral.sites)
def test_every_ion_of_the_end_members_has_a_site(mineral: Mineral) -> None:
    known = random_mixtures(mineral, 1, 6)
    listed = {ion for site in mineral.sites for ion in site.ions}
    elements = {element(ion) for ion in listed}
    free = {*mineral.basis.without, *MONOVALENT_ANIONS, *INTERSTITIAL.get(mineral.name, ())}
    assert {ion for ion in known.atoms if element(ion) not in elements} <= free


@every_mineral
def test_iron_oxides_add_up_to_the_iron_of_the_analysis(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 7)
    for fe3 in ("auto", "ferric", 0.3):
        found = calculate(mineral, known.values, options=FormulaOptions(fe3=fe3))
        iron = found["oxide", "FeO"] + 0.8998095 * found["oxide", "Fe2O3"]
        same(iron, known.values[:, COLUMNS.index("FeOt")], 1e-5)
        both = found["apfu", "Fe3+"] + found["apfu", "Fe2+"]
        fraction = found["iron", "Fe3+/Fe"]
        assert np.array_equal(np.isnan(fraction), both == 0)
        same(found["apfu", "Fe3+"], np.nan_to_num(fraction) * both)
        assert np.all((fraction >= 0) & (fraction <= 1) | (both == 0))


@every_mineral
def test_the_total_is_that_of_the_analysis_with_its_iron_divided(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 8)
    options = FormulaOptions(water="measured")
    found = calculate(mineral, known.values, known.ferric, options=options)
    # Mn is MnO in an analysis, so that half an O of each Mn3+ is not seen.
    unseen = 100 * 15.999 / 2 * known.atoms.get("Mn3+", 0.0) / known.mass
    total = found["oxide", "total"] + known.values[:, COLUMNS.index("H2O")]
    # Sulphides hold no oxygen, but their total counts S as SO3.
    whole = np.nansum(known.values, axis=1) if mineral.name == "Sulfide" else np.full(ROWS, 100.0)
    same(total + unseen, whole, 1e-5)
    if mineral.basis.anions:
        same(found["oxide", "total with H2O"], total)


@every_mineral
@pytest.mark.parametrize("scale", [0.7, 1.3])
def test_neither_a_unit_nor_the_total_changes_a_formula(mineral: Mineral, scale: float) -> None:
    known = random_mixtures(mineral, ROWS, 9)
    for water in ("stoichiometry", "measured"):
        options = FormulaOptions(water=water)
        once = calculate(mineral, known.values, options=options)
        again = calculate(mineral, scale * known.values, options=options)
        for (kind, name), values in once.items():
            same(again[kind, name], values * (scale if kind == "oxide" else 1), 1e-7)


@every_mineral
def test_rows_do_not_know_of_one_another(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 10)
    formula = MineralFormula(mineral, COLUMNS, FormulaOptions())
    whole = formula.evaluate(known.values)
    same(formula.evaluate(known.values[::-1])[::-1], whole, 1e-11)
    same(np.vstack([formula.evaluate(known.values[k : k + 7]) for k in range(0, ROWS, 7)]), whole, 1e-11)
    same(formula.evaluate(known.values[3:4])[0], whole[3], 1e-11)
    assert formula.evaluate(known.values[:0]).shape == (0, len(formula.quantities))


@every_mineral
def test_the_order_of_columns_changes_nothing(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 11)
    order = np.random.default_rng(0).permutation(len(COLUMNS))
    shuffled = tuple(COLUMNS[k] for k in order)
    once = calculate(mineral, known.values)
    again = calculate(mineral, known.values[:, order], columns=shuffled)
    assert once.keys() == again.keys()
    for key, values in once.items():
        same(again[key], values, 1e-10)


@every_mineral
def test_what_was_not_measured_counts_as_nothing_and_has_no_number_of_its_own(mineral: Mineral) -> None:
    """H2O is the exception with measured water: there NaN means that OH is found by stoichiometry."""
    known = random_mixtures(mineral, ROWS, 12)
    present = np.asarray(known.values.any(axis=0))
    narrow = tuple(name for name, some in zip(COLUMNS, present, strict=True) if some)
    few = calculate(mineral, known.values[:, present], columns=narrow)
    zeros = calculate(mineral, np.where(present, known.values, 0.0))
    blank = calculate(mineral, np.where(present, known.values, np.nan))
    assert few.keys() <= zeros.keys()
    for key, values in zeros.items():
        measured = np.where(np.isnan(blank[key]), np.nan, values)
        same(blank[key], measured, 1e-10)
        if np.isnan(blank[key]).any():
            assert not np.nan_to_num(values).any() or key[0] in ("end member", "index", "check"), key
        if key in few:
            same(few[key], blank[key], 1e-10)
        elif key[0] in ("apfu", "site"):
            assert not np.nan_to_num(values).any(), key


@every_mineral
def test_the_input_is_not_changed(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 13)
    values, measured = known.values.copy(), np.where(np.arange(ROWS) % 2, known.ferric, np.nan)
    before = measured.copy()
    for water in WATER_OPTIONS:
        calculate(mineral, values, measured, options=FormulaOptions(water=water))
    assert np.array_equal(values, known.values)
    assert np.array_equal(measured, before, equal_nan=True)


@every_mineral
@pytest.mark.parametrize("options", [FormulaOptions(oxygens=10.0), FormulaOptions(cations=10.0)])
def test_another_basis_scales_ions_and_sites_and_nothing_else(
    mineral: Mineral, options: FormulaOptions
) -> None:
    known = random_mixtures(mineral, ROWS, 14)
    once = calculate(mineral, known.values, known.ferric)
    again = calculate(mineral, known.values, known.ferric, options=options)
    factor = again["apfu", "sum"] / once["apfu", "sum"]
    for (kind, name), values in once.items():
        same(again[kind, name], values * (factor if kind in ("apfu", "site") else 1.0), 1e-8)
    if options.cations is not None:
        same(again["apfu", "sum"], np.full(ROWS, 10.0))


@minerals(lambda mineral: not mineral.basis.oxo)
def test_another_basis_of_oxygens_holds_that_many(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 15)
    found = calculate(mineral, known.values, known.ferric, options=FormulaOptions(oxygens=10.0))
    same(positive_charge(of_kind(found, "apfu"), mineral.basis.without), np.full(ROWS, 20.0), 1e-8)


@every_mineral
def test_end_members_sum_to_a_hundred(mineral: Mineral) -> None:
    known = random_mixtures(mineral, ROWS, 16)
    members = of_kind(calculate(mineral, known.values, known.ferric), "end member")
    for scheme in mineral.schemes:
        if scheme.method != "ratio":
            continue
        whole = np.sum([members[name] for name in names_of(scheme)], axis=0)
        same(whole[~np.isnan(whole)], np.full(int((~np.isnan(whole)).sum()), 100.0))
    assert len(set(members)) == sum(len(names_of(scheme)) for scheme in mineral.schemes)


@settings(max_examples=60)
@given(
    name=st.sampled_from(NAMES),
    seed=st.integers(0, 2**32 - 1),
    noise=st.floats(0, 0.5),
    fe3=st.sampled_from(["auto", "ferrous", "ferric", 0.25]),
    water=st.sampled_from(WATER_OPTIONS),
)
def test_noisy_mixtures_keep_balance_of_mass(
    name: str, seed: int, noise: float, fe3: str | float, water: str
) -> None:
    mineral = MINERALS[name]
    known = random_mixtures(mineral, 5, seed)
    values = np.maximum(known.values + noise * np.random.default_rng(seed).normal(size=known.values.shape), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = calculate(mineral, values, options=FormulaOptions(fe3=fe3, water=water))
    apfu, sites = of_kind(found, "apfu"), of_kind(found, "site")
    for ion in {ion for site in mineral.sites for ion in site.ions if ion in apfu}:
        held = np.sum([sites[n] for n in sites if n.partition(".")[2] == ion], axis=0)
        same(held, apfu[ion])
