"""What labels stand for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from phasewise.compositions.audit.labels import Labels
from phasewise.compositions.row_groups import Groups

PHASES = ("Olivine", "Clinopyroxene", "Orthopyroxene", "Biotite", "Muscovite")


def labels(*names: str | None) -> Labels:
    return Labels(Groups.of(pa.chunked_array([list(names)], pa.string()), len(names)), PHASES)


def test_a_label_of_one_phase_stands_for_it() -> None:
    np.testing.assert_array_equal(labels("Olivine", "BIOTITE", "forsterite").phase, [0, 3, 0])


def test_a_name_of_several_phases_covers_all_and_stands_for_none() -> None:
    found = labels("pyroxene")
    np.testing.assert_array_equal(found.of_rows, [[False, True, True, False, False]])
    np.testing.assert_array_equal(found.phase, [-1])


def test_blank_and_unknown_labels_cover_nothing() -> None:
    found = labels(None, "", "sample 12")
    assert not found.of_rows.any()
    np.testing.assert_array_equal(found.phase, [-1, -1, -1])
    np.testing.assert_array_equal(found.groups.code >= 0, [False, False, True])


def test_labels_are_told_in_words() -> None:
    found = labels("cpx", "Benitoite", "sample 12")
    assert found.nearest_mineral[0] == "clinopyroxene"
    assert found.nearest_mineral[1].casefold() == "benitoite"
    assert found.nearest_mineral[2] == ""
