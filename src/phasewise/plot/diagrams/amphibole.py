"""Amphiboles: A against C as they are named since 2012, and Mg number against Si as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack

from phasewise.plot.diagrams.axes import finish, new_axes
from phasewise.plot.diagrams.fields import Field, draw_fields
from phasewise.plot.diagrams.points import PointOptions, draw_points, include

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.core.types import FloatArray

__all__ = ["AMPHIBOLE_FIELDS", "CALCIC_FIELDS", "Subgroup", "plot_amphiboles", "plot_calcic_amphiboles"]

Subgroup = Literal["calcium", "sodium-calcium", "sodium"]


def _box(name: str, x: tuple[float, float], y: tuple[float, float], short: str = "") -> Field:
    return Field(name, ((x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])), short)


LOW, MIDDLE, HIGH = (0.0, 0.5), (0.5, 1.5), (1.5, 2.0)
EMPTY, FULL = (0.0, 0.5), (0.5, 1.0)

AMPHIBOLE_FIELDS: dict[str, tuple[Field, ...]] = {
    "calcium": (
        _box("tremolite", LOW, EMPTY, "Tr"),
        _box("magnesio-hornblende", MIDDLE, EMPTY, "Mhbl"),
        _box("tschermakite", HIGH, EMPTY, "Ts"),
        _box("edenite", LOW, FULL, "Ed"),
        _box("pargasite", MIDDLE, FULL, "Prg"),
        _box("sadanagaite", HIGH, FULL, "Sdg"),
    ),
    "sodium-calcium": (
        _box("winchite", MIDDLE, EMPTY, "Wnc"),
        _box("barroisite", HIGH, EMPTY, "Brs"),
        _box("richterite", LOW, FULL, "Rct"),
        _box("katophorite", MIDDLE, FULL, "Ktp"),
        _box("taramite", HIGH, FULL, "Trm"),
    ),
    "sodium": (
        _box("glaucophane", HIGH, EMPTY, "Gln"),
        _box("eckermannite", MIDDLE, FULL, "Eck"),
        _box("nybøite", HIGH, FULL, "Nyb"),
    ),
}
"""C(Al + Fe3+ + 2 Ti) less O on W, and A(Na + K + 2 Ca) of the corners (Hawthorne et al. 2012), by subgroup.

Names are those of the root compositions of Mg and Al; ``ferro-`` and ``ferri-`` come before them where
Fe2+ > Mg and Fe3+ > Al.
"""

CALCIC_FIELDS = (
    _box("tremolite", (7.5, 8.0), (0.9, 1.0), "Tr"),
    _box("actinolite", (7.5, 8.0), (0.5, 0.9), "Act"),
    _box("ferro-\nactinolite", (7.5, 8.0), (0.0, 0.5), "Fac"),
    _box("magnesiohornblende\n(edenite)", (6.5, 7.5), (0.5, 1.0), "Mhbl\n(Ed)"),
    _box("ferrohornblende\n(ferro-edenite)", (6.5, 7.5), (0.0, 0.5), "Fhbl\n(Fed)"),
    _box("tschermakite\n(pargasite,\nmagnesiohastingsite)", (5.5, 6.5), (0.5, 1.0), "Ts\n(Prg, Mhst)"),
    _box("ferrotschermakite\n(ferropargasite,\nhastingsite)", (5.5, 6.5), (0.0, 0.5), "Fts\n(Fprg, Hst)"),
    _box("(magnesio-\nsadanagaite)", (5.0, 5.5), (0.5, 1.0), "(Msdg)"),
    _box("(sada-\nnagaite)", (5.0, 5.5), (0.0, 0.5), "(Sdg)"),
)
"""Si and Mg / (Mg + Fe2+) of the corners, after figure 3 of Leake et al. (1997).

Names in brackets hold where A(Na + K) is at least 0.5.
"""


def plot_amphiboles(
    c_site: FloatArray,
    a_site: FloatArray,
    subgroup: Subgroup = "calcium",
    *,
    ax: Axes | None = None,
    **options: Unpack[PointOptions],
) -> Axes:
    """Draw amphiboles by the cations of A and C that name them.

    Parameters
    ----------
    c_site : (n,) float64
        C(Al + Fe3+ + 2 Ti) less O on W, in atoms per formula unit.
    a_site : (n,) float64
        A(Na + K + 2 Ca), in atoms per formula unit.
    subgroup : str
        Whose names are written: ``calcium``, ``sodium-calcium`` or ``sodium`` amphiboles.
    ax : matplotlib Axes, optional
    options : PointOptions

    Raises
    ------
    ValueError
        If there is no such subgroup.

    References
    ----------
    Hawthorne et al. 2012, doi:10.2138/am.2012.4276.
    """
    if subgroup not in AMPHIBOLE_FIELDS:
        raise ValueError(f"{subgroup=} is none of {', '.join(AMPHIBOLE_FIELDS)}")
    ax = ax or new_axes(0.62)
    ax.set_xlim(0, 2)
    ax.set_ylim(0, 1)
    draw_fields(ax, AMPHIBOLE_FIELDS[subgroup])
    finish(ax, "C(Al + Fe$^{3+}$ + 2 Ti) - W(O) (apfu)", "A(Na + K + 2 Ca) (apfu)")
    include(ax, draw_points(ax, (c_site, a_site), **options), options.get("behind"))
    return ax


def plot_calcic_amphiboles(
    si: FloatArray, x_mg: FloatArray, *, ax: Axes | None = None, **options: Unpack[PointOptions]
) -> Axes:
    """Draw calcic amphiboles by Si and Mg number, with the names of 1997.

    Parameters
    ----------
    si : (n,) float64
        In atoms per formula unit.
    x_mg : (n,) float64
        Mg / (Mg + Fe2+), 0 to 1.
    ax : matplotlib Axes, optional
    options : PointOptions

    References
    ----------
    Leake et al. 1997, doi:10.1180/minmag.1997.061.405.13.
    """
    ax = ax or new_axes(0.62)
    ax.set_xlim(8, 5)
    ax.set_ylim(0, 1)
    draw_fields(ax, CALCIC_FIELDS, size=6.5)
    finish(ax, "Si (apfu); names in brackets: A(Na + K) ≥ 0.5", "Mg / (Mg + Fe$^{2+}$)")
    include(ax, draw_points(ax, (si, x_mg), **options), options.get("behind"))
    ax.invert_xaxis()
    return ax
