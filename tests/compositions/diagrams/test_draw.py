from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import phasewise
from phasewise.compositions.diagrams.draw import DIAGRAM_KINDS, diagram, diagram_file
from phasewise.core.errors import HeaderError
from phasewise.plot.diagrams.points import ANALYSES
from phasewise.plot.diagrams.pyroxene import quadrilateral_place
from phasewise.plot.diagrams.ternary import CORNERS

mpl.use("Agg")

REFERENCES = Path(__file__).parents[3] / "examples" / "reference_analyses.csv"
# Ideal formulae, in wt%.
IDEAL = pd.DataFrame(
    [
        {"mineral": "diopside", "SiO2": 55.49, "MgO": 18.61, "CaO": 25.89},
        {"mineral": "Enstatite", "SiO2": 59.85, "MgO": 40.15, "CaO": 0.0},
        {"mineral": "Orthopyroxene", "SiO2": 45.54, "FeOt": 54.46},
        {"mineral": "ALBITE", "SiO2": 68.74, "Al2O3": 19.44, "Na2O": 11.82},
        {"mineral": "anorthite", "SiO2": 43.19, "Al2O3": 36.65, "CaO": 20.16},
        {"mineral": "KFeldspar", "SiO2": 64.76, "Al2O3": 18.32, "K2O": 16.92},
        {"mineral": "forsterite", "SiO2": 42.71, "MgO": 57.29},
        {"mineral": "Glass", "SiO2": 60.0, "Na2O": 4.0, "K2O": 2.0, "Al2O3": 30.0, "H2O": 4.0},
        {"mineral": "chromite", "Cr2O3": 67.9, "FeOt": 32.1},
        {"mineral": "mystery", "SiO2": 50.0, "MgO": 50.0},
    ]
).fillna(dict.fromkeys(("SiO2", "MgO", "CaO", "FeOt", "Al2O3", "Na2O", "K2O", "Cr2O3"), 0.0))


@pytest.fixture(autouse=True)
def _closed_figures() -> Iterator[None]:
    yield
    pyplot.close("all")


def drawn(ax: Axes) -> np.ndarray:
    offsets = [np.asarray(c.get_offsets()) for c in ax.collections if c.get_gid() == ANALYSES]
    return np.concatenate(offsets)


def ideal(kind: str, names: list[str]) -> np.ndarray:
    table = IDEAL[IDEAL["mineral"].isin(names)]
    return np.concatenate(
        [drawn(diagram(table.iloc[[k]], kind, mineral_column="mineral")) for k in range(len(table))]
    )


def test_ideal_pyroxenes_are_in_the_corners() -> None:
    found = ideal("pyroxene", ["diopside", "Enstatite", "Orthopyroxene"])
    corners = quadrilateral_place(np.array([[50.0, 50, 0], [0, 100, 0], [0, 0, 100]]))
    np.testing.assert_allclose(found, corners, atol=0.1)


def test_ideal_feldspars_are_in_the_corners() -> None:
    found = ideal("feldspar", ["ALBITE", "anorthite", "KFeldspar"])
    np.testing.assert_allclose(found, CORNERS[[1, 2, 0]], atol=0.002)


def test_ideal_chromite_is_in_its_corner() -> None:
    np.testing.assert_allclose(ideal("spinel", ["chromite"]), [[0.0, 100.0]], atol=0.2)
    np.testing.assert_allclose(ideal("spinel-fe3", ["chromite"]), CORNERS[[2]], atol=0.01)


def test_glasses_are_drawn_without_their_water() -> None:
    np.testing.assert_allclose(ideal("tas", ["Glass"]), [[62.5, 6.25]], atol=0.01)


@pytest.mark.filterwarnings("ignore::phasewise.core.errors.HeaderWarning")
def test_published_olivine_has_its_published_forsterite_and_nickel() -> None:
    table = pd.read_csv(REFERENCES)
    olivine = table[table["name"].str.startswith("San Carlos olivine")]
    np.testing.assert_allclose(
        drawn(diagram(olivine, "olivine-nio", mineral_column="mineral")), [[90.2, 0.37]], atol=0.05
    )


def test_a_table_that_was_classified_keeps_its_phases_and_verdicts() -> None:
    table = IDEAL.assign(phase="Plagioclase", verdict="mixture").drop(columns="mineral")
    ax = diagram(table[3:5], "feldspar")
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["Plagioclase (2)", "mixture"]


@pytest.mark.filterwarnings("ignore::phasewise.core.errors.HeaderWarning")
def test_a_table_without_minerals_is_classified() -> None:
    table = pd.read_csv(REFERENCES).query("mineral == 'Plagioclase'").drop(columns="mineral")
    ax = diagram(table, "feldspar")
    assert len(drawn(ax)) == 3


def test_tables_with_several_analyses_a_row_are_read_by_their_suffixes() -> None:
    row = {f"{name}_Cpx": value for name, value in IDEAL.iloc[0].items() if name != "mineral"}
    row |= {f"{name}_Liq": value for name, value in IDEAL.iloc[7].items() if name != "mineral"}
    assert len(drawn(diagram(pd.DataFrame([row]), "pyroxene"))) == 1


def test_stated_errors_are_drawn_as_correlated_ellipses() -> None:
    table = IDEAL.iloc[[3]].assign(Na2O_sigma=0.3, CaO=1.0, CaO_sigma=0.1)
    ax = diagram(table, "feldspar", mineral_column="mineral")
    assert any(c.get_gid() != ANALYSES and len(c.get_paths()) == 1 for c in ax.collections)


