"""The README and the docs show what the committed results say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location("render", ROOT / "benchmarks" / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_shows_the_committed_results(render: ModuleType) -> None:
    assert render.summary() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_docs_show_the_committed_results(render: ModuleType) -> None:
    assert render.full_tables() == (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["audit", "audit_figures", "cascades", "explore", "learning", "spinel"])
def test_a_page_with_tables_shows_the_committed_results(render: ModuleType, name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert render.page(name, text) == text


def test_a_page_without_the_place_of_a_table_is_refused(render: ModuleType) -> None:
    text = (ROOT / "docs" / "cascades.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="table: reasons"):
        render.page("cascades", text.replace("<!-- table: reasons -->", ""))
