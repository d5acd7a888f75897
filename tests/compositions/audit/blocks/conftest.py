"""What the detectors find in published tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from phasewise.compositions.audit.blocks import find_blocks
from phasewise.core.types import COLUMNS

from ..tables import audited


@pytest.fixture(scope="session")
def published(dataset: Callable[[str], Path]) -> list[tuple[str, str, int]]:
    """Return kind, place and number of rows of each block in the table that the models learn from."""
    frame = pd.read_parquet(dataset("training_17_minerals"))
    oxides = frame[[name for name in COLUMNS if name in frame.columns]]
    texts = [
        frame[name].astype(object).where(frame[name].notna(), None)
        for name in ("mineral", "pub_group", "sample")
    ]
    found = find_blocks(audited(oxides, *(column.tolist() for column in texts)))
    return [(block.kind, block.where, len(block.rows)) for block in found]
