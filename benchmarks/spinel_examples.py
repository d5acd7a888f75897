"""Published reference analyses of the spinel-ilmenite-magnetite space, and what becomes of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import phasewise
from phasewise.chem.minerals import load_minerals
from phasewise.core.errors import HeaderWarning

FILE = Path(__file__).parents[1] / "examples" / "reference_analyses.csv"
MINERALS = ("Spinel", "Magnetite", "Ilmenite")
NOT_OXIDES = ["name", "mineral", "total", "citation", "verified", "note", "other", "S", "REE2O3"]


def reference_analyses() -> pd.DataFrame:
    """Return the analyses of the examples and those of the mineral files, each composition once."""
    frame = pd.read_csv(FILE)
    frame = frame[frame["mineral"].isin(MINERALS)]
    held = [
        {"name": reference.name, "mineral": name, "citation": reference.source, **dict(reference.wt)}
        for name in MINERALS
        for reference in load_minerals()[name].references
    ]
    joined = pd.concat([frame, pd.DataFrame(held)], ignore_index=True)
    oxides = [name for name in joined if name not in NOT_OXIDES]
    return joined[["name", "mineral", "citation", *oxides]].drop_duplicates(oxides, ignore_index=True)


def examples(judged: Callable[[pd.DataFrame], pd.DataFrame]) -> list[dict[str, Any]]:
    """Return what becomes of each reference analysis, and its total with Fe3+ in both structures."""
    rows = []
    for _, given in reference_analyses().iterrows():
        # Each by itself: a table with FeO, Fe2O3 and FeOt would be read as one way of stating iron.
        analysis = given.drop(["name", "mineral", "citation"]).dropna().astype(float).to_frame().T
        row = judged(analysis).iloc[0]
        made = {name: _formula(analysis, name) for name in ("Magnetite", "Ilmenite")}
        rows.append(
            {
                "what": "example",
                "name": given["name"],
                "kind": given["mineral"],
                "citation": str(given["citation"]).split("; value")[0],
                "phase": row["phase"],
                "species": row["species"],
                "verdict": row["verdict"],
                "probability": round(float(row["probability"]), 3),
                "second": row["second_phase"],
                "second_probability": round(float(row["second_probability"]), 3),
                "formula": row["formula"],
                "total": round(float(row["total"]), 2),
                **{f"total_{name}": round(float(made[name]["total_calc"]), 1) for name in made},
                **{f"departure_{name}": round(float(made[name]["departure"]), 1) for name in made},
            }
        )
    return rows


def _formula(analysis: pd.DataFrame, mineral: str) -> pd.Series:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeaderWarning)
        made = phasewise.formula(analysis, mineral=mineral.lower(), fe3="charge balance")
    return made.iloc[0]
