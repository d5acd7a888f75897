"""Where a result may be written, and how it gets there in one piece."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from phasewise.core.errors import OutputError

__all__ = ["atomic_path", "check_target"]


def check_target(
    path: str | os.PathLike[str], suffixes: Sequence[str], *, force: bool = False, source: object = None
) -> Path:
    """Return the path that a result will be written to, after making sure that it may be.

    Parameters
    ----------
    path : path-like
        The file that the user asked for; a link is followed to the file it points to.
    suffixes : sequence of str
        The endings that are known, each with its dot.
    force : bool
        Whether an existing file may be overwritten.
    source : object, optional
        What is read; where it is a path, it may not be the target, whatever `force` says.

    Raises
    ------
    OutputError
        If the file exists (without `force`), is the input, a folder or held open by another program,
        if its folder is absent or read-only, or if its ending is unknown.
    """
    target = Path(path)
    if target.is_dir():
        raise OutputError(f"'{target}' is a folder. Give the name of a file in it.")
    if target.suffix.lower() not in suffixes:
        ending = f"ends in '{target.suffix}', which is unknown" if target.suffix else "has no ending"
        raise OutputError(f"'{target}' {ending}. Known are {', '.join(suffixes)}.")
    if _is_same_file(source, target):
        raise OutputError(f"'{target}' is the input; it is never overwritten. Give the output another name.")
    target = target.resolve()
    if target.exists():
        _check_existing(target, force=force)
    if not target.parent.is_dir():
        raise OutputError(f"The folder '{target.parent}' does not exist. Create it first.")
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"The folder '{target.parent}' is read-only. Choose another for '{target.name}'.")
    return target


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Give a path beside the target to write to, which takes the target's place at the end.

    After an exception or an interrupt the new file is removed, and the target is as it was.

    Raises
    ------
    OutputError
        If the file cannot be created or moved to its place.
    """
    draft = target.with_name(f".{target.stem}-{secrets.token_hex(4)}{target.suffix}")
    try:
        try:
            draft.open("xb").close()
        except OSError as error:
            raise cannot_write(target, error) from error
        yield draft
        try:
            if target.exists():
                shutil.copymode(target, draft)
            draft.replace(target)
        except OSError as error:
            raise cannot_write(target, error) from error
    finally:
        draft.unlink(missing_ok=True)


def cannot_write(target: Path, error: OSError) -> OutputError:
    """Return the error that tells the user why a file cannot be written and what to do."""
    if isinstance(error, PermissionError):
        return OutputError(
            f"'{target}' cannot be written: permission denied. Is it open in Excel or another program? "
            "Close it there, or choose another name."
        )
    return OutputError(f"'{target}' cannot be written: {error.strerror or error}.")


def _is_same_file(source: object, target: Path) -> bool:
    if not isinstance(source, str | os.PathLike):
        return False
    try:
        return target.samefile(source)
    except OSError:
        return False


def _check_existing(target: Path, *, force: bool) -> None:
    if not target.is_file():
        raise OutputError(f"'{target}' is not an ordinary file. Choose another name.")
    if not force:
        raise OutputError(f"'{target}' exists already. Choose another name, or overwrite it with --force.")
    try:
        target.open("r+b").close()
    except OSError as error:
        raise cannot_write(target, error) from error
