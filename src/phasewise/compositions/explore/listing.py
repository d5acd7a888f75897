"""What the page of an exploration holds of its rows: the points of the map, and the list of outliers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from phasewise.compositions.explore.colours import cluster_colours, phases_of
from phasewise.compositions.explore.output import row_columns
from phasewise.compositions.explore.own_columns import own_columns
from phasewise.compositions.report.collect import measured_oxides
from phasewise.compositions.report.listing import oxide_columns, saved_name
from phasewise.core.arrow import coded, integers
from phasewise.core.result_names import output_names
from phasewise.plot.colours import PHASE_COLOURS, VERDICT_TINTS, on_any_paper
from phasewise.report.points import ColourBy, Mark, Points, points_link
from phasewise.report.rows import RowColumn, Rows

if TYPE_CHECKING:
    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.explored import Explored
    from phasewise.core.types import IntArray

__all__ = ["EVERYTHING", "MAJOR", "MAP", "MOST_OUTLIERS", "map_link", "map_points", "outlier_list"]

EVERYTHING = "phasewise explore FILE --out RESULT.csv writes a table of all rows."

MAP = "Map"
"""Title of the section in which the map stands."""

MOST_OUTLIERS = 200
"""Rows far from any cluster that a page lists."""

MAJOR = 1.0
"""An oxide is a major one if a hundredth of the rows hold more of it than so many wt%."""

_LOOKS: dict[str, dict[str, Any]] = {
    "row": {"decimals": 0},
    "cluster_name": {"title": "cluster"},
    "cluster": {"title": "number of the cluster", "decimals": 0},
    "phase": {"title": "mineral"},
    "probability": {"width": 1.0, "decimals": 3},
    "verdict": {"codes_in_words": True},
    "species": {},
    "label": {"title": "published as"},
    "source": {"title": "publication"},
    "total": {"width": 1.0, "decimals": 2},
    "formula": {},
    "reason": {},
    "reason_code": {"title": "kind of reason"},
    "cluster_probability": {"title": "belongs there by", "width": 1.0, "decimals": 2},
    "cluster_distance": {"title": "distance to clusters", "width": 1.0, "decimals": 2},
    "map_x": {"decimals": 4},
    "map_y": {"decimals": 4},
}
"""How each column of the map looks; its order is that of saved files, behind the user's columns."""

_HOVER = (
    *("cluster_name", "phase", "probability", "verdict", "total", "cluster_distance", "label", "source"),
    *("formula", "reason"),
)

_LISTED: dict[str, dict[str, Any]] = {
    "name": {"width": 9.0},
    "row": {"width": 4.2, "decimals": 0, "rank": 4},
    "cluster_distance": {"title": "distance", "width": 5.6, "decimals": 2},
    "nearest": {"title": "nearest cluster", "width": 9.0, "choose": True, "rank": 2},
    "phase": {"title": "looks like", "width": 8.4, "choose": True, "rank": 2},
    "verdict": {"width": 7.2, "choose": True, "codes_in_words": True},
    "label": {"title": "published as", "width": 8.4, "choose": True, "rank": 4},
    "reason": {"width": None, "rank": 3},
    "source": {"title": "publication"},
    "probability": {},
    "total": {"decimals": 2},
    "formula": {},
    "reason_code": {"title": "kind of reason", "choose": True},
}


