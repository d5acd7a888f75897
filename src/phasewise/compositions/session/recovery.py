"""Recoveries of standards: what was measured against what is accepted, with what chance alone explains."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.session.drift import CONFIDENCE, LEAST_ANALYSES, Drift, drift_of, holm
from phasewise.core.student_t import student_t_p, student_t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.session.accepted import AcceptedValues
    from phasewise.compositions.session.outliers import Outlier
    from phasewise.compositions.session.rows import SessionRows
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["LEAST_LEVEL", "SIGNIFICANT", "Recovery", "measure_recoveries"]

SIGNIFICANT = 1 - CONFIDENCE
SMALL = 0.01
"""A bias below 1 % of the value is called slight, even where it is significant."""

IMPRECISE = 0.10
"""Half an interval above 10 % of the value tells nothing about a bias."""

HETEROGENEOUS = 3.0
"""Scatter over counting statistics (the homogeneity index) up to which a standard is taken for even."""

LEAST_LEVEL = 0.1
"""wt% below which a drift is not looked for, and a bias is told in wt%, not as a recovery."""


@dataclass(frozen=True)
class Recovery:
    """One oxide of one standard.

    Attributes
    ----------
    standard, oxide : str
    n : int
        Analyses that count.
    left_out, below_detection : int
        Analyses that are off and do not count; and of those that count, how many are below detection.
    accepted, accepted_sd : float
        wt%, NaN where nothing is stated.
    mean, sd, counting_sd, standard_error : float
        wt%: of the analyses, of a single one by their scatter and by counting statistics, and of the mean.
    bias, bias_low, bias_high : float
        Mean less accepted value in wt%, with its interval of 95 %.
    z : float
        Bias in standard errors, that of the accepted value included.
    p, p_adjusted : float
        Probability of such a bias by chance; and for the number of tests of the session.
    drift : Drift
    drift_p_adjusted : float
    verdict, drift_verdict : str
        In words.
    """

    standard: str
    oxide: str
    n: int
    left_out: int
    below_detection: int
    accepted: float
    accepted_sd: float
    mean: float = np.nan
    sd: float = np.nan
    counting_sd: float = np.nan
    standard_error: float = np.nan
    bias: float = np.nan
    bias_low: float = np.nan
    bias_high: float = np.nan
    z: float = np.nan
    p: float = np.nan
    p_adjusted: float = np.nan
    drift: Drift = field(default_factory=Drift)
    drift_p_adjusted: float = np.nan
    verdict: str = ""
    drift_verdict: str = ""

    @property
    def recovery(self) -> tuple[float, float, float]:
        """Recovery in per cent with the ends of its interval; NaN where none is stated, or below 0.1 wt%."""
        if not self.accepted >= LEAST_LEVEL:
            return math.nan, math.nan, math.nan
        low, high = self.accepted + self.bias_low, self.accepted + self.bias_high
        return self.in_percent(self.mean), self.in_percent(low), self.in_percent(high)

    def in_percent(self, wt: float) -> float:
        """Return wt% in per cent of the accepted value, NaN where that is 0 or not stated."""
        return 100 * wt / self.accepted if self.accepted > 0 else math.nan

    @property
    def rsd(self) -> float:
        """Standard deviation of a single analysis in per cent of the mean."""
        return 100 * self.sd / self.mean if self.mean > 0 else math.nan

    @property
    def is_biased(self) -> bool:
        """Whether the bias is more than chance, given how many were tested."""
        return self.p_adjusted < SIGNIFICANT

    @property
    def is_heterogeneous(self) -> bool:
        """Whether the scatter is more than three times that of counting statistics."""
        return self.n >= LEAST_ANALYSES and self.sd > HETEROGENEOUS * self.counting_sd

    @property
    def drifts(self) -> bool:
        """Whether the drift is more than chance, given how many were tested."""
        return self.drift_p_adjusted < SIGNIFICANT


def measure_recoveries(
    session: SessionRows, accepted: AcceptedValues, outliers: Sequence[Outlier]
) -> list[Recovery]:
    """Return one recovery for each standard and oxide that was measured or is accepted, with verdicts."""
    off = {outlier.row for outlier in outliers}
    found = []
    for code, name in enumerate(session.names):
        rows = session.of(code)
        kept = np.array([row for row in rows.tolist() if row not in off], dtype=int)
        material = session.materials[code]
        for k, oxide in enumerate(session.analyses.columns):
            values, sd = (np.nan, np.nan)
            if material >= 0:
                (values,), (sd,) = accepted.of(material, [oxide])
            if not np.isfinite(session.analyses.values[rows, k]).any():
                continue
            empty = Recovery(name, oxide, 0, len(rows) - len(kept), 0, float(values), float(sd))
            found.append(_measured(empty, session, kept, k))
    return _judged(found, {session.names[code]: m >= 0 for code, m in enumerate(session.materials)})


def _measured(empty: Recovery, session: SessionRows, rows: IntArray, column: int) -> Recovery:
    """Return a recovery with its numbers."""
    analyses = session.analyses
    rows = rows[np.isfinite(analyses.values[rows, column])]
    values = analyses.values[rows, column]
    below = int(analyses.below_detection[rows, column].sum())
    n = len(values)
    if n == 0:
        return empty
    sigma = None if analyses.sigma is None else analyses.sigma[rows, column]
    counting = _root_mean_square(sigma)
    result = replace(empty, n=n, below_detection=below, counting_sd=counting)
    if below:
        return result
    mean = float(values.mean())
    sd = float(values.std(ddof=1)) if n > 1 else np.nan
    error, df = (sd / math.sqrt(n), n - 1.0) if n > 1 else (counting, math.inf)
    drift = drift_of(session.order.values[rows], values, sigma) if mean >= LEAST_LEVEL else Drift()
    return _with_bias(replace(result, mean=mean, sd=sd, standard_error=error, drift=drift), df)


def _root_mean_square(sigma: FloatArray | None) -> float:
    if sigma is None or not np.isfinite(sigma).any():
        return np.nan
    return float(np.sqrt(np.nanmean(sigma**2)))


def _with_bias(recovery: Recovery, df: float) -> Recovery:
    """Return a recovery with its bias.

    The interval has the degrees of freedom of JCGM 100:2008, equation G.2b. The probability has those of the
    analyses alone: far out in the tails the former promise too much where few analyses are alike by chance.
    """
    bias = recovery.mean - recovery.accepted
    stated = 0.0 if math.isnan(recovery.accepted_sd) else recovery.accepted_sd
    error = math.hypot(recovery.standard_error, stated)
    if not error > 0:
        return replace(recovery, bias=bias)
    own = recovery.standard_error**4 / error**4
    effective = df / own if own > 1e-9 else math.inf
    reach = student_t_quantile((1 + CONFIDENCE) / 2, effective) * error
    z = bias / error
    return replace(
        recovery, bias=bias, bias_low=bias - reach, bias_high=bias + reach, z=z, p=student_t_p(z, df)
    )


def _judged(found: list[Recovery], known: dict[str, bool]) -> list[Recovery]:
    """Return recoveries with probabilities for the number of tests, and verdicts."""
    adjusted = holm(np.array([recovery.p for recovery in found]))
    drifts = holm(np.array([recovery.drift.p for recovery in found]))
    judged = [
        replace(recovery, p_adjusted=float(p), drift_p_adjusted=float(q))
        for recovery, p, q in zip(found, adjusted, drifts, strict=True)
    ]
    return [
        replace(r, verdict=_verdict(r, known[r.standard]), drift_verdict=_drift_verdict(r)) for r in judged
    ]


def _verdict(recovery: Recovery, known: bool) -> str:
    """Return in words what a recovery means."""
    if not known:
        return "no accepted values: give them as a table"
    if recovery.n == 0:
        return "all analyses are off"
    if recovery.below_detection:
        return f"{recovery.below_detection} of {recovery.n} below detection"
    if math.isnan(recovery.accepted):
        return "no accepted value"
    if math.isnan(recovery.p):
        why = "one analysis without a counting error" if recovery.n == 1 else "all analyses are alike"
        return f"{why}: no interval"
    side = "high" if recovery.bias > 0 else "low"
    reach = (recovery.bias_high - recovery.bias_low) / 2
    if recovery.p_adjusted < SIGNIFICANT:
        return f"slightly {side}" if abs(recovery.bias) < SMALL * recovery.accepted else side
    if recovery.bias_low > 0 or recovery.bias_high < 0:
        return f"perhaps {side}"
    if recovery.accepted < LEAST_LEVEL:
        return f"within {max(-recovery.bias_low, recovery.bias_high):.2g} wt%"
    return "too imprecise" if reach > IMPRECISE * recovery.accepted else "agrees"


def _drift_verdict(recovery: Recovery) -> str:
    """Return in words what the drift means."""
    if math.isnan(recovery.drift.p):
        if recovery.below_detection:
            return "below detection"
        few = recovery.n < LEAST_ANALYSES
        return f"fewer than {LEAST_ANALYSES} analyses" if few else f"below {LEAST_LEVEL:g} wt%"
    way = "rises" if recovery.drift.slope > 0 else "falls"
    if recovery.drift_p_adjusted < SIGNIFICANT:
        return way
    return f"perhaps {way}" if recovery.drift.p < SIGNIFICANT else "none"
