from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import phasewise

ROOT = Path(__file__).parents[1]
UNNEEDED = ("pandas", "scipy", "sklearn", "torch", "matplotlib", "polars", "openpyxl")
HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "torch", "matplotlib", "polars")


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after running some code."""
    program = f"{code}\nimport json, sys\nprint(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def test_import_loads_nothing_heavy() -> None:
    assert not modules_after("import phasewise").intersection(HEAVY)


def test_import_takes_less_than_a_tenth_of_a_second() -> None:
    bare, loaded = (min(seconds(code) for _ in range(5)) for code in ("pass", "import phasewise"))
    assert loaded - bare < 0.1


def test_a_file_is_classified_without_what_trains(tmp_path: Path) -> None:
    table, out = ROOT / "examples" / "reference_analyses.csv", tmp_path / "result.parquet"
    loaded = modules_after(f"import phasewise; phasewise.classify_file({str(table)!r}, {str(out)!r})")
    assert not loaded.intersection(UNNEEDED)


@pytest.mark.parametrize("command", ["classify", "headers"])
def test_the_command_line_reads_a_table_without_what_it_does_not_need(tmp_path: Path, command: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Sample;SiO2;FeO;MgO;CaO\n;wt%;wt%;wt%;wt%\na;40,81;9,55;49,42;<0,02\nb;bdl;n.a.;;-\n")
    loaded = modules_after(
        "from phasewise.cli import main\n"
        f"try:\n    main([{command!r}, {str(table)!r}])\n"
        "except SystemExit as left:\n    assert not left.code"
    )
    assert "numpy" in loaded
    assert not loaded.intersection(UNNEEDED)


def test_public_names_are_there() -> None:
    assert set(phasewise.__all__) <= set(dir(phasewise))
    for name in phasewise.__all__:
        assert getattr(phasewise, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="clasify"):
        phasewise.clasify  # type: ignore[attr-defined]  # noqa: B018


def test_one_version_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert phasewise.__version__ == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


def test_no_module_needs_unix() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        unix_only = re.search(
            r"^\s*(import|from) (fcntl|resource|pwd|grp|termios)\b", path.read_text("utf-8"), re.M
        )
        assert unix_only is None, path
