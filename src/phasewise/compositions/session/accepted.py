"""Accepted compositions of reference materials, and which of them a name stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.compositions.read import read
from phasewise.core.errors import HeaderError
from phasewise.core.result_names import find_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from phasewise.core.types import FloatArray

__all__ = ["AcceptedValues", "Material", "built_in_values", "load_accepted"]

ROUNDING_SD = 0.01 / np.sqrt(12)
"""Standard deviation in wt% of what is rounded to 0.01 wt% (JCGM 100:2008, 4.3.7)."""

Alias = tuple[tuple[str, ...], ...]
"""Words that have to occur in a name, in any order; each is one or several tokens in a row."""

_NAME_COLUMNS = ("standard", "material", "reference material")
_CATALOGUE_DIGITS = 5


@dataclass(frozen=True, eq=False)
class Material:
    """A reference material.

    Attributes
    ----------
    name : str
        With its catalogue number.
    aliases : tuple of tuple of tuple of str
        Ways to name it; each is a set of words that have to occur, and each word one or several tokens.
    source : str
        Where its values come from.
    caution : str
        What to know before its values are used, else empty.
    """

    name: str
    aliases: tuple[Alias, ...]
    source: str = ""
    caution: str = ""


@dataclass(frozen=True, eq=False)
class AcceptedValues:
    """Compositions of m reference materials.

    Attributes
    ----------
    materials : tuple of Material
    columns : tuple of str
    values : (m, p) float64
        wt%, total iron as FeO; NaN where no value is stated.
    sd : (m, p) float64
        One standard deviation of the values; NaN where it is not stated.
    """

    materials: tuple[Material, ...]
    columns: tuple[str, ...]
    values: FloatArray
    sd: FloatArray

    def find(self, label: str) -> int:
        """Return the material that a name stands for, -1 for none or several.

        Of those whose alias occurs in the name the longest alias counts.
        """
        tokens = tokens_of(label)
        lengths: dict[int, int] = {}
        for token in set(tokens):
            for material, alias in self._aliases_by_token.get(token, ()):
                lengths[material] = max(lengths.get(material, 0), _length(alias, tokens))
        longest = max(lengths.values(), default=0)
        found = [material for material, length in lengths.items() if length == longest]
        return found[0] if longest and len(found) == 1 else -1

    @cached_property
    def _aliases_by_token(self) -> dict[str, list[tuple[int, Alias]]]:
        """Return materials and aliases by the longest token of the alias, which a name has to hold."""
        found: dict[str, list[tuple[int, Alias]]] = {}
        for place, material in enumerate(self.materials):
            for alias in material.aliases:
                longest = max((token for word in alias for token in word), key=len)
                found.setdefault(longest, []).append((place, alias))
        return found

    def like(self, label: str) -> list[str]:
        """Return the names of up to three materials that share a word with a name."""
        words = {token for token in tokens_of(label) if len(token) > 2}
        shared = [(len(words & set(tokens_of(m.name))), m.name) for m in self.materials]
        return [name for number, name in sorted(shared, key=lambda pair: -pair[0])[:3] if number]

    def of(self, material: int, oxides: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Return values and standard deviations of one material, NaN where there are none."""
        places = [self.columns.index(oxide) if oxide in self.columns else -1 for oxide in oxides]
        padded = (np.append(table[material], np.nan) for table in (self.values, self.sd))
        values, sd = (row[places] for row in padded)
        return values, sd


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a name; letters and digits are apart, and so are words run together.

    Examples
    --------
    >>> tokens_of("VG2_03"), tokens_of("KakanuiHbl")
    (('vg', '2', '3'), ('kakanui', 'hbl'))
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)
    found = re.findall(r"[^\W\d_]+|\d+", apart.casefold())
    return tuple(token.lstrip("0") or "0" if token.isdigit() else token for token in found)


def _length(alias: Alias, tokens: tuple[str, ...]) -> int:
    """Return the number of letters of an alias whose words all occur, else 0."""
    if not all(_holds(tokens, word) for word in alias):
        return 0
    return sum(len(token) for word in alias for token in word)


def _holds(tokens: tuple[str, ...], word: tuple[str, ...]) -> bool:
    return any(tokens[k : k + len(word)] == word for k in range(len(tokens) - len(word) + 1))


