from phasewise.compositions.audit.audit import Audit as Audit
from phasewise.compositions.audit.audit import audit as audit
from phasewise.compositions.audit.audit import audit_file as audit_file
from phasewise.compositions.by_phase import by_phase as by_phase
from phasewise.compositions.classify import classify as classify
from phasewise.compositions.classify import classify_file as classify_file
from phasewise.compositions.diagrams.draw import diagram as diagram
from phasewise.compositions.diagrams.draw import diagram_file as diagram_file
from phasewise.compositions.explore.exploration import Exploration as Exploration
from phasewise.compositions.explore.explore import explore as explore
from phasewise.compositions.explore.explore import explore_file as explore_file
from phasewise.compositions.formula.tables import formula as formula
from phasewise.compositions.formula.tables import formula_file as formula_file
from phasewise.compositions.load import load_model as load_model
from phasewise.compositions.read import read as read
from phasewise.compositions.report.write import write_report as write_report
from phasewise.compositions.session.quality import session_quality as session_quality
from phasewise.core import errors as errors

__version__: str
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
