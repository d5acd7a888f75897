"""What the detectors find in the compilation that the models learn from, all of which was looked up there."""

from __future__ import annotations

from collections import Counter

Found = list[tuple[str, str, int]]


def test_a_compilation_that_holds_copied_rows(published: Found) -> None:
    copies = {place: n for kind, place, n in published if kind == "copied rows"}
    source = "Deeringetal2010+2011 | "
    assert {name: copies[source + name] for name in ("Magnetite", "Amphibole", "Ilmenite", "Biotite")} == {
        "Magnetite": 144,
        "Amphibole": 125,
        "Ilmenite": 88,
        "Biotite": 16,
    }


def test_rows_without_numbers_and_spots_on_epoxy(published: Found) -> None:
    assert ("nothing measured", "Usuietal2006 | Garnet", 14) in published
    assert ("total near zero", "Routetal2021 | KFeldspar", 4) in published


def test_few_blocks_are_found_in_a_compilation_that_is_mostly_sound(published: Found) -> None:
    kinds = Counter(kind for kind, _, _ in published)
    assert kinds["constant oxide"] == kinds["mixtures"] == kinds["zeros for not analysed"] == 0
    assert kinds["label conflict"] == 1
    assert kinds["total drifts"] + kinds["totals step"] <= 8
