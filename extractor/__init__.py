"""nhiemvu: tasks, agencies and deadlines out of Vietnamese administrative notices."""

from __future__ import annotations

__version__ = "0.1.0"
