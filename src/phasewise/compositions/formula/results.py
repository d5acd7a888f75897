"""Formulae of the rows of a table: calculated mineral by mineral, laid out wide or tidy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.end_members import names_of
from phasewise.chem.ions import IONS
from phasewise.chem.mineral_formula import MineralFormula, Quantity
from phasewise.chem.minerals import load_minerals
from phasewise.chem.schemes.amphibole import CONSTRAINTS
from phasewise.chem.species import species_of
from phasewise.compositions.formula.departures import between, departures_of, judged_total
from phasewise.compositions.formula.input import FormulaInput
from phasewise.compositions.formula.rows import minerals_with_formula, refusals, remarks_on_noise
from phasewise.compositions.formula.text import formula_texts
from phasewise.core.arrow import coded, integers, numbers, placed, texts
from phasewise.core.first_order import first_order_sigma

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from phasewise.chem.formulae import Formulae
    from phasewise.chem.mineral import Mineral
    from phasewise.chem.mineral_formula import FormulaOptions
    from phasewise.chem.schemes.amphibole import AmphiboleIron
    from phasewise.compositions.formula.rows import Assigned
    from phasewise.core.types import Analyses, FloatArray, IntArray, TextArray

__all__ = [
    "Calculated",
    "MineralRows",
    "calculate",
    "column_name",
    "ordered",
    "reported_names",
    "tidy_columns",
    "wide_columns",
]

KINDS = ("oxide", "iron", "apfu", "site", "end member", "index", "check")
DECIMALS = 5
UNITS = {"oxide": "wt%", "apfu": "apfu", "site": "apfu", "end member": "mol%", "check": "tolerances"}


@dataclass(frozen=True, eq=False)
class MineralRows:
    """The rows of one mineral.

    Attributes
    ----------
    mineral : Mineral
    rows : (m,) int
        Their places among all rows.
    quantities : tuple of Quantity
    values : (m, k) float64
    sigma : (m, k) float64 or None
        One standard deviation; None where the table states no errors.
    """

    mineral: Mineral
    rows: IntArray
    quantities: tuple[Quantity, ...]
    values: FloatArray
    sigma: FloatArray | None


@dataclass(frozen=True, eq=False)
class Calculated:
    """The formulae of a block of rows.

    Attributes
    ----------
    n : int
        Rows of the block.
    minerals : tuple of MineralRows
        In alphabetical order of their names.
    mineral : (n,) int
        Index in `minerals_with_formula`, -1 for none.
    text : (n,) pyarrow.Array
        The formula in one line, null where there is none.
    species, rule : (n,) object
        The species, and in a sentence the rule, its values and what they leave open; else empty.
    reason : (n,) object
        Why there is no formula, or what is odd about it; else empty.
    with_sigma : bool
        Whether the table states analytical errors.
    """

    n: int
    minerals: tuple[MineralRows, ...]
    mineral: IntArray
    text: pa.Array
    species: TextArray
    rule: TextArray
    reason: TextArray
    with_sigma: bool


def calculate(analyses: Analyses, assigned: Assigned, options: FormulaOptions) -> Calculated:
    """Return the formulae of a block of analyses.

    Parameters
    ----------
    analyses : Analyses
        wt%; its errors are carried through where it has any.
    assigned : Assigned
        The mineral of each row.
    options : FormulaOptions
    """
    known = minerals_with_formula()
    names = tuple(mineral.name for mineral in known)
    given = FormulaInput.of(analyses)
    reason, noise = assigned.reason.copy(), remarks_on_noise(analyses)
    found, written = [], []
    species, rule = (np.full(len(analyses), "", dtype=object) for _ in range(2))
    for code in np.unique(assigned.mineral[assigned.mineral >= 0]).tolist():
        rows = np.flatnonzero(assigned.mineral == code)
        refused = refusals(analyses.take(rows), known[code], options)
        reason[rows] = refused
        rows = rows[refused == ""]
        part = given.take(rows)
        formula = MineralFormula(known[code], analyses.columns, options)
        formulae = formula.calculate(part.values, part.ferric)
        sigma = None if analyses.sigma is None else _sigma(formula, part, analyses.sigma[rows])
        values = formula.values_of(formulae)
        found.append(MineralRows(formula.mineral, rows, formula.quantities, values, sigma))
        written.append((rows, formula_texts(formulae, _line_factor(known[code], options))))
        named = species_of(formulae)
        species[rows] = np.array([*(one.name for one in named.species), ""], dtype=object)[named.code]
        rule[rows] = [named.explain(row) for row in range(len(rows))]
        odd = _sentences(departures_of(formulae, part, names).sentence)
        if assigned.remark is None:
            odd = _with_totals(odd, formulae, part)
        else:
            odd = np.where(assigned.remark[rows] == "", odd, assigned.remark[rows])
        reason[rows] = noise[rows] + _with_iron(odd, formulae.limits)
    text = placed(written, len(analyses))
    with_sigma = analyses.sigma is not None
    return Calculated(len(analyses), tuple(found), assigned.mineral, text, species, rule, reason, with_sigma)


def _sigma(formula: MineralFormula, given: FormulaInput, errors: FloatArray) -> FloatArray:
    return first_order_sigma(partial(formula.evaluate, measured=given.ferric), given.values, errors)


def _line_factor(mineral: Mineral, options: FormulaOptions) -> float:
    """Return the factor to the oxygens asked for; NaN for a sum of cations, or where oxygens are no basis."""
    if options.cations is not None or (options.oxygens is not None and mineral.basis.count):
        return float("nan")
    return 1.0 if options.oxygens is None else options.oxygens / mineral.basis.oxygens


def _with_totals(remarks: TextArray, formulae: Formulae, given: FormulaInput) -> TextArray:
    """Return the remarks, and what is to be said of totals that the mineral does not have."""
    mineral = formulae.mineral
    low, high = mineral.total.judged
    counted = judged_total(formulae, given)
    told = remarks.copy()
    needed = [given.columns.index(name) for name in mineral.total.needs if name in given.columns]
    complete = ~np.isnan(given.values[:, needed]).any(axis=1) & (len(needed) == len(mineral.total.needs))
    for row in np.flatnonzero(complete & ((counted < low) | (counted > high))).tolist():
        gap = " " if told[row] else ""
        told[row] += f"{gap}Total {between(counted[row], low, high)} wt%, expected {low:g}-{high:g}."
    return told


def _with_iron(remarks: TextArray, found: AmphiboleIron | None) -> TextArray:
    """Return the remarks, and which limits of Fe3+ contradict one another in an amphibole."""
    if found is None:
        return remarks
    told = remarks.copy()
    for row in np.flatnonzero(found.contradictory).tolist():
        least, most = (CONSTRAINTS[by[row]] for by in (found.maximum_by, found.minimum_by))
        gap = " " if told[row] else ""
        told[row] += f"{gap}{least} asks for more Fe3+ than {most} allows."
    return told


def _sentences(remarks: TextArray) -> TextArray:
    return np.array([f"Odd: {text}." if text else "" for text in remarks], dtype=object)


def column_name(quantity: Quantity) -> str:
    """Return the name of the column of a quantity.

    Examples
    --------
    >>> column_name(Quantity("apfu", "Si")), column_name(Quantity("site", "T.Al"))
    ('Si_apfu', 'T_Al')
    """
    if quantity.kind == "apfu":
        return "cations_apfu" if quantity.name == "sum" else f"{quantity.name}_apfu"
    if quantity.kind == "oxide":
        return f"{quantity.name.replace(' ', '_')}_calc"
    return quantity.name.replace(".", "_") if quantity.kind == "site" else quantity.name


def ordered(quantities: Iterable[Iterable[Quantity]]) -> list[Quantity]:
    """Return all quantities of several minerals in the order of their columns."""
    found = dict.fromkeys(quantity for several in quantities for quantity in several)
    place = {ion: k for k, ion in enumerate(IONS)}
    return sorted(
        found,
        key=lambda q: (KINDS.index(q.kind), place.get(q.name, len(place)) if q.kind == "apfu" else 0),
    )


def reported_names(mineral: str | None) -> tuple[str, ...]:
    """Return the end members of the first scheme of a mineral, and its indices.

    Examples
    --------
    >>> reported_names("Olivine")[:2]
    ('Fo', 'Fa')
    """
    found = load_minerals().get(mineral or "")
    if found is None:
        return ()
    members = names_of(found.schemes[0]) if found.schemes else ()
    return tuple(dict.fromkeys([*members, *(name for name, _ in found.indices)]))


def wide_columns(calculated: Calculated, quantities: Sequence[Quantity]) -> dict[str, pa.Array]:
    """Return one column a quantity, one value a row; blank where the mineral does not have it."""
    known = minerals_with_formula()
    columns = {
        "mineral": coded(calculated.mineral, [mineral.name for mineral in known]),
        "species": texts([name or None for name in calculated.species]),
        "formula": calculated.text,
    }
    for quantity in quantities:
        holders = [part for part in calculated.minerals if quantity in part.quantities]
        columns[column_name(quantity)] = _scattered(calculated.n, holders, quantity, "values")
        if calculated.with_sigma and quantity.kind != "check":
            columns[f"{column_name(quantity)}_sigma"] = _scattered(calculated.n, holders, quantity, "sigma")
    columns["species_rule"] = texts([rule or None for rule in calculated.rule])
    return columns | {"formula_reason": texts(calculated.reason.tolist())}


def _scattered(n: int, holders: list[MineralRows], quantity: Quantity, field: str) -> pa.Array:
    """Return one quantity of all rows, null where the mineral does not have it."""
    column = np.full(n, np.nan)
    for part in holders:
        numbers_of = getattr(part, field)
        if numbers_of is not None:
            column[part.rows] = numbers_of[:, part.quantities.index(quantity)]
    return numbers(np.round(column, DECIMALS))


def tidy_columns(
    calculated: Calculated, labels: Sequence[object] | None, first_row: int, suffix: str
) -> dict[str, pa.Array]:
    """Return one line a quantity: ``row``, ``label``, ``mineral``, ``kind``, ``name``, ``value`` ..."""
    row, mineral, kind, name, value, sigma = [], [], [], [], [], []
    for part in calculated.minerals:
        n, k = part.values.shape
        row.append(np.repeat(part.rows, k))
        mineral += [part.mineral.name] * (n * k)
        kind += [q.kind for q in part.quantities] * n
        name += [q.name for q in part.quantities] * n
        value.append(part.values.ravel())
        sigma.append(np.full(n * k, np.nan) if part.sigma is None else part.sigma.ravel())
    rows = np.concatenate([*row, np.zeros(0, int)]).astype(int)
    order = np.argsort(rows, kind="stable")
    held = np.concatenate([*value, np.zeros(0)])[order]
    keep = ~np.isnan(held)
    order, held = order[keep], held[keep]
    columns = {"row": integers(rows[order] + first_row)}
    if labels is not None:
        columns["label"] = texts([None if labels[r] is None else str(labels[r]) for r in rows[order]])
    if suffix:
        columns["analysis"] = texts([suffix] * len(order))
    columns["mineral"] = texts([mineral[i] for i in order])
    columns["kind"] = texts([kind[i] for i in order])
    columns["name"] = texts([name[i] for i in order])
    columns["unit"] = texts([UNITS.get(kind[i], "") for i in order])
    columns["value"] = numbers(np.round(held, DECIMALS))
    if calculated.with_sigma:
        columns["sigma"] = numbers(np.round(np.concatenate([*sigma, np.zeros(0)])[order], DECIMALS))
    return columns
