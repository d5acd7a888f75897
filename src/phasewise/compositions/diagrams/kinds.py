"""The diagrams that can be asked for: which minerals they take, and which quantities of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.expressions import parse_expression
from phasewise.core.errors import HeaderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from phasewise.chem.expressions import Expression
    from phasewise.chem.formulae import Formulae
    from phasewise.core.types import BoolArray, FloatArray

__all__ = ["DIAGRAMS", "OXIDE", "SHARE", "DiagramKind", "find_diagram", "quantity_of"]

OXIDE, SHARE = "wt%:", "dry wt%:"
"""Before oxides that are quantities as they stand, or in a total of 100 wt% without H2O and CO2."""


@dataclass(frozen=True)
class DiagramKind:
    """A diagram of a table.

    Attributes
    ----------
    name : str
        As it is asked for.
    title : str
        What it shows, in a few words.
    minerals : tuple of str
        Whose analyses it takes; empty for all.
    quantities : tuple of str
        Sums or ratios of ions of the formula, in the order of the arguments of the function that draws them;
        or an oxide after ``wt%:``, or a sum of oxides after ``dry wt%:``.
    height : float
        Of the figure, as a part of its width.
    ternary : bool
        Whether it is drawn on a triangle of mpltern.
    draw : callable
        From axes, the quantities and options to the axes.
    keeps : callable, optional
        Which formulae belong to it.
    """

    name: str
    title: str
    minerals: tuple[str, ...]
    quantities: tuple[str, ...]
    height: float
    ternary: bool
    draw: Callable[..., Axes]
    keeps: Callable[[Formulae], BoolArray] | None = None


def quantity_of(formulae: Formulae, text: str) -> FloatArray:
    """Return a quantity (n,) of formulae, NaN where it was not measured."""
    return formulae.index(_expression(text, formulae))


def find_diagram(name: str) -> DiagramKind:
    """Return the diagram of a name.

    Raises
    ------
    HeaderError
        If there is none.
    """
    if name not in DIAGRAMS:
        raise HeaderError(f"There is no diagram {name!r}. Choose from {', '.join(DIAGRAMS)}.")
    return DIAGRAMS[name]


def _expression(text: str, formulae: Formulae) -> Expression:
    return _parsed(text, formulae.mineral.name)


@lru_cache(maxsize=512)
def _parsed(text: str, mineral: str) -> Expression:
    from phasewise.chem.ions import IONS
    from phasewise.chem.minerals import load_minerals

    sites = load_minerals()[mineral].sites
    allowed = {*IONS, "Fe", "sum", *(f"{s.name}.{ion}" for s in sites for ion in (*s.ions, "Fe", "sum"))}
    return parse_expression(text, allowed)


def _drawer(module: str, function: str, *more: Any) -> Callable[..., Axes]:
    """Return a function of a diagram, imported when it is used."""

    def draw(ax: Axes, quantities: list[FloatArray], **options: Any) -> Axes:
        from importlib import import_module

        found = getattr(import_module(f"phasewise.plot.diagrams.{module}"), function)
        drawn: Axes = found(*quantities, *more, ax=ax, **options)
        return drawn

    return draw


def _subgroup(name: str) -> Callable[[Formulae], BoolArray]:
    """Return which amphiboles are of a subgroup of B (Hawthorne et al. 2012, doi:10.2138/am.2012.4276)."""

    def keeps(formulae: Formulae) -> BoolArray:
        units = formulae.units
        with np.errstate(divide="ignore", invalid="ignore"):
            ca = units.site("B", "Ca") / units.site("B", "sum")
            na = (units.site("B", "Na") + units.site("B", "Li")) / units.site("B", "sum")
            small = 1 - ca - na
            divalent = ca + small
            if name == "calcium":
                return (divalent >= 0.75) & (ca >= small)
            if name == "sodium":
                return (na >= 0.75) & (na >= small)
            return (divalent < 0.75) & (divalent > 0.25) & (ca >= small)

    return keeps


PYROXENES = ("Clinopyroxene", "Orthopyroxene")
MICAS = ("Biotite", "Muscovite")
SPINELS = ("Spinel", "Magnetite")
OXIDES = ("Magnetite", "Ilmenite", "Hematite", "Pseudobrookite", "Rutile")
FO = "100 Mg / (Mg + Fe)"
MG, CR = "100 Mg / (Mg + Fe2+)", "100 Cr / (Cr + Al)"
C_SITE, A_SITE = "C.Al + C.Fe3+ + 2 C.Ti - W.O", "A.Na + A.K + 2 A.Ca"

_KINDS = (
    DiagramKind(
        "pyroxene",
        "Wo-En-Fs quadrilateral",
        PYROXENES,
        ("Ca", "Mg", "Fe + Mn"),
        0.56,
        False,
        _drawer("pyroxene", "plot_pyroxene_quadrilateral"),
    ),
    DiagramKind(
        "pyroxene-qj",
        "Q = Ca + Mg + Fe2+ against J = 2 Na",
        PYROXENES,
        ("Ca + Mg + Fe2+", "2 Na"),
        0.95,
        False,
        _drawer("pyroxene", "plot_q_j"),
    ),
    DiagramKind(
        "pyroxene-na",
        "Quad-jadeite-aegirine",
        ("Clinopyroxene",),
        ("Ca + Mg + Fe2+", "2 Na", "M1.Al", "M1.Fe3+"),
        0.9,
        True,
        lambda ax, q, **options: _drawer("pyroxene", "plot_na_pyroxenes")(ax, _na_pyroxenes(*q), **options),
    ),
    DiagramKind(
        "feldspar",
        "Or-Ab-An, with the solvus where --celsius is given",
        ("Plagioclase", "KFeldspar"),
        ("K", "Na", "Ca"),
        0.9,
        True,
        _drawer("feldspar", "plot_feldspars"),
    ),
    DiagramKind(
        "olivine",
        "how many have which Fo",
        ("Olivine",),
        (FO,),
        0.55,
        False,
        lambda ax, q, **options: _drawer("olivine", "plot_forsterite")(ax, q, labels=options.get("labels")),
    ),
    *(
        DiagramKind(
            f"olivine-{oxide.lower()}",
            f"{oxide} against Fo",
            ("Olivine",),
            (FO, OXIDE + oxide),
            0.7,
            False,
            _drawer("olivine", "plot_olivine_minor", oxide),
        )
        for oxide in ("NiO", "CaO", "MnO")
    ),
    DiagramKind(
        "garnet",
        "pyrope - almandine + spessartine - garnets of Ca",
        ("Garnet",),
        ("X.Mg", "X.Fe2+ + X.Mn", "X.Ca"),
        0.9,
        True,
        _drawer("garnet", "plot_garnets"),
    ),
    DiagramKind(
        "garnet-mn",
        "pyrope - almandine - spessartine",
        ("Garnet",),
        ("X.Mg", "X.Fe2+", "X.Mn"),
        0.9,
        True,
        _drawer("garnet", "plot_garnets", ("Prp (Mg)", "Alm (Fe$^{2+}$)", "Sps (Mn)")),
    ),
    DiagramKind(
        "garnet-y",
        "Cr - Al - Fe3+ of Y: uvarovite, grossular and andradite among garnets of Ca",
        ("Garnet",),
        ("Y.Cr", "Y.Al", "Y.Fe3+"),
        0.9,
        True,
        _drawer("garnet", "plot_garnets", ("Cr (Y)", "Al (Y)", "Fe$^{3+}$ (Y)")),
    ),
    *(
        DiagramKind(
            name,
            f"A(Na + K + 2 Ca) against C(Al + Fe3+ + 2 Ti) - W(O), {subgroup} amphiboles",
            ("Amphibole",),
            (C_SITE, A_SITE),
            0.62,
            False,
            _drawer("amphibole", "plot_amphiboles", subgroup),
            _subgroup(subgroup),
        )
        for name, subgroup in (
            ("amphibole", "calcium"),
            ("amphibole-na-ca", "sodium-calcium"),
            ("amphibole-na", "sodium"),
        )
    ),
    DiagramKind(
        "amphibole-si",
        "Mg/(Mg + Fe2+) against Si, calcium amphiboles",
        ("Amphibole",),
        ("Si", "Mg / (Mg + Fe2+)"),
        0.62,
        False,
        _drawer("amphibole", "plot_calcic_amphiboles"),
        _subgroup("calcium"),
    ),
    DiagramKind(
        "mica",
        "Fe + Mn + Ti - Al against Mg - Li",
        MICAS,
        ("Mg - Li", "M.Fe + M.Mn + M.Ti - M.Al"),
        0.85,
        False,
        _drawer("mica", "plot_micas"),
    ),
    DiagramKind(
        "mica-triangle",
        "Al - Mg - Fe + Mn + Ti of M",
        MICAS,
        ("M.Al", "M.Mg", "M.Fe + M.Mn + M.Ti"),
        0.9,
        True,
        _drawer("mica", "plot_mica_triangle"),
    ),
    DiagramKind(
        "biotite",
        "phlogopite - annite - eastonite - siderophyllite",
        ("Biotite",),
        ("Fe / (Mg + Fe)", "T.Al"),
        0.75,
        False,
        _drawer("mica", "plot_biotites"),
    ),
    DiagramKind(
        "spinel", "Cr# against Mg#", SPINELS, (MG, CR), 0.8, False, _drawer("spinel", "plot_spinel_face")
    ),
    DiagramKind(
        "spinel-fe3",
        "Fe3+ - Al - Cr",
        SPINELS,
        ("Fe3+", "Al", "Cr"),
        0.9,
        True,
        _drawer("spinel", "plot_spinel_triangle"),
    ),
    DiagramKind(
        "spinel-tio2",
        "TiO2 against Cr#",
        SPINELS,
        (CR, OXIDE + "TiO2"),
        0.7,
        False,
        _drawer("spinel", "plot_spinel_titanium"),
    ),
    DiagramKind(
        "spinel-prism",
        "Al - Cr - Fe3+ by Fe2+/(Mg + Fe2+), seen from the side",
        SPINELS,
        ("Al", "Cr", "Fe3+", "Fe2+ / (Mg + Fe2+)"),
        0.68,
        False,
        _drawer("spinel", "plot_spinel_prism"),
    ),
    DiagramKind(
        "fe-ti",
        "TiO2 - FeO - Fe2O3 with solid solutions",
        OXIDES,
        ("Ti", "Fe2+ + Mg + Mn", "Fe3+ + Al + Cr"),
        0.9,
        True,
        _drawer("iron_titanium", "plot_iron_titanium_oxides"),
    ),
    DiagramKind(
        "tas",
        "total alkali against silica, of 100 wt% without H2O",
        ("Glass",),
        (SHARE + "SiO2", SHARE + "Na2O+K2O"),
        0.68,
        False,
        _drawer("tas", "plot_tas"),
    ),
)

DIAGRAMS: dict[str, DiagramKind] = {kind.name: kind for kind in _KINDS}


def _na_pyroxenes(q: FloatArray, j: FloatArray, al: FloatArray, ferric: FloatArray) -> list[FloatArray]:
    """Return Quad, Jd and Aeg: J shared by Al and Fe3+ of M1 (Morimoto et al. 1988)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(al + ferric > 0, al / (al + ferric), np.nan)
    return [q, j * share, j * (1 - share)]
