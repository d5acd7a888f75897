"""Mineral files: TOML to `Mineral`, checked as it is read."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection
from typing import Any

from phasewise.chem.expressions import Terms
from phasewise.chem.formula import check_neutral
from phasewise.chem.ions import IONS, IONS_OF_ELEMENT
from phasewise.chem.mineral import (
    IRON_SCHEMES,
    Basis,
    EndMember,
    EndMemberScheme,
    Expectation,
    Indistinct,
    Limit,
    Mineral,
    Pair,
    Reference,
    Site,
    Source,
    Total,
)
from phasewise.chem.oxides import CATIONS, OXIDES
from phasewise.chem.schemes import METHODS
from phasewise.chem.toml_table import TomlTable
from phasewise.core.errors import ModelError
from phasewise.core.types import COLUMNS

__all__ = ["read_mineral"]

_IONS = frozenset({*IONS, *IONS_OF_ELEMENT, "sum"})
_FORMULA_METHODS = ("sequence", "least squares")
_MOST_EVIDENCE = 2.0


def read_mineral(text: str, file: str) -> Mineral:
    """Return the mineral that the text of one TOML file describes.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Its name, for messages.

    Returns
    -------
    Mineral

    Raises
    ------
    ModelError
        If a key is unknown, missing or of the wrong type, or a formula or an expression is wrong.
    """
    try:
        table = TomlTable(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"mineral file {file!r} is not valid TOML: {error}") from error
    sites = tuple(_site(site) for site in table.tables("sites"))
    known = _IONS | {
        f"{site.name}.{ion}" for site in sites for ion in (*site.ions, *IONS_OF_ELEMENT, "sum", "vacancy")
    }
    head = {key: table.take(key, str) for key in ("name", "title", "symbol", "group", "formula")}
    mineral = Mineral(
        **head,
        synonyms=table.names("synonyms"),
        key_oxides=table.names("key_oxides", OXIDES, []),
        basis=_basis(table.inner("basis")),
        sites=sites,
        schemes=tuple(_scheme(scheme, known) for scheme in table.tables("end_member_schemes")),
        indices=_indices(table.inner("indices"), known),
        stoichiometry=_stoichiometry(table.inner("stoichiometry"), known),
        limits=_limits(table),
        total=_total(table.inner("total")),
        pairs=tuple(_pair(pair) for pair in table.tables("pairs")),
        indistinct=tuple(_indistinct(region) for region in table.tables("indistinct")),
        end_members=tuple(_end_member(member, head["group"]) for member in table.tables("end_members")),
        references=tuple(_reference(reference) for reference in table.tables("references")),
        sources=tuple(_source(source) for source in table.tables("sources")),
    )
    table.done()
    return mineral


def _basis(table: TomlTable) -> Basis:
    iron = table.take("iron", str)
    if iron not in IRON_SCHEMES:
        raise table.fail(f"iron is {iron!r}; choose from {', '.join(IRON_SCHEMES)}.")
    excess = table.number("ferric_excess", -1.0)
    count = table.take("count", list, ["", 0.0])
    if len(count) != 2 or not isinstance(count[0], str) or not isinstance(count[1], int | float):
        raise table.fail(f'count is {count!r}; write ["Si + Al", 12].')
    oxo = table.take("oxo", str, "")
    basis = Basis(
        oxygens=table.number("oxygens"),
        cations=table.number("cations", 0.0),
        anions=table.number("anions", 0.0),
        oxo=table.sum(oxo, IONS) if oxo else (),
        oxo_from=table.number("oxo_from", 0.0),
        count=table.sum(count[0], _IONS) if count[0] else (),
        count_to=float(count[1]),
        without=table.names("without", CATIONS, []),
        iron=iron,
        ferric_excess=excess if excess >= 0 else None,
        written=table.take("written", str, ""),
    )
    table.done()
    return basis


def _site(table: TomlTable) -> Site:
    site = Site(table.take("name", str), table.number("capacity"), table.names("ions", {*IONS, "O"}))
    table.done()
    return site


def _scheme(table: TomlTable, known: Collection[str]) -> EndMemberScheme:
    method, members = table.take("method", str), table.take("members", (dict, list))
    pairs = tuple(members.items() if isinstance(members, dict) else ((name, "") for name in members))
    scheme = EndMemberScheme(
        name=table.take("name", str),
        method=method,
        members=pairs,
        ignore=table.names("ignore", IONS, []),
        source=table.take("source", str),
    )
    if method not in ("ratio", *_FORMULA_METHODS, *METHODS):
        raise table.fail(f"method is {method!r}; choose ratio, {', '.join((*_FORMULA_METHODS, *METHODS))}.")
    for name, text in pairs:
        if method == "ratio":
            table.sum(text, known)
        elif method in _FORMULA_METHODS:
            _check_formula(table, name, text)
    table.done()
    return scheme


def _check_formula(table: TomlTable, name: str, formula: str, group: str = "") -> None:
    try:
        check_neutral(formula, group)
    except (ValueError, KeyError) as error:
        raise table.fail(f"end member {name!r}: {error}") from error


def _indices(table: TomlTable, known: Collection[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, table.expression(table.take(name, str), known)) for name in list(table.table))


def _stoichiometry(table: TomlTable, known: Collection[str]) -> tuple[Expectation, ...]:
    found = []
    for text in list(table.table):
        value = table.take(text, list)
        if len(value) != 2 or not all(isinstance(v, int | float) for v in value) or value[1] <= 0:
            raise table.fail(f"{text!r} is {value!r}; write [expected value, tolerance].")
        found.append(Expectation(table.expression(text, known), float(value[0]), float(value[1])))
    return tuple(found)


def _limits(table: TomlTable) -> tuple[Limit, ...]:
    cations, ratios, oxides = (table.inner(key) for key in ("limits", "ratios", "oxides"))
    limits = [
        Limit(text, "cations", _terms(text, cations), (), cations.range(text)) for text in list(cations.table)
    ]
    limits += [_ratio(text, ratios) for text in list(ratios.table)]
    for name in list(oxides.table):
        if name not in COLUMNS:
            raise oxides.fail(f"{name!r} is no oxide of an analysis; choose from {', '.join(COLUMNS)}.")
        limits.append(Limit(name, "oxide", ((name, 1.0),), (), oxides.range(name)))
    return tuple(limits)


def _ratio(text: str, table: TomlTable) -> Limit:
    if text.count("/") != 1:
        raise table.fail(f"{text!r} is no ratio; write 'Ca / (Ca + Mg)'.")
    above, below = (_terms(part, table) for part in text.split("/"))
    return Limit(text, "ratio", above, below, table.range(text))


def _terms(text: str, table: TomlTable) -> Terms:
    return table.sum(text, {*CATIONS, "sum"})


def _total(table: TomlTable) -> Total:
    total = Total(
        expected=table.range("expected"),
        with_ferric=table.range("with_ferric") if "with_ferric" in table.table else None,
        needs=table.names("needs", COLUMNS, []),
        without=table.names("without", COLUMNS, []),
    )
    table.done()
    return total


def _pair(table: TomlTable) -> Pair:
    pair = Pair(
        other=table.take("with", str),
        mean=table.number("mean"),
        sd=table.number("sd"),
        other_mean=table.number("other_mean"),
        other_sd=table.number("other_sd"),
        between=table.range("between"),
        needs=table.names("needs", COLUMNS),
        odds=table.number("odds"),
        odds_without_total=table.number("odds_without_total"),
        source=table.take("source", str),
        most_evidence=table.number("most_evidence", _MOST_EVIDENCE),
    )
    table.done()
    return pair


def _indistinct(table: TomlTable) -> Indistinct:
    where = table.inner("where")
    region = Indistinct(
        other=table.take("with", str),
        where=tuple(_ratio(text, where) for text in list(where.table)),
        probability=table.number("probability"),
        because=table.take("because", str),
        source=table.take("source", str),
    )
    if not region.where or any(limit.range[0] in (-math.inf, limit.range[1]) for limit in region.where):
        raise table.fail('where must hold ratios with [lowest, highest], e.g. "Ca / (Ca + Mg)" = [0.1, 0.2].')
    if not 0.5 <= region.probability < 1:
        raise table.fail(
            f"probability is {region.probability:g}; of two minerals one has 0.5 or more, below 1."
        )
    table.done()
    return region


def _end_member(table: TomlTable, group: str) -> EndMember:
    name, formula = table.take("name", str), table.take("formula", str)
    _check_formula(table, name, formula, group)
    share = table.range("share", [0.0, 1.0])
    if share[0] < 0 or share[1] > 1:
        raise table.fail(f"end member {name!r}: share {share} lies outside 0 to 1.")
    member = EndMember(name, table.take("symbol", str, ""), formula, share)
    table.done()
    return member


def _reference(table: TomlTable) -> Reference:
    reference = Reference(
        name=table.take("name", str),
        source=table.take("source", str),
        note=table.take("note", str, ""),
        wt=tuple((name, float(value)) for name, value in table.take("wt", dict).items()),
        apfu=_printed(table, "apfu"),
        members=_printed(table, "members"),
        basis=tuple((name, float(value)) for name, value in table.take("basis", dict, {}).items()),
        fe3=table.take("fe3", str, "auto"),
        water=table.take("water", str, "stoichiometry"),
        digits_off=table.number("digits_off", 1.0),
    )
    unknown = [name for name, _ in reference.wt if name not in OXIDES]
    if unknown or not (reference.apfu or reference.members):
        raise table.fail(f"needs 'apfu' or 'members', and oxides of analyses in 'wt' (not {unknown}).")
    table.done()
    return reference


def _printed(table: TomlTable, key: str) -> tuple[tuple[str, str], ...]:
    values = table.take(key, dict, {})
    for name, text in values.items():
        if not isinstance(text, str) or not text.lstrip("-").replace(".", "", 1).isdigit():
            raise table.fail(f"{key}.{name} is {text!r}; write the printed digits as text.")
    return tuple(values.items())


def _source(table: TomlTable) -> Source:
    source = Source(table.take("text", str), table.take("doi", str, ""))
    table.done()
    return source
