"""Species of the tourmaline supergroup: end members, borders, Li that was not measured."""

from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.formula import oxides_wt
from phasewise.chem.species import species_of
from phasewise.core.types import COLUMNS

from .cases import STEP, calculated, caveat_of, names_of, names_of_formulas, names_of_ions, probed

END_MEMBERS = {
    "dravite": "NaMg3Al6Si6O18(BO3)3(OH)4",
    "schorl": "NaFe3Al6Si6O18(BO3)3(OH)4",
    "tsilaisite": "NaMn3Al6Si6O18(BO3)3(OH)4",
    "elbaite": "NaLi1.5Al7.5Si6O18(BO3)3(OH)4",
    "chromium-dravite": "NaMg3Cr6Si6O18(BO3)3(OH)4",
    "vanadium-dravite": "NaMg3V6Si6O18(BO3)3(OH)4",
    "fluor-dravite": "NaMg3Al6Si6O18(BO3)3(OH)3F",
    "fluor-schorl": "NaFe3Al6Si6O18(BO3)3(OH)3F",
    "fluor-tsilaisite": "NaMn3Al6Si6O18(BO3)3(OH)3F",
    "fluor-elbaite": "NaLi1.5Al7.5Si6O18(BO3)3(OH)3F",
    "olenite": "NaAl9Si6O18(BO3)3O3(OH)",
    "fluor-buergerite": "NaFe3+3Al6Si6O18(BO3)3O3F",
    "oxy-dravite": "NaMg2Al7Si6O18(BO3)3(OH)3O",
    "oxy-schorl": "NaFe2Al7Si6O18(BO3)3(OH)3O",
    "princivalleite": "NaMn2Al7Si6O18(BO3)3(OH)3O",
    "darrellhenryite": "NaLiAl8Si6O18(BO3)3(OH)3O",
    "povondraite": "NaFe3+7Mg2Si6O18(BO3)3(OH)3O",
    "bosiite": "NaFe3+3Al4Mg2Si6O18(BO3)3(OH)3O",
    "ferro-bosiite": "NaFe3+3Al4Fe2Si6O18(BO3)3(OH)3O",
    "oxy-chromium-dravite": "NaCr7Mg2Si6O18(BO3)3(OH)3O",
    "chromo-alumino-povondraite": "NaCr3Al4Mg2Si6O18(BO3)3(OH)3O",
    "oxy-vanadium-dravite": "NaV7Mg2Si6O18(BO3)3(OH)3O",
    "vanadio-oxy-dravite": "NaV3Al4Mg2Si6O18(BO3)3(OH)3O",
    "maruyamaite": "KMg2Al7Si6O18(BO3)3(OH)3O",
    "uvite": "CaMg4Al5Si6O18(BO3)3(OH)4",
    "feruvite": "CaFe3MgAl5Si6O18(BO3)3(OH)4",
    "adachiite": "CaFe3Al7Si5O18(BO3)3(OH)4",
    "fluor-uvite": "CaMg4Al5Si6O18(BO3)3(OH)3F",
    "fluor-liddicoatite": "CaLi2Al7Si6O18(BO3)3(OH)3F",
    "lucchesiite": "CaFe3Al6Si6O18(BO3)3(OH)3O",
    "magnesio-lucchesiite": "CaMg3Al6Si6O18(BO3)3(OH)3O",
    "foitite": "Fe2Al7Si6O18(BO3)3(OH)4",
    "magnesio-foitite": "Mg2Al7Si6O18(BO3)3(OH)4",
    "celleriite": "Mn2Al7Si6O18(BO3)3(OH)4",
    "rossmanite": "LiAl8Si6O18(BO3)3(OH)4",
    "oxy-foitite": "FeAl8Si6O18(BO3)3(OH)3O",
    "alumino-oxy-rossmanite": "Al10Si5O18(BO3)3(OH)3O",
}


@pytest.mark.parametrize(("name", "formula"), END_MEMBERS.items())
def test_end_members_have_their_names(name: str, formula: str) -> None:
    assert names_of_formulas("Tourmaline", formula, water="measured") == [name]


