"""What a cluster is taken for, and a short name that no other cluster has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from phasewise.chem.minerals import load_minerals
from phasewise.compositions.row_groups import Groups
from phasewise.core.types import VERDICTS
from phasewise.report.append import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from phasewise.compositions.explore.members import Spreads
    from phasewise.core.types import IntArray

__all__ = ["NOISE_NAME", "Identity", "Opinions", "distinctions", "title"]

NOISE_NAME = "Noise"
_PAIRED = ("two phases fit", "composition cannot tell")
_CAUSES = {
    "total low": "low totals",
    "total high": "high totals",
    "value far below zero": "values far below zero",
    "infinite value": "infinite values",
    "nothing measured": "nothing measured",
    "row of units": "rows of units",
}


MAIN = 0.75
"""A cluster with this part of the rows of a name needs nothing behind it."""

LEAST_PROBABLE = 0.5
"""Where the probability of its phase is lower, a bad analysis is not even one of that."""

CLEARLY = 0.8
"""Where no mineral has most of the rows, one that has this part of the accepted ones is named alone."""


@dataclass(frozen=True)
class Identity:
    """What the classifier takes the rows of a cluster for.

    Attributes
    ----------
    kind : str
        ``mineral`` and ``minerals`` where most rows are accepted, as one or as several; else the most
        frequent verdict.
    minerals : tuple of str
        Class names: that mineral, the two most frequent, the two of a mixture or of ambiguous rows; empty
        where the rows do not agree.
    cause : str
        Of bad analyses, in the plural: ``low totals``.
    """

    kind: str
    minerals: tuple[str, ...] = ()
    cause: str = ""

    def name(self, number: int, species: str) -> str:
        """Return a name that other clusters may have as well."""
        if self.kind == "unknown":
            return f"near {species}" if species else f"C{number}"
        text = self._text([title(name, capital=True) for name in self.minerals])
        return text[:1].upper() + text[1:]

    def running(self, species: str) -> str:
        """Return the same within a sentence, empty where it would be the number."""
        if self.kind == "unknown":
            return f"near {species}" if species else ""
        return self._text([title(name) for name in self.minerals])

    def _text(self, names: list[str]) -> str:
        if self.kind == "mixture":
            return f"mixture of {names[0]} and {names[1]}" if names else "mixtures"
        if self.kind == "ambiguous":
            return " or ".join(names) if len(names) == 2 else f"probably {names[0]}" if names else "ambiguous"
        return f"bad analyses: {self.cause}" if self.kind == "bad_analysis" else " and ".join(names)


def _verdicts(judged: Mapping[str, pa.Array]) -> pa.Array:
    """Return the verdicts, ``unknown`` for bad analyses that would be no known mineral if they were good.

    The total of a hydrous mineral is low, and not the fault of the analysis.
    """
    verdict, probability = decode(judged["verdict"]), judged["probability"]
    strange = pc.and_(pc.equal(verdict, "bad_analysis"), pc.less(probability, LEAST_PROBABLE))
    return pc.if_else(pc.fill_null(strange, False), "unknown", verdict)


def title(phase: str, *, capital: bool = False) -> str:
    """Return the name of a class in running text, or as a heading."""
    known = load_minerals().get(phase)
    text = known.title if known else phase
    return text[:1].upper() + text[1:] if capital else text


@dataclass(frozen=True, eq=False)
class Opinions:
    """What the classifier says of each row, as groups; see `phasewise.compositions.output`."""

    phase: Groups
    second: Groups
    verdict: Groups
    reason: Groups

    @classmethod
    def of(cls, judged: Mapping[str, pa.Array], n: int) -> Opinions:
        """Return the opinions in the columns of `phasewise.classify`."""
        phase, second, reason = (
            Groups.of(judged[name], n) for name in ("phase", "second_phase", "reason_code")
        )
        return cls(phase, second, Groups.of(_verdicts(judged), n), reason)

    def kinds(self) -> Groups:
        """Return the phase of accepted rows, and the verdict of all others."""
        names = np.array([name == "accepted" for name in self.verdict.names], dtype=bool)
        accepted = names[self.verdict.code]
        code = np.where(accepted, self.phase.code, len(self.phase.names) + self.verdict.code)
        return Groups((*self.phase.names, *self.verdict.names), code)

    def identity(self, rows: IntArray, phases: Mapping[str, int]) -> Identity:
        """Return what some rows are taken for, of which the kinds have been counted."""
        accepted = [name for name in phases if name not in VERDICTS]
        refused = {name: phases.get(name, 0) for name in VERDICTS[1:]}
        most, whole = phases[accepted[0]] if accepted else 0, sum(phases[name] for name in accepted)
        if 2 * most > len(rows) or whole >= max(refused.values()):
            one = 2 * most > len(rows) or most >= CLEARLY * whole
            return Identity("mineral", (accepted[0],)) if one else Identity("minerals", tuple(accepted[:2]))
        kind = max(refused, key=lambda name: refused[name])
        judged = rows[self.verdict.code[rows] == self.verdict.names.index(kind)]
        if kind == "bad_analysis":
            cause = next(iter(_counts(self.reason.take(judged))), "")
            return Identity(kind, cause=_CAUSES.get(cause, cause))
        if kind == "unknown":
            return Identity(kind)
        return Identity(kind, self._pair(judged) if kind == "mixture" else self._possible(judged))

    def _possible(self, rows: IntArray) -> tuple[str, ...]:
        """Return the two minerals between which ambiguous rows stand, or the one that they may be."""
        reasons = _counts(self.reason.take(rows))
        paired = sum(count for name, count in reasons.items() if name.partition(":")[0] in _PAIRED)
        if 2 * paired > len(rows):
            return self._pair(rows)
        most = [name for name, count in _counts(self.phase.take(rows)).items() if 2 * count > len(rows)]
        return tuple(most)

    def _pair(self, rows: IntArray) -> tuple[str, ...]:
        """Return the pair of phases that most rows have, the more frequent first one first; else nothing."""
        pairs = _counts(self.phase.take(rows).with_(self.second.take(rows)))
        both = Counter[frozenset[str]]()
        for name, count in pairs.items():
            both[frozenset(name.split(" | "))] += count
        for name in pairs:
            first, _, second = name.partition(" | ")
            if second and 2 * both[frozenset((first, second))] > len(rows):
                return first, second
        return ()


def _counts(groups: Groups) -> dict[str, int]:
    """Return how many rows have which text, the most frequent first, equally frequent ones by name."""
    codes, counts = np.unique(groups.code[groups.code >= 0], return_counts=True)
    found = sorted(
        (-count, groups.names[k]) for k, count in zip(codes.tolist(), counts.tolist(), strict=True)
    )
    return {name: -count for count, name in found}


def distinctions(
    names: list[str], numbers: tuple[int, ...], sizes: Sequence[int], spreads: Spreads
) -> list[str]:
    """Return what tells clusters apart that share a name, by oxides: ", richer in CaO"; else empty.

    One that holds most by far of the rows of that name has it to itself.

    Of two, each is richer (else poorer) than the other in the oxide of the largest contrast, see
    `Spreads.contrast`. Of several, each is the richest or poorest in the oxide in which it leads the next one
    by most; one that leads in none gets its mean of the oxide that varies most. Clusters that no oxide tells
    apart get their numbers.
    """
    out = [""] * len(names)
    for name in dict.fromkeys(names):
        same = [k for k, other in enumerate(names) if other == name]
        if len(same) > 1:
            ends = _extremes(same, spreads)
            ends |= _means([k for k in same if k not in ends], same, spreads)
            for k in same:
                if sizes[k] < MAIN * sum(sizes[j] for j in same):
                    out[k] = f", {ends[k]}" if k in ends else f" (C{numbers[k]})"
    return out


def _extremes(same: list[int], spreads: Spreads) -> dict[int, str]:
    """Return "richest in CaO" for each cluster that is so."""
    ends, words = {}, ("richer", "poorer") if len(same) == 2 else ("richest", "poorest")
    for k in same:
        against = np.array([spreads.contrast(k, other) for other in same if other != k])
        for lead, word in ((against.min(axis=0), words[0]), ((-against).min(axis=0), words[1])):
            if k not in ends and lead.max() > 0:
                ends[k] = f"{word} in {spreads.columns[int(lead.argmax())]}"
    return ends


def _means(middle: list[int], same: list[int], spreads: Spreads) -> dict[int, str]:
    """Return "10.2 wt% CaO" for each cluster that no other one shares it with."""
    roots = np.sqrt(np.fmax(spreads.typical[same], 0.0) + 1)
    width = np.where(np.isnan(spreads.typical[same]).any(axis=0), 0.0, np.ptp(roots, axis=0))
    varied = int(width.argmax())
    text = {k: f"{spreads.typical[k, varied]:.1f} wt% {spreads.columns[varied]}" for k in middle}
    shared = Counter(text.values())
    return {k: words for k, words in text.items() if shared[words] == 1 and width[varied] > 0}
