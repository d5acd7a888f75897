from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phasewise.compositions.explore.cluster import Cluster, Spread
from phasewise.compositions.explore.novelty import novelty_of, rank_novel, say_novel


def cluster(number: int = 1, rows: int = 230, unknown: int = 212, species: str = "britholite") -> Cluster:
    return Cluster(
        number=number,
        name=f"near {species}" if species else f"C{number}",
        rows=rows,
        sources=3,
        composition={},
        total=Spread(98.0, 1.0, rows),
        formula="Ca3.84Ce5.76Si5.76O24",
        phases={name: n for name, n in (("unknown", unknown), ("mixture", rows - unknown)) if n},
        labels={},
        purity=float("nan"),
        place=(0.0, 0.0),
        neighbour=0,
        description="",
        novelty=novelty_of(unknown, rows),
        nearest_species=species,
    )


# Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
@pytest.mark.parametrize(
    ("found", "rows", "bound"), [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061)]
)
def test_published_bounds(found: int, rows: int, bound: float) -> None:
    assert novelty_of(found, rows) == pytest.approx(bound, abs=5e-5)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_bound_lies_below_the_share_and_grows_with_it(rows: int, share: float) -> None:
    unknown = round(share * rows)
    bound = novelty_of(unknown, rows)
    assert 0 <= bound <= unknown / rows
    assert novelty_of(min(unknown + 1, rows), rows) >= bound
    assert novelty_of(10 * unknown, 10 * rows) >= bound


def test_no_rows_are_not_novel() -> None:
    assert novelty_of(0, 0) == 0


def test_ranking() -> None:
    sure, smaller, half = cluster(1, 230, 230), cluster(2, 20, 20), cluster(3, 100, 50)
    noise = replace(cluster(0, 500, 500), name="Noise")
    assert [c.number for c in rank_novel([half, noise, smaller, sure])] == [1, 2]


def test_a_sentence() -> None:
    assert say_novel(cluster()) == (
        "212 of 230 rows are no mineral that phasewise covers, at least 87 % with 95 % confidence. The mean "
        "composition, Ca3.84Ce5.76Si5.76O24, is nearest to britholite (catalogue). The rows come from 3 "
        "publications."
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"labels": {"BRITHOLITE": 200, "APATITE": 30}}, "Published as BRITHOLITE in 87 % of rows."),
        (
            {"nearest_species": ""},
            "No species of the catalogue is near the mean composition, Ca3.84Ce5.76Si5.76O24.",
        ),
        (
            {"nearest_species": "olivine"},
            "is nearest to olivine, but unlike the analyses of it that are known.",
        ),
        ({"sources": 1}, "The rows come from one publication."),
        (
            {"total": Spread(71.34, 1.0, 9)},
            "The mean total of 71.3 wt% says that something was not measured.",
        ),
        ({"phases": {"unknown": 230}}, "All 230 rows are no mineral"),
        ({"rows": 1, "phases": {"unknown": 1}}, "Its only row is no mineral"),
    ],
)
def test_what_else_a_sentence_says(changed: dict[str, object], words: str) -> None:
    assert words in say_novel(replace(cluster(), **changed))  # type: ignore[arg-type]
