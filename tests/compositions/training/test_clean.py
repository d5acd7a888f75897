from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.clean import REASONS, clean
from phasewise.compositions.training.simulate import simulate
from phasewise.compositions.training.tables import Table, training_minerals

PHASES = ("Olivine", "Orthopyroxene")
TESTS = stoichiometric_tests(PHASES)


def olivines(n: int) -> np.ndarray:
    return simulate(load_minerals()["Olivine"], TESTS, n, np.random.default_rng(8))


def table(values: np.ndarray, label: str = "Olivine", source: str = "A") -> Table:
    n = len(values)
    return Table(
        values, np.full(n, label, object), np.full(n, source, object), np.zeros(n, int), np.full(n, np.nan)
    )


def reasons(*tables: Table) -> list[str]:
    return [REASONS[k] for k in clean(Table.join(list(tables)), load_minerals(), TESTS).reason]


def test_good_rows_are_kept() -> None:
    assert reasons(table(olivines(20))) == ["kept"] * 20


def test_each_error_has_its_reason() -> None:
    good = olivines(3)
    empty = np.full((1, len(INPUTS)), np.nan)
    assert reasons(table(empty)) == ["empty"]
    assert reasons(table(good), table(good)) == ["kept"] * 3 + ["repeat"] * 3
    assert reasons(table(good), table(good, "Orthopyroxene")) == ["label conflict"] * 6
    assert reasons(table(2 * good)) == ["total"] * 3
    off = good.copy()
    off[:, INPUTS.index("Al2O3")] += 5
    assert reasons(table(off)) == ["stoichiometry"] * 3


def test_a_block_of_shifted_columns_is_found() -> None:
    shifted = np.roll(olivines(40), 1, axis=1)
    found = reasons(table(olivines(40)), table(shifted, source="B"))
    assert found[:40] == ["kept"] * 40
    assert set(found[40:]) <= {"shifted block", "total"}
    assert found.count("shifted block") > 20


def test_the_shifted_block_of_the_training_table_is_found(dataset: Callable[[str], Path]) -> None:
    """One publication's orthopyroxenes stand under wrong headers in the compilation."""
    dataset("training_17_minerals")
    phases = tuple(sorted(load_minerals()))
    cleaning = clean(training_minerals(), load_minerals(), stoichiometric_tests(phases))
    blocks = {
        (label, source): n
        for (label, source, reason), n in cleaning.counts().items()
        if reason == "shifted block"
    }
    assert list(blocks) == [("Orthopyroxene", "JollandsandMuntener2019")]
    assert sum(blocks.values()) == pytest.approx(1309, abs=60)
    kept = len(cleaning.kept) / len(cleaning.table)
    assert 0.95 < kept < 0.985
