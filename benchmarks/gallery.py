"""Draws the figures of docs/gallery.md from simulated analyses.

python benchmarks/gallery.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from phasewise.chem.oxides import OXIDES
from phasewise.compositions.diagrams.draw import diagram_file

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images" / "gallery"
OXIDE_OF = {
    "Si": "SiO2",
    "Ti": "TiO2",
    "Al": "Al2O3",
    "Cr": "Cr2O3",
    "Fe": "FeO",
    "Fe3": "Fe2O3",
    "Mn": "MnO",
}
OXIDE_OF |= {"Mg": "MgO", "Ca": "CaO", "Na": "Na2O", "K": "K2O", "Ni": "NiO"}
ERROR, LEAST_ERROR = 0.01, 0.02
"""Of a simulated measurement: 1 % relative, and at least 0.02 wt%."""

rng = np.random.default_rng(1988)


def analyses(mineral: str, total: float = 99.6, **apfu: Any) -> pd.DataFrame:
    """Return simulated analyses in wt%, with errors, of cations in any unit."""
    n = max(np.size(value) for value in apfu.values())
    wt = {}
    for element, amount in apfu.items():
        name = OXIDE_OF[element]
        per_cation = OXIDES[name].molar_mass / (
            2 if name in ("Al2O3", "Cr2O3", "Fe2O3", "Na2O", "K2O") else 1
        )
        wt[name] = np.maximum(np.broadcast_to(amount, n), 0.0) * per_cation
    table = pd.DataFrame(wt)
    table = table.mul(total / table.sum(axis=1), axis=0)
    table += rng.normal(size=table.shape) * np.maximum(ERROR * table, LEAST_ERROR)
    return table.clip(lower=0.0).round(2).assign(mineral=mineral)


def pyroxenes(n: int = 90) -> pd.DataFrame:
    """Return augites that become richer in Fe, pigeonites and orthopyroxenes."""
    parts = []
    for mineral, wo, low, high, count in (
        ("Clinopyroxene", 0.42, 0.08, 0.75, n),
        ("Clinopyroxene", 0.10, 0.30, 0.62, n // 5),
        ("Orthopyroxene", 0.03, 0.10, 0.55, n // 2),
    ):
        iron = rng.uniform(low, high, count)
        ca = wo + rng.normal(0, 0.025 if wo > 0.2 else 0.008, count) - 0.06 * (wo > 0.2) * iron
        al, na = rng.uniform(0.02, 0.16, count), rng.uniform(0.005, 0.05, count) * (wo > 0.2)
        rest = 2 - al / 2 - na
        made = {"Ca": rest * ca, "Mg": rest * (1 - ca) * (1 - iron), "Fe": rest * (1 - ca) * iron}
        parts.append(analyses(mineral, Si=2 - al / 2, Al=al, Na=na, Ti=0.01, Mn=0.01, **made))
    return pd.concat(parts, ignore_index=True).fillna(0.0)


def feldspars(n: int = 110) -> pd.DataFrame:
    """Return plagioclases and alkali feldspars of volcanic rocks."""
    an = rng.uniform(0.18, 0.88, n)
    orthoclase = 0.012 + 0.09 * np.exp(-an / 0.22) * rng.uniform(0.6, 1.4, n)
    alkali = rng.uniform(0.38, 0.8, n // 2)
    little = rng.uniform(0.005, 0.05, n // 2) * (1.05 - alkali)
    parts = []
    for mineral, k, ca in (("Plagioclase", orthoclase, an * (1 - orthoclase)), ("KFeldspar", alkali, little)):
        parts.append(analyses(mineral, K=k, Ca=ca, Na=1 - k - ca, Al=1 + ca, Si=3 - ca, Fe=0.005))
    return pd.concat(parts, ignore_index=True)


def olivines(n: int = 240) -> pd.DataFrame:
    """Return olivines whose Ni falls with Fo."""
    fo = np.concatenate([rng.normal(0.885, 0.012, n // 2), rng.normal(0.80, 0.03, n // 2)])
    ni = 0.0085 * np.exp((fo - 0.9) / 0.06) * rng.uniform(0.8, 1.2, len(fo))
    return analyses(
        "Olivine", Si=1.0, Mg=2 * fo, Fe=2 * (1 - fo), Ni=ni, Mn=0.004, Ca=rng.uniform(0.003, 0.008, len(fo))
    )


def garnets(n: int = 90) -> pd.DataFrame:
    """Return garnets of a metapelite zoned from Mn to Mg, and of eclogites."""
    core = rng.uniform(0, 1, n)
    mn, mg = 0.55 * core**2, 0.9 * (1 - core) ** 1.5
    ca = rng.uniform(0.15, 0.3, n)
    pelite = analyses("Garnet", Si=3.0, Al=2.0, Mn=mn, Mg=mg, Ca=ca, Fe=3 - mn - mg - ca).assign(
        rock="metapelite"
    )
    mg, ca = rng.normal(1.25, 0.15, n // 2), rng.normal(0.7, 0.12, n // 2)
    eclogite = analyses("Garnet", Si=3.0, Al=2.0, Mn=0.03, Mg=mg, Ca=ca, Fe=2.97 - mg - ca).assign(
        rock="eclogite"
    )
    return pd.concat([pelite, eclogite], ignore_index=True)


def amphiboles(n: int = 90) -> pd.DataFrame:
    """Return calcium amphiboles from tremolite to pargasite."""
    way = rng.uniform(0, 1, n)
    a, c = 0.75 * way * rng.uniform(0.6, 1.2, n), 1.25 * way + rng.uniform(0, 0.2, n)
    four, iron = a + c, rng.uniform(0.12, 0.4, n)
    ti = 0.12 * way
    made = {"Al": four + c - 2 * ti, "Mg": (5 - c + ti) * (1 - iron), "Fe": (5 - c + ti) * iron}
    return analyses("Amphibole", 97.6, Si=8 - four, Ti=ti, Ca=1.85, Na=0.15 + 0.75 * a, K=0.25 * a, **made)


def micas(n: int = 60) -> pd.DataFrame:
    """Return biotites and muscovites."""
    iron, al = rng.uniform(0.15, 0.85, n), rng.uniform(0.0, 0.5, n)
    ti = rng.uniform(0.05, 0.25, n)
    m = 3 - al - 2 * ti
    dark = analyses(
        "Biotite", 95.6, Si=3 - al, Al=1 + 2 * al, Ti=ti, Mg=m * (1 - iron), Fe=m * iron, K=0.92, Na=0.04
    )
    cel = rng.uniform(0.02, 0.35, n // 2)
    pale = analyses("Muscovite", 95.2, Si=3 + cel, Al=3 - 2 * cel, Mg=0.6 * cel, Fe=0.4 * cel, K=0.88, Na=0.1)
    return pd.concat([dark, pale], ignore_index=True).fillna(0.0)


def spinels(n: int = 150) -> pd.DataFrame:
    """Return spinels of peridotites, and of lavas that become magnetite."""
    cr = rng.uniform(0.08, 0.75, n)
    ferric = rng.uniform(0.01, 0.06, n)
    mg = 0.82 - 0.35 * cr + rng.normal(0, 0.03, n)
    lava = rng.uniform(0, 1, n // 2)
    cr_lava, ferric_lava = 0.62 * (1 - lava), 0.12 + 0.78 * lava**1.5
    mg_lava = 0.55 * (1 - lava) + 0.04 + rng.normal(0, 0.015, n // 2)
    rows = []
    for crs, fes, mgs, ti, rock in (
        (cr, ferric, mg, 0.003, "peridotite"),
        (cr_lava / np.maximum(1 - ferric_lava, 0.05), ferric_lava, mg_lava, 0.02 + 0.12 * lava, "lava"),
    ):
        crs = np.clip(crs, 0.0, 0.95)
        three = 2 - 2 * np.asarray(ti)
        al, chrome = three * (1 - fes) * (1 - crs), three * (1 - fes) * crs
        table = analyses(
            "Spinel", 99.4, Ti=ti, Al=al, Cr=chrome, Fe3=three * fes, Mg=mgs, Fe=1 + np.asarray(ti) - mgs
        )
        rows.append(table.assign(rock=rock))
    table = pd.concat(rows, ignore_index=True)
    return table.assign(FeO=(table["FeO"] + 0.89981 * table["Fe2O3"]).round(2)).drop(columns="Fe2O3")


def oxides(n: int = 40) -> pd.DataFrame:
    """Return titanomagnetites and ilmenites."""
    usp, hem = rng.uniform(0.05, 0.75, n), rng.uniform(0.02, 0.4, n)
    parts = [
        analyses("Magnetite", 99.0, Ti=usp, Fe=1 + usp - 0.05, Fe3=2 - 2 * usp - 0.06, Al=0.06, Mg=0.05),
        analyses("Ilmenite", 99.0, Ti=1 - hem, Fe=0.93 - hem, Fe3=2 * hem, Mg=0.05, Mn=0.02),
    ]
    table = pd.concat(parts, ignore_index=True).fillna(0.0)
    return table.assign(FeO=(table["FeO"] + 0.89981 * table["Fe2O3"]).round(2)).drop(columns="Fe2O3")


def glasses(n: int = 120) -> pd.DataFrame:
    """Return a suite of glasses from basalt to rhyolite."""
    si = rng.uniform(48, 76, n)
    way = (si - 48) / 28
    noise = rng.normal(0, 1, (6, n))
    table = pd.DataFrame(
        {
            "SiO2": si,
            "TiO2": np.clip(1.4 + 1.2 * way - 2.5 * way**1.4, 0.1, None) + 0.08 * noise[0],
            "Al2O3": 15.5 + 4 * way - 6.5 * way**1.6 + 0.3 * noise[1],
            "FeO": np.clip(10.5 - 9.6 * way, 0.6, None) + 0.3 * noise[2],
            "MgO": np.clip(8 * (1 - way) ** 1.9, 0.05, None) + 0.06 * abs(noise[3]),
            "CaO": np.clip(11 * (1 - way) ** 1.1, 0.4, None) + 0.2 * noise[4],
            "Na2O": 2.6 + 3.2 * way - 1.4 * way**2 + 0.15 * noise[5],
            "K2O": 0.4 + 4.3 * way**1.2,
        }
    )
    series = rng.uniform(size=n) < 0.4
    table.loc[series, ["Na2O", "K2O"]] *= 1.45
    table = table.mul(98.5 / table.sum(axis=1), axis=0).round(2)
    return table.assign(mineral="Glass", series=np.where(series, "alkaline", "subalkaline"))


def profile(n: int = 36) -> pd.DataFrame:
    """Return a plagioclase from rim to core, with a resorbed zone and one spot beside the crystal."""
    along = np.linspace(5, 355, n)
    an = 0.42 + 0.10 * along / 355 + 0.025 * np.sin(along / 17) + 0.2 * np.exp(-(((along - 90) / 16) ** 2))
    orthoclase = 0.045 - 0.05 * (an - 0.4)
    ca = an * (1 - orthoclase)
    table = analyses(
        "Plagioclase", K=orthoclase, Ca=ca, Na=1 - orthoclase - ca, Al=1 + ca, Si=3 - ca, Fe=0.015
    )
    return table.assign(distance_um=along.round(0))


def with_errors(table: pd.DataFrame, factor: float = 1.0) -> pd.DataFrame:
    """Return a table with the errors that its analyses were simulated with, or a multiple of them."""
    names = [name for name in table.columns if name in OXIDES]
    errors = {
        f"{name}_sigma": (factor * np.maximum(ERROR * table[name], LEAST_ERROR)).round(3) for name in names
    }
    return table.assign(**errors)


def many(n: int = 20_000) -> pd.DataFrame:
    """Return many pyroxenes."""
    return pyroxenes(int(n / 1.7))


FIGURES: tuple[tuple[str, str, Any, dict[str, Any]], ...] = (
    ("pyroxene", "pyroxene", lambda: pyroxenes(), {}),
    ("pyroxene_errors", "pyroxene", lambda: with_errors(pyroxenes(18), 5.0).drop(columns="mineral"), {}),
    ("pyroxene_density", "pyroxene", many, {}),
    ("pyroxene-qj", "pyroxene-qj", pyroxenes, {"width": "single"}),
    ("feldspar", "feldspar", feldspars, {"celsius": (600, 750, 900)}),
    ("olivine", "olivine", olivines, {}),
    ("olivine-nio", "olivine-nio", olivines, {"width": "single"}),
    ("garnet", "garnet", garnets, {"colour_by": "rock"}),
    ("amphibole", "amphibole", amphiboles, {}),
    ("amphibole-si", "amphibole-si", amphiboles, {}),
    ("mica", "mica", micas, {"width": "single"}),
    ("mica-triangle", "mica-triangle", micas, {"width": "single"}),
    ("biotite", "biotite", micas, {"width": "single"}),
    ("spinel", "spinel", spinels, {"colour_by": "rock", "width": "single"}),
    ("spinel-fe3", "spinel-fe3", spinels, {"colour_by": "rock", "width": "single"}),
    ("spinel-prism", "spinel-prism", spinels, {"colour_by": "rock"}),
    ("fe-ti", "fe-ti", oxides, {}),
    ("tas", "tas", glasses, {"colour_by": "series"}),
    ("harker", "harker", glasses, {"against": "MgO", "colour_by": "series"}),
    (
        "profile",
        "profile",
        lambda: with_errors(profile(), 3.0),
        {"distance": "distance_um", "show": ("An", "Ab", "Or")},
    ),
)


def main() -> None:
    """Draw all figures, or those that are named."""
    mpl.use("Agg")
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, make, options in FIGURES:
            table = make()
            if wanted and name not in wanted:
                continue
            source = Path(folder) / f"{name}.csv"
            table.to_csv(source, index=False)
            minerals = "mineral" if "mineral" in table else None
            drawn = diagram_file(
                source, IMAGES / f"{name}.png", kind, mineral_column=minerals, force=True, **options
            )
            _reduce(IMAGES / f"{name}.png")
            print(name, drawn.counts, drawn.left_out)


def _reduce(path: Path) -> None:
    """Store an image with 64 colours, which halves it and is not seen."""
    from PIL import Image

    with Image.open(path) as image:
        image.convert("RGB").quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
