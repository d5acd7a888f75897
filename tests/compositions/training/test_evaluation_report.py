from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from phasewise.compositions.training.evaluation_report import evaluation_page, write_report
from phasewise.compositions.training.evaluation_scores import evaluated
from phasewise.compositions.training.evaluation_tables import percent
from phasewise.core.errors import OutputError
from phasewise.learn.inner_choice import Choice
from phasewise.learn.nested import EvaluationResult, OutOfFold
from phasewise.report.page import Facts, Notes, Prose, Table, render_page

pytest.importorskip("jinja2")
mpl.use("Agg")

CLASSES = ("Garnet", "Olivine", "Quartz", "Zircon", "Spinel")
PUBLICATIONS = (12, 9, 6, 2, 0)
ROWS = 12
HOSTILE = "<script>alert('& $x$')</script>"


def out_of_fold(
    name: str,
    title: str,
    *,
    wrong: float,
    seed: int = 0,
    epistemic: bool = False,
    classes: Sequence[str] = CLASSES,
    publications: Sequence[int] = PUBLICATIONS,
) -> OutOfFold:
    """Return predictions of which about that part is wrong, the less confident ones more often."""
    truth = np.repeat(np.arange(len(classes)), ROWS * np.array(publications))
    publication = np.concatenate([np.repeat(np.arange(n), ROWS) for n in publications])
    names = [f"{classes[int(t)]} {HOSTILE} {p}" for t, p in zip(truth, publication, strict=True)]
    source = np.array(names, dtype=object)
    rng = np.random.default_rng([seed, len(name)])
    n, k = len(truth), len(classes)
    doubt = rng.beta(0.3, 2.0, n)
    called = np.where(rng.random(n) < np.clip(wrong * doubt / doubt.mean(), 0, 1), (truth + 1) % k, truth)
    probabilities = np.repeat(0.8 * doubt[:, None] / k, k, axis=1)
    probabilities[np.arange(n), called] += 1 - probabilities.sum(axis=1)
    return OutOfFold(
        name,
        title,
        tuple(classes),
        probabilities,
        truth,
        source,
        publication % 3,
        seed,
        0.3 * doubt if epistemic else None,
        0.7 * doubt if epistemic else None,
        tuple({"shrinkage": 0.1 * fold, "hidden": [64, 32]} for fold in range(3)),
    )


def evaluation(n_seeds: int = 2, *, random: bool = True) -> EvaluationResult:
    """Return an evaluation of two estimators, of which the random folds flatter both."""
    grouped = [out_of_fold("gda", "GDA, shared", wrong=0.12, seed=s) for s in range(n_seeds)]
    grouped += [out_of_fold("bnn", "BNN", wrong=0.05, seed=s, epistemic=True) for s in range(n_seeds)]
    leaky = [out_of_fold("gda", "GDA, shared", wrong=0.04), out_of_fold("bnn", "BNN", wrong=0.01)]
    return EvaluationResult(
        name="simulated",
        description="Five minerals, of which one has two publications and one has none.",
        grouped=grouped,
        random=leaky if random else [],
        publications=dict(zip(CLASSES, PUBLICATIONS, strict=True)),
        notes=["Zircon has two publications."],
    )


def table_of(result: EvaluationResult, title: str, number: int = 0) -> list[list[str]]:
    """Return the texts of a table of a section."""
    section = next(s for s in evaluation_page(result).sections if s.title == title)
    table = [block for block in section.blocks if isinstance(block, Table)][number]
    return [[cell.text for cell in row] for row in table.rows]


def words_of(result: EvaluationResult, title: str) -> str:
    section = next(s for s in evaluation_page(result).sections if s.title == title)
    prose = [block.text for block in section.blocks if isinstance(block, Prose)]
    notes = [item for block in section.blocks if isinstance(block, Notes) for item in block.items]
    facts = [f"{k}: {v}" for block in section.blocks if isinstance(block, Facts) for k, v in block.items]
    return "\n".join([*prose, *notes, *facts])


