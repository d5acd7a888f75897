"""Names of minerals in databases and programs, and the classes they belong to."""

from __future__ import annotations

import re
from functools import cache

from phasewise.chem.minerals import load_minerals
from phasewise.core.errors import ModelError

__all__ = ["canonical_phase"]

_NUMBERED = re.compile(r"_\d+$")
_SEPARATORS = re.compile(r"[\s_\-–]+")


def _key(name: str) -> str:
    return _SEPARATORS.sub("", _NUMBERED.sub("", name.strip())).casefold()


@cache
def _classes() -> dict[str, str]:
    found: dict[str, str] = {}
    for mineral in load_minerals().values():
        for name in (mineral.name, mineral.title, mineral.symbol, *mineral.synonyms):
            owner = found.setdefault(_key(name), mineral.name) if name else mineral.name
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
    return _classes().get(_key(name))
