from __future__ import annotations

import pytest

from phasewise.compositions.explore.words import Difference, refer


@pytest.mark.parametrize(
    ("here", "there", "side", "text"),
    [
        (33.1, 0.2, "richer in", "CaO (33.1 against 0.2 wt%)"),
        (0.2, 33.1, "poorer in", "CaO (0.2 against 33.1 wt%)"),
        (49.0, 47.0, "a little richer in", "CaO (49.0 against 47.0 wt%)"),
        (-0.04, 5.0, "poorer in", "CaO (0.0 against 5.0 wt%)"),
    ],
)
def test_differences_in_words(here: float, there: float, side: str, text: str) -> None:
    found = Difference("CaO", here, there)
    assert (found.side, str(found)) == (side, text)
    assert found.reversed().reversed() == found


def test_clusters_without_a_name_are_called_by_number() -> None:
    assert refer(3, "") == "cluster 3"
    assert refer(3, "olivine") == "cluster 3 (olivine)"
