"""What the labels of a table stand for: the phases of the model, other minerals, or nothing that is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.catalogue import load_catalogue
from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import minerals_of_name, name_key

if TYPE_CHECKING:
    from phasewise.compositions.row_groups import Groups
    from phasewise.core.types import BoolArray, IntArray

__all__ = ["Labels"]


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels, and the phases that each of them covers.

    Attributes
    ----------
    groups : Groups
        The labels as they stand in the table, and which row has which.
    phases : tuple of str
        Class names of the model.
    """

    groups: Groups
    phases: tuple[str, ...]

    @cached_property
    def minerals(self) -> tuple[tuple[str, ...], ...]:
        """The mineral files that each label covers."""
        return tuple(minerals_of_name(name) for name in self.groups.names)

    @cached_property
    def covered(self) -> BoolArray:
        """Which phases each label covers (labels + 1, phases); none in the last row, for rows without one."""
        names = [*self.minerals, ()]
        return np.array([[phase in found for phase in self.phases] for found in names]).reshape(
            len(names), -1
        )

    @property
    def of_rows(self) -> BoolArray:
        """Which phases the label of each row covers (n, phases)."""
        return np.asarray(self.covered[self.groups.code])

    @cached_property
    def phase(self) -> IntArray:
        """The phase that the label of each row stands for (n,); -1 where it stands for none, or several."""
        one = np.where(self.covered.sum(axis=1) == 1, self.covered.argmax(axis=1), -1)
        return np.asarray(one[self.groups.code])

    @cached_property
    def nearest_mineral(self) -> tuple[str, ...]:
        """What each label stands for in words: minerals, a species that the model does not know, or empty."""
        known, species = load_minerals(), {name_key(one.name): one.name for one in load_catalogue()}
        return tuple(
            " or ".join(known[mineral].title for mineral in found) or species.get(name_key(name), "")
            for name, found in zip(self.groups.names, self.minerals, strict=True)
        )
