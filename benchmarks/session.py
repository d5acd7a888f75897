"""How often the verdicts on simulated sessions are right, where the truth is known.

python benchmarks/session.py

Each session has n analyses of four reference materials in turns, five minutes apart, with a relative error of
1 % and at least 0.01 wt% of each value. Judged are intervals of oxides of 0.1 wt% and more, and sessions as a
whole: one false alarm among all of their oxides counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phasewise.compositions.read import read
from phasewise.compositions.session.accepted import built_in_values
from phasewise.compositions.session.outliers import Outlier, find_outliers
from phasewise.compositions.session.recovery import LEAST_LEVEL, Recovery, measure_recoveries
from phasewise.compositions.session.rows import session_rows
from provenance import write_results

SEED = 1934
SESSIONS = 400
STANDARDS = ("VG-2", "San Carlos olivine", "Kakanui augite", "Lake County plagioclase")
OXIDES = ("SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O")
ERROR, LEAST_ERROR = 0.01, 0.01
MINUTES = 5.0


@dataclass(frozen=True)
class Case:
    """What is wrong with the sessions of a case: relative bias of TiO2, change of Na2O, one hole."""

    name: str
    analyses: int
    titanium: float = 0.0
    sodium: float = 0.0
    hole: bool = False


CASES = (
    *(Case("nothing", n) for n in (3, 5, 8, 12)),
    *(Case("TiO2 4 % high", n, titanium=0.04) for n in (5, 8, 12)),
    *(Case("Na2O falls by 8 %", n, sodium=-0.08) for n in (5, 8, 12)),
    *(Case("a hole of 6 %", n, hole=True) for n in (3, 5, 8)),
)


def compositions() -> dict[str, np.ndarray]:
    """Return the accepted wt% of the standards, 0 where nothing is stated."""
    accepted = built_in_values()
    return {name: np.nan_to_num(accepted.of(accepted.find(name), OXIDES)[0]) for name in STANDARDS}


def session(case: Case, rng: np.random.Generator) -> tuple[pd.DataFrame, int]:
    """Return a session, and the row of its hole (-1 for none)."""
    known, rows = compositions(), []
    n = case.analyses * len(STANDARDS)
    hole = int(rng.integers(n)) if case.hole else -1
    for k in range(n):
        name = STANDARDS[k % len(STANDARDS)]
        wt = known[name].copy()
        wt[OXIDES.index("TiO2")] *= 1 + case.titanium
        wt[OXIDES.index("Na2O")] *= 1 + case.sodium * k / (n - 1)
        wt *= 0.94 if k == hole else 1.0
        wt += np.hypot(ERROR * wt, LEAST_ERROR) * rng.standard_normal(len(wt))
        moment = pd.Timestamp("2026-03-02") + pd.Timedelta(minutes=MINUTES * k)
        rows.append({"standard": name, "DATETIME": str(moment), **dict(zip(OXIDES, wt, strict=True))})
    return pd.DataFrame(rows), hole


def judged(case: Case, rng: np.random.Generator) -> tuple[list[Recovery], list[Outlier], int]:
    """Return what is found in one session, and where its hole was."""
    frame, hole = session(case, rng)
    accepted = built_in_values()
    rows = session_rows(read(frame), accepted, "standard", None)
    outliers = find_outliers(rows, accepted)
    return measure_recoveries(rows, accepted, outliers), outliers, hole


def scores(case: Case) -> dict[str, object]:
    """Return how often sessions of a case are judged rightly."""
    rng = np.random.default_rng([SEED, CASES.index(case)])
    held, biased, drifting, found_bias, found_drift, found_hole, off = ([] for _ in range(7))
    for _ in range(SESSIONS):
        recoveries, outliers, hole = judged(case, rng)
        sound = [r for r in recoveries if r.oxide not in ("TiO2", "Na2O")]
        held += [r.bias_low <= 0 <= r.bias_high for r in sound if r.accepted >= LEAST_LEVEL]
        biased.append(any(r.is_biased for r in sound))
        drifting.append(any(r.drifts for r in sound))
        found_bias.append(any(r.is_biased and r.oxide == "TiO2" for r in recoveries))
        found_drift.append(any(r.drifts and r.oxide == "Na2O" for r in recoveries))
        found_hole.append(any(outlier.row == hole for outlier in outliers))
        off.append(sum(outlier.row != hole for outlier in outliers) / (case.analyses * len(STANDARDS)))
    return {
        "wrong": case.name,
        "analyses": case.analyses,
        "sessions": SESSIONS,
        "interval_holds": round(float(np.mean(held)), 4),
        "false_bias": round(float(np.mean(biased)), 4),
        "false_drift": round(float(np.mean(drifting)), 4),
        "false_outliers": round(float(np.mean(off)), 5),
        "found": _found(case, found_bias, found_drift, found_hole),
    }


def _found(case: Case, bias: list[bool], drift: list[bool], hole: list[bool]) -> object:
    for applies, found in ((case.titanium, bias), (case.sodium, drift), (case.hole, hole)):
        if applies:
            return round(float(np.mean(found)), 4)
    return ""


def main() -> None:
    """Judge all cases."""
    rows = [scores(case) for case in CASES]
    for row in rows:
        print(row)
    print(write_results("session", rows))


if __name__ == "__main__":
    main()
