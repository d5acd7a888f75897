"""Minerals that a user or the card of a model brings along: read, checked and made known.

They are mineral files as those of the package, kept as text. Nothing in them can run code, and no more is
read than `MOST_CHARACTERS` of each.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from phasewise.chem.mineral_file import read_mineral
from phasewise.chem.minerals import add_minerals
from phasewise.chem.names import canonical_phase, name_key
from phasewise.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from phasewise.chem.mineral import Mineral

__all__ = ["MOST_CHARACTERS", "MOST_MINERALS", "add_own_minerals", "class_name", "read_own_mineral"]

MOST_CHARACTERS = 50_000
"""The longest mineral file of the package has less than a quarter of that."""

MOST_MINERALS = 200

_CLASS_NAME = re.compile(r"[A-Z][A-Za-z0-9]{1,39}")


def class_name(name: str) -> str:
    """Return a name as a class is called, with a capital letter.

    Raises
    ------
    ModelError
        If it holds anything but letters and digits, or more than 40 of them.

    Examples
    --------
    >>> class_name("benitoite")
    'Benitoite'
    """
    found = name[:1].upper() + name[1:]
    if not _CLASS_NAME.fullmatch(found):
        raise ModelError(
            f"{name[:60]!r} cannot be the name of a class. Write 2 to 40 letters (A to Z) and digits without "
            "spaces, the first a letter, e.g. Benitoite."
        )
    return found


def read_own_mineral(text: str, where: str) -> Mineral:
    """Return the mineral that a text describes, which is held to more than files of the package are.

    Parameters
    ----------
    text : str
        A mineral file; see ``chem/minerals/README.md``.
    where : str
        What it is called in messages.

    Raises
    ------
    ModelError
        If the text is too long, is no mineral file, or names no limits.
    """
    if len(text) > MOST_CHARACTERS:
        raise ModelError(
            f"mineral file {where!r} has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read. "
            "Shorten it."
        )
    try:
        mineral = read_mineral(text, where)
    except RecursionError as error:
        raise ModelError(f"mineral file {where!r} is nested too deeply. Correct it.") from error
    if class_name(mineral.name) != mineral.name:
        raise ModelError(f"mineral file {where!r}: write the name with a capital letter.")
    if not mineral.limits:
        raise ModelError(
            f"mineral file {where!r} names no limits, so that any analysis would keep them. Add [oxides], "
            "[limits] or [ratios]."
        )
    return mineral


def add_own_minerals(texts: Mapping[str, Any], where: str) -> None:
    """Make minerals known until the process ends.

    Parameters
    ----------
    texts : mapping of str to str
        The text of a mineral file by the name of its class.
    where : str
        Where they come from, for messages.

    Raises
    ------
    ModelError
        If a text is no valid mineral file or describes another class, or if a class or a name stands for
        another mineral already; then none of them is added.
    """
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ModelError(f"{where}: own minerals are not texts by the names of their classes.")
    if len(texts) > MOST_MINERALS:
        raise ModelError(f"{where}: {len(texts)} own minerals; at most {MOST_MINERALS} are read.")
    minerals = [read_own_mineral(text, f"{where}: {name}") for name, text in texts.items()]
    for name, mineral in zip(texts, minerals, strict=True):
        if mineral.name != name:
            raise ModelError(f"{where}: the mineral file of {name!r} describes {mineral.name!r}.")
    _check_names(minerals)
    add_minerals(minerals)


def _check_names(minerals: Sequence[Mineral]) -> None:
    """Raise where a name of a mineral stands for another one."""
    claimed: dict[str, str] = {}
    for mineral in minerals:
        for name in filter(None, (mineral.name, mineral.title, mineral.symbol, *mineral.synonyms)):
            owner = canonical_phase(name) or claimed.setdefault(name_key(name), mineral.name)
            if owner != mineral.name:
                raise ModelError(
                    f"the mineral file of {mineral.name!r} claims the name {name!r}, which stands for "
                    f"{owner} already. Remove it."
                )
