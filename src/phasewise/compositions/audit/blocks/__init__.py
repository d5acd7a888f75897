"""What is wrong with blocks of rows: one detector a file, found by walking this folder.

To add a detector, add a module with a function ``find(rows: AuditRows) -> list[Block]``. It gives nothing
for tables that lack what it looks at, changes no row, and says in `Block.evidence` what it rests on.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from phasewise.compositions.audit.blocks.block import Block

if TYPE_CHECKING:
    from collections.abc import Callable

    from phasewise.compositions.audit.rows import AuditRows

__all__ = ["Block", "detectors", "find_blocks"]

_NO_DETECTOR = "block"


@cache
def detectors() -> dict[str, Callable[[AuditRows], list[Block]]]:
    """Return the function of each detector by the name of its module.

    Examples
    --------
    >>> "repeats" in detectors()
    True
    """
    names = [info.name for info in pkgutil.iter_modules(__path__)]
    return {
        name: importlib.import_module(f"{__name__}.{name}").find
        for name in sorted(names)
        if not name.startswith("_") and name != _NO_DETECTOR
    }


def find_blocks(rows: AuditRows) -> list[Block]:
    """Return what all detectors find, the highest priority first, and of one priority the most rows first.

    Parameters
    ----------
    rows : AuditRows
        In the order of the table: repeats, drift and steps depend on it.
    """
    found = [block for find in detectors().values() for block in find(rows)]
    return sorted(found, key=lambda block: (-block.priority, -len(block.rows), block.where, block.kind))
