"""``phasewise plot`` as a stranger uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phasewise.compositions.diagrams.draw import DIAGRAM_KINDS

from .conftest import Runner

REFERENCES = Path(__file__).parents[2] / "examples" / "reference_analyses.csv"


def test_help_lists_the_diagrams_and_their_minerals(phasewise: Runner) -> None:
    code, out, _ = phasewise("plot", "--help")
    assert code == 0
    for kind in DIAGRAM_KINDS:
        assert f"\n  {kind} " in out
    assert "[Clinopyroxene, Orthopyroxene]" in " ".join(out.split())


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_a_figure_is_written_whole_and_what_it_shows_is_told(
    phasewise: Runner, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"feldspars.{ending}"
    code, out, _ = phasewise(
        "plot",
        "feldspar",
        REFERENCES,
        "-o",
        target,
        "--mineral",
        "mineral",
        "--celsius",
        900,
        "--width",
        "single",
    )
    assert code == 0
    assert out.splitlines()[1].split() == ["Plagioclase", "3"]
    assert out.splitlines()[-1] == f"Written: {target}"
    assert target.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_classifier_is_asked_where_no_column_is_named(phasewise: Runner, tmp_path: Path) -> None:
    code, out, _ = phasewise("plot", "olivine-nio", REFERENCES, "-o", tmp_path / "olivine.png")
    assert code == 0
    assert out.splitlines()[1].split()[0] == "Olivine"


def test_a_figure_is_overwritten_with_force_only(phasewise: Runner, tmp_path: Path) -> None:
    target = tmp_path / "olivine.png"
    target.write_text("mine", encoding="utf-8")
    arguments = ("plot", "olivine", REFERENCES, "-o", target, "--mineral", "mineral")
    code, _, err = phasewise(*arguments)
    assert code == 2
    assert "overwrite it with --force" in err
    assert target.read_text(encoding="utf-8") == "mine"
    assert phasewise(*arguments, "--force")[0] == 0
    assert target.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pie", REFERENCES, "-o", "x.png"), "There is no diagram 'pie'. Choose from pyroxene"),
        (("olivine", REFERENCES, "-o", "x.gif"), "ends in '.gif', which is unknown. Known are .png"),
        (("olivine", REFERENCES), "Missing option '--out' / '-o'"),
        (("profile", REFERENCES, "-o", "x.png"), "Name it: --distance COLUMN"),
        (("garnet", REFERENCES, "-o", "x.png", "--mineral", "note"), "Is 'note' the column of minerals?"),
        (("garnet", REFERENCES, "-o", "x.png", "--mineral", "note"), "error: 'reference_analyses.csv' has"),
        (("olivine", REFERENCES, "-o", "x.png", "--colour-by", "grain"), "has no column 'grain'"),
    ],
)
def test_errors_say_what_to_do_and_leave_nothing(
    phasewise: Runner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = phasewise("plot", *arguments)
    assert (code, out) == (2, "")
    assert message in err.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []
