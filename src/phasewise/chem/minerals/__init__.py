"""The minerals that phasewise knows: one TOML file each in this folder."""

from __future__ import annotations

from functools import cache
from importlib import resources

from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_file import read_mineral
from phasewise.core.errors import ModelError

__all__ = ["load_minerals"]


@cache
def _all() -> tuple[Mineral, ...]:
    folder = resources.files(__name__)
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    minerals = tuple(read_mineral(f.read_text("utf-8"), f.name) for f in files)
    names = [mineral.name for mineral in minerals]
    for mineral in minerals:
        if names.count(mineral.name) > 1:
            raise ModelError(f"two mineral files describe {mineral.name!r}; keep one of them.")
        others = [pair.other for pair in mineral.pairs] + [region.other for region in mineral.indistinct]
        unknown = [other for other in others if other not in names]
        if unknown:
            raise ModelError(f"{mineral.name!r} is paired with {unknown}, which no mineral file describes.")
    return tuple(sorted(minerals, key=lambda mineral: mineral.name))


def load_minerals() -> dict[str, Mineral]:
    """Return all minerals of the package by class name, in alphabetical order.

    Returns
    -------
    dict of str to Mineral

    Raises
    ------
    ModelError
        If a file is not valid.

    Examples
    --------
    >>> load_minerals()["Olivine"].symbol
    'Ol'
    """
    return {mineral.name: mineral for mineral in _all()}
