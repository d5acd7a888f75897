from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.headers import interpret
from phasewise.core.errors import HeaderError
from phasewise.core.types import COLUMNS, TEN_OXIDES


def roles(*names: str) -> list[str]:
    return [column.role for column in interpret(names).columns]


@given(st.permutations([*TEN_OXIDES, "F", "Sample", "Total"]))
def test_order_of_columns_does_not_matter(names: list[str]) -> None:
    headers = interpret(names)
    assert headers.oxides() == (*TEN_OXIDES, "F")
    assert {c.name: c.role for c in headers.columns}["Total"] == "total"


@given(st.lists(st.sampled_from([c for c in COLUMNS if c not in ("F", "Cl")]), min_size=1, unique=True))
def test_every_column_of_an_analysis_is_known(names: list[str]) -> None:
    assert interpret(names).oxides() == tuple(c for c in COLUMNS if c in names)


def test_factors() -> None:
    headers = interpret(["SiO2", "Fe2O3T", "Cr (ppm)", "Ba_wt%", "MnO2"])
    factor = {c.oxide: c.factor for c in headers.columns}
    assert factor["SiO2"] == 1
    assert factor["FeOt"] == pytest.approx(0.89981, abs=1e-5) == FE2O3_TO_FEO
    assert factor["Cr2O3"] == pytest.approx(1.4616e-4, rel=1e-4)
    assert factor["BaO"] == pytest.approx(1.1165, rel=1e-4)
    assert factor["MnO"] == pytest.approx(0.8160, rel=1e-3)


def test_sigma_levels() -> None:
    names = ["SiO2", "SiO2_2sigma", "MgO", "MgO error", "CaO", "Ca %ERR "]
    factors = {c.name: c.factor for c in interpret(names, sigma_level=3).columns}
    assert factors["SiO2_2sigma"] == 0.5
    assert factors["MgO error"] == pytest.approx(1 / 3)
    assert factors["Ca %ERR "] == pytest.approx(0.01 / 3)


def test_an_uncertainty_without_value_is_not_used() -> None:
    headers = interpret(["SiO2", "MgO error"])
    assert headers.columns[1].role == "user"
    assert any("MgO error" in notice for notice in headers.notices)


def test_two_uncertainties_of_one_value() -> None:
    headers = interpret(["SiO2", "SiO2 error", "SiO2 stdev"])
    assert [c.role for c in headers.columns] == ["oxide", "sigma", "user"]
    assert "'SiO2 error' gives this uncertainty" in " ".join(headers.notices)


def test_symbols_alone_are_elements_only_among_elements() -> None:
    assert roles("Si", "Al", "Fe", "K", "P") == ["element"] * 5
    assert roles("SiO2", "MgO", "K", "P", "V", "Co") == ["oxide", "oxide", *["user"] * 4]
    assert roles("SiO2", "MgO", "Si", "Mg", "Ti") == ["oxide", "oxide", *["user"] * 3]
    assert roles("Si", "Al", "Mg", "X", "Y") == ["element", "element", "element", "user", "user"]


def test_elements_with_a_unit_beside_oxides() -> None:
    assert roles("SiO2", "K (wt%)", "Ni ppm") == ["oxide", "element", "ppm"]


def test_halogens() -> None:
    assert roles("SiO2", "F", "Cl") == ["oxide"] * 3
    with pytest.raises(HeaderError, match="no column with an oxide"):
        interpret(["Sample", "F"])


def test_upper_case_of_georoc() -> None:
    headers = interpret(["CITATION", "SIO2(WT%)", "FEOT(WT%)", "CO(PPM)", "CO2(WT%)", "COO(WT%)", "LOI(WT%)"])
    assert headers.oxides() == ("SiO2", "FeOt", "CoO", "CO2")


def test_feo_alone_is_total_iron_with_a_notice() -> None:
    headers = interpret(["SiO2", "FeO"])
    assert headers.oxides() == ("SiO2", "FeOt")
    assert any("'FeO' is taken as total iron" in notice for notice in headers.notices)


def test_thermobar_several_phases() -> None:
    headers = interpret(["Sample", "SiO2_Cpx", "MgO_Cpx", "MgO_Cpx_Err", "SiO2_Liq", "FeOt_Liq", "T_K_calc"])
    assert headers.suffixes == ("Cpx", "Liq")
    assert headers.oxides("Cpx") == ("SiO2", "MgO")
    assert headers.oxides("Liq") == ("SiO2", "FeOt")


def test_thermobar_one_phase_is_a_plain_table() -> None:
    headers = interpret(["SiO2_Amp", "MgO_Amp", "MgO_Amp_Err"])
    assert headers.suffixes == ("",)
    assert [c.role for c in headers.columns] == ["oxide", "oxide", "sigma"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["SiO2", "MgO", "SiO2"], r"2 columns named 'SiO2' \(columns 1 and 3\)"),
        (["Sample", "Sample", "SiO2"], "2 columns named 'Sample'"),
        (["SiO2", "SiO2 (wt%)"], r"both 'SiO2' and 'SiO2 \(wt%\)' as SiO2 in wt% \(columns 1 and 2\)"),
        (["FeO", "FeO (wt%)"], 'pass iron="FeO"'),
        (["a", "b"], "Columns seen: 'a', 'b'. Expected names such as SiO2"),
        (["Si (at%)", "Mg (at%)"], "at% is not converted to wt%"),
    ],
)
def test_columns_that_cannot_be_understood(names: list[str], message: str) -> None:
    with pytest.raises(HeaderError, match=message):
        interpret(names, where="'x.csv'")


def test_choice_of_iron() -> None:
    names = ["SiO2", "FeOt", "FeO", "Fe2O3"]
    assert [c.role for c in interpret(names, iron="FeOt").columns] == ["oxide", "oxide", "user", "user"]
    assert [c.role for c in interpret(names, iron="FeO + Fe2O3").columns] == [
        "oxide",
        "user",
        "oxide",
        "oxide",
    ]
    assert [c.role for c in interpret(["FEO*(WT%)", "FeO"], iron="FeOt").columns] == ["oxide", "user"]
    with pytest.raises(HeaderError, match="no iron column 'Fe2O3T'"):
        interpret(names, iron="Fe2O3T")


def test_a_column_that_looks_like_an_oxide_is_not_dropped_in_silence() -> None:
    assert (
        "'MgO corrected' not used: the name is not understood."
        in interpret(["SiO2", "MgO corrected"]).notices
    )


def test_sigma_level_must_be_positive() -> None:
    with pytest.raises(HeaderError, match="sigma_level must be positive"):
        interpret(["SiO2"], sigma_level=0)
