from __future__ import annotations

import numpy as np
import pytest

from phasewise.core.types import BoolArray, FloatArray
from phasewise.learn.risk import RISKS, RiskLevel, risk_entries, risk_levels

Rows = tuple[FloatArray, FloatArray, BoolArray, FloatArray, FloatArray, FloatArray]


def rows(n: int = 40_000, seed: int = 0) -> Rows:
    """Return rows that are right as often as their probability says, and counter-examples."""
    rng = np.random.default_rng(seed)
    p = 1 - 0.5 * rng.random(n) ** 4
    right = rng.random(n) < p
    return p, rng.beta(8, 1, n), right, np.ones(n), 1 - 0.5 * rng.random(n // 4) ** 2, rng.beta(1, 4, n // 4)


def judged(given: Rows, level: RiskLevel) -> tuple[float, float, float]:
    """Return accepted of right, wrong of accepted and accepted counter-examples, weighted."""
    p, belonging, right, weight, odd_p, odd = given
    accepted = (belonging >= level.belonging) & (p >= level.probability)
    wrong = weight[accepted & ~right].sum() / max(weight[accepted].sum(), 1e-9)
    share = weight[accepted & right].sum() / weight[right].sum()
    return share, wrong, float(((odd >= level.belonging) & (odd_p >= level.probability)).mean())


@pytest.mark.parametrize("seed", [0, 1])
def test_every_level_keeps_its_risks_and_tells_what_it_does(seed: int) -> None:
    given = rows(seed=seed)
    for level in risk_levels(*given):
        share, wrong, odd = judged(given, level)
        assert level.attained
        assert wrong <= level.risk
        assert odd <= 1.5 * level.risk
        assert (level.accepted_of_right, level.wrong_of_accepted, level.foreign_accepted) == pytest.approx(
            (share, wrong, odd)
        )


def test_a_looser_risk_accepts_no_less() -> None:
    levels = risk_levels(*rows())
    assert [level.risk for level in levels] == list(RISKS)
    assert (np.diff([level.accepted_of_right for level in levels]) >= 0).all()


def test_of_calibrated_rows_hardly_more_could_be_accepted() -> None:
    """Of p uniform in 0.5 to 1, all above 1 - 2 risk have a share of wrong rows of the risk."""
    rng = np.random.default_rng(4)
    n = 200_000
    p = rng.uniform(0.5, 1, n)
    right = rng.random(n) < p
    odd = np.zeros(100)
    (level,) = risk_levels(p, np.ones(n), right, np.ones(n), odd, odd, risks=[0.05])
    assert level.probability == pytest.approx(0.9, abs=0.01)


def test_counterexamples_alone_may_decide() -> None:
    p, belonging, right, weight, odd_p, odd = rows()
    (strict,) = risk_levels(p, belonging, right | True, weight, odd_p, odd, risks=[0.001])
    (loose,) = risk_levels(p, belonging, right | True, weight, odd_p, odd, risks=[0.001], foreign_factor=50)
    assert strict.foreign_accepted <= 0.0015
    assert 0.0015 < loose.foreign_accepted <= 0.05
    assert loose.accepted_of_right > strict.accepted_of_right


def test_weights_count() -> None:
    p, belonging, right, weight, odd_p, odd = rows()
    spared = np.where(right, weight, 0.01)
    levels = [risk_levels(p, belonging, right, w, odd_p, odd, risks=[0.01])[0] for w in (weight, spared)]
    assert levels[1].accepted_of_right > levels[0].accepted_of_right


def test_what_cannot_be_attained_is_told() -> None:
    p, belonging, right, weight, odd_p, _ = rows(4000)
    odd = np.ones(len(odd_p))
    hopeless = risk_levels(p, belonging, right, weight, odd, odd, risks=[0.001, 0.01])
    assert not any(level.attained for level in hopeless)
    assert all(level.foreign_accepted > 0.0015 for level in hopeless)


def test_what_says_nothing_is_refused() -> None:
    p, belonging, right, weight, odd_p, odd = rows(100)
    with pytest.raises(ValueError, match="without NaN"):
        risk_levels(np.full(100, np.nan), belonging, right, weight, odd_p, odd)
    with pytest.raises(ValueError, match="counter-examples"):
        risk_levels(p, belonging, right, weight, odd_p[:0], odd[:0])
    with pytest.raises(ValueError, match="right rows"):
        risk_levels(p, belonging, right & False, weight, odd_p, odd)


def test_entries_of_a_card_say_only_of_failures_that_they_are() -> None:
    levels = (RiskLevel(0.001, 0.9, 0.9, 0.1, 0.01, 0.0, attained=False), RiskLevel(0.01, 0.5, 0.8, 1, 0, 0))
    entries = risk_entries(levels, 0.01)
    assert entries["default"] == 0.01
    assert ["attained" in level for level in entries["levels"]] == [True, False]
