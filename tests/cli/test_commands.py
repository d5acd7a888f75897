from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.csv
import pytest

ROOT = Path(__file__).parents[2]
REFERENCES = ROOT / "examples" / "reference_analyses.csv"


def phasewise(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "phasewise", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "100"} | environment,
        check=False,
    )


def assert_one_clear_error(run: subprocess.CompletedProcess[str], message: str) -> None:
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("phasewise: error: ")
    assert run.stderr.count("\n") == 1
    assert message in run.stderr


def test_the_terminal_shows_every_reference_analysis() -> None:
    run = phasewise("classify", REFERENCES)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("analysis ")
    assert "San Carlos olivine NMNH 111312-44" in run.stdout
    assert "note: Total iron is the sum of 'Fe2O3', 'FeO'" in run.stderr
    *_, last = run.stdout.splitlines()
    assert last.split()[0] == "all"
    assert last.split()[-1] == "42"
    assert max(map(len, run.stdout.splitlines())) <= 100


def test_a_result_a_figure_and_a_summary(tmp_path: Path) -> None:
    out, plot = tmp_path / "result.csv", tmp_path / "result.png"
    run = phasewise("classify", REFERENCES, "--out", out, "--plot", plot)
    assert run.returncode == 0, run.stderr
    assert "San Carlos" not in run.stdout
    assert f"Written: {out}" in run.stdout
    assert plot.read_bytes().startswith(b"\x89PNG")
    header = pyarrow.csv.read_csv(out).column_names
    assert header[:3] == ["name", "mineral", "SiO2"]
    assert {"phase", "verdict", "phasewise_total", "reason"} <= set(header)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["result.csv", "result.png"]


def test_results_are_overwritten_only_by_force(tmp_path: Path) -> None:
    out = tmp_path / "result.csv"
    out.write_text("mine")
    assert_one_clear_error(phasewise("classify", REFERENCES, "--out", out), "exists already")
    assert out.read_text() == "mine"
    assert phasewise("classify", REFERENCES, "--out", out, "--force").returncode == 0
    assert out.read_text().startswith("name,mineral,")


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(REFERENCES.read_bytes())
    assert_one_clear_error(phasewise("classify", table, "--out", table, "--force"), "is the input")
    assert table.read_bytes() == REFERENCES.read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"sample,note\na,b\n", "no column with an oxide"),
        (b"SiO2,MgO,SiO2\n40,50,40\n", "2 columns named 'SiO2'"),
        (bytes(range(256)) * 20, "no known format"),
    ],
)
def test_unusable_input_gives_one_line_and_no_file(tmp_path: Path, content: bytes, message: str) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    assert_one_clear_error(phasewise("headers", table), message)
    assert_one_clear_error(phasewise("classify", table, "--out", tmp_path / "result.csv"), message)
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "result.doc"], "ends in '.doc'"),
        (["--out", "absent/result.csv"], "does not exist"),
        (["--plot", "result.csv"], "Known are .png"),
        (["--model", "no-such-model"], "no-such-model"),
    ],
)
def test_impossible_options_are_told(options: list[str], message: str) -> None:
    assert_one_clear_error(phasewise("classify", REFERENCES, *options), message)


def test_an_absent_file_is_told() -> None:
    assert_one_clear_error(phasewise("classify", "absent.csv"), "absent.csv")


def test_headers_show_what_each_column_is() -> None:
    run = phasewise("headers", REFERENCES)
    assert run.returncode == 0, run.stderr
    lines = {line.split()[1]: " ".join(line.split()[2:]) for line in run.stdout.splitlines()[3:]}
    assert lines["SiO2"] == "SiO2 wt% 37 5 . . 38.95"
    assert lines["Fe2O3"].startswith("FeOt wt% 18 24 ")
    assert lines["total"].startswith("total")
    assert lines["verified"] == "(carried along) 42 . . . verified"


@pytest.mark.parametrize("command", ["classify", "headers", "models", "train", "evaluate", "data"])
def test_every_command_explains_itself(command: str) -> None:
    run = phasewise(command, "--help")
    assert run.returncode == 0
    assert run.stdout.startswith(f"Usage: phasewise {command}")


def test_the_zoo_has_a_default_model() -> None:
    run = phasewise("models")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) > 1


def test_data_sets_are_listed_with_their_licence() -> None:
    run = phasewise("data", PHASEWISE_DATA="")
    assert run.returncode == 0, run.stderr
    assert "georoc_excerpt" in run.stdout
    assert "CC BY-SA 4.0" in run.stdout
    assert "PHASEWISE_DATA (not set)" in run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals of this kind")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_nothing_half_written(
    tmp_path: Path, number: int, code: int, workers: int
) -> None:
    header, *rows = REFERENCES.read_text(encoding="utf-8").splitlines(keepends=True)
    table = tmp_path / "table.csv"
    table.write_text(header + "".join(rows) * 10_000, encoding="utf-8")
    command = [sys.executable, "-m", "phasewise", "classify", str(table), "--workers", str(workers)]
    run = subprocess.Popen(
        [*command, "--out", str(tmp_path / "result.csv")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while run.poll() is None and len(list(tmp_path.iterdir())) == 1 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(run.pid, number)  # the workers, too, as a terminal does
    _, errors = run.communicate(timeout=60)
    assert run.returncode == code, errors
    assert "Traceback" not in errors
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]
