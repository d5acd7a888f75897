"""What each column of a table is taken for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.oxides import FE2O3_TO_FEO, OXIDES, element_to_oxide, oxide_of
from phasewise.compositions.column_name import (
    OTHER_OXIDES,
    ColumnName,
    is_total,
    looks_like_oxide,
    parse_column_name,
)
from phasewise.core.errors import HeaderError
from phasewise.core.types import COLUMNS

__all__ = ["Column", "Headers", "Role", "count_analytes", "interpret", "listed"]

Role = Literal["oxide", "element", "ppm", "sigma", "total", "user"]

MAIN_ELEMENTS = frozenset({"Si", "Al", "Fe", "Mg", "Ca", "Na", "Ti"})
IRON = frozenset({"FeOt", "Fe2O3t", "FeO", "Fe2O3", "Fe"})
IRON_TOTALS = ("FeOt", "Fe2O3t")
PPM_TO_WT = 1e-4
LONE_SYMBOL = "a symbol alone is not read here; a name such as 'K (wt%)' or 'K (ppm)' is"
STAGE_AXES = frozenset({"Y", "U", "V", "W"})
EXPECTED = "SiO2, TiO2, Al2O3, FeOt, MnO, MgO, CaO, Na2O, K2O, Cr2O3 ... in wt%, or 'Si (wt%)', 'Cr (ppm)'"


@dataclass(frozen=True)
class Column:
    """One column and what it is taken for.

    Attributes
    ----------
    name : str
        As in the table.
    position : int
        Counted from 1.
    role : {"oxide", "element", "ppm", "sigma", "total", "user"}
        ``user`` columns are carried along and not read.
    analyte : str
        What was measured (``Fe2O3t``, ``Si``, ``Cr`` ...), empty for totals and user columns.
    oxide : str
        The column of `Analyses` that it gives, empty for totals and user columns.
    unit : str
        Unit in the table: ``wt%``, ``ppm`` or ``% of value``; empty for user columns.
    factor : float
        The number times this is wt% of `oxide` (for ``% of value``: the fraction of it).
    suffix : str
        Phase suffix such as ``Cpx``; empty in a plain table.
    note : str
        Why the column is not used, where that needs a word.
    """

    name: str
    position: int
    role: Role = "user"
    analyte: str = ""
    oxide: str = ""
    unit: str = ""
    factor: float = 1.0
    suffix: str = ""
    note: str = ""

    @property
    def is_value(self) -> bool:
        """Whether the column holds concentrations."""
        return self.role in {"oxide", "element", "ppm"}


@dataclass(frozen=True)
class Headers:
    """All columns of a table, interpreted.

    Attributes
    ----------
    columns : tuple of Column
        In the order of the table.
    notices : tuple of str
        What was assumed, in sentences.
    iron_conflicts : {"error", "precedence"}
        Whether two totals of iron that disagree are an error, or the first of FeOt, Fe2O3t and
        FeO + Fe2O3 counts.
    fraction : bool
        Whether the numbers are mass fractions (they are multiplied by 100).
    """

    columns: tuple[Column, ...]
    notices: tuple[str, ...] = ()
    iron_conflicts: Literal["error", "precedence"] = "error"
    fraction: bool = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return the phases of one row: ``("",)`` for a plain table."""
        return tuple(dict.fromkeys(c.suffix for c in self.columns if c.is_value))

    def oxides(self, suffix: str = "") -> tuple[str, ...]:
        """Return the oxides that the table gives for one suffix, in the order of `COLUMNS`."""
        present = {c.oxide for c in self.columns if c.is_value and c.suffix == suffix}
        return tuple(name for name in COLUMNS if name in present)

    def of_role(self, *roles: Role, suffix: str | None = None) -> tuple[Column, ...]:
        """Return the columns of some roles, of one suffix or of all."""
        return tuple(c for c in self.columns if c.role in roles and suffix in (None, c.suffix))


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names in quotes, joined by commas, with a count of those left out."""
    names = list(names)
    text = ", ".join(f"{name!r}" for name in names[:most])
    return text + (f" and {len(names) - most} more" if len(names) > most else "")


def count_analytes(names: Iterable[str]) -> int:
    """Return how many names look like concentrations (to find the header among first lines)."""
    parsed = [parse_column_name(name) for name in names]
    return sum(p is not None and not p.sigma for p in parsed)


def interpret(
    columns: Sequence[str],
    *,
    iron: str | None = None,
    sigma_level: float = 1.0,
    iron_conflicts: Literal["error", "precedence"] = "error",
    where: str = "the table",
) -> Headers:
    """Return what each column is taken for, from the names alone.

    Parameters
    ----------
    columns : sequence of str
        Column names as in the table.
    iron : str or None
        The one column (or ``FeOt``, ``Fe2O3t``, ``FeO``, ``Fe2O3``, ``FeO+Fe2O3``) that gives iron.
    sigma_level : float
        How many sigma the uncertainty columns hold where their names do not say so.
    iron_conflicts : {"error", "precedence"}
        What to do where two totals of iron disagree.
    where : str
        Name of the table for messages.

    Returns
    -------
    Headers

    Raises
    ------
    HeaderError
        If a name comes twice, two columns give one oxide in one unit, no column gives an oxide, or
        `iron` is no iron column.

    Examples
    --------
    >>> headers = interpret(["Sample", "SIO2(WT%)", "FeO*", "MgO", "MgO_2sigma"])
    >>> headers.oxides()
    ('SiO2', 'FeOt', 'MgO')
    >>> headers.columns[4].role, headers.columns[4].factor
    ('sigma', 0.5)
    """
    if not sigma_level > 0:
        raise HeaderError(f"sigma_level must be positive, not {sigma_level!r}. Give 1, 2 or 3.")
    _reject_repeated_names(columns, where)
    parsed = {name: parse_column_name(name) for name in columns}
    groups: dict[str, list[ColumnName]] = defaultdict(list)
    for found in parsed.values():
        if found is not None:
            groups[found.suffix].append(found)
    taken = [
        _take(name, position, parsed[name], groups, sigma_level)
        for position, name in enumerate(columns, start=1)
    ]
    taken = _choose_iron(taken, iron, where)
    taken = _match_sigmas(taken)
    _reject_no_oxides(taken, where)
    _reject_two_of_a_kind(taken, where)
    taken = _drop_lonely_suffix(taken)
    return Headers(tuple(taken), _notices(taken), iron_conflicts)


def _reject_repeated_names(columns: Sequence[str], where: str) -> None:
    for name, count in Counter(columns).items():
        if count > 1:
            positions = [str(i) for i, other in enumerate(columns, start=1) if other == name]
            raise HeaderError(
                f"{where} has {count} columns named {name!r} (columns {' and '.join(positions)}). "
                "Rename or remove all but one."
            )


def _take(
    name: str,
    position: int,
    found: ColumnName | None,
    groups: dict[str, list[ColumnName]],
    sigma_level: float,
) -> Column:
    user = Column(name, position)
    if found is None:
        note = "the name is not understood" if looks_like_oxide(name) else ""
        return replace(user, role="total") if is_total(name) else replace(user, note=note)
    if found.unit not in {"wt%", "ppm"}:
        return replace(user, note=f"{found.unit} is not converted to wt%")
    if found.sigma:
        return _take_sigma(user, found, sigma_level)
    group = groups[found.suffix]
    if found.bare and found.kind == "halogen" and not _has_others(group):
        return replace(user, note="no oxide beside it")
    if found.bare and found.kind == "element" and not _bare_element_counts(name, found, groups):
        return replace(user, note=LONE_SYMBOL)
    to_wt = PPM_TO_WT if found.unit == "ppm" else 1.0
    role: Role = "ppm" if found.unit == "ppm" else "element" if found.kind == "element" else "oxide"
    return replace(
        user,
        role=role,
        analyte=found.analyte,
        oxide=_oxide(found),
        unit=found.unit,
        factor=to_wt * _to_oxide(found),
        suffix=found.suffix,
    )


def _take_sigma(user: Column, found: ColumnName, sigma_level: float) -> Column:
    level = found.level or sigma_level
    to_wt = 0.01 if found.relative else (PPM_TO_WT if found.unit == "ppm" else 1.0) * _to_oxide(found)
    return replace(
        user,
        role="sigma",
        analyte=found.analyte,
        oxide=_oxide(found),
        unit="% of value" if found.relative else found.unit,
        factor=to_wt / level,
        suffix=found.suffix,
    )


def _oxide(found: ColumnName) -> str:
    if found.analyte in IRON:
        return "FeOt"
    if found.analyte in OTHER_OXIDES:
        return oxide_of(OTHER_OXIDES[found.analyte][0])
    return oxide_of(found.analyte) if found.kind == "element" else found.analyte


def _to_oxide(found: ColumnName) -> float:
    if found.kind == "element":
        return element_to_oxide(found.analyte)
    if found.analyte in OTHER_OXIDES:
        element, n_cations, n_oxygens = OTHER_OXIDES[found.analyte]
        of_element = n_cations * ATOMIC_WEIGHTS[element]
        return element_to_oxide(element) * of_element / (of_element + n_oxygens * ATOMIC_WEIGHTS["O"])
    return FE2O3_TO_FEO if found.analyte in {"Fe2O3", "Fe2O3t"} else 1.0


def _has_others(group: list[ColumnName]) -> bool:
    return any(p.kind != "halogen" and not p.sigma and p.unit == "wt%" for p in group)


def _bare_element_counts(name: str, found: ColumnName, groups: dict[str, list[ColumnName]]) -> bool:
    """Whether a symbol alone (``K``, ``P``, ``V`` ...) is an element column in this table."""
    group = groups[found.suffix]
    bare = {p.analyte for p in group if p.kind == "element" and p.bare and not p.sigma}
    as_oxides = {OXIDES[p.analyte].element for p in group if p.kind == "oxide" and p.analyte in OXIDES}
    iron_oxide = any(p.analyte in IRON_TOTALS for p in group)
    if len(bare & MAIN_ELEMENTS) < 2 or as_oxides & MAIN_ELEMENTS or iron_oxide:
        return False
    return not (len(found.analyte) == 1 and found.analyte in STAGE_AXES) and name.strip()[:1].isupper()


def _choose_iron(taken: list[Column], iron: str | None, where: str) -> list[Column]:
    if iron is None:
        return taken
    of_iron = [c for c in taken if c.is_value and c.oxide == "FeOt"]
    wanted = iron.replace(" ", "")
    chosen = [c for c in of_iron if c.name == iron]
    if not chosen and wanted in {"FeO+Fe2O3", "Fe2O3+FeO"}:
        chosen = [c for c in of_iron if c.analyte in {"FeO", "Fe2O3"}]
    if not chosen:
        asked = parse_column_name(iron)
        chosen = [c for c in of_iron if asked is not None and c.analyte == asked.analyte]
    if not chosen:
        raise HeaderError(
            f"{where} has no iron column {iron!r}. Give one of those it has as iron=: "
            f"{listed(c.name for c in of_iron) or 'none'}."
        )
    dropped = {c.position for c in of_iron} - {c.position for c in chosen}
    return [
        Column(c.name, c.position, note=f"iron is taken from {iron!r}") if c.position in dropped else c
        for c in taken
    ]


def _match_sigmas(taken: list[Column]) -> list[Column]:
    """Uncertainties without a value beside them, or a second one for a value, become user columns."""
    values = {(c.suffix, c.oxide) for c in taken if c.is_value}
    seen: dict[tuple[str, str], str] = {}
    result = []
    for column in taken:
        if column.role == "sigma":
            key = (column.suffix, column.analyte)
            if (column.suffix, column.oxide) not in values:
                column = Column(column.name, column.position, note="uncertainty of a value that is not there")
            elif key in seen:
                column = Column(column.name, column.position, note=f"{seen[key]!r} gives this uncertainty")
            else:
                seen[key] = column.name
        result.append(column)
    return result


def _reject_no_oxides(taken: list[Column], where: str) -> None:
    if any(c.is_value for c in taken):
        return
    names = [c.name for c in taken]
    unread = [c for c in taken if "is not converted" in c.note]
    remedy = (
        f"{listed(c.name for c in unread)}: {unread[0].note}; export oxides or elements in wt%."
        if unread
        else f"Expected names such as {EXPECTED}."
    )
    seen = listed(names) or "none"
    raise HeaderError(f"{where} has no column with an oxide. Columns seen: {seen}. {remedy}")


def _reject_two_of_a_kind(taken: list[Column], where: str) -> None:
    seen: dict[tuple[str, str, str], Column] = {}
    for column in taken:
        if not column.is_value or column.analyte in IRON_TOTALS:
            continue
        key = (column.suffix, column.analyte, column.unit)
        if key in seen:
            first = seen[key]
            iron = f', or pass iron="{first.name}"' if column.analyte in IRON else ""
            raise HeaderError(
                f"{where} has both {first.name!r} and {column.name!r} as {column.analyte} in {column.unit} "
                f"(columns {first.position} and {column.position}). Keep one{iron}."
            )
        seen[key] = column


def _drop_lonely_suffix(taken: list[Column]) -> list[Column]:
    """With one phase suffix in the table, its columns are a plain table."""
    suffixes = {c.suffix for c in taken if c.is_value}
    if len(suffixes) != 1 or suffixes == {""}:
        return taken
    return [replace(c, suffix="") for c in taken]


def _notices(taken: list[Column]) -> tuple[str, ...]:
    notices = []
    for suffix in dict.fromkeys(c.suffix for c in taken if c.is_value):
        notices.extend(_group_notices([c for c in taken if c.suffix == suffix]))
    for note in dict.fromkeys(c.note for c in taken if c.note):
        notices.append(f"{listed(c.name for c in taken if c.note == note)} not used: {note}.")
    return tuple(notices)


def _group_notices(group: list[Column]) -> list[str]:
    notices = []
    iron = [c for c in group if c.is_value and c.oxide == "FeOt" and c.role != "ppm"]
    analytes = {c.analyte for c in iron}
    if analytes in ({"FeO"}, {"Fe2O3"}):
        notices.append(f"{iron[0].name!r} is taken as total iron (no other iron column beside it).")
    elif {"FeO", "Fe2O3"} <= analytes and not analytes & set(IRON_TOTALS):
        names = listed(c.name for c in iron if c.analyte in {"FeO", "Fe2O3"})
        notices.append(f"Total iron is the sum of {names}, as FeO.")
    elements = [c.name for c in group if c.role == "element"]
    if elements:
        where = _where_no_oxide(group)
        notices.append(f"Elements in wt% are converted to oxides{where}: {listed(elements)}.")
    ppm = [c.name for c in group if c.role == "ppm"]
    if ppm:
        notices.append(f"ppm are converted to wt% of the oxide where no wt% is given: {listed(ppm)}.")
    return notices


def _where_no_oxide(group: list[Column]) -> str:
    oxides = {c.oxide for c in group if c.role == "oxide"}
    both = any(c.oxide in oxides for c in group if c.role == "element")
    return " where no oxide is given" if both else ""
