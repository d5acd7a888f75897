"""One writer for all formats of results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from phasewise.core.errors import OutputError
from phasewise.report.columnar import FeatherWriter, ParquetWriter
from phasewise.report.delimited import DelimitedWriter
from phasewise.report.excel import ExcelWriter
from phasewise.report.targets import atomic_path, cannot_write, check_target

__all__ = ["FORMATS", "ResultWriter", "check_result_path", "open_writer"]

BLOCK_ROWS = 65_536


class FormatWriter(Protocol):
    """What a file format has to offer."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""

    def close(self) -> None:
        """Complete and close the file."""

    def abandon(self) -> None:
        """Close the file, which is going to be removed, as quickly as can be."""


FORMATS: dict[str, Callable[[Path, pa.Schema], FormatWriter]] = {
    ".csv": partial(DelimitedWriter, delimiter=","),
    ".tsv": partial(DelimitedWriter, delimiter="\t"),
    ".parquet": ParquetWriter,
    ".feather": FeatherWriter,
    ".xlsx": ExcelWriter,
}
"""What writes a file of each ending."""


class ResultWriter:
    """Rows on their way into a file, block by block; see `open_writer`."""

    def __init__(self, target: Path, draft: Path) -> None:
        self._target = target
        self._draft = draft
        self._writer: FormatWriter | None = None
        self._schema: pa.Schema | None = None

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table; the first table fixes the columns and their types.

        Raises
        ------
        OutputError
            If the disk is full, the columns differ from the first table's, or the format cannot hold
            what is written.
        """
        try:
            if self._writer is None:
                self._schema = table.schema
                self._writer = FORMATS[self._target.suffix.lower()](self._draft, table.schema)
            elif table.column_names != self._schema.names:  # type: ignore[union-attr]
                raise OutputError(
                    f"'{self._target}' cannot take a block of other columns: it began with "
                    f"{self._schema.names}, and now comes {table.column_names}."  # type: ignore[union-attr]
                )
            for batch in table.cast(self._schema).to_batches(max_chunksize=BLOCK_ROWS):
                self._writer.write(batch)
        except OSError as error:
            raise cannot_write(self._target, error) from error

    def complete(self) -> None:
        """Write what is pending and close the file."""
        if self._writer is None:
            raise OutputError(f"Nothing was written to '{self._target}', not even an empty table.")
        try:
            self._writer.close()
        except OSError as error:
            raise cannot_write(self._target, error) from error

    def abandon(self) -> None:
        """Let go of the file, which is going to be removed."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.abandon()


def check_result_path(path: str | os.PathLike[str], *, force: bool = False, source: object = None) -> Path:
    """Return where a result table will be written, after making sure that it may be.

    See `phasewise.report.targets.check_target` for the parameters and what is refused.

    Raises
    ------
    OutputError
        If the file may not or cannot be written.
    """
    return check_target(path, tuple(FORMATS), force=force, source=source)


@contextmanager
def open_writer(
    path: str | os.PathLike[str], *, force: bool = False, source: object = None
) -> Iterator[ResultWriter]:
    """Open a file for results; the format follows from its ending.

    The rows go to a hidden file in the same folder, which takes its place when all are written. After
    an exception or an interrupt nothing is left behind, and an older result is as it was.

    Parameters
    ----------
    path : path-like
        A file ending in .csv, .tsv, .parquet, .feather or .xlsx.
    force : bool
        Whether an existing file may be overwritten.
    source : object, optional
        What is read; where it is a path, it may not be the target, whatever `force` says.

    Yields
    ------
    ResultWriter
        Its method ``write`` takes one `pyarrow.Table` after another.

    Raises
    ------
    OutputError
        If the file may not or cannot be written; checked before anything else happens.
    """
    target = check_result_path(path, force=force, source=source)
    with atomic_path(target) as draft:
        writer = ResultWriter(target, draft)
        try:
            yield writer
            writer.complete()
        except BaseException:
            writer.abandon()
            raise