def test_colours_by_groups_and_by_numbers() -> None:
    table = IDEAL.iloc[[3, 4, 4]].assign(sample=["a", "b", ""], depth=[1.0, 2.0, 3.0])
    ax = diagram(table, "feldspar", mineral_column="mineral", colour_by="sample")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a (1)", "b (1)", "not named (1)"]
    many = pd.concat([IDEAL.iloc[[3]]] * 9).assign(depth=np.arange(9.0))
    ax = diagram(many, "feldspar", mineral_column="mineral", colour_by="depth")
    assert [other.get_ylabel() for other in ax.figure.axes if other is not ax] == ["depth"]
    with pytest.raises(HeaderError, match="9 groups; 7 colours"):
        diagram(
            many.assign(depth=[f"x{k}" for k in range(9)]),
            "feldspar",
            mineral_column="mineral",
            colour_by="depth",
        )


def test_amphiboles_of_other_subgroups_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "amphiboles.csv"
    rows = [
        # Tremolite and glaucophane, ideal.
        {
            "mineral": "Amphibole",
            "SiO2": 59.17,
            "Al2O3": 0,
            "MgO": 24.81,
            "CaO": 13.81,
            "Na2O": 0,
            "K2O": 0,
            "FeO": 0,
        },
        {
            "mineral": "Amphibole",
            "SiO2": 61.4,
            "Al2O3": 13.0,
            "MgO": 15.4,
            "CaO": 0,
            "Na2O": 7.9,
            "K2O": 0,
            "FeO": 0,
        },
    ]
    pd.DataFrame(rows).assign(TiO2=0.0).to_csv(path, index=False)
    for kind in ("amphibole", "amphibole-na"):
        found = diagram_file(path, tmp_path / f"{kind}.png", kind, mineral_column="mineral")
        assert found.counts == {"Amphibole": 1}
        assert found.left_out == {"of another subgroup": 1}


def test_profiles_need_one_mineral_and_a_distance() -> None:
    table = IDEAL.iloc[[3, 4, 6]].assign(um=[0.0, 5.0, 9.0])
    with pytest.raises(HeaderError, match="--distance COLUMN"):
        diagram(table, "profile", mineral_column="mineral")
    with pytest.raises(HeaderError, match="--only"):
        diagram(table, "profile", mineral_column="mineral", distance="um")
    ax = diagram(table, "profile", mineral_column="mineral", distance="um", only=["plagioclase"], show=["An"])
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0, 100], atol=0.1)
    with pytest.raises(HeaderError, match="'Fo' is no end member, index or oxide of Plagioclase"):
        diagram(table, "profile", mineral_column="mineral", distance="um", only=["plagioclase"], show=["Fo"])


def test_profiles_draw_end_members_unless_indices_are_asked_for() -> None:
    table = IDEAL.iloc[[6]].assign(um=0.0)
    ax = diagram(table, "profile", mineral_column="mineral", distance="um")
    assert "Mg#" not in {str(line.get_label()) for line in ax.lines}
    assert len(ax.lines) == 1
    assert ax.get_ylabel() == "mol%"
    ax = diagram(table, "profile", mineral_column="mineral", distance="um", show=["MgO", "Mg#"])
    assert ax.get_ylabel() == "wt% or mol%"


def test_nan_among_numbers_that_colour_is_no_group() -> None:
    own = pa.array([float(k) for k in range(11)] + [float("nan")])
    table = pa.Table.from_pandas(IDEAL.iloc[[6] * 12], preserve_index=False).append_column("depth", own)
    ax = diagram(table, "olivine-cao", mineral_column="mineral", colour_by="depth")
    shades = [marks.get_array() for marks in ax.collections if marks.get_array() is not None]
    assert [len(found) for found in shades if found is not None] == [11]


def test_harker_leaves_out_oxides_that_nobody_measured() -> None:
    panels = diagram(IDEAL, "harker", mineral_column="mineral", against="MgO")
    assert [ax.get_ylabel() for ax in panels][:2] == ["SiO$_2$ (wt%)", "Al$_2$O$_3$ (wt%)"]
    assert not any("NiO" in ax.get_ylabel() for ax in panels)
    with pytest.raises(HeaderError, match="'ZnO' was not measured"):
        diagram(IDEAL, "harker", mineral_column="mineral", against="ZnO")


def test_errors_name_the_remedy() -> None:
    with pytest.raises(HeaderError, match=r"There is no diagram 'pie'\. Choose from pyroxene"):
        diagram(IDEAL, "pie")
    with pytest.raises(HeaderError, match="no column 'phases'"):
        diagram(IDEAL, "feldspar", mineral_column="phases")
    with pytest.raises(HeaderError, match=r"'garnet' takes Garnet.*of another mineral"):
        diagram(IDEAL, "garnet", mineral_column="mineral")
    with pytest.raises(HeaderError, match="400 to 1200"):
        diagram(IDEAL, "feldspar", mineral_column="mineral", celsius=[20])
    with pytest.raises(HeaderError, match="no mineral that is known"):
        diagram(IDEAL, "feldspar", mineral_column="mineral", only=["unobtainium"])


def test_the_public_name_draws_on_axes_that_it_is_given() -> None:
    ax = Figure().add_subplot()
    assert phasewise.diagram(IDEAL, "pyroxene", mineral_column="mineral", ax=ax) is ax
    assert "profile" in DIAGRAM_KINDS
