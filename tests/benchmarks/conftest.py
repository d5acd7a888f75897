"""Benchmarks as modules."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark_module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return a function that gives a module of the folder ``benchmarks``."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module
