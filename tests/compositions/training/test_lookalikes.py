from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the extra `train`")

from phasewise.chem.formula import oxides_wt
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.lookalikes import enough_seen, unlike

ALL = np.ones(len(INPUTS), dtype=bool)
WITHOUT_ALKALIS = np.array([name not in ("Na2O", "K2O") for name in INPUTS])


def row(formula: str) -> np.ndarray:
    return np.array([[oxides_wt(formula).get(name, np.nan) for name in INPUTS]])


def test_orthoclase_is_like_albite_only_without_alkalis() -> None:
    albite, orthoclase = row("NaAlSi3O8"), row("KAlSi3O8")
    assert unlike(orthoclase, albite, ALL)[0]
    assert not unlike(orthoclase, albite, WITHOUT_ALKALIS)[0]
    assert not unlike(0.5 * albite, albite, ALL)[0]


def test_of_a_mineral_without_any_oxide_in_use_nothing_is_seen() -> None:
    only_alkalis = ~WITHOUT_ALKALIS
    assert enough_seen(row("NaAlSi3O8"), only_alkalis)[0]
    assert not enough_seen(row("Mg2SiO4"), only_alkalis)[0]
    assert not enough_seen(np.full((1, len(INPUTS)), np.nan), ALL)[0]
