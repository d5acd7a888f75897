"""Published reference analyses as arrays."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from phasewise.chem.oxides import FE2O3_TO_FEO
from phasewise.core.types import COLUMNS, FloatArray


@dataclass(frozen=True)
class Reference:
    name: str
    mineral: str
    values: FloatArray
    ferrous: float
    ferric: float


def _number(text: str) -> float:
    return float(text) if text else np.nan


def _reference(row: dict[str, str]) -> Reference:
    ferrous, ferric = _number(row["FeO"]), _number(row["Fe2O3"])
    found = {name: _number(row[name]) for name in COLUMNS if row.get(name)}
    found["Ce2O3"] = _number(row["REE2O3"])
    found["FeOt"] = float(np.nan_to_num(ferrous)) + FE2O3_TO_FEO * float(np.nan_to_num(ferric))
    values = np.array([[found.get(name, np.nan) for name in COLUMNS]])
    return Reference(row["name"], row["mineral"], values, ferrous, ferric)


@pytest.fixture(scope="session")
def references(data_dir: Path) -> list[Reference]:
    with (data_dir / "reference_analyses.csv").open(encoding="utf-8", newline="") as file:
        return [_reference(row) for row in csv.DictReader(file)]
