"""Rows of benitoite, BaTiSi3O9, as several laboratories might measure it."""

from __future__ import annotations

import numpy as np

from phasewise.chem.formula import oxides_wt
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.tables import Table
from phasewise.core.types import FloatArray


def benitoite(n: int, seed: int = 1) -> FloatArray:
    """Return n analyses (n, len(INPUTS)) with up to a tenth of Ti as Zr; minor oxides not measured."""
    rng = np.random.default_rng(seed)
    ends = [oxides_wt(formula) for formula in ("BaTiSi3O9", "BaZrSi3O9")]
    measured = ("SiO2", "TiO2", "Al2O3", "FeOt", "CaO", "Na2O", "BaO", "ZrO2")
    part = rng.uniform(0, 0.1, n)
    rows = np.full((n, len(INPUTS)), np.nan)
    for name in measured:
        wt = sum(p * end.get(name, 0.0) for p, end in zip((1 - part, part), ends, strict=True))
        rows[:, INPUTS.index(name)] = np.abs(wt * rng.normal(1, 0.005, n) + rng.normal(0, 0.02, n))
    return rows


def labelled(values: FloatArray, label: str, sources: int, of: str = "mine") -> Table:
    """Return rows of one label, dealt out to sources."""
    n = len(values)
    source = np.array([f"{of}: {k % sources}" for k in range(n)], dtype=object)
    return Table(values, np.full(n, label, dtype=object), source, np.full(n, -1), np.full(n, np.nan))
