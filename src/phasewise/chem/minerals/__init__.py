"""The minerals that phasewise knows: one TOML file each in this folder, and those that models bring along."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from phasewise.chem.mineral import Mineral
from phasewise.chem.mineral_file import read_mineral
from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["add_minerals", "load_minerals"]

_added: dict[str, Mineral] = {}


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
    """Return all minerals by class name, in alphabetical order: those of the package, and added ones.

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
    known = {mineral.name: mineral for mineral in _all()}
    return known if not _added else dict(sorted((known | _added).items()))


def add_minerals(minerals: Collection[Mineral]) -> None:
    """Make minerals known beside those of the package until the process ends; see `add_own_minerals`.

    A name means one thing: what was looked up by it may be kept, so that no definition ever changes.

    Raises
    ------
    ModelError
        If another definition of a mineral is known already; then none of them is added.
    """
    known = load_minerals()
    for mineral in minerals:
        if known.get(mineral.name, mineral) != mineral:
            origin = "an own mineral of this session" if mineral.name in _added else "a mineral of phasewise"
            raise ModelError(
                f"{mineral.name!r} is {origin} already, with another definition. Give yours another name"
                + (", or use the two in sessions of their own." if mineral.name in _added else ".")
            )
    _added.update({mineral.name: mineral for mineral in minerals if mineral.name not in known})