def _aliases(name: str, spelled: str) -> tuple[Alias, ...]:
    """Return the aliases of a material: its name, its catalogue number, and those that are spelled out."""
    ways = [tuple(tokens_of(word) for word in way.split()) for way in spelled.split("|") if way.strip()]
    numbers = [
        ((token,),) for token in tokens_of(name) if token.isdigit() and len(token) >= _CATALOGUE_DIGITS
    ]
    whole = [(tokens_of(name),)] if tokens_of(name) else []
    return (*whole, *ways, *numbers)


@cache
def built_in_values() -> AcceptedValues:
    """Return published reference materials; their sources state no errors, so that of rounding stands in.

    Examples
    --------
    >>> accepted = built_in_values()
    >>> accepted.materials[accepted.find("USNM 111312/444")].name
    'San Carlos olivine NMNH 111312-44'
    """
    with resources.as_file(resources.files(__package__) / "reference_materials.csv") as path:
        return _read(path, default_sd=float(ROUNDING_SD))


def load_accepted(source: Any) -> AcceptedValues:
    """Return accepted values of a table of the user, and behind them the built-in ones.

    Parameters
    ----------
    source : path or frame, optional
        One material a row: a column of names, those of an analysis, and, where they are known, those of
        errors (1 sigma). A name that the table has goes before a built-in material of that name.

    Raises
    ------
    FileFormatError, HeaderError
        If the table cannot be read or has no column of names.
    """
    if source is None:
        return built_in_values()
    return _joined(_read(source, default_sd=np.nan), built_in_values())


def _read(source: str | Path | Any, default_sd: float) -> AcceptedValues:
    analyses = read(source)
    table: pa.Table = analyses.meta
    columns = {str(name).casefold(): name for name in table.column_names}
    label = next((columns[name] for name in _NAME_COLUMNS if name in columns), None)
    label = label or find_label(table.column_names)
    if label is None:
        raise HeaderError(
            "The table of accepted values has no column of names. Call it 'name' or 'standard'; it has "
            f"{', '.join(table.column_names)}."
        )
    names = ["" if name is None else str(name).strip() for name in table[label].to_pylist()]
    spelled, sources, cautions = (_texts(table, name) for name in ("aliases", "source", "caution"))
    kept = np.array([k for k, name in enumerate(names) if name], dtype=int)
    materials = tuple(
        Material(names[k], _aliases(names[k], spelled[k]), sources[k], cautions[k]) for k in kept
    )
    values = np.where(analyses.below_detection, np.nan, analyses.values)
    stated = np.full_like(values, np.nan) if analyses.sigma is None else analyses.sigma
    sd = np.where(np.isnan(stated), np.where(np.isnan(values), np.nan, default_sd), stated)
    return AcceptedValues(materials, analyses.columns, values[kept], sd[kept])


def _texts(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return [""] * table.num_rows
    return ["" if text is None else str(text) for text in table[name].to_pylist()]


def _joined(first: AcceptedValues, second: AcceptedValues) -> AcceptedValues:
    """Return the materials of both; those of the second that a name of the first stands for are left out."""
    columns = tuple(dict.fromkeys([*first.columns, *second.columns]))
    replaced = {second.find(material.name) for material in first.materials}
    kept = [k for k in range(len(second.materials)) if k not in replaced]
    rows = [(first, k) for k in range(len(first.materials))] + [(second, k) for k in kept]
    found = [table.of(k, columns) for table, k in rows]
    return AcceptedValues(
        tuple(
            _with_aliases(table.materials[k], second) if table is first else table.materials[k]
            for table, k in rows
        ),
        columns,
        np.array([values for values, _ in found]).reshape(len(rows), len(columns)),
        np.array([sd for _, sd in found]).reshape(len(rows), len(columns)),
    )


def _with_aliases(material: Material, known: AcceptedValues) -> Material:
    """Return a material of the user with the aliases of the built-in one that it goes before."""
    place = known.find(material.name)
    if place < 0:
        return material
    aliases = (*material.aliases, *known.materials[place].aliases)
    return Material(material.name, aliases, material.source, material.caution)
