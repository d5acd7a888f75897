"""What is found of a block of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["HIGH", "LOW", "MEDIUM", "PRIORITIES", "Block"]

PRIORITIES = ("none", "low", "medium", "high")
LOW, MEDIUM, HIGH = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one source, sample or label that share an error.

    Attributes
    ----------
    kind : str
        What is wrong, in a few words that can be counted: ``columns exchanged``.
    rows : (m,) int
        Positions of the rows that have it, rising.
    of : int
        How many rows were looked at together.
    where : str
        Publication, sample or label that they share; empty for the whole table.
    evidence : str
        A sentence with the numbers that it rests on.
    remedy : str
        What a curator can do about it, as a sentence.
    priority : int
        Index in `PRIORITIES`.
    spoils : bool
        Whether the numbers of its rows cannot be used as they stand.
    suggested : int
        Index of the phase that all its rows are instead of their label; -1 for none.
    of_row : str
        What it means for each of its rows, as a sentence; `evidence` where it is empty.
    restored : (m, len(INPUTS)) float64 or None
        The same rows in wt% with the error undone, where that is possible.
    """

    kind: str
    rows: IntArray
    of: int
    where: str
    evidence: str
    remedy: str
    priority: int
    spoils: bool = False
    suggested: int = -1
    of_row: str = ""
    restored: FloatArray | None = None