def test_the_summary_has_the_mean_and_the_spread_over_the_seeds() -> None:
    result = evaluation()
    right = [
        np.mean(f.probabilities.argmax(axis=1) == f.truth) for f in result.grouped if f.estimator == "bnn"
    ]
    section = evaluation_page(result).sections[0]
    table = next(block for block in section.blocks if isinstance(block, Table))
    accuracy = table.rows[1][1]
    assert accuracy.text == f"{100 * np.mean(right):.2f}"
    assert accuracy.aside.endswith(f"± {100 * np.std(right, ddof=1):.2f}")
    assert accuracy.best
    assert "BNN has a mean F1" in words_of(result, "Summary")


def test_one_seed_has_no_spread() -> None:
    section = evaluation_page(evaluation(n_seeds=1)).sections[0]
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert not any("±" in cell.aside for row in table.rows for cell in row)


def test_classes_of_few_publications_have_words_for_an_interval() -> None:
    rows = {row[0]: row for row in table_of(evaluation(), "GDA, shared")}
    assert list(rows) == list(CLASSES)
    assert re.fullmatch(r"[\d.]+ to [\d.]+", rows["Quartz"][-1])
    assert rows["Zircon"][1:3] == ["2", str(2 * ROWS)]
    assert rows["Zircon"][-1] == "too few publications"
    assert rows["Spinel"][3:] == ["–", "–", "–", "no rows"]


def test_random_folds_stand_beside_the_grouped_ones_with_the_errors_they_hide() -> None:
    result = evaluation()
    rows = table_of(result, "What leakage flatters")
    bnn = next(e for e in evaluated(result) if e.title == "BNN")
    assert bnn.random is not None
    assert rows[1][1:3] == [percent(s.accuracy) for s in (bnn.same_seed, bnn.random)]
    hidden = 1 - (1 - bnn.random.accuracy) / (1 - bnn.same_seed.accuracy)
    assert f"hide {100 * hidden:.0f} % of its errors" in words_of(result, "What leakage flatters")
    assert "not evaluated" in words_of(evaluation(random=False), "What leakage flatters")


def test_random_folds_that_are_worse_are_not_said_to_flatter() -> None:
    result = evaluation()
    swapped = EvaluationResult("s", "", result.random, result.grouped, result.publications)
    assert "do not flatter BNN" in words_of(swapped, "What leakage flatters")


def test_settings_and_what_they_were_chosen_by_are_shown() -> None:
    result = evaluation()
    result.choices[:] = [
        Choice("gda", 0, {"shrinkage": s}, nll, s == 0.1) for s, nll in ((0.1, 0.25), (0.5, 0.5))
    ]
    chosen = table_of(result, "GDA, shared", 1)
    assert chosen[1] == ["1", "shrinkage = 0.1, hidden = 64 × 32"]
    assert table_of(result, "GDA, shared", 2) == [
        ["shrinkage = 0.1", "0.2500"],
        ["shrinkage = 0.5", "0.5000"],
    ]


def test_only_estimators_that_tell_kinds_of_uncertainty_are_compared_by_them() -> None:
    rows = table_of(evaluation(), "What abstaining buys")
    assert {row[0] for row in rows} == {"BNN"}
    assert len(rows) == 4


class Ids(HTMLParser):
    """Collects ids and elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [str(value) for name, value in attrs if name == "id"]


def test_the_page_is_complete_valid_and_the_same_each_time(tmp_path: Path) -> None:
    result = evaluation()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_report(result, tmp_path / "a.html")
    html = (tmp_path / "a.html").read_text("utf-8")
    found = Ids(html)
    assert len(found.ids) == len(set(found.ids))
    assert found.tags.count("svg") == 2 * 2 + 2 + 1
    assert "Zircon has two publications." in html
    assert set(re.findall(r"https?://[^\s\"'<>]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert render_page(evaluation_page(result)) == html
    with pytest.raises(OutputError, match="--force"):
        write_report(result, tmp_path / "a.html")


def test_hostile_names_are_only_names() -> None:
    fold = out_of_fold("x", HOSTILE, wrong=0.1, classes=(HOSTILE, "$b$", '"c"', "_d", "e"))
    result = EvaluationResult(HOSTILE, HOSTILE, [fold], [fold], {HOSTILE: 12}, [HOSTILE])
    html = render_page(evaluation_page(result))
    assert Ids(html).tags.count("script") == 1
    assert html.count("<script") == 1


def test_nothing_evaluated_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no estimator"):
        write_report(EvaluationResult("empty", "", [], [], {}), tmp_path / "a.html")
    assert not list(tmp_path.iterdir())
