from __future__ import annotations

import pytest

from phasewise.compositions.column_name import is_total, looks_like_oxide, parse_column_name


@pytest.mark.parametrize(
    "name",
    [
        "SiO2",
        "sio2",
        "SIO2",
        "SiO2 (wt%)",
        "SiO2_wt%",
        "SIO2(WT%)",
        "SiO2 wt.%",
        "SiO₂",
        "SiO2 [wt. %]",
        *("  SiO2 ", "SiO2\u00a0(wt%)", "SiO2 WT%", "wt% SiO2", "SiO2 value", "SiO2 mass%", "SiO2\n(wt%)"),
    ],
)
def test_silica_by_any_name(name: str) -> None:
    found = parse_column_name(name)
    assert found is not None
    assert (found.analyte, found.unit, found.sigma) == ("SiO2", "wt%", False)


@pytest.mark.parametrize(
    "name",
    [
        "FeOt",
        "FeOT",
        "FeO*",
        "FeOtot",
        "FeO(T)",
        "FEOT(WT%)",
        "FeO_T",
        "FeOtotal",
        "FeO total",
        "feo (tot)",
        *("Total FeO", "ΣFeO", "Total Fe as FeO", "tFeO", "FeO* (wt%)", "FeOᵗ"),
    ],
)
def test_total_iron_as_feo(name: str) -> None:
    found = parse_column_name(name)
    assert found is not None
    assert found.analyte == "FeOt"


@pytest.mark.parametrize("name", ["Fe2O3T", "Fe2O3t", "Fe2O3*", "Fe2O3(T)", "FE2O3T(WT%)", "Fe₂O₃ total"])
def test_total_iron_as_fe2o3(name: str) -> None:
    found = parse_column_name(name)
    assert found is not None
    assert found.analyte == "Fe2O3t"


@pytest.mark.parametrize(
    ("name", "analyte", "unit"),
    [
        ("Si wt%", "Si", "wt%"),
        ("Si_wt", "Si", "wt%"),
        ("Si (at%)", "Si", "at%"),
        ("LI(PPM)", "Li", "ppm"),
        ("Cr_ppm", "Cr", "ppm"),
        ("Ni (ppm)", "Ni", "ppm"),
        ("Sr (µg/g)", "Sr", "ppm"),
        ("Ba mg/kg", "Ba", "ppm"),
        ("Cr2O3 ppm", "Cr2O3", "ppm"),
        ("U(PPB)", "U", "ppb"),
        ("Mg apfu", "Mg", "apfu"),
        ("SiO2 mol%", "SiO2", "mol%"),
    ],
)
def test_units(name: str, analyte: str, unit: str) -> None:
    found = parse_column_name(name)
    assert found is not None
    assert (found.analyte, found.unit) == (analyte, unit)


@pytest.mark.parametrize(
    ("name", "relative", "level"),
    [
        ("SiO2_1sigma", False, 1.0),
        ("SiO2_2sigma", False, 2.0),
        ("SiO2 2 sigma", False, 2.0),
        ("SiO2 (2SD)", False, 2.0),
        ("SiO2 1σ", False, 1.0),
        ("SiO2_Err", False, None),
        ("SiO2 error", False, None),
        ("SiO2error", False, None),
        ("SiO2 stdev", False, None),
        ("SIGMA SiO2", False, None),
        ("SiO2 Oxide % Sigma", False, None),
        ("SiO2 error (wt%)", False, None),
        ("Si %ERR ", True, None),
        ("SiO2 rsd", True, None),
    ],
)
def test_uncertainties(name: str, relative: bool, level: float | None) -> None:
    found = parse_column_name(name)
    assert found is not None
    assert (found.sigma, found.relative, found.level) == (True, relative, level)


@pytest.mark.parametrize(
    "name",
    [
        "Sample",
        "LOI",
        "AR40(CCMSTP/G)",
        "ALBITE(MOL%)",
        "(AL)KALIFELDSPAR(MOL%)",
        "ND143_ND144",
        "Si CDL99",
        "Mg#",
        "CaO/Al2O3",
        "H2O+",
        "H2O-",
        "H2O+CO2",
        "P (GPa)",
        "T (C)",
        "K feldspar",
        "SiO2 units",
        "FeO_reported",
        *("X-POS", "BEAMCUR", "column_1", "", "Total", "Fe3+", "D18O(‰)", "MgO_t", "In", "No", "Spot"),
    ],
)
def test_no_concentration(name: str) -> None:
    assert parse_column_name(name) is None


@pytest.mark.parametrize(
    "name", ["Total", "TOTAL", "Sum", "Total (wt%)", "Oxide total", "Total_Cpx", "sum_ox"]
)
def test_totals(name: str) -> None:
    assert is_total(name)


@pytest.mark.parametrize("name", ["Total iron", "Total FeO", "Summit", "Sample"])
def test_no_totals(name: str) -> None:
    assert not is_total(name)


def test_suffixes_of_thermobar() -> None:
    for suffix in ("Liq", "Cpx", "Opx", "Ol", "Plag", "Kspar", "Amp", "Sp", "Gt"):
        value, error = parse_column_name(f"SiO2_{suffix}"), parse_column_name(f"SiO2_{suffix}_Err")
        assert value is not None
        assert error is not None
        assert (value.suffix, value.sigma) == (suffix, False)
        assert (error.suffix, error.sigma) == (suffix, True)


def test_near_misses_are_noticed() -> None:
    assert looks_like_oxide("SiO2 corrected")
    assert not looks_like_oxide("SiO2method")
    assert not looks_like_oxide("Sample")
