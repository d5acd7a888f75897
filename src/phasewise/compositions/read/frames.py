"""Frames in memory: pandas, polars, pyarrow and whatever else narwhals knows."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pyarrow as pa

from phasewise.compositions.read._dialect import named
from phasewise.compositions.read._numbers import as_text
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.arrow import texts
from phasewise.core.errors import HeaderError

__all__ = ["SPEC"]


def _sniff(source: Source) -> bool:
    origin = source.origin
    if source.path is not None:
        return False
    import narwhals as nw

    if isinstance(origin, pa.Table) or nw.dependencies.is_pandas_dataframe(origin):
        return True
    return isinstance(nw.from_native(origin, eager_only=True, pass_through=True), nw.DataFrame)


def _open(source: Source) -> Opened:
    table = _to_arrow(source.origin)
    columns = named(table.column_names)
    table = table.rename_columns(list(columns)).replace_schema_metadata()
    return Opened(columns, lambda: iter([table]), table.num_rows)


def _to_arrow(origin: Any) -> pa.Table:
    import narwhals as nw

    if isinstance(origin, pa.Table):
        return origin
    if nw.dependencies.is_pandas_dataframe(origin):
        return _from_pandas(origin)
    return nw.from_native(origin, eager_only=True).to_arrow()


def _from_pandas(frame: Any) -> pa.Table:
    """Return the columns without the index; cells of columns of objects become text."""
    if frame.columns.nlevels > 1:
        raise HeaderError(
            f"The frame has a header of {frame.columns.nlevels} levels. Join them first, e.g. "
            "frame.columns = ['_'.join(map(str, levels)) for levels in frame.columns]."
        )
    arrays = [_column(frame.iloc[:, position]) for position in range(frame.shape[1])]
    return pa.Table.from_arrays(arrays, names=[str(name) for name in frame.columns])


def _column(series: Any) -> pa.Array | pa.ChunkedArray:
    if hasattr(series, "sparse"):
        series = series.sparse.to_dense()
    if series.dtype != object:
        # What Arrow does not know (complex numbers ...) is carried along as text, too.
        with suppress(pa.ArrowException):
            return pa.Array.from_pandas(series)
    return texts([as_text(value) for value in series])


SPEC = FormatSpec(
    name="frame",
    description="frames of pandas, polars or pyarrow",
    extensions=(),
    sniff=_sniff,
    open=_open,
    priority=3,
)
