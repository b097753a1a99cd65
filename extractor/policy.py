"""Every switch of behaviour in one frozen value: what an office may decide for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Policy:
    """How to read what the law leaves open.

    before: "trước ngày D" names D and, read strictly, excludes it. `named` shows D as the due
        date, as trackers do; `day_before` shows the day before. `end` keeps D either way.
    """

    before: Literal["named", "day_before"] = "named"
