"""Comma- and tab-separated text, quoted only where it must be."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.core.arrow import missing, texts

__all__ = ["DelimitedWriter"]


class DelimitedWriter:
    """Write record batches as UTF-8 text; a missing value is an empty cell.

    The writer of pyarrow puts quotes around every text; here its kernels join the cells, which takes
    about 1.5 s of processor time for a million rows of 24 columns.
    """

    def __init__(self, path: Path, schema: pa.Schema, delimiter: str) -> None:
        self._delimiter = _constant(delimiter)
        self._special = f'["{delimiter}\r\n]'
        self._file = path.open("wb")
        header = io.StringIO()
        csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(schema.names)
        self._file.write(header.getvalue().encode())

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        if batch.num_rows == 0:
            return
        cells = [self._cells(column) for column in batch.columns]
        cells[-1] = _joined([cells[-1], NEW_LINE], NOTHING)
        lines = _joined(cells, self._delimiter)
        self._file.write(_bytes_of(lines))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._file.close()

    def _cells(self, column: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(column.type):
            return self._cells(column.dictionary).take(column.indices)
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), missing(column.type), column)
        return self._quoted(_as_text(column))

    def _quoted(self, text: pa.Array) -> pa.Array:
        special = pc.match_substring_regex(text, self._special)
        if not pc.any(special).as_py():
            return text
        doubled = pc.replace_substring(text, '"', '""')
        return pc.if_else(special, _joined([QUOTE, doubled, QUOTE], NOTHING), text)


def _constant(text: str) -> pa.Scalar:
    return texts([text])[0]


NEW_LINE, QUOTE, NOTHING = _constant("\n"), _constant('"'), _constant("")


def _joined(cells: list[pa.Array | pa.Scalar], separator: pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*cells, separator, null_handling="replace", null_replacement="")


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.string())
    except pa.ArrowNotImplementedError:
        return texts([None if value is None else str(value) for value in column.to_pylist()])


def _bytes_of(lines: pa.Array) -> memoryview:
    """Return the texts of a string array as one run of bytes, without a copy."""
    _, offsets, data = lines.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int32)
    start, stop = bounds[lines.offset], bounds[lines.offset + len(lines)]
    return memoryview(data)[start:stop]
