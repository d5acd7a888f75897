"""Sums and ratios of ions, as mineral files write them: ``100 Mg / (Mg + Fe2+)``."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["Expression", "Terms", "parse_expression", "parse_sum"]

Terms = tuple[tuple[str, float], ...]

_TERM = re.compile(
    r"(?P<sign>[+-]?)(?P<factor>\d+(?:\.\d+)?|\.\d+)?"
    r"(?P<name>[A-Za-z][A-Za-z0-9]*\.[A-Za-z]+(?:\d\+)?|[A-Za-z]+\d\+|[A-Za-z][A-Za-z0-9]*)?"
)


@dataclass(frozen=True)
class Expression:
    """A sum of terms, or a ratio of two sums.

    Attributes
    ----------
    text : str
        As written.
    above, over : tuple of (str, float)
        Names with their coefficients; `over` is empty unless it is a ratio. The name ``1`` stands for a
        constant.
    """

    text: str
    above: Terms
    over: Terms


def parse_sum(text: str, allowed: Collection[str]) -> Terms:
    """Return the terms of a sum.

    Parameters
    ----------
    text : str
        E.g. ``Ca + 2 Na - 0.5 Al``, in brackets or not.
    allowed : collection of str
        Names that may occur.

    Returns
    -------
    tuple of (str, float)

    Raises
    ------
    ValueError
        If the text is no sum, or names something else.

    Examples
    --------
    >>> parse_sum("Ca + 2 Na - 0.5 Al", {"Ca", "Na", "Al"})
    (('Ca', 1.0), ('Na', 2.0), ('Al', -0.5))
    """
    bare = text.replace(" ", "")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    found: dict[str, float] = {}
    position = 0
    while position < len(bare) or not bare:
        term = _TERM.match(bare, position)
        if term is None or term.end() == position or (position and not term["sign"]):
            raise ValueError(f"cannot read {text!r}; write sums of ions such as 'Ca + 2 Na - 0.5 Al'")
        name = term["name"] or "1"
        if not (term["name"] or term["factor"]) or (name != "1" and name not in allowed):
            raise ValueError(f"{text!r} names {name!r}, which is not known here")
        factor = float(term["factor"] or 1) * (-1 if term["sign"] == "-" else 1)
        found[name] = found.get(name, 0.0) + factor
        position = term.end()
    return tuple(found.items())


def parse_expression(text: str, allowed: Collection[str]) -> Expression:
    """Return a sum or a ratio of two sums; a factor before a bracket multiplies the whole numerator.

    Parameters
    ----------
    text : str
        E.g. ``100 Mg / (Mg + Fe2+)`` or ``100 (Ca + Na) / sum``.
    allowed : collection of str
        Names that may occur.

    Returns
    -------
    Expression

    Raises
    ------
    ValueError
        If the text cannot be read.

    Examples
    --------
    >>> parse_expression("100 (Cr + Al) / sum", {"Cr", "Al", "sum"}).above
    (('Cr', 100.0), ('Al', 100.0))
    """
    parts = text.split("/")
    if len(parts) > 2:
        raise ValueError(f"{text!r} has more than one '/'")
    factor, numerator = 1.0, parts[0].strip()
    before = re.match(r"(\d+(?:\.\d+)?)\s*\(", numerator)
    if before:
        factor, numerator = float(before[1]), numerator[before.end() - 1 :]
    above = tuple((name, factor * value) for name, value in parse_sum(numerator, allowed))
    return Expression(text, above, parse_sum(parts[1], allowed) if len(parts) == 2 else ())
