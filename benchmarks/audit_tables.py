"""Clean rows of two compilations, on which the benchmark of the audit works.

``publications``: rows of the training table that its cleaning keeps, fold by fold, each judged by the
sibling that has not seen any publication of the fold. ``georoc``: rows of the GEOROC excerpt in which nothing
was filled in and whose oxides keep the limits of their mineral, judged by the sibling without GEOROC. Sources
are publications; of GEOROC, samples where no publication is given. Halves are by a hash of the source: with
``dev`` the audit was tuned, ``test`` is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from exam_sets import MORE, TEN, half, table
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import clean
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.tables import table_of

__all__ = ["OXIDES", "Material", "capped", "materials"]

OXIDES = [*TEN, *MORE]
"""The ten oxides stand in the order of most published tables."""

HALVES = ("dev", "test")
SMALL, EVERY = 10, 4
SPLIT = ["FeO_reported", "Fe2O3_reported"]
"""Columns of FeO and Fe2O3 as reported; only the training table has them."""


@dataclass(frozen=True)
class Material:
    """Clean rows and the model that may judge them.

    Attributes
    ----------
    name : str
        ``publications`` or ``georoc``.
    model : str
        A sibling that has seen none of the sources.
    rows : DataFrame
        Columns ``label``, ``source``, ``sample``, `OXIDES`, and `SPLIT` where the table has them.
    """

    name: str
    model: str
    rows: pd.DataFrame


def materials(which: str) -> Iterator[Material]:
    """Yield the clean rows of one half, ``dev`` or ``test``, by judge."""
    side = HALVES.index(which)
    frame = table("training_17_minerals")
    kept = _kept(frame, frame["pub_group"]) & ~frame["exact_dup"] & ~frame["label_conflict"]
    rows = _named(frame, "pub_group")[kept & (half(frame["pub_group"]) == side)]
    for fold in range(5):
        yield Material("publications", f"default_without_fold_{fold}", _fresh(rows[rows["fold"] == fold]))
    frame = table("georoc_excerpt")
    source = frame["reference"].fillna(frame["sample"]).fillna(frame["row_id"])
    frame = frame.assign(source=source)[frame["usable_test"]].drop_duplicates([*TEN, "mineral"])
    rows = _named(frame, "source")[_kept(frame, frame["source"]) & (half(frame["source"]) == side)]
    yield Material("georoc", "default_without_georoc", _fresh(rows))


def capped(rows: pd.DataFrame, most: int, least: int = 1) -> pd.DataFrame:
    """Return the first rows of each source and label, at most and at least so many.

    Of those with fewer than `SMALL` rows together every fourth row is taken: there are thousands in GEOROC.
    """
    place = rows.groupby(["source", "label"], sort=False)
    size = place["label"].transform("size")
    held = (
        (place.cumcount() < most) & (size >= least) & ((size >= SMALL) | (np.arange(len(rows)) % EVERY == 0))
    )
    return _fresh(rows[held])


def _kept(frame: pd.DataFrame, source: pd.Series) -> np.ndarray:
    """Return the rows that the cleaning of training tables keeps, repeats left out."""
    tests = stoichiometric_tests(read_recipe("default").phases)
    return clean(table_of(frame, frame["mineral"], source), load_minerals(), tests).reason == 0


def _named(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    columns = [*OXIDES, *(name for name in (*SPLIT, "fold") if name in frame)]
    texts = {"label": frame["mineral"], "source": frame[source].astype(str), "sample": frame["sample"]}
    return frame.reindex(columns=columns).assign(**texts)


def _fresh(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reset_index(drop=True)
