from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from phasewise.compositions.read import open_table, read

HEADER = [
    "CITATION",
    "SAMPLE NAME",
    "MINERAL",
    "SIO2(WT%)",
    "FE2O3T(WT%)",
    "FE2O3(WT%)",
    "FEOT(WT%)",
    "FEO(WT%)",
]
HEADER += [
    "MGO(WT%)",
    "K(WT%)",
    "K2O(WT%)",
    "NI(PPM)",
    "U(PPB)",
    "AR40(AT/G)",
    "D18O(\u2030)",
    "ALBITE(MOL%)",
]
ROWS = [
    [
        "[12] M\u00dcLLER A. (1999)",
        "s1",
        "OLIVINE",
        "40.1",
        "",
        "",
        "9.5",
        "8",
        "49",
        "",
        "",
        "3000",
        "",
        "",
        "",
        "",
    ],
    [
        "[12] M\u00dcLLER A. (1999)[7] DOE J. (2001)",
        "s\\2",
        "OLIVINE",
        "40.2",
        "10",
        "",
        "",
        "9",
        "49",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
    ],
    [
        "[7] DOE J. (2001)",
        "s3, rim",
        "LEUCITE",
        "55",
        "",
        "1",
        "",
        "2",
        "",
        "17.5 \\ 17.3",
        "",
        "",
        "",
        "",
        "",
        "",
    ],
]
REFERENCES = [
    "[7] DOE J.:    LEUCITE    J. PETROL. 1   [2001]  1-2    doi: 10.1/x",
    '[12] M\u00dcLLER A., ROE "B" C.:    OLIVINE, AND MORE    LITHOS 2   [1999]  3-4',
]


def quoted(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


def georoc(references: list[str], between: str = "\n", newline: str = "\n") -> bytes:
    lines = [quoted(row) + "," for row in [HEADER, *ROWS]]
    text = "\n".join(lines) + "\n" + (between + "\n".join(references) + "\n" if references else "")
    return text.replace("\n", newline).encode("cp1252")


QUOTED = [quoted([reference]) for reference in REFERENCES]


@pytest.mark.parametrize(
    "content",
    [
        georoc(QUOTED),
        georoc(QUOTED, between=""),
        georoc(QUOTED, between="\n\nReferences:\n"),
        georoc(REFERENCES),
        georoc(QUOTED, newline="\r\n"),
        georoc(QUOTED).rstrip(),
    ],
)
def test_references_become_a_column(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "2022-09-SGTFTN_OLIVINES.csv"
    path.write_bytes(content)
    table = open_table(path)
    assert table.format == "georoc"
    assert table.columns == (*HEADER, "CITATION_REFERENCE")
    block = next(table.blocks())
    assert len(block) == 3
    first, both, last = block.table["CITATION_REFERENCE"].to_pylist()
    assert first == 'M\u00dcLLER A., ROE "B" C.: OLIVINE, AND MORE LITHOS 2 [1999] 3-4'
    assert last == "DOE J.: LEUCITE J. PETROL. 1 [2001] 1-2 doi: 10.1/x"
    assert both == f"{first} | {last}"
    assert block.table["CITATION"].to_pylist()[0] == "[12] M\u00dcLLER A. (1999)"
    assert block.table["SAMPLE NAME"].to_pylist() == ["s1", "s\\2", "s3, rim"]


def test_values(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(georoc(QUOTED)))
    analyses = read(path)
    np.testing.assert_allclose(analyses["FeOt"], [9.5, 8.9981, 2.89981], rtol=1e-5)
    np.testing.assert_allclose(analyses["NiO"], [0.38178, np.nan, np.nan], rtol=1e-4)
    np.testing.assert_allclose(analyses["K2O"], [np.nan, np.nan, 17.4 * 1.20459], rtol=1e-4)
    assert "UO2" not in analyses.columns


def test_without_references(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(georoc([]))
    table = open_table(path)
    assert table.columns == tuple(HEADER)
    assert len(next(table.blocks())) == 3


def test_a_row_cut_short_is_not_taken_for_a_reference(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(georoc([])[: -len(quoted(ROWS[-1])) // 2])
    assert len(read(path)) == 3


def test_a_native_file(data_dir: Path) -> None:
    path = data_dir / "native" / "georoc_feldspathoids.csv"
    table = open_table(path)
    blocks = list(table.blocks(1000))
    lines = path.read_bytes().split(b"\n")
    rows = sum(line.count(b'","') > 10 for line in lines) - 1
    assert sum(map(len, blocks)) == rows == 4331
    n_found = 0
    for block in blocks:
        cited, resolved = block.table["CITATION"].to_pylist(), block.table["CITATION_REFERENCE"].to_pylist()
        assert all(resolved)
        for short, long in zip(cited, resolved, strict=True):
            surname = re.sub(r"\W", "", short.split("]")[1].split()[0])
            n_found += surname[:3] in re.sub(r"\W", "", long)
    assert n_found > 0.98 * rows
    analyses = next(iter(blocks[0].analyses.values()))
    leucite = [m == "LEUCITE" for m in blocks[0].table["MINERAL"].to_pylist()]
    assert np.nanmedian(analyses["K2O"][leucite]) == pytest.approx(20.5, abs=1.5)
    assert np.nanmedian(analyses["SiO2"][leucite]) == pytest.approx(55, abs=1.5)
