"""The registry of real data that models are trained and tested on."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from phasewise.core.errors import DataUnavailableError

__all__ = ["ENVIRONMENT_VARIABLE", "DataSet", "data_folder", "dataset_path", "load_registry"]

ENVIRONMENT_VARIABLE = "PHASEWISE_DATA"
"""Names the folder with the local copies."""


@dataclass(frozen=True)
class DataSet:
    """One entry of the registry.

    Attributes
    ----------
    name, what, origin, licence, citation : str
        What it is, where it comes from and how it may be used.
    path : str
        The file, below the folder that `ENVIRONMENT_VARIABLE` names.
    sha256 : str
        Of the file that the project's own figures were made with.
    fetch : str
        An address to fetch it from; empty where it can only be copied by hand.
    """

    name: str
    path: str
    what: str
    origin: str
    licence: str
    citation: str
    sha256: str
    fetch: str


@cache
def load_registry() -> dict[str, DataSet]:
    """Return all data sets by name.

    Examples
    --------
    >>> load_registry()["georoc_excerpt"].licence
    'CC BY-SA 4.0'
    """
    text = files("phasewise.core").joinpath("datasets.toml").read_text(encoding="utf-8")
    return {name: DataSet(name, **entry) for name, entry in tomllib.loads(text).items()}


def data_folder() -> Path | None:
    """Return the folder with the local copies, None where none is named."""
    folder = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(folder) if folder else None


def dataset_path(name: str) -> Path:
    """Return the local copy of a data set, after comparing its checksum.

    Parameters
    ----------
    name : str
        Name in the registry; ``phasewise data`` lists them.

    Raises
    ------
    DataUnavailableError
        If the name is unknown, no folder is named, the file is absent, or it is another version.
    """
    try:
        entry = load_registry()[name]
    except KeyError:
        known = ", ".join(load_registry())
        raise DataUnavailableError(f"There is no data set '{name}'. Known are: {known}.") from None
    folder = data_folder()
    if folder is None:
        raise DataUnavailableError(
            f"The data set '{name}' ({entry.origin}) does not ship with phasewise. "
            f"Set the environment variable {ENVIRONMENT_VARIABLE} to a folder that holds '{entry.path}'."
        )
    path = folder / entry.path
    if not path.is_file():
        raise DataUnavailableError(
            f"The data set '{name}' is not at '{path}'. Copy it there from {entry.origin}, or let "
            f"{ENVIRONMENT_VARIABLE} name the folder that holds '{entry.path}'."
        )
    if _sha256(path) != entry.sha256:
        raise DataUnavailableError(
            f"'{path}' is not the version of '{name}' that is registered: its sha256 is {_sha256(path)}, "
            f"expected {entry.sha256}. Replace the file."
        )
    return path


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
