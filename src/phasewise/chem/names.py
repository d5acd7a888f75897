"""Names of minerals in databases and programs, and the classes they belong to."""

from __future__ import annotations

import re
from functools import cache

from phasewise.chem.minerals import load_minerals
from phasewise.core.errors import ModelError

__all__ = ["canonical_phase", "name_key"]

_NUMBERED = re.compile(r"_\d+$")
_SEPARATORS = re.compile(r"[\s_\-–]+")


def name_key(name: str) -> str:
    """Return what names have in common that differ in case, spaces, hyphens or the number of a MELTS phase.

    Examples
    --------
    >>> name_key("K-Feldspar_0")
    'kfeldspar'
    """
    return _SEPARATORS.sub("", _NUMBERED.sub("", name.strip())).casefold()


@cache
def _classes(minerals: tuple[str, ...]) -> dict[str, str]:
    """Return the mineral that each name stands for, among these minerals."""
    known, found = load_minerals(), dict[str, str]()
    for mineral in (known[name] for name in minerals):
        for name in (mineral.name, mineral.title, mineral.symbol, *mineral.synonyms):
            owner = found.setdefault(name_key(name), mineral.name) if name else mineral.name
            if owner != mineral.name:
                raise ModelError(
                    f"mineral files of {owner!r} and {mineral.name!r} both claim the name {name!r}; keep one."
                )
    return found


def canonical_phase(name: str) -> str | None:
    """Return the mineral file that a mineral name of GEOROC, PetDB, LEPR, MELTS, Thermobar or IMA stands for.

    Case, spaces, hyphens and the number of a MELTS phase do not matter.

    Parameters
    ----------
    name : str
        E.g. ``CLINOPYROXENE``, ``clinopyroxene_0``, ``Cpx``, ``(AL)KALIFELDSPAR``.

    Returns
    -------
    str or None
        Name of the mineral; None for names of several minerals (``feldspar``, ``oxide``) and of species
        without a file.

    Raises
    ------
    ModelError
        If two mineral files claim one name.

    Examples
    --------
    >>> canonical_phase("clinopyroxene_0"), canonical_phase("FELDSPAR")
    ('Clinopyroxene', None)
    """
    return _classes(tuple(load_minerals())).get(name_key(name))
