"""What tests of several rooms need."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from phasewise.chem import minerals
from phasewise.core.data import ENVIRONMENT_VARIABLE, data_folder, dataset_path
from phasewise.core.errors import DataUnavailableError

settings.register_profile("phasewise", deadline=None, print_blob=True)
settings.load_profile("phasewise")


def _absent(reason: str) -> None:
    """Skip a test whose data are not on this machine; where ``CI=true`` they have to be."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder with the local copies of real data."""
    folder = data_folder()
    if folder is None or not folder.is_dir():
        _absent(f"real data are not here: {ENVIRONMENT_VARIABLE} names no folder")
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def dataset() -> Callable[[str], Path]:
    """Return a function that gives the local copy of a registered data set."""

    def find(name: str) -> Path:
        try:
            return dataset_path(name)
        except DataUnavailableError as error:
            _absent(str(error))
            raise

    return find


@pytest.fixture
def no_own_minerals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test add minerals that are forgotten behind it."""
    monkeypatch.setattr(minerals, "_added", {})
