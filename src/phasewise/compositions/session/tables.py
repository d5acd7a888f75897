"""What is known of a session as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from phasewise.core.arrow import integers, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.compositions.session.quality import SessionAssessment
    from phasewise.compositions.session.recovery import Recovery

__all__ = ["outlier_table", "recovery_table"]

_NUMBERS: dict[str, Callable[[Recovery], float]] = {
    "accepted": lambda r: r.accepted,
    "accepted_sd": lambda r: r.accepted_sd,
    "mean": lambda r: r.mean,
    "sd": lambda r: r.sd,
    "rsd_pct": lambda r: r.rsd,
    "counting_sd": lambda r: r.counting_sd,
    "standard_error": lambda r: r.standard_error,
    "recovery_pct": lambda r: r.recovery[0],
    "recovery_low_pct": lambda r: r.recovery[1],
    "recovery_high_pct": lambda r: r.recovery[2],
    "bias": lambda r: r.bias,
    "bias_low": lambda r: r.bias_low,
    "bias_high": lambda r: r.bias_high,
    "z": lambda r: r.z,
    "p": lambda r: r.p,
    "p_adjusted": lambda r: r.p_adjusted,
}
_DRIFTS: dict[str, Callable[[Recovery], float]] = {
    "drift": lambda r: r.drift.slope,
    "drift_low": lambda r: r.drift.low,
    "drift_high": lambda r: r.drift.high,
    "drift_change_pct": lambda r: 100 * r.drift.change / r.mean if r.mean > 0 else np.nan,
    "drift_p": lambda r: r.drift.p,
    "drift_p_adjusted": lambda r: r.drift_p_adjusted,
}


def recovery_table(session: SessionAssessment) -> pa.Table:
    """Return one row a standard and oxide; columns as `SessionQuality` tells them."""
    found = session.recoveries
    materials = {
        name: session.accepted.materials[k] if k >= 0 else None
        for name, k in zip(session.rows.names, session.rows.materials, strict=True)
    }
    taken_for = [materials[r.standard] for r in found]

    def column(of: Callable[[Recovery], float]) -> pa.Array:
        return numbers(np.array([of(r) for r in found], dtype=float))

    return pa.table(
        {
            "standard": texts([r.standard for r in found]),
            "material": texts([m.name if m else None for m in taken_for]),
            "oxide": texts([r.oxide for r in found]),
            "n": integers(np.array([r.n for r in found], dtype=int)),
            "left_out": integers(np.array([r.left_out for r in found], dtype=int)),
            "below_detection": integers(np.array([r.below_detection for r in found], dtype=int)),
            **{name: column(of) for name, of in _NUMBERS.items()},
            "verdict": texts([r.verdict for r in found]),
            **{name: column(of) for name, of in _DRIFTS.items()},
            "drift_unit": texts([f"wt%/{session.rows.order.unit}"] * len(found)),
            "drift_verdict": texts([r.drift_verdict for r in found]),
            "source": texts([m.source or None if m else None for m in taken_for]),
        }
    )


def outlier_table(session: SessionAssessment) -> pa.Table:
    """Return one row an analysis of a standard that is off."""
    found = session.outliers
    return pa.table(
        {
            "row": integers(np.array([o.row + 1 for o in found], dtype=int)),
            "label": texts([session.rows.labels[o.row] for o in found]),
            "standard": texts([o.standard for o in found]),
            "oxide": texts([o.oxide for o in found]),
            "value": numbers(np.array([o.value for o in found], dtype=float)),
            "expected": numbers(np.array([o.expected for o in found], dtype=float)),
            "reason": texts([o.reason for o in found]),
        }
    )
