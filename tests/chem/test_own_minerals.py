from __future__ import annotations

import pytest

from phasewise.chem.minerals import load_minerals
from phasewise.chem.names import canonical_phase
from phasewise.chem.own_minerals import MOST_CHARACTERS, add_own_minerals, class_name
from phasewise.core.errors import ModelError

pytestmark = pytest.mark.usefixtures("no_own_minerals")

BENITOITE = """
name = "Benitoite"
title = "benitoite"
symbol = ""
group = "cyclosilicate"
formula = "BaTiSi3O9"
synonyms = ["BNT"]
key_oxides = ["SiO2", "BaO", "TiO2"]
[basis]
oxygens = 9
iron = "not divided"
[limits]
Si = [2.9, 3.1]
[total]
expected = [98, 101]
"""


def test_an_added_mineral_is_known_by_all_its_names() -> None:
    assert canonical_phase("benitoite") is None
    add_own_minerals({"Benitoite": BENITOITE}, "here")
    assert load_minerals()["Benitoite"].group == "cyclosilicate"
    assert list(load_minerals()) == sorted(load_minerals())
    assert canonical_phase("BENITOITE_0") == canonical_phase("bnt") == "Benitoite"


def test_the_same_definition_may_come_twice_but_no_other() -> None:
    add_own_minerals({"Benitoite": BENITOITE}, "here")
    add_own_minerals({"Benitoite": BENITOITE + "# a remark\n"}, "there")
    with pytest.raises(
        ModelError, match=r"'Benitoite' is an own mineral of this session.*sessions of their own"
    ):
        add_own_minerals({"Benitoite": BENITOITE.replace("3.1", "3.2")}, "there")
    assert load_minerals()["Benitoite"].limits[0].range == (2.9, 3.1)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Benitoite", "name = ", "'here: Benitoite' is not valid TOML"),
        ("Benitoite", 'name = "Benitoite"', "'title' is missing"),
        ("Benitoite", BENITOITE + "[odd]\n", "unknown keys"),
        ("Benitoite", BENITOITE + "#" * MOST_CHARACTERS, "at most 50,000"),
        ("Benitoite", "a = " + "[" * 20_000, "nested too deeply|not valid TOML"),
        ("Joaquinite", BENITOITE, "describes 'Benitoite'"),
        ("Benitoite", BENITOITE.replace("[limits]\nSi = [2.9, 3.1]\n", ""), "no limits"),
        ("Benitoite", BENITOITE.replace("BNT", "FORSTERITE"), "'FORSTERITE', which stands for Olivine"),
        ("Olivine", BENITOITE.replace("Benitoite", "Olivine"), "a mineral of phasewise already"),
        ("Blue stone", BENITOITE.replace("Benitoite", "Blue stone"), "cannot be the name of a class"),
        ("Benitoite", 3, "not texts"),
    ],
)
def test_what_cannot_be_added_is_told_and_leaves_nothing_behind(
    name: str, text: object, message: str
) -> None:
    before = list(load_minerals())
    with pytest.raises(ModelError, match=message):
        add_own_minerals({name: text}, "here")
    assert list(load_minerals()) == before


def test_two_new_minerals_cannot_share_a_name() -> None:
    other = BENITOITE.replace("Benitoite", "Bazirite").replace('"benitoite"', '"bazirite"')
    with pytest.raises(ModelError, match="'BNT', which stands for Benitoite"):
        add_own_minerals({"Benitoite": BENITOITE, "Bazirite": other}, "here")


@pytest.mark.parametrize("name", ["", "B", "Blue stone", "Bénitoite", "1st", "../x", "B" * 41])
def test_odd_names_are_no_classes(name: str) -> None:
    with pytest.raises(ModelError, match="cannot be the name of a class"):
        class_name(name)
