"""The formats that this package can read, found by walking its modules."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from phasewise.compositions.read._source import FormatSpec, Opened, Source
from phasewise.core.errors import FileFormatError

__all__ = ["formats", "open_with_format"]

_PAGE = "a web page or XML. Open it in Excel and save it as .xlsx or .csv"
_NOT_TABLES = {
    **dict.fromkeys((b"<html", b"<HTML", b"<!DOCTYPE", b"<!doctype", b"<table", b"<?xml"), _PAGE),
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls). Save it as .xlsx or .csv",
    b"%PDF": "a PDF. Export the table as .csv or .xlsx",
    b"\x89PNG": "a picture. Export the table as .csv or .xlsx",
}


@cache
def formats() -> tuple[FormatSpec, ...]:
    """Return all formats, in the order in which they are asked.

    Returns
    -------
    tuple of FormatSpec

    Examples
    --------
    >>> "delimited" in [spec.name for spec in formats()]
    True
    """
    package = importlib.import_module(__package__ or "phasewise.compositions.read")
    found = []
    for module_info in pkgutil.iter_modules(package.__path__):
        if not module_info.name.startswith("_"):
            found.append(importlib.import_module(f"{package.__name__}.{module_info.name}").SPEC)
    return tuple(sorted(found, key=lambda spec: (-spec.priority, spec.name)))


def open_with_format(source: Source) -> tuple[str, Opened]:
    """Return the name of the first format that knows the source, and the source opened.

    Raises
    ------
    FileFormatError
        If no format knows it, or the one that does finds it damaged.
    """
    for magic, what in _NOT_TABLES.items():
        if source.head.lstrip().startswith(magic):
            raise FileFormatError(f"{source.name} is {what}.")
    for spec in formats():
        if spec.sniff(source):
            if source.sheet is not None and not spec.has_sheets:
                raise FileFormatError(f"{source.name} ({spec.name}) has no sheets. Leave out sheet=.")
            return spec.name, spec.open(source)
    if source.path is None:
        kind = type(source.origin)
        raise FileFormatError(
            f"{kind.__module__}.{kind.__qualname__} is no table. "
            "Give a path, or a frame of pandas, polars (a LazyFrame after .collect()) or pyarrow."
        )
    known = ", ".join(sorted({extension for spec in formats() for extension in spec.extensions}))
    raise FileFormatError(
        f"{source.name} is of no known format: it is neither text nor a known table ({known}). "
        "Export the table as .csv or .xlsx."
    )
