"""A table of mineral formulae for print: a sheet a mineral, analyses side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.chem.mineral_formula import FormulaOptions
from phasewise.compositions.formula.printed_analyses import MineralAnalyses, gather
from phasewise.compositions.formula.printed_notes import notes_on, title_of, typeset
from phasewise.compositions.formula.printed_rows import printed_rows
from phasewise.core.errors import OutputError
from phasewise.core.result_names import find_label
from phasewise.report.print_table import MOST_COLUMNS, PrintRow, PrintSheet, Run, legal_name, write_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from phasewise.compositions.formula.printed_analyses import Columns, Part
    from phasewise.compositions.formula.results import Calculated
    from phasewise.compositions.read import Block

__all__ = ["MOST_ANALYSES", "PrintedFormulae"]

MOST_ANALYSES = 50_000
"""More than that nobody prints, and they would take minutes."""


class PrintedFormulae:
    """Formulae on their way into a table for print.

    Each mineral has a sheet (a second and third where a sheet is full): oxides in wt% as measured and what
    follows from the formula, atoms per formula unit, sites, end members and indices, one analysis a column.
    With `group`, the analyses of each of its values stand together, behind their mean and standard deviation;
    those without a value stand last and have no mean. Where the table states analytical errors, each analysis
    has a column of them.

    Parameters
    ----------
    group : str or None
        A column of the table.
    options : FormulaOptions
        How the formulae were calculated; for the notes below each table.
    """

    def __init__(self, group: str | None, options: FormulaOptions | None = None) -> None:
        self._group, self._options = group, options or FormulaOptions()
        self._parts: dict[str, list[Part]] = {}
        self._taken = 0

    def add(self, block: Block, results: dict[str, Calculated]) -> None:
        """Take the formulae of a block.

        Parameters
        ----------
        block : Block
            Some rows of the table.
        results : dict
            Their formulae by phase suffix.

        Raises
        ------
        OutputError
            If there are more formulae than `MOST_ANALYSES`.
        """
        self._taken += sum(len(part.rows) for calculated in results.values() for part in calculated.minerals)
        if self._taken > MOST_ANALYSES:
            raise OutputError(
                f"A table for print holds {MOST_ANALYSES:,} analyses, here are more. Write them to .csv or "
                ".parquet instead, or print a part of the table."
            )
        names = block.table.column_names
        label = find_label(names)
        labels = None if label is None else block.table[label].to_pylist()
        groups = None if self._group is None else block.table[self._group].to_pylist()
        for suffix, calculated in results.items():
            for rows in calculated.minerals:
                if not len(rows.rows):
                    continue
                part = gather(block.analyses[suffix], rows, labels, groups, suffix, block.first_row)
                self._parts.setdefault(rows.mineral.name, []).append(part)

    def save(self, path: Path) -> None:
        """Write all sheets to a file ending in .xlsx.

        Raises
        ------
        OutputError
            If openpyxl is not installed.
        """
        write_sheets(path, self._sheets())

    def _sheets(self) -> Iterator[PrintSheet]:
        taken: list[str] = []
        grouped = self._group is not None
        for name in sorted(self._parts):
            analyses = MineralAnalyses.of(self._parts[name])
            rows = printed_rows(analyses)
            labels = {row.label for row in rows}
            notes = [typeset(note) for note in notes_on(analyses, self._options, labels, grouped=grouped)]
            for columns in _sheets_of(analyses.columns(grouped=grouped)):
                title = analyses.mineral.title
                taken.append(legal_name(title[:1].upper() + title[1:], taken))
                yield PrintSheet(
                    name=taken[-1],
                    title=typeset(title_of(analyses.mineral, self._options)),
                    looks=[column.look for column in columns],
                    heads=self._heads(columns),
                    rows=[row.printed(columns) for row in rows],
                    notes=notes,
                )
        if not taken:
            yield PrintSheet("No formulae", (Run("No analysis of the table has a formula."),), [], [], [], [])

    def _heads(self, columns: Columns) -> list[PrintRow]:
        heads = [PrintRow((Run("Analysis"),), [column.name for column in columns])]
        if any(column.suffix for column in columns):
            heads.insert(0, PrintRow((Run("Phase"),), [column.suffix for column in columns]))
        if self._group is not None:
            heads.insert(0, PrintRow((Run(self._group),), [column.group for column in columns]))
        return heads


def _sheets_of(columns: Sequence[Columns]) -> Iterator[Columns]:
    """Split columns into sheets; those that belong together stay on one."""
    found: Columns = []
    for together in columns:
        if len(found) + len(together) > MOST_COLUMNS:
            yield found
            found = []
        found += together
    yield found
