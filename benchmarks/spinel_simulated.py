"""What the model says of simulated members of the spinel-ilmenite-magnetite space."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

import phasewise
from phasewise.core.types import FloatArray
from spinel_mixtures import INTERGROWTHS, SOLID_SOLUTIONS, analyses, binary

STEPS = 200
CORNERS = (
    {"Hem": 1.0},
    {"Mfr": 1.0},
    {"Mfr": 0.97, "Spl": 0.03},
    {"Qnd": 1.0},
    {"Qnd": 0.5, "Uspl": 0.5},
    {"Gk": 0.8, "Ilm": 0.2},
    {"Gk": 1.0},
)


def entropy(result: pd.DataFrame) -> FloatArray:
    """Return the entropy (n,) in nats of the probabilities of a result, what they lack to 1 included."""
    p = result.filter(regex="^p_").to_numpy(float)
    p = np.column_stack([p, np.clip(1 - p.sum(axis=1), 0, 1)])
    return np.asarray(-(p * np.log(np.maximum(p, 1e-300))).sum(axis=1))


def judged(frame: pd.DataFrame, model: str = "default") -> pd.DataFrame:
    """Return results with probabilities, uncertainty and the entropy of what is given."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = phasewise.classify(frame, model=model, probabilities=True, uncertainty=True)
    return result.assign(entropy=entropy(result))


def changes(x: FloatArray, names: pd.Series) -> str:
    """Return names in their order with the fractions at which they change: ``a 0.35 b``."""
    filled = names.fillna("none").to_numpy()
    words = [str(filled[0])]
    for k in np.flatnonzero(filled[1:] != filled[:-1]):
        words += [f"{(x[k] + x[k + 1]) / 2:.2f}", str(filled[k + 1])]
    return " ".join(words)


def intervals(x: FloatArray, inside: FloatArray) -> str:
    """Return the ranges of x in which a condition holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return ", ".join(f"{x[a]:.2f}-{x[b - 1]:.2f}" for a, b in edges.reshape(-1, 2))


def binaries() -> list[dict[str, Any]]:
    """Return what becomes of each binary."""
    rows = []
    joins = [(pair, "solid solution") for pair in SOLID_SOLUTIONS]
    for (first, second), kind in [*joins, *((pair, "two minerals") for pair in INTERGROWTHS)]:
        x, frame = binary(first, second, STEPS)
        found = judged(frame)
        refused = (found["verdict"] != "accepted").to_numpy()
        worst = int(found["entropy"].argmax())
        rows.append(
            {
                "what": "binary",
                "name": f"{first}-{second}",
                "kind": kind,
                "phase": changes(x, found["phase"]),
                "species": changes(x, found["species"]),
                "not_accepted": intervals(x, refused),
                "not_accepted_part": round(float(refused.mean()), 3),
                "entropy": round(float(found["entropy"].iloc[worst]), 2),
                "entropy_at": round(float(x[worst]), 2),
                "epistemic": round(float(found["epistemic"].max()), 2),
                "least_group": round(float(found["group_probability"].min()), 2),
            }
        )
    return rows


def twins() -> list[dict[str, Any]]:
    """Return what is said of hematite-ilmenite and of the magnetite-ulvöspinel with the same cations."""
    x = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 2 / 3])
    rhombohedral = judged(analyses({"Hem": 1 - x, "Ilm": x}))
    spinel = judged(analyses({"Mag": 1 - 1.5 * x, "Uspl": 1.5 * x}))
    rows = []
    for k, fraction in enumerate(x):
        row = {"what": "twin", "name": f"Ilm {100 * fraction:.0f}", "kind": f"Uspl {150 * fraction:.0f}"}
        for name, found in (("Ilmenite", rhombohedral), ("Magnetite", spinel)):
            row[f"total_{name}"] = round(float(found["total"].iloc[k]), 2)
            row[f"phase_{name}"] = found["phase"].iloc[k]
            row[f"verdict_{name}"] = found["verdict"].iloc[k]
            row[f"flags_{name}"] = found["flags"].iloc[k]
            row[f"probability_{name}"] = round(float(found["probability"].iloc[k]), 2)
        rows.append(row)
    return rows


def corners() -> list[dict[str, Any]]:
    """Return what is said of a few compositions."""
    rows = []
    for parts in CORNERS:
        frame = analyses({symbol: np.array([part]) for symbol, part in parts.items()})
        found = judged(frame).iloc[0]
        row = {"what": "corner", "name": " + ".join(f"{100 * part:.0f} {s}" for s, part in parts.items())}
        row |= {key: found[key] for key in ("phase", "species", "verdict", "flags", "reason_code")}
        row["total"] = round(float(found["total"]), 2)
        rows.append(row | {"probability": round(float(found["probability"]), 2)})
    return rows
