"""One colour a phase and one mark a verdict, the same in every figure."""

from __future__ import annotations

__all__ = ["PHASE_COLOURS", "UNKNOWN_COLOUR", "VERDICT_MARKS", "VERDICT_TINTS", "phase_colour"]

PHASE_COLOURS = {
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
"""sRGB colours, any two of them at least 20 apart in CIELAB, also to protan and deutan eyes."""

UNKNOWN_COLOUR = "#999999"

VERDICT_MARKS = {"accepted": "o", "ambiguous": "D", "mixture": "P", "unknown": "X", "bad_analysis": "v"}
"""matplotlib markers."""

VERDICT_TINTS = {
    "accepted": "#1B6B50",
    "ambiguous": "#E6B800",
    "mixture": "#E07B39",
    "unknown": "#7F7F7F",
    "bad_analysis": "#222222",
}


def phase_colour(phase: str | None) -> str:
    """Return the colour of a phase, grey for none and for one that is not known."""
    return PHASE_COLOURS.get(phase or "", UNKNOWN_COLOUR)
