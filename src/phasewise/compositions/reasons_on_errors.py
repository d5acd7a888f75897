"""What is said where the stated analytical errors decide the label or the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.minerals import load_minerals
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.evidence import Evidence
    from phasewise.core.types import IntArray

__all__ = ["on_errors"]

TOLD = 0.005
"""Probabilities that differ by less, or phases that have less, are not told."""


def on_errors(evidence: Evidence, verdict: IntArray) -> Iterator[tuple[int, str]]:
    """Yield the rows that the stated errors move over a threshold or to another phase, and a sentence on it.

    Parameters
    ----------
    evidence : Evidence
        With and without the stated errors.
    verdict : (n,) int
        Bad analyses are passed over.
    """
    if evidence.among is evidence.among_exact:
        return
    rows = np.arange(len(verdict))
    first, exact = evidence.among.argmax(axis=1), evidence.among_exact.argmax(axis=1)
    p, without = evidence.among[rows, first], evidence.among_exact[rows, exact]
    judged = evidence.usable & (verdict != VERDICTS.index("bad_analysis"))
    crosses = (p < evidence.least_probability) != (without < evidence.least_probability)
    moved = (first != exact) | (crosses & (np.abs(p - without) > TOLD))
    for row in np.flatnonzero(judged & ~evidence.mixed & moved).tolist():
        yield row, _on_phases(evidence, row)
    least, belonging, exactly = evidence.least_belonging, evidence.belonging, evidence.belonging_exact
    crosses = ((belonging < least) != (exactly < least)) & (np.abs(belonging - exactly) > TOLD)
    for row in np.flatnonzero(judged & (evidence.by_difference.phase < 0) & crosses).tolist():
        yield row, _on_belonging(evidence, row)


def _on_phases(evidence: Evidence, row: int) -> str:
    """Return "With the stated errors, clinopyroxene 71 %, amphibole 26 %; without them 93 %."."""
    titles = [load_minerals()[name].title for name in evidence.phases]
    among, exact = evidence.among[row], evidence.among_exact[row]
    first, second = np.argsort(-among, kind="stable")[:2].tolist()
    best = int(exact.argmax())
    parts = [f"{titles[k]} {100 * among[k]:.0f} %" for k in (first, second) if among[k] >= TOLD]
    name = "" if best == first else f"{titles[best]} "
    return f"With the stated errors, {', '.join(parts)}; without them {name}{100 * exact[best]:.0f} %."


def _on_belonging(evidence: Evidence, row: int) -> str:
    return (
        "With the stated errors, the probability of belonging to a phase of the model is "
        f"{evidence.belonging[row]:.2f}, without them {evidence.belonging_exact[row]:.2f}."
    )
