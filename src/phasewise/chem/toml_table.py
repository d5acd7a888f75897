"""Tables of TOML files, read strictly: every key is known, present and of its type."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from phasewise.chem.expressions import Expression, Terms, parse_expression, parse_sum
from phasewise.core.errors import ModelError

__all__ = ["Range", "TomlTable"]

Range = tuple[float, float]


class TomlTable:
    """Takes values out of one table of a mineral file, and complains with its place."""

    def __init__(self, file: str, table: Mapping[str, Any], where: str = "") -> None:
        self.file, self.where, self.table = file, where, dict(table)

    def fail(self, message: str) -> ModelError:
        """Return an error that names the file and the table."""
        place = f" in [{self.where}]" if self.where else ""
        return ModelError(f"mineral file {self.file!r}{place}: {message}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """Return a value of a type; a key without a default must be there."""
        value = self.table.pop(key, default)
        if value is None:
            raise self.fail(f"{key!r} is missing. Add it; minerals/README.md lists all keys.")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(f"{key!r} is {value!r}, which has the wrong type.")
        return value

    def names(self, key: str, allowed: Collection[str] | None = None, default: Any = None) -> tuple[str, ...]:
        """Return a list of names, all of them among the allowed ones."""
        value = tuple(self.take(key, list, default))
        unknown = [name for name in value if allowed is not None and name not in allowed]
        if unknown or not all(isinstance(name, str) for name in value):
            raise self.fail(f"{key!r} holds {unknown or value}, which phasewise does not know.")
        return value

    def range(self, key: str, default: Any = None) -> Range:
        """Return [lowest, highest]; of a single number, the highest."""
        value = self.take(key, (list, int, float), default)
        if not isinstance(value, list):
            return -math.inf, float(value)
        if len(value) != 2 or not all(isinstance(v, int | float) for v in value) or value[0] > value[1]:
            raise self.fail(f"{key!r} is {value!r}; write [lowest, highest].")
        return float(value[0]), float(value[1])

    def sum(self, text: str, allowed: Collection[str]) -> Terms:
        """Return the terms of a sum."""
        try:
            return parse_sum(text, allowed)
        except ValueError as error:
            raise self.fail(f"{error}.") from error

    def expression(self, text: str, allowed: Collection[str]) -> Expression:
        """Return a sum or a ratio."""
        try:
            return parse_expression(text, allowed)
        except ValueError as error:
            raise self.fail(f"{error}.") from error

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number."""
        return float(self.take(key, (int, float), default))

    def tables(self, key: str) -> list[TomlTable]:
        """Return the tables of a list, none where the key is absent."""
        return [TomlTable(self.file, t, f"{key} {i}") for i, t in enumerate(self.take(key, list, []), 1)]

    def inner(self, key: str) -> TomlTable:
        """Return a table within this one, empty where it is absent."""
        return TomlTable(self.file, self.take(key, dict, {}), f"{self.where}, {key}" if self.where else key)

    def done(self) -> None:
        """Complain of keys that nobody asked for."""
        if self.table:
            raise self.fail(f"unknown keys {sorted(self.table)}. Remove or correct them.")
