from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.training.folds import balanced_folds


@given(
    rows=st.lists(st.tuples(st.integers(0, 12), st.sampled_from("xyz")), min_size=1, max_size=80),
    n_folds=st.integers(1, 5),
)
def test_every_source_has_one_fold_and_no_fold_is_empty(rows: list[tuple[int, str]], n_folds: int) -> None:
    source = np.array([f"s{s}" for s, _ in rows], dtype=object)
    label = np.array([name for _, name in rows], dtype=object)
    n = min(n_folds, len(set(source)))
    folds = balanced_folds(source, label, n)
    assert set(folds) == set(source)
    assert set(folds.values()) == set(range(n))
    shuffled = np.random.default_rng(0).permutation(len(rows))
    assert balanced_folds(source[shuffled], label[shuffled], n) == folds


def test_classes_are_spread_over_the_folds() -> None:
    rng = np.random.default_rng(1)
    source = np.repeat([f"s{k}" for k in range(60)], rng.integers(1, 40, 60)).astype(object)
    of_source = {name: "abc"[k % 3] for k, name in enumerate(dict.fromkeys(source))}
    label = np.array([of_source[name] for name in source], dtype=object)
    folds = balanced_folds(source, label, 5)
    fold = np.array([folds[name] for name in source])
    for name in "abc":
        share = np.bincount(fold[label == name], minlength=5) / (label == name).sum()
        assert share.min() > 0.15
        assert share.max() < 0.25
