from __future__ import annotations

import copy
import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.judge import predict
from phasewise.compositions.load import load_model
from phasewise.compositions.model import CompositionModel
from phasewise.compositions.read import read
from phasewise.core.types import FLAGS, TEN_OXIDES, VERDICTS, FloatArray, Prediction

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"

# San Carlos olivine NMNH 111312-44 (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x).
OLIVINE = {"SiO2": 40.81, "FeOt": 9.55, "MnO": 0.14, "MgO": 49.42, "NiO": 0.37}


def told(belonging: float = 1.0, **probabilities: float) -> CompositionModel:
    """Return the default model with other probabilities for every row."""
    model = copy.copy(load_model())
    p = np.array([probabilities.get(phase, 0.0) for phase in model.phases])
    answer = np.append(belonging * p / p.sum(), 1 - belonging)

    def fixed(values: FloatArray, *_: object) -> FloatArray:
        return np.tile(answer, (len(values), 1))

    object.__setattr__(model, "probabilities", fixed)
    return model


def judged(wt: dict[str, float], model: CompositionModel | None = None) -> Prediction:
    table = pa.table({name: [value] for name, value in wt.items()})
    return predict(read(table), model or load_model())


def verdict(prediction: Prediction) -> str:
    return VERDICTS[int(prediction.verdict[0])]


def phase(prediction: Prediction) -> str:
    return prediction.phases[int(prediction.phase[0])]


def flags(prediction: Prediction) -> set[str]:
    return {name for bit, name in enumerate(FLAGS) if prediction.flags[0] >> bit & 1}


def reference(name: str) -> dict[str, float]:
    rows = csv.DictReader(REFERENCES.open(encoding="utf-8"))
    row = next(row for row in rows if row["name"].startswith(name))
    given = {key: float(row[key]) for key in ("SiO2", "TiO2", "Al2O3", "MnO", "MgO", "CaO") if row[key]}
    given |= {key: float(row[key]) for key in ("Na2O", "K2O", "P2O5", "ZrO2", "HfO2", "F", "Cl") if row[key]}
    iron = float(row["FeO"] or 0) + 0.89981 * float(row["Fe2O3"] or 0)
    return given | ({"FeOt": iron} if row["FeO"] or row["Fe2O3"] else {})


def test_an_olivine_is_an_olivine() -> None:
    found = judged(OLIVINE)
    assert (phase(found), verdict(found), flags(found)) == ("Olivine", "accepted", set())
    assert found.total[0] == pytest.approx(100.29)
    assert tuple(found.total_expected[0]) == (98.5, 101)


def test_a_low_total_is_a_flag_and_not_a_verdict() -> None:
    found = judged({name: value * 97.2 / 100.29 for name, value in OLIVINE.items()})
    assert (phase(found), verdict(found), flags(found)) == ("Olivine", "accepted", {"total_low"})
    assert "97.2" in found.reason[0]
    assert "98.5-101" in found.reason[0]


def test_a_high_total_is_a_flag_and_not_a_verdict() -> None:
    found = judged({name: value * 1.02 for name, value in OLIVINE.items()})
    assert (phase(found), verdict(found), flags(found)) == ("Olivine", "accepted", {"total_high"})


@pytest.mark.parametrize("factor", [0.5, 2.0, 1e4])
def test_a_total_far_away_is_a_bad_analysis_with_a_best_guess(factor: float) -> None:
    found = judged({name: value * factor for name, value in OLIVINE.items()})
    assert (phase(found), verdict(found)) == ("Olivine", "bad_analysis")
    assert flags(found) == {"total_low" if factor < 1 else "total_high"}
    assert "98.5-101" in found.reason[0]


def test_counting_noise_is_no_flag() -> None:
    found = judged(OLIVINE | {"Na2O": -0.03, "K2O": -0.01})
    assert (phase(found), verdict(found), flags(found)) == ("Olivine", "accepted", set())


def test_more_than_noise_below_zero_is_a_flag() -> None:
    found = judged(OLIVINE | {"Na2O": -0.4})
    assert flags(found) == {"negative"}
    assert verdict(found) == "accepted"


