"""Many points as an image whose pixels have their mean colour, the deeper the more there are."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from phasewise.core.types import FloatArray, IntArray

__all__ = ["Pixels", "density_image"]

LONGEST = 1100
"""Pixels along the longer side."""

_FAINTEST = 0.5
"""Opacity of a pixel that holds one point."""

_RADII = (1.0, 2.2)
_FEW = 50_000
"""So many points have the larger radius, in pixels; more have smaller ones."""


@dataclass(frozen=True)
class Pixels:
    """A grid of square pixels over limits.

    Attributes
    ----------
    left, bottom : float
        Where it begins, in the unit of the points.
    step : float
        Width of a pixel.
    columns, lines : int
    """

    left: float
    bottom: float
    step: float
    columns: int
    lines: int

    @classmethod
    def within(cls, limits: tuple[float, float, float, float], longest: int = LONGEST) -> Pixels:
        """Return the grid over (left, right, bottom, top)."""
        left, right, bottom, top = limits
        step = max(right - left, top - bottom) / longest
        columns, lines = (max(1, round(extent / step)) for extent in (right - left, top - bottom))
        return cls(left, bottom, step, columns, lines)

    def of(self, places: FloatArray) -> IntArray:
        """Return the pixel of each point (n,), counted line by line from the left bottom."""
        column, line = ((places - (self.left, self.bottom)) / self.step).astype(np.int64).T
        cells: IntArray = np.clip(line, 0, self.lines - 1) * self.columns
        cells += np.clip(column, 0, self.columns - 1)
        return cells

    def counted(self, places: FloatArray) -> tuple[IntArray, IntArray]:
        """Return the pixel of each point, and how many points each pixel holds."""
        cells = self.of(places)
        return cells, np.bincount(cells, minlength=self.lines * self.columns)


def density_image(places: FloatArray, rgb: FloatArray, pixels: Pixels, of: int | None = None) -> FloatArray:
    """Return points as an image.

    Parameters
    ----------
    places : (n, 2) float64
        Points within the grid; those beyond count to its rim.
    rgb : (n, 3) float64
        Their colours, 0 to 1.
    pixels : Pixels
    of : int, optional
        How many points are drawn, with those of other images; the more, the smaller they are.

    Returns
    -------
    (lines, columns, 4) float64
        Red, green, blue and opacity, 0 to 1, the first line at the bottom. Colours are averaged as light
        is, and a pixel without points is clear. A point is a disc, so that one alone is seen.
    """
    cells = pixels.of(places)
    shape = (pixels.lines, pixels.columns)
    parts = [np.ones(len(rgb)), *rgb.T**2.2]
    amounts = [np.bincount(cells, part, shape[0] * shape[1]).astype(np.float64) for part in parts]
    radius = float(np.clip(_RADII[1] * (_FEW / max(of or len(places), 1)) ** 0.35, *_RADII))
    weight, *light = (_spread(amount.reshape(shape), radius) for amount in amounts)
    there = weight > 0
    image = np.zeros((*shape, 4))
    for k, channel in enumerate(light):
        image[there, k] = np.clip(channel[there] / weight[there], 0, 1) ** (1 / 2.2)
    image[there, 3] = _opacity(weight[there])
    return image


def _spread(amount: FloatArray, radius: float) -> FloatArray:
    """Return an image in which each pixel gives what it holds to all within a radius, less at its rim."""
    spread, reach = np.zeros_like(amount), int(np.ceil(radius))
    steps = range(-reach, reach + 1)
    for down, right in itertools.product(steps, steps):
        part = np.clip(radius + 0.5 - np.hypot(down, right), 0, 1)
        if part > 0:
            lines, columns = _overlap(down, amount.shape[0]), _overlap(right, amount.shape[1])
            spread[lines[0], columns[0]] += float(part) * amount[lines[1], columns[1]]
    return spread


def _overlap(step: int, size: int) -> tuple[slice, slice]:
    return slice(max(step, 0), size + min(step, 0)), slice(max(-step, 0), size - max(step, 0))


def _opacity(weight: FloatArray) -> FloatArray:
    """Return opacity by the logarithm of the number, full for the densest tenth."""
    dense = max(float(np.quantile(weight, 0.9)), 2.0)
    depth = np.log1p(weight) / np.log1p(dense)
    lone = np.minimum(weight, 1.0)
    return np.asarray(np.clip(lone * (_FAINTEST + (1 - _FAINTEST) * depth), 0, 1))
