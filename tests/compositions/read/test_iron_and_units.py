from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.chem.oxides import FE2O3_TO_FEO, OXIDES, element_to_oxide
from phasewise.compositions.read import open_table, read
from phasewise.core.errors import HeaderError
from phasewise.core.types import TEN_OXIDES

FAYALITE_LIKE = {"SiO2": [38.95, 38.9], "MgO": [43.58, 43.4]}


def table(**columns: Any) -> pa.Table:
    return pa.table({**FAYALITE_LIKE, **columns})


@pytest.mark.parametrize("name", ["FeOT", "FeO*", "FeO(T)", "FEOT(WT%)", "FeO"])
def test_iron_as_feo(name: str) -> None:
    assert read(table(**{name: [16.62, 16.8]}))["FeOt"].tolist() == [16.62, 16.8]


@pytest.mark.parametrize("name", ["Fe2O3T", "Fe2O3"])
def test_iron_as_fe2o3(name: str) -> None:
    analyses = read(table(**{name: [10.0, 0.0]}))
    np.testing.assert_allclose(analyses["FeOt"], [8.9981, 0], rtol=1e-5)
    assert analyses.ferric is None


def test_split_iron() -> None:
    analyses = read(table(FeO=[10.0, None], Fe2O3=[5.0, 5.0]))
    np.testing.assert_allclose(analyses["FeOt"], [10 + 5 * FE2O3_TO_FEO, 5 * FE2O3_TO_FEO])
    assert analyses.ferric is not None
    np.testing.assert_allclose(analyses.ferric, [5, np.nan])


def test_total_beside_a_consistent_split() -> None:
    analyses = read(table(FeOt=[14.5, 8.0], FeO=[10.0, 8.0], Fe2O3=[5.0, None]))
    assert analyses["FeOt"].tolist() == [14.5, 8.0]
    assert analyses.ferric is not None
    np.testing.assert_allclose(analyses.ferric, [5, np.nan])


def test_ferrous_part_of_a_total() -> None:
    assert read(table(FeOt=[14.5, 8.0], FeO=[10.0, 7.0], Fe2O3=[5.0, None]))["FeOt"].tolist() == [14.5, 8.0]


def test_two_totals_that_agree_fill_one_another() -> None:
    analyses = read(table(FeOT=[9.0, None], Fe2O3T=[10.0, 10.0]))
    np.testing.assert_allclose(analyses["FeOt"], [9.0, 8.9981], rtol=1e-5)


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"FeOt": [9.0, 9.0], "FeO": [9.0, 12.0]}, "'FeOt' and 'FeO'"),
        ({"FeOt": [9.0, 9.0], "Fe2O3T": [10.0, 9.0]}, "'FeOt' and 'Fe2O3T'"),
        ({"FeOt": [9.0, 9.0], "FeO total": [9.0, 9.5]}, "'FeOt' and 'FeO total'"),
        ({"FeOt": [14.5, 9.0], "FeO": [10.0, 9.0], "Fe2O3": [5.0, 9.0]}, "'FeOt' and 'FeO' . 'Fe2O3'"),
    ],
)
def test_two_totals_that_disagree(columns: dict[str, list[float]], names: str) -> None:
    with pytest.raises(HeaderError, match=rf"{names} are .* in row 2\. Keep one, or pass iron=\"FeOt\""):
        read(table(**columns))
    assert read(table(**columns), iron="FeOt")["FeOt"].tolist() == columns["FeOt"]


def test_below_detection_disagrees_with_nothing() -> None:
    assert read(table(**{"FeO*": ["0.1", "9"], "FeO": ["bdl", "9"]}))["FeOt"].tolist() == [0.1, 9]


def test_the_row_of_a_disagreement_behind_the_sample() -> None:
    n = 30_000
    feo = np.full(n, 9.0)
    feo[25_000] = 12.0
    opened = open_table(pa.table({"SiO2": np.full(n, 40.0), "FeOt": np.full(n, 9.0), "FeO": feo}))
    with pytest.raises(HeaderError, match="in row 25001"):
        [block.analyses for block in opened.blocks(7_000)]


def test_below_detection_of_split_iron() -> None:
    analyses = read(table(FeO=["bdl", "bdl"], Fe2O3=["", "1"]))
    assert analyses.below_detection[:, analyses.columns.index("FeOt")].tolist() == [True, False]


def test_published_olivine_as_elements() -> None:
    """San Carlos olivine USNM 111312-44 (Jarosewich et al. 1980, doi:10.1111/j.1751-908X.1980.tb00273.x)."""
    oxides = {"SiO2": 40.81, "FeOt": 9.55, "MgO": 49.42}
    elements = {
        OXIDES[name].element: wt / element_to_oxide(OXIDES[name].element) for name, wt in oxides.items()
    }
    assert elements["Si"] == pytest.approx(19.08, abs=0.01)
    for form in ("{}", "{} wt%", "{}_wt", "{} (wt%)"):
        analyses = read(pa.table({form.format(symbol): [wt] for symbol, wt in elements.items()}))
        np.testing.assert_allclose(analyses.values, [[40.81, 9.55, 49.42]])


positive = st.floats(0.5, 50)


