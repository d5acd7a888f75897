"""Errors that whole blocks of rows share; each kind is found by one module of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phasewise.compositions.audit.blocks import mislabelled, restored

if TYPE_CHECKING:
    from phasewise.compositions.audit.blocks.block import Block
    from phasewise.compositions.audit.rows import AuditRows


def find_blocks(rows: AuditRows) -> list[Block]:
    """Return all blocks."""
    return [*restored.find(rows), *mislabelled.find(rows)]
