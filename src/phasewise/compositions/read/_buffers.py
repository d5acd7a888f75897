"""From Arrow to NumPy through the bare buffers; `phasewise.core.arrow` is the way back.

The converters of pyarrow itself (`to_numpy`, `pc.equal(column, "")`) import pandas on their first
call, which takes longer than reading a hundred thousand analyses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from phasewise.core.types import BoolArray, FloatArray

__all__ = ["bools_of", "floats_of", "integers", "is_text", "odd_bytes", "with_points", "zero"]


def floats_of(column: pa.ChunkedArray | pa.Array) -> FloatArray:
    """Return a numeric column as a new float64 array.

    Parameters
    ----------
    column : (n,) pa.ChunkedArray or pa.Array
        Of any integer, floating or decimal type.

    Returns
    -------
    (n,) float64
        NaN where the column is null.

    Examples
    --------
    >>> floats_of(integers([1, None, 3]))
    array([ 1., nan,  3.])
    """
    result = np.empty(len(column))
    start = 0
    if column.type != pa.float64():
        column = pc.cast(column, pa.float64(), safe=False)
    for chunk in _chunks(column):
        stop = start + len(chunk)
        if len(chunk):
            result[start:stop] = np.frombuffer(chunk.buffers()[1], np.float64, len(chunk), 8 * chunk.offset)
            valid = _valid(chunk)
            if valid is not None:
                result[start:stop][~valid] = np.nan
        start = stop
    return result


def bools_of(column: pa.ChunkedArray | pa.Array) -> BoolArray:
    """Return a Boolean column as a new array, False where it is null.

    Examples
    --------
    >>> bools_of(pc.is_valid(integers([1, None])))
    array([ True, False])
    """
    result = np.zeros(len(column), dtype=bool)
    start = 0
    for chunk in _chunks(column):
        stop = start + len(chunk)
        if len(chunk):
            result[start:stop] = _bits(chunk.buffers()[1], chunk.offset, len(chunk))
            valid = _valid(chunk)
            if valid is not None:
                result[start:stop] &= valid
        start = stop
    return result


def integers(values: Sequence[int | None]) -> pa.Array:
    """Return whole numbers as an Arrow array of int64; None becomes null.

    Examples
    --------
    >>> integers([7, None]).to_pylist()
    [7, None]
    """
    valid = np.array([value is not None for value in values], dtype=bool)
    filled = np.array([value or 0 for value in values], dtype=np.int64)
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.int64(), len(filled), [bits, pa.py_buffer(filled)])


def is_text(kind: pa.DataType) -> bool:
    """Return whether a type is text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def odd_bytes(column: pa.ChunkedArray) -> bytes:
    """Return what a text column holds besides digits, signs, points and the e of exponents.

    Examples
    --------
    >>> odd_bytes(pa.chunked_array([["12,5", None, "-1.5e3", "<1"]]))
    b',<'
    """
    return b"".join(_text(chunk)[1].translate(None, b"0123456789+-.eE") for chunk in column.chunks)


def with_points(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with points for commas (many times as fast as `pc.replace_substring`).

    Examples
    --------
    >>> with_points(pa.chunked_array([["12,5", None, "<0,1"]])).to_pylist()
    ['12.5', None, '<0.1']
    """
    return pa.chunked_array([_points(chunk) for chunk in column.chunks], column.type)


def _text(chunk: pa.Array) -> tuple[npt.NDArray[np.integer], bytes]:
    """Return where each cell of a string array begins and ends, and the bytes of all."""
    width = np.dtype(np.int64 if pa.types.is_large_string(chunk.type) else np.int32)
    if not len(chunk):
        return np.zeros(1, width), b""
    _, offsets, text = chunk.buffers()
    ends = np.frombuffer(offsets, width, len(chunk) + 1, width.itemsize * chunk.offset)
    return ends - ends[0], b"" if text is None else text[int(ends[0]) : int(ends[-1])].to_pybytes()


def _points(chunk: pa.Array) -> pa.Array:
    ends, cells = _text(chunk)
    valid = _valid(chunk)
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(ends), pa.py_buffer(cells.replace(b",", b"."))]
    return pa.Array.from_buffers(chunk.type, len(chunk), buffers)


def zero(kind: pa.DataType) -> pa.Scalar:
    """Return 0 as a scalar of an integer type."""
    return pc.cast(integers([0]), kind)[0]


def _chunks(column: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def _bits(buffer: pa.Buffer, offset: int, n: int) -> BoolArray:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=offset + n, bitorder="little")
    return bits[offset:].astype(bool)


def _valid(array: pa.Array) -> BoolArray | None:
    validity = array.buffers()[0]
    if validity is None or not array.null_count:
        return None
    return _bits(validity, array.offset, len(array))
