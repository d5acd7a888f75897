"""Every published formula of the mineral files is calculated anew."""

import numpy as np
import pytest

from phasewise.chem.mineral import Mineral, Reference
from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.core.types import COLUMNS

CASES = [
    pytest.param(mineral, reference, id=f"{mineral.name}-{reference.name}")
    for mineral in load_minerals().values()
    for reference in mineral.references
]


def calculated(mineral: Mineral, reference: Reference) -> dict[str, float]:
    """Return every quantity of a reference by name, on the basis of its author."""
    wt = dict(reference.wt)
    ferrous, ferric = wt.pop("FeO", None), wt.pop("Fe2O3", None)
    if ferrous is not None or ferric is not None:
        wt["FeOt"] = (ferrous or 0.0) + FE2O3_TO_FEO * (ferric or 0.0)
    measured = np.array([np.nan])
    if ferrous is not None and ferric is not None and wt["FeOt"] > 0:
        measured[0] = FE2O3_TO_FEO * ferric / wt["FeOt"]
    columns = tuple(name for name in COLUMNS if name in wt or name != "H2O")
    basis = dict(reference.basis)
    options = FormulaOptions(
        fe3=reference.fe3.removeprefix("amphibole "),
        water=reference.water,
        oxygens=basis.get("oxygens"),
        cations=basis.get("cations"),
    )
    formula = MineralFormula(mineral, columns, options)
    values = formula.evaluate(np.array([[wt.get(name, 0.0) for name in columns]]), measured)[0]
    found = {quantity.name: float(value) for quantity, value in zip(formula.quantities, values, strict=True)}
    return found | {"Fe": found.get("Fe2+", 0.0) + found.get("Fe3+", 0.0)}


@pytest.mark.parametrize(("mineral", "reference"), CASES)
def test_the_published_formula_is_found_to_its_last_digit(mineral: Mineral, reference: Reference) -> None:
    found = calculated(mineral, reference)
    wrong = {}
    for name, text in (*reference.apfu, *reference.members):
        unit = 10.0 ** -len(text.partition(".")[2])
        if not abs(found.get(name, 0.0) - float(text)) <= (reference.digits_off + 0.5) * unit:
            wrong[name] = (text, round(found.get(name, 0.0), 4))
    assert not wrong, f"{reference.source}: printed, calculated {wrong}"


def test_the_references_name_their_table_and_row() -> None:
    for mineral in load_minerals().values():
        for reference in mineral.references:
            assert any(c.isdigit() for c in reference.source), reference.name