def map_points(found: Explored, at: IntArray) -> tuple[Points, tuple[str, ...]]:
    """Return the map of some of the rows, and the user's columns for which the page has no room.

    Parameters
    ----------
    found : Explored
    at : (m,) int
        The rows that are drawn, in the order of the table.
    """
    ours = _results(found, at) | _published(found, at)
    oxides = measured_oxides(found.rows.analyses.take(at))
    name, own, left_out = own_columns(found, at, oxides)
    names = output_names([*(column.name for column in own), *left_out], [*_LOOKS, *oxides])
    colours = _colours(found)
    shown = [
        RowColumn(names[key], ours[key], colours=colours.get(key, {}), **({"title": _words(key)} | look))
        for key, look in _LOOKS.items()
        if key in ours
    ]
    measured = [replace(column, name=names[column.name]) for column in oxide_columns(oxides)]
    lead = [] if name else shown[:1]
    columns = [*lead, *own, *shown[len(lead) :], *measured]
    hover = [names[key] for key in (*_HOVER, *oxides) if key in ours or key in oxides]
    x, y = found.rows.places.map[at].T
    block = Points(
        x,
        y,
        columns,
        _colour_by(ours, oxides, names),
        hover,
        x_title="map x",
        y_title="map y",
        marks=_marks(found),
        file_name=saved_name(found.title),
        remedy=EVERYTHING,
    )
    return block, left_out


def outlier_list(found: Explored) -> Rows:
    """Return the rows farthest from any cluster as a list for a page; there is at least one."""
    at = found.outliers[:MOST_OUTLIERS]
    oxides = measured_oxides(found.rows.analyses.take(at))
    columns = _results(found, at) | _published(found, at)
    nearest = found.rows.assigned.nearest[at]
    if (nearest >= 0).any():
        columns["nearest"] = coded(np.where(nearest >= 0, nearest + 1, -1), found.names)
    name, own, _ = own_columns(found, at, oxides)
    looks = dict(_LISTED)
    if name:
        columns["name"] = own[0].values
    else:
        looks = {"row": {"width": 5.0, "decimals": 0}} | looks
    colours = _colours(found)
    colours["nearest"] = colours["cluster_name"]
    shown = [
        RowColumn(key, columns[key], colours=colours.get(key, {}), **({"title": _words(key)} | look))
        for key, look in looks.items()
        if key in columns
    ]
    return Rows([*shown, *oxide_columns(oxides)], "outliers", saved_name(found.title), EVERYTHING)


def map_link(found: Explored, cluster: Cluster) -> str:
    """Return the link to a cluster on the map."""
    column = output_names(found.table.column_names, ["cluster_name"])["cluster_name"]
    return points_link(MAP, column, found.names[cluster.number])


def _results(found: Explored, at: IntArray) -> dict[str, pa.Array]:
    columns = row_columns(found.rows, found.clusters)
    taken = {name: values.take(integers(at)) for name, values in columns.items()}
    held = {name: values for name, values in taken.items() if values.null_count < len(at)}
    return {"row": integers(at + 1)} | held


def _published(found: Explored, at: IntArray) -> dict[str, pa.Array]:
    groups = {"label": found.rows.label, "source": found.rows.source}
    return {part: coded(g.code[at], g.names) for part, g in groups.items() if g.names}


def _colours(found: Explored) -> dict[str, dict[str, str]]:
    colours = {"cluster_name": cluster_colours(found), "phase": phases_of(found), "verdict": VERDICT_TINTS}
    colours["label"] = {name: c for name, c in PHASE_COLOURS.items() if name in found.rows.label.names}
    return {key: {text: on_any_paper(c) for text, c in named.items()} for key, named in colours.items()}


def _colour_by(ours: dict[str, Any], oxides: dict[str, Any], names: dict[str, str]) -> list[ColourBy]:
    titles = {
        "cluster_name": "Cluster",
        "phase": "Mineral by composition",
        "verdict": "Verdict",
        "label": "Published mineral",
        "source": "Publication",
        "cluster_distance": "Distance to the clusters",
        "total": "Total (wt%)",
    }
    major = [name for name, (values, _) in oxides.items() if np.nanquantile(values, 0.99) > MAJOR]
    titles |= {name: f"{name} (wt%)" for name in major}
    return [ColourBy(names[key], title) for key, title in titles.items() if key in ours or key in oxides]


def _marks(found: Explored) -> list[Mark]:
    ranked = sorted(found.dense, key=lambda cluster: -cluster.rows)
    return [Mark(*cluster.place, found.names[cluster.number]) for cluster in ranked]


def _words(key: str) -> str:
    return key.replace("_", " ")
