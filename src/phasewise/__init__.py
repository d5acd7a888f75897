"""phasewise: which phase is this analysis, how sure are we, and why."""

from importlib import import_module
from typing import Any

_HOMES = {
    "Audit": "phasewise.compositions.audit.audit",
    "Exploration": "phasewise.compositions.explore.exploration",
    "audit": "phasewise.compositions.audit.audit",
    "audit_file": "phasewise.compositions.audit.audit",
    "by_phase": "phasewise.compositions.by_phase",
    "classify": "phasewise.compositions.classify",
    "classify_file": "phasewise.compositions.classify",
    "diagram": "phasewise.compositions.diagrams.draw",
    "diagram_file": "phasewise.compositions.diagrams.draw",
    "explore": "phasewise.compositions.explore.explore",
    "explore_file": "phasewise.compositions.explore.explore",
    "formula": "phasewise.compositions.formula.tables",
    "formula_file": "phasewise.compositions.formula.tables",
    "load_model": "phasewise.compositions.load",
    "read": "phasewise.compositions.read",
    "session_quality": "phasewise.compositions.session.quality",
    "write_report": "phasewise.compositions.report.write",
}

__all__ = [
    "Audit",
    "Exploration",
    "__version__",
    "audit",
    "audit_file",
    "by_phase",
    "classify",
    "classify_file",
    "diagram",
    "diagram_file",
    "errors",
    "explore",
    "explore_file",
    "formula",
    "formula_file",
    "load_model",
    "read",
    "session_quality",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that ``import phasewise`` costs next to nothing."""
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("phasewise")
    elif name == "errors":
        value = import_module("phasewise.core.errors")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'phasewise' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