@pytest.mark.parametrize(
    "name", ["schorl", "dravite", "uvite", "feruvite", "foitite", "elbaite", "rossmanite"]
)
def test_a_microprobe_analysis_without_h_li_and_b_gives_the_same_names(name: str) -> None:
    wt = oxides_wt(END_MEMBERS[name])
    unseen = ("H2O", "Li2O", "B2O3")
    values = np.array([[np.nan if c in unseen else wt.get(c, 0.0) for c in COLUMNS]])
    found = species_of(calculated("Tourmaline", values))
    assert names_of(found) == [name]
    said = caveat_of(found)
    for words in ("hides oxy-species", "Li was not measured", "B was not measured"):
        assert words in said


def test_li_is_what_y_lacks() -> None:
    wt = oxides_wt(END_MEMBERS["elbaite"])
    values = np.array([[np.nan if c == "Li2O" else wt.get(c, 0.0) for c in COLUMNS]])
    found = species_of(calculated("Tourmaline", values))
    assert found.values["Y(Li)"][0] == pytest.approx(1.5, abs=1e-9)
    assert found.values["X(Na + K)"][0] == pytest.approx(1.0, abs=1e-9)
    assert found.values["(Y + Z)(Al)"][0] == pytest.approx(7.5, abs=1e-9)


def test_ideal_dravite_as_published_has_its_name() -> None:
    wt = {"SiO2": 37.60, "Al2O3": 31.90, "MgO": 12.61, "Na2O": 3.23, "B2O3": 10.89, "H2O": 3.76}
    assert names_of(species_of(probed("Tourmaline", wt))) == ["dravite"]


def tourmaline(na: float = 1.0, ca: float = 0.0, mg: float = 3.0, f: float = 0.0) -> dict[str, float]:
    iron = 3.0 - mg
    return {"Na": na, "Ca": ca, "Mg": mg, "Fe2+": iron, "Al": 6.0, "Si": 6.0, "F": f, "OH": 4 - f, "B": 3.0}


@pytest.mark.parametrize(
    ("ions", "name"),
    [
        (tourmaline(mg=1.5 + STEP), "dravite"),
        (tourmaline(mg=1.5 - STEP), "schorl"),
        (tourmaline(f=0.5 - STEP), "dravite"),
        (tourmaline(f=0.5 + STEP), "fluor-dravite"),
        (tourmaline(na=0.5 + STEP), "dravite"),
        (tourmaline(na=0.5 - STEP), "magnesio-foitite"),
        (tourmaline(na=0.45, ca=0.45 - STEP), "dravite"),
        (tourmaline(na=0.45, ca=0.45 + STEP), "uvite"),
    ],
)
def test_a_step_across_the_border_changes_the_name(ions: dict[str, float], name: str) -> None:
    assert names_of_ions("Tourmaline", ions) == [name]


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ({"Na": 1, "Fe2+": 3, "Al": 6}, {"Na": 1, "Li": 1.5, "Al": 7.5}, ("schorl", "elbaite")),
        (
            {"Ca": 1, "Mg": 3, "Al": 6, "F": 1},
            {"Ca": 1, "Li": 2, "Al": 7, "F": 1},
            ("fluor-uvite", "fluor-liddicoatite"),
        ),
        ({"Fe2+": 2, "Al": 7}, {"Li": 1, "Al": 8}, ("foitite", "rossmanite")),
    ],
)
def test_lithium_leads_halfway_to_its_member(
    first: dict[str, float], second: dict[str, float], names: tuple[str, str]
) -> None:
    for share, place in ((0.2, 0), (0.5 - STEP, 0), (0.5 + STEP, 1), (0.8, 1)):
        ions = {
            ion: (1 - share) * first.get(ion, 0) + share * second.get(ion, 0) for ion in {*first, *second}
        }
        ions |= {"Si": 6.0, "B": 3.0, "OH": 4 - ions.get("F", 0.0)}
        assert names_of_ions("Tourmaline", ions) == [names[place]]
