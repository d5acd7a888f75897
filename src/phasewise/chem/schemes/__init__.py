"""Published recalculation procedures of more than one step: one file a mineral group."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.chem.formula_units import FormulaUnits
    from phasewise.core.types import FloatArray

__all__ = ["METHODS", "end_member_function"]

METHODS = {
    "garnet sequence": "garnet:garnet_sequence",
    "clinopyroxene Neave 2024": "pyroxene:clinopyroxene_neave",
    "clinopyroxene Putirka 2008": "pyroxene:clinopyroxene_putirka",
    "augite Lindsley 1983": "pyroxene:augite_lindsley",
    "pigeonite Lindsley 1983": "pyroxene:pigeonite_lindsley",
    "orthopyroxene sequence": "pyroxene:orthopyroxene_sequence",
    "orthopyroxene Lindsley 1983": "pyroxene:orthopyroxene_lindsley",
    "spinel prism": "fe_ti_oxides:spinel_prism",
    "biotite quadrilateral": "mica:biotite_quadrilateral",
}
"""Method of an ``[[end_member_schemes]]`` table to module and function."""


def end_member_function(method: str) -> Callable[[FormulaUnits], FloatArray]:
    """Return the function from formula units to mol% (n, members) of a published method.

    Raises
    ------
    KeyError
        If there is no such method.
    """
    module, _, name = METHODS[method].partition(":")
    found = getattr(import_module(f"phasewise.chem.schemes.{module}"), name)
    return cast("Callable[[FormulaUnits], FloatArray]", found)
