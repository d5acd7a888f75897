"""Tests that look at pages as a browser does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .chromium import Browser, chromium_path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser for the tests of one file."""
    if chromium_path() is None:
        pytest.skip("pages cannot be looked at: chromium is not installed (Debian: apt install chromium)")
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
