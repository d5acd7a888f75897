from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from phasewise import classify
from phasewise.compositions import reason_codes
from phasewise.compositions.report.remedies import remedy_of, why_of
from phasewise.core.errors import HeaderWarning
from phasewise.core.types import FLAGS

# San Carlos olivine (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x), and what is measured of
# zircon and apatite where their key oxides are not.
ROWS = pd.DataFrame(
    {
        "SiO2": [40.81, 32.78, 0.0],
        "FeOt": [9.55, 0.0, 0.0],
        "MgO": [49.42, 0.0, 0.0],
        "CaO": [0.0, 0.0, 55.6],
    }
)


def test_the_oxides_to_measure_are_those_that_the_reasons_name() -> None:
    result = classify(ROWS)
    whys = [why_of(*pair) for pair in zip(result["reason_code"], result["reason"], strict=True)]
    assert whys[0] == "fits"
    assert whys[1] == "key oxide missing: ZrO2"
    assert whys[2] == "key oxide missing: P2O5"
    actions = [remedy_of(why, "ambiguous").action for why in whys[1:]]
    assert actions == ["Measure ZrO2", "Measure P2O5"]


def test_every_analysis_that_lacks_alumina_is_told_to_measure_it() -> None:
    examples = Path(__file__).parents[3] / "examples" / "reference_analyses.csv"
    frame = pd.read_csv(examples).select_dtypes("number").drop(columns=["Al2O3", "total"])
    with pytest.warns(HeaderWarning):
        result = classify(frame)
    lacking = result[result["reason_code"] == "key oxide missing"]
    whys = [why_of(*pair) for pair in zip(lacking["reason_code"], lacking["reason"], strict=True)]
    assert whys
    assert all("Al2O3" in why for why in whys)


def test_several_missing_oxides_are_asked_for_together() -> None:
    why = why_of("key oxide missing", "Looks like x, but Na2O and K2O were not measured: measure to be sure.")
    assert remedy_of(why, "ambiguous").action == "Measure Na2O and K2O"


@pytest.mark.parametrize("kind", [*reason_codes._KINDS, *reason_codes._WITH_A_PHASE, "stoichiometry"])
def test_every_reason_has_a_remedy(kind: str) -> None:
    of_flag = kind in {name.replace("_", " ") for name in FLAGS}
    never_accepted = {"not finite", "missing key oxide", "nothing measured"}
    verdicts = ["accepted"] if of_flag and kind not in never_accepted else []
    if not of_flag or kind in ("total low", "total high"):
        verdicts.append("unknown")
    for verdict in verdicts:
        if kind != "fits":
            assert remedy_of(f"{kind}: something", verdict).action != "Read the reason", (kind, verdict)


def test_a_reason_that_nobody_knows_yet_is_no_trouble() -> None:
    assert remedy_of("a new kind", "unknown").action == "Read the reason"
