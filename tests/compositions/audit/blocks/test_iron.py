"""Iron under the header of its other oxide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.audit.blocks import iron
from phasewise.compositions.features import INPUTS

from ..measured import AUGITE, ILMENITE, MAGNETITE, OLIVINE, oxide, spots
from ..tables import audited, of_values

N = 12


@pytest.mark.parametrize(("label", "material"), [("Magnetite", MAGNETITE), ("Ilmenite", ILMENITE)])
def test_fe2o3_given_as_feo_is_found_and_undone(label: str, material: str) -> None:
    clean = spots(material, N)
    wrong = clean.copy()
    wrong[:, oxide("FeOt")] /= FE2O3_TO_FEO
    (block,) = iron.find(of_values(wrong, [label] * N, ["a"] * N))
    assert block.kind == "iron as the other oxide"
    assert block.where == f"a | {label}"
    assert block.restored is not None
    np.testing.assert_allclose(block.restored[:, oxide("FeOt")], clean[:, oxide("FeOt")])


def test_clean_rows_are_left_alone() -> None:
    minerals = {"Magnetite": MAGNETITE, "Ilmenite": ILMENITE, "Olivine": OLIVINE, "Clinopyroxene": AUGITE}
    for label, material in minerals.items():
        assert iron.find(of_values(spots(material, N), [label] * N, ["a"] * N)) == []


def test_iron_of_a_mineral_with_little_of_it_does_not_show() -> None:
    wrong = spots(AUGITE, N)
    wrong[:, oxide("FeOt")] /= FE2O3_TO_FEO
    assert iron.find(of_values(wrong, ["Clinopyroxene"] * N, ["a"] * N)) == []


def magnetites() -> pd.DataFrame:
    """Return magnetites with a tenth of ulvospinel, whose FeO and Fe2O3 are those of the formula."""
    rng = np.random.default_rng(2)
    ulvospinel = rng.uniform(0.08, 0.12, N)
    weight = 231.53 * (1 - ulvospinel) + 223.55 * ulvospinel
    frame = pd.DataFrame(
        {
            "TiO2": 100 * 79.87 * ulvospinel / weight,
            "FeO": 100 * 71.84 * (1 + ulvospinel) / weight,
            "Fe2O3": 100 * 159.69 * (1 - ulvospinel) / weight,
        }
    )
    return frame.assign(SiO2=0.05, Al2O3=0.1, MgO=0.05, MnO=0.2).round(2)


def test_exchanged_feo_and_fe2o3_are_found_by_charge_balance() -> None:
    frame = magnetites()
    wrong = frame.rename(columns={"FeO": "Fe2O3", "Fe2O3": "FeO"})
    assert iron.find(audited(frame, ["Magnetite"] * N, ["a"] * N)) == []
    (block,) = iron.find(audited(wrong, ["Magnetite"] * N, ["a"] * N))
    assert block.kind == "FeO and Fe2O3 exchanged"
    assert block.restored is not None
    total = frame["FeO"] + FE2O3_TO_FEO * frame["Fe2O3"]
    np.testing.assert_allclose(block.restored[:, INPUTS.index("FeOt")], total, rtol=1e-6)
