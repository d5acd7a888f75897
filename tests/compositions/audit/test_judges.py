"""No row is judged by a model that has learned from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from phasewise.compositions.audit.judges import judges_of
from phasewise.compositions.audit.rows import NOBODY
from phasewise.compositions.features import INPUTS
from phasewise.compositions.known_rows import KnownRows
from phasewise.compositions.row_groups import Groups
from phasewise.core.errors import ModelError
from phasewise.core.types import FloatArray

NAMES = ("fold_0", "fold_1", "fold_2", "fold_3", "fold_4", "experiments", "georoc")


def rows(n: int, seed: int) -> FloatArray:
    return np.random.default_rng(seed).uniform(1, 60, (n, len(INPUTS))).round(2)


def model(values: FloatArray, part: list[int]) -> Any:
    """Return what `judges_of` asks of a model that has learned from rows in these parts."""
    return SimpleNamespace(known=KnownRows.of(values, np.array(part), NAMES, 5))


def sources(names: list[str]) -> Groups:
    return Groups.of(pa.chunked_array([names]), len(names))


def judged_by(known: Any, values: FloatArray, source: list[str]) -> list[str]:
    found = judges_of(known, "default", values, sources(source))
    return [found.name(row) for row in range(len(found))]


@pytest.mark.parametrize("fold", range(5))
def test_a_row_known_in_a_fold_goes_to_the_sibling_without_it(fold: int) -> None:
    values = rows(3, 1)
    found = judged_by(model(values, [fold] * 3), values, ["a", "b", "c"])
    assert found == [f"default_without_fold_{fold}"] * 3


def test_a_collection_has_its_own_sibling() -> None:
    values = rows(2, 1)
    assert judged_by(model(values, [6, 5]), values, ["a", "b"]) == [
        "default_without_georoc",
        "default_without_experiments",
    ]


def test_unknown_rows_go_to_the_model_itself() -> None:
    known = model(rows(5, 1), [0] * 5)
    assert judged_by(known, rows(5, 2), ["a"] * 5) == ["default"] * 5


def test_changed_rows_of_a_known_source_never_go_to_the_model_itself() -> None:
    values = rows(20, 1)
    changed = values.copy()
    changed[:8, [0, 2]] = values[:8, [2, 0]]
    found = judged_by(model(values, [3] * 20), changed, ["a"] * 20)
    assert found == ["default_without_fold_3"] * 20


def test_a_source_of_which_little_is_known_is_judged_row_by_row() -> None:
    values = rows(20, 1)
    known = model(values[:8], [3] * 8)
    found = judged_by(known, values, ["a"] * 20)
    assert found == ["default_without_fold_3"] * 8 + ["default"] * 12


def test_rows_without_a_source_are_no_source() -> None:
    values = rows(20, 1)
    changed = values.copy()
    changed[:2] = rows(2, 5)
    found = judged_by(model(values, [3] * 20), changed, [""] * 20)
    assert found == ["default"] * 2 + ["default_without_fold_3"] * 18


def test_nobody_judges_rows_of_several_folds() -> None:
    values = rows(1, 1)
    known = model(np.vstack([values, values]), [0, 1])
    assert judged_by(known, values, ["a"]) == [NOBODY]


def test_a_model_that_knows_no_rows_judges_all() -> None:
    nothing: Any = SimpleNamespace(known=None)
    found = judges_of(nothing, "own", rows(3, 1), sources(["a"] * 3))
    assert found.names == ("own",)


def test_an_absent_sibling_is_an_error() -> None:
    values = rows(1, 1)
    with pytest.raises(ModelError, match="sibling that has not seen them"):
        judges_of(model(values, [0]), "a folder", values, sources(["a"]))
