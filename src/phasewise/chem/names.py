"""Names of minerals in databases and programs, and the classes they belong to."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from phasewise.chem.minerals import load_minerals
from phasewise.core.errors import ModelError

__all__ = ["canonical_phase", "minerals_of_name", "name_key"]

_NUMBERED = re.compile(r"_\d+$")
_ASIDES = re.compile(
    r"^other:|\([^()]*\)|\[[^\[\]]*\]|[?*]|\b(?:core|rim|mantle|centre|center|phenocryst|microlite)\b",
    re.I,
)
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


def minerals_of_name(name: str) -> tuple[str, ...]:
    """Return the mineral files that a name covers, also a name of several minerals.

    What stands in brackets, question marks and places in a crystal (core, rim) do not matter where the whole
    name is not known.

    Returns
    -------
    tuple of str
        Names of minerals; empty for species without a file, and for what is no name of a mineral.

    Raises
    ------
    ModelError
        If two mineral files or groups claim one name.

    Examples
    --------
    >>> minerals_of_name("FELDSPAR"), minerals_of_name("cpx core?"), minerals_of_name("britholite")
    (('Plagioclase', 'KFeldspar'), ('Clinopyroxene',), ())
    """
    for wording in (name, _ASIDES.sub(" ", name)):
        several, one = _groups().get(name_key(wording)), canonical_phase(wording)
        if several or one:
            return several or (str(one),)
    return ()


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    text = resources.files("phasewise.chem").joinpath("group_names.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for entry in tomllib.loads(text)["group"]:
        for name in entry["names"]:
            if found.setdefault(name_key(name), tuple(entry["minerals"])) != tuple(entry["minerals"]):
                raise ModelError(f"group_names.toml: two groups claim the name {name!r}; keep one.")
    return found
