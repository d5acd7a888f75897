"""Reference analyses as a microprobe measures them again and again."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from phasewise.compositions.features import INPUTS
from phasewise.core.types import FloatArray

REFERENCES = Path(__file__).parents[3] / "examples" / "reference_analyses.csv"

OLIVINE, AUGITE, PYROPE = "San Carlos olivine", "Kakanui augite", "Kakanui pyrope"
LABRADORITE, MICROCLINE, QUARTZ = "Lake County plagioclase", "Microcline NMNH", "Hot Springs quartz"
MAGNETITE, ILMENITE, APATITE = "Minas Gerais magnetite", "Ilmen Mtns ilmenite", "Durango fluorapatite"


def reference(name: str) -> FloatArray:
    """Return what is published of a reference material (len(INPUTS),) in wt%; NaN where nothing is given."""
    rows = csv.DictReader(REFERENCES.open(encoding="utf-8"))
    row = next(row for row in rows if row["name"].startswith(name))
    out = np.array([float(row.get(oxide) or np.nan) for oxide in INPUTS])
    iron = float(row["FeO"] or 0) + 0.89981 * float(row["Fe2O3"] or 0)
    out[INPUTS.index("FeOt")] = iron or np.nan
    return out


def spots(name: str, n: int, seed: int = 1) -> FloatArray:
    """Return n spots on a reference material (n, len(INPUTS)), printed to 0.01 wt%.

    They scatter by 0.02 wt% and 0.5 % of the value, as counting statistics do; what is not given is NaN.
    """
    rng = np.random.default_rng(seed)
    true = np.tile(reference(name), (n, 1))
    scatter = np.hypot(0.02, 0.005 * true) * rng.normal(size=true.shape)
    return np.abs(true + scatter).round(2)


def stacked(*blocks: FloatArray) -> FloatArray:
    """Return blocks of rows one below the other."""
    return np.concatenate(blocks)


def oxide(name: str) -> int:
    """Return the column of an oxide."""
    return INPUTS.index(name)
