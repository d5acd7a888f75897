"""Which columns of a table hold the published mineral, the publication and the sample."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from phasewise.chem.catalogue import load_catalogue
from phasewise.chem.names import minerals_of_name, name_key
from phasewise.core.errors import HeaderError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_column", "find_label_column"]

NAMES = {
    "label": (
        *(
            "mineral",
            "mineral name",
            "mineral reported",
            "mineral group",
            "min",
            "phase",
            "phase name",
            "label",
        ),
        *("mineral phase", "mineral published", "published mineral", "submineral"),
    ),
    "source": (
        *("citation", "reference", "references", "ref", "source", "publication", "pub group", "doi", "study"),
        *("data source", "author", "authors", "bibtex", "database", "dataset"),
    ),
    "sample": (
        *(
            "sample name",
            "sample",
            "sample id",
            "samplename",
            "sample no",
            "experiment",
            "run",
            "exp",
            "igsn",
        ),
        *("grain", "grain id", "specimen"),
    ),
}
"""Names of columns for each part, the likeliest first; case, dots and underscores do not matter."""

LEAST_NAMES = 0.5
"""At least this part of the cells of a label column are names of minerals."""

_PROBED = 5000


def find_column(columns: Sequence[str], part: str, given: str | None = None) -> str | None:
    """Return the column with the label, source or sample of each row; None where no name looks like it.

    Raises
    ------
    HeaderError
        If the column that was given is not in the table.

    Examples
    --------
    >>> find_column(["CITATION", "SIO2(WT%)"], "source")
    'CITATION'
    """
    if given is not None:
        if given not in columns:
            raise HeaderError(
                f"The table has no column '{given}' for the {part}. Its columns: {', '.join(columns)}."
            )
        return given
    plain = [re.sub(r"[\s_.\-]+", " ", column).strip().lower() for column in columns]
    found = (plain.index(name) for name in NAMES[part] if name in plain)
    return next((columns[k] for k in found), None)


def find_label_column(table: pa.Table, given: str | None = None) -> str | None:
    """Return the column of the published minerals: that which was given, or the first with such names.

    Raises
    ------
    HeaderError
        If the column that was given is not in the table.
    """
    if given is not None:
        return find_column(table.column_names, "label", given)
    left = list(table.column_names)
    while (name := find_column(left, "label")) is not None:
        if _holds_minerals(table[name]):
            return name
        left.remove(name)
    return None


def _holds_minerals(column: pa.ChunkedArray) -> bool:
    """Return whether at least half of the first texts are names of minerals."""
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return False
    counts = pc.value_counts(column.slice(0, _PROBED).drop_null()).to_pylist()
    known = {name_key(species.name) for species in load_catalogue()}
    all_rows = sum(entry["counts"] for entry in counts)
    of_minerals = sum(
        entry["counts"]
        for entry in counts
        if minerals_of_name(entry["values"]) or name_key(entry["values"]) in known
    )
    return bool(all_rows) and of_minerals >= LEAST_NAMES * all_rows
