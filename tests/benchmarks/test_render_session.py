"""The page on sessions shows what the command prints, and the committed results."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_what_the_command_prints_and_what_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    text = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
    assert script("render_session").rendered(text) == text


def test_the_example_is_what_its_script_makes() -> None:
    rows = script("session_example").session()
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    assert (ROOT / "examples" / "session.csv").read_text(encoding="utf-8").splitlines() == lines
