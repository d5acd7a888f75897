"""An opened table: its columns, what they are taken for, and its rows in blocks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from phasewise.compositions.headers import Headers
from phasewise.compositions.read._assemble import READ_ROLES, Assembled, Unreadable, assemble
from phasewise.compositions.read._source import Opened
from phasewise.core.arrow import packed, unpacked
from phasewise.core.types import Analyses

__all__ = ["Block", "Table"]

BLOCK_ROWS = 65536


class _Tally:
    """What could not be read so far, in any order of blocks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, int], Unreadable] = {}
        self._units: set[int] = set()

    def add(self, found: Assembled, first_row: int) -> None:
        with self._lock:
            self._seen.update({(item.column, first_row): item for item in found.unreadable})
            self._units.update(first_row + row for row in found.units_rows)

    def notices(self) -> tuple[str, ...]:
        with self._lock:
            seen, units = list(self._seen.values()), sorted(self._units)
        sentences = []
        if units:
            rows = ", ".join(map(str, units[:5])) + (" ..." if len(units) > 5 else "")
            sentences.append(f"Units, not an analysis, are in row {rows}: carried along, and not judged.")
        for column in dict.fromkeys(item.column for item in seen):
            items = [item for item in seen if item.column == column]
            first = min(items, key=lambda item: item.row)
            count = sum(item.count for item in items)
            cells = "1 cell that is" if count == 1 else f"{count} cells that are"
            sentences.append(
                f"{column!r} has {cells} no number, taken as not measured, e.g. {first.example!r} "
                f"in row {first.row}."
            )
        return tuple(sentences)


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a table.

    Attributes
    ----------
    table : pa.Table
        The rows as they are, with all of the user's columns.
    first_row : int
        Number of the first row in the whole table, counted from 1.
    analyses : dict
        `Analyses` by phase suffix; ``""`` for a plain table. Worked out when first asked for, so
        that blocks may be handed to threads.

    Pickled, a block keeps the columns that are read; what the other process finds odd in it has to be told
    to the block here: ``block.tell(other.findings)``.
    """

    table: pa.Table
    first_row: int
    _headers: Headers = field(repr=False)
    _where: str = field(repr=False)
    _tally: _Tally = field(repr=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def analyses(self) -> dict[str, Analyses]:
        """Return `Analyses` by phase suffix."""
        return self._assembled.analyses

    @property
    def units_rows(self) -> tuple[int, ...]:
        """Return the positions in this block of rows that hold units instead of an analysis."""
        return self._assembled.units_rows

    @property
    def findings(self) -> Assembled:
        """Return what could not be read, without the analyses."""
        return replace(self._assembled, analyses={})

    def tell(self, findings: Assembled) -> None:
        """Keep the findings for the notices of the table."""
        self._tally.add(findings, self.first_row)

    def __reduce__(self) -> tuple[Any, ...]:
        data = packed(self.table.select([c.name for c in self._headers.of_role(*READ_ROLES)]))
        return _arrived, (data, self.first_row, self._headers, self._where)

    @cached_property
    def _assembled(self) -> Assembled:
        result = assemble(self.table, self._headers, where=self._where, first_row=self.first_row)
        self.tell(result)
        return result


def _arrived(data: pa.Buffer, first_row: int, headers: Headers, where: str) -> Block:
    return Block(unpacked(data), first_row, headers, where, _Tally())


@dataclass(frozen=True, eq=False)
class Table:
    """A table of analyses, opened for reading in blocks.

    Attributes
    ----------
    name : str
        How messages call it.
    format : str
        Name of its format.
    columns : tuple of str
        The user's columns.
    headers : Headers
        What the columns are taken for.
    n_rows : int or None
        None where only reading to the end would tell.
    about_rows : int
        Roughly that, from the size of the file; too few where it is compressed.
    """

    name: str
    format: str
    headers: Headers
    _opened: Opened = field(repr=False)
    _notices: tuple[str, ...] = ()
    about_rows: int = 0
    _tally: _Tally = field(default_factory=_Tally, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the user's columns."""
        return self._opened.columns

    @property
    def n_rows(self) -> int | None:
        """Return the number of rows where it is known beforehand."""
        return self._opened.n_rows

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what was assumed; complete after a pass over all blocks."""
        return (*self._opened.notices, *self._notices, *self.headers.notices, *self._tally.notices())

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """Yield the rows in blocks, in their order; each call starts anew.

        Parameters
        ----------
        rows : int
            Most rows of a block. The analyses do not depend on it.

        Yields
        ------
        Block
            At least one, which is empty for a table without rows.

        Raises
        ------
        FileFormatError
            If a line does not fit the header, or the file is damaged further down.
        """
        first_row = 1
        for table in in_blocks(self._opened.batches(), rows):
            yield Block(table, first_row, self.headers, self.name, self._tally)
            first_row += table.num_rows
        if first_row == 1:
            yield Block(self._empty(), 1, self.headers, self.name, self._tally)

    def _empty(self) -> pa.Table:
        for table in self._opened.batches():
            return table.slice(0, 0)
        return pa.table({name: pa.nulls(0, pa.string()) for name in self.columns})


def in_blocks(batches: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the same rows in tables of `rows` rows, the last one shorter."""
    if rows < 1:
        raise ValueError(f"{rows=} must be at least 1")
    waiting: list[pa.Table] = []
    n_waiting = 0
    for batch in batches:
        start = 0
        while n_waiting + batch.num_rows - start >= rows:
            stop = start + rows - n_waiting
            yield _joined([*waiting, batch.slice(start, stop - start)])
            waiting, n_waiting, start = [], 0, stop
        if start < batch.num_rows:
            waiting.append(batch.slice(start))
            n_waiting += batch.num_rows - start
    if waiting:
        yield _joined(waiting)


def _joined(tables: list[pa.Table]) -> pa.Table:
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables)
