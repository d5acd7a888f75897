from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from phasewise.chem.species.tas import TAS_FIELDS, tas_names
from phasewise.compositions.diagrams.kinds import DIAGRAMS
from phasewise.plot.diagrams.amphibole import AMPHIBOLE_FIELDS, CALCIC_FIELDS
from phasewise.plot.diagrams.axes import COLUMN_WIDTHS, new_axes, require_mpltern
from phasewise.plot.diagrams.feldspar import FELDSPAR_FIELDS, plot_feldspars
from phasewise.plot.diagrams.fields import Field
from phasewise.plot.diagrams.harker import harker_size, plot_harker
from phasewise.plot.diagrams.iron_titanium import OXIDE_MEMBERS, plot_iron_titanium_oxides
from phasewise.plot.diagrams.mica import MICA_MEMBERS
from phasewise.plot.diagrams.olivine import plot_forsterite
from phasewise.plot.diagrams.points import ANALYSES
from phasewise.plot.diagrams.profile import plot_profile
from phasewise.plot.diagrams.pyroxene import (
    NA_PYROXENE_FIELDS,
    PYROXENE_FIELDS,
    Q_J_FIELDS,
    plot_pyroxene_quadrilateral,
    plot_q_j,
    quadrilateral_place,
)
from phasewise.plot.diagrams.spinel import prism_place
from phasewise.plot.diagrams.tas import _WRITTEN as WRITTEN
from phasewise.plot.diagrams.tas import TAS_LINES, plot_tas
from phasewise.plot.diagrams.ternary import CORNERS, project

mpl.use("Agg")
require_mpltern()


def axes(kind: str, width: str = "double") -> Axes:
    inches = COLUMN_WIDTHS[width]
    diagram = DIAGRAMS[kind]
    figure = Figure(figsize=(inches, inches * diagram.height + 0.3), layout="constrained")
    return figure.add_subplot(projection="ternary" if diagram.ternary else None)


def drawn(ax: Axes) -> np.ndarray:
    offsets = [np.asarray(c.get_offsets()) for c in ax.collections if c.get_gid() == ANALYSES]
    return np.concatenate(offsets) if offsets else np.zeros((0, 2))


def named(
    fields: tuple[Field, ...], point: tuple[float, ...], place: Callable[..., Any] | None = None
) -> str:
    """Return the name of the field that holds a point."""
    at = place or (lambda values: values)
    inside = [
        field.name.replace("-\n", "").replace("\n", " ")
        for field in fields
        if Path(at(np.array(field.corners, dtype=float))).contains_point(
            at(np.array([point], dtype=float))[0]
        )
    ]
    assert len(inside) == 1, (point, inside)
    return inside[0]


@pytest.mark.parametrize(
    ("parts", "corner"),
    [((50, 50, 0), (25, 43.3)), ((50, 0, 50), (75, 43.3)), ((0, 100, 0), (0, 0)), ((0, 0, 100), (100, 0))],
)
def test_end_members_are_the_corners_of_the_quadrilateral(
    parts: tuple[float, ...], corner: tuple[float, float]
) -> None:
    np.testing.assert_allclose(quadrilateral_place(np.array([parts]))[0], corner, atol=0.01)
    ax = plot_pyroxene_quadrilateral(*np.array(parts, dtype=float)[:, None], ax=axes("pyroxene"))
    np.testing.assert_allclose(drawn(ax)[0], corner, atol=0.01)


# Morimoto et al. 1988: augite 20-45 % Wo, diopside and hedenbergite 45-50 %, pigeonite 5-20 %.
@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((46, 40, 14), "diopside"),
        ((46, 10, 44), "hedenbergite"),
        ((44.9, 45, 10.1), "augite"),
        ((19.9, 40, 40.1), "pigeonite"),
        ((4.9, 60, 35.1), "enstatite"),
        ((4.9, 40, 55.1), "ferrosilite"),
    ],
)
def test_fields_of_the_quadrilateral_are_those_of_the_nomenclature(
    parts: tuple[float, ...], name: str
) -> None:
    assert named(PYROXENE_FIELDS, parts, quadrilateral_place) == name


@pytest.mark.parametrize(
    ("q_j", "name"),
    [
        ((1.9, 0.05), "Quad"),
        ((1.0, 0.7), "Ca-Na"),
        ((0.1, 1.8), "Na"),
        ((0.5, 0.5), "others"),
        ((1.55, 0.41), "Ca-Na"),
    ],
)
def test_fields_of_q_and_j(q_j: tuple[float, float], name: str) -> None:
    assert named(Q_J_FIELDS, q_j) == name


def test_q_stands_upright_and_j_lies_as_in_the_publication() -> None:
    ax = plot_q_j(np.array([1.9]), np.array([0.1]))
    assert ax.get_ylabel().startswith("Q =")
    assert ax.get_xlabel().startswith("J =")
    assert np.asarray(ax.collections[0].get_offsets()).tolist() == [[0.1, 1.9]]
    assert {text.get_text(): text.get_position() for text in ax.texts}["Quad"] == (0.17, 1.62)


