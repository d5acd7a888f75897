"""Species of the garnet supergroup: end members, borders, published analyses."""

from __future__ import annotations

import pytest

from phasewise.chem.species import species_of

from .cases import STEP, analysed, caveat_of, names_of, names_of_formulas, names_of_ions, probed

END_MEMBERS = {
    "pyrope": "Mg3Al2Si3O12",
    "almandine": "Fe3Al2Si3O12",
    "spessartine": "Mn3Al2Si3O12",
    "grossular": "Ca3Al2Si3O12",
    "andradite": "Ca3Fe3+2Si3O12",
    "calderite": "Mn3Fe3+2Si3O12",
    "uvarovite": "Ca3Cr2Si3O12",
    "knorringite": "Mg3Cr2Si3O12",
    "goldmanite": "Ca3V2Si3O12",
    "momoiite": "Mn3V2Si3O12",
    "majorite": "Mg4Si4O12",
    "morimotoite": "Ca3TiFeSi3O12",
    "menzerite-(Y)": "Y2CaMg2Si3O12",
    "schorlomite": "Ca3Ti2SiFe3+2O12",
    "hutcheonite": "Ca3Ti2SiAl2O12",
    "kimzeyite": "Ca3Zr2SiAl2O12",
    "kerimasite": "Ca3Zr2SiFe3+2O12",
    "irinarassite": "Ca3Sn2SiAl2O12",
    "toturite": "Ca3Sn2SiFe3+2O12",
}


@pytest.mark.parametrize(("name", "formula"), END_MEMBERS.items())
def test_end_members_have_their_names(name: str, formula: str) -> None:
    assert names_of_formulas("Garnet", formula) == [name]


@pytest.mark.parametrize(
    "formula", ["Fe3Fe3+2Si3O12", "Mg3Fe3+2Si3O12", "Na2CaTi2Si3O12", "Na2MgSi5O12", "Ca3TiMgSi3O12"]
)
def test_members_without_an_approved_name_are_garnet(formula: str) -> None:
    found = species_of(analysed("Garnet", formula))
    assert names_of(found) == ["garnet"]
    assert "no species is approved" in found.explain(0)


SPI = "SPI #1025-AB and #1025-AC mineral mounts, via usnistgov/NeXLCore.jl"
NMNH = "Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x, sheet of 2020"
DROOP = "Droop 1987, doi:10.1180/minmag.1987.051.361.10, table 3"
ANALYSES = [
    pytest.param(
        "pyrope",
        {"SiO2": 41.46, "TiO2": 0.47, "Al2O3": 23.73, "FeOt": 10.68, "MnO": 0.28, "MgO": 18.51, "CaO": 5.17},
        id=f"Kakanui pyrope, {NMNH}",
    ),
    pytest.param(
        "grossular",
        {"SiO2": 39.47, "TiO2": 0.39, "Al2O3": 22.27, "Fe2O3": 2.77, "FeO": 13.76, "MnO": 0.59}
        | {"MgO": 6.55, "CaO": 14.39},
        id=f"Roberts Victor garnet, {NMNH}",
    ),
    pytest.param(
        "spessartine",
        {"SiO2": 36.29, "TiO2": 0.14, "Al2O3": 20.26, "FeOt": 1.2, "MnO": 41.02, "CaO": 1.02},
        id=f"Spessartine, {SPI}",
    ),
    pytest.param(
        "almandine",
        {"SiO2": 39.15, "TiO2": 0.06, "Al2O3": 22.71, "FeOt": 23.87, "MnO": 0.55, "MgO": 10.15, "CaO": 4.01},
        id=f"Almandine, {SPI}",
    ),
    pytest.param(
        "andradite",
        {"SiO2": 34.23, "TiO2": 0.23, "Al2O3": 6.98, "Fe2O3": 22.62, "FeO": 2.22, "MnO": 0.5}
        | {"MgO": 0.2, "CaO": 33.01},
        id=f"Andradite, {SPI}",
    ),
    pytest.param(
        "uvarovite",
        {"SiO2": 35.94, "TiO2": 0.12, "Al2O3": 0.28, "Cr2O3": 18.11, "FeOt": 11.37, "MnO": 0.03}
        | {"MgO": 0, "CaO": 33.33, "ZnO": 0.19},
        id=f"Garnet, {DROOP}",
    ),
]


