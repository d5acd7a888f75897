"""The verdict: from probabilities, totals and stoichiometry to one decision on each analysis."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.mineral import Mineral, load_minerals
from phasewise.chem.stoichiometry import StoichiometricTests
from phasewise.compositions.evidence import Evidence
from phasewise.compositions.features import INPUTS, inputs
from phasewise.compositions.missing_key import with_key_oxides
from phasewise.compositions.reasons import write_reasons
from phasewise.compositions.totals import analytical_total, corrected_total, weigh_pairs
from phasewise.core.types import FLAGS, VERDICTS, Analyses, Prediction

if TYPE_CHECKING:
    from phasewise.compositions.model import CompositionModel
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["TOTAL_TOLERANCE", "predict"]

TOTAL_TOLERANCE = 10.0
"""A total that leaves the expected range by more than this many wt% makes a bad analysis."""

NOISE = -0.1
"""Values below this many wt% are no counting noise: the flag ``negative``."""

MIXED_BELONGING = 0.5
MIXED_TOGETHER = 0.85
MIXED_LEAST = 0.08
"""A refused analysis whose two best phases share nearly all, the second not too little, is a mixture."""

_PLACEHOLDER = np.array([50.0] + [1.0] * (len(INPUTS) - 1))


def predict(analyses: Analyses, model: CompositionModel) -> Prediction:
    """Return phase, probability, verdict, flags and reason of each analysis.

    Rows are judged one by one: neither their order nor their neighbours matter.

    Parameters
    ----------
    analyses : Analyses
        wt%; NaN where not measured.
    model : CompositionModel
        See `phasewise.load_model`.
    """
    evidence = _gather(analyses, model)
    flags = _flags(evidence)
    verdict = _verdicts(evidence, model)
    nothing = ~evidence.usable
    trust = evidence.belonging**model.belonging_exponent
    return Prediction(
        model.phases,
        np.where(nothing[:, None], np.nan, evidence.among * trust[:, None]),
        np.where(nothing, np.nan, evidence.belonging),
        evidence.phase,
        evidence.second,
        verdict,
        flags,
        evidence.total,
        evidence.corrected,
        evidence.expected,
        write_reasons(evidence, verdict, flags),
    )


def _gather(analyses: Analyses, model: CompositionModel) -> Evidence:
    minerals = _minerals(model.phases)
    x = inputs(analyses)
    lowest = np.fmin.reduce(analyses.values, axis=1, initial=np.nan)
    finite = np.isfinite(np.nan_to_num(analyses.values, posinf=np.inf, neginf=-np.inf).sum(axis=1))
    oxides = np.fmax(np.nan_to_num(x[:, : INPUTS.index("F")], posinf=0.0), 0.0).sum(axis=1)
    usable = finite & (oxides > 0)
    safe = x if usable.all() else np.where(usable[:, None], x, _PLACEHOLDER)
    total = analytical_total(analyses)
    corrected = corrected_total(analyses, total)
    safe, assumed = with_key_oxides(safe, corrected, minerals)
    p = model.probabilities(safe)
    among = p[:, :-1] / np.maximum(1.0 - p[:, -1:], 1e-9)
    among = weigh_pairs(among, corrected, model.phases, {m.name: m for m in minerals})
    phase, second = _two_best(among)
    phase[~usable] = second[~usable] = -1
    tests = _tests(model.phases, analyses.columns)
    expected = np.array([*(m.total.expected for m in minerals), (np.nan, np.nan)])[phase]
    keeps_limits, keeps_sum = _stoichiometry(tests, analyses, phase)
    lacks_key = _lacks_key(analyses, phase, minerals) | (assumed >= 0)
    return Evidence(
        analyses, model.phases, lowest, finite, usable, among, 1.0 - p[:, -1], phase, second, assumed,
        keeps_limits, keeps_sum, lacks_key, total, corrected, expected, tests,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _minerals(phases: tuple[str, ...]) -> tuple[Mineral, ...]:
    minerals = load_minerals()
    return tuple(minerals[name] for name in phases)


@lru_cache(maxsize=64)
def _tests(phases: tuple[str, ...], columns: tuple[str, ...]) -> StoichiometricTests:
    return StoichiometricTests.of(_minerals(phases), columns)


def _two_best(among: FloatArray) -> tuple[IntArray, IntArray]:
    rows = np.arange(len(among))
    first = among.argmax(axis=1)
    rest = among.copy()
    rest[rows, first] = -1.0
    return first, rest.argmax(axis=1)


def _stoichiometry(
    tests: StoichiometricTests, analyses: Analyses, phase: IntArray
) -> tuple[BoolArray, BoolArray]:
    passes = tests.passes(analyses.values, phase)
    keeps_sum = np.ones(len(phase), dtype=bool)
    for k, name in enumerate(tests.names):
        rows = np.flatnonzero((phase == k) & ~passes)
        if len(rows) and "sum" in tests.expressions(name):
            residuals = tests.residuals(analyses.values[rows], name)
            keeps_sum[rows] = residuals[:, tests.expressions(name).index("sum")] == 0
    return passes, keeps_sum


def _lacks_key(analyses: Analyses, phase: IntArray, minerals: tuple[Mineral, ...]) -> BoolArray:
    lacks = np.zeros(len(phase), dtype=bool)
    for k, mineral in enumerate(minerals):
        for name in mineral.key_oxides:
            rows = phase == k
            lacks[rows] |= np.isnan(analyses[name][rows])
    return lacks


def _flags(evidence: Evidence) -> IntArray:
    judged = evidence.usable
    conditions = {
        "total_low": judged & (evidence.corrected < evidence.expected[:, 0]),
        "total_high": judged & (evidence.corrected > evidence.expected[:, 1]),
        "cation_sum": judged & ~evidence.keeps_sum,
        "out_of_range": judged & ~evidence.keeps_limits & evidence.keeps_sum,
        "negative": evidence.lowest < NOISE,
        "missing_key_oxide": judged & evidence.lacks_key,
        "not_finite": ~evidence.finite,
        "nothing_measured": evidence.finite & ~judged,
    }
    flags = np.zeros(len(judged), dtype=np.int64)
    for bit, name in enumerate(FLAGS):
        flags[conditions[name]] |= 1 << bit
    return flags


def _verdicts(evidence: Evidence, model: CompositionModel) -> IntArray:
    """Return the verdicts: the last rule that holds decides."""
    limits = model.thresholds
    rows = np.arange(len(evidence.phase))
    best, second = evidence.among[rows, evidence.phase], evidence.among[rows, evidence.second]
    foreign = (evidence.belonging < limits.belonging) & (evidence.assumed < 0)
    refused = foreign | ~(evidence.keeps_limits | evidence.lacks_key)
    of_two = (best + second > MIXED_TOGETHER) & (second > MIXED_LEAST)
    mixed = refused & of_two & (evidence.belonging < MIXED_BELONGING)
    low, high = evidence.expected.T
    too_low = (evidence.corrected < low - TOTAL_TOLERANCE) & ~evidence.lacks_key
    off = too_low | (evidence.corrected > high + TOTAL_TOLERANCE)
    verdict = np.full(len(rows), VERDICTS.index("accepted"))
    verdict[(best < limits.probability) | evidence.lacks_key] = VERDICTS.index("ambiguous")
    verdict[refused] = VERDICTS.index("unknown")
    verdict[mixed] = VERDICTS.index("mixture")
    verdict[~evidence.usable | evidence.spoilt | off] = VERDICTS.index("bad_analysis")
    return verdict
