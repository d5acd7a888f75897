"""Makes examples/session.csv: a simulated session with standards between the unknowns.

python benchmarks/session_example.py

The compositions are those of published reference materials in examples/reference_analyses.csv. Chance is
counting noise. Three things are wrong on purpose: Na2O falls by 1.5 % an hour, TiO2 is 6 % high, and one
analysis of VG-2 lies on a hole. K2O and Cr2O3 of the unknowns have no standard at their level.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "examples" / "session.csv"
OXIDES = ("SiO2", "TiO2", "Al2O3", "FeO", "MnO", "MgO", "CaO", "Na2O", "K2O", "Cr2O3")
FE2O3_TO_FEO = 0.8998
STANDARDS = {
    "VG-2": "Basaltic glass VG-2 Juan de Fuca NMNH 111240-52",
    "San Carlos olivine": "San Carlos olivine NMNH 111312-44",
    "Kakanui augite": "Kakanui augite NMNH 122142",
    "Lake County plagioclase": "Lake County plagioclase NMNH 115900",
}
UNKNOWNS = {
    "olivine": "Springwater olivine USNM 2566",
    "cpx": "Chromium augite NMNH 164905",
    "plagioclase": "Great Sitkin anorthite NMNH 137041",
    "glass": "Basaltic glass VG-A99 Makaopuhi NMNH 113498-1",
    "amphibole": "Kakanui hornblende NMNH 143965",
}
MINUTES = 5.0
ROUNDS = 8
SODIUM_PER_HOUR = -0.015
TITANIUM = 1.06
HOLE = 0.93
START = datetime(2026, 3, 2, 9, 0)

rng = np.random.default_rng(1980)


def compositions() -> dict[str, dict[str, float]]:
    """Return the published analyses by name, total iron as FeO."""
    with (ROOT / "examples" / "reference_analyses.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    found = {}
    for name, row in rows.items():
        wt = {oxide: float(row[oxide] or 0) for oxide in OXIDES}
        wt["FeO"] += FE2O3_TO_FEO * float(row["Fe2O3"] or 0)
        found[name] = wt
    return found


def counting_error(wt: float) -> float:
    """Return one standard deviation in wt%: 0.7 % at 10 wt%, growing as counts do, above a background."""
    return float(np.hypot(0.007 * np.sqrt(10 * max(wt, 0.0)), 0.012))


def analysis(wt: dict[str, float], hours: float, factor: float = 1.0) -> dict[str, str]:
    """Return one measurement with its counting errors."""
    cells = {}
    for oxide, true in wt.items():
        expected = factor * true
        expected *= TITANIUM if oxide == "TiO2" else 1.0
        expected *= 1 + SODIUM_PER_HOUR * hours if oxide == "Na2O" else 1.0
        error = counting_error(expected)
        cells[oxide] = f"{expected + error * rng.standard_normal():.2f}"
        cells[f"{oxide} 1 sigma"] = f"{error:.3f}"
    return cells


def session() -> list[dict[str, str]]:
    """Return the rows: a round of standards before and after each batch of unknowns."""
    known, rows = compositions(), []

    def add(label: str, standard: str, name: str, factor: float = 1.0) -> None:
        moment = START + timedelta(minutes=MINUTES * len(rows))
        cells = analysis(known[name], MINUTES * len(rows) / 60, factor)
        rows.append({"sample": label, "standard": standard, "DATETIME": f"{moment:%Y-%m-%d %H:%M}", **cells})

    for turn in range(1, ROUNDS + 1):
        for label, name in STANDARDS.items():
            hole = HOLE if (label, turn) == ("VG-2", 5) else 1.0
            add(f"{label} {turn}", label, name, hole)
        if turn < ROUNDS:
            for label, name in UNKNOWNS.items():
                add(f"simulated {label} {turn}", "", name)
    return rows


def main() -> None:
    """Write the example."""
    rows = session()
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{TARGET}: {len(rows)} rows")


if __name__ == "__main__":
    main()
