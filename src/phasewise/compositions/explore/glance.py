"""The beginning of the page: numbers, and what to look at first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from phasewise.compositions.explore.explored import main_part
from phasewise.core.arrow import integers
from phasewise.report.page import Block, Facts, Prose, Step, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.explored import Explored

__all__ = ["glance", "labels_disagree", "lead", "plural", "sentence", "share"]

MOST_STEPS = 3
PURE = 0.9
"""Labels of a cluster disagree if a smaller part of them than this is the most frequent one."""

LEAST_LABELS = 10
"""Of fewer labels nothing is said."""


def lead(found: Explored) -> str:
    """Return what was found, in a sentence."""
    n, clusters = len(found.rows), len(found.dense)
    if not n:
        return "The table has no rows, so there is nothing to explore."
    if not found.placed.any():
        return f"{plural(n, 'row', 'rows')}: none holds oxides, so none has a place on the map."
    if not clusters:
        return f"{plural(n, 'row', 'rows')}, and no cluster: nothing lies dense enough."
    told = f"{plural(n, 'row', 'rows')} in {plural(clusters, 'cluster', 'clusters')}"
    if novel := len(found.unexplained):
        told += f"; {plural(novel, 'cluster looks', 'clusters look')} like no known mineral"
    return f"{told}; {plural(len(found.outliers), 'row lies', 'rows lie')} apart."


def glance(found: Explored) -> list[Block]:
    """Return numbers, and a few steps that lead into the page."""
    n, noise = len(found.rows), len(found.outliers)
    within = int((found.number > 0).sum())
    facts = [
        ("Rows", f"{n:,}"),
        ("Clusters", f"{len(found.dense):,}"),
        ("Rows in clusters", f"{within:,} ({share(within, n)})"),
        ("Rows apart from them", f"{noise:,} ({share(noise, n)})"),
        ("Clusters like no known mineral", f"{len(found.unexplained):,}"),
    ]
    if lost := n - within - noise:
        facts.append(("Rows without a place", f"{lost:,}"))
    if not math.isnan(found.purity):
        facts.append(("Labels that agree in a cluster", f"{100 * found.purity:.1f} %"))
    if not math.isnan(found.agreement):
        facts.append(("Adjusted Rand index", f"{found.agreement:.2f}"))
    if not n:
        return [Facts(facts)]
    steps = [*_novel(found), *_mislabelled(found), *_outliers(found)]
    first: Block = Steps(steps) if steps else Prose("Nothing stands out: every cluster is a known mineral.")
    return [Facts(facts), Prose("What to look at first:"), first] if steps else [Facts(facts), first]


def _novel(found: Explored) -> Iterator[Step]:
    novel = found.unexplained
    for cluster in novel[:MOST_STEPS]:
        rows, part = plural(cluster.rows, "row", "rows"), f"{math.floor(100 * cluster.novelty)} %"
        name = found.names[cluster.number]
        text = f"{name[:1].upper()}{name[1:]}: {rows}, at least {part} like no known mineral."
        yield Step(f"{text} {sentence(cluster.description)}".rstrip(), "#unexplained", "See why")
    if len(novel) > MOST_STEPS:
        more = plural(len(novel) - MOST_STEPS, "more cluster is", "more clusters are")
        yield Step(f"{more} like no known mineral.", "#unexplained", "See all")


def labels_disagree(cluster: Cluster) -> bool:
    """Return whether the labels of a cluster disagree with each other, or with its mineral."""
    return sum(cluster.labels.values()) >= LEAST_LABELS and cluster.purity < PURE


def _mislabelled(found: Explored) -> Iterator[Step]:
    """Yield the clusters with most rows that are published as another mineral than the others of it."""
    doubtful = [cluster for cluster in found.dense if labels_disagree(cluster)]
    doubtful.sort(key=lambda cluster: -sum(cluster.labels.values()) * (1 - cluster.purity))
    for cluster in doubtful[:MOST_STEPS]:
        named = ", ".join(f"“{label}” {n:,}" for label, n in list(cluster.labels.items())[:3])
        more = f" and {len(cluster.labels) - 3:,} more" if len(cluster.labels) > 3 else ""
        text = f"Labels disagree in {found.names[cluster.number]}: {named}{more}."
        yield Step(text, "#clusters", "See the clusters")
    if len(doubtful) > MOST_STEPS:
        more = plural(len(doubtful) - MOST_STEPS, "more cluster", "more clusters")
        yield Step(f"Labels disagree in {more}.", "#clusters", "See the clusters")


def _outliers(found: Explored) -> Iterator[Step]:
    at = found.outliers
    if not len(at):
        return
    verdicts = found.rows.judged["verdict"].take(integers(at)).to_pylist()
    name, part = main_part({verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)})
    text = f"{plural(len(at), 'row lies', 'rows lie')} apart from all clusters"
    text += f"; the most frequent verdict is “{name.replace('_', ' ')}” ({_percent(part)})."
    yield Step(text, "#outliers", "The farthest first")


def plural(number: int, one: str, many: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> plural(1, "row", "rows"), plural(1200, "row", "rows")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {one if number == 1 else many}"


def share(part: int, whole: int) -> str:
    """Return a part in per cent, ``none`` of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def sentence(text: str) -> str:
    """Return a text as a sentence.

    Examples
    --------
    >>> sentence("like olivine (cluster 2), richer in CaO")
    'Like olivine (cluster 2), richer in CaO.'
    """
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
