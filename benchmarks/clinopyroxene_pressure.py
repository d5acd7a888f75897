"""What wrong rows do to clinopyroxene barometry, and what is gained by leaving them out.

Experiments of known pressure (the cited ones, 55 publications): bias and root mean square error of each
barometer over rows published as clinopyroxene, and over the part of them that a filter keeps; the same of
orthopyroxenes and amphiboles that are given to the barometer as if they were clinopyroxene. Rows are judged
by the model without experiments. Intervals (95 %) are over resampled publications; the gain of a filter is
measured on the same draws as the error without it. Part of these experiments may have served to
calibrate the barometers, so that their errors are no forecast; the differences between filters are what is
asked for.

Cascades (pressure unknown): median, spread and share of absurd pressures (below 0 or above 30 kbar, or none
at all) of the rows published as clinopyroxene, and of the part that a filter keeps.

Filters: the sum of cations on 6 O; that and Ca / (Ca + Mg + Fe), the usual window for clinopyroxene;
accepted as clinopyroxene by phasewise.

    python benchmarks/clinopyroxene_pressure.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import phasewise
from cascades_findings import JUDGE, opinions, published
from clinopyroxene_barometers import Cations, cations, pressure_wang, putirka_together
from phasewise.core.data import dataset_path
from phasewise.core.types import BoolArray, FloatArray
from provenance import write_results

EXPERIMENTS, UNSEEN = "lepr_wet_cited", "default_without_experiments"
CPX = "Clinopyroxene"
GIVEN = (CPX, "Orthopyroxene", "Amphibole")
CATION_SUM, CA_SHARE = (3.95, 4.05), (0.2, 0.5)
HIGHEST_KBAR = 30.0
WANG_KBAR = 12.0
"""Highest pressure of the experiments behind the barometer of Wang et al. (2021)."""

PUTIRKA, WANG = "Putirka 2008, eqs 32a and 32d", "Wang et al. 2021, eq. 1"
DRAWS, SEED = 2000, 0
ACCEPTED = "accepted as clinopyroxene"
PUBLISHED = "as published"


def pressures(x: Cations) -> dict[str, FloatArray]:
    """Return pressures in kbar by barometer; NaN where there is none."""
    return {PUTIRKA: putirka_together(x)[0], WANG: pressure_wang(x)}


def filters(x: Cations, judged: pd.DataFrame) -> dict[str, BoolArray]:
    """Return which rows each filter keeps."""
    summed = _within(x.total, CATION_SUM)
    accepted = ((judged["phase"] == CPX) & (judged["verdict"] == "accepted")).to_numpy()
    return {
        PUBLISHED: np.ones(len(summed), dtype=bool),
        "cation sum": summed,
        "cation sum and Ca": summed & _within(x.ca_share, CA_SHARE),
        ACCEPTED: accepted,
        "not accepted": ~accepted,
    }


def moments(errors: FloatArray, source: np.ndarray, draws: int = DRAWS, seed: int = SEED) -> FloatArray:
    """Return rows, bias and root mean square error, (3,), and the same of resampled sources, (1 + draws, 3).

    Parameters
    ----------
    errors : (n,) float64
        NaN of rows that are left out.
    source : (n,) object
        What is resampled; two sets of errors of the same rows are resampled alike.

    Returns
    -------
    (1 + draws, 3) float64
        The first line is that of the rows themselves; NaN in a draw without any.
    """
    names, code = np.unique(source.astype(str), return_inverse=True)
    held = np.isfinite(errors)
    kept = np.where(held, errors, 0.0)
    sums = np.stack([np.bincount(code, w, len(names)) for w in (held.astype(float), kept, kept**2)], axis=1)
    weights = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    total = np.vstack([sums.sum(axis=0), weights @ sums])
    rows = np.where(total[:, 0] > 0, total[:, 0], np.nan)
    return np.stack([total[:, 0], total[:, 1] / rows, np.sqrt(total[:, 2] / rows)], axis=1)


def experiments() -> pd.DataFrame:
    """Return the cited experiments whose pressure is known, in ``P_kbar``."""
    frame = pd.read_parquet(dataset_path(EXPERIMENTS))
    told = frame["extra"].str.extract(r"P_kbar=([^;]+)")[0].astype(float)
    frame["P_kbar"] = told.where(told > 0)
    return frame[frame["mineral"].isin(GIVEN) & frame["P_kbar"].notna()].reset_index(drop=True)


def on_experiments() -> list[dict[str, Any]]:
    """Return the errors on experiments by mineral that is given, barometer, range of pressure and filter."""
    frame = experiments()
    judged = phasewise.classify(frame.drop(columns=["mineral"]), model=UNSEEN)
    rows = []
    for mineral in GIVEN:
        own = (frame["mineral"] == mineral).to_numpy()
        part = frame[own].reset_index(drop=True)
        x = cations(part)
        kept = filters(x, judged[own].reset_index(drop=True))
        found = pressures(x)
        for highest in (np.inf, WANG_KBAR):
            within = (part["P_kbar"] <= highest).to_numpy()
            asked = {"given": mineral, "highest_kbar": "" if np.isinf(highest) else highest}
            for barometer, kbar in found.items():
                error = np.where(within, kbar - part["P_kbar"], np.nan)
                asked["barometer"] = barometer
                rows += errors_of(asked, error, within, kept, part["reference"].to_numpy())
    return rows + species_of_accepted(frame, judged)


def species_of_accepted(frame: pd.DataFrame, judged: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the species of orthopyroxenes that are accepted as clinopyroxene."""
    passed = (judged["phase"] == CPX) & (judged["verdict"] == "accepted")
    named = judged["species"][passed & (frame["mineral"] == "Orthopyroxene")].value_counts()
    return [
        {"what": "species", "given": "Orthopyroxene", "filter": name, "rows": int(n)}
        for name, n in named.items()
    ]


