"""Makes examples/audit.csv: a simulated table with errors that are known, for `phasewise audit`.

python examples/make_audit.py

Every row is one of the published analyses of examples/reference_analyses.csv with simulated counting noise;
the publications and the names of the spots are invented. The errors are put in on purpose; the column
``simulated_error`` says which.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
OXIDES = ("SiO2", "TiO2", "Al2O3", "Cr2O3", "FeO", "MnO", "MgO", "CaO", "Na2O", "K2O")
FE2O3_TO_FEO = 0.8998
MINERALS = ("Olivine", "Clinopyroxene", "Orthopyroxene", "Amphibole", "Plagioclase", "Garnet", "Ilmenite")
SOURCES = ("Simulated A (2001)", "Simulated B (2010)", "Simulated C (2019)")
ROWS_PER_SOURCE = 50
SEED = 2026
NOISE, LEAST_NOISE = 0.008, 0.02
"""Of a simulated measurement: 0.8 % relative, and at least 0.02 wt%."""

MIXTURES = (
    ("Clinopyroxene", "Plagioclase", 0.3),
    ("Olivine", "Plagioclase", 0.2),
    ("Ilmenite", "Olivine", 0.4),
)
"""Of one row each: the mineral, what is mixed in, and the mass fraction of it."""


def references() -> pd.DataFrame:
    """Return the published analyses of the minerals, with all iron as FeO."""
    table = pd.read_csv(HERE / "reference_analyses.csv")
    table = table[table["mineral"].isin(MINERALS)]
    iron = table["FeO"].fillna(0.0) + FE2O3_TO_FEO * table["Fe2O3"].fillna(0.0)
    return table.assign(FeO=iron)[["name", "mineral", *OXIDES]].fillna(dict.fromkeys(OXIDES, 0.0))


def measured(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return analyses (n, k) in wt% with counting noise, to two decimals."""
    noise = rng.normal(size=values.shape) * np.maximum(NOISE * values, LEAST_NOISE)
    return np.round(np.clip(values + noise, 0.0, None), 2)


def clean(rng: np.random.Generator) -> pd.DataFrame:
    """Return the table before anything is wrong with it."""
    known = references()
    parts = []
    for source in SOURCES:
        mineral = np.sort(np.resize(MINERALS, ROWS_PER_SOURCE))
        picked = [known[known["mineral"] == name].sample(1, random_state=rng).iloc[0] for name in mineral]
        values = measured(np.array([row[list(OXIDES)].to_numpy(float) for row in picked]), rng)
        letter = source.split()[1]
        names = [f"{letter}-{k // 10 + 1}-{k % 10 + 1:02d}" for k in range(ROWS_PER_SOURCE)]
        part = pd.DataFrame(values, columns=list(OXIDES))
        part.insert(0, "mineral", mineral)
        part.insert(0, "spot", names)
        part.insert(0, "publication", source)
        parts.append(part)
    return pd.concat(parts, ignore_index=True).assign(simulated_error="")


def spoil(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table with its errors."""
    table = table.copy()
    known = references()

    def rows(source: int, mineral: str) -> pd.Index:
        return table.index[(table["publication"] == SOURCES[source]) & (table["mineral"] == mineral)]

    exchanged = rows(1, "Plagioclase")
    table.loc[exchanged, ["CaO", "K2O"]] = table.loc[exchanged, ["K2O", "CaO"]].to_numpy()
    table.loc[exchanged, "simulated_error"] = "CaO and K2O exchanged"

    doubled = rows(2, "Olivine")
    table.loc[doubled, list(OXIDES)] = (2 * table.loc[doubled, list(OXIDES)]).round(2)
    table.loc[doubled, "simulated_error"] = "totals doubled"

    for source, mineral, label, number in (
        (0, "Amphibole", "Clinopyroxene", 3),
        (0, "Orthopyroxene", "Olivine", 2),
        (1, "Garnet", "Plagioclase", 2),
        (2, "Clinopyroxene", "Amphibole", 3),
    ):
        wrong = rows(source, mineral)[:number]
        table.loc[wrong, "mineral"] = label
        table.loc[wrong, "simulated_error"] = f"label of {mineral.lower()}"

    for first, second, part in MIXTURES:
        row = rows(0, first)[-1]
        other = known[known["mineral"] == second].iloc[0][list(OXIDES)].to_numpy(float)
        mixed = (1 - part) * table.loc[row, list(OXIDES)].to_numpy(float) + part * other
        table.loc[row, list(OXIDES)] = measured(mixed[None], rng)[0]
        table.loc[row, "simulated_error"] = f"{part:.0%} of {second.lower()}"

    original, copy = rows(0, "Garnet")[0], rows(2, "Garnet")[-1]
    table.loc[copy, list(OXIDES)] = table.loc[original, list(OXIDES)]
    table.loc[copy, "simulated_error"] = f"a copy of {table.loc[original, 'spot']}"
    unnamed = rows(2, "Ilmenite")[:2]
    table.loc[unnamed, "mineral"] = "phase 3"
    table.loc[unnamed, "simulated_error"] = "label is no mineral"
    return table


def main() -> None:
    """Write the table."""
    rng = np.random.default_rng(SEED)
    spoil(clean(rng), rng).to_csv(HERE / "audit.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
