"""Feather and Arrow IPC files."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyarrow import feather, ipc

from phasewise.compositions.read._dialect import named
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.errors import FileFormatError

__all__ = ["SPEC"]

ROWS = 65536
OLD_MAGIC = b"FEA1"


def _open(source: Source) -> Opened:
    try:
        first = next(_tables(source))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(source, error) from error
    columns = named(first.column_names)

    def batches() -> Iterator[pa.Table]:
        try:
            for table in _tables(source):
                yield table.rename_columns(list(columns)).replace_schema_metadata()
        except (pa.ArrowException, OSError) as error:
            raise _damaged(source, error) from error

    return Opened(columns, batches)


def _tables(source: Source) -> Iterator[pa.Table]:
    """Yield at least one table, which may be empty."""
    if source.head.startswith(OLD_MAGIC):
        yield feather.read_table(source.file)
        return
    with ipc.open_file(str(source.file)) as file:
        yield pa.Table.from_batches([], file.schema)
        for i in range(file.num_record_batches):
            yield pa.Table.from_batches([file.get_batch(i)])


def _damaged(source: Source, error: Exception) -> FileFormatError:
    return FileFormatError(f"{source.name} is a damaged Feather file ({error}). Write it again.")


SPEC = FormatSpec(
    name="feather",
    description="Feather (Arrow IPC)",
    extensions=(".feather", ".arrow"),
    sniff=lambda source: source.head.startswith((b"ARROW1", OLD_MAGIC)),
    open=_open,
    priority=1,
)
