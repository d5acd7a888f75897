"""NumPy to Arrow without pandas on the way.

`pyarrow.array` imports pandas wherever it is installed, to look whether it was given a Series. That takes
longer than classifying a hundred thousand analyses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = [
    "coded",
    "distinct_rows",
    "integers",
    "missing",
    "numbers",
    "packed",
    "placed",
    "spelled",
    "taken",
    "texts",
    "unpacked",
]


def numbers(values: FloatArray) -> pa.Array:
    """Return numbers as an Arrow array of doubles; NaN becomes null.

    Parameters
    ----------
    values : (n,) float64
        Shared with the result where they lie next to one another in memory.

    Examples
    --------
    >>> numbers(np.array([1.5, np.nan])).to_pylist()
    [1.5, None]
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    return pa.Array.from_buffers(
        pa.float64(), len(values), [_validity(~np.isnan(values)), pa.py_buffer(values)]
    )


def integers(values: npt.NDArray[np.integer]) -> pa.Array:
    """Return whole numbers as an Arrow array of int64.

    Examples
    --------
    >>> integers(np.array([1, 2])).to_pylist()
    [1, 2]
    """
    values = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def texts(values: Sequence[str | None]) -> pa.Array:
    """Return texts as an Arrow array of strings; None becomes null.

    Examples
    --------
    >>> texts(["Olivine", None, "µ"]).to_pylist()
    ['Olivine', None, 'µ']
    """
    n, bits = len(values), None
    if None in values:
        bits = _validity(np.array([value is not None for value in values], dtype=bool))
    filled = [value or "" for value in values]
    data = "".join(filled).encode()
    offsets = np.zeros(n + 1, dtype=np.int32)
    lengths = np.fromiter(map(len, filled), np.int32, n)
    for odd in np.flatnonzero(~np.fromiter(map(str.isascii, filled), bool, n)).tolist():
        lengths[odd] = len(filled[odd].encode())
    np.cumsum(lengths, out=offsets[1:])
    return pa.Array.from_buffers(pa.string(), n, [bits, pa.py_buffer(offsets), pa.py_buffer(data)])


def spelled(letters: npt.NDArray[np.uint8], valid: BoolArray) -> pa.Array:
    """Return texts that are given letter by letter as an Arrow array of strings.

    Parameters
    ----------
    letters : (n, width) uint8
        UTF-8; zeros are left out, wherever they stand.
    valid : (n,) bool
        The others become null.

    Examples
    --------
    >>> spelled(np.array([[79, 0, 108], [81, 122, 0]], np.uint8), np.array([True, True])).to_pylist()
    ['Ol', 'Qz']
    """
    held = letters != 0
    offsets = np.zeros(len(letters) + 1, dtype=np.int32)
    np.cumsum(held.sum(axis=1), out=offsets[1:])
    buffers = [_validity(valid), pa.py_buffer(offsets), pa.py_buffer(letters[held])]
    return pa.Array.from_buffers(pa.string(), len(letters), buffers)


def taken(values: pa.Array, places: IntArray) -> pa.Array:
    """Return the values at some places, null where the place is negative.

    Examples
    --------
    >>> taken(texts(["Olivine", "Glass"]), np.array([1, -1])).to_pylist()
    ['Glass', None]
    """
    places = np.ascontiguousarray(places, dtype=np.int64)
    buffers = [_validity(places >= 0), pa.py_buffer(places)]
    return values.take(pa.Array.from_buffers(pa.int64(), len(places), buffers))


def placed(parts: Sequence[tuple[IntArray, pa.Array]], n: int) -> pa.Array:
    """Return n texts of which each part holds some, null where none does.

    Parameters
    ----------
    parts : sequence of (rows, strings)
        Where the texts of the part belong; no row is in two parts.
    n : int
        Rows of the result.

    Examples
    --------
    >>> placed([(np.array([2, 0]), texts(["c", "a"]))], 3).to_pylist()
    ['a', None, 'c']
    """
    if not parts:
        return pa.nulls(n, pa.string())
    places = np.full(n, -1)
    rows = np.concatenate([rows for rows, _ in parts])
    places[rows] = np.arange(len(rows))
    return taken(pa.concat_arrays([values for _, values in parts]), places)


def coded(codes: npt.NDArray[np.integer], names: Sequence[str]) -> pa.DictionaryArray:
    """Return texts that repeat as a dictionary-encoded Arrow array.

    Parameters
    ----------
    codes : (n,) int
        Index of each row into `names`; -1 becomes null.
    names : sequence of str
        The texts that occur; where one stands twice, both codes mean the same entry.

    Examples
    --------
    >>> coded(np.array([1, -1, 0]), ["Olivine", "Glass"]).to_pylist()
    ['Glass', None, 'Olivine']
    """
    distinct = {name: k for k, name in enumerate(dict.fromkeys(names))}
    meant = np.array([*(distinct[name] for name in names), -1], dtype=np.int32)
    indices = meant[codes]
    valid = indices >= 0
    array = pa.Array.from_buffers(
        pa.int32(),
        len(indices),
        [_validity(valid), pa.py_buffer(np.where(valid, indices, 0).astype(np.int32))],
    )
    return pa.DictionaryArray.from_arrays(array, texts(list(distinct)))


def distinct_rows(rows: npt.NDArray[np.uint8]) -> tuple[IntArray, list[bytes]]:
    r"""Return which of the distinct rows each row is, and these.

    Examples
    --------
    >>> distinct_rows(np.array([[7, 1], [5, 0], [7, 1]], np.uint8))
    (array([0, 1, 0], dtype=int32), [b'\x07\x01', b'\x05\x00'])
    """
    buffers = [None, pa.py_buffer(np.ascontiguousarray(rows))]
    encoded = pa.Array.from_buffers(pa.binary(rows.shape[1]), len(rows), buffers).dictionary_encode()
    return np.frombuffer(encoded.indices.buffers()[1], np.int32, len(rows)), encoded.dictionary.to_pylist()


def packed(table: pa.Table | pa.RecordBatch) -> pa.Buffer:
    """Return a table as bytes for another process: pickled, a slice would bring its whole table along.

    Examples
    --------
    >>> unpacked(packed(pa.table({"SiO2": [40.8, 51.2]})[1:])).to_pydict()
    {'SiO2': [51.2]}
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write(table)
    return sink.getvalue()


def unpacked(data: pa.Buffer) -> pa.Table:
    """Return the table that `packed` made bytes of, which it shares."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all()


def missing(kind: pa.DataType) -> pa.Scalar:
    """Return the null of a type."""
    return pa.nulls(1, kind)[0]


def _validity(valid: BoolArray) -> pa.Buffer | None:
    if valid.all():
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))
