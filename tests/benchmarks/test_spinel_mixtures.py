"""Simulated oxides are what a probe reports of their formulae."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from phasewise.chem.oxides import OXIDES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mixtures(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location(
        "spinel_mixtures", ROOT / "benchmarks" / "spinel_mixtures.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _titanium_of_metal(frame: pd.DataFrame) -> np.ndarray:
    ti, fe = (frame[name] * OXIDES[name].cations_per_gram for name in ("TiO2", "FeOt"))
    return np.asarray(ti / (ti + fe))


def test_totals_lack_the_oxygen_of_ferric_iron(mixtures: ModuleType) -> None:
    one = np.array([1.0])
    totals = {s: mixtures.analyses({s: one}).sum(axis=1)[0] for s in ("Mag", "Hem", "Uspl", "Ilm", "Spl")}
    # chem/minerals/hematite.toml: magnetite 93.09, hematite 89.98 wt% as FeO.
    assert totals == pytest.approx(
        {"Mag": 93.09, "Hem": 89.98, "Uspl": 100, "Ilm": 100, "Spl": 100}, abs=0.01
    )


@pytest.mark.parametrize("x", [0.0, 0.2, 0.5, 2 / 3])
def test_hematite_ilmenite_has_the_cations_of_a_titanomagnetite(mixtures: ModuleType, x: float) -> None:
    rhombohedral = mixtures.analyses({"Hem": np.array([1 - x]), "Ilm": np.array([x])})
    spinel = mixtures.analyses({"Mag": np.array([1 - 1.5 * x]), "Uspl": np.array([1.5 * x])})
    assert _titanium_of_metal(rhombohedral) == pytest.approx(_titanium_of_metal(spinel))
    assert 3.0 < (spinel.sum(axis=1) - rhombohedral.sum(axis=1))[0] < 3.6


@pytest.mark.parametrize(
    ("parts", "symbol"),
    [((1.0, 1.0, 0.0), "Ilm"), ((1.0, 2.0, 0.0), "Uspl"), ((0.0, 1.0, 2.0), "Mag"), ((0.0, 0.0, 1.0), "Hem")],
)
def test_corners_of_the_triangle_are_the_minerals(
    mixtures: ModuleType, parts: tuple[float, ...], symbol: str
) -> None:
    drawn = mixtures.iron_titanium(np.array([parts]))
    pd.testing.assert_frame_equal(drawn, mixtures.analyses({symbol: np.array([1.0])}))


def test_an_edge_of_the_prism_is_an_end_member(mixtures: ModuleType) -> None:
    face = mixtures.prism_face(np.eye(3), np.array([1.0, 0.0, 1.0]), ("Mfr", "Mag"))
    for row, symbol in enumerate(("Mag", "Spl", "Chr")):
        member = mixtures.analyses({symbol: np.array([1.0])})
        np.testing.assert_allclose(face.iloc[row], member.iloc[0], atol=1e-9)
