"""One colour a phase and one mark a verdict, the same in every figure."""

from __future__ import annotations

__all__ = [
    "FINDING_TINTS",
    "MAIN_COLOURS",
    "NOISE_COLOUR",
    "OTHER_COLOURS",
    "PHASE_COLOURS",
    "PRIORITY_TINTS",
    "UNKNOWN_COLOUR",
    "VERDICT_MARKS",
    "VERDICT_TINTS",
    "on_any_paper",
    "phase_colour",
    "shades",
]

MAIN_COLOURS = {
    "Amphibole": "#02075A",
    "Apatite": "#08A4ED",
    "Biotite": "#B65801",
    "Clinopyroxene": "#214206",
    "Garnet": "#BD0032",
    "Glass": "#FFD300",
    "Ilmenite": "#665A95",
    "KFeldspar": "#FFBC9C",
    "Magnetite": "#020303",
    "Muscovite": "#CFE06F",
    "Olivine": "#B89A53",
    "Orthopyroxene": "#0D8253",
    "Plagioclase": "#EBC2FF",
    "Quartz": "#CADAD6",
    "Rutile": "#F38B1D",
    "Spinel": "#7E0CA8",
    "Tourmaline": "#7B054B",
    "Zircon": "#007BFD",
}
"""sRGB colours of the minerals of most rocks, and of glass.

Any two of them are at least 20 apart in CIELAB, also to protan and deutan eyes.
"""

OTHER_COLOURS = {
    "Aluminosilicate": "#0000CC",
    "Analcime": "#AD0070",
    "Calcite": "#7099AD",
    "Chlorite": "#E0EBCC",
    "Cordierite": "#8F0ACC",
    "Corundum": "#0A2985",
    "Dolomite": "#8FB8D6",
    "Epidote": "#332914",
    "Hauyne": "#5C0A5C",
    "Hematite": "#B86633",
    "Kalsilite": "#B83DC2",
    "Leucite": "#B870C2",
    "Magnesite": "#003333",
    "Melilite": "#EBB87A",
    "Merrillite": "#ADB8C2",
    "Monticellite": "#D6C247",
    "Mullite": "#0A0AFF",
    "Nepheline": "#E000FF",
    "Osumilite": "#0000A3",
    "Periclase": "#E0ADA3",
    "Perovskite": "#EB857A",
    "Pseudobrookite": "#D68533",
    "Rhodochrosite": "#3D5266",
    "Scapolite": "#CC3352",
    "Serpentine": "#475C29",
    "Siderite": "#477A8F",
    "Sodalite": "#F570F5",
    "Staurolite": "#3D3D85",
    "Sulfide": "#D6E0F5",
    "Talc": "#0AAD70",
    "Titanite": "#EBEB99",
    "Wollastonite": "#EBEB5C",
}
"""sRGB colours of the other classes, of one hue a group.

Carbonates are greyish blue, aluminous minerals blue, feldspathoids and scapolite magenta, sheet silicates
green, oxides orange, Ca minerals yellow. Fifty colours cannot be as far apart as eighteen: any two are at
least 10 apart in CIELAB, also to protan and deutan eyes.
"""

PHASE_COLOURS = MAIN_COLOURS | OTHER_COLOURS

UNKNOWN_COLOUR = "#999999"

NOISE_COLOUR = "#BFC6C3"
"""Of what lies apart from all clusters, and stands behind them."""

_LEAST_LUMINANCE = 0.07

_TO_BLACK, _TO_WHITE = 0.75, 0.75
"""How far shades go from a colour to black and white, as parts of its lightness and of what it lacks."""

VERDICT_MARKS = {"accepted": "o", "ambiguous": "D", "mixture": "P", "unknown": "X", "bad_analysis": "v"}
"""matplotlib markers."""

VERDICT_TINTS = {
    "accepted": "#1B6B50",
    "ambiguous": "#E6B800",
    "mixture": "#E07B39",
    "unknown": "#7F7F7F",
    "bad_analysis": "#222222",
}

FINDING_TINTS = {
    "agree": "#1B6B50",
    "relabel": "#0072B2",
    "bad_analysis": "#222222",
    "mixed": "#E07B39",
    "ambiguous": "#E6B800",
    "label_not_covered": "#7F7F7F",
    "no_label": "#A9B2AE",
    "no_analysis": "#C9A9C9",
}
"""Of what an audit finds."""

PRIORITY_TINTS = {"none": "#D5DAD8", "low": "#E9BFA6", "medium": "#D9773F", "high": "#A12A1E"}
"""Of how soon a row has to be looked at: deeper is sooner."""


def phase_colour(phase: str | None) -> str:
    """Return the colour of a phase, grey for none and for one that is not known."""
    return PHASE_COLOURS.get(phase or "", UNKNOWN_COLOUR)


def shades(colour: str, number: int) -> list[str]:
    """Return shades of a colour from dark to light, the colour itself and then those most unlike it first.

    Parameters
    ----------
    colour : str
        #rrggbb.
    number : int
        How many.

    Examples
    --------
    >>> shades("#BD0032", 3)
    ['#BD0032', '#DC7893', '#880024']
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    lightness = (max(parts) + min(parts)) / 2
    darkest, lightest = _TO_BLACK * lightness, _TO_WHITE * (1 - lightness)
    steps = [(darkest + lightest) * k / max(number - 1, 1) - darkest for k in range(number)]
    others = sorted(steps, key=abs, reverse=True)[: number - 1]
    return [colour, *(_mixed(parts, step) for step in others)][:number]


def on_any_paper(colour: str) -> str:
    """Return a colour that is seen on black too: lighter, if it is very dark.

    Examples
    --------
    >>> on_any_paper("#020303"), on_any_paper("#BD0032")
    ('#4B4C4C', '#BD0032')
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    steps = (k / 100 for k in range(101))
    return next(made for step in steps if _luminance(made := _mixed(parts, step)) >= _LEAST_LUMINANCE)


def _luminance(colour: str) -> float:
    """Return the relative luminance of sRGB (IEC 61966-2-1), 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _mixed(parts: list[float], step: float) -> str:
    """Return a colour mixed with white, or where the step is negative with black."""
    mixed = [part + step * (1 - part) if step > 0 else part * (1 + step) for part in parts]
    return "#" + "".join(f"{round(255 * part):02X}" for part in mixed)
