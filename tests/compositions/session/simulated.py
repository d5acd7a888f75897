"""Sessions with known truth, made of the accepted values and chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from phasewise.compositions.session.accepted import built_in_values

OXIDES = ("SiO2", "TiO2", "Al2O3", "FeOt", "MnO", "MgO", "CaO", "Na2O", "K2O")
STANDARDS = ("VG-2", "San Carlos olivine", "Kakanui augite", "Lake County plagioclase")
ERROR = 0.01
LEAST_ERROR = 0.01


def composition(name: str) -> np.ndarray:
    """Return the accepted wt% of a material, 0 where nothing is stated."""
    accepted = built_in_values()
    values, _ = accepted.of(accepted.find(name), OXIDES)
    return np.nan_to_num(values)


def session(
    rng: np.random.Generator,
    *,
    standards: Sequence[str] = STANDARDS,
    turns: int = 6,
    unknowns: Sequence[str] = ("Springwater",),
    factors: Mapping[str, float] | None = None,
    drifts: Mapping[str, float] | None = None,
    decimals: int = 6,
) -> pd.DataFrame:
    """Return standards and unknowns in turns, an analysis every 0.1 hours.

    `factors` multiply oxides, `drifts` change them per hour, both relative.
    """
    rows: list[dict[str, object]] = []
    for turn in range(turns):
        for name in (*standards, *unknowns):
            hours = 0.1 * len(rows)
            wt = composition(name)
            for oxide, factor in (factors or {}).items():
                wt[OXIDES.index(oxide)] *= factor
            for oxide, per_hour in (drifts or {}).items():
                wt[OXIDES.index(oxide)] *= 1 + per_hour * hours
            wt = wt + np.hypot(ERROR * wt, LEAST_ERROR) * rng.standard_normal(len(wt))
            moment = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(hours=hours)
            rows.append(
                {
                    "sample": f"{name} {turn}",
                    "standard": name if name in standards else None,
                    "DATETIME": str(moment),
                    **dict(zip(OXIDES, np.round(wt, decimals), strict=True)),
                }
            )
    return pd.DataFrame(rows)
