from __future__ import annotations

import numpy as np
import pytest

from phasewise.compositions.features import INPUTS
from phasewise.compositions.left_out import mass_left_out, most_left_out, untellable
from phasewise.compositions.training.recipe import read_recipe
from phasewise.core.types import TEN_OXIDES

PHASES = read_recipe("default").phases


@pytest.mark.parametrize(
    ("left_out", "lost"),
    [
        ((), ()),
        (("Na2O", "K2O"), ()),
        (("TiO2",), ("Ilmenite", "Rutile", "Perovskite", "Pseudobrookite", "Titanite")),
        (("ZrO2", "P2O5"), ("Apatite", "Zircon", "Merrillite")),
        (("FeOt",), ("Ilmenite", "Magnetite", "Hematite", "Pseudobrookite", "Siderite", "Sulfide")),
        (("K2O", "SiO2", "Na2O"), None),
    ],
)
def test_phases_that_need_what_is_left_out(left_out: tuple[str, ...], lost: tuple[str, ...] | None) -> None:
    found = untellable(PHASES, tuple(name for name in INPUTS if name not in left_out))
    if lost is None:
        assert {"Quartz", "Biotite", "Glass", "Olivine"} <= set(found)
        assert "Magnetite" not in found
    else:
        assert tuple(found) == lost
        assert all(set(needs) <= set(left_out) for needs in found.values())


def test_ten_oxides_tell_all_silicates_and_oxides_but_zircon() -> None:
    assert untellable(PHASES, TEN_OXIDES) == {
        "Zircon": ("ZrO2",),
        "Apatite": ("P2O5",),
        "Merrillite": ("P2O5",),
        "Calcite": ("CO2",),
        "Dolomite": ("CO2",),
        "Magnesite": ("CO2",),
        "Sulfide": ("SO3",),
    }


def test_mass_is_left_out_only_where_it_was_not_measured() -> None:
    card = {"inputs": {"left_out": {"Plagioclase": {"Na2O": 9.0, "K2O": 1.0}}}}
    most = most_left_out(card, ("Olivine", "Plagioclase"))
    values = np.zeros((4, len(INPUTS)))
    values[1:, INPUTS.index("Na2O")] = np.nan
    values[2:, INPUTS.index("K2O")] = np.nan
    assert mass_left_out(values, np.array([1, 1, 1, -1]), most).tolist() == [0.0, 9.0, 10.0, 0.0]
    assert mass_left_out(values, np.zeros(4, dtype=int), most).tolist() == [0.0] * 4
    assert not most_left_out({}, PHASES).any()