def test_far_below_zero_is_a_bad_analysis() -> None:
    found = judged(OLIVINE | {"Al2O3": -6.0})
    assert verdict(found) == "bad_analysis"
    assert "negative" in flags(found)
    assert "Al2O3 is -6.0 wt%" in found.reason[0]


@pytest.mark.parametrize(
    ("change", "flag", "words"),
    [
        (dict.fromkeys(OLIVINE, np.nan), "nothing_measured", "nothing to judge"),
        (dict.fromkeys(OLIVINE, 0.0), "nothing_measured", "nothing to judge"),
        ({"MgO": np.inf}, "not_finite", "MgO is infinite"),
        ({"MgO": -np.inf}, "not_finite", "MgO is infinite"),
    ],
)
def test_where_there_is_nothing_to_judge(change: dict[str, float], flag: str, words: str) -> None:
    found = judged(OLIVINE | change)
    assert verdict(found) == "bad_analysis"
    assert flag in flags(found)
    assert found.phase[0] == found.second[0] == -1
    assert np.isnan(found.probabilities).all()
    assert np.isnan(found.total_expected).all()
    assert words in found.reason[0]


def test_oxygen_is_taken_off_for_halogens() -> None:
    found = judged(reference("Durango"))
    given = reference("Durango")
    assert {"F", "Cl"} <= set(given)
    expected = found.total[0] - 0.4211 * given["F"] - 0.2256 * given["Cl"]
    assert found.total_corrected[0] == pytest.approx(expected, abs=1e-3)
    assert (phase(found), verdict(found)) == ("Apatite", "accepted")


def test_water_is_not_in_the_total() -> None:
    assert judged(OLIVINE | {"H2O": 3.0, "CO2": 1.0}).total[0] == pytest.approx(100.29)


@pytest.mark.parametrize(
    ("name", "key", "expected", "guess"),
    [("Zircon", "ZrO2", "Zircon", "Zircon"), ("Durango", "P2O5", "Apatite", "Calcite")],
)
@pytest.mark.parametrize("as_column", [True, False])
def test_without_its_key_oxide_a_mineral_is_a_guess(
    name: str, key: str, expected: str, guess: str, as_column: bool
) -> None:
    """Apatite without P2O5 has the composition and the total of calcite, so both are told."""
    row = reference(name)
    assert key in row
    whole = judged(row)
    assert (phase(whole), verdict(whole)) == (expected, "accepted")
    del row[key]
    found = judged(row | ({key: np.nan} if as_column else {}))
    assert phase(found) == guess
    assert expected in {phase(found), found.phases[int(found.second[0])]}
    assert verdict(found) == "ambiguous"
    assert "missing_key_oxide" in flags(found)
    assert key in found.reason[0]
    assert expected.lower() in found.reason[0]


def without(name: str, *oxides: str) -> dict[str, float]:
    return {key: value for key, value in reference(name).items() if key not in oxides}


@pytest.mark.parametrize("name", ["Lake County plagioclase", "Albite SPI"])
def test_a_feldspar_without_sodium_is_accepted_where_total_and_formula_agree(name: str) -> None:
    found = judged(without(name, "Na2O"))
    assert (phase(found), verdict(found)) == ("Plagioclase", "accepted")
    assert flags(found) == {"missing_key_oxide"}
    assert found.formula[0].as_py() is None
    mass = float(found.reason[0].partition("if the ")[2].partition(" wt%")[0])
    assert mass == pytest.approx(reference(name)["Na2O"], abs=1.5)


def test_a_feldspar_without_sodium_and_with_a_wrong_total_is_not_accepted() -> None:
    row = {key: 0.9 * value for key, value in without("Albite SPI", "Na2O").items()}
    assert verdict(judged(row)) != "accepted"


@pytest.mark.parametrize(("total", "expected"), [(86.8, "accepted"), (99.6, "ambiguous")])
def test_a_hydrous_composition_without_room_for_water_is_ambiguous(total: float, expected: str) -> None:
    """Forsterite and enstatite, one to one, have the Mg and Si of serpentine."""
    anhydrous = {"SiO2": 50.18, "MgO": 49.82, "FeOt": 0.0, "Al2O3": 0.0, "CaO": 0.0}
    found = judged({name: wt * total / 100 for name, wt in anhydrous.items()})
    assert (phase(found), verdict(found)) == ("Serpentine", expected)
    assert ("leaves no room for" in found.reason[0]) == (expected == "ambiguous")


