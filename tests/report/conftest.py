"""Tests that look at pages as a browser does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .chromium import Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser for the tests of one file."""
    if os.name != "posix":
        pytest.skip("pages cannot be looked at: the browser is driven through pipes of POSIX")
    from .chromium import Browser, chromium_path

    if chromium_path() is None:
        pytest.skip("pages cannot be looked at: chromium is not installed (Debian: apt install chromium)")
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
