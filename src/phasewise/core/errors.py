"""Everything that phasewise raises or warns of on purpose."""

__all__ = [
    "DataUnavailableError",
    "FileFormatError",
    "HeaderError",
    "HeaderWarning",
    "ModelError",
    "OutputError",
    "PhasewiseError",
    "PhasewiseWarning",
]


class PhasewiseError(Exception):
    """Parent of all errors that phasewise raises on purpose."""


class FileFormatError(PhasewiseError):
    """A file is absent, empty, damaged or of no known format."""


class HeaderError(PhasewiseError):
    """The columns of a table cannot be understood without being told more."""


class OutputError(PhasewiseError):
    """A result cannot be written, or would overwrite a file of the user."""


class ModelError(PhasewiseError):
    """A trained model is absent, damaged or does not fit what it is asked to do."""


class DataUnavailableError(PhasewiseError):
    """A data set of the registry is not on this machine."""


class PhasewiseWarning(UserWarning):
    """Parent of all warnings that phasewise gives."""


class HeaderWarning(PhasewiseWarning):
    """A column was taken for something by a rule the user should know of."""
