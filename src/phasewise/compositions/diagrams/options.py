"""How the analyses of a table are drawn: colours of minerals, groups or numbers, and marks of verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from phasewise.chem.names import canonical_phase
from phasewise.core.errors import HeaderError
from phasewise.plot.diagrams.points import MOST_GROUPS

if TYPE_CHECKING:
    from phasewise.compositions.diagrams.quantities import DiagramRequest
    from phasewise.compositions.diagrams.rows import DiagramRows

__all__ = ["as_number", "point_options"]


def point_options(drawn: DiagramRows, request: DiagramRequest) -> dict[str, Any]:
    """Return the options of `phasewise.plot.diagrams.points` that were asked for.

    Raises
    ------
    HeaderError
        If the column of colours has more groups than colours are told apart.
    """
    options: dict[str, Any] = {"labels": drawn.labels, "verdicts": drawn.verdicts, "density": request.density}
    if request.colour_by is None:
        return options
    given = [value for value in drawn.own if not _blank(value)]
    numbers = [as_number(value) for value in drawn.own]
    groups = {str(value) for value in given}
    if len(groups) > MOST_GROUPS and sum(number == number for number in numbers) == len(given):
        return options | {"labels": None, "shades": np.array(numbers), "shade_name": request.colour_by}
    others = {group for group in groups if canonical_phase(group) is None}
    if len(others) > MOST_GROUPS:
        raise HeaderError(
            f"{request.colour_by!r} has {len(others)} groups; {MOST_GROUPS} colours are told apart at most. "
            "Choose another column, or one of numbers."
        )
    named = [None if _blank(value) else str(value) for value in drawn.own]
    return options | {"labels": named}


def _blank(value: Any) -> bool:
    return value is None or value == "" or value != value


def as_number(value: Any) -> float:
    """Return a value as a number, NaN where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
