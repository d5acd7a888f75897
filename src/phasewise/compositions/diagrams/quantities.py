"""What a diagram is drawn from: quantities of the formulae of a table, with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.mineral_formula import FormulaOptions, MineralFormula
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.diagrams.kinds import DIAGRAMS, OXIDE, SHARE, quantity_of
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.formula.results import reported_names
from phasewise.compositions.formula.rows import refusals
from phasewise.core.errors import HeaderError
from phasewise.core.first_order import first_order_covariance
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from phasewise.core.types import Analyses, FloatArray, TextArray

__all__ = ["DiagramRequest", "asked_oxides", "names_of", "quantities_of"]


@dataclass(frozen=True, eq=False)
class DiagramRequest:
    """What is asked of every block."""

    kind: str
    mineral_column: str | None
    colour_by: str | None
    only: tuple[str, ...]
    against: str
    show: tuple[str, ...]
    distance: str | None
    celsius: tuple[float, ...]
    bar: float
    density: bool | None


def names_of(request: DiagramRequest, mineral: str) -> tuple[str, ...]:
    """Return what is calculated of each analysis."""
    if request.kind in DIAGRAMS:
        return DIAGRAMS[request.kind].quantities
    if request.kind == "harker":
        return tuple(OXIDE + name for name in asked_oxides(request))
    return request.show or reported_names(mineral)


def asked_oxides(request: DiagramRequest) -> tuple[str, ...]:
    """Return the oxides of a Harker diagram, the common one first."""
    shown = request.show or (*TEN_OXIDES, "P2O5", "NiO")
    return tuple(dict.fromkeys((request.against, *shown)))


def quantities_of(
    mineral: str, analyses: Analyses, request: DiagramRequest
) -> tuple[FloatArray, FloatArray, TextArray]:
    """Return quantities (n, k), their covariance (n, k, k), and why rows have none."""
    names = names_of(request, mineral)
    given = FormulaInput.of(analyses)
    function = partial(_evaluated, mineral, names, given, request)
    reasons = np.full(len(analyses), "", dtype=object)
    values = function(given.values)
    if load_minerals()[mineral].sites and any(not name.startswith((OXIDE, SHARE)) for name in names):
        reasons = refusals(analyses, load_minerals()[mineral], FormulaOptions())
        values[reasons != ""] = np.nan
        kind = DIAGRAMS.get(request.kind)
        if kind is not None and kind.keeps is not None:
            formula = MineralFormula(load_minerals()[mineral], given.columns, FormulaOptions())
            other = (reasons == "") & ~kind.keeps(formula.calculate(given.values, given.ferric))
            values[other] = np.nan
            reasons[other] = "of another subgroup"
    k = len(names)
    if analyses.sigma is None:
        return values, np.full((len(analyses), k, k), np.nan), reasons
    return values, first_order_covariance(function, given.values, analyses.sigma), reasons


def _evaluated(
    mineral: str, names: tuple[str, ...], given: FormulaInput, request: DiagramRequest, values: FloatArray
) -> FloatArray:
    found: list[FloatArray] = []
    formulae = None
    for name in names:
        plain = name.removeprefix(OXIDE)
        if name.startswith(OXIDE) or (request.kind == "profile" and plain in given.columns):
            found.append(_oxide(values, given.columns, plain))
        elif name.startswith(SHARE):
            parts = [_oxide(values, given.columns, part) for part in name.removeprefix(SHARE).split("+")]
            found.append(100 * np.sum(parts, axis=0) / _dry(values, given.columns))
        else:
            if formulae is None:
                formula = MineralFormula(load_minerals()[mineral], given.columns, FormulaOptions())
                formulae = formula.calculate(values, given.ferric)
            if request.kind != "profile":
                found.append(quantity_of(formulae, name))
                continue
            ratio = formulae.ratio(name)
            if ratio is None:
                raise HeaderError(
                    f"'{name}' is no end member, index or oxide of {mineral}. "
                    f"It has {', '.join(reported_names(mineral))}."
                )
            found.append(ratio)
    return np.column_stack(found)


def _oxide(values: FloatArray, columns: tuple[str, ...], name: str) -> FloatArray:
    return values[:, columns.index(name)] if name in columns else np.full(len(values), np.nan)


def _dry(values: FloatArray, columns: tuple[str, ...]) -> FloatArray:
    """Return the total without H2O and CO2 in wt%, NaN where there is none."""
    counted = [k for k, name in enumerate(columns) if name not in ("H2O", "CO2")]
    total = np.nansum(values[:, counted], axis=1)
    return np.where(total > 0, total, np.nan)
