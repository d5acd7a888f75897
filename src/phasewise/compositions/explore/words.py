"""What a cluster is, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from phasewise.chem.catalogue import load_catalogue
from phasewise.chem.names import minerals_of_name, name_key
from phasewise.compositions.explore.mean_composition import is_covered, total_fits
from phasewise.compositions.explore.naming import title
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from phasewise.compositions.explore.cluster import Cluster
    from phasewise.compositions.explore.naming import Identity

__all__ = ["Difference", "Setting", "describe", "describe_noise", "published_as", "refer"]

MOST_KINDS = 4
SURE = 0.95
"""Of a cluster of fewer rows of one kind it is said what the others are."""

A_LITTLE = 1.15
"""What is richer or poorer by a smaller factor is so a little."""

LONGEST_SOURCE = 90
_UNCOVERED = "no mineral that phasewise covers"


@dataclass(frozen=True)
class Difference:
    """An oxide that sets a cluster apart from another: the means of both, wt%."""

    oxide: str
    here: float
    there: float

    def reversed(self) -> Difference:
        """Return the same as the other cluster sees it."""
        return Difference(self.oxide, self.there, self.here)

    @property
    def side(self) -> str:
        """Richer or poorer, and whether a little."""
        low, high = sorted((max(self.here, 0.0), max(self.there, 0.0)))
        little = "a little " if high < A_LITTLE * low else ""
        return f"{little}{'richer' if self.here > self.there else 'poorer'} in"

    def __str__(self) -> str:
        return f"{self.oxide} ({_wt(self.here)} against {_wt(self.there)} wt%)"


@dataclass(frozen=True)
class Setting:
    """What a cluster lies next to, and where its rows come from.

    Attributes
    ----------
    neighbour : Cluster or None
        The nearest one that is worth a comparison.
    called : str
        What it is called within a sentence; empty where it has no name but its number.
    alike : bool
        Whether it makes sense to compare the two oxide by oxide.
    differences : tuple of Difference
        From the neighbour, the largest first.
    source : str
        The publication of most rows, and `of_source` how many these are; empty where the table names none.
    of_source : int
    sources : int
        Publications of the whole table.
    """

    neighbour: Cluster | None = None
    called: str = ""
    alike: bool = False
    differences: tuple[Difference, ...] = ()
    source: str = ""
    of_source: int = 0
    sources: int = 0


def describe(cluster: Cluster, identity: Identity, setting: Setting) -> str:
    """Return what a cluster is and what sets it apart, what its rows are, how they were published, and where.

    Parameters
    ----------
    cluster : Cluster
        Without a description.
    identity : Identity
        What its rows are taken for.
    setting : Setting
    """
    sentences = [_placed(cluster, identity, setting)]
    if max(cluster.phases.values(), default=0) < SURE * cluster.rows:
        sentences.append(f"Of {cluster.rows:,} rows, {_kinds(cluster)}.")
    sentences += [_perhaps_good(cluster, identity), _published(cluster, identity), _origin(cluster, setting)]
    return " ".join(sentence for sentence in sentences if sentence)


def describe_noise(noise: Cluster, nearest: str, of_nearest: int, nowhere: int) -> str:
    """Return what rows outside of all clusters are.

    Parameters
    ----------
    noise : Cluster
    nearest : str
        The cluster to which `of_nearest` of them, the most, are nearest, as `refer` calls it; empty for none.
    of_nearest : int
    nowhere : int
        Rows that have no place, as they hold no oxygen.
    """
    one = noise.rows == 1
    first = "One row lies apart" if one else f"{noise.rows:,} rows lie apart"
    kinds = f"it {_kinds(noise).partition(' ')[2]}" if one else _kinds(noise)
    sentences = [f"{first} from all clusters: {kinds}."]
    if nearest:
        most = "It is" if one else f"{of_nearest:,} are" if of_nearest > 1 else "1 is"
        sentences.append(f"{most} nearest to {nearest}.")
    if nowhere:
        who = "It holds" if one else f"{nowhere:,} rows hold" if nowhere > 1 else "1 row holds"
        sentences.append(f"{who} no oxide above zero and cannot be placed.")
    return " ".join(sentences)


def _placed(cluster: Cluster, identity: Identity, setting: Setting) -> str:
    """Return what a cluster is, by what sets it apart from its neighbour."""
    what, neighbour = _what(cluster, identity), setting.neighbour
    near = refer(neighbour.number, setting.called) if neighbour else ""
    capital = what[:1].upper() + what[1:]
    if neighbour is None:
        return f"{capital}."
    if not setting.alike or identity.kind == "bad_analysis":
        return f"{capital}. {_far(near, setting)}"
    facts = _facts(setting.differences)
    same = _same_mineral(identity, neighbour)
    if same:
        tail = f"but {facts}" if facts else "from which no oxide sets it apart clearly"
        return f"{capital} like cluster {neighbour.number}, {tail}."
    tail = f", {facts}" if facts else ", from which no oxide sets it apart clearly"
    return f"Like {near}{tail}: {what}."


def _far(near: str, setting: Setting) -> str:
    if setting.alike:
        return f"The nearest is {near}."
    facts = _facts([one.reversed() for one in setting.differences])
    nearest = f"No other cluster is like it: the nearest, {near},"
    return f"{nearest} is {facts}." if facts else f"{nearest} is of another composition."


def _what(cluster: Cluster, identity: Identity) -> str:
    names = [title(name) for name in identity.minerals]
    if identity.kind == "unknown":
        return _unknown(cluster.nearest_species)
    if identity.kind == "mixture":
        return f"mixtures of {names[0]} and {names[1]}" if names else "mixtures of changing minerals"
    if identity.kind == "ambiguous":
        if len(names) == 2:
            return f"{names[0]} or {names[1]}, which these analyses do not tell apart"
        return f"probably {names[0]}" if names else "analyses that do not tell which mineral they are"
    if identity.kind == "bad_analysis":
        return f"bad analyses: {identity.cause}{_of_total(cluster, identity)}"
    return " and ".join(names)


def _of_total(cluster: Cluster, identity: Identity) -> str:
    """Return " (mean 60.2 wt%)" of analyses that are bad for their total."""
    if not identity.cause.endswith("totals") or math.isnan(cluster.total.mean):
        return ""
    what = ", more than the nearest mineral has" if identity.cause == "high totals" else ""
    return f" (mean {cluster.total.mean:.1f} wt%{what})"


def _perhaps_good(cluster: Cluster, identity: Identity) -> str:
    """Return that a total which no covered mineral has is right for another species."""
    species = cluster.nearest_species
    if not identity.cause.endswith("totals") or not species or is_covered(species):
        return ""
    if not total_fits(species, cluster.total.mean):
        return ""
    return f"Mean composition and total are those of {species} (catalogue): look before you discard them."


def _unknown(species: str) -> str:
    if not species:
        return f"{_UNCOVERED}, and no species of the catalogue is near"
    if is_covered(species):
        return f"nearest to {species}, but unlike the analyses of it that are known"
    return f"{_UNCOVERED}; nearest to {species} (catalogue)"


def _same_mineral(identity: Identity, neighbour: Cluster) -> bool:
    main = next(iter(neighbour.phases), "")
    return (
        identity.kind == "mineral"
        and 2 * neighbour.phases.get(main, 0) > neighbour.rows
        and (identity.minerals == (main,))
    )


def _kinds(cluster: Cluster) -> str:
    """Return "212 are olivine, 10 are ambiguous and 1 is a mixture"."""
    counted = list(cluster.phases.items())
    told = counted if len(counted) <= MOST_KINDS else counted[: MOST_KINDS - 1]
    parts = [f"{count:,} {'is' if count == 1 else 'are'} {_kind(name, count)}" for name, count in told]
    rest = cluster.rows - sum(count for _, count in told)
    return _joined([*parts, f"{rest:,} {'is' if rest == 1 else 'are'} something else"] if rest else parts)


def _kind(name: str, count: int) -> str:
    several = {"mixture": "mixtures", "bad_analysis": "bad analyses"}
    one = {"mixture": "a mixture", "bad_analysis": "a bad analysis"}
    if name == "unknown":
        return _UNCOVERED
    if name not in VERDICTS:
        return title(name)
    return (one if count == 1 else several).get(name, name)


def _published(cluster: Cluster, identity: Identity) -> str:
    """Return how most rows were published, where the classifier does not say the same."""
    told = published_as(cluster)
    if identity.kind not in ("mineral", "minerals") or not told:
        return f"{told}." if told else ""
    if set(identity.minerals) & _covered_by(next(iter(cluster.labels))):
        return ""
    return f"{told}, but {' and '.join(title(name) for name in identity.minerals)} by composition."


def published_as(cluster: Cluster) -> str:
    """Return "Published as MONTICELLITE in 93 % of rows", empty where most rows share no label."""
    labelled = sum(cluster.labels.values())
    label, count = next(iter(cluster.labels.items()), ("", 0))
    if 2 * count <= labelled:
        return ""
    of = "rows" if labelled == cluster.rows else "labelled rows"
    share = f"all {of}" if count == labelled else f"{min(round(100 * count / labelled), 99)} % of {of}"
    return f"Published as {label} in {f'its only {of[:-1]}' if labelled == 1 else share}"


def _covered_by(label: str) -> set[str]:
    """Return the minerals that a label stands for, also that of which it names a variety."""
    found = set(minerals_of_name(label))
    return found or {
        one.file or one.like for one in load_catalogue() if name_key(one.name) == name_key(label)
    }


def _origin(cluster: Cluster, setting: Setting) -> str:
    """Return the publication of most rows, where the table has several."""
    if setting.sources < 2 or cluster.rows < 2 or 2 * setting.of_source <= cluster.rows:
        return ""
    name = setting.source
    if len(name) > LONGEST_SOURCE:
        name = f"{name[: LONGEST_SOURCE - 3].rstrip()}..."
    rows = f"{setting.of_source:,} of {cluster.rows:,} rows"
    if setting.of_source == cluster.rows:
        rows = f"All {cluster.rows:,} rows"
    return f"{rows} come from one publication: {name}."


def refer(number: int, called: str) -> str:
    """Return "cluster 2 (olivine)"."""
    return f"cluster {number} ({called})" if called else f"cluster {number}"


def _facts(differences: Sequence[Difference]) -> str:
    """Return "richer in CaO (33.1 against 0.2 wt%) and poorer in MgO (23.4 against 47.0 wt%)"."""
    sides = list(dict.fromkeys(one.side for one in differences))
    ordered = sorted(differences, key=lambda one: sides.index(one.side))
    groups = groupby(ordered, key=lambda one: one.side)
    parts = [f"{side} {_joined([str(one) for one in several])}" for side, several in groups]
    return (", and " if len(parts) == 2 and len(differences) > 2 else " and ").join(parts)


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _wt(value: float) -> str:
    return f"{max(value, 0.0):.1f}"
