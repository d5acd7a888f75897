"""An oxide that is exactly 0 in all rows of a mineral which usually holds some of it: it was not analysed.

What a mineral usually holds is known from the published analyses behind the model that ships: mean and
standard deviation, taken as those of a lognormal distribution. The rows of one source resemble one another,
so most of the variance of the logarithm is taken to lie between sources. If the chance that all rows of a
source hold less than `DETECTED` wt% is below `CHANCE`, zeros stand for "not analysed". Several minerals
of a source that lack the oxide count together where no row of the source has any, and so do several
sources where no row of the mineral has any in the table. The oxide must also fit into what the total
leaves, and most rows must not be accepted as another mineral: a quartz labelled as feldspar lacks K2O
rightly. Blank cells, and zeros that the source gives as below detection, are never counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from phasewise.compositions.audit.blocks._wording import counted, labels_of, named_rows
from phasewise.compositions.audit.blocks.block import LOW, MEDIUM, Block
from phasewise.compositions.feature_model import FeatureModel
from phasewise.compositions.features import INPUTS
from phasewise.compositions.load import load_model
from phasewise.core.types import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phasewise.compositions.audit.rows import AuditRows
    from phasewise.core.types import BoolArray, FloatArray, IntArray

__all__ = ["find"]

DETECTED = 0.02
"""What an electron microprobe sees of most elements, in wt%."""

LEAST_ROWS = 5
MOST_ROWS = 30
"""Further rows of one source tell hardly more."""

CHANCE = 1e-4
_RARE = math.log(CHANCE)

BETWEEN_SOURCES = 0.7
"""Part of the variance of a logarithm that lies between sources."""

LEAST_HELD = 0.1
"""Oxides of which a mineral usually holds less, in wt%, are not looked at."""

MUCH = 1.0
"""A total that lacks more than this many wt% is visibly too low."""

ROOM, LEAST_PART = 102.0, 0.5
"""Up to this total, in wt%, this part of what a mineral usually holds can be added."""

MANY_SOURCES = 5
"""From so many sources on, if they are most of those that could show it, it is a habit of the table."""

_OXIDES = INPUTS[:-1]
_OF_A_PHASE = [VERDICTS.index(name) for name in ("accepted", "ambiguous")]


class _Held(NamedTuple):
    """What phases usually hold, in wt% (phases, oxides), and how far `DETECTED` lies below, in sd."""

    mean: FloatArray
    z: FloatArray


@dataclass(frozen=True, eq=False)
class _Unit:
    """The rows of one source and mineral, which oxides they lack or hold some of, and how likely that is."""

    source: int
    phase: int
    rows: IntArray
    lacks: BoolArray
    some: BoolArray
    log_chance: FloatArray


def find(rows: AuditRows) -> list[Block]:
    """Return a block for each source and oxide, or one for the table where most of its sources lack it."""
    held = _usually_held(rows.judged.phases)
    units = list(_units(rows, held))
    found = []
    by_source: dict[int, list[_Unit]] = {}
    for unit in units:
        by_source.setdefault(unit.source, []).append(unit)
    for j in range(len(_OXIDES)):
        able = sum(any(unit.log_chance[j] < _RARE for unit in of_it) for of_it in by_source.values())
        parts = [part for of_it in by_source.values() if (part := _lacking(of_it, j))]
        habit = _everywhere(units, j)
        if len(parts) >= MANY_SOURCES and 2 * len(parts) > able:
            habit += [unit for part in parts for unit in part if unit not in habit]
        parts = [rest for part in parts if (rest := [unit for unit in part if unit not in habit])]
        found += [_block(rows, held, habit, j, whole_table=True)] if habit else []
        found += [_block(rows, held, part, j, whole_table=False) for part in parts]
    return found


@cache
def _usually_held(phases: tuple[str, ...]) -> _Held:
    """Return what the shipped model knows of phases; NaN of those that it does not know."""
    model = load_model("default")
    mean, z = np.full((2, len(phases), len(_OXIDES)), np.nan)
    if not isinstance(model, FeatureModel) or model.typical is None:
        return _Held(mean, z)
    known = [(k, model.phases.index(name)) for k, name in enumerate(phases) if name in model.phases]
    to, of = np.array(known, dtype=int).reshape(-1, 2).T
    scale = model.typical.total[of, None] / 100
    mean[to] = model.typical.mean[of, : len(_OXIDES)] * scale
    sd = np.sqrt(np.diagonal(model.typical.covariance, axis1=1, axis2=2))[of, : len(_OXIDES)] * scale
    enough = mean >= LEAST_HELD
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.log1p((sd / mean[to]) ** 2)
        z[to] = (math.log(DETECTED) - np.log(mean[to]) + variance / 2) / np.sqrt(variance)
    return _Held(np.where(enough, mean, np.nan), np.where(enough, z, np.nan))


def _units(rows: AuditRows, held: _Held) -> Iterator[_Unit]:
    """Yield the rows of each source and mineral; those without a source are taken as of one.

    A label that names no mineral the model knows hides one of which nothing is known.
    """
    told = np.where(np.isin(rows.judged.verdict, _OF_A_PHASE), rows.judged.phase, -1)
    phase = np.where(rows.label.code >= 0, rows.published, told)
    chosen = np.flatnonzero((phase >= 0) & (rows.judged.total > 0))
    place = rows.source.code[chosen].astype(np.int64) * (len(held.mean) + 1) + phase[chosen]
    order = np.argsort(place, kind="stable")
    below = _below_detection(rows)
    for part in np.split(order, np.flatnonzero(np.diff(place[order])) + 1):
        if len(part) >= LEAST_ROWS:
            members = chosen[part]
            yield _unit(rows, held, members, int(phase[members[0]]), below[members])


def _unit(rows: AuditRows, held: _Held, members: IntArray, k: int, below: BoolArray) -> _Unit:
    values = rows.values[members][:, : len(_OXIDES)]
    zero = (values == 0) & ~below
    some = ((values != 0) & ~np.isnan(values) | below).any(axis=0)
    fits = LEAST_PART * held.mean[k] <= ROOM - np.median(rows.judged.total[members])
    alike = rows.judged.phase[members] == k
    another = ~alike & (rows.judged.verdict[members] == _OF_A_PHASE[0])
    can = fits & np.where(held.mean[k] > MUCH, another.mean() < 0.5, alike.mean() > 0.5)
    log_chance = np.where(can, _log_chance(held.z[k], len(members)), 0.0)
    lacks = ~some & (zero.sum(axis=0) >= LEAST_ROWS) & can
    return _Unit(int(rows.source.code[members[0]]), k, members, lacks, some, log_chance)


def _below_detection(rows: AuditRows) -> BoolArray:
    out = np.zeros((len(rows), len(_OXIDES)), dtype=bool)
    for j, oxide in enumerate(_OXIDES):
        if oxide in rows.analyses.columns:
            out[:, j] = rows.analyses.below_detection[:, rows.analyses.columns.index(oxide)]
    return out


_U = np.linspace(-8.0, 8.0, 161)
_WEIGHT = np.exp(-(_U**2) / 2) / np.exp(-(_U**2) / 2).sum()
_X = np.linspace(-37.0, 8.0, 4501)
_CDF = np.array([math.erfc(-x / math.sqrt(2)) / 2 for x in _X])


def _log_chance(z: FloatArray, n: int) -> FloatArray:
    """Return the log of the chance that n values of one source all lie z standard deviations from the mean.

    0 where z is NaN.
    """
    within = (z[:, None] - math.sqrt(BETWEEN_SOURCES) * _U) / math.sqrt(1 - BETWEEN_SOURCES)
    one = np.interp(within, _X, _CDF)
    every = (one ** min(n, MOST_ROWS) * _WEIGHT).sum(axis=1)
    return np.asarray(np.nan_to_num(np.log(np.maximum(every, np.finfo(float).tiny)), nan=0.0))


def _lacking(units: list[_Unit], j: int) -> list[_Unit]:
    """Return the minerals of one source that lack an oxide beyond chance, alone or together."""
    lack = [unit for unit in units if unit.lacks[j]]
    alone = [unit for unit in lack if unit.log_chance[j] < _RARE]
    never = not any(unit.some[j] for unit in units)
    together = sum(unit.log_chance[j] for unit in lack) < _RARE
    telling = [unit for unit in lack if unit.log_chance[j] < 0]
    return telling if never and together else alone


def _everywhere(units: list[_Unit], j: int) -> list[_Unit]:
    """Return the minerals that lack an oxide in every source, where chance does not explain it."""
    of_phase: dict[int, list[_Unit]] = {}
    for unit in units:
        of_phase.setdefault(unit.phase, []).append(unit)
    return [
        unit
        for same in of_phase.values()
        if not any(unit.some[j] for unit in same) and sum(unit.lacks[j] for unit in same) > 1
        if sum(unit.log_chance[j] for unit in same if unit.lacks[j]) < _RARE
        for unit in same
        if unit.lacks[j]
    ]


def _block(rows: AuditRows, held: _Held, units: list[_Unit], j: int, *, whole_table: bool) -> Block:
    oxide = _OXIDES[j]
    chosen = np.sort(np.concatenate([unit.rows for unit in units]))
    chosen = chosen[rows.values[chosen, j] == 0]
    sources = np.unique([unit.source for unit in units])
    phases = sorted({unit.phase for unit in units}, key=lambda k: -held.mean[k, j])
    usual = labels_of(f"{rows.judged.phases[k]} {held.mean[k, j]:.2g}" for k in phases)
    among = f" of {len(sources)} sources" if whole_table else ""
    evidence = (
        f"{oxide} is exactly 0 in all {counted(len(chosen), 'row')}{among} of minerals that usually hold "
        f"some (wt%: {usual}): {named_rows(chosen)}."
    )
    much = bool(max(held.mean[k, j] for k in phases) > MUCH)
    where = "" if whole_table else rows.source.name(int(chosen[0]))
    of = len(rows) if whole_table else int((rows.source.code == sources[0]).sum())
    remedy = f"Leave {oxide} blank where it was not analysed; 0 says that there is none."
    return Block("zeros for not analysed", chosen, of, where, evidence, remedy, MEDIUM if much else LOW, much)
