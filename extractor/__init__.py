"""nhiemvu: tasks, agencies and deadlines out of Vietnamese administrative notices.

>>> from extractor import extract
>>> record = extract("1. Sở Y tế báo cáo Ủy ban nhân dân tỉnh trước ngày 28/02/2022.")
>>> task = record.tasks[0]
>>> task.lead[0].name, task.due, task.clause
('Sở Y tế', '2022-02-28', '1')

Names load on first use: importing the package costs next to nothing and loads no language model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.api import Extractor, extract, extract_file
    from extractor.errors import ExtractorError, GazetteerError, ReadError, RuleError
    from extractor.policy import Policy
    from extractor.schema import (
        Action,
        Agency,
        Citation,
        Clause,
        Deadline,
        Doubt,
        Notice,
        Record,
        Task,
    )

__version__ = "0.1.0"

_HOMES = {
    "extractor.api": ("Extractor", "extract", "extract_file"),
    "extractor.errors": ("ExtractorError", "GazetteerError", "ReadError", "RuleError"),
    "extractor.policy": ("Policy",),
    "extractor.schema": (
        "Action",
        "Agency",
        "Citation",
        "Clause",
        "Deadline",
        "Doubt",
        "Notice",
        "Record",
        "Task",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Action",
    "Agency",
    "Citation",
    "Clause",
    "Deadline",
    "Doubt",
    "Extractor",
    "ExtractorError",
    "GazetteerError",
    "Notice",
    "Policy",
    "ReadError",
    "Record",
    "RuleError",
    "Task",
    "__version__",
    "extract",
    "extract_file",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
