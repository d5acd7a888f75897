"""Ions in their order, their charges, and iron in two parts."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.end_members import names_of
from phasewise.chem.formula import parse_formula
from phasewise.chem.ions import ANIONS, ION_VALENCES, IONS, IONS_OF_ELEMENT, ions_of_formula, split_iron
from phasewise.chem.oxides import CATIONS, OXIDES, oxide_of

from .formula_cases import MINERALS


def test_every_element_of_an_analysis_has_its_ions() -> None:
    assert set(IONS_OF_ELEMENT) == set(CATIONS)
    assert sorted(ion for ions in IONS_OF_ELEMENT.values() for ion in ions) == sorted(IONS)
    assert len(set(IONS)) == len(IONS) == len(CATIONS) + 1
    assert IONS_OF_ELEMENT["Fe"] == ("Fe3+", "Fe2+")
    assert IONS_OF_ELEMENT["H"] == ("OH",)


def test_charges_are_those_of_the_oxides() -> None:
    charges = dict(zip(IONS, ION_VALENCES.tolist(), strict=True))
    assert (charges.pop("Fe3+"), charges.pop("Fe2+")) == (3.0, 2.0)
    assert [charges.pop(ion) for ion in ANIONS] == [-1.0] * 3
    for ion, charge in charges.items():
        oxide = OXIDES[oxide_of(ion)]
        assert charge * oxide.n_cations == 2 * oxide.n_oxygens
    assert charges["P"] == charges["Nb"] == 5
    assert charges["W"] == charges["S"] == 6


def test_iron_in_two_parts_is_all_iron() -> None:
    rng = np.random.default_rng(0)
    cations, fraction = rng.random((6, len(CATIONS))), np.array([0, 0.2, 0.5, 0.9, 1, np.nan])
    before = cations.copy()
    ions = split_iron(cations, fraction)
    assert np.array_equal(cations, before)
    ferric, ferrous = ions[:, IONS.index("Fe3+")], ions[:, IONS.index("Fe2+")]
    iron = cations[:, CATIONS.index("Fe")]
    np.testing.assert_allclose((ferric + ferrous)[:5], iron[:5])
    np.testing.assert_allclose(ferric[:5], (fraction * iron)[:5])
    assert np.isnan([ferric[5], ferrous[5]]).all()
    for element in set(CATIONS) - {"Fe"}:
        (ion,) = IONS_OF_ELEMENT[element]
        assert np.array_equal(ions[:, IONS.index(ion)], cations[:, CATIONS.index(element)])


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("NaCa2Mg4Al3Si6O22(OH)2", {"Na": 1, "Ca": 2, "Mg": 4, "Al": 3, "Si": 6, "OH": 2}),
        ("FeFe3+2O4", {"Fe2+": 1, "Fe3+": 2}),
        ("Ca5P3O12F0.5Cl0.25(OH)0.25", {"Ca": 5, "P": 3, "F": 0.5, "Cl": 0.25, "OH": 0.25}),
        ("SiO2", {"Si": 1}),
    ],
)
def test_ions_of_a_formula(formula: str, expected: dict[str, float]) -> None:
    found = dict(zip(IONS, ions_of_formula(parse_formula(formula)).tolist(), strict=True))
    assert {ion: n for ion, n in found.items() if n} == expected


def test_an_ion_that_no_formula_unit_holds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not in tuple|Mn3"):
        ions_of_formula(parse_formula("Mn3+2O3"))


def test_every_end_member_formula_of_a_scheme_can_be_read() -> None:
    for mineral in MINERALS.values():
        for scheme in mineral.schemes:
            if scheme.method in ("sequence", "least squares"):
                for _, formula in scheme.members:
                    assert ions_of_formula(parse_formula(formula)).any(), (mineral.name, formula)
                assert len(names_of(scheme)) == len(scheme.members) + 1