@given(st.lists(st.lists(positive, min_size=10, max_size=10), min_size=1, max_size=5))
def test_unit_conversions_give_the_same(rows: list[list[float]]) -> None:
    values = np.array(rows)
    values *= 99.5 / values.sum(axis=1, keepdims=True)
    columns = dict(zip(TEN_OXIDES, values.T, strict=True))
    symbols = [OXIDES[name].element for name in TEN_OXIDES]
    as_elements = {
        f"{s} wt%": columns[o] / element_to_oxide(s) for s, o in zip(symbols, TEN_OXIDES, strict=True)
    }
    as_ppm = {f"{o} ppm": column * 1e4 for o, column in columns.items()}
    as_fractions = {o: column / 100 for o, column in columns.items()}
    as_ferric = {
        ("Fe2O3T" if o == "FeOt" else o): c / (FE2O3_TO_FEO if o == "FeOt" else 1) for o, c in columns.items()
    }
    for form in (columns, as_elements, as_ppm, as_fractions, as_ferric):
        np.testing.assert_allclose(read(pa.table(form)).values, values, rtol=1e-12)


def test_ppm_only_where_no_wt_is_given() -> None:
    analyses = read(table(**{"Cr2O3": [0.5, None], "Cr (ppm)": [1.0, 1000.0], "Ni ppm": [100.0, None]}))
    np.testing.assert_allclose(analyses["Cr2O3"], [0.5, 0.14616], rtol=1e-4)
    np.testing.assert_allclose(analyses["NiO"], [0.012726, np.nan], rtol=1e-3)
    assert any("ppm are converted" in notice for notice in analyses.notices)


def test_fractions_are_converted_with_a_notice() -> None:
    fractions = pa.table({"SiO2": [0.40, 0.41], "MgO": [0.50, 0.49], "FeO": [0.09, 0.09]})
    analyses = read(fractions)
    np.testing.assert_allclose(analyses["SiO2"], [40, 41])
    assert any("mass fractions" in notice for notice in analyses.notices)
    np.testing.assert_allclose(read(fractions, unit="wt%")["SiO2"], [0.40, 0.41])
    np.testing.assert_allclose(read(table(CaO=[0.0, 0.0]), unit="fraction")["SiO2"], [3895, 3890])


@given(st.permutations(range(12)), st.integers(0, 1))
def test_units_do_not_depend_on_the_order_of_rows(order: list[int], n_odd: int) -> None:
    sums = np.array([0.99] * 11 + [9900.0 if n_odd else 0.98])[order]
    analyses = read(pa.table({"SiO2": sums * 0.4, "MgO": sums * 0.5, "CaO": sums * 0.1}))
    np.testing.assert_allclose(analyses.values.sum(axis=1), sums * 100)


def test_one_row_times_ten_thousand_leaves_its_neighbours() -> None:
    rows = pa.table({"SiO2": [40.0, 4e5, 41.0], "MgO": [50.0, 5e5, 49.0], "CaO": [0.1, 1e3, 0.1]})
    assert read(rows)["SiO2"].tolist() == [40, 4e5, 41]


def test_cations_per_formula_unit_are_refused() -> None:
    olivine = pa.table({"Si": [1.0, 0.99], "Mg": [1.8, 1.79], "Fe": [0.2, 0.21]})
    with pytest.raises(HeaderError, match="look like cations per formula unit"):
        read(olivine)
    assert read(olivine, unit="wt%")["SiO2"][0] == pytest.approx(2.1393, abs=1e-4)


def test_atomic_percent_is_refused() -> None:
    with pytest.raises(HeaderError, match="at% is not converted"):
        read(pa.table({"Si (at%)": [14.0], "Mg (at%)": [28.0]}))


def test_unknown_unit() -> None:
    with pytest.raises(HeaderError, match="unit='percent' is not known"):
        read(table(), unit="percent")  # type: ignore[arg-type]


def test_uncertainties() -> None:
    given = table(
        **{"SiO2_2sigma": [0.4, None], "Mg %ERR ": [1.0, 2.0], "FeO": [10.0, 10.0], "Fe2O3": [5.0, 5.0]},
        **{"FeO error": [0.3, 0.3], "Fe2O3 error": [0.4, None]},
    )
    analyses = read(given)
    assert analyses.sigma is not None
    sigma = dict(zip(analyses.columns, analyses.sigma.T, strict=True))
    np.testing.assert_allclose(sigma["SiO2"], [0.2, np.nan])
    np.testing.assert_allclose(sigma["MgO"], [0.4358, 0.868])
    np.testing.assert_allclose(sigma["FeOt"], [np.hypot(0.3, 0.4 * FE2O3_TO_FEO), 0.3])
    three = read(given, sigma_level=3).sigma
    assert three is not None
    np.testing.assert_allclose(three[0, analyses.columns.index("SiO2")], 0.2)
    np.testing.assert_allclose(three[0, analyses.columns.index("MgO")], 0.4358 / 3)


def test_thermobar_blocks() -> None:
    opened = open_table(
        pa.table({"SiO2_Cpx": [50.0], "MgO_Cpx": [15.0], "SiO2_Liq": [49.0], "FeOt_Liq": [9.0]})
    )
    analyses = next(opened.blocks()).analyses
    assert analyses["Cpx"].columns == ("SiO2", "MgO")
    assert analyses["Liq"].values.tolist() == [[49.0, 9.0]]
    with pytest.raises(HeaderError, match="several analyses a row"):
        read(pa.table({"SiO2_Cpx": [50.0], "SiO2_Liq": [49.0]}))


def test_several_sources_of_one_oxide() -> None:
    analyses = read(
        table(**{"K2O": [1.0, None], "K (wt%)": [5.0, 5.0], "SO3": [None, 1.0], "SO2": [10.0, 10.0]})
    )
    np.testing.assert_allclose(analyses["K2O"], [1, 6.023], rtol=1e-4)
    np.testing.assert_allclose(analyses["SO3"], [12.497, 1], rtol=1e-4)
