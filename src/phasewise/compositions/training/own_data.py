"""A user's own labelled table: read, its labels understood, and what cannot be used counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase, name_key
from phasewise.chem.own_minerals import MOST_CHARACTERS, add_own_minerals, class_name, read_own_mineral
from phasewise.compositions.features import INPUTS, inputs
from phasewise.compositions.headers import listed
from phasewise.compositions.read import open_table
from phasewise.compositions.training.derive_mineral import derive_mineral
from phasewise.compositions.training.tables import Table
from phasewise.core.errors import HeaderError, ModelError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from phasewise.compositions.read import Block

__all__ = ["OwnData", "read_own"]

MOST_LABELS = 12
"""So many labels that are not understood are named; the others are counted."""


@dataclass(frozen=True, eq=False)
class OwnData:
    """Labelled analyses of a user.

    Attributes
    ----------
    table : Table
        Rows with a known class and a source, which begins with the name of the file; folds are -1.
    file, sha256 : str
        Name and checksum of the file.
    label_column, source_column : str
        Where class and source stand.
    rows : int
        Rows of the file.
    left_out : mapping of str to int
        How many rows cannot be used, by reason.
    unknown_labels : mapping of str to int
        Labels that stand for no class, with the number of their rows.
    alone : bool
        Whether the model learns from these rows only.
    notices : tuple of str
        What was assumed while reading.
    new_classes : tuple of str
        Classes that these rows are to add to a recipe.
    minerals : mapping of str to str
        The text of a mineral file of each of them that phasewise has none of.
    """

    table: Table
    file: str
    sha256: str
    label_column: str
    source_column: str
    rows: int
    left_out: Mapping[str, int]
    unknown_labels: Mapping[str, int]
    alone: bool
    notices: tuple[str, ...] = ()
    new_classes: tuple[str, ...] = ()
    minerals: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> list[str]:
        """Return lines that say how many rows are used and why the others are not."""
        lines = [f"{self.file}: {len(self.table)} of {self.rows} rows have a label and a source"]
        lines += [f"  left out, {reason}: {n}" for reason, n in self.left_out.items() if n]
        if self.unknown_labels:
            most = list(self.unknown_labels.items())
            named = ", ".join(f"{label!r} {n}{_perhaps(label)}" for label, n in most[:MOST_LABELS])
            more = f" and {len(most) - MOST_LABELS} other labels" if len(most) > MOST_LABELS else ""
            lines.append(f"  labels that stand for no class: {named}{more}")
            lines.append(
                "  correct those that are misspelt; --new-classes NAME makes a class of one that is none"
            )
        return lines


def _perhaps(label: str) -> str:
    """Return " (Olivine?)" where a mineral of the same initial is written nearly like this label."""
    key = name_key(label)
    known = {name_key(name): name for name in load_minerals() if name_key(name)[:1] == key[:1]}
    near = get_close_matches(key, known, n=1, cutoff=0.8)
    return f" ({known[near[0]]}?)" if near else ""


def read_own(
    path: str | Path,
    label_column: str | None,
    source_column: str | None,
    *,
    alone: bool,
    new_classes: Collection[str] = (),
    mineral_files: Collection[Path] = (),
    **reading: Any,
) -> OwnData:
    """Return the labelled analyses of a file, and make the minerals of its new classes known.

    Parameters
    ----------
    path : path
        A table of any format that phasewise reads.
    label_column : str
        Column of the mineral's name, as in GEOROC, PetDB, LEPR, MELTS or Thermobar.
    source_column : str
        Column that rows of one publication, sample or session have in common.
    alone : bool
        Whether the model is to learn from these rows only.
    new_classes : collection of str
        Labels that are to become classes. The mineral of each is described by phasewise, by one of the
        `mineral_files`, or else by limits that are derived from its rows.
    mineral_files : collection of path
        Mineral files of new classes; see ``chem/minerals/README.md``.
    **reading
        ``sheet``, ``iron``, ``sigma_level`` and ``unit``, as for `phasewise.read`.

    Raises
    ------
    FileFormatError, HeaderError
        If the file cannot be read, holds several analyses a row, or lacks one of the columns.
    ModelError
        If a new class has a name that stands for another mineral, or no rows, or a mineral file is not valid.
    """
    given = _read_minerals(mineral_files)
    add_own_minerals(given, "--mineral")
    new = _new_classes(new_classes, given)
    table = open_table(path, **reading)
    if len(table.headers.suffixes) > 1:
        raise HeaderError(
            f"{table.name} holds several analyses a row (suffixes {listed(table.headers.suffixes)}), so it "
            "is open which of them a label means. Give each analysis a row of its own."
        )
    label = _column(table.columns, label_column, table.name, "--label-column", "the name of its mineral")
    source = _column(
        table.columns,
        source_column,
        table.name,
        "--source-column",
        "what belongs together: rows of one publication, sample or session are never split between training "
        "and scoring, else the figures would flatter",
    )
    parts = [_rows_of(block, label, source) for block in table.blocks()]
    values, labels, sources, units = (np.concatenate(part) for part in zip(*parts, strict=True))
    to_derive = {name_key(name): name for name in new if name not in load_minerals()}
    phases = np.array([_class_of(name, to_derive) for name in labels], dtype=object)
    reasons = {
        "a row of units": units,
        "infinite values": np.isinf(values).any(axis=1),
        "no label": labels == "",
        "label of no class": np.array([phase is None for phase in phases], dtype=bool),
        "no source": sources == "",
    }
    usable = np.ones(len(values), dtype=bool)
    left_out, unknown = {}, Counter[str]()
    for reason, holds in reasons.items():
        found = holds & usable
        left_out[reason] = int(found.sum())
        if reason == "label of no class":
            unknown.update(labels[found].tolist())
        usable &= ~holds
    rows, file = np.flatnonzero(usable), Path(path).name
    own = Table(
        values[rows],
        phases[rows],
        np.array([f"{file}: {name}" for name in sources[rows]], dtype=object),
        np.full(len(rows), -1),
        np.full(len(rows), np.nan),
    )
    derived = {name: _derived(name, own, table.name) for name in to_derive.values()}
    add_own_minerals(derived, file)
    return OwnData(
        table=own,
        file=file,
        sha256=_sha256(Path(path)),
        label_column=label,
        source_column=source,
        rows=len(values),
        left_out={reason: n for reason, n in left_out.items() if n},
        unknown_labels=dict(unknown.most_common()),
        alone=alone,
        notices=table.notices,
        new_classes=new,
        minerals=given | derived,
    )


def _read_minerals(files: Collection[Path]) -> dict[str, str]:
    """Return the texts of mineral files by the names of their minerals."""
    found: dict[str, str] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8") as opened:
                text = opened.read(MOST_CHARACTERS + 1)
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"The mineral file '{file}' cannot be read: {error}.") from error
        name = read_own_mineral(text, file.name).name
        if name in found:
            raise ModelError(f"Two of the files given with --mineral describe {name}. Keep one.")
        found[name] = text
    return found


def _new_classes(names: Collection[str], given: Collection[str]) -> tuple[str, ...]:
    """Return the new classes as they are called; those with a mineral file may be named by any name of it."""
    found = tuple(dict.fromkeys(canonical_phase(name) or class_name(name) for name in names))
    unasked = [name for name in given if name not in found]
    if unasked:
        raise ModelError(
            f"A mineral file of {', '.join(unasked)} was given, but no such class was asked for. Add "
            f"--new-classes {','.join((*found, *unasked))}."
        )
    return found


def _derived(name: str, own: Table, where: str) -> str:
    """Return the text of a mineral file for a class, from the rows that hold anything."""
    rows = np.flatnonzero((own.label == name) & (np.nansum(own.values, axis=1) > 0))
    if not len(rows):
        raise ModelError(
            f"{where} has no usable row of {name}, which is to be a new class: no row has this label, a "
            "source and an oxide above zero. Correct --new-classes or the labels."
        )
    return derive_mineral(name, own.take(rows))


def _column(columns: tuple[str, ...], name: str | None, where: str, option: str, holds: str) -> str:
    if name is not None and name in columns:
        return name
    problem = f"{where} has no column '{name}'" if name is not None else f"{where} needs {option}"
    raise HeaderError(
        f"{problem}. Name with {option} the column that says of each row {holds}. "
        f"The table has {listed(columns, 40)}."
    )


def _rows_of(block: Block, label: str, source: str) -> tuple[np.ndarray, ...]:
    """Return values (n, len(INPUTS)), labels and sources as text (empty where blank), and rows of units."""
    found = next(iter(block.analyses.values()), None)
    values = np.empty((0, len(INPUTS))) if found is None else inputs(found)
    units = np.zeros(len(values), dtype=bool)
    units[list(block.units_rows)] = True
    return values, _texts(block, label), _texts(block, source), units


def _texts(block: Block, column: str) -> np.ndarray:
    cells = [
        "" if cell is None or cell != cell else str(cell).strip() for cell in block.table[column].to_pylist()
    ]
    return np.array(cells, dtype=object)


def _class_of(label: str, new: Mapping[str, str]) -> str | None:
    return canonical_phase(label) or new.get(name_key(label)) if label else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
