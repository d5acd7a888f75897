"""A table of simulated minerals, some of which phasewise does not cover."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.augment import noisy
from phasewise.compositions.training.simulate import simulate

MINERALS = ("Olivine", "Plagioclase", "Titanite", "Apatite", "Biotite", "Nepheline", "Ilmenite")
EACH = 120
STRANGER = ("silicocarnotite", "Ca5Si2P2O14")
"""No mineral file and no species of the catalogue is like it."""

STRANGE_ROWS = 40
SOURCES = 8


@cache
def minerals() -> pd.DataFrame:
    """Return solid solutions with analytical noise, shuffled, with their mineral and a made-up source."""
    rng = np.random.default_rng(7)
    tests = stoichiometric_tests(tuple(load_minerals()))
    made = [simulate(load_minerals()[name], tests, EACH, rng) for name in MINERALS]
    values = np.nan_to_num(noisy(np.nan_to_num(np.concatenate(made)), rng))
    frame = pd.DataFrame(np.clip(values, 0, None)[:, :-1].round(2), columns=list(INPUTS[:-1]))
    frame.insert(0, "spot", [f"p{k}" for k in range(len(frame))])
    frame.insert(1, "mineral", np.repeat(MINERALS, [len(m) for m in made]))
    frame.insert(2, "citation", [f"Author {k}" for k in rng.integers(0, SOURCES, len(frame))])
    return frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)


@cache
def with_stranger() -> pd.DataFrame:
    """Return the same, and behind them rows of a mineral that phasewise does not cover."""
    name, formula = STRANGER
    rng = np.random.default_rng(8)
    ideal = oxides_wt(formula)
    rows = pd.DataFrame([ideal] * STRANGE_ROWS) * (1 + 0.01 * rng.standard_normal((STRANGE_ROWS, len(ideal))))
    spots = [f"x{k}" for k in range(STRANGE_ROWS)]
    citations = [f"Author {k % SOURCES}" for k in range(STRANGE_ROWS)]
    rows = rows.round(2).assign(spot=spots, mineral=name, citation=citations)
    return pd.concat([minerals(), rows], ignore_index=True).fillna(0.0)
