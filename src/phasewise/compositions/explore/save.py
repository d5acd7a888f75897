"""Models that place analyses, with their clusters, on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phasewise.compositions.explore.explorer import to_arrays
from phasewise.core.errors import OutputError
from phasewise.infer.bundle import CARD

if TYPE_CHECKING:
    import os

    from phasewise.compositions.explore.explorer import Explorer, KnownClusters

__all__ = ["card_with", "check_folder", "save_explorer"]


def check_folder(folder: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Return where a model will be written, after making sure that it can be.

    Raises
    ------
    OutputError
        If there is a file of that name, or the folder holds anything but, with `force`, a model.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise OutputError(f"'{target}' is a file. Give the name of a folder for the clusters.")
    held = sorted(p.name for p in target.iterdir()) if target.is_dir() else []
    if held and CARD not in held:
        raise OutputError(f"'{target}' holds other files, such as '{held[0]}'. Give a new folder.")
    if held and not force:
        raise OutputError(f"'{target}' holds a model. Give a new folder, or overwrite it with --force.")
    return target


def save_explorer(
    explorer: Explorer, known: KnownClusters, folder: str | os.PathLike[str], *, force: bool = False
) -> None:
    """Write a model and clusters to a folder.

    Raises
    ------
    OutputError
        As for `check_folder`.
    """
    target = check_folder(folder, force=force)
    try:
        from phasewise.learn.bundle import save_bundle
    except ImportError as error:
        raise OutputError(
            "Keeping clusters needs tomli-w. Install it with: pip install 'phasewise[explore]'"
        ) from error
    save_bundle(target, to_arrays(replace(explorer, known=known)), card_with(explorer.card, known))


def card_with(card: Any, known: KnownClusters) -> dict[str, Any]:
    """Return a card that tells of clusters."""
    kept = {name: entry for name, entry in card.items() if name not in ("schema_version", "weights")}
    return kept | {"clusters": {"names": list(known.names), "settings": dict(known.settings)}}
