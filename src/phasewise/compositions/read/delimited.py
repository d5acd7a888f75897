"""Text tables: commas, semicolons, tabs, bars or spaces, in any usual encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from phasewise.compositions.read._buffers import floats_of
from phasewise.compositions.read._dialect import Dialect, dialect_of, is_text
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.arrow import texts
from phasewise.core.errors import FileFormatError
from phasewise.core.types import BoolArray

__all__ = ["SPEC", "read_text"]

BLOCK_BYTES = 1 << 21
COLUMN_BYTES = 1 << 12
"""Text is parsed in pieces of so many bytes, longer ones for wide tables: each column costs in each piece."""
SLOW_ROWS = 16384
FEWEST_FIELDS = 3
"""In narrower tables, a line break within quote marks is taken for what the user wrote."""
BLANK = " \t\r\n\f\v\u00a0\x1a"
"""Old programs end a text with Ctrl-Z (1A)."""

OpenBytes = Callable[[], pa.NativeFile]


def _sniff(source: Source) -> bool:
    return source.path is not None and is_text(source.head)


def _open(source: Source) -> Opened:
    dialect = dialect_of(source)

    def open_bytes() -> pa.NativeFile:
        stream = pa.input_stream(str(source.file), compression="detect")
        stream.read(dialect.start)
        return stream

    def batches() -> Iterator[pa.Table]:
        return read_text(open_bytes, dialect, source.name)

    return Opened(dialect.columns, batches, notices=skipped_lines(dialect))


def skipped_lines(dialect: Dialect) -> tuple[str, ...]:
    """Return a notice about lines before the header, if there are any."""
    if not dialect.skipped:
        return ()
    lines = "1 line" if dialect.skipped == 1 else f"{dialect.skipped} lines"
    return (f"{lines} before the header not read.",)


def read_text(open_bytes: OpenBytes, dialect: Dialect, name: str) -> Iterator[pa.Table]:
    """Yield the rows of a text table, every column as text.

    Parameters
    ----------
    open_bytes : callable
        Opens the bytes from the first row on.
    dialect : Dialect
        How they are written.
    name : str
        Name of the file, for messages.

    Raises
    ------
    FileFormatError
        If a line has more fields than the header, or a quote mark swallows lines.
    """
    return _without_blank_tail(_rows(open_bytes, dialect, name))


def _rows(open_bytes: OpenBytes, dialect: Dialect, name: str) -> Iterator[pa.Table]:
    done = 0
    if dialect.delimiter != " ":
        try:
            for table in _fast(open_bytes, dialect):
                _reject_swallowed_lines(table, dialect, name, done)
                yield table
                done += table.num_rows
            return
        except pa.ArrowInvalid:
            pass
    yield from _slow(open_bytes, dialect, name, done)


def _fast(open_bytes: OpenBytes, dialect: Dialect) -> Iterator[pa.Table]:
    """Yield rows while every line has the same number of fields, else raise ArrowInvalid."""
    if not open_bytes().read(1 << 16).strip():
        return
    keys = [str(i) for i in range(dialect.width)]
    with pa_csv.open_csv(
        open_bytes(),
        read_options=pa_csv.ReadOptions(
            column_names=keys,
            block_size=max(BLOCK_BYTES, dialect.width * COLUMN_BYTES),
            encoding=dialect.encoding.replace("utf-8", "utf8"),
        ),
        parse_options=pa_csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=dialect.quoted),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False
        ),
    ) as reader:
        for batch in reader:
            yield _named(pa.Table.from_batches([batch]), dialect.columns)


def _named(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    extra = table.columns[len(names) :]
    if any(_given(column).any() for column in extra):
        raise pa.ArrowInvalid("fields without a column")
    kept = table.columns[: len(names)]
    if len(kept) < len(names):
        blank = pa.chunked_array([texts([""] * table.num_rows)])
        kept += [blank] * (len(names) - len(kept))
    return pa.Table.from_arrays(kept, names=list(names))


def _slow(open_bytes: OpenBytes, dialect: Dialect, name: str, skip: int) -> Iterator[pa.Table]:
    """Yield rows after the first `skip`, mending lines that are too short or end in blanks."""
    text = io.TextIOWrapper(io.BufferedReader(open_bytes()), encoding=dialect.encoding, newline="")
    reader = csv.reader(text, delimiter=dialect.delimiter, skipinitialspace=True)
    rows = islice(_mended(reader, dialect, name), skip, None)
    while chunk := list(islice(rows, SLOW_ROWS)):
        columns = [texts(column) for column in zip(*chunk, strict=True)]
        table = pa.Table.from_arrays(columns, names=list(dialect.columns))
        _reject_swallowed_lines(table, dialect, name, skip)
        yield table
        skip += table.num_rows


def _mended(reader: csv._reader, dialect: Dialect, name: str) -> Iterator[list[str]]:  # type: ignore[name-defined]
    n = len(dialect.columns)
    try:
        for row in reader:
            if not row or (len(row) == 1 and not row[0].strip(BLANK)):
                continue
            if any(cell.strip() for cell in row[n:]):
                line = dialect.lines_before + reader.line_num
                raise FileFormatError(
                    f"{name} has {len(row)} fields in line {line} but {n} columns (the first field too many "
                    f"is {next(cell for cell in row[n:] if cell.strip())!r}). Mend that line, or quote "
                    "fields that contain the delimiter."
                )
            yield row[:n] + [""] * (n - len(row))
    except csv.Error as error:
        line = dialect.lines_before + reader.line_num
        raise FileFormatError(f"{name} cannot be read at line {line}: {error}. Mend that line.") from error


def _reject_swallowed_lines(table: pa.Table, dialect: Dialect, name: str, done: int) -> None:
    """Find quote marks that were never closed: whole lines end up in one cell."""
    # A quote mark in the first row may swallow all others, and then the rows do not tell the width.
    width = dialect.width if dialect.width >= FEWEST_FIELDS else len(dialect.columns)
    if not dialect.quoted or width < FEWEST_FIELDS:
        return
    for column in table.columns:
        spans = pc.match_substring(column, "\n")
        if not pc.any(spans).as_py():
            continue
        for row in pc.indices_nonzero(spans).to_pylist():
            lines = column[row].as_py().splitlines()[1:]
            if any(line.count(dialect.delimiter) >= width - 1 for line in lines):
                raise FileFormatError(
                    f"{name} has a quote mark in row {done + row + 1} that is never closed: "
                    f"it swallows the line {lines[0][:40]!r}. Remove it, or double it."
                )


def _without_blank_tail(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the same rows less those at the end in which every cell is blank."""
    waiting: list[pa.Table] = []
    for table in tables:
        n_body = table.num_rows - _blank_tail(table)
        if n_body:
            yield from waiting
            yield table.slice(0, n_body)
            waiting = []
        if n_body < table.num_rows:
            waiting.append(table.slice(n_body))


def _blank_tail(table: pa.Table) -> int:
    if not table.num_rows or any(column[-1].as_py().strip() for column in table.columns):
        return 0
    filled = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        filled |= _given(column)
    rows = np.flatnonzero(filled)
    return int(table.num_rows - (rows[-1] + 1 if len(rows) else 0))


def _given(column: pa.ChunkedArray) -> BoolArray:
    return floats_of(pc.binary_length(pc.utf8_trim_whitespace(column))) > 0


SPEC = FormatSpec(
    name="delimited",
    description="text with commas, semicolons, tabs, bars or spaces",
    extensions=(".csv", ".tsv", ".txt"),
    sniff=_sniff,
    open=_open,
)
