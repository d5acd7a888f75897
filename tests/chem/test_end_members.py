"""Proportions of end members: ratios, sequences, least squares, and published methods."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from phasewise.chem.end_members import names_of, proportions
from phasewise.chem.formula import parse_formula
from phasewise.chem.formula_units import FormulaUnits
from phasewise.chem.ions import ANIONS, IONS, ions_of_formula
from phasewise.chem.mineral import EndMemberScheme, Mineral
from phasewise.chem.mineral_formula import FormulaOptions
from phasewise.core.types import FloatArray

from .formula_cases import MINERALS, calculate, mixtures, of_kind, pure, random_mixtures

SCHEMES = [
    pytest.param(mineral, scheme, id=f"{mineral.name}-{scheme.name}")
    for mineral in MINERALS.values()
    for scheme in mineral.schemes
]
every_scheme = pytest.mark.parametrize(("mineral", "scheme"), SCHEMES)
fitted_schemes = pytest.mark.parametrize(
    ("mineral", "scheme"),
    [
        pytest.param(mineral, scheme, id=f"{mineral.name}-{scheme.name}")
        for mineral in MINERALS.values()
        for scheme in mineral.schemes
        if scheme.method == "least squares"
    ],
)

PLAGIOCLASE = {"Ab": "NaAlSi3O8", "An": "CaAl2Si2O8", "Or": "KAlSi3O8"}


def units(shares: dict[str, float], *, ferric: float | None = None) -> FormulaUnits:
    """Return the sum of formulae; `ferric` divides their iron anew."""
    ions = np.sum([n * ions_of_formula(parse_formula(f)) for f, n in shares.items()], axis=0)[None, :]
    if ferric is not None:
        iron = ions[0, [IONS.index("Fe2+"), IONS.index("Fe3+")]].sum()
        ions[0, IONS.index("Fe2+")], ions[0, IONS.index("Fe3+")] = (1 - ferric) * iron, ferric * iron
    return FormulaUnits(ions)


def scheme(method: str, members: dict[str, str], ignore: tuple[str, ...] = ()) -> EndMemberScheme:
    return EndMemberScheme("test", method, tuple(members.items()), ignore, "made up")


def by_name(found: FloatArray, of: EndMemberScheme) -> dict[str, float]:
    assert found.shape == (1, len(names_of(of)))
    return dict(zip(names_of(of), found[0].tolist(), strict=True))


def test_ratios() -> None:
    feldspar = scheme("ratio", {"Ab": "Na", "An": "Ca", "Or": "K", "none": "0.5 Mg"})
    found = by_name(
        proportions(feldspar, units({"NaAlSi3O8": 0.6, "CaAl2Si2O8": 0.3, "KAlSi3O8": 0.1})), feldspar
    )
    assert found == pytest.approx({"Ab": 60, "An": 30, "Or": 10, "none": 0})


@pytest.mark.parametrize("method", ["sequence", "least squares"])
def test_mixtures_of_members_come_back_and_leave_nothing(method: str) -> None:
    feldspar = scheme(method, PLAGIOCLASE)
    found = by_name(
        proportions(feldspar, units({"NaAlSi3O8": 0.6, "CaAl2Si2O8": 0.3, "KAlSi3O8": 0.1})), feldspar
    )
    assert found == pytest.approx({"Ab": 60, "An": 30, "Or": 10, "test unassigned": 0}, abs=1e-7)


def test_a_sequence_takes_in_its_order() -> None:
    """Na, Al and Fe3+ can be jadeite or aegirine; the first gets all the Na that it can use."""
    pyroxene = units({"NaAlSi2O6": 0.3, "CaFe3+AlSiO6": 0.2, "CaMgSi2O6": 0.5})
    members = {"Jd": "NaAlSi2O6", "Aeg": "NaFe3+Si2O6", "Ess": "CaFe3+AlSiO6", "Di": "CaMgSi2O6"}
    first = by_name(proportions(scheme("sequence", members), pyroxene), scheme("sequence", members))
    assert first == pytest.approx({"Jd": 30, "Aeg": 0, "Ess": 20, "Di": 50, "test unassigned": 0}, abs=1e-9)
    turned = scheme("sequence", {key: members[key] for key in ("Aeg", "Jd", "Ess", "Di")})
    second = by_name(proportions(turned, pyroxene), turned)
    assert second["Aeg"] / (second["Jd"] + 1e-12) == pytest.approx(2, rel=1e-6)


def test_what_no_member_explains_is_reported_in_percent_of_the_cations() -> None:
    for method in ("sequence", "least squares"):
        olivine = scheme(method, {"Fo": "Mg2SiO4", "Fa": "Fe2SiO4"})
        found = by_name(proportions(olivine, units({"Mg2SiO4": 0.9, "CaO": 0.3})), olivine)
        assert found == pytest.approx({"Fo": 100, "Fa": 0, "test unassigned": 10}, abs=1e-7)


def test_ignored_ions_neither_limit_nor_count_as_unexplained() -> None:
    poor = units({"NaAlSi2O6": 1.0, "MgO": 0.1})
    poor.ions[0, IONS.index("Si")] = 1.8
    strict = scheme("sequence", {"Jd": "NaAlSi2O6"})
    loose = scheme("sequence", {"Jd": "NaAlSi2O6"}, ("Si", "Mg"))
    whole = poor.sum[0]
    assert by_name(proportions(strict, poor), strict)["test unassigned"] == pytest.approx(
        100 * (0.1 + 0.1 + 0.1) / whole
    )
    assert by_name(proportions(loose, poor), loose)["test unassigned"] == pytest.approx(0, abs=1e-9)


def test_anions_limit_nothing() -> None:
    mica = scheme("sequence", {"Phl": "KMg3AlSi3O10(OH)2", "Fphl": "KMg3AlSi3O10F2"})
    found = by_name(proportions(mica, units({"KMg3AlSi3O12": 1.0})), mica)
    assert found["Phl"] == pytest.approx(100)


def test_iron_is_taken_as_it_was_divided() -> None:
    members = {"Aeg": "NaFe3+Si2O6", "Hd": "CaFeSi2O6"}
    for method in ("sequence", "least squares"):
        pyroxene = scheme(method, members)
        found = by_name(proportions(pyroxene, units({"NaFe3+Si2O6": 0.4, "CaFeSi2O6": 0.6})), pyroxene)
        assert found == pytest.approx({"Aeg": 40, "Hd": 60, "test unassigned": 0}, abs=1e-7)
    ferrous = proportions(scheme("sequence", members), units({"NaFe3+Si2O6": 1.0}, ferric=0.0))
    assert np.isnan(ferrous[0, :2]).all()


@pytest.mark.parametrize("method", ["ratio", "sequence", "least squares"])
def test_rows_without_a_formula_have_no_members(method: str) -> None:
    texts = {"Ab": "Na", "An": "Ca"} if method == "ratio" else PLAGIOCLASE
    ions = np.vstack(
        [units({"NaAlSi3O8": 1.0}).ions, np.full((1, len(IONS)), np.nan), np.zeros((1, len(IONS)))]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = proportions(scheme(method, texts), FormulaUnits(ions))
    assert found[0, 0] == pytest.approx(100)
    assert np.isnan(found[1:]).all()


@fitted_schemes
def test_formulae_that_are_fitted_are_independent(mineral: Mineral, scheme: EndMemberScheme) -> None:
    fitted = [ion not in (*ANIONS, *scheme.ignore) for ion in IONS]
    design = np.array([ions_of_formula(parse_formula(f)) for _, f in scheme.members])[:, fitted]
    assert np.linalg.matrix_rank(design) == len(design)
    assert np.linalg.cond(design) < 1e3


@every_scheme
def test_members_are_never_far_out_of_range(mineral: Mineral, scheme: EndMemberScheme) -> None:
    """Published procedures may give small negative amounts; none gives nonsense for a mixture of members."""
    known = random_mixtures(mineral, 60, 30)
    found = of_kind(calculate(mineral, known.values, known.ferric), "end member")
    values = np.stack([found[name] for name in names_of(scheme)], axis=1)
    assert not np.isinf(values).any()
    some = ~np.isnan(values).any(axis=1)
    assert some.any(), "no row has a result"
    if scheme.method in ("sequence", "least squares"):
        np.testing.assert_allclose(values[some, :-1].sum(axis=1), 100.0)
        assert np.all(values[some] >= -1e-9)
    else:
        assert np.all(values[some] > -150)
        assert np.all(values[some] < 250)


@fitted_schemes
def test_fitted_mixtures_of_the_members_of_a_scheme_come_back(
    mineral: Mineral, scheme: EndMemberScheme
) -> None:
    formulae = [formula for _, formula in scheme.members]
    shares = np.random.default_rng(31).dirichlet(np.full(len(formulae), 0.5), 30)
    known = mixtures(formulae, shares)
    options = FormulaOptions(water="measured")
    found = of_kind(calculate(mineral, known.values, known.ferric, options=options), "end member")
    whole = np.stack([found[name] for name in names_of(scheme)], axis=1)
    some = (known.ferric == 0) | (mineral.basis.iron != "not divided")
    np.testing.assert_allclose(whole[some, :-1], 100 * shares[some], atol=1e-5)
    assert np.all(whole[some, -1] < 1e-5)


MEMBERS = [
    pytest.param(
        mineral, scheme, member.symbol, member.formula, id=f"{mineral.name}-{member.symbol}-{scheme.name}"
    )
    for mineral in MINERALS.values()
    for scheme in mineral.schemes
    for member in mineral.end_members
    if member.symbol and member.symbol in dict(scheme.members) and "Mn3+" not in member.formula
]
"""Mn is MnO in an analysis: piemontite is seen with too little oxygen."""


@pytest.mark.parametrize(("mineral", "scheme", "symbol", "formula"), MEMBERS)
def test_a_pure_end_member_is_a_hundred_percent_of_itself(
    mineral: Mineral, scheme: EndMemberScheme, symbol: str, formula: str
) -> None:
    known = pure(formula)
    options = FormulaOptions(water="measured")
    found = calculate(mineral, known.values, known.ferric, options=options)
    assert found["end member", symbol][0] == pytest.approx(100.0, abs=1e-6)
