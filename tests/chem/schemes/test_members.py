"""Published procedures return what the mineral files name, in the same order."""

import pytest

from phasewise.chem.minerals import load_minerals
from phasewise.chem.schemes.fe_ti_oxides import SPINEL_MEMBERS
from phasewise.chem.schemes.garnet import GARNET_MEMBERS


@pytest.mark.parametrize(
    ("mineral", "members", "rest"),
    [("Garnet", GARNET_MEMBERS, ["garnet unassigned"]), ("Spinel", SPINEL_MEMBERS[:-1], ["other spinels"])],
)
def test_files_name_the_members_of_their_procedure(
    mineral: str, members: tuple[str, ...], rest: list[str]
) -> None:
    (scheme, *_) = load_minerals()[mineral].schemes
    symbols = {m.name: m.symbol for m in load_minerals()[mineral].end_members}
    named = [symbols.get(name) or name for name in members]
    assert [name for name, _ in scheme.members] == [*named, *rest]
