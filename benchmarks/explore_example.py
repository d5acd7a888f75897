"""Draws docs/images/explore.png: the map of a simulated table, as `phasewise explore --plot` draws it.

python benchmarks/explore_example.py [TABLE.csv]

No row is an analysis. Minerals are solid solutions of end members of their mineral files; britholite, which
phasewise does not cover, has the formulae of the catalogue; outliers are mixtures of three minerals. All have
simulated counting noise, and the publications are invented. With a name, the table is kept under it, and the
page beside it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from phasewise.chem.catalogue import load_catalogue
from phasewise.chem.formula import oxides_wt
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.explore.explore import explore_file
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.simulate import simulate

TARGET = Path(__file__).parents[1] / "docs" / "images" / "explore.png"
SEED = 2026
PUBLICATIONS = 12
MINERALS_OF_EACH = 7
ROWS = 35
"""Of each mineral of a publication."""

MEMBERS = {
    "Olivine": "forsterite, fayalite",
    "Clinopyroxene": "diopside, hedenbergite, clinoenstatite, kushiroite, CaTiAl2O6",
    "Orthopyroxene": "enstatite, ferrosilite, Mg-Tschermak, diopside",
    "Amphibole": "pargasite, ferro-pargasite, magnesio-hastingsite, kaersutite",
    "Biotite": "phlogopite, annite, eastonite, Ti-phlogopite",
    "Plagioclase": "albite, anorthite",
    "KFeldspar": "orthoclase, albite",
    "Garnet": "pyrope, almandine, spessartine, grossular",
    "Spinel": "spinel, hercynite, chromite, magnesiochromite",
    "Ilmenite": "ilmenite, geikielite, hematite",
    "Apatite": "fluorapatite, hydroxylapatite, chlorapatite",
    "Titanite": "titanite, aluminium fluorine titanite, iron titanite",
    "Nepheline": "nepheline, kalsilite",
    "Calcite": "calcite, MgCO3 component, FeCO3 component, MnCO3 component",
}
"""Of the end members in each mineral file, those that igneous rocks often hold."""

UNCOVERED, UNCOVERED_ROWS, UNCOVERED_PUBLICATIONS = "britholite", 20, 3
OUTLIERS = 15
COLOURS = 256
"""Of the image, which takes less room than one of all colours."""

SOLID_SOLUTIONS = 200
"""Of each mineral, that publications have theirs from."""

NEAR = 0.3
"""How far the rows of one publication reach towards another solid solution of the mineral, on average."""

NOISE, LEAST_NOISE = 0.008, 0.02
"""Of a simulated measurement: 0.8 % relative, and at least 0.02 wt%."""


def solid_solutions(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return some solid solutions of each mineral, in wt%."""
    minerals, tests = load_minerals(), stoichiometric_tests(tuple(load_minerals()))
    solid = {}
    for name, members in MEMBERS.items():
        some = tuple(one for one in minerals[name].end_members if one.name in members.split(", "))
        drawn = simulate(replace(minerals[name], end_members=some), tests, SOLID_SOLUTIONS, rng)
        solid[name] = pd.DataFrame(drawn, columns=list(INPUTS)).drop(columns="rare")
    return solid


def of_publication(solid: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return n compositions on lines from one solid solution to others."""
    centre, others = solid.sample(1, random_state=rng), solid.sample(n, replace=True, random_state=rng)
    part = rng.beta(1.0, 1.0 / NEAR - 1.0, (n, 1))
    return pd.DataFrame((1 - part) * centre.to_numpy() + part * others.to_numpy(), columns=solid.columns)


def mixture(solid: dict[str, pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Return one row: three minerals in equal parts."""
    names = rng.choice(list(solid), 3, replace=False)
    return pd.concat([solid[name].sample(1, random_state=rng) for name in names]).mean().to_frame().T


def uncovered(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return n mixtures of the formulae of a species that no mineral file covers, in wt%."""
    species = next(one for one in load_catalogue() if one.name == UNCOVERED)
    members = pd.DataFrame([dict(oxides_wt(formula)) for formula in species.formulae]).fillna(0.0)
    members = members.drop(columns="H2O", errors="ignore")
    return pd.DataFrame(rng.dirichlet(np.ones(len(members)), n) @ members.to_numpy(), columns=members.columns)


def table() -> pd.DataFrame:
    """Return the simulated analyses, in wt%."""
    rng = np.random.default_rng(SEED)
    solid, parts = solid_solutions(rng), []
    for k in range(PUBLICATIONS):
        made = [
            of_publication(solid[name], ROWS, rng).assign(mineral=name)
            for name in rng.choice(list(MEMBERS), MINERALS_OF_EACH, replace=False)
        ]
        if k < UNCOVERED_PUBLICATIONS:
            made.append(uncovered(UNCOVERED_ROWS, rng).assign(mineral=UNCOVERED))
        parts.append(pd.concat(made).assign(publication=f"Simulated {k + 1}"))
    outliers = pd.concat([mixture(solid, rng) for _ in range(OUTLIERS)])
    parts.append(outliers.assign(mineral="mixture of three", publication="Simulated outliers"))
    return measured(pd.concat(parts, ignore_index=True), rng)


def measured(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return analyses with counting noise, to two decimals; what a mineral lacks was measured as 0."""
    first = ["publication", "mineral"]
    wt = frame.drop(columns=first).fillna(0.0)
    noise = rng.normal(size=wt.shape) * np.maximum(NOISE * wt, LEAST_NOISE)
    return pd.concat([frame[first], (wt + noise).clip(lower=0.0).round(2)], axis=1)


def main() -> None:
    """Explore the table and write the figure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "simulated.csv"
        table().to_csv(path, index=False, lineterminator="\n")
        report = path.with_suffix(".html") if len(sys.argv) > 1 else None
        done = explore_file(path, plot=TARGET, report=report, source="publication", force=True)
    Image.open(TARGET).convert("RGB").quantize(COLOURS).save(TARGET, optimize=True)
    found = done.exploration
    novel = ", ".join(f"{cluster.name} ({cluster.rows} rows)" for cluster in found.unexplained)
    print(f"{done.rows} rows, {sum(c.number > 0 for c in found.described)} clusters; unexplained: {novel}")
    print(TARGET)


if __name__ == "__main__":
    main()
