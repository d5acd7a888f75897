"""Reading tables of analyses: one format a file, found by walking this folder.

To add a format, add a module with a `SPEC` (a `FormatSpec`): a name, a `sniff` that looks at the
first bytes, and an `open` that returns the user's columns and a way to read the rows.
"""

from __future__ import annotations

from phasewise.compositions.read._describe import ColumnCounts, describe_headers
from phasewise.compositions.read._open import Unit, open_table, read, read_opened
from phasewise.compositions.read._registry import formats
from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.compositions.read._table import Block, Table

__all__ = [
    "Block",
    "ColumnCounts",
    "FormatSpec",
    "Opened",
    "Source",
    "Table",
    "Unit",
    "describe_headers",
    "formats",
    "open_table",
    "read",
    "read_opened",
]
