"""Reports of classified tables as files: the public functions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phasewise import __version__
from phasewise.compositions.read import open_table
from phasewise.compositions.report.collect import ReportRows
from phasewise.compositions.report.page import About, classification_page
from phasewise.plot.save import require_matplotlib
from phasewise.report.page import check_page_path, write_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from phasewise.compositions.model import CompositionModel

__all__ = ["about_file", "check_report_path", "write_report", "write_rows"]


def check_report_path(path: str | os.PathLike[str], *, force: bool = False, source: object = None) -> Path:
    """Return where a report will be written, after making sure that it can be: ask before long work.

    Raises
    ------
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written, exists (without `force`), or is the
        source.
    """
    require_matplotlib()
    return check_page_path(path, force=force, source=source)


def write_report(
    result: Any, path: str | os.PathLike[str], *, title: str = "Analyses", force: bool = False
) -> None:
    """Write what was found in a table as one page in HTML, which needs no other file and no network.

    Parameters
    ----------
    result : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        What `phasewise.classify` returned.
    path : path-like
        The file to write, ending in .html; whole or not at all.
    title : str
        What the page is called.
    force : bool
        Whether an existing file may be overwritten.

    Raises
    ------
    HeaderError
        If the table has no columns of results.
    OutputError
        If matplotlib or jinja2 is absent, or the file cannot be written or exists (without `force`).
    """
    check_report_path(path, force=force)
    table, rows = open_table(result), ReportRows()
    for block in table.blocks():
        rows.add(block.table, block.analyses)
    write_rows(rows, About(title, everything="the table from which this page was made."), path, force=force)


def write_rows(rows: ReportRows, about: About, path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Write gathered rows as a page.

    Raises
    ------
    OutputError
        As for `check_report_path`.
    """
    write_page(classification_page(rows, about), path, force=force)


def about_file(
    path: str | Path, model: CompositionModel, settings: Mapping[str, object], notices: tuple[str, ...]
) -> About:
    """Return what a page says of the file and the way in which it was classified.

    Parameters
    ----------
    path : path
        The table.
    model : CompositionModel
        By which it was classified.
    settings : mapping
        Options by name; those that are None are left out.
    notices : tuple of str
        What was assumed while reading.
    """
    card = model.card
    facts = [
        ("File", str(path)),
        ("Model", f"{model.name}, weights {card['weights']['sha256'][:12]}"),
        ("phasewise", __version__),
        ("Least probability", f"{model.thresholds.probability:.2f}"),
        *((name, str(value)) for name, value in settings.items() if value is not None),
    ]
    everything = f"phasewise classify {Path(path).name} --out result.parquet"
    return About(Path(path).name, tuple(facts), notices, everything)
