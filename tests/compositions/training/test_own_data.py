from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phasewise.compositions.features import INPUTS
from phasewise.compositions.training.own_data import OwnData, read_own
from phasewise.core.errors import FileFormatError, HeaderError

TABLE = """MINERAL,SIO2(WT%),MGO(WT%),FEOT(WT%),CITATION,remark
OLIVINE,40.8,49.4,9.5,[1],
Cpx,52.1,16.0,5.0,[1],
FELDSPAR,65.0,0.0,0.1,[2],odd
FELDSPAR,65.1,0.0,0.1,[2],odd
ZEOLITE,42.0,0.0,0.1,[2],
,40.8,49.4,9.5,[3],
Olivine, , ,9.4,,
forsterite,41.0,50.0,inf,[3],
 Forsterite ,41.0,50.0,8.2,[3],
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def read(path: Path, label: str | None = "MINERAL", source: str | None = "CITATION") -> OwnData:
    return read_own(path, label, source, alone=False)


def test_labels_and_sources_are_understood(table: Path) -> None:
    own = read(table)
    assert own.table.label.tolist() == ["Olivine", "Clinopyroxene", "Olivine"]
    assert own.table.source.tolist() == ["mine.csv: [1]", "mine.csv: [1]", "mine.csv: [3]"]
    assert own.table.values[:, INPUTS.index("MgO")].tolist() == [49.4, 16.0, 50.0]
    assert np.isnan(own.table.values[:, INPUTS.index("Na2O")]).all()
    assert own.file == "mine.csv"
    assert len(own.sha256) == 64


def test_every_row_that_is_left_out_is_counted_once(table: Path) -> None:
    own = read(table)
    assert own.left_out == {"infinite values": 1, "no label": 1, "label of no class": 3, "no source": 1}
    assert own.unknown_labels == {"FELDSPAR": 2, "ZEOLITE": 1}
    assert len(own.table) + sum(own.left_out.values()) == own.rows == 9
    told = "\n".join(own.told())
    assert "3 of 9 rows" in told
    assert "'FELDSPAR' 2, 'ZEOLITE' 1" in told
    assert "--new-classes NAME makes a class" in told


@pytest.mark.parametrize(
    ("label", "source", "message"),
    [
        (None, "CITATION", r"needs --label-column.*'MINERAL'"),
        ("mineral", "CITATION", r"no column 'mineral'.*'MINERAL'"),
        ("MINERAL", None, "publication, sample or session are never split"),
        ("MINERAL", "DOI", "no column 'DOI'"),
    ],
)
def test_columns_have_to_be_named(table: Path, label: str | None, source: str | None, message: str) -> None:
    with pytest.raises(HeaderError, match=message):
        read(table, label, source)


def test_several_analyses_a_row_have_no_label_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("mineral,ref,SiO2_Cpx,MgO_Cpx,SiO2_Liq,MgO_Liq\nCpx,a,52,16,50,8\n", encoding="utf-8")
    with pytest.raises(HeaderError, match="row of its own"):
        read(path, "mineral", "ref")


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"absent\.csv"):
        read(tmp_path / "absent.csv")
