"""Errors of a table on reference materials are undone exactly, and clean rows are left alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from phasewise.chem.elements import ATOMIC_WEIGHTS
from phasewise.chem.oxides import OXIDES
from phasewise.compositions.audit.blocks import restored
from phasewise.compositions.audit.blocks.block import Block
from phasewise.compositions.features import INPUTS
from phasewise.core.types import FloatArray

from ..measured import AUGITE, LABRADORITE, MICROCLINE, OLIVINE, PYROPE, oxide, spots, stacked
from ..tables import of_values

MATERIALS = {
    "Olivine": OLIVINE,
    "Clinopyroxene": AUGITE,
    "Garnet": PYROPE,
    "Plagioclase": LABRADORITE,
    "KFeldspar": MICROCLINE,
}
N = 12
MOVED = 13


def found(values: dict[str, FloatArray]) -> list[Block]:
    """Return the blocks of tables of several minerals, a source each."""
    labels = [name for name, rows in values.items() for _ in rows]
    sources = [f"on {name}" for name in labels]
    order = tuple(INPUTS[:MOVED])
    rows = of_values(stacked(*values.values()), labels, sources)
    return restored.find(type(rows)(**{**vars(rows), "order": order}))


def exchanged(a: str, b: str) -> Callable[[FloatArray], FloatArray]:
    def change(values: FloatArray) -> FloatArray:
        out = values.copy()
        out[:, [oxide(a), oxide(b)]] = values[:, [oxide(b), oxide(a)]]
        return out

    return change


def shifted(step: int) -> Callable[[FloatArray], FloatArray]:
    def change(values: FloatArray) -> FloatArray:
        out = values.copy()
        out[:, :MOVED] = np.roll(values[:, :MOVED], step, axis=1)
        return out

    return change


def total_first(values: FloatArray) -> FloatArray:
    out = values.copy()
    out[:, 1:MOVED] = values[:, : MOVED - 1]
    out[:, 0] = np.nansum(values, axis=1)
    return out


def total_under_nickel(values: FloatArray) -> FloatArray:
    out = values.copy()
    out[:, oxide("NiO")] = np.nansum(values, axis=1)
    return out


def times(factor: float, name: str | None = None) -> Callable[[FloatArray], FloatArray]:
    def change(values: FloatArray) -> FloatArray:
        out = values.copy()
        out[:, slice(None) if name is None else oxide(name)] *= factor
        return out

    return change


def as_elements(values: FloatArray) -> FloatArray:
    out = values.copy()
    for k, name in enumerate(INPUTS):
        if name in OXIDES:
            out[:, k] *= OXIDES[name].cations_per_gram * ATOMIC_WEIGHTS[OXIDES[name].element]
    return out


ERRORS = {
    "SiO2 and Al2O3": ("Clinopyroxene", exchanged("SiO2", "Al2O3"), "columns exchanged"),
    "MgO and MnO": ("Olivine", exchanged("MgO", "MnO"), "columns exchanged"),
    "SiO2 and K2O": ("KFeldspar", exchanged("SiO2", "K2O"), "columns exchanged"),
    "Na2O and K2O": ("KFeldspar", exchanged("Na2O", "K2O"), "columns exchanged"),
    "CaO and K2O": ("Plagioclase", exchanged("CaO", "K2O"), "columns exchanged"),
    "to the right": ("Garnet", shifted(1), "columns shifted"),
    "to the left": ("Clinopyroxene", shifted(-1), "columns shifted"),
    "total first": ("Garnet", total_first, "total under an oxide"),
    "total under NiO": ("Plagioclase", total_under_nickel, "total under an oxide"),
    "doubled": ("Olivine", times(2.0), "totals scaled"),
    "fractions": ("Clinopyroxene", times(0.01), "totals scaled"),
    "elements": ("Garnet", as_elements, "elements for oxides"),
    "MgO in ppm": ("Clinopyroxene", times(1e4, "MgO"), "unit of one oxide"),
    "CaO too low": ("Clinopyroxene", times(0.1, "CaO"), "unit of one oxide"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_found_and_undone(name: str) -> None:
    mineral, change, kind = ERRORS[name]
    clean = {label: spots(material, N) for label, material in MATERIALS.items()}
    wrong = clean | {mineral: change(clean[mineral])}
    (block,) = found(wrong)
    start = N * list(MATERIALS).index(mineral)
    assert block.kind == kind
    np.testing.assert_array_equal(block.rows, start + np.arange(N))
    assert block.where.startswith(f"on {mineral} | ")
    before = np.nan_to_num(clean[mineral])
    overwritten = (oxide("NiO"), oxide("ZrO2"))
    kept = [k for k in range(MOVED) if k not in overwritten]
    assert block.restored is not None
    np.testing.assert_allclose(np.nan_to_num(block.restored)[:, kept], before[:, kept], atol=0.3)
    big = before[:, kept].mean(axis=0) > 1.0
    now = np.nan_to_num(block.restored)[:, kept]
    np.testing.assert_allclose(now[:, big], before[:, kept][:, big], rtol=1e-9)


def test_clean_rows_are_left_alone() -> None:
    assert found({label: spots(material, N) for label, material in MATERIALS.items()}) == []


def test_a_wrong_label_is_no_error_of_columns() -> None:
    assert found({"Olivine": spots(AUGITE, N), "Clinopyroxene": spots(OLIVINE, N)}) == []


def test_a_single_row_is_restored_by_itself() -> None:
    clean = spots(AUGITE, N)
    wrong = clean.copy()
    wrong[3] = exchanged("SiO2", "CaO")(clean[[3]])[0]
    (block,) = found({"Clinopyroxene": wrong})
    np.testing.assert_array_equal(block.rows, [3])
    assert block.restored is not None
    np.testing.assert_array_equal(block.restored[0, : oxide("P2O5")], clean[3, : oxide("P2O5")])


def test_a_table_without_labels_has_no_blocks() -> None:
    assert restored.find(of_values(spots(OLIVINE, N))) == []
