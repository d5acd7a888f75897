"""The Cascades case study: published labels beside three models, the dubious rows, and barometry.

Counts by published label, model, phase and verdict; how often the most probable phase is the published one,
with 95 % intervals: of the share if rows were independent (Wilson 1927), and over resampled publications.
Labels of this compilation are partly wrong, so that agreement is no accuracy. Coarse: both pyroxenes count as
one, and so do the Fe-Ti oxides. What is found of each row is what the audit says;
`cascades_dubious.csv` lists the rows that do not agree, or in which a model prefers another phase. Evidence:
lowest, median and highest numbers of blocks of rows; the numbers themselves need no model.

    python benchmarks/cascades.py

writes the results, draws the figures of docs/cascades.md, measures the barometers
(`clinopyroxene_pressure.py`) and renders the page.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

import cascades_figures
import clinopyroxene_pressure
import render
from cascades_findings import MODELS, findings, opinions, published
from clinopyroxene_barometers import cations
from exam_sets import FAMILIES, OXIDES, TEN
from phasewise.core.types import BoolArray, FloatArray
from phasewise.learn.scores import accuracy_at_coverage, source_interval
from provenance import write_results

Z = 1.959963984540054
"""Quantile of the normal distribution for 95 %."""

COVERAGE = 0.95


def wilson(successes: int, rows: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953; method 3 of Newcombe 1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E.
    """
    share, square = successes / rows, Z**2
    middle = share + square / (2 * rows)
    half = Z * np.sqrt(share * (1 - share) / rows + square / (4 * rows**2))
    below = 1 + square / rows
    return max(0.0, float((middle - half) / below)), min(1.0, float((middle + half) / below))


