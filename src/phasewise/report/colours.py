"""Colours of points: categories that all eyes tell apart, and a ramp for numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phasewise.core.types import FloatArray

__all__ = ["RAMP", "distinct_colours"]

RAMP = (
    "#440154",
    "#482475",
    "#414487",
    "#355f8d",
    "#2a788e",
    "#21918c",
    "#22a884",
    "#44bf70",
    "#7ad151",
    "#bddf26",
    "#fde725",
)
"""Viridis at equal steps: perceptually uniform, and in order for colour-blind eyes and in grey
(Smith & van der Walt 2015, CC0, https://bids.github.io/colormap)."""

_FIRST = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Of the colours of Wong (2011, doi:10.1038/nmeth.1618) those that are seen on white and on black."""

_ALIKE = 0.06
"""How near to another colour, in Oklab, one is passed over."""

_LIGHTNESS = (0.42, 0.84)
_CHROMA = (0.06, 0.20)
_GRID = 12

_SEEN: FloatArray = np.array(
    [
        np.eye(3),
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ]
)
"""Linear RGB as all eyes, protanopes and deuteranopes see it
(Machado et al. 2009, doi:10.1109/TVCG.2009.113)."""

_CONES: FloatArray = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB: FloatArray = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""Linear RGB to the responses of cones, and their cube roots to Oklab
(Ottosson 2020, https://bottosson.github.io/posts/oklab)."""


def distinct_colours(number: int, beside: Sequence[str] = ()) -> list[str]:
    """Return colours that differ from each other and from those beside them, for colour-blind eyes too.

    The first six are those of Wong (2011). Each further one is, of a grid of colours that are neither too
    pale nor too dark, the farthest from all before it: half as all eyes see them, half as the worst of
    three kinds of eyes does.

    Parameters
    ----------
    number : int
        How many.
    beside : sequence of str
        Colours that are in use already, #rrggbb.

    Examples
    --------
    >>> distinct_colours(3)
    ['#0072B2', '#D55E00', '#009E73']
    """
    grid, seen = _candidates()
    found: list[str] = []
    nearest = np.full(len(grid), np.inf)
    for colour in beside:
        nearest = np.minimum(nearest, _distance(seen, _as_seen([colour])[:, 0]))
    for k, colour in enumerate(_FIRST):
        if len(found) < number and nearest[k] > _ALIKE:
            found.append(colour)
            nearest = np.minimum(nearest, _distance(seen, seen[:, k]))
    while len(found) < number:
        k = int(nearest.argmax())
        found.append(grid[k])
        nearest = np.minimum(nearest, _distance(seen, seen[:, k]))
    return found


def _candidates() -> tuple[list[str], FloatArray]:
    """Return the first colours, then those of the grid, and (3, n, 3) how they are seen."""
    steps = np.linspace(0, 255, _GRID).round().astype(int).tolist()
    grid = [f"#{r:02X}{g:02X}{b:02X}" for r in steps for g in steps for b in steps]
    seen = _as_seen(grid)
    lightness, chroma = seen[0, :, 0], np.hypot(seen[0, :, 1], seen[0, :, 2])
    kept = (lightness > _LIGHTNESS[0]) & (lightness < _LIGHTNESS[1])
    kept &= (chroma > _CHROMA[0]) & (chroma < _CHROMA[1])
    chosen = [colour for colour, keep in zip(grid, kept.tolist(), strict=True) if keep]
    return [*_FIRST, *chosen], np.concatenate([_as_seen(_FIRST), seen[:, kept]], axis=1)


def _as_seen(colours: Sequence[str]) -> FloatArray:
    """Return (3, n, 3) Oklab of #rrggbb for three kinds of eyes."""
    shares = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in colours]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    eyes = np.clip(np.einsum("nc,eoc->eno", linear, _SEEN), 0.0, 1.0)
    oklab: FloatArray = np.cbrt(eyes @ _CONES.T) @ _OKLAB.T
    return oklab


def _distance(seen: FloatArray, one: FloatArray) -> FloatArray:
    """Return how far colours are from one: the mean for all eyes and for those that tell them apart worst."""
    distances = np.linalg.norm(seen - one[:, None], axis=2)
    mean: FloatArray = (distances[0] + distances.min(axis=0)) / 2
    return mean
