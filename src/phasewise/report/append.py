"""Result columns beside the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyarrow as pa

from phasewise.core.errors import HeaderError
from phasewise.core.result_names import output_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["append_columns", "append_to_frame", "as_kind_of", "decode"]

Array: TypeAlias = "pa.Array | pa.ChunkedArray"
FrameT = TypeVar("FrameT")


def append_columns(table: pa.Table, columns: Mapping[str, Array]) -> pa.Table:
    """Return the table with the result columns behind its own.

    Parameters
    ----------
    table : pyarrow.Table
        The input rows; neither its columns nor its schema metadata change.
    columns : mapping of str to pyarrow array
        Results, one value a row of `table`.

    Raises
    ------
    ValueError
        If a column has another length than the table.
    """
    _check_lengths(table.num_rows, columns)
    names = output_names(table.column_names, columns)
    for name, values in columns.items():
        table = table.append_column(names[name], values)
    return table


def append_to_frame(frame: FrameT, columns: Mapping[str, Array]) -> FrameT:
    """Return a new frame of the same kind with the result columns behind its own.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, pyarrow.Table or another eager frame
        The input; it is not changed. The index of a pandas frame is kept.
    columns : mapping of str to pyarrow array
        Results, one value a row. Text becomes plain strings (never categories); a missing value is
        what the library in question takes for missing.

    Raises
    ------
    HeaderError
        If the frame is lazy or of a kind that narwhals does not know.
    ValueError
        If a column has another length than the frame.
    """
    if isinstance(frame, pa.Table):
        return append_columns(frame, columns)  # type: ignore[no-any-return]
    import narwhals.stable.v2 as nw

    if nw.dependencies.is_pandas_dataframe(frame):
        return _append_to_pandas(frame, columns)  # type: ignore[return-value]
    try:
        eager = nw.from_native(frame, eager_only=True)  # type: ignore[call-overload]
    except TypeError as error:
        raise HeaderError(
            f"A table of kind {type(frame).__module__}.{type(frame).__name__} cannot be extended. "
            "Give a pandas or polars DataFrame or a pyarrow Table; a polars LazyFrame after .collect()."
        ) from error
    _check_lengths(len(eager), columns)
    names = output_names(eager.columns, columns)
    ours = pa.table({names[name]: decode(values) for name, values in columns.items()})
    results = nw.from_arrow(ours, backend=eager.implementation)
    return nw.concat([eager, results], how="horizontal").to_native()  # type: ignore[no-any-return]


def as_kind_of(frame: Any, table: pa.Table) -> Any:
    """Return a table as the kind of frame that the user works with."""
    if isinstance(frame, pa.Table):
        return table
    import narwhals.stable.v2 as nw

    if nw.dependencies.is_pandas_dataframe(frame):
        return table.to_pandas()
    return nw.from_arrow(table, backend=nw.from_native(frame, eager_only=True).implementation).to_native()


def decode(values: Array) -> Array:
    """Return dictionary-encoded values as the plain values they stand for."""
    if pa.types.is_dictionary(values.type):
        return values.cast(values.type.value_type)
    return values


def _append_to_pandas(frame: pd.DataFrame, columns: Mapping[str, Array]) -> pd.DataFrame:
    import pandas as pd

    _check_lengths(len(frame), columns)
    names = output_names(list(frame.columns), columns)
    ours = pd.DataFrame(
        {names[name]: _pandas_values(values) for name, values in columns.items()}, index=frame.index
    )
    result = pd.concat([frame, ours], axis="columns")
    result.attrs = dict(frame.attrs)
    return result


def _pandas_values(values: Array) -> Any:
    plain = decode(values)
    if pa.types.is_floating(plain.type):
        return plain.to_numpy(zero_copy_only=False) if isinstance(plain, pa.Array) else plain.to_numpy()
    return plain.to_pandas().array


def _check_lengths(n_rows: int, columns: Mapping[str, Array]) -> None:
    for name, values in columns.items():
        if len(values) != n_rows:
            raise ValueError(f"len(columns[{name!r}])={len(values)} does not fit {n_rows=}")
