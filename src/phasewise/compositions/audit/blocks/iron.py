"""Iron that stands under the header of its other oxide: Fe2O3 given as FeO, FeO as Fe2O3, or both exchanged.

One row hardly shows it: the iron is 10 % too high or too low, which changes the total and the cation sum of
an olivine by a wt% or two. The rows of one source and label show it together, if they hold much iron. Looked
at is the median total with iron divided by charge balance, and the median departure from stoichiometry: as
the iron is given, and undone. Where FeO and Fe2O3 are both given, what they say of Fe3+ is compared with
charge balance. Low totals have many causes, so iron that is too low is found only where stoichiometry says
so too, or where it makes most of the mineral.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.compositions.audit.blocks.block import HIGH, MEDIUM, Block
from phasewise.compositions.audit.hypotheses.hypothesis import surprise
from phasewise.compositions.features import INPUTS
from phasewise.compositions.formula.departures import calculate_by_file, judged_total
from phasewise.compositions.formula.input import FormulaInput
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["find"]

LEAST_ROWS = 5

LEAST_IRON = 8.0
"""Rows with less FeO in wt% do not show whether it is 10 % too high."""

TOTAL_SD = 0.8
"""How far the median total of a source strays from the middle of what is expected, in wt%."""

GAIN = 3.0
"""Undone, total and stoichiometry of a block have to be more usual by so many nats."""

MARGIN = 0.5
"""Undone, the median total may leave the range that is expected by so many wt%."""

WORSE = 0.1
"""Undone, the departure may be larger by so many tolerances."""

OFF, MUCH_IRON = 1.0, 30.0
"""Iron is found too low where the departure is more tolerances than this, or there is as much FeO in wt%."""

APART, NEAR = 0.2, 0.1
"""Fe3+ / Fe as given differs from charge balance by this, and undone by no more than that."""

_OF_A_PHASE = [VERDICTS.index(name) for name in ("accepted", "ambiguous", "bad_analysis")]


class _Look(NamedTuple):
    """Medians of rows: total in wt%, departure in tolerances, and how usual both are in nats."""

    total: float
    departure: float
    usual: float


def find(rows: AuditRows) -> list[Block]:
    """Return a block for each source and label whose iron is better understood as the other oxide."""
    found = []
    judged = (rows.published >= 0) & np.isin(rows.judged.verdict, _OF_A_PHASE)
    judged &= rows.judged.phase == rows.published
    for where, block in rows.source.with_(rows.label).each(LEAST_ROWS):
        able = block[judged[block]]
        if len(able) < max(LEAST_ROWS, len(block) / 2):
            continue
        phase = rows.judged.phases[int(rows.published[able[0]])]
        iron = rows.analyses["FeOt"][able]
        if load_minerals()[phase].stoichiometry and np.median(np.nan_to_num(iron)) >= LEAST_IRON:
            asked = (rows, able, len(block), where, phase)
            one = _exchanged(*asked) or _other(*asked)
            found += [one] if one else []
    return found


def _other(rows: AuditRows, block: IntArray, of: int, where: str, phase: str) -> Block | None:
    """Return the block if all iron is that of the other oxide."""
    given = FormulaInput.of(rows.analyses.take(block)).without_ferric()
    now, given_iron = _look(given, phase), np.median(np.nan_to_num(rows.analyses["FeOt"][block]))
    low, high = load_minerals()[phase].total.judged
    for said, is_, factor in (("FeO", "Fe2O3", FE2O3_TO_FEO), ("Fe2O3", "FeO", 1 / FE2O3_TO_FEO)):
        then = _look(_times(given, factor), phase)
        better = then.usual - now.usual >= GAIN and then.departure <= now.departure + WORSE
        better &= low - MARGIN <= then.total <= high + MARGIN
        if better and (factor < 1 or now.departure > OFF or given_iron >= MUCH_IRON):
            title = load_minerals()[phase].title
            evidence = (
                f"{len(block):,} of {of:,} rows of {title}: the iron that is given as {said} is {is_}. "
                f"Undone, the median total is {then.total:.1f} wt%, not {now.total:.1f}, "
                f"and the median departure from stoichiometry {then.departure:.1f} tolerances, "
                f"not {now.departure:.1f}."
            )
            verb = "Multiply" if factor < 1 else "Divide"
            remedy = f"{verb} the iron by {FE2O3_TO_FEO:.4f}, or name its column {is_}T."
            after = rows.values[block].copy()
            after[:, INPUTS.index("FeOt")] *= factor
            return Block(
                "iron as the other oxide", block, of, where, evidence, remedy, MEDIUM, True, restored=after
            )
    return None


def _look(given: FormulaInput, phase: str) -> _Look:
    mineral = load_minerals()[phase]
    formulae = calculate_by_file(phase, given)
    total = float(np.nanmedian(judged_total(formulae, given)))
    departure = float(np.nanmedian(formulae.departure()))
    low, high = mineral.total.judged
    off = max(abs(total - (low + high) / 2) - max((high - low) / 2 - 1.75, 0.0), 0.0) / TOTAL_SD
    usual = -surprise(np.array([off, departure])).sum()
    return _Look(total, departure, float(usual))


def _times(given: FormulaInput, factor: float) -> FormulaInput:
    values = given.values.copy()
    values[:, given.columns.index("FeOt")] *= factor
    return FormulaInput(values, given.columns, given.ferric)


def _exchanged(rows: AuditRows, block: IntArray, of: int, where: str, phase: str) -> Block | None:
    """Return the block if FeO stands under Fe2O3 and the reverse, by Fe3+ from charge balance."""
    analyses = rows.analyses.take(block)
    if analyses.ferric is None or np.isfinite(analyses.ferric).mean() < 0.5:
        return None
    ferric, iron = analyses.ferric, analyses["FeOt"]
    ferrous = iron - FE2O3_TO_FEO * ferric
    undone = ferric + FE2O3_TO_FEO * ferrous
    given = FormulaInput.of(analyses).without_ferric()
    values = given.values.copy()
    values[:, given.columns.index("FeOt")] = undone
    then = FormulaInput(values, given.columns, given.ferric)
    with np.errstate(invalid="ignore", divide="ignore"):
        stated = FE2O3_TO_FEO * ferric / iron, FE2O3_TO_FEO * ferrous / undone
    balance = tuple(_ferric_part(one, phase) for one in (given, then))
    now_off, then_off = (float(np.nanmedian(np.abs(a - b))) for a, b in zip(stated, balance, strict=True))
    if not (now_off >= APART and then_off <= NEAR):
        return None
    title = load_minerals()[phase].title
    evidence = (
        f"{len(block):,} of {of:,} rows of {title}: FeO and Fe2O3 stand under each other's header. "
        f"As given, Fe3+ / Fe is {np.nanmedian(stated[0]):.2f}, "
        f"by charge balance {np.nanmedian(balance[0]):.2f}; "
        f"exchanged, {np.nanmedian(stated[1]):.2f} and {np.nanmedian(balance[1]):.2f}."
    )
    after = rows.values[block].copy()
    after[:, INPUTS.index("FeOt")] = undone
    remedy = "Exchange FeO and Fe2O3."
    return Block("FeO and Fe2O3 exchanged", block, of, where, evidence, remedy, HIGH, True, restored=after)


def _ferric_part(given: FormulaInput, phase: str) -> FloatArray:
    """Return Fe3+ per total iron by the scheme of the mineral (n,)."""
    oxides = calculate_by_file(phase, given).oxides
    ferric = FE2O3_TO_FEO * np.nan_to_num(oxides["Fe2O3"])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(ferric / (ferric + np.nan_to_num(oxides["FeO"])))
