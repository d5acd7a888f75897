"""A text column as groups of rows: labels, publications, samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from phasewise.core.types import IntArray

__all__ = ["Groups"]


@dataclass(frozen=True, eq=False)
class Groups:
    """A text column as groups of rows.

    Attributes
    ----------
    names : tuple of str
        Each text once, in the order of its first row.
    code : (n,) int
        Index of each row in `names`; -1 where it is empty.
    """

    names: tuple[str, ...]
    code: IntArray

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array | None, n: int) -> Groups:
        """Return the groups of a column of texts; of None, no row has one."""
        if column is None:
            return cls((), np.full(n, -1))
        import pyarrow as pa
        import pyarrow.compute as pc

        trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
        named = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
        whole = named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named
        coded = whole.dictionary_encode()
        return cls(tuple(coded.dictionary.to_pylist()), coded.indices.fill_null(-1).to_numpy())

    def __len__(self) -> int:
        return len(self.code)

    def name(self, row: int) -> str:
        """Return the text of a row, empty where it has none."""
        code = int(self.code[row])
        return self.names[code] if code >= 0 else ""

    def take(self, rows: IntArray) -> Groups:
        """Return some of the rows."""
        return Groups(self.names, self.code[rows])

    def with_(self, other: Groups) -> Groups:
        """Return the groups of rows that share both texts; names are joined by `` | ``.

        Rows that lack one of them are grouped by the other.
        """
        width = len(other.names) + 1
        both = (self.code.astype(np.int64) + 1) * width + other.code + 1
        distinct, code = np.unique(both, return_inverse=True)
        pairs = [divmod(int(pair), width) for pair in distinct]
        names = [
            " | ".join(part for part in (_name(self.names, a), _name(other.names, b)) if part)
            for a, b in pairs
        ]
        return Groups(tuple(names), np.where(both > 0, code.reshape(-1), -1))

    def each(self, least: int = 1) -> Iterator[tuple[str, IntArray]]:
        """Yield the name and the rows, in their order, of each group with at least so many rows.

        Rows without a text are one group, named by the empty text.
        """
        order = np.argsort(self.code, kind="stable")
        edges = np.flatnonzero(np.diff(self.code[order])) + 1
        for rows in np.split(order, edges) if len(order) else ():
            if len(rows) >= least:
                yield self.name(int(rows[0])), rows


def _name(names: tuple[str, ...], place: int) -> str:
    return names[place - 1] if place else ""
