"""The verdict: from probabilities, totals and stoichiometry to one decision on each analysis."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.catalogue import nearest_with_volatiles
from phasewise.chem.mineral import Mineral
from phasewise.chem.oxides import moles
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.chemistry import chemistry_of
from phasewise.compositions.evidence import NOISE, Evidence
from phasewise.compositions.features import INPUTS, inputs
from phasewise.compositions.formula.departures import MOST
from phasewise.compositions.groups import group_probability
from phasewise.compositions.left_out import TRACES, mass_left_out
from phasewise.compositions.opinion import MARGIN, minerals_of, opinion_of, unmix
from phasewise.compositions.reason_codes import reason_codes
from phasewise.compositions.reasons import write_reasons
from phasewise.compositions.totals import analytical_total, corrected_total
from phasewise.core.arrow import taken
from phasewise.core.types import FLAGS, VERDICTS, Analyses, Prediction

if TYPE_CHECKING:
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["TOTAL_TOLERANCE", "predict"]

TOTAL_TOLERANCE = 10.0
"""A total that leaves the expected range by more than this many wt% makes a bad analysis."""

FAR_OFF = 0.5
"""An analysis that breaks a limit of its phase by more half widths of the range than this is refused."""

HOLDS_VOLATILES = 99.0
"""A phase whose totals end below this many wt% holds H2O, CO2 or B2O3."""

_OF_A_PHASE = tuple(VERDICTS.index(name) for name in ("accepted", "ambiguous"))


def predict(analyses: Analyses, model: CompositionModel, *, uncertainty: bool = False) -> Prediction:
    """Return phase, probability, verdict, flags and reason of each analysis.

    Rows are judged one by one: neither their order nor their neighbours matter.

    Parameters
    ----------
    analyses : Analyses
        wt%; NaN where not measured.
    model : CompositionModel
        See `phasewise.load_model`.
    uncertainty : bool
        Whether to tell aleatoric from epistemic uncertainty, at the cost of a second pass.
    """
    evidence = _gather(analyses, model)
    flags = _flags(evidence)
    verdict = _verdicts(evidence, model)
    nothing = ~evidence.usable
    told = model.uncertainties(inputs(analyses)) if uncertainty else None
    if told is not None:
        told[nothing] = np.nan
    of_phase = np.isin(verdict, _OF_A_PHASE) & ~evidence.lacks_key
    codes, names = reason_codes(evidence, verdict, flags)
    mixture = verdict == VERDICTS.index("mixture")
    return Prediction(
        phases=model.phases,
        probabilities=evidence.probabilities,
        group_probability=evidence.group_probability,
        mixture_part=np.where(mixture, evidence.minor_part, np.nan),
        mixture_part_error=np.where(mixture, evidence.minor_part_error, np.nan),
        belonging=np.where(nothing, np.nan, evidence.belonging),
        phase=evidence.phase,
        second=evidence.second,
        verdict=verdict,
        flags=flags,
        total=evidence.total,
        total_corrected=evidence.corrected,
        total_expected=evidence.expected,
        reason=write_reasons(evidence, verdict, flags),
        reason_code=codes,
        reason_codes=names,
        departure=evidence.chemistry.departure,
        ratios=np.where(of_phase[:, None], evidence.chemistry.ratios, np.nan),
        formula=taken(evidence.chemistry.formula, np.where(of_phase, np.arange(len(of_phase)), -1)),
        species=np.where(of_phase, evidence.chemistry.species, -1),
        species_names=tuple(one.name for one in evidence.chemistry.species_names),
        species_symbols=tuple(one.symbol for one in evidence.chemistry.species_names),
        aleatoric=None if told is None else told[:, 0],
        epistemic=None if told is None else told[:, 1],
    )


def _gather(analyses: Analyses, model: CompositionModel) -> Evidence:
    minerals, given = minerals_of(model.phases), inputs(analyses)
    finite = np.asarray(~np.isinf(analyses.values).any(axis=1))
    usable = np.asarray(finite & (given * model.used > 0)[:, : INPUTS.index("F")].any(axis=1))
    total = analytical_total(analyses)
    corrected = corrected_total(analyses, total)
    tests = _tests(model.phases, analyses.columns)
    told = opinion_of(analyses, given, corrected, usable, model, tests)
    phase, second, by_difference = told.phase, told.second, told.by_difference
    assumed = by_difference.phase >= 0
    foreign = (told.belonging < model.thresholds.belonging) & ~assumed & usable
    mixed, minor_part, minor_part_error = unmix(model, told.values, foreign, phase, second)
    phase[~usable] = second[~usable] = -1
    expected = np.array([*(m.total.judged for m in minerals), (np.nan, np.nan)])[phase]
    excess, keeps_sum = _stoichiometry(tests, analyses, phase)
    keeps_limits = excess == 0
    left_out = mass_left_out(given, phase, model.most_left_out)
    expected[:, 0] -= left_out
    keeps_limits, keeps_sum = (kept | (left_out > TRACES) | assumed for kept in (keeps_limits, keeps_sum))
    lacks_key = _lacks_key(analyses, phase, minerals, model.oxides) | (by_difference.oxide >= 0)
    complete = keeps_limits & ~lacks_key & (left_out <= TRACES)
    chemistry = chemistry_of(analyses, phase, model.phases, complete)
    corrected = corrected + chemistry.ferric_oxygen
    trust = np.where(usable, told.belonging**model.belonging_exponent, np.nan)
    probabilities = told.among * trust[:, None]
    twins = _twins(analyses, corrected, np.flatnonzero(keeps_limits & (corrected < expected[:, 0] - MARGIN)))
    return Evidence(
        analyses=analyses,
        phases=model.phases,
        simulated_only=tuple(model.card.get("limits", {}).get("simulated_only", ())),
        lowest=np.fmin.reduce(analyses.values, axis=1, initial=np.nan),
        finite=finite,
        usable=usable,
        among=told.among,
        belonging=told.belonging,
        among_exact=told.among_exact,
        belonging_exact=told.belonging_exact,
        least_probability=model.thresholds.probability,
        most_uncertainty=model.thresholds.uncertainty,
        least_belonging=model.thresholds.belonging,
        phase=phase,
        second=second,
        foreign=foreign,
        mixed=mixed,
        minor_part=minor_part,
        minor_part_error=minor_part_error,
        by_difference=by_difference,
        keeps_limits=keeps_limits,
        far_off=np.asarray((excess > FAR_OFF) & ~keeps_limits),
        keeps_sum=keeps_sum,
        twins=twins,
        dry=keeps_limits & (expected[:, 1] < HOLDS_VOLATILES) & (corrected > expected[:, 1] + MARGIN),
        lacks_key=lacks_key,
        probabilities=probabilities,
        group_probability=group_probability(probabilities, phase, model.phases),
        chemistry=chemistry,
        total=total,
        corrected=corrected,
        expected=expected,
        tests=tests,
    )


@lru_cache(maxsize=64)
def _tests(phases: tuple[str, ...], columns: tuple[str, ...]) -> StoichiometricTests:
    return StoichiometricTests.of(minerals_of(phases), columns)


def _twins(analyses: Analyses, total: FloatArray, rows: IntArray) -> dict[int, str]:
    if not len(rows):
        return {}
    cations = np.maximum(moles(analyses.values[rows], analyses.columns), 0.0)
    found = nearest_with_volatiles(cations, total[rows])
    return {int(row): name for row, name in zip(rows, found, strict=True) if name}


def _stoichiometry(
    tests: StoichiometricTests, analyses: Analyses, phase: IntArray
) -> tuple[FloatArray, BoolArray]:
    """Return by how many half widths a limit of the phase is broken, and whether the sum keeps its own."""
    passes = tests.passes(analyses.values, phase)
    excess, keeps_sum = np.zeros(len(phase)), np.ones(len(phase), dtype=bool)
    for k, name in enumerate(tests.names):
        rows = np.flatnonzero((phase == k) & ~passes)
        if not len(rows):
            continue
        residuals = np.nan_to_num(np.abs(tests.residuals(analyses.values[rows], name)))
        excess[rows] = np.maximum(residuals.max(axis=1), np.finfo(float).tiny)
        if "sum" in tests.expressions(name):
            keeps_sum[rows] = residuals[:, tests.expressions(name).index("sum")] == 0
    excess[phase < 0] = np.inf
    return excess, keeps_sum


def _lacks_key(
    analyses: Analyses, phase: IntArray, minerals: tuple[Mineral, ...], oxides: tuple[str, ...]
) -> BoolArray:
    lacks = np.zeros(len(phase), dtype=bool)
    for name in dict.fromkeys(key for mineral in minerals for key in mineral.key_oxides if key in oxides):
        blank = np.isnan(analyses[name])
        if blank.any():
            needs = np.array([*(name in mineral.key_oxides for mineral in minerals), False])
            lacks |= blank & needs[phase]
    return lacks


def _flags(evidence: Evidence) -> IntArray:
    judged = evidence.usable
    has_total = judged & (evidence.by_difference.phase < 0)
    conditions = {
        "total_low": has_total & (evidence.corrected < evidence.expected[:, 0]),
        "total_high": has_total & (evidence.corrected > evidence.expected[:, 1]),
        "cation_sum": judged & ~evidence.keeps_sum,
        "out_of_range": judged & ~evidence.keeps_limits & evidence.keeps_sum,
        "stoichiometry": judged & (evidence.chemistry.departure > MOST),
        "negative": evidence.lowest < NOISE,
        "missing_key_oxide": judged & evidence.lacks_key,
        "not_finite": ~evidence.finite,
        "nothing_measured": evidence.finite & ~judged,
    }
    flags = np.zeros(len(judged), dtype=np.int64)
    for bit, name in enumerate(FLAGS):
        flags |= conditions[name].astype(np.int64) << bit
    return flags


def _verdicts(evidence: Evidence, model: CompositionModel) -> IntArray:
    """Return the verdicts: the last rule that holds decides."""
    limits = model.thresholds
    refused = evidence.foreign | (evidence.far_off & ~evidence.lacks_key)
    lacks_key = evidence.lacks_key & ~evidence.by_difference.told
    low, high = evidence.expected.T
    too_low = (evidence.corrected < low - TOTAL_TOLERANCE) & ~evidence.lacks_key
    off = too_low | (evidence.corrected > high + TOTAL_TOLERANCE)
    verdict = np.full(len(evidence.phase), VERDICTS.index("accepted"))
    unsure = (evidence.best < limits.probability) | evidence.unsure
    verdict[unsure | lacks_key] = VERDICTS.index("ambiguous")
    verdict[evidence.contradicted] = VERDICTS.index("ambiguous")
    verdict[list(evidence.twins)] = VERDICTS.index("ambiguous")
    verdict[evidence.dry] = VERDICTS.index("ambiguous")
    verdict[refused] = VERDICTS.index("unknown")
    verdict[evidence.mixed] = VERDICTS.index("mixture")
    verdict[~evidence.usable | evidence.spoilt | off] = VERDICTS.index("bad_analysis")
    return verdict
