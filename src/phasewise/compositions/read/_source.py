"""What is to be read, and what a format gives back."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from phasewise.core.errors import FileFormatError

__all__ = ["HEAD_BYTES", "FormatSpec", "Opened", "Source", "source_of"]

HEAD_BYTES = 1 << 18


@dataclass(frozen=True)
class Source:
    """A file or a frame that the user gave.

    Attributes
    ----------
    origin : object
        What the user gave.
    name : str
        How messages call it.
    path : Path or None
        None for a frame.
    head : bytes
        The first quarter of a megabyte of the file, decompressed.
    sheet : str or None
        The sheet that the user asked for.
    """

    origin: object
    name: str
    path: Path | None = None
    head: bytes = b""
    sheet: str | None = None

    @property
    def suffix(self) -> str:
        """Return the extension in lower case, e.g. ``.csv``."""
        return self.path.suffix.lower() if self.path is not None else ""

    @property
    def file(self) -> Path:
        """Return the path of a source that is a file."""
        if self.path is None:
            raise TypeError(f"{self.name} is no file")
        return self.path


@dataclass(frozen=True)
class Opened:
    """A table that is ready to be read.

    Attributes
    ----------
    columns : tuple of str
        The user's columns.
    batches : callable
        Each call starts a new pass over the rows, as pyarrow Tables of any size.
    n_rows : int or None
        Number of rows where it is known beforehand.
    notices : tuple of str
        What was assumed.
    iron_conflicts : {"error", "precedence"}
        Passed to `interpret`.
    """

    columns: tuple[str, ...]
    batches: Callable[[], Iterator[pa.Table]] = field(repr=False)
    n_rows: int | None = None
    notices: tuple[str, ...] = ()
    iron_conflicts: Literal["error", "precedence"] = "error"


@dataclass(frozen=True)
class FormatSpec:
    """One format of tables.

    Attributes
    ----------
    name : str
        Short name, lower case.
    description : str
        One line for users.
    extensions : tuple of str
        Usual extensions; what counts is `sniff`.
    sniff : callable
        Whether a source is of this format, from its first bytes.
    open : callable
        Read the names of the columns and prepare to read the rows.
    priority : int
        Formats with a higher one are asked first.
    has_sheets : bool
        Whether `Source.sheet` means something to it.
    """

    name: str
    description: str
    extensions: tuple[str, ...]
    sniff: Callable[[Source], bool]
    open: Callable[[Source], Opened]
    priority: int = 0
    has_sheets: bool = False


def source_of(origin: object, sheet: str | None = None) -> Source:
    """Return a source for a path or a frame.

    Raises
    ------
    FileFormatError
        If a path leads to nothing, a folder, an empty or an unreadable file.
    """
    if not isinstance(origin, (str, os.PathLike)):
        return Source(origin, "the frame", sheet=sheet)
    path = Path(os.fspath(origin))
    quoted = f"'{path.name}'"
    if not path.exists():
        raise FileFormatError(f"There is no file '{path}'. Check the name and the folder.")
    if path.is_dir():
        raise FileFormatError(f"'{path}' is a folder. Give one file of it.")
    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            head = stream.read(HEAD_BYTES)
    except PermissionError as error:
        raise FileFormatError(
            f"{quoted} may not be read ({error.strerror}). Check its permissions, "
            "and close it in other programs."
        ) from error
    except (OSError, zlib.error, pa.ArrowException) as error:
        raise FileFormatError(f"{quoted} cannot be read ({error}). Copy or export it again.") from error
    if not head.strip():
        raise FileFormatError(f"{quoted} is empty. Export the table again.")
    return Source(origin, quoted, path, head, sheet)
