"""`nhiemvu push tasks.jsonl --to jsonfile` with NHIEMVU_JSONFILE_PATH: tasks in a JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from extractor.push import Change, Found, PushError, RefusedError, Settings

KEEPS = ("title", "due", "lead", "description")  # of a task's fields those that we can hold


class JsonFile:
    """A JSON object, key -> task. A person may edit fields there, or set "closed" to true."""

    def __init__(self, settings: Settings) -> None:
        self.path = Path(settings.need("path"))

    def find(self, keys: Collection[str], notices: Collection[str]) -> Iterator[Found]:
        """What the file holds of these keys and notices."""
        for key, held in self._read().items():
            if key in keys or held["notice"] in notices:
                yield Found(key, held["notice"], held["fields"], held["written"], held["closed"])

    def write(self, change: Change) -> None:
        """Put the task in, unless somebody was faster."""
        task, all_ = change.task, self._read()
        assert task is not None
        held = all_.get(task.key)
        if (change.found.fields if change.found else None) != (held["fields"] if held else None):
            raise RefusedError("có người vừa sửa; chạy lại để xem")
        fields = {name: task.fields[name] for name in KEEPS}
        all_[task.key] = {
            "notice": task.notice,
            "fields": fields,
            "written": task.mark(KEEPS),
            "closed": False,
        }
        draft = self.path.with_name(f".{self.path.name}.tmp")
        draft.write_text(json.dumps(all_, ensure_ascii=False, indent=1), "utf-8")
        os.replace(draft, self.path)

    def _read(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PushError(f"{self.path}: không đọc được ({error})") from error
