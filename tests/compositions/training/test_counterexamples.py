from __future__ import annotations

import numpy as np
import pytest

from phasewise.chem.catalogue import Species, load_catalogue
from phasewise.chem.minerals import load_minerals
from phasewise.compositions.features import INPUTS
from phasewise.compositions.training import counterexamples
from phasewise.compositions.training.assemble import stoichiometric_tests
from phasewise.compositions.training.counterexamples import (
    JOINED,
    Rows,
    disturbed,
    mixtures,
    other_species,
    scrambled,
)
from phasewise.compositions.training.recipe import read_recipe
from phasewise.compositions.training.simulate import simulate

PHASES = tuple(p for p in read_recipe("default").phases if load_minerals()[p].end_members)
TESTS = stoichiometric_tests(PHASES)
RNG = np.random.default_rng(4)
VALUES = np.concatenate([simulate(load_minerals()[p], TESTS, 60, RNG) for p in PHASES])
INDEX = np.repeat(np.arange(len(PHASES)), 60)


def check(rows: Rows) -> None:
    assert rows.values.shape[1] == len(INPUTS)
    assert rows.targets.shape == (len(rows.values), len(PHASES) + 1)
    assert np.allclose(rows.targets.sum(axis=1), 1)
    assert (rows.values >= 0).all()


def test_mixtures_are_of_two_minerals_that_make_no_solid_solution() -> None:
    rows = mixtures(VALUES, INDEX, PHASES, 500, RNG)
    check(rows)
    for target in rows.targets:
        pair = {PHASES[k] for k in np.flatnonzero(target[:-1])}
        assert len(pair) == 2
        assert pair not in JOINED
    assert (rows.targets[:, -1] > 0.9).all()


def test_the_target_of_a_mixture_holds_its_proportion() -> None:
    rows = mixtures(VALUES, INDEX, PHASES, 300, RNG, between=(0.25, 0.25))
    parts = np.sort(rows.targets[:, :-1], axis=1)[:, -2:]
    assert np.allclose(parts[:, 0] / parts.sum(axis=1), 0.25)


def test_scrambled_rows_and_other_species_fit_no_mineral() -> None:
    for rows in (
        scrambled(VALUES, len(PHASES), TESTS, 400, RNG),
        other_species(PHASES, TESTS, 5, RNG),
    ):
        check(rows)
        assert not TESTS.fits(rows.values[:, :-1]).any()
        assert (rows.targets[:, -1] == 1).all()


def test_other_species_are_neither_phases_nor_like_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Species] = []

    def note(species: Species, n: int, rng: np.random.Generator) -> np.ndarray:
        made.append(species)
        return np.zeros((n, len(INPUTS)))

    monkeypatch.setattr(counterexamples, "_of_species", note)
    other_species((*PHASES, "Melilite", "Epidote"), TESTS, 1, RNG)
    names = {species.name for species in made}
    assert {"sapphirine", "wairakite", "aenigmatite", "kaolinite"} <= names
    assert (
        not {"olivine", "melilite", "gehlenite", "epidote", "piemontite", "bustamite", "ringwoodite"} & names
    )
    assert not {"staurolite", "nepheline", "pyrite"} & names


def test_minerals_with_files_are_simulated_within_their_limits() -> None:
    (nepheline,) = (species for species in load_catalogue() if species.mineral == "Nepheline")
    limits = stoichiometric_tests(("Nepheline",))
    rows = counterexamples._of_species(nepheline, 200, RNG)
    assert len(rows) == 200
    assert limits.fits(rows[:, :-1]).all()


def test_minerals_that_the_inputs_cannot_judge_are_blended() -> None:
    (xenotime,) = (species for species in load_catalogue() if species.mineral == "Xenotime")
    rows = counterexamples._of_species(xenotime, 50, RNG)
    assert len(rows) == 50
    assert (rows[:, INPUTS.index("rare")] > 30).all()


def test_disturbed_rows_break_the_limits_of_their_mineral() -> None:
    rows = disturbed(VALUES, INDEX, len(PHASES), TESTS, 400, RNG)
    check(rows)
    own = rows.targets[:, :-1].argmax(axis=1)
    assert not TESTS.passes(rows.values[:, :-1], own).any()
