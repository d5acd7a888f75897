"""Fe3+ by charge balance against FeO and Fe2O3 that were measured apart."""

import numpy as np
import pytest

from phasewise.chem.iron import ferric_fraction
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import moles
from phasewise.core.types import COLUMNS

from .conftest import Reference


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("Minas Gerais magnetite", 0.02), ("Ilmen Mtns ilmenite", 0.02), ("Kakanui augite", 0.08)],
)
def test_ferric_iron_of_wet_chemistry_is_recovered(
    references: list[Reference], name: str, tolerance: float
) -> None:
    (found,) = [reference for reference in references if reference.name.startswith(name)]
    mineral = load_minerals()[found.mineral]
    ratio = ferric_fraction(moles(found.values, COLUMNS), mineral, "auto", np.array([np.nan]))
    measured = found.ferric * 0.89981 / (found.ferric * 0.89981 + found.ferrous)
    assert ratio[0] == pytest.approx(measured, abs=tolerance)