def test_the_legend_of_a_narrow_triangle_leaves_its_names_free() -> None:
    require_mpltern()
    ax = new_axes(0.9, projection="ternary", width="single")
    verdicts = ["accepted", "ambiguous", "unknown"]
    plot_iron_titanium_oxides(*np.ones((3, 3)), ax=ax, labels=["Magnetite"] * 3, verdicts=verdicts)
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    held, legend = [text.get_window_extent() for text in ax.texts], ax.get_legend()
    assert legend is not None
    assert not any(legend.get_window_extent().overlaps(name) for name in held)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((85, 10, 5), "Ca-Mg-Fe pyroxenes (Quad)"),
        ((50, 45, 5), "omphacite"),
        ((50, 5, 45), "aegirineaugite"),
        ((10, 85, 5), "jadeite"),
        ((10, 5, 85), "aegirine"),
    ],
)
def test_fields_of_sodium_pyroxenes(parts: tuple[float, ...], name: str) -> None:
    assert named(NA_PYROXENE_FIELDS, parts, project) == name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((2, 93, 5), "albite"),
        ((2, 75, 23), "oligoclase"),
        ((2, 55, 43), "andesine"),
        ((2, 40, 58), "labradorite"),
        ((2, 20, 78), "bytownite"),
        ((1, 4, 95), "anorthite"),
        ((25, 70, 5), "anorthoclase"),
        ((70, 28, 2), "sanidine"),
    ],
)
def test_fields_of_feldspars(parts: tuple[float, ...], name: str) -> None:
    assert named(FELDSPAR_FIELDS, parts, project) == name


def test_the_solvus_is_drawn_for_each_temperature() -> None:
    none = len(plot_feldspars(*np.zeros((3, 0)), ax=axes("feldspar")).lines)
    ax = plot_feldspars(*np.zeros((3, 0)), celsius=(600, 900), ax=axes("feldspar"))
    assert len(ax.lines) == none + 3  # two limbs below the critical point of the alkali feldspars, one above


# Hawthorne et al. 2012: root compositions of the calcium and sodium-calcium amphiboles.
@pytest.mark.parametrize(
    ("subgroup", "c_a", "name"),
    [
        ("calcium", (0.02, 0.02), "tremolite"),
        ("calcium", (1, 0.02), "magnesio-hornblende"),
        ("calcium", (1.98, 0.02), "tschermakite"),
        ("calcium", (0.02, 0.98), "edenite"),
        ("calcium", (1, 0.98), "pargasite"),
        ("calcium", (1.98, 0.98), "sadanagaite"),
        ("sodium-calcium", (0.02, 0.98), "richterite"),
        ("sodium-calcium", (1, 0.02), "winchite"),
        ("sodium-calcium", (1.98, 0.02), "barroisite"),
        ("sodium-calcium", (1.98, 0.98), "taramite"),
        ("sodium", (1.98, 0.02), "glaucophane"),
        ("sodium", (1.98, 0.98), "nybøite"),
    ],
)
def test_root_compositions_lie_in_the_fields_of_their_names(
    subgroup: str, c_a: tuple[float, float], name: str
) -> None:
    assert named(AMPHIBOLE_FIELDS[subgroup], c_a) == name


def test_calcic_amphiboles_are_named_as_in_1997() -> None:
    assert named(CALCIC_FIELDS, (7.8, 0.95)) == "tremolite"
    assert named(CALCIC_FIELDS, (7.8, 0.7)) == "actinolite"
    assert named(CALCIC_FIELDS, (6.9, 0.7)) == "magnesiohornblende (edenite)"
    assert named(CALCIC_FIELDS, (6.0, 0.3)).startswith("ferrotschermakite")


# Le Bas et al. 1986: points well within fields.
def test_every_field_of_total_alkali_and_silica_is_written_within_its_borders() -> None:
    for field, (_, place) in zip(TAS_FIELDS, (WRITTEN[field.code] for field in TAS_FIELDS), strict=True):
        if place is not None:
            x, y = (np.array([value], dtype=float) for value in place)
            assert tas_names(x, y).species[0].name == field.name


def test_all_drawn_borders_of_total_alkali_and_silica_are_borders_of_fields() -> None:
    sides = [
        (np.array(first), np.array(second))
        for field in TAS_FIELDS
        for first, second in zip(field.corners, (*field.corners[1:], field.corners[0]), strict=True)
    ]
    for line in TAS_LINES:
        for first, second in pairwise(line):
            middle = (np.array(first, dtype=float) + np.array(second)) / 2
            assert min(_distance(middle, *side) for side in sides) < 0.02, (first, second)


