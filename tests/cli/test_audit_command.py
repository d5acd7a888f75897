"""``phasewise audit`` as a stranger uses it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from .conftest import Runner

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """The reference analyses, one of them under a wrong name and one under none that is a mineral's."""
    frame = pd.read_csv(REFERENCES)
    frame.loc[frame["name"].str.startswith("San Carlos"), "mineral"] = "Garnet"
    frame.loc[frame["name"].str.startswith("Kakanui augite"), "mineral"] = "mystery"
    path = tmp_path / "labelled.csv"
    frame.to_csv(path, index=False)
    return path


def test_it_says_which_columns_it_took_and_what_is_wrong(phasewise: Runner, labelled: Path) -> None:
    code, out, _ = phasewise("audit", labelled)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "Columns: label 'mineral', source 'citation', no sample."
    counts = {line.split()[0]: line.split() for line in lines if line}
    assert counts["Garnet"][1] == "garnet"
    assert counts["mystery"][1] == "-"
    assert "rows are flagged: " in lines[-1]


def test_flagged_rows_are_written_whole_or_not_at_all(
    phasewise: Runner, labelled: Path, tmp_path: Path
) -> None:
    out = tmp_path / "flagged.csv"
    assert phasewise("audit", labelled, "--out", out).code == 0
    flagged = pd.read_csv(out)
    wrong = flagged[flagged["name"].str.startswith("San Carlos")].iloc[0]
    assert (wrong["finding"], wrong["suggested_phase"]) == ("relabel", "Olivine")
    code, _, err = phasewise("audit", labelled, "--out", out)
    assert code == 2
    assert "--force" in err
    assert phasewise("audit", labelled, "--out", out, "--all-rows", "--force").code == 0
    assert len(pd.read_csv(out)) == len(pd.read_csv(labelled))


def test_a_column_that_is_absent_is_told_with_those_that_are_there(phasewise: Runner, labelled: Path) -> None:
    code, _, err = phasewise("audit", labelled, "--label-column", "MINERAL")
    assert code == 2
    assert "no column 'MINERAL' for the label" in err
    assert "mineral" in err
