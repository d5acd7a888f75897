"""The open tables that models are trained on, as inputs, labels and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from phasewise.chem.iron import ferric_fraction
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.oxides import CATIONS, moles
from phasewise.compositions.features import INPUTS, RARE
from phasewise.core.data import dataset_path
from phasewise.core.types import TEN_OXIDES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from phasewise.core.types import FloatArray

SOURCES = [
    (
        "training_17_minerals: 17 minerals compiled from publications by the authors of mineralML (Shi et "
        "al.); no licence stated, facts from the publications named in its column source, which are to be "
        "cited"
    ),
    (
        "glasses, melt_inclusion_glass: volcanic glasses and melt inclusions compiled by the same "
        "authors; no licence stated, facts from the publications named in the column reference, which are "
        "to be cited"
    ),
    "solid solutions simulated from the end members of the mineral files of phasewise",
    (
        "counter-examples: mixtures, scrambled and disturbed analyses, and species computed from their "
        "formulae"
    ),
]
"""Where the training rows come from, for model cards."""

SOURCES_OF = {
    "experiments": (
        "lepr_experiments, petrelli_cpx, ridolfi_amphibole: minerals of experiments, LEPR (Hirschmann et al. "
        "2008, doi:10.1029/2007GC001894), Petrelli et al. 2020 and Ridolfi; facts from the publications that "
        "they cite"
    ),
    "georoc": (
        "georoc_excerpt: GEOROC 2020 (CC BY-SA 4.0) by way of Qmin (BSD-3), without rows whose oxides the "
        "compiler filled in and without repeats of training_17_minerals"
    ),
}
"""The same of the collections that a recipe may add."""

__all__ = ["COLLECTIONS", "SOURCES", "SOURCES_OF", "Table", "glasses", "table_of", "training_minerals"]


@dataclass(frozen=True, eq=False)
class Table:
    """Labelled analyses with the source of each row.

    Attributes
    ----------
    values : (n, len(INPUTS)) float64
        wt%, NaN where not measured.
    label : (n,) object
        Published mineral.
    source : (n,) object
        Publication.
    fold : (n,) int
        Fold of the publication, or the part of a collection; -1 where the table has none.
    total_reported : (n,) float64
        The total as printed, NaN where it is not.
    """

    values: FloatArray
    label: np.ndarray
    source: np.ndarray
    fold: np.ndarray
    total_reported: FloatArray

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: np.ndarray) -> Table:
        """Return the chosen rows."""
        return Table(
            self.values[rows], self.label[rows], self.source[rows], self.fold[rows], self.total_reported[rows]
        )

    def distinct(self) -> Table:
        """Return the first row of each composition, in their order."""
        _, first = np.unique(np.nan_to_num(self.values, nan=-1.0), axis=0, return_index=True)
        return self.take(np.sort(first))

    def lacks(self, labels: Iterable[str]) -> list[str]:
        """Return the labels that no row has."""
        known = set(map(str, self.label))
        return [label for label in labels if label not in known]

    @classmethod
    def empty(cls) -> Table:
        """Return a table without rows."""
        names = np.empty(0, dtype=object)
        return cls(np.empty((0, len(INPUTS))), names, names, np.empty(0, dtype=int), np.empty(0))

    @staticmethod
    def join(tables: list[Table]) -> Table:
        """Return several tables as one."""
        names = ("values", "label", "source", "fold", "total_reported")
        return Table(*(np.concatenate([getattr(t, name) for t in tables]) for name in names))


def table_of(
    frame: pd.DataFrame, label: str | pd.Series, source: pd.Series, fold: pd.Series | None = None
) -> Table:
    """Return a table from a frame whose columns carry the canonical names."""
    values = frame.reindex(columns=list(INPUTS[:-1])).to_numpy(float)
    rare = frame.reindex(columns=list(RARE)).to_numpy(float)
    rare_sum = np.where(np.isnan(rare).all(axis=1), np.nan, np.nansum(rare, axis=1))
    names = np.full(len(frame), label, dtype=object) if isinstance(label, str) else label.to_numpy(object)
    folds = np.full(len(frame), -1) if fold is None else fold.to_numpy(int)
    printed = frame["Total_reported"] if "Total_reported" in frame else pd.Series(np.nan, index=frame.index)
    return Table(
        np.concatenate([values, rare_sum[:, None]], axis=1),
        names,
        source.astype(str).to_numpy(object),
        folds,
        np.asarray(printed, dtype=np.float64),
    )


def training_minerals() -> Table:
    """Return the 17 minerals as published, errors included; the fold groups by publication."""
    frame = pd.read_parquet(dataset_path("training_17_minerals"))
    return table_of(frame, frame["mineral"], frame["pub_group"], frame["fold"])


def glasses() -> Table:
    """Return volcanic glasses and melt inclusions, grouped by publication; folds by a hash of it."""
    frames = [pd.read_parquet(dataset_path(name)) for name in ("glasses", "melt_inclusion_glass")]
    frame = pd.concat(frames, ignore_index=True)
    source = frame["reference"].fillna(frame["source_file"]).astype(str)
    fold = pd.Series(pd.util.hash_array(source.to_numpy(object), categorize=False) % 5, index=frame.index)
    return table_of(frame, "Glass", source, fold)


def experiments() -> Table:
    """Return the minerals of LEPR, Petrelli and Ridolfi, which overlap; one source, as a whole.

    Repeats within them are left to the cleaning. ``FeTiOxide`` stands for several minerals and has no label;
    ``Spinel`` stands for the whole group there: rows with more Fe3+ + 2 Ti than Al + Cr are magnetite.
    """
    names = ("lepr_experiments", "petrelli_cpx", "ridolfi_amphibole")
    frame = pd.concat([pd.read_parquet(dataset_path(name)) for name in names], ignore_index=True)
    frame = frame[frame["mineral"] != "FeTiOxide"]
    source = frame["reference"].fillna(frame["row_id"].astype(str))
    label = _classes(frame["mineral"], frame["mineral_reported"])
    magnetite = (label == "Spinel") & (ferric_dominance(frame) > 0)
    return table_of(frame, label.mask(magnetite, "Magnetite"), source)


def ferric_dominance(frame: pd.DataFrame) -> np.ndarray:
    """Return moles of Fe3+ + 2 Ti - Al - Cr of spinel-group minerals, Fe3+ by charge balance."""
    names = tuple(name for name in TEN_OXIDES if name in frame)
    cations = moles(frame[list(names)].clip(lower=0).to_numpy(float), names)
    part = dict(zip(CATIONS, cations.T, strict=True))
    none = np.full(len(frame), np.nan)
    ferric = ferric_fraction(cations, load_minerals()["Spinel"], "charge balance", none) * part["Fe"]
    return np.asarray(np.nan_to_num(ferric) + 2 * part["Ti"] - part["Al"] - part["Cr"])


def georoc() -> Table:
    """Return the rows of the GEOROC excerpt in which nothing was filled in, by publication or sample."""
    frame = pd.read_parquet(dataset_path("georoc_excerpt"))
    certain = ~frame["mineral"].str.startswith("ambiguous:")
    frame = frame[certain & (frame["n_imputed10"] == 0) & ~frame["dup_in_train"]]
    source = frame["reference"].fillna("sample " + frame["sample"].astype(str))
    return table_of(frame, _classes(frame["mineral"], frame["mineral_reported"]), source)


COLLECTIONS = {"experiments": experiments, "georoc": georoc}
"""Collections of many sources that a recipe may add; each is judged as a whole by a sibling without it."""


def _classes(mineral: pd.Series, reported: pd.Series) -> pd.Series:
    """Return the class of each row; the reported name in capitals where no mineral file knows it."""
    names = mineral.where(~mineral.str.startswith("other:"), reported).astype(str)
    found = {name: canonical_phase(name) or name.upper() for name in names.unique()}
    return names.map(found)
