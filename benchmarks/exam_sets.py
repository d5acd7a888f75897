"""The test sets of the exam of compositions, with fixed definitions.

LEPR rows: at least five of the ten oxides reported, exact repeats (ten oxides and label) counted once, total
90-103 wt%, synthetic potassium silicates filed as K-feldspar (Al2O3 below 5 wt%) left out; halves by a hash
of the experiment. GEOROC rows: of the 17 minerals, nothing imputed, not in the training table; halves by a
hash of the sample. Totals: all oxides, F and Cl, iron as FeO. Sets named ``dev_`` may be looked at while a
model is made; sets named ``test_`` are only reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from phasewise.core.data import dataset_path
from phasewise.core.types import TEN_OXIDES

MORE = ["P2O5", "NiO", "ZrO2", "ZnO", "V2O3", "BaO", "SrO", "SO3", "F", "Cl"]
TEN = list(TEN_OXIDES)
PHASES = (
    *("Amphibole", "Apatite", "Biotite", "Clinopyroxene", "Garnet", "Glass", "Ilmenite", "KFeldspar"),
    *("Magnetite", "Muscovite", "Olivine", "Orthopyroxene", "Plagioclase", "Quartz", "Rutile", "Spinel"),
    *("Tourmaline", "Zircon"),
)
SAME = {
    **dict.fromkeys(["Tridymite", "Cristobalite", "Coesite", "Stishovite"], "Quartz"),
    "Liquid": "Glass",
    "Pigeonite": "Clinopyroxene",
}
SOURCE_COLUMNS = ("pub_group", "entity_id", "reference", "truth")
OXIDES = dict.fromkeys(["Ilmenite", "Magnetite", "Spinel", "FeTiOxide"], "Oxide")
FAMILIES = {
    **dict.fromkeys(["Clinopyroxene", "Orthopyroxene"], "Pyroxene"),
    **dict.fromkeys(["Plagioclase", "KFeldspar"], "Feldspar"),
}
ISOCHEMICAL = "ringwoodite|wadsleyite|bridgmanite|hollandite|perovskite \\(Mg"
VARIETIES = {
    *("TITAN-AUGITE", "CR-DIOPSIDE", "FE-DIOPSIDE", "FERROPIGEONITE", "PIGEONITE", "CLINOENSTATITE"),
    *("TITANO-MAGNETITE", "MAGNESIOFERRITE", "GAHNITE", "PLEONASTE", "SERICITE", "PHENGITE-MUSCOVITE"),
    *("HYDROMUSCOVITE", "RINGWOODITE", "PSEUDOLEUCITE", "ILMENITE-HEMATITE", "ZINNWALDITE (SENSU LATO)"),
    *("ZINNWALDITE", "YANGZHUMINGITE", "IDDINGSITE", "PALAGONITE"),
}
JOINED = [
    {"Clinopyroxene", "Orthopyroxene"},
    {"Plagioclase", "KFeldspar"},
    {"Magnetite", "Spinel"},
    {"Magnetite", "Ilmenite"},
    {"Ilmenite", "Spinel"},
]


def table(name: str) -> pd.DataFrame:
    """Return a table of the registry."""
    return pd.read_parquet(dataset_path(name))


def half(values: pd.Series) -> np.ndarray:
    """Return 0 or 1 for each value by its hash."""
    return np.array([int(hashlib.sha256(str(v).encode()).hexdigest(), 16) % 2 for v in values])


def total(frame: pd.DataFrame) -> pd.Series:
    """Return the sum of oxides, F and Cl."""
    return frame.reindex(columns=TEN + MORE).fillna(0).sum(axis=1)


def lepr() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the halves of LEPR, and its phases outside the classes."""
    frame = table("lepr_experiments")
    frame = frame[frame[TEN].notna().sum(axis=1) >= 5].drop_duplicates([*TEN, "mineral"])
    frame = frame[total(frame).between(90, 103)]
    frame["truth"] = frame["mineral"].replace(SAME)
    frame["half"] = half(frame["entity_id"])
    frame = frame[~((frame["truth"] == "KFeldspar") & ~(frame["Al2O3"] > 5))]
    known = frame["truth"].isin([*PHASES, "FeTiOxide"])
    yield "dev_lepr", frame[known & (frame["half"] == 0)]
    yield "test_lepr", frame[known & (frame["half"] == 1)]
    look_alike = frame["mineral_reported"].str.contains(ISOCHEMICAL, case=False, na=False)
    yield "foreign_lepr", frame[~known & ~look_alike]


def georoc() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the halves of the GEOROC excerpt, and its species outside the classes."""
    frame = table("georoc_excerpt")
    frame["truth"] = frame["mineral"]
    frame["reference"] = frame["reference"].fillna("sample " + frame["sample"].astype(str))
    known = frame[frame["mineral"].isin(PHASES) & frame["usable_test"] & ~frame["dup_in_train"]]
    side = half(known["sample"].fillna(known["row_id"]))
    yield "dev_georoc", known[side == 0]
    yield "test_georoc", known[side == 1]
    judged = (frame["n_imputed10"] == 0) & (total(frame) > 20)
    other = frame[frame["mineral"].str.startswith("other:") & judged]
    olivine = (other["mineral_reported"] == "MONTICELLITE") & (other["CaO"] < 20)
    yield "foreign_georoc", other[~other["mineral_reported"].isin(VARIETIES) & ~olivine]


def folds() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the five folds of publications of the training table, as published."""
    frame = published()
    for fold in range(5):
        yield f"fold_{fold}", frame[frame["fold"] == fold]


def published() -> pd.DataFrame:
    """Return the training table without repeats and rows under two labels."""
    frame = table("training_17_minerals")
    return frame.assign(truth=frame["mineral"])[~frame["exact_dup"] & ~frame["label_conflict"]]


def foreign() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield mixtures of two minerals, and random compositions."""
    columns = [*TEN, "P2O5", "NiO", "ZrO2", "F", "Cl"]
    frame = published()
    x, y = frame[columns].fillna(0).to_numpy(), frame["mineral"].to_numpy()
    rng = np.random.default_rng(7)
    a, b = rng.integers(0, len(x), (2, 12000))
    keep = [y[i] != y[j] and {y[i], y[j]} not in JOINED for i, j in zip(a, b, strict=True)]
    a, b = a[keep][:5000], b[keep][:5000]
    part = rng.uniform(0.3, 0.7, len(a))[:, None]
    names = [f"{y[i]} + {y[j]}" for i, j in zip(a, b, strict=True)]
    mixed = pd.DataFrame(part * x[a] + (1 - part) * x[b], columns=columns)
    yield "foreign_mixtures", mixed.assign(truth=names)
    random = pd.DataFrame(rng.dirichlet(np.full(10, 0.3), 3000) * 99, columns=TEN)
    yield "foreign_random", random.assign(truth="random")


def exam_sets() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and rows of every set: the oxides that it reports, ``truth`` and ``source``.

    A source is a publication (folds, Cascades), a publication or else a sample (GEOROC), or an experiment
    (LEPR, which comes without citations).
    """
    for sets in (lepr, georoc, cascades, folds, foreign):
        for name, frame in sets():
            columns = [c for c in TEN + MORE if c in frame and frame[c].notna().any()]
            source = frame[next(c for c in SOURCE_COLUMNS if c in frame)].astype(str)
            yield name, frame[[*columns, "truth"]].assign(source=source).reset_index(drop=True)


def cascades() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the Cascades clinopyroxenes and amphiboles as published."""
    frame = table("cascades_published_labels")
    yield "test_cascades", frame.assign(truth=frame["mineral"])
