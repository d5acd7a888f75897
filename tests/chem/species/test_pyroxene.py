"""Names of pyroxenes after Morimoto et al. 1988, doi:10.1180/minmag.1988.052.367.15."""

import numpy as np
import pytest

from phasewise.chem.species import species_of
from phasewise.chem.species.pyroxene import MODIFIERS

from .cases import STEP, calculated, given, names_of, names_of_formulas, row

CLINOPYROXENES = {
    "CaMgSi2O6": "diopside",
    "CaFeSi2O6": "hedenbergite",
    "CaMnSi2O6": "johannsenite",
    "CaZnSi2O6": "petedunnite",
    "CaFe3+AlSiO6": "esseneite",
    "CaAl2SiO6": "kushiroite",
    "Ca0.8Mg0.8Fe0.4Si2O6": "augite",
    "Ca0.2Mg1.2Fe0.6Si2O6": "pigeonite",
    "Mg2Si2O6": "clinoenstatite",
    "Fe2Si2O6": "clinoferrosilite",
    "MnMgSi2O6": "kanoite",
    "Ca0.5Na0.5Mg0.5Al0.5Si2O6": "omphacite",
    "Ca0.5Na0.5Mg0.5Fe3+0.5Si2O6": "aegirine-augite",
    "NaAlSi2O6": "jadeite",
    "NaFe3+Si2O6": "aegirine",
    "NaCrSi2O6": "kosmochlor",
    "NaVSi2O6": "natalyite",
    "LiAlSi2O6": "spodumene",
}
"""Table 1 of the paper, solid solutions in the middle of their fields, and species approved later."""


def quad(wo: float, en: float) -> dict[str, float]:
    """Return a pyroxene of the quadrilateral, Wo and En in percent."""
    return {"Si": 2.0, "Ca": wo / 50, "Mg": en / 50, "Fe2+": (100 - wo - en) / 50}


def sodic(part: float, aluminium: float) -> dict[str, float]:
    """Return (CaMg)1-part (Na(Al, Fe3+))part Si2O6."""
    trivalent = {"Al": part * aluminium, "Fe3+": part * (1 - aluminium)}
    return {"Si": 2.0, "Ca": 1 - part, "Mg": 1 - part, "Na": part, **trivalent}


def names_here(*rows: dict[str, float], mineral: str = "Clinopyroxene") -> list[str]:
    return names_of(species_of(given(mineral, list(rows))))


@pytest.mark.parametrize(("formula", "name"), CLINOPYROXENES.items())
def test_ideal_clinopyroxenes(formula: str, name: str) -> None:
    assert names_of_formulas("Clinopyroxene", formula) == [name]


@pytest.mark.parametrize(
    ("formula", "name"),
    {
        "Mg2Si2O6": "enstatite",
        "Fe2Si2O6": "ferrosilite",
        "Mg1.4Fe0.6Si2O6": "enstatite",
        "MnMgSi2O6": "donpeacorite",
        "Mg1.7Al0.6Si1.7O6": "enstatite",
    }.items(),
)
def test_ideal_orthopyroxenes(formula: str, name: str) -> None:
    assert names_of_formulas("Orthopyroxene", formula) == [name]


@pytest.mark.parametrize("magnesian", [True, False])
@pytest.mark.parametrize(
    ("border", "below", "above"),
    [
        (5.0, ("clinoferrosilite", "clinoenstatite"), ("pigeonite", "pigeonite")),
        (20.0, ("pigeonite", "pigeonite"), ("augite", "augite")),
        (45.0, ("augite", "augite"), ("hedenbergite", "diopside")),
        (50.0, ("hedenbergite", "diopside"), ("hedenbergite", "diopside")),
    ],
)
def test_borders_of_wo(
    border: float, below: tuple[str, str], above: tuple[str, str], magnesian: bool
) -> None:
    en = (100 - border) * (0.7 if magnesian else 0.3)
    found = names_here(quad(border - STEP, en), quad(border + STEP, en))
    assert found == [below[magnesian], above[magnesian]]


@pytest.mark.parametrize(
    ("wo", "pair"),
    [
        (2.0, ("clinoferrosilite", "clinoenstatite")),
        (10.0, ("pigeonite", "pigeonite")),
        (30.0, ("augite", "augite")),
        (48.0, ("hedenbergite", "diopside")),
        (52.0, ("hedenbergite", "diopside")),
    ],
)
def test_border_of_magnesium_and_iron(wo: float, pair: tuple[str, str]) -> None:
    half = (100 - wo) / 2
    assert names_here(quad(wo, half - STEP), quad(wo, half + STEP)) == list(pair)


def test_orthopyroxene_is_halved_at_every_wo() -> None:
    rows = [quad(wo, (100 - wo) / 2 + step) for wo in (1.0, 4.9, 5.1) for step in (-STEP, STEP)]
    assert names_here(*rows, mineral="Orthopyroxene") == ["ferrosilite", "enstatite"] * 3


@pytest.mark.parametrize(
    ("aluminium", "mixed", "pure"), [(0.8, "omphacite", "jadeite"), (0.2, "aegirine-augite", "aegirine")]
)
def test_borders_of_q_and_j(aluminium: float, mixed: str, pure: str) -> None:
    parts = [0.2 - STEP, 0.2 + STEP, 0.8 - STEP, 0.8 + STEP]
    assert names_here(*(sodic(part, aluminium) for part in parts)) == ["diopside", mixed, mixed, pure]


