"""``phasewise session`` as a stranger uses it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from .conftest import Runner

EXAMPLE = Path(__file__).parents[2] / "examples" / "session.csv"


def test_findings_are_printed_as_a_table_and_in_sentences(phasewise: Runner) -> None:
    code, out, err = phasewise("session", EXAMPLE)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["oxide", "n", "accepted", "mean"]
    assert lines[1] == "VG-2 (Basaltic glass VG-2 Juan de Fuca NMNH 111240-52)"
    titanium = next(line for line in lines if " TiO2 " in line).split()
    assert titanium[:5] == ["TiO2", "7", "1.85", "1.96", "1.9"]
    assert max(map(len, lines)) <= 100
    told = " ".join(out.split())
    assert "TiO2 on VG-2 is 5.7 % high (95 %: 3.8-7.6), significant" in told
    assert "Na2O on Lake County plagioclase falls by 0.048 wt%/h, 7.5 % over the session" in told
    assert "of the unknowns are not checked by any standard" in told
    assert "1 of 8 analyses of VG-2 is off and left out; row 37" in told
    assert "Standards are the rows that 'standard' marks." in err


def test_results_are_written_once_and_never_over_the_input(phasewise: Runner, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    out, unknowns, page = tmp_path / "r.csv", tmp_path / "u.parquet", tmp_path / "s.html"
    options = ("--standard-column", "standard", "--order", "DATETIME", "--unknowns", unknowns)
    code, told, _ = phasewise("session", EXAMPLE, *options, "--out", out, "--report", page)
    assert (code, told.splitlines()[-1]) == (0, f"Written: {page}")
    recoveries = pd.read_csv(out)
    assert len(recoveries) == 40
    assert len(pd.read_parquet(unknowns)) == 35
    assert "Along the session" in page.read_text(encoding="utf-8")
    code, _, err = phasewise("session", EXAMPLE, "--out", out)
    assert code == 2
    assert "exists already" in err
    assert phasewise("session", EXAMPLE, "--out", out, "--force")[0] == 0
    code, _, err = phasewise("session", EXAMPLE, "--out", EXAMPLE, "--force")
    assert code == 2
    assert "is the input" in err


def test_accepted_values_of_the_user_are_taken(phasewise: Runner, tmp_path: Path) -> None:
    mine = tmp_path / "accepted.csv"
    mine.write_text("name,TiO2,TiO2 1 sigma\nVG-2,1.96,0.05\n", encoding="utf-8")
    out = tmp_path / "r.csv"
    assert phasewise("session", EXAMPLE, "--accepted", mine, "--out", out)[0] == 0
    found = pd.read_csv(out).set_index(["standard", "oxide"])
    assert found.loc[("VG-2", "TiO2"), "verdict"] == "agrees"
    assert found.loc[("VG-2", "SiO2"), "verdict"] == "no accepted value"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--standard-column", "nope"), "There is no column 'nope'"),
        (("--standard-column", "SiO2"), "No row is a standard by column 'SiO2'"),
        (("--order", "sample", "--standard-column", "nope"), "There is no column 'nope'"),
        (("--order", "nope"), "order='nope' is no column"),
        (("--accepted", "nope.csv"), "nope.csv"),
        (("--out", "a.csv", "--unknowns", "a.csv"), "cannot hold both"),
        (("--report", "page.txt"), "Known are .html"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    phasewise: Runner, tmp_path: Path, options: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = phasewise("session", EXAMPLE, *options)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1
