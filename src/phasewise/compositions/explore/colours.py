"""One colour a cluster, the same on the page and in the figure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from phasewise.compositions.explore.explored import main_part
from phasewise.plot.colours import NOISE_COLOUR, PHASE_COLOURS, shades
from phasewise.report.colours import distinct_colours

if TYPE_CHECKING:
    from phasewise.compositions.explore.explored import Explored

__all__ = ["cluster_colours", "phases_of"]


def cluster_colours(found: Explored) -> dict[str, str]:
    """Return the colour of each cluster by its name, #rrggbb.

    Clusters of one mineral have shades of its colour, the largest the colour itself. Those of no known
    mineral have colours that differ from each other and from the minerals, and noise is light grey.
    """
    of: dict[str, list[str]] = defaultdict(list)
    for cluster in sorted(found.dense, key=lambda cluster: cluster.number):
        phase = main_part(cluster.phases)[0]
        of[phase if phase in PHASE_COLOURS else ""].append(found.names[cluster.number])
    unknown = of.pop("", [])
    colours = {found.names[0]: NOISE_COLOUR}
    for phase, names in of.items():
        colours |= zip(names, shades(PHASE_COLOURS[phase], len(names)), strict=True)
    minerals = [PHASE_COLOURS[phase] for phase in of]
    return colours | dict(zip(unknown, distinct_colours(len(unknown), minerals), strict=True))


def phases_of(found: Explored) -> dict[str, str]:
    """Return the colours of the minerals that the rows are taken for."""
    import pyarrow.compute as pc

    named = pc.unique(found.rows.judged["phase"]).to_pylist()
    return {phase: PHASE_COLOURS[phase] for phase in named if phase in PHASE_COLOURS}