@pytest.mark.parametrize(("name", "wt"), ANALYSES)
def test_published_analyses_have_the_names_of_their_citations(name: str, wt: dict[str, float]) -> None:
    assert names_of(species_of(probed("Garnet", wt))) == [name]


def join(*formulae: tuple[float, dict[str, float]]) -> dict[str, float]:
    """Return the ions of a mixture."""
    found: dict[str, float] = {}
    for share, ions in formulae:
        for ion, amount in ions.items():
            found[ion] = found.get(ion, 0.0) + share * amount
    return found


PYROPE = {"Mg": 3.0, "Al": 2.0, "Si": 3.0}
MAJORITE = {"Mg": 4.0, "Si": 4.0}
GROSSULAR = {"Ca": 3.0, "Al": 2.0, "Si": 3.0}
ANDRADITE = {"Ca": 3.0, "Fe3+": 2.0, "Si": 3.0}
SCHORLOMITE = {"Ca": 3.0, "Ti": 2.0, "Si": 1.0, "Fe3+": 2.0}
MORIMOTOITE = {"Ca": 3.0, "Ti": 1.0, "Fe2+": 1.0, "Si": 3.0}
KNORRINGITE = {"Mg": 3.0, "Cr": 2.0, "Si": 3.0}


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (PYROPE, GROSSULAR, ("pyrope", "grossular")),
        (PYROPE, KNORRINGITE, ("pyrope", "knorringite")),
        (PYROPE, MAJORITE, ("pyrope", "majorite")),
        (ANDRADITE, SCHORLOMITE, ("andradite", "schorlomite")),
        (ANDRADITE, MORIMOTOITE, ("andradite", "morimotoite")),
        (MORIMOTOITE, SCHORLOMITE, ("morimotoite", "schorlomite")),
        (GROSSULAR, ANDRADITE, ("grossular", "andradite")),
    ],
)
def test_the_border_of_two_members_is_halfway(
    first: dict[str, float], second: dict[str, float], names: tuple[str, str]
) -> None:
    for share, name in ((0.1, 0), (0.4, 0), (0.5 - STEP, 0), (0.5 + STEP, 1), (0.6, 1), (0.9, 1)):
        assert names_of_ions("Garnet", join((1 - share, first), (share, second))) == [names[name]]


def test_majoritic_garnet_is_pyrope_up_to_half_an_atom_of_silicon_in_y() -> None:
    assert names_of_ions("Garnet", join((0.7, PYROPE), (0.3, MAJORITE))) == ["pyrope"]


def test_three_arrangements_of_charge_meet_at_a_third() -> None:
    for k, name in enumerate(("andradite", "schorlomite", "morimotoite")):
        shares = [0.34 if i == k else 0.33 for i in range(3)]
        parts = zip(shares, (ANDRADITE, SCHORLOMITE, MORIMOTOITE), strict=True)
        assert names_of_ions("Garnet", join(*parts)) == [name]


def test_what_is_left_open_is_said() -> None:
    found = species_of(probed("Garnet", {"SiO2": 36.0, "Al2O3": 20.0, "FeOt": 36.0, "MgO": 5.0}))
    assert caveat_of(found) == (
        "Fe3+ was calculated by charge balance, not measured; not measured and counted as 0: Mn, Ca"
    )


def test_the_rule_names_the_next_ion_and_the_values_that_decide() -> None:
    told = species_of(probed("Garnet", ANALYSES[0].values[1])).explain(0)  # type: ignore[arg-type]
    assert "X(Mg) above X(Fe2+)" in told
    assert "X(Mg) = 1.9" in told
    assert "Y(Al) above" in told
