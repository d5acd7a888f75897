"""How analyses stray from their stoichiometry, what is said of it, and what the verdict makes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import phasewise
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.chemistry import chemistry_of
from phasewise.compositions.formula.departures import MOST, calculate_by_file, compare, departures_of
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.formula.text import formula_texts
from phasewise.core.types import RATIOS, TEN_OXIDES, Analyses

NAMES = ("Amphibole", "Clinopyroxene", "Garnet", "Glass", "Olivine", "Plagioclase")


def analyses(*formulae: str) -> Analyses:
    values = np.array([[oxides_wt(f).get(name, 0.0) for name in TEN_OXIDES] for f in formulae])
    return Analyses(values, TEN_OXIDES, np.zeros(values.shape, dtype=bool))


@pytest.mark.parametrize(
    "mineral",
    [m for m in load_minerals().values() if m.stoichiometry and m.end_members],
    ids=lambda mineral: mineral.name,
)
def test_main_end_members_keep_the_stoichiometry_of_their_file(mineral) -> None:  # type: ignore[no-untyped-def]
    from phasewise.core.types import COLUMNS

    kept = []
    for member in mineral.end_members:
        if member.share[1] == 1:
            wt = oxides_wt(member.formula)
            values = np.array([[wt.get(name, 0.0) for name in COLUMNS]])
            kept.append(calculate_by_file(mineral.name, FormulaInput(values, COLUMNS, np.array([np.nan]))))
    assert kept
    assert min(float(formulae.departure()[0]) for formulae in kept) < 1


def test_a_pyroxene_with_the_formula_of_an_amphibole_is_found_out() -> None:
    given = FormulaInput.of(analyses("NaCa2Mg4Al3Si6O22(OH)2", "CaMgSi2O6"))
    found = departures_of(calculate_by_file("Olivine", given), given, NAMES)
    assert [NAMES[k] for k in found.rival] == ["Amphibole", "Clinopyroxene"]
    assert found.sentence[0].endswith("amphibole (16.00 cations on 23 O) fits better")
    assert (found.size > MOST).all()
    own = departures_of(
        calculate_by_file("Clinopyroxene", given.take(np.array([1]))), given.take(np.array([1])), NAMES
    )
    assert own.sentence.tolist() == [""]
    assert own.rival.tolist() == [-1]


def test_two_formulae_are_set_side_by_side() -> None:
    (text,) = compare(FormulaInput.of(analyses("CaMgSi2O6")), ("Amphibole", "Clinopyroxene"))
    assert text.startswith("as amphibole 15.33 cations on 23 O, ")
    assert text.endswith("as clinopyroxene 4.00 cations on 6 O, 0.0 tolerances off")


def test_chemistry_fills_the_rows_that_are_asked_about() -> None:
    table = analyses("Mg1.8Fe0.2SiO4", "CaAl2Si2O8", "Fe3+2O3", "CaMgSi2O6")
    phase = np.array([NAMES.index("Olivine"), NAMES.index("Plagioclase"), -1, NAMES.index("Glass")])
    found = chemistry_of(table, phase, NAMES, phase >= 0)
    assert found.formula.tolist() == ["(Mg1.80Fe2+0.20)Si1.00O4", "Ca1.00(Si2.00Al2.00)O8", None, None]
    assert found.ratios[0, RATIOS.index("Fo")] == pytest.approx(90)
    assert found.ratios[0, RATIOS.index("Mg#")] == pytest.approx(90)
    assert found.ratios[1, RATIOS.index("An")] == pytest.approx(100)
    assert np.isnan(found.ratios[2:]).all()
    assert (found.ferric_oxygen == 0).all()


def test_fe3_counts_in_the_total_of_a_magnetite() -> None:
    magnetite = pd.DataFrame({"FeOt": [93.09], "SiO2": [0.0], "TiO2": [0.0], "Al2O3": [0.0]})
    result = phasewise.classify(magnetite.assign(MgO=0.0, Cr2O3=0.0)).iloc[0]
    assert result["phase"] == "Magnetite"
    assert result["total"] == pytest.approx(93.09)
    assert result["total_corrected"] == pytest.approx(100.0, abs=0.01)
    assert result["flags"] == ""
    assert result["formula"] == "Fe2+1.00Fe3+2.00O4"


def test_a_label_that_the_formula_contradicts_is_not_accepted_in_silence() -> None:
    # NIST SRM 470, glass K-411 (Marinenko 1982, NBS Special Publication 260-74): the oxides of an augite.
    glass = pd.DataFrame({"SiO2": [54.30], "FeOt": [14.42], "MgO": [14.67], "CaO": [15.47]})
    result = phasewise.classify(glass.assign(TiO2=0.0, Al2O3=0.0, Na2O=0.0, K2O=0.0)).iloc[0]
    assert (result["phase"], result["verdict"]) == ("Clinopyroxene", "ambiguous")
    assert "stoichiometry" in result["flags"]
    assert "its formula does not fit: M2 site 0.90 on 6 O, expected 1.00" in result["reason"]


def test_formulae_in_one_line_name_their_sites_and_anions() -> None:
    given = FormulaInput.of(analyses("KMg2.5Fe0.5AlSi3O10(OH)2"))
    assert formula_texts(calculate_by_file("Biotite", given)).tolist() == [
        "K1.00(Mg2.50Fe2+0.50)(Si3.00Al1.00)O10(OH)2.00"
    ]
    nothing = FormulaInput(np.zeros((1, 10)), TEN_OXIDES, np.array([np.nan]))
    assert formula_texts(calculate_by_file("Olivine", nothing)).tolist() == [None]