def _distance(point: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    along = second - first
    share = np.clip((point - first) @ along / (along @ along), 0, 1)
    return float(np.linalg.norm(point - first - share * along))


def test_end_members_of_micas_and_oxides() -> None:
    assert MICA_MEMBERS["Phl"] == {"Mg": 3.0}
    ilmenite, magnetite = OXIDE_MEMBERS["Ilm"], OXIDE_MEMBERS["Mag"]
    np.testing.assert_allclose(project(np.array([ilmenite]))[0], (CORNERS[0] + CORNERS[1]) / 2)
    np.testing.assert_allclose(project(np.array([magnetite]))[0], CORNERS[1] / 3 + 2 * CORNERS[2] / 3)


def test_the_prism_has_its_triangles_parallel() -> None:
    front = prism_place(np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]))
    back = prism_place(np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]))
    np.testing.assert_allclose(back - front, np.tile(back[0] - front[0], (3, 1)), atol=1e-12)


def sample(kind: str) -> list[np.ndarray]:
    """Return quantities of three analyses that every diagram can draw."""
    values = {"tas": (60.0, 5.0), "amphibole-si": (6.5, 0.6), "biotite": (0.4, 1.2)}
    typical = values.get(kind, (0.5,) * len(DIAGRAMS[kind].quantities))
    return [np.array([value, 1.01 * value, np.nan]) for value in typical]


@pytest.mark.parametrize("kind", DIAGRAMS)
def test_every_diagram_takes_the_common_options_and_empty_input(kind: str) -> None:
    quantities = sample(kind)
    labels: list[str | None] = ["Olivine", None, "Olivine"]
    options: dict[str, Any] = {"labels": labels}
    if kind != "olivine":
        k = len(quantities) - (kind == "pyroxene-na")
        options |= {"verdicts": ["accepted", "mixture", "unknown"], "sigma": np.full((3, k), 0.01)}
    ax = axes(kind)
    assert DIAGRAMS[kind].draw(ax, quantities, **options) is ax
    if kind != "olivine":
        assert len(drawn(ax)) == 2
    empty = axes(kind)
    assert DIAGRAMS[kind].draw(empty, [np.zeros(0)] * len(quantities)) is empty
    empty.get_figure().draw_without_rendering()  # type: ignore[union-attr]


@pytest.mark.parametrize("width", COLUMN_WIDTHS)
@pytest.mark.parametrize("kind", DIAGRAMS)
def test_words_are_within_the_figure_and_do_not_overlap(kind: str, width: str) -> None:
    ax = axes(kind, width)
    DIAGRAMS[kind].draw(ax, sample(kind), labels=["Olivine", "Garnet", None])
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in ax.texts
        if text.get_text() and text.get_rotation() % 90 == 0
    ]
    for name, box in boxes:
        assert figure.bbox.x0 - 1 <= box.x0, name
        assert box.x1 <= figure.bbox.x1 + 1, name
        assert figure.bbox.y0 - 1 <= box.y0, name
        assert box.y1 <= figure.bbox.y1 + 1, name
    for (first, one), (second, other) in combinations(boxes, 2):
        shared = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
        assert min(shared) < 2, (first, second)


def test_points_outside_the_fields_stay_visible() -> None:
    ax = plot_tas(np.array([90.0]), np.array([20.0]), ax=axes("tas"))
    assert ax.get_xlim()[1] > 90
    assert ax.get_ylim()[1] > 20


def test_a_plain_axes_is_no_triangle() -> None:
    with pytest.raises(ValueError, match="projection='ternary'"):
        plot_feldspars(*np.zeros((3, 1)), ax=axes("tas"))


def test_olivines_are_counted_by_group() -> None:
    ax = plot_forsterite(
        np.array([90.0, 90.2, 80.0, np.nan]), labels=["a", "a", "b", "b"], ax=axes("olivine")
    )
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a (2)", "b (1)"]


def test_harker_has_a_panel_for_each_oxide_and_one_legend() -> None:
    oxides = {name: np.array([1.0, 2.0]) for name in ("SiO2", "MgO", "CaO", "K2O")}
    figure = Figure(figsize=harker_size(3), layout="constrained")
    panels = plot_harker(oxides, "MgO", figure=figure, labels=["Glass", "Olivine"])
    assert [ax.get_ylabel() for ax in panels] == ["SiO$_2$ (wt%)", "CaO (wt%)", "K$_2$O (wt%)"]
    assert len(figure.legends) == 1
    assert not any(ax.get_legend() for ax in panels)
    with pytest.raises(ValueError, match="against='FeO'"):
        plot_harker(oxides, "FeO")


def test_profiles_are_drawn_in_the_order_of_distance() -> None:
    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    ax = plot_profile(
        np.array([30.0, 10.0, 20.0, 25.0]),
        {"An": np.array([3.0, 1.0, 2.0, 9.0])},
        sigma={"An": np.full(4, 0.1)},
        verdicts=["accepted", "accepted", "accepted", "mixture"],
        ax=figure.add_subplot(),
    )
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [10, 20, 30])
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, 2, 3])
    assert ax.get_xlabel() == "Distance (µm)"
    with pytest.raises(ValueError, match="does not fit"):
        plot_profile(np.zeros(3), {"An": np.zeros(2)})
    with pytest.raises(ValueError, match="empty"):
        plot_profile(np.zeros(3), {})
