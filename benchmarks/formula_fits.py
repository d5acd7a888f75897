"""Whose stoichiometry published analyses of each mineral keep.

Rows of the training table that keep the limits of their mineral, every publication with the same weight. A
row keeps the stoichiometry of a mineral if it keeps the limits of its file and departs by no more than one
tolerance from what the file expects. The tolerances were set on rows of this table, so the share of the
mineral itself is no test; the shares of the others are.

    python benchmarks/formula_fits.py
"""

from __future__ import annotations

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.features import INPUTS
from phasewise.compositions.formula.departures import KEPT, calculate_by_file
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import training_minerals
from provenance import write_results

COLUMNS = INPUTS[:-1]


def kept_shares() -> list[dict[str, object]]:
    """Return for each mineral the share of its rows that keep the stoichiometry of each mineral."""
    minerals = load_minerals()
    phases = [p for p in read_recipe("default").phases if minerals[p].stoichiometry]
    table = clean(training_minerals(), minerals, stoichiometric_tests(read_recipe("default").phases)).kept
    values = np.where(table.values[:, :-1] < 0, 0.0, table.values[:, :-1])
    tests = StoichiometricTests.of([minerals[phase] for phase in phases], COLUMNS)
    limits = tests.fits(values)
    rows = []
    for mineral in phases:
        own = np.flatnonzero(table.label == mineral)
        given = FormulaInput(values[own], COLUMNS, np.full(len(own), np.nan))
        _, publication, sizes = np.unique(
            table.source[own].astype(str), return_inverse=True, return_counts=True
        )
        weights = 1 / sizes[publication]
        for k, other in enumerate(phases):
            keeps = limits[own, k] & (calculate_by_file(other, given).departure() <= KEPT)
            share = float(np.average(keeps, weights=weights))
            rows.append({"mineral": mineral, "rows": len(own), "formula": other, "kept": round(share, 4)})
    return rows


def main() -> None:
    """Count and write."""
    rows = kept_shares()
    for row in rows:
        if row["mineral"] != row["formula"] and float(str(row["kept"])) > 0.01:
            print(f"{row['mineral']} keeps the stoichiometry of {row['formula']}: {row['kept']}")
    print(f"Written: {write_results('formula_fits', rows)}")


if __name__ == "__main__":
    main()