def errors_of(
    asked: Mapping[str, Any],
    error: FloatArray,
    within: BoolArray,
    kept: Mapping[str, BoolArray],
    source: np.ndarray,
) -> list[dict[str, Any]]:
    """Return the errors that each filter leaves, with intervals, and its gain over no filter."""
    rows = []
    plain = moments(error, source)
    for name, keeps in kept.items():
        if not (keeps & np.isfinite(error)).any():
            continue
        drawn = moments(np.where(keeps, error, np.nan), source)
        row: dict[str, Any] = {"what": "experiments", **asked, "filter": name}
        row |= {
            "rows": int((within & keeps).sum()),
            "of": int(within.sum()),
            "with_pressure": int(drawn[0, 0]),
        }
        row |= _with_interval("bias", drawn[:, 1]) | _with_interval("rmse", drawn[:, 2])
        if name != PUBLISHED:
            row |= _with_interval("rmse_less", plain[:, 2] - drawn[:, 2])
        rows.append(row)
    return rows


def on_cascades() -> list[dict[str, Any]]:
    """Return the pressures of the Cascades, of all publications and of those with a relabelled row."""
    frame = published()
    judged = opinions(frame, [JUDGE])[JUDGE]
    own = (frame["mineral"] == CPX).to_numpy()
    frame, judged = frame[own].reset_index(drop=True), judged[own].reset_index(drop=True)
    x = cations(frame)
    kept = filters(x, judged)
    kept["nearest to orthopyroxene"] = (judged["phase"] == "Orthopyroxene").to_numpy()
    of_one = frame["reference"].to_numpy() == "Platt_unpublished"
    rows = []
    for where, here in (("all", np.ones(len(frame), dtype=bool)), ("Platt_unpublished", of_one)):
        for barometer, kbar in pressures(x).items():
            for name, keeps in kept.items():
                asked = {"what": "cascades", "publication": where, "barometer": barometer, "filter": name}
                rows.append(asked | spread(kbar[here & keeps]) | {"of": int(here.sum())})
    return rows


def spread(kbar: FloatArray) -> dict[str, Any]:
    """Return rows, quantiles of the pressures in kbar, and how many are absurd."""
    known = kbar[np.isfinite(kbar)]
    low, middle, high = np.quantile(known, [0.16, 0.5, 0.84])
    below, above = int((known < 0).sum()), int((known > HIGHEST_KBAR).sum())
    none = len(kbar) - len(known)
    return {
        "rows": len(kbar),
        "with_pressure": len(known),
        "p16_kbar": round(float(low), 2),
        "median_kbar": round(float(middle), 2),
        "p84_kbar": round(float(high), 2),
        "negative": below,
        "above_30_kbar": above,
        "no_pressure": none,
        "absurd_share": round((below + above + none) / len(kbar), 4),
    }


def _within(values: FloatArray, limits: tuple[float, float]) -> BoolArray:
    return np.asarray((values >= limits[0]) & (values <= limits[1]))


def _with_interval(name: str, drawn: FloatArray) -> dict[str, float]:
    low, high = np.nanquantile(drawn[1:], [0.025, 0.975])
    return {
        name: round(float(drawn[0]), 3),
        f"{name}_low": round(float(low), 3),
        f"{name}_high": round(float(high), 3),
    }


def main() -> None:
    """Measure and write."""
    rows = on_experiments() + on_cascades()
    print(f"Written: {write_results('clinopyroxene_pressure', rows)}")


if __name__ == "__main__":
    main()
