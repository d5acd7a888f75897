"""The analyses of a mineral in a table for print, and the columns in which they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from phasewise.chem.ions import IONS
from phasewise.chem.oxides import OXIDES
from phasewise.compositions.formula.results import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.chem.mineral import Mineral
    from phasewise.chem.mineral_formula import Quantity
    from phasewise.compositions.formula.results import MineralRows
    from phasewise.core.types import Analyses, BoolArray, FloatArray, IntArray
    from phasewise.report.print_table import Look

__all__ = ["Columns", "MineralAnalyses", "Part", "PrintColumn", "gather"]

LAST = ("P2O5", "SO3", "CO2", "H2O", "F", "Cl")
"""Columns that stand behind all others; these keep the order of the ions."""


@dataclass(frozen=True, eq=False)
class Part:
    """The analyses of one mineral in a block: m of them, p oxides and k numbers of the formula.

    Attributes
    ----------
    names, groups, suffixes : list of str
        What stands above each column; a group is empty where none is named.
    oxides : tuple of str
        Columns of `wt`, from `COLUMNS`.
    wt, wt_sigma : (m, p) float64
        wt%, NaN where not analysed; `wt_sigma` is None where the table states no errors.
    below : (m, p) bool
        Where the table says "below detection".
    ferric : bool
        Whether FeO and Fe2O3 were analysed apart.
    rows : MineralRows
    """

    names: list[str]
    groups: list[str]
    suffixes: list[str]
    oxides: tuple[str, ...]
    wt: FloatArray
    wt_sigma: FloatArray | None
    below: BoolArray
    ferric: bool
    rows: MineralRows


def gather(
    analyses: Analyses,
    rows: MineralRows,
    labels: Sequence[object] | None,
    groups: Sequence[object] | None,
    suffix: str,
    first_row: int,
) -> Part:
    """Return what the table for print needs of one mineral in a block.

    Parameters
    ----------
    analyses : Analyses
        All analyses of the block.
    rows : MineralRows
        The formulae of one mineral.
    labels, groups : sequence or None
        Of all rows of the block. Where a label is missing, its row in the table takes its place.
    suffix : str
        Of the analyses in a table with several a row.
    first_row : int
        Number of the first row of the block, counted from 1.
    """
    places = rows.rows.tolist()
    names = ["" if labels is None else _text(labels[place]) for place in places]
    few = analyses.take(rows.rows)
    return Part(
        names=[name or f"row {place + first_row}" for name, place in zip(names, places, strict=True)],
        groups=["" if groups is None else _text(groups[place]) for place in places],
        suffixes=[suffix] * len(places),
        oxides=few.columns,
        wt=few.values,
        wt_sigma=few.sigma,
        below=few.below_detection,
        ferric=few.ferric is not None and bool(np.isfinite(few.ferric).any()),
        rows=rows,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


@dataclass(frozen=True, eq=False)
class PrintColumn:
    """One column of numbers: an analysis, its errors, or the mean or standard deviation of a group.

    Attributes
    ----------
    kind : str
        ``value`` and ``sigma`` of one analysis, ``mean`` and ``sd`` of several.
    places : tuple of int
        Analyses that it is made of.
    group, suffix, name : str
        What stands above it.
    """

    kind: Literal["value", "sigma", "mean", "sd"]
    places: IntArray
    group: str
    suffix: str
    name: str

    @property
    def look(self) -> Look:
        """How the column is set."""
        looks: dict[str, Look] = {"value": "plain", "mean": "mean"}
        return looks.get(self.kind, "spread")


Columns = list[PrintColumn]


@dataclass(frozen=True, eq=False)
class MineralAnalyses:
    """All analyses of a mineral.

    Attributes
    ----------
    mineral : Mineral
    names, groups, suffixes, oxides, wt, wt_sigma, below, ferric
        See `Part`; the oxides are in the order in which petrologists print them.
    quantities : tuple of Quantity
    values, sigma : (n, k) float64
        NaN where an analysis does not have a quantity; `sigma` is None where no errors are stated.
    """

    mineral: Mineral
    names: list[str]
    groups: list[str]
    suffixes: list[str]
    oxides: tuple[str, ...]
    wt: FloatArray
    wt_sigma: FloatArray | None
    below: BoolArray
    ferric: bool
    quantities: tuple[Quantity, ...]
    values: FloatArray
    sigma: FloatArray | None

    @classmethod
    def of(cls, parts: Sequence[Part]) -> MineralAnalyses:
        """Return the analyses of several parts as one; what a part does not have is NaN there."""
        oxides = sorted({name for part in parts for name in part.oxides}, key=_place)
        quantities = ordered(part.rows.quantities for part in parts)
        sizes = [len(part.names) for part in parts]
        below = _joined([(part.below.astype(float), part.oxides) for part in parts], oxides, sizes)
        errors = [(part.wt_sigma, part.oxides) for part in parts]
        sigma = [(part.rows.sigma, part.rows.quantities) for part in parts]
        stated = any(array is not None for array, _ in errors)
        return cls(
            mineral=parts[0].rows.mineral,
            names=[name for part in parts for name in part.names],
            groups=[group for part in parts for group in part.groups],
            suffixes=[suffix for part in parts for suffix in part.suffixes],
            oxides=tuple(oxides),
            wt=_joined([(part.wt, part.oxides) for part in parts], oxides, sizes),
            wt_sigma=_joined(errors, oxides, sizes) if stated else None,
            below=below > 0,
            ferric=any(part.ferric for part in parts),
            quantities=tuple(quantities),
            values=_joined([(part.rows.values, part.rows.quantities) for part in parts], quantities, sizes),
            sigma=_joined(sigma, quantities, sizes) if stated else None,
        )

    def columns(self, *, grouped: bool) -> list[Columns]:
        """Return the columns in their order, those that belong together in one list."""
        if not grouped:
            return [self._column(place) for place in range(len(self.names))]
        members: dict[str, list[int]] = {}
        for place, group in enumerate(self.groups):
            members.setdefault(group, []).append(place)
        found: list[Columns] = []
        for group in [*filter(None, members), *([""] if "" in members else [])]:
            places = members[group]
            if group:
                several, n = np.array(places), len(places)
                found.append(
                    [
                        PrintColumn("mean", several, group, "", f"mean (n = {n})"),
                        PrintColumn("sd", several, "", "", "s.d."),
                    ]
                )
            found += [self._column(place) for place in places]
        return found

    def _column(self, place: int) -> Columns:
        one, name = np.array([place]), self.names[place]
        value = PrintColumn("value", one, self.groups[place], self.suffixes[place], name)
        if self.wt_sigma is None:
            return [value]
        return [value, PrintColumn("sigma", one, "", "", "1\N{GREEK SMALL LETTER SIGMA}")]


def _place(name: str) -> tuple[bool, int]:
    if name in LAST:
        return True, LAST.index(name)
    return False, IONS.index({"Fe": "Fe2+"}.get(OXIDES[name].element, OXIDES[name].element))


def _joined(
    parts: Sequence[tuple[FloatArray | None, Sequence[object]]], names: Sequence[object], sizes: Sequence[int]
) -> FloatArray:
    """Return arrays below one another, each column under its name."""
    found = np.full((sum(sizes), len(names)), np.nan)
    first = 0
    for (array, held), size in zip(parts, sizes, strict=True):
        if array is not None:
            found[first : first + size, [names.index(name) for name in held]] = array
        first += size
    return found
