"""What a session says of itself, in sentences: what is wrong, by how much, and what to do."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from phasewise.compositions.session.recovery import LEAST_LEVEL, SMALL
from phasewise.compositions.session.unknowns import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from phasewise.compositions.session.accepted import AcceptedValues
    from phasewise.compositions.session.outliers import Outlier
    from phasewise.compositions.session.recovery import Recovery
    from phasewise.compositions.session.rows import SessionRows
    from phasewise.compositions.session.unknowns import Unknowns

__all__ = ["interval_text", "summary_of"]

_VOLATILE = ("Na2O", "K2O", "F", "Cl")


def summary_of(
    session: SessionRows,
    accepted: AcceptedValues,
    recoveries: Sequence[Recovery],
    outliers: Sequence[Outlier],
    unknowns: Unknowns,
) -> tuple[str, ...]:
    """Return the sentences of a session, what matters most first."""
    told = [_counts(session), *_unknown_standards(session, accepted), *_outliers(session, outliers)]
    told += [_bias(r) for r in _by_size(r for r in recoveries if r.is_biased)]
    told += [_scatter(r) for r in recoveries if r.is_heterogeneous and not r.drifts]
    told += [_drift(r, session.order.unit) for r in recoveries if r.drifts]
    told += [*_uncovered(unknowns), *_minerals(unknowns), *_cautions(session, accepted)]
    if not any(r.is_biased or r.drifts for r in recoveries) and any(np.isfinite(r.p) for r in recoveries):
        told.insert(1, "No bias and no drift is more than chance, given how many were tested.")
    return tuple(told)


def _counts(session: SessionRows) -> str:
    standards, n = int((session.standard >= 0).sum()), len(session.standard)
    each = ", ".join(f"{name} ({len(session.of(k))})" for k, name in enumerate(session.names))
    unknown = f"{n - standards:,} unknown" + ("" if n - standards == 1 else "s")
    analyses = "analysis" if standards == 1 else "analyses"
    return f"{standards:,} {analyses} of standards among {unknown}: {each}."


def _unknown_standards(session: SessionRows, accepted: AcceptedValues) -> Iterator[str]:
    for name, material in zip(session.names, session.materials, strict=True):
        if material < 0:
            alike = accepted.like(name)
            near = f" Known are {', '.join(alike)}." if alike else ""
            yield (
                f"No accepted values of '{name}' are known: its precision and drift are told, not its "
                f"bias. Give them as a table (--accepted TABLE, accepted=).{near}"
            )


def _outliers(session: SessionRows, outliers: Sequence[Outlier]) -> Iterator[str]:
    for name, number in Counter(outlier.standard for outlier in outliers).items():
        of = len(session.of(session.names.index(name)))
        rows = [outlier for outlier in outliers if outlier.standard == name]
        first = f"row {rows[0].row + 1}: {rows[0].reason}"
        are = "is" if number == 1 else "are"
        yield f"{number} of {of} analyses of {name} {are} off and left out; {first}"


def _by_size(recoveries: Iterable[Recovery]) -> list[Recovery]:
    return sorted(recoveries, key=lambda r: -abs(r.bias) / max(r.accepted, LEAST_LEVEL))


def _bias(recovery: Recovery) -> str:
    side = "high" if recovery.bias > 0 else "low"
    if recovery.accepted < LEAST_LEVEL:
        low, high = sorted((abs(recovery.bias_low), abs(recovery.bias_high)))
        return (
            f"{recovery.oxide} on {recovery.standard} is {abs(recovery.bias):.2g} wt% {side} (95 %: "
            f"{low:.2g}-{high:.2g}) where {recovery.accepted:g} is accepted: look at background and overlaps."
        )
    ends = sorted(abs(recovery.in_percent(wt)) for wt in (recovery.bias_low, recovery.bias_high))
    much = abs(recovery.in_percent(recovery.bias))
    act = (
        "significant, but small."
        if abs(recovery.bias) < SMALL * recovery.accepted
        else "significant; correct for it, standardise again, or reject."
    )
    reach = f"{ends[0]:.2g}-{ends[1]:.2g}"
    return f"{recovery.oxide} on {recovery.standard} is {much:.2g} % {side} (95 %: {reach}), {act}"


def interval_text(low: float, high: float, decimals: int = 1) -> str:
    """Return an interval, a dash where there is none.

    Examples
    --------
    >>> interval_text(98.24, 99.31), interval_text(-0.04, 0.02, 2), interval_text(float("nan"), 1.0)
    ('98.2-99.3', '-0.04 to 0.02', '-')
    """
    if math.isnan(low) or math.isnan(high):
        return "-"
    between = " to " if low < 0 else "-"
    return f"{low:.{decimals}f}{between}{high:.{decimals}f}"


def _drift(recovery: Recovery, unit: str) -> str:
    way = "falls" if recovery.drift.slope < 0 else "rises"
    share = 100 * abs(recovery.drift.change) / recovery.mean if recovery.mean > 0 else math.nan
    cause = (
        "loss under the beam or drift of the beam current"
        if recovery.oxide in _VOLATILE and recovery.drift.slope < 0
        else "drift of the beam current or the spectrometer"
    )
    return (
        f"{recovery.oxide} on {recovery.standard} {way} by {abs(recovery.drift.slope):.2g} wt%/{unit}, "
        f"{share:.2g} % over the session: {cause}."
    )


def _scatter(recovery: Recovery) -> str:
    times = recovery.sd / recovery.counting_sd
    return (
        f"{recovery.oxide} on {recovery.standard} scatters {times:.1f} times as much as counting statistics "
        "explain: a heterogeneous standard, or an unstable beam."
    )


def _uncovered(unknowns: Unknowns) -> Iterator[str]:
    """Yield what of the unknowns no standard checks."""
    errors = unknowns.errors
    never, partly = [], []
    for k, oxide in enumerate(errors.columns):
        asked, open_rows = errors.asked[:, k], errors.asked[:, k] & ~errors.covered[:, k]
        if asked.any() and open_rows.sum() == asked.sum():
            never.append(oxide)
        elif open_rows.any():
            partly.append(f"{oxide} of {int(open_rows.sum()):,} of {int(asked.sum()):,}")
    if never:
        are = "is" if len(never) == 1 else "are"
        yield f"{_listed(never)} of the unknowns {are} not checked by any standard at a comparable level."
    if partly:
        yield f"Outside the range of the standards: {_listed(partly)} unknowns."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _minerals(unknowns: Unknowns) -> Iterator[str]:
    """Yield what the errors mean for the minerals of the unknowns."""
    for phase in sorted({name for name in unknowns.phase.tolist() if name is not None}):
        rows = unknowns.phase == phase
        parts = []
        for k, name in enumerate(QUANTITIES):
            known = rows & np.isfinite(unknowns.sd[:, k])
            if known.any():
                bias, sd = (float(np.median(table[known, k])) for table in (unknowns.bias, unknowns.sd))
                title = "sum of cations" if name == "cations_apfu" else name
                parts.append(f"{title} {_signed(bias)} by bias, {sd:.2g} by precision")
        if parts:
            known = rows & np.isfinite(unknowns.sd).any(axis=1)
            yield f"{phase} ({int(known.sum()):,}), median errors: {'; '.join(parts)}."


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'}{abs(value):.2g}"


def _cautions(session: SessionRows, accepted: AcceptedValues) -> Iterator[str]:
    for name, material in zip(session.names, session.materials, strict=True):
        if material >= 0 and accepted.materials[material].caution:
            yield f"{name}: {accepted.materials[material].caution}"
