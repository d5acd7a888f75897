"""From a table of analyses to mineral formulae: the public functions."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from phasewise.chem.iron import check_fe3
from phasewise.chem.mineral_formula import OXO_OPTIONS, WATER_OPTIONS, FormulaOptions, MineralFormula
from phasewise.compositions.classify import UNITS_REASON
from phasewise.compositions.formula.results import calculate, ordered, tidy_columns, wide_columns
from phasewise.compositions.formula.rows import assign, find_mineral, minerals_with_formula
from phasewise.compositions.load import load_model
from phasewise.compositions.read import open_table
from phasewise.core.errors import HeaderError, HeaderWarning, OutputError
from phasewise.core.result_names import find_label, with_suffix
from phasewise.core.threads import one_blas_thread
from phasewise.report.append import append_columns, append_to_frame, as_kind_of, decode
from phasewise.report.targets import atomic_path, check_target
from phasewise.report.write import open_writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.chem.mineral_formula import Quantity
    from phasewise.compositions.formula.printed import PrintedFormulae
    from phasewise.compositions.formula.results import Calculated
    from phasewise.compositions.formula.rows import Assigned
    from phasewise.compositions.model import CompositionModel
    from phasewise.compositions.read import Block, Table, Unit
    from phasewise.report.write import ResultWriter

__all__ = ["FormulaSummary", "Layout", "formula", "formula_file"]

Layout = Literal["wide", "tidy"]
BLOCK_ROWS = 16_384
PREVIEW_ROWS = 50
MOST_ATOMS = 1000


@dataclass(frozen=True, eq=False)
class FormulaSummary:
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows of the table.
    counts : dict
        Formulae by mineral; None counts the analyses without one.
    out : Path or None
        Where the result was written.
    notices : tuple of str
        What was assumed while reading.
    preview : pyarrow.Table
        The first rows with their formulae, wide.
    """

    rows: int
    counts: dict[str | None, int]
    out: Path | None
    notices: tuple[str, ...]
    preview: pa.Table = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Request:
    """What is asked of every block."""

    mineral: str
    label_column: str | None
    options: FormulaOptions
    model: CompositionModel | None