def test_what_two_oxides_would_explain_is_ambiguous() -> None:
    """FeO and MgO with half of the mass missing: ilmenite or armalcolite by TiO2, a chromite by Cr2O3."""
    ilmenite = {"FeOt": 44.0, "MgO": 3.0, "Al2O3": 0.3, "SiO2": 0.0, "CaO": 0.0}
    found = judged(ilmenite)
    assert "Ilmenite" in {phase(found), found.phases[int(found.second[0])]}
    assert verdict(found) == "ambiguous"
    assert "TiO2, which was not measured" in found.reason[0]
    with_chromium = judged(ilmenite | {"Cr2O3": 0.4})
    assert (phase(with_chromium), verdict(with_chromium)) == ("Ilmenite", "accepted")


def test_a_whole_composition_with_a_low_total_is_given_nothing_by_difference() -> None:
    """An aluminous spinel without Cr2O3 among its columns is a bad analysis, not a chromite."""
    spinel = {"Al2O3": 0.7 * 71.0, "MgO": 0.7 * 28.0, "FeOt": 0.7 * 0.5}
    assert verdict(judged(spinel)) == "bad_analysis"


def test_a_calcite_is_accepted_only_where_phosphorus_was_measured() -> None:
    calcite = {"CaO": 55.1, "MgO": 0.4, "FeOt": 0.2, "MnO": 0.1, "SiO2": 0.0}
    assert verdict(judged(calcite)) == "ambiguous"
    measured = judged(calcite | {"P2O5": 0.01})
    assert (phase(measured), verdict(measured)) == ("Calcite", "accepted")


def test_a_pure_quartz_is_no_zircon() -> None:
    found = judged(dict.fromkeys(TEN_OXIDES, 0.0) | {"SiO2": 99.6, "Al2O3": 0.03, "FeOt": 0.02})
    assert phase(found) == "Quartz"
    assert "missing_key_oxide" not in flags(found)


def test_a_probability_too_low_is_ambiguous() -> None:
    best = max(0.51, load_model().thresholds.probability - 0.05)
    found = judged(OLIVINE, told(Olivine=best, Orthopyroxene=1 - best))
    assert verdict(found) == "ambiguous"
    assert "orthopyroxene" in found.reason[0].lower()


def test_stoichiometry_can_refuse_what_the_network_believes() -> None:
    found = judged(OLIVINE, told(Garnet=1.0))
    assert phase(found) == "Garnet"
    assert verdict(found) == "unknown"
    assert flags(found) & {"cation_sum", "out_of_range"}
    assert "expected" in found.reason[0]


def test_what_belongs_to_no_phase_is_not_accepted() -> None:
    assert verdict(judged(OLIVINE, told(belonging=0.001, Olivine=1.0))) == "unknown"


def test_a_blend_of_two_phases_is_not_accepted_as_either() -> None:
    # Nine parts of the olivine and one of Lake County plagioclase NMNH 115900 under one beam.
    plagioclase = {"SiO2": 51.25, "Al2O3": 30.91, "FeOt": 0.46, "MgO": 0.14, "CaO": 13.64, "Na2O": 3.45}
    names = dict.fromkeys([*OLIVINE, *plagioclase])
    blend = {name: 0.9 * OLIVINE.get(name, 0.0) + 0.1 * plagioclase.get(name, 0.0) for name in names}
    found = judged(blend, told(belonging=0.05, Olivine=0.7, Plagioclase=0.3))
    assert phase(found) == "Olivine"
    assert verdict(found) in {"mixture", "unknown"}
    assert "expected" in found.reason[0] or "plagioclase" in found.reason[0]


def test_rows_are_judged_one_by_one() -> None:
    both = pa.table({name: [value, np.nan] for name, value in OLIVINE.items()})
    together, alone = predict(read(both), load_model()), judged(OLIVINE)
    assert together.reason[0] == alone.reason[0]
    assert together.verdict[0] == alone.verdict[0]
    np.testing.assert_allclose(together.probabilities[0], alone.probabilities[0], atol=1e-9)
