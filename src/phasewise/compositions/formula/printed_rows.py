"""The rows of a table of mineral formulae for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.end_members import names_of
from phasewise.chem.ions import ANIONS
from phasewise.chem.mineral_formula import Quantity
from phasewise.compositions.formula.printed_notes import typeset
from phasewise.report.print_table import PrintRow

if TYPE_CHECKING:
    from phasewise.chem.expressions import Expression
    from phasewise.compositions.formula.printed_analyses import Columns, MineralAnalyses
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["TableRow", "printed_rows"]

NOT_ANALYSED, BELOW_DETECTION, NONE = "n.a.", "b.d.l.", "\N{EN DASH}"
SMALLEST = 0.0005
"""apfu; an ion that nowhere reaches it on a site has no row there."""

LEAST_FERRIC = 0.005
"""wt% of Fe2O3; iron counts as divided where any analysis reaches it."""

LEAST_MEMBER = 0.05
"""mol%; an end member that nowhere reaches it has no row."""

TINY = 1e-9
"""Rounding errors, which would show as -0.000."""

PERCENT = 50.0
"""An index whose numerator has such a factor is in percent."""

_CALCULATED = {
    "FeO": "FeO",
    "Fe2O3": "Fe2O3",
    "H2O": "H2O calc.",
    "O=F,Cl": "\N{MINUS SIGN}O = F, Cl",
    "total": "Total",
    "total with H2O": "Total with H2O",
}


@dataclass(frozen=True, eq=False)
class TableRow:
    """One number of all analyses of a mineral.

    Attributes
    ----------
    label : str
    values : (n,) float64 or None
        NaN where there is none; None in the head of a block.
    sigma : (n,) float64 or None
        One standard deviation.
    below : (n,) bool or None
        Below detection.
    decimals : int
    missing : str
        What stands where there is no number.
    is_sum : bool
        Whether the row sums up those above it.
    """

    label: str
    values: FloatArray | None = None
    sigma: FloatArray | None = None
    below: BoolArray | None = None
    decimals: int = 3
    missing: str = NONE
    is_sum: bool = False

    def printed(self, columns: Columns) -> PrintRow:
        """Return the row of a sheet with some columns."""
        label = typeset(self.label)
        if self.values is None:
            return PrintRow(label, is_head=True)
        cells: list[float | str | None] = []
        behind: dict[int, str] = {}
        for k, column in enumerate(columns):
            if column.kind in ("value", "sigma"):
                cells.append(self._of_one(int(column.places[0]), column.kind))
                continue
            held = self.values[column.places]
            held = held[~np.isnan(held)]
            cells.append(self._of_several(held, column.places, column.kind))
            if column.kind == "mean" and 0 < len(held) < len(column.places):
                behind[k] = f"({len(held)})"
        return PrintRow(label, cells, self.decimals, behind, is_sum=self.is_sum)

    def _of_one(self, place: int, kind: str) -> float | str | None:
        if kind == "sigma":
            return None if self.sigma is None else float(self.sigma[place])
        assert self.values is not None
        if self.below is not None and self.below[place]:
            return BELOW_DETECTION
        return self.missing if np.isnan(self.values[place]) else float(self.values[place])

    def _of_several(self, held: FloatArray, places: IntArray, kind: str) -> float | str | None:
        if kind == "sd":
            return None if len(held) < 2 else float(held.std(ddof=1))
        if not len(held):
            return self.missing
        if self.below is not None and self.below[places].sum() == len(held):
            return BELOW_DETECTION
        return float(held.mean())


def printed_rows(analyses: MineralAnalyses) -> list[TableRow]:
    """Return the rows for a mineral; what no analysis has is left out.

    Parameters
    ----------
    analyses : MineralAnalyses

    Returns
    -------
    list of TableRow
        Oxides as measured and what follows from the formula (wt%), atoms per formula unit, sites, end members
        (mol%), and indices with the check of the formula. Sites give their ions only where an ion is divided
        between sites; else their sums say all. FeO and Fe2O3 are given where iron is divided.
    """
    blocks = [
        _oxides(analyses),
        _atoms(analyses),
        _sites(analyses),
        *_end_members(analyses),
        _indices(analyses),
    ]
    return [row for block in blocks if len(block) > 1 for row in block]


def _row(
    analyses: MineralAnalyses, kind: str, name: str, label: str, decimals: int, *, is_sum: bool = False
) -> TableRow:
    place = analyses.quantities.index(Quantity(kind, name))
    values = np.where(np.abs(analyses.values[:, place]) < TINY, 0.0, analyses.values[:, place])
    sigma = None if analyses.sigma is None or kind == "check" else analyses.sigma[:, place]
    return TableRow(label, values, sigma, None, decimals, is_sum=is_sum)


def _values(analyses: MineralAnalyses, kind: str, name: str) -> FloatArray:
    return np.nan_to_num(analyses.values[:, analyses.quantities.index(Quantity(kind, name))])


def _oxides(analyses: MineralAnalyses) -> list[TableRow]:
    found = [TableRow("wt%")]
    divided = _values(analyses, "oxide", "Fe2O3").max() >= LEAST_FERRIC
    for k, name in enumerate(analyses.oxides):
        values = analyses.wt[:, k]
        if not np.isnan(values).all() and not (divided and name == "FeOt"):
            sigma = None if analyses.wt_sigma is None else analyses.wt_sigma[:, k]
            label = "H2O measured" if name == "H2O" else name
            found.append(TableRow(label, values, sigma, analyses.below[:, k], 2, NOT_ANALYSED))
    for kind, name in analyses.quantities:
        if kind != "oxide" or (name in ("FeO", "Fe2O3") and not divided):
            continue
        if (np.abs(_values(analyses, kind, name)) > 0).any():
            is_sum = name == "total"
            found.append(_row(analyses, kind, name, _CALCULATED[name], 2, is_sum=is_sum))
    return found


def _atoms(analyses: MineralAnalyses) -> list[TableRow]:
    found = [TableRow("Atoms per formula unit")]
    names = [name for kind, name in analyses.quantities if kind == "apfu"]
    for name in sorted(names, key=lambda name: 2 if name in ANIONS else 1 if name == "sum" else 0):
        row = _row(analyses, "apfu", name, "Cations" if name == "sum" else name, 3, is_sum=name == "sum")
        assert row.values is not None
        iron = name in ("Fe3+", "Fe2+")
        if not np.isnan(row.values).all() and not (iron and (np.nan_to_num(row.values) < SMALLEST).all()):
            found.append(row)
    return found


def _sites(analyses: MineralAnalyses) -> list[TableRow]:
    found = [TableRow("Sites (apfu)")]
    names = [name for kind, name in analyses.quantities if kind == "site"]
    filled = [name for name in names if _values(analyses, "site", name).max() >= SMALLEST]
    ions = [name.partition(".")[2] for name in filled if not name.endswith(".sum")]
    divided = len(set(ions)) < len(ions)
    for site in dict.fromkeys(name.partition(".")[0] for name in names):
        for name in filled:
            of, _, ion = name.partition(".")
            if of == site and (divided or ion == "sum"):
                label = f"\N{GREEK CAPITAL LETTER SIGMA}{site}" if ion == "sum" else f"{ion} ({site})"
                found.append(_row(analyses, "site", name, label, 3))
    return found


def _end_members(analyses: MineralAnalyses) -> list[list[TableRow]]:
    found = []
    for scheme in analyses.mineral.schemes:
        rows = [
            _row(analyses, "end member", name, name.removesuffix(f" {scheme.name}"), 1)
            for name in names_of(scheme)
        ]
        shown = [row for row in rows if _largest(row) >= LEAST_MEMBER]
        found.append([TableRow(f"End members (mol%): {scheme.name}"), *shown])
    return found


def _largest(row: TableRow) -> float:
    assert row.values is not None
    return float(np.abs(np.nan_to_num(row.values)).max())


def _indices(analyses: MineralAnalyses) -> list[TableRow]:
    found = [TableRow("Ratios and checks")]
    if _values(analyses, "oxide", "Fe2O3").max() >= LEAST_FERRIC:
        found.append(_row(analyses, "iron", "Fe3+/Fe", "Fe3+/\N{GREEK CAPITAL LETTER SIGMA}Fe", 3))
    for name, expression in analyses.mineral.indices:
        found.append(_row(analyses, "index", name, name, 1 if _is_percent(expression) else 3))
    if Quantity("check", "departure") in analyses.quantities:
        found.append(_row(analyses, "check", "departure", "Departure", 1))
    return [row for row in found if row.values is None or not np.isnan(row.values).all()]


def _is_percent(expression: Expression) -> bool:
    return bool(expression.over) and max(abs(factor) for _, factor in expression.above) >= PERCENT
