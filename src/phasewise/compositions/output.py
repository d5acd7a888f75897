"""The columns that a classification adds to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from phasewise.chem.minerals import load_minerals
from phasewise.core.arrow import coded, distinct_rows, numbers, texts
from phasewise.core.types import FLAGS, RATIOS, VERDICTS, Prediction

if TYPE_CHECKING:
    import pyarrow as pa

    from phasewise.core.types import BoolArray, FloatArray, IntArray
    from phasewise.infer.conformal import ConformalSets

__all__ = ["COLUMN_NAMES", "result_columns"]

COLUMN_NAMES = (
    *("phase", "species", "symbol", "group", "probability", "group_probability"),
    *("second_phase", "second_probability", "mixture_part", "mixture_part_error", "prediction_set"),
    *("verdict", "flags", "formula", *RATIOS),
    *("departure", "total", "total_corrected", "total_expected", "reason_code", "reason"),
)
"""The result columns, in their order."""

DECIMALS = 6


def result_columns(
    prediction: Prediction, *, sets: ConformalSets, probabilities: bool = False, peer_names: bool = False
) -> dict[str, pa.Array]:
    """Return the result columns of a block of rows, in the order of `COLUMN_NAMES`.

    Parameters
    ----------
    prediction : Prediction
        What was found.
    sets : ConformalSets
        Of the model.
    probabilities : bool
        Whether to add ``p_<Phase>`` for each phase.
    peer_names : bool
        Whether to add ``Predict_Mineral`` and ``Prediction_Score``, as users of Thermobar expect them.
    """
    minerals = [load_minerals()[name] for name in prediction.phases]
    rows = np.arange(len(prediction))
    best = np.round(prediction.probabilities[rows, prediction.phase], DECIMALS)
    next_best = np.round(prediction.probabilities[rows, prediction.second], DECIMALS)
    ranges = [f"{low:g}-{high:g}" for low, high in (m.total.judged for m in minerals)]
    columns = {
        "phase": coded(prediction.phase, prediction.phases),
        "species": coded(prediction.species, prediction.species_names),
        "symbol": _symbols(prediction, [m.symbol for m in minerals]),
        "group": coded(prediction.phase, [m.group for m in minerals]),
        "probability": numbers(best),
        "group_probability": numbers(np.round(prediction.group_probability, DECIMALS)),
        "second_phase": coded(prediction.second, prediction.phases),
        "second_probability": numbers(next_best),
        "mixture_part": numbers(np.round(prediction.mixture_part, 3)),
        "mixture_part_error": numbers(np.round(prediction.mixture_part_error, 3)),
        "prediction_set": _sets(prediction, sets),
        "verdict": coded(prediction.verdict, VERDICTS),
        "flags": _flags(prediction.flags),
        "formula": prediction.formula,
        **{name: numbers(np.round(prediction.ratios[:, k], 4)) for k, name in enumerate(RATIOS)},
        "departure": numbers(np.round(prediction.departure, 2)),
        "total": numbers(np.round(prediction.total, 4)),
        "total_corrected": numbers(np.round(prediction.total_corrected, 4)),
        "total_expected": coded(prediction.phase, ranges),
        "reason_code": coded(prediction.reason_code, prediction.reason_codes),
        "reason": texts(prediction.reason.tolist()),
    }
    if probabilities:
        for k, name in enumerate(prediction.phases):
            columns[f"p_{name}"] = numbers(np.round(prediction.probabilities[:, k], DECIMALS))
    for name, part in (("aleatoric", prediction.aleatoric), ("epistemic", prediction.epistemic)):
        if part is not None:
            columns[name] = numbers(np.round(part, DECIMALS))
    if peer_names:
        columns["Predict_Mineral"] = columns["phase"]
        columns["Prediction_Score"] = columns["probability"]
    return columns


def _symbols(prediction: Prediction, of_phase: list[str]) -> pa.Array:
    """Return the symbol of each species, where it has one, else that of the phase; none of glass."""
    held = np.array([bool(symbol) for symbol in (*prediction.species_symbols, "")])
    code = np.where(held[prediction.species], len(of_phase) + prediction.species, prediction.phase)
    return coded(code, [*of_phase, *prediction.species_symbols])


def _sets(prediction: Prediction, conformal: ConformalSets) -> pa.Array:
    """Return the phases that each row may be, the most probable first; of a mixture its two.

    The phase itself is always among them, and of an ambiguous row the second one, too.
    """
    names = list(prediction.phases)
    codes = prediction.phase.astype(np.int64)
    mixed = prediction.verdict == VERDICTS.index("mixture")
    within = conformal.sets(prediction.probabilities)
    within[np.arange(len(within)), prediction.phase] = True
    ambiguous = np.flatnonzero(prediction.verdict == VERDICTS.index("ambiguous"))
    within[ambiguous, prediction.second[ambiguous]] = True
    rows = np.flatnonzero((within.sum(axis=1) > 1) & (prediction.phase >= 0) & ~mixed)
    two = np.stack([prediction.phase[mixed], prediction.second[mixed]], axis=1)
    for chosen, phases in (
        (rows, _by_falling(prediction.probabilities[rows], within[rows])),
        (mixed, (two + 1).astype(np.uint8)),
    ):
        place, found = distinct_rows(phases)
        codes[chosen] = len(names) + place
        names += ["|".join(prediction.phases[k - 1] for k in several.rstrip(b"\0")) for several in found]
    return coded(codes, names)


def _by_falling(p: FloatArray, within: BoolArray) -> npt.NDArray[np.uint8]:
    """Return one more than each phase that is in the set of each row by falling probability, then 0."""
    rows, phases = np.nonzero(within)
    size = within.sum(axis=1)
    place = np.arange(len(rows)) - (np.cumsum(size) - size)[rows]
    out = np.zeros((len(within), size.max(initial=1)), dtype=np.uint8)
    falling = np.ones(out.shape)
    out[rows, place], falling[rows, place] = phases + 1, -p[rows, phases]
    return np.take_along_axis(out, falling.argsort(axis=1, kind="stable"), axis=1)


def _flags(flags: IntArray) -> pa.Array:
    distinct = np.flatnonzero(np.bincount(flags, minlength=1 << len(FLAGS)))
    names = ["|".join(name for bit, name in enumerate(FLAGS) if value >> bit & 1) for value in distinct]
    code = np.zeros(1 << len(FLAGS), dtype=np.int64)
    code[distinct] = np.arange(len(distinct))
    return coded(code[flags], names)