def formula(
    data: Any,
    *,
    mineral: str = "auto",
    label_column: str | None = None,
    fe3: str | float = "auto",
    water: str = "stoichiometry",
    oxo: str = "auto",
    oxygens: float | None = None,
    cations: float | None = None,
    layout: Layout = "wide",
    model: str | Path = "default",
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> Any:
    """Return a table with the mineral formula of each analysis, its sites, end members and indices.

    Parameters
    ----------
    data : path, pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Analyses in wt%, one a row. The input is not changed.
    mineral : str
        ``auto`` takes the phase that `phasewise.classify` accepts or finds ambiguous; else the name, species
        or symbol of one mineral for all rows.
    label_column : str, optional
        A column with the mineral of each row; it goes before `mineral`.
    fe3 : str or float
        How iron is divided: ``auto`` (measured FeO and Fe2O3 where they were given apart, else the scheme of
        the mineral), ``measured``, ``ferrous``, ``ferric``, ``charge balance`` (Droop 1987), of amphiboles
        ``minimum``, ``maximum``, ``mean`` and ``chosen``, or a fixed Fe3+ / total Fe.
    water : str
        ``stoichiometry``, ``measured``, ``difference`` or ``none``; see `FormulaOptions`.
    oxo : str
        O in the place of OH of amphibole and biotite, 2 of each Ti: ``auto`` (kaersutite only), ``always`` or
        ``never``.
    oxygens, cations : float, optional
        Another basis for ions and sites than that of the mineral: oxygens (without H2O), or a sum of cations.
    layout : "wide" or "tidy"
        One row an analysis with the input's columns, or one row a number.
    model, sheet, iron, sigma_level, unit
        As for `phasewise.classify`.

    Returns
    -------
    frame of the kind of `data`, pandas for a path
        Wide: behind the input's columns ``mineral``, ``formula``, wt% that follow from the formula
        (``Fe2O3_calc``, ``total_calc`` ...), ``Fe3+/Fe``, ions (``Si_apfu`` ...), sites (``T_Al`` ...), end
        members (``Fo`` ..., mol%), indices (``Mg#`` ...), ``departure`` (in tolerances of good analyses) and
        ``formula_reason``. Numbers that a mineral does not have are blank. Where the table states analytical
        errors, each number has its standard deviation in ``..._sigma``.

    Raises
    ------
    FileFormatError, HeaderError
        If the table cannot be read, its columns not understood, or an option is not known.
    ModelError
        If there is no such model.

    Examples
    --------
    >>> import pyarrow as pa
    >>> olivine = pa.table({"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42], "NiO": [0.37]})
    >>> formula(olivine, mineral="olivine")["formula"].to_pylist()
    ['(Mg1.80Fe2+0.20Ni0.01)Si1.00O4']
    """
    request = _request(mineral, label_column, fe3, water, oxo, oxygens, cations, layout, model)
    table = open_table(data, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    _check_column(table, label_column)
    blocks = list(table.blocks(BLOCK_ROWS))
    with one_blas_thread():
        assigned = [_assign(block, request) for block in blocks]
        quantities = _quantities(table, assigned, request)
        results = [_calculate(block, found, request) for block, found in zip(blocks, assigned, strict=True)]
    for notice in table.notices:
        warnings.warn(notice, HeaderWarning, stacklevel=2)
    from_file = isinstance(data, str | os.PathLike)
    if layout == "tidy":
        parts = [_tidy(block, found) for block, found in zip(blocks, results, strict=True)]
        lines = pa.concat_tables(parts, promote_options="permissive")
        return lines.to_pandas() if from_file else as_kind_of(data, lines)
    wide = [_wide(found, quantities) for found in results]
    columns = {name: pa.chunked_array([decode(part[name]) for part in wide]) for name in wide[0]}
    if from_file:
        data = pa.concat_tables([block.table for block in blocks], promote_options="permissive").to_pandas()
    return append_to_frame(data, columns)


def formula_file(
    path: str | Path,
    out: str | Path | None = None,
    *,
    table_out: str | Path | None = None,
    group: str | None = None,
    mineral: str = "auto",
    label_column: str | None = None,
    fe3: str | float = "auto",
    water: str = "stoichiometry",
    oxo: str = "auto",
    oxygens: float | None = None,
    cations: float | None = None,
    layout: Layout = "wide",
    model: str | Path = "default",
    force: bool = False,
    progress: Callable[[int], object] | None = None,
    sheet: str | None = None,
    iron: str | None = None,
    sigma_level: float = 1.0,
    unit: Unit | None = None,
) -> FormulaSummary:
    """Calculate the formulae of a file block by block, and write them to another file.

    Parameters
    ----------
    path : path
        The table.
    out : path, optional
        Where to write the formulae (.csv, .tsv, .parquet, .feather, .xlsx), in the layout asked for. Written
        whole or not at all.
    table_out : path, optional
        Where to write a table for print (.xlsx): a sheet a mineral, analyses side by side.
    group : str, optional
        A column of the table; the table for print gets the mean of each of its values, with n and standard
        deviation, beside the analyses.
    force : bool
        Whether existing files may be overwritten.
    progress : callable, optional
        Told the number of rows newly done.
    mineral, label_column, fe3, water, oxo, oxygens, cations, layout, model, sheet, iron, sigma_level, unit
        As for `formula`.

    Returns
    -------
    FormulaSummary

    Raises
    ------
    FileFormatError, HeaderError, ModelError
        As for `formula`.
    OutputError
        If a result may not or cannot be written.
    """
    request = _request(mineral, label_column, fe3, water, oxo, oxygens, cations, layout, model)
    sheets = None if table_out is None else check_target(table_out, (".xlsx",), force=force, source=path)
    if sheets is not None and out is not None and Path(out).resolve() == sheets:
        raise OutputError(f"'{sheets.name}' cannot hold both results. Give the table for print another name.")
    if group is not None and table_out is None:
        raise HeaderError("'group' gives means in the table for print only. Name that table, too.")
    table = open_table(path, sheet=sheet, iron=iron, sigma_level=sigma_level, unit=unit)
    for column in (group, label_column):
        _check_column(table, column)
    tell = progress or (lambda rows: None)
    target: AbstractContextManager[ResultWriter | None] = (
        nullcontext() if out is None else open_writer(out, force=force, source=path)
    )
    printed = None if sheets is None else _printed(group, request.options)
    counts: Counter[str | None] = Counter()
    rows, preview = 0, []
    with one_blas_thread(), target as writer:
        assigned = []
        for block in table.blocks(BLOCK_ROWS):
            assigned.append(_assign(block, request))
            tell(len(block))
        quantities = _quantities(table, assigned, request)
        for block, minerals in zip(table.blocks(BLOCK_ROWS), assigned, strict=True):
            found = _calculate(block, minerals, request)
            wide = _wide(found, quantities)
            if writer is not None:
                writer.write(append_columns(block.table, wide) if layout == "wide" else _tidy(block, found))
            if rows < PREVIEW_ROWS:
                shown = block.table.slice(0, PREVIEW_ROWS - rows)
                first = {name: values.slice(0, len(shown)) for name, values in wide.items()}
                preview.append(append_columns(shown, first))
            if printed is not None:
                printed.add(block, found)
            _count(counts, found)
            rows += len(block)
            tell(len(block))
        if printed is not None and sheets is not None:
            with atomic_path(sheets) as draft:
                printed.save(draft)
    whole = pa.concat_tables(preview, promote_options="permissive")
    return FormulaSummary(rows, dict(counts), None if out is None else Path(out), table.notices, whole)


def _request(
    mineral: str,
    label_column: str | None,
    fe3: str | float,
    water: str,
    oxo: str,
    oxygens: float | None,
    cations: float | None,
    layout: str,
    model: str | Path,
) -> _Request:
    try:
        divided = check_fe3(fe3)
    except ValueError as error:
        raise HeaderError(str(error)) from error
    if water not in WATER_OPTIONS:
        raise HeaderError(f"water={water!r} is not known. Choose from {', '.join(WATER_OPTIONS)}.")
    if oxo not in OXO_OPTIONS:
        raise HeaderError(f"oxo={oxo!r} is not known. Choose from {', '.join(OXO_OPTIONS)}.")
    if layout not in ("wide", "tidy"):
        raise HeaderError(f"layout={layout!r} is not known. Choose wide or tidy.")
    if oxygens is not None and cations is not None:
        raise HeaderError("A basis of oxygens and one of cations exclude one another. Give one of them.")
    for name, basis in (("oxygens", oxygens), ("cations", cations)):
        if basis is not None and not (isinstance(basis, int | float) and 0 < basis <= MOST_ATOMS):
            raise HeaderError(f"{name}={basis!r} is no basis. Give a number above 0, up to {MOST_ATOMS}.")
    if mineral != "auto":
        mineral = find_mineral(str(mineral)).name
    asks = mineral == "auto" and label_column is None
    options = FormulaOptions(divided, water, oxo, oxygens, cations)
    return _Request(mineral, label_column, options, load_model(model) if asks else None)


def _printed(group: str | None, options: FormulaOptions) -> PrintedFormulae:
    from phasewise.compositions.formula.printed import PrintedFormulae

    return PrintedFormulae(group, options)


def _check_column(table: Table, name: str | None) -> None:
    if name is not None and name not in table.columns:
        raise HeaderError(f"{table.name} has no column {name!r}. It has {', '.join(table.columns)}.")


def _assign(block: Block, request: _Request) -> dict[str, Assigned]:
    """Return the mineral of each row, by phase suffix."""
    column = request.label_column
    labels = None if column is None else block.table[column].to_pylist()
    found = {}
    for suffix, analyses in block.analyses.items():
        found[suffix] = assign(analyses, request.mineral, labels, suffix, request.model)
        for row in block.units_rows:
            found[suffix].mineral[row], found[suffix].reason[row] = -1, UNITS_REASON
    return found


def _quantities(
    table: Table, assigned: list[dict[str, Assigned]], request: _Request
) -> dict[str, list[Quantity]]:
    """Return what is calculated of the analyses of each suffix, in the order of the columns."""
    found = {}
    for suffix in assigned[0]:
        codes = np.unique(np.concatenate([part[suffix].mineral for part in assigned]))
        columns = table.headers.oxides(suffix)
        found[suffix] = ordered(
            MineralFormula(minerals_with_formula()[code], columns, request.options).quantities
            for code in codes[codes >= 0].tolist()
        )
    return found


def _calculate(block: Block, assigned: dict[str, Assigned], request: _Request) -> dict[str, Calculated]:
    return {
        suffix: calculate(analyses, assigned[suffix], request.options)
        for suffix, analyses in block.analyses.items()
    }


def _wide(results: dict[str, Calculated], quantities: dict[str, list[Quantity]]) -> dict[str, pa.Array]:
    return {
        with_suffix(name, suffix): values
        for suffix, calculated in results.items()
        for name, values in wide_columns(calculated, quantities[suffix]).items()
    }


def _tidy(block: Block, results: dict[str, Calculated]) -> pa.Table:
    label = find_label(block.table.column_names)
    labels = None if label is None else block.table[label].to_pylist()
    parts = [
        pa.table(tidy_columns(calculated, labels, block.first_row, suffix))
        for suffix, calculated in results.items()
    ]
    return pa.concat_tables(parts)


def _count(counts: Counter[str | None], results: dict[str, Calculated]) -> None:
    for calculated in results.values():
        for part in calculated.minerals:
            counts[part.mineral.name] += len(part.rows)
        counts[None] += calculated.n - sum(len(part.rows) for part in calculated.minerals)
