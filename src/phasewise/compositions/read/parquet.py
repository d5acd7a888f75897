"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from phasewise.compositions.read._dialect import named
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.errors import FileFormatError

__all__ = ["SPEC"]

ROWS = 65536


def _open(source: Source) -> Opened:
    try:
        with pq.ParquetFile(source.file) as file:
            columns, n_rows = named(file.schema_arrow.names), file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, error) from error
    return Opened(columns, lambda: _batches(source, columns), n_rows)


def _batches(source: Source, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(source.file) as file:
            yield pa.Table.from_batches([], file.schema_arrow.remove_metadata()).rename_columns(list(columns))
            for batch in file.iter_batches(ROWS):
                yield pa.Table.from_batches([batch]).rename_columns(list(columns)).replace_schema_metadata()
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, error) from error


def _damaged(source: Source, error: Exception) -> FileFormatError:
    return FileFormatError(f"{source.name} is a damaged Parquet file ({error}). Write it again.")


SPEC = FormatSpec(
    name="parquet",
    description="Apache Parquet",
    extensions=(".parquet", ".pq"),
    sniff=lambda source: source.head.startswith(b"PAR1"),
    open=_open,
    priority=1,
)