def counts(frame: pd.DataFrame, judged: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return how many rows of each label each model calls what, with which verdict."""
    rows = []
    for model, result in judged.items():
        groups = result.groupby([frame["mineral"], result["phase"], result["verdict"]]).size()
        for (label, phase, verdict), n in groups.items():
            asked = {"what": "counts", "model": model, "published": label}
            rows.append(asked | {"phase": phase, "verdict": verdict, "rows": int(n)})
    return rows


def agreement(frame: pd.DataFrame, judged: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return how often each model prefers the published phase."""
    label, source = frame["mineral"], frame["reference"].to_numpy(str)
    parts = {"all": np.ones(len(frame), dtype=bool)}
    parts |= {name: (label == name).to_numpy() for name in sorted(set(label))}
    rows = []
    for model, result in judged.items():
        same = (result["phase"] == label).to_numpy()
        coarse = (_coarse(result["phase"]) == _coarse(label)).to_numpy()
        accepted = (result["verdict"] == "accepted").to_numpy()
        for name, here in parts.items():
            row = {"what": "agreement", "model": model, "published": name, "rows": int(here.sum())}
            row |= _share("same", same[here], source[here])
            row["coarse"] = round(float(coarse[here].mean()), 4)
            sureness = result["probability"].fillna(0.0).to_numpy()[here]
            row["coarse_at_95"] = round(accuracy_at_coverage(sureness, coarse[here], COVERAGE), 4)
            row["accepted"] = int((here & accepted).sum())
            row["accepted_same"] = int((here & accepted & same).sum())
            rows.append(row)
    return rows


def disagreement(judged: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return for how many rows two models prefer different phases."""
    phases = {model: result["phase"].fillna("") for model, result in judged.items()}
    return [
        {"what": "differ", "model": one, "other": other, "rows": int((phases[one] != phases[other]).sum())}
        for one, other in combinations(phases, 2)
    ]


def by_publication(frame: pd.DataFrame, found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what is found of the rows of each publication."""
    table = frame[["mineral", "reference"]].join(found)
    rows = []
    for (label, source, finding, phase, code), n in table.value_counts(sort=False).sort_index().items():
        asked = {"what": "findings", "published": label, "publication": source, "finding": finding}
        rows.append(asked | {"phase": phase, "reason_code": code, "rows": int(n)})
    return _joined(rows)


def _joined(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with those that agree counted together, whatever their flags."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        if row["finding"] == "agree":
            row = row | {"reason_code": "fits"}
        key = tuple(str(value) for name, value in row.items() if name != "rows")
        found.setdefault(key, row | {"rows": 0})["rows"] += row["rows"]
    return list(found.values())


def evidence(frame: pd.DataFrame, found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return numbers of the blocks of dubious rows that no model is needed for: lowest, median, highest."""
    x = cations(frame)
    wo = 100 * x.ca / (x.ca + x.mg + x.fe + x.mn)
    oxides = frame[TEN].fillna(0.0)
    chromium = oxides["Cr2O3"].to_numpy()
    others = oxides.drop(columns="Cr2O3").sum(axis=1).to_numpy()
    label, source = frame["mineral"], frame["reference"]
    flagged = (found["finding"] != "agree").to_numpy()
    platt, cribb = (source == "Platt_unpublished").to_numpy(), (source == "Cribb_1997_Thesis").to_numpy()
    opx = (found["suggested_phase"] == "Orthopyroxene").to_numpy()
    shifted = ((source == "Ustunisik_et_al_2016") & (label == "Amphibole")).to_numpy()
    asked: dict[str, tuple[FloatArray, BoolArray]] = {
        "Wo of Platt, nearest to orthopyroxene": (wo, platt & opx),
        "Wo of Platt, accepted as clinopyroxene": (wo, platt & ~flagged & ~opx),
        "Cr2O3 of Ustunisik amphiboles": (chromium, shifted),
        "Cr2O3 less all other oxides, Ustunisik amphiboles": (chromium - others, shifted),
        "cations of Cribb, not accepted": (x.total, cribb & flagged),
        "cations of Cribb, accepted": (x.total, cribb & ~flagged),
        "Si + Al of Cribb, not accepted": (x.si + x.al, cribb & flagged),
        "Si + Al of Cribb, accepted": (x.si + x.al, cribb & ~flagged),
    }
    return [
        {"what": "evidence", "name": name, **_range(values[rows])} for name, (values, rows) in asked.items()
    ]


def dubious(
    frame: pd.DataFrame, judged: dict[str, pd.DataFrame], found: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return the rows that do not agree, with what each model says of them."""
    prefers = np.any([(result["phase"] != frame["mineral"]).to_numpy() for result in judged.values()], axis=0)
    rows = []
    for k in np.flatnonzero((found["finding"] != "agree").to_numpy() | prefers):
        row = {
            "row_id": frame["row_id"][k],
            "publication": frame["reference"][k],
            "published": frame["mineral"][k],
        }
        row |= found.loc[k].to_dict()
        for model, result in judged.items():
            row |= {f"{model}_{name}": result[name][k] for name in ("phase", "verdict")}
            row[f"{model}_probability"] = round(float(result["probability"][k]), 3)
        rows.append(row)
    return rows


def _coarse(names: pd.Series) -> pd.Series:
    return names.replace(OXIDES).replace(FAMILIES)


def _share(name: str, right: BoolArray, source: np.ndarray) -> dict[str, Any]:
    low, high = wilson(int(right.sum()), len(right))
    over = source_interval(right, source) or ("", "")
    values = {name: float(right.mean()), f"{name}_low": low, f"{name}_high": high}
    values |= {f"{name}_publications_low": over[0], f"{name}_publications_high": over[1]}
    return {k: v if v == "" else round(v, 4) for k, v in values.items()} | {"publications": len(set(source))}


def _range(values: FloatArray) -> dict[str, Any]:
    low, middle, high = np.quantile(values, [0, 0.5, 1])
    found = {"lowest": low, "median": middle, "highest": high}
    return {"rows": len(values)} | {k: round(float(v), 3) for k, v in found.items()}


def main() -> None:
    """Judge, count, write, draw and render."""
    frame = published()
    judged = opinions(frame, tuple(MODELS))
    found = findings(frame)
    rows = agreement(frame, judged) + counts(frame, judged) + disagreement(judged)
    rows += by_publication(frame, found) + evidence(frame, found)
    print(f"Written: {write_results('cascades', rows)}")
    print(f"Written: {write_results('cascades_dubious', dubious(frame, judged, found))}")
    clinopyroxene_pressure.main()
    for path in cascades_figures.draw(frame, judged, found):
        print(f"Written: {path}")
    render.write_page("cascades")


if __name__ == "__main__":
    main()
