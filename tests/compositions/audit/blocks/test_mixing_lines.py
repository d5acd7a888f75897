from __future__ import annotations

import numpy as np

from phasewise.compositions.audit.blocks.mixing_lines import find
from phasewise.core.types import FloatArray

from ..measured import ILMENITE, LABRADORITE, MAGNETITE, OLIVINE, spots, stacked
from ..tables import of_values


def mixed(one: str, other: str, parts: FloatArray, seed: int = 3) -> FloatArray:
    """Return analyses of which these parts are the other mineral."""
    a, b = (np.nan_to_num(spots(name, len(parts), seed + k)) for k, name in enumerate((one, other)))
    return (a * (1 - parts)[:, None] + b * parts[:, None]).round(2)


def test_beams_on_olivine_and_plagioclase() -> None:
    mixtures = mixed(OLIVINE, LABRADORITE, np.array([0.25, 0.4, 0.5, 0.65]))
    values = stacked(spots(OLIVINE, 10), mixtures, spots(LABRADORITE, 8))
    labels = ["Olivine"] * 14 + ["Plagioclase"] * 8
    (found,) = find(of_values(values, labels, ["a"] * 22, ["s1"] * 22))
    assert (found.kind, found.where, found.spoils) == ("mixtures", "a | s1", True)
    assert (found.rows.tolist(), found.of) == ([10, 11, 12, 13], 22)
    assert "between Olivine and Plagioclase" in found.evidence
    assert "10 rows of pure Olivine and 8 rows of pure Plagioclase" in found.evidence


def test_the_order_of_the_rows_does_not_matter() -> None:
    values = stacked(spots(OLIVINE, 10), mixed(OLIVINE, LABRADORITE, np.array([0.25, 0.4, 0.5, 0.65])))
    order = np.random.default_rng(1).permutation(14)
    (found,) = find(of_values(values[order]))
    assert set(order[found.rows].tolist()) == {10, 11, 12, 13}


def test_each_sample_is_looked_at_by_itself() -> None:
    values = stacked(spots(OLIVINE, 10), mixed(OLIVINE, LABRADORITE, np.array([0.25, 0.4, 0.5, 0.65])))
    samples = [f"s{k}" for k in range(14)]
    assert find(of_values(values, None, None, samples)) == []


def test_one_proportion_is_no_line() -> None:
    values = stacked(spots(OLIVINE, 10), mixed(OLIVINE, LABRADORITE, np.full(6, 0.5)))
    assert find(of_values(values)) == []


def test_two_intergrown_oxides_are_told_as_far_as_the_verdict_goes() -> None:
    values = stacked(spots(MAGNETITE, 10), mixed(MAGNETITE, ILMENITE, np.linspace(0.3, 0.8, 6)))
    rows = of_values(values)
    mixture = {k for k in range(16) if rows.judged.reason[k].startswith("Mixture")}
    assert {row for block in find(rows) for row in block.rows.tolist()} <= mixture | set(range(10, 16))
