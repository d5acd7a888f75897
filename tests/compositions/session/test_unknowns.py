"""What standards say of unknowns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from phasewise.compositions.session.expected import expected_errors
from phasewise.compositions.session.quality import session_quality
from phasewise.compositions.session.recovery import Recovery

from .simulated import session

pytestmark = pytest.mark.filterwarnings("ignore::phasewise.core.errors.HeaderWarning")


def level(accepted: float, bias: float, sd: float) -> Recovery:
    mean = accepted * (1 + bias)
    return Recovery("x", "MgO", 5, 0, 0, accepted, 0.0, mean=mean, sd=sd * mean, bias=accepted * bias)


def expected(values: list[float], recoveries: list[Recovery]) -> tuple[list[float], list[float], list[bool]]:
    found = expected_errors(np.array(values)[:, None], ("MgO",), recoveries)
    return found.bias[:, 0].tolist(), found.sd[:, 0].tolist(), found.covered[:, 0].tolist()


def test_errors_are_those_of_the_standards_at_their_levels_and_between_them_in_between() -> None:
    bias, sd, covered = expected([4.0, 8.0, 16.0], [level(4.0, 0.02, 0.02), level(16.0, -0.01, 0.005)])
    np.testing.assert_allclose(bias, [0.02, 0.005, -0.01])
    np.testing.assert_allclose(sd, [0.02, 0.01, 0.005])
    assert covered == [True] * 3


def test_beyond_the_standards_counting_statistics_go_on_up_to_a_factor_of_two() -> None:
    bias, sd, covered = expected([2.01, 7.9, 1.9, 8.1, 0.0, -0.1, np.nan], [level(4.0, 0.02, 0.02)])
    np.testing.assert_allclose(bias[:2], [0.02, 0.02])
    np.testing.assert_allclose(sd[:2], 0.02 * np.sqrt(4 / np.array([2.01, 7.9])))
    assert covered == [True, True, *[False] * 5]
    assert np.isnan(bias[2:]).all()


def test_two_standards_far_apart_do_not_speak_for_what_lies_between() -> None:
    _, _, covered = expected([2.0, 0.15, 30.0, 5.0], [level(0.1, 0.0, 0.1), level(49.0, 0.0, 0.01)])
    assert covered == [False, True, True, False]


def test_standards_of_one_level_count_with_their_mean_and_unusable_ones_not() -> None:
    useless = [level(4.0, 0.5, np.nan), level(0.0, 0.0, 0.1), Recovery("x", "MgO", 0, 5, 0, 4.0, 0.0)]
    bias, _, _ = expected([4.0], [level(4.0, 0.02, 0.01), level(4.0, 0.04, 0.01), *useless])
    np.testing.assert_allclose(bias, [0.03])


def test_the_bias_of_fo_is_that_of_a_wrong_magnesium() -> None:
    rng = np.random.default_rng(2)
    frame = session(rng, turns=40, standards=("San Carlos olivine", "Rockport"), factors={"MgO": 1.05})
    found = session_quality(frame).unknowns
    assert set(found["phase"]) == {"Olivine"}
    # Springwater olivine: MgO 43.58, FeO 16.62 (Jarosewich et al. 1980).
    mg, fe = 43.58 / 40.304, 16.62 / 71.844
    wrong, right = (100 * m / (m + fe) for m in (1.05 * mg, mg))
    np.testing.assert_allclose(found["Mg#_bias"].mean(), wrong - right, atol=0.15)
    # 1 % of each: d(Mg#) = Mg# (100 - Mg#) / 100 * sqrt(2) %.
    np.testing.assert_allclose(
        found["Mg#_sigma"].mean(), 0.01 * right * (1 - right / 100) * 2**0.5, rtol=0.15
    )
    np.testing.assert_allclose(found["Mg#"].std(ddof=1), found["Mg#_sigma"].mean(), rtol=0.35)
    np.testing.assert_allclose(found["MgO_bias_pct"].mean(), 5.0, atol=0.5)
    np.testing.assert_allclose(
        found["MgO_error_pct"], np.hypot(found["MgO_bias_pct"], found["MgO_precision_pct"]), atol=0.01
    )


def test_an_unchecked_oxide_that_matters_leaves_the_mineral_without_an_error() -> None:
    rng = np.random.default_rng(2)
    frame = session(rng, turns=8, standards=("Great Sitkin",), unknowns=("Albite SPI",))
    found = session_quality(frame).unknowns
    assert found["An"].notna().all()
    assert found["An_sigma"].isna().all()
    assert found["not_covered"].str.contains("Na2O").all()


def test_what_no_standard_checks_is_said(recwarn: pytest.WarningsRecorder) -> None:
    frame = session(
        np.random.default_rng(9), standards=("San Carlos olivine",), unknowns=("Springwater", "VG-A99")
    )
    quality = session_quality(frame)
    told = " ".join(quality.summary)
    assert "TiO2, Al2O3, CaO, Na2O and K2O of the unknowns are not checked by any standard" in told
    assert "Outside the range of the standards: MnO of 6 of 12 and MgO of 6 of 12 unknowns" in told
    glass = quality.unknowns[quality.unknowns["sample"].str.startswith("VG-A99")]
    assert set(glass["not_covered"]) == {"TiO2|Al2O3|MgO|CaO|Na2O|K2O"}
    assert glass["Al2O3_error_pct"].isna().all()
    assert glass["SiO2_error_pct"].notna().all()
    assert isinstance(glass, pd.DataFrame)
