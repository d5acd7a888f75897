"""The page on minerals shows what the mineral files say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from phasewise.chem.minerals import load_minerals

ROOT = Path(__file__).parents[2]


@pytest.fixture
def render() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "render_minerals", ROOT / "benchmarks" / "render_minerals.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_the_mineral_files(render: ModuleType) -> None:
    committed = (ROOT / "docs" / "minerals.md").read_text(encoding="utf-8")
    assert render.page() == committed, "run python benchmarks/render_minerals.py"


def test_every_mineral_with_a_formula_has_a_row(render: ModuleType) -> None:
    rows = [line.split(" | ") for line in render.page().splitlines() if line.startswith("| ")]
    named = {cells[0].removeprefix("| ") for cells in rows[2:]}
    assert named == {name for name, mineral in load_minerals().items() if mineral.sites}
    assert len({len(cells) for cells in rows}) == 1


def test_every_published_formula_is_listed(render: ModuleType) -> None:
    text = render.page()
    for mineral in load_minerals().values():
        for reference in mineral.references:
            assert reference.name in text
            assert reference.source in text