@pytest.mark.parametrize(
    ("part", "pair"), [(0.5, ("aegirine-augite", "omphacite")), (0.9, ("aegirine", "jadeite"))]
)
def test_border_of_aluminium_and_iron(part: float, pair: tuple[str, str]) -> None:
    assert names_here(sodic(part, 0.5 - STEP), sodic(part, 0.5 + STEP)) == list(pair)


def test_border_of_others() -> None:
    """Between CaMgSi2O6 and CaAl2SiO6 the sum of Q and J reaches 1.5 halfway."""
    rows = [{"Si": 2 - part, "Al": 2 * part, "Ca": 1.0, "Mg": 1 - part} for part in (0.5 - STEP, 0.5 + STEP)]
    assert names_here(*rows) == ["diopside", "kushiroite"]


def test_names_do_not_change_within_fields() -> None:
    rng = np.random.default_rng(3)
    points = [(wo, en) for wo, en in zip(rng.uniform(0, 50, 300), rng.uniform(0, 100, 300), strict=True)]
    away = [(w, e) for w, e in points if e < 100 - w and min(abs(w - b) for b in (5, 20, 45, 50)) > 0.01]
    away = [(w, e) for w, e in away if abs(2 * e - 100 + w) > 0.01]
    here = names_here(*(quad(w, e) for w, e in away))
    for dw, de in ((STEP, 0), (-STEP, 0), (0, STEP), (0, -STEP)):
        assert names_here(*(quad(w + dw, e + de) for w, e in away)) == here


@pytest.mark.parametrize("word", MODIFIERS)
def test_modifiers_begin_above_their_limit(word: str) -> None:
    ion, limit = MODIFIERS[word]
    hosts = {"calcian": {"Si": 2.0, "Mg": 2.0}, "magnesian": {"Si": 2.0, "Ca": 1.0, "Fe2+": 1.0}}
    host = hosts.get(word, {"Si": 2.0, "Ca": 1.0, "Mg": 1.0})
    found = species_of(given("Clinopyroxene", [host | {ion: limit + step} for step in (-STEP, STEP)]))
    assert [word in found.explain(k) for k in range(2)] == [False, True]


def test_modifiers_are_not_given_for_what_the_name_implies() -> None:
    found = species_of(given("Clinopyroxene", [quad(47, 30), sodic(0.5, 0.7), quad(22, 50)]))
    assert "modifiers: ferroan" in found.explain(0)
    assert "modifiers: ferrian" in found.explain(1)
    assert "modifiers: subcalcic" in found.explain(2)


def test_fassaite_is_an_aluminian_ferrian_diopside() -> None:
    """Fassaite is among the discarded names; Wo exceeds 50 by the Tschermak components."""
    found = species_of(
        given("Clinopyroxene", [{"Si": 1.7, "Al": 0.4, "Fe3+": 0.2, "Ca": 1.0, "Mg": 0.6, "Fe2+": 0.1}])
    )
    assert names_of(found) == ["diopside"]
    assert "Wo above 50" in found.explain(0)
    assert "aluminian, ferrian, silicon-deficient" in found.explain(0)


def test_what_composition_leaves_open_is_said() -> None:
    found = species_of(given("Clinopyroxene", [quad(2, 60), quad(5.5, 60), sodic(0.5, 0.5), quad(40, 40)]))
    assert "clinoenstatite and enstatite have the same composition" in found.explain(0)
    assert "structure decides" in found.explain(1)
    assert [found.caveat[row] for row in (2, 3)] == [-1, -1]
    found = species_of(given("Clinopyroxene", [sodic(0.5, 0.5), quad(40, 40)], measured=False))
    assert "charge balance" in found.explain(0)
    assert found.caveat[1] == -1


def test_orthopyroxene_with_the_calcium_of_augite_is_said_to_be_a_clinopyroxene() -> None:
    found = species_of(given("Orthopyroxene", [quad(4, 60), quad(8, 60), quad(20, 50), quad(43, 45)]))
    assert found.caveat[0] == -1
    assert found.explain(1).endswith("pigeonite if it is monoclinic")
    for calcic in (2, 3):
        assert "pigeonite" not in found.explain(calcic)
        assert "a clinopyroxene" in found.explain(calcic)


def test_sodium_that_was_not_measured_is_said_where_cations_are_missing() -> None:
    jadeitic = {"SiO2": 57.0, "MgO": 9.5, "CaO": 13.5, "FeOt": 2.0, "Al2O3": 11.5}
    found = species_of(calculated("Clinopyroxene", row(jadeitic)))
    assert "not measured and counted as 0: Na" in found.explain(0)
    diopside = {"SiO2": 55.49, "MgO": 18.61, "CaO": 25.9, "FeOt": 0.0}
    found = species_of(calculated("Clinopyroxene", row(diopside)))
    assert names_of(found) == ["diopside"]
    assert found.caveat[0] == -1


@pytest.mark.parametrize("missing", ["CaO", "MgO"])
def test_calcium_and_magnesium_are_needed(missing: str) -> None:
    diopside = {"SiO2": 55.49, "MgO": 18.61, "CaO": 25.9, "FeOt": 0.0, "Na2O": 0.0}
    del diopside[missing]
    assert names_of(species_of(calculated("Clinopyroxene", row(diopside)))) == [""]
