"""Recall and precision with intervals over sources."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from phasewise.core.types import FloatArray

__all__ = ["Tally"]

SAMPLES, SEED = 1000, 20


@dataclass
class Tally:
    """Counts by source: what was injected and found, and what the audit reported and was right with.

    Attributes
    ----------
    counts : dict of str to (6,) float64
        Injected, found, reported, right; and of these how many are named for what they are, restored or not.
    flagged : list of float
        Part of the rows that is flagged, of each thing injected.
    """

    counts: dict[str, FloatArray] = field(default_factory=lambda: defaultdict(lambda: np.zeros(6)))
    flagged: list[float] = field(default_factory=list)

    def add(
        self,
        source: str,
        injected: int = 0,
        found: int = 0,
        reported: int = 0,
        right: int = 0,
        named: int = 0,
        apt: int = 0,
    ) -> None:
        """Count."""
        self.counts[source] += (injected, found, reported, right, named, apt)

    def figures(self) -> dict[str, Any]:
        """Return recall and precision with 95 % intervals by resampling sources."""
        held = np.array(list(self.counts.values())).reshape(-1, 6)
        injected, found, reported, right, named, apt = held.sum(axis=0)
        rng = np.random.default_rng(SEED)
        drawn = held[rng.integers(0, len(held), (SAMPLES, len(held)))].sum(axis=1) if len(held) else held
        return {
            "sources": int((held[:, 0] > 0).sum()),
            "injected": int(injected),
            "found": int(found),
            "reported": int(reported),
            "right": int(right),
            **_share("recall", found, injected, drawn[:, 1], drawn[:, 0]),
            **_share("precision", right, reported, drawn[:, 3], drawn[:, 2]),
            **_share("named", named, injected, drawn[:, 4], drawn[:, 0]),
            **_share("apt", apt, reported, drawn[:, 5], drawn[:, 2]),
            "flagged": round(float(np.mean(self.flagged)), 4) if self.flagged else "",
        }


def _share(name: str, part: float, whole: float, parts: FloatArray, wholes: FloatArray) -> dict[str, Any]:
    if not whole:
        return {name: "", f"{name}_low": "", f"{name}_high": ""}
    able = wholes > 0
    low, high = np.quantile(parts[able] / wholes[able], (0.025, 0.975))
    return {
        name: round(float(part / whole), 4),
        f"{name}_low": round(float(low), 4),
        f"{name}_high": round(float(high), 4),
    }
