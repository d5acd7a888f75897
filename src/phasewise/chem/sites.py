"""Ions on the sites of a structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phasewise.chem.ions import ANIONS, IONS

if TYPE_CHECKING:
    from phasewise.chem.mineral import Site
    from phasewise.core.types import FloatArray

__all__ = ["fill_sites", "is_anion_site"]


def fill_sites(
    ions: FloatArray, sites: tuple[Site, ...], oxygen: FloatArray | None = None
) -> dict[tuple[str, str], FloatArray]:
    """Return what each ion holds of each site.

    The sites are filled in their order, and each by its ions in their order, from what is left, up to its
    capacity; the last site that lists an ion takes all that is left of it. So nothing is lost: the sites
    hold all of every ion that they list, and a site may hold more than its capacity.

    Parameters
    ----------
    ions : (n, len(IONS)) float64
        Ions per formula unit.
    sites : tuple of Site
        In the order in which they are filled.
    oxygen : (n,) float64, optional
        O that takes the place of OH; the site that lists ``O`` takes it.

    Returns
    -------
    dict of (str, str) to (n,) float64
        ``(site, ion)``, and of each site its ``sum`` and ``vacancy``.

    Examples
    --------
    >>> import numpy as np
    >>> from phasewise.chem.mineral import Site
    >>> ions = np.zeros((1, len(IONS)))
    >>> ions[0, [IONS.index("Si"), IONS.index("Al")]] = 1.8, 0.5
    >>> filled = fill_sites(ions, (Site("T", 2, ("Si", "Al")), Site("M", 1, ("Al",))))
    >>> round(float(filled["T", "Al"][0]), 3), round(float(filled["M", "Al"][0]), 3)
    (0.2, 0.3)
    """
    left = {ion: ions[:, IONS.index(ion)] for site in sites for ion in site.ions if ion != "O"}
    left["O"] = np.zeros(len(ions)) if oxygen is None else oxygen
    last = {ion: site.name for site in sites for ion in site.ions}
    filled: dict[tuple[str, str], FloatArray] = {}
    for site in sites:
        taken = np.zeros(len(ions))
        for ion in site.ions:
            if last[ion] == site.name:
                part = left[ion]
            else:
                part = np.clip(left[ion], 0.0, np.maximum(site.capacity - taken, 0.0))
                left[ion] = left[ion] - part
            filled[site.name, ion] = part
            taken = taken + part
        filled[site.name, "sum"] = taken
        filled[site.name, "vacancy"] = np.maximum(site.capacity - taken, 0.0)
    return filled


def is_anion_site(site: Site) -> bool:
    """Return whether a site holds OH, F, Cl or O."""
    return bool({*ANIONS, "O"} & set(site.ions))
