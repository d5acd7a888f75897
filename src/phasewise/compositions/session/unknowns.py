"""What the session means for the unknowns: errors of their oxides, and of the minerals they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.judge import predict
from phasewise.compositions.session.expected import ExpectedErrors, expected_errors
from phasewise.core.arrow import coded, numbers, texts
from phasewise.core.first_order import first_order_sigma
from phasewise.core.types import RATIOS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from phasewise.compositions.model import CompositionModel
    from phasewise.compositions.session.recovery import Recovery
    from phasewise.core.types import Analyses, FloatArray, IntArray, TextArray

__all__ = ["QUANTITIES", "Unknowns", "unknowns_of"]

QUANTITIES = (*RATIOS, "cations_apfu")
"""What is told of a mineral: its ratios, and the sum of its cations."""

UNCHECKED = 0.10
"""What an oxide that no standard checks may be off, relative: where this changes a quantity by more than its
standard deviation, no error of it is told."""

FIXED = 1e-9
"""A standard deviation below this is that of a sum which the basis of the formula fixes."""

BLOCK_ROWS = 16_384
_OF_A_PHASE = [VERDICTS.index("accepted"), VERDICTS.index("ambiguous")]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """What is expected of the unknowns.

    Attributes
    ----------
    rows : (n,) int
        Their places in the table.
    errors : ExpectedErrors
    phase : (n,) object
        The mineral, None where the classifier accepts none and finds none ambiguous.
    values, bias, sd : (n, len(QUANTITIES)) float64
        Of the mineral: the quantity as measured, what of it is bias, and its standard deviation; NaN where
        the mineral does not have it, and of errors, where an oxide that matters is not covered.
    """

    rows: IntArray
    errors: ExpectedErrors
    phase: TextArray
    values: FloatArray
    bias: FloatArray
    sd: FloatArray

    def columns(self) -> dict[str, pa.Array]:
        """Return one column a result, one value an unknown; errors of oxides in per cent of the value."""
        phases = [name for name in dict.fromkeys(self.phase.tolist()) if name is not None]
        codes = np.array([phases.index(name) if name is not None else -1 for name in self.phase], dtype=int)
        found: dict[str, pa.Array] = {"phase": coded(codes, phases)}
        parts = {"bias": self.errors.bias, "precision": self.errors.sd, "error": self.errors.error}
        for k, oxide in enumerate(self.errors.columns):
            for part, table in parts.items():
                found[f"{oxide}_{part}_pct"] = numbers(np.round(100 * table[:, k], 3))
        for k, name in enumerate(QUANTITIES):
            for suffix, table in (("", self.values), ("_bias", self.bias), ("_sigma", self.sd)):
                if np.isfinite(self.values[:, k]).any():
                    found[f"{name}{suffix}"] = numbers(np.round(table[:, k], 4))
        return found | {"not_covered": texts(self._not_covered())}

    def _not_covered(self) -> list[str | None]:
        """Return the oxides of each row that no standard holds at a comparable level; None for none."""
        open_oxides = self.errors.asked & ~self.errors.covered
        told: list[str | None] = [None] * len(self.rows)
        for row in np.flatnonzero(open_oxides.any(axis=1)).tolist():
            told[row] = "|".join(self.errors.columns[k] for k in np.flatnonzero(open_oxides[row]))
        return told


def unknowns_of(
    analyses: Analyses, rows: IntArray, recoveries: Sequence[Recovery], model: CompositionModel
) -> Unknowns:
    """Return what is expected of the unknowns of a session.

    Parameters
    ----------
    analyses : Analyses
        All rows of the session.
    rows : (n,) int
        The unknowns.
    recoveries : sequence of Recovery
    model : CompositionModel
        Names the minerals.
    """
    parts = []
    for start in range(0, max(len(rows), 1), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        parts.append(_block(analyses.take(block), block, recoveries, model))
    errors = ExpectedErrors(
        analyses.columns,
        *(np.concatenate([getattr(part.errors, name) for part in parts]) for name in _ERRORS),
    )
    phase, values, bias, sd = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("phase", "values", "bias", "sd")
    )
    return Unknowns(rows, errors, phase, values, bias, sd)


_ERRORS = ("bias", "sd", "covered", "asked")


def _block(
    analyses: Analyses, rows: IntArray, recoveries: Sequence[Recovery], model: CompositionModel
) -> Unknowns:
    errors = expected_errors(analyses.values, analyses.columns, recoveries)
    prediction = predict(analyses, model)
    code = np.where(np.isin(prediction.verdict, _OF_A_PHASE), prediction.phase, -1)
    phase = np.array([*model.phases, None], dtype=object)[code]
    values, bias, sd = (np.full((len(rows), len(QUANTITIES)), np.nan) for _ in range(3))
    given = FormulaInput.of(analyses)
    for k in np.unique(code[code >= 0]).tolist():
        if load_minerals()[model.phases[k]].sites:
            held = np.flatnonzero(code == k)
            found = _of_mineral(model.phases[k], given.take(held), errors.take(held))
            values[held], bias[held], sd[held] = found
    return Unknowns(rows, errors, phase, values, bias, sd)


def _of_mineral(
    name: str, given: FormulaInput, errors: ExpectedErrors
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the quantities of analyses of one mineral, their bias and their standard deviations."""
    formula = MineralFormula(load_minerals()[name], given.columns, FormulaOptions())
    names = ["cations_apfu" if q == ("apfu", "sum") else q.name for q in formula.quantities]
    places = [names.index(name) if name in names else -1 for name in QUANTITIES]

    def quantities(wt: FloatArray) -> FloatArray:
        found = formula.evaluate(wt, measured=given.ferric)
        return np.column_stack([found, np.full(len(wt), np.nan)])[:, places]

    measured = quantities(given.values)
    bias = measured - quantities(given.values / (1 + np.nan_to_num(errors.bias)))
    sd = first_order_sigma(quantities, given.values, errors.sd * given.values)
    unchecked = errors.asked & ~errors.covered
    moved = quantities(given.values * (1 + UNCHECKED * unchecked))
    with np.errstate(invalid="ignore"):
        told = (np.abs(moved - measured) <= sd) & (sd > FIXED)
    return measured, np.where(told, bias, np.nan), np.where(told, sd, np.nan)
