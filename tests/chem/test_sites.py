"""Sites filled in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from phasewise.chem.ions import ANIONS, IONS
from phasewise.chem.mineral import Site
from phasewise.chem.sites import fill_sites, is_anion_site
from phasewise.core.types import FloatArray

from .formula_cases import MINERALS

PYROXENE = (
    Site("T", 2, ("Si", "Al", "Fe3+")),
    Site("M1", 1, ("Al", "Fe3+", "Mg", "Fe2+")),
    Site("M2", 1, ("Mg", "Fe2+", "Ca", "Na")),
)
LISTED = ("Si", "Al", "Fe3+", "Mg", "Fe2+", "Ca", "Na")


def ions(**amounts: float) -> FloatArray:
    found = np.zeros((1, len(IONS)))
    for name, amount in amounts.items():
        found[0, IONS.index({"Fe2": "Fe2+", "Fe3": "Fe3+"}.get(name, name))] = amount
    return found


def filled(amounts: FloatArray, oxygen: FloatArray | None = None) -> dict[str, float]:
    return {f"{s}.{i}": float(v[0]) for (s, i), v in fill_sites(amounts, PYROXENE, oxygen).items()}


def test_a_pyroxene_by_hand() -> None:
    found = filled(ions(Si=1.8, Al=0.3, Fe3=0.1, Fe2=0.2, Mg=0.9, Ca=0.6, Na=0.1))
    expected = {"T.Si": 1.8, "T.Al": 0.2, "T.Fe3+": 0.0, "T.sum": 2.0, "T.vacancy": 0.0}
    expected |= {"M1.Al": 0.1, "M1.Fe3+": 0.1, "M1.Mg": 0.8, "M1.Fe2+": 0.0, "M1.sum": 1.0, "M1.vacancy": 0}
    expected |= {"M2.Mg": 0.1, "M2.Fe2+": 0.2, "M2.Ca": 0.6, "M2.Na": 0.1, "M2.sum": 1.0, "M2.vacancy": 0}
    assert found == pytest.approx(expected, abs=1e-12)


def test_what_is_too_much_stays_on_the_last_site() -> None:
    found = filled(ions(Si=2.1, Al=1.5, Ca=1.2))
    assert found["T.Si"] == 2.1
    assert found["T.vacancy"] == pytest.approx(0.0)
    assert (found["T.Al"], found["M1.Al"]) == (0.0, 1.5)
    assert found["M2.vacancy"] == pytest.approx(0.0)


def test_silicon_alone_on_a_site_that_it_overfills_leaves_no_room_for_others() -> None:
    assert filled(ions(Si=2.3, Al=0.2, Fe3=0.2))["T.Fe3+"] == 0.0


def test_counting_noise_below_zero_takes_no_room_and_is_not_lost() -> None:
    found = filled(ions(Si=2.0, Al=-0.02, Mg=1.0, Ca=1.0))
    assert found["T.Al"] == 0.0
    assert found["M1.Al"] == pytest.approx(-0.02)
    assert found["M1.Mg"] + found["M2.Mg"] == pytest.approx(1.0)


def test_a_row_without_a_formula_has_no_sites() -> None:
    both = np.vstack([ions(Si=2.0, Mg=2.0), np.full((1, len(IONS)), np.nan)])
    for values in fill_sites(both, PYROXENE).values():
        assert np.isfinite(values[0])
        assert np.isnan(values[1])


@given(st_numpy.arrays(float, len(LISTED), elements=st.floats(0, 5)))
def test_nothing_is_lost_and_nothing_appears(amounts: FloatArray) -> None:
    given_ions = np.zeros((1, len(IONS)))
    given_ions[0, [IONS.index(ion) for ion in LISTED]] = amounts
    before = given_ions.copy()
    found = filled(given_ions)
    assert np.array_equal(given_ions, before)
    for ion, amount in zip(LISTED, amounts, strict=True):
        held = sum(value for name, value in found.items() if name.partition(".")[2] == ion)
        assert held == pytest.approx(amount, abs=1e-12)
    for site in PYROXENE:
        parts = [found[f"{site.name}.{ion}"] for ion in site.ions]
        assert min(parts) >= 0.0
        assert sum(parts) == pytest.approx(found[f"{site.name}.sum"])
        room = site.capacity - found[f"{site.name}.sum"]
        assert found[f"{site.name}.vacancy"] == pytest.approx(max(room, 0.0))


@given(st_numpy.arrays(float, len(LISTED), elements=st.floats(0, 2)), st.sampled_from(LISTED))
def test_a_little_more_of_an_ion_changes_sites_a_little(amounts: FloatArray, ion: str) -> None:
    once, more = np.zeros((1, len(IONS))), np.zeros((1, len(IONS)))
    once[0, [IONS.index(name) for name in LISTED]] = amounts
    more[:] = once
    more[0, IONS.index(ion)] += 1e-6
    left, right = filled(once), filled(more)
    assert all(abs(left[name] - right[name]) <= 2e-6 for name in left)


def test_oxygen_goes_where_it_is_listed() -> None:
    sites = (Site("V", 3, ("OH", "O")), Site("W", 1, ("F", "OH", "O")))
    found = fill_sites(ions(OH=2.5, F=0.4), sites, np.array([1.1]))
    assert {k: round(float(v[0]), 9) for k, v in found.items() if k[1] not in ("sum", "vacancy")} == {
        ("V", "OH"): 2.5,
        ("V", "O"): 0.5,
        ("W", "F"): 0.4,
        ("W", "OH"): 0.0,
        ("W", "O"): 0.6,
    }


def test_anion_sites() -> None:
    assert is_anion_site(Site("W", 2, ("OH", "F")))
    assert is_anion_site(Site("W", 2, ("O",)))
    assert not is_anion_site(PYROXENE[0])


@pytest.mark.parametrize("name", sorted(MINERALS))
def test_the_sites_of_a_file_are_well_formed(name: str) -> None:
    sites = MINERALS[name].sites
    assert len({site.name for site in sites}) == len(sites)
    for site in sites:
        assert site.capacity > 0
        assert len(set(site.ions)) == len(site.ions), f"{site.name} lists an ion twice"
        anions = {ion for ion in site.ions if ion in (*ANIONS, "O")}
        assert not anions or anions == set(site.ions), f"{site.name} mixes cations and anions"
