"""Names of databases and programs."""

from __future__ import annotations

import pytest

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("CLINOPYROXENE", "Clinopyroxene"),
        ("clinopyroxene_0", "Clinopyroxene"),
        ("Cpx", "Clinopyroxene"),
        ("Pigeonite", "Clinopyroxene"),
        ("(AL)KALIFELDSPAR", "KFeldspar"),
        ("K-Feldspar", "KFeldspar"),
        ("Kspar", "KFeldspar"),
        ("Plag", "Plagioclase"),
        ("hornblende_0", "Amphibole"),
        ("Hornblende (sensu lato)", "Amphibole"),
        ("TITANO-MAGNETITE", "Magnetite"),
        ("titanomagnetite", "Magnetite"),
        ("rhm-oxide_0", "Ilmenite"),
        ("Gt", "Garnet"),
        ("Stishovite", "Quartz"),
        ("Liq", "Glass"),
        ("feldspar_0", None),
        ("Oxide", None),
        ("NEPHELINE", "Nepheline"),
        ("", None),
    ],
)
def test_names_of_databases_and_programs(name: str, phase: str | None) -> None:
    assert canonical_phase(name) == phase


def test_class_names_symbols_and_synonyms_lead_home() -> None:
    for mineral in load_minerals().values():
        for name in (mineral.name, mineral.title, mineral.symbol, *mineral.synonyms):
            assert not name or canonical_phase(name.lower()) == mineral.name
