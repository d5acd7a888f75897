"""Parquet and Feather."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from phasewise.report.append import decode

__all__ = ["FeatherWriter", "ParquetWriter"]


class ParquetWriter:
    """Write record batches as Parquet; dictionary-encoded columns stay so."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        # Continuous numbers hardly repeat: looking for repeats doubles the time and gains no space.
        repeating = [field.name for field in schema if not pa.types.is_floating(field.type)]
        self._writer = pq.ParquetWriter(
            path, schema, compression="snappy", use_dictionary=repeating, write_statistics=False
        )

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch as one row group."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the footer and close the file."""
        self._writer.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._writer.close()


class FeatherWriter:
    """Write record batches as Feather (Arrow IPC); text is stored plain.

    The format allows one dictionary a column for the whole file, which blocks do not share.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = pa.schema([_plain(field) for field in schema], schema.metadata)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_file(path, self._schema, options=options)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        columns = [decode(column) for column in batch.columns]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))

    def close(self) -> None:
        """Write the footer and close the file."""
        self._writer.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._writer.close()


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
