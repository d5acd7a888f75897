"""Formulae: parsing, charge and oxides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.formula import molar_mass, net_charge, oxides_wt, parse_formula
from phasewise.chem.oxides import FE2O3_TO_FEO, OXIDES

ATOMS = st.dictionaries(st.sampled_from(sorted(ATOMIC_WEIGHTS)), st.integers(1, 99), min_size=1, max_size=6)


@given(ATOMS, st.integers(1, 9))
def test_what_is_written_is_what_is_read(atoms: dict[str, int], times: int) -> None:
    text = "".join(f"{element}{amount}" for element, amount in atoms.items())
    assert parse_formula(text) == atoms
    assert parse_formula(f"({text}){times}") == {element: amount * times for element, amount in atoms.items()}


@given(ATOMS, ATOMS)
def test_joining_formulae_adds_their_masses(first: dict[str, int], second: dict[str, int]) -> None:
    a, b = ("".join(f"{element}{amount}" for element, amount in atoms.items()) for atoms in (first, second))
    assert molar_mass(f"{a}({b})") == pytest.approx(molar_mass(a) + molar_mass(b))


def test_nested_brackets_decimals_and_charges() -> None:
    assert parse_formula("Ca2(Mg[Al0.5(OH)2]3)2") == {"Ca": 2, "Mg": 2, "Al": 3, "O": 12, "H": 12}
    assert parse_formula("Fe3+2Fe2+O4") == {"Fe3+": 2, "Fe2+": 1, "O": 4}
    assert parse_formula("Fe3O4") == {"Fe": 3, "O": 4}


@pytest.mark.parametrize("text", ["", "mg2", "Mg2(SiO4", "Mg2SiO4)", "Xx2O3", "Mg2 + SiO4", "2MgO"])
def test_what_is_no_formula_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|bracket|element"):
        parse_formula(text)


def test_the_mass_of_a_mineral_is_that_of_its_oxides() -> None:
    parts = 0.5 * OXIDES["Na2O"].molar_mass + 0.5 * OXIDES["Al2O3"].molar_mass + 3 * OXIDES["SiO2"].molar_mass
    assert molar_mass("NaAlSi3O8") == pytest.approx(parts)
    assert molar_mass("CaMg(CO3)2") == pytest.approx(
        sum(OXIDES[name].molar_mass * n for name, n in [("CaO", 1), ("MgO", 1), ("CO2", 2)])
    )


def test_charge_knows_ferric_iron() -> None:
    assert net_charge("FeFe3+2O4") == 0
    assert net_charge("Fe3O4") == -2
    assert net_charge("Ca5(PO4)3F") == 0


@pytest.mark.parametrize(
    ("formula", "expected"),
    # ideal compositions of schorl and dravite, as listed with the reference analyses
    [
        (
            "NaFe3Al6Si6O18(BO3)3(OH)4",
            {"SiO2": 34.22, "Al2O3": 29.04, "FeOt": 20.46, "Na2O": 2.94, "B2O3": 9.91},
        ),
        (
            "NaMg3Al6Si6O18(BO3)3(OH)4",
            {"SiO2": 37.60, "Al2O3": 31.90, "MgO": 12.61, "Na2O": 3.23, "H2O": 3.76},
        ),
    ],
)
def test_ideal_compositions(formula: str, expected: dict[str, float]) -> None:
    found = oxides_wt(formula)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=0.01)
    assert sum(found.values()) == pytest.approx(100)


def test_sums_differ_from_100_by_the_oxygen_of_ferric_iron_and_halogens() -> None:
    assert oxides_wt("Fe3+2O3")["FeOt"] == pytest.approx(100 * FE2O3_TO_FEO)
    fluorapatite = oxides_wt("Ca5P3O12F")
    assert sum(fluorapatite.values()) - 0.4211 * fluorapatite["F"] == pytest.approx(100, abs=1e-3)
