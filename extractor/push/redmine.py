"""Redmine: one issue a task, found again by a custom field.

Redmine refuses nothing that is there twice and drops fields and ids that it does not know without a
word. So everything is looked up first: the project's custom fields by name, the tracker, whether
the key's field filters at all; and what comes back after a write is compared.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from extractor.push import Change, Found, PushError, RefusedError, Settings, Task
from extractor.push.web import Answer, Web

KEEPS = ("title", "due", "lead", "description")
_FIELDS = {  # setting -> the custom field's name unless it says otherwise
    "field_key": "Mã nhiệm vụ",
    "field_notice": "Mã văn bản",
    "field_mark": "Dấu đồng bộ",
    "field_lead": "Chủ trì",
}
_BATCH = 50  # keys asked for at once; more make an address too long for some servers
_PAGE = 100  # issues in an answer, Redmine's limit
_NOBODY = "nhiemvu-khong-co"  # a key that no task has


class _Setup(NamedTuple):
    """Ids: of the project, the tracker, and the custom fields by setting."""

    project: int
    tracker: int
    fields: Mapping[str, int]


class _Issue(NamedTuple):
    """An issue's number, and when it last changed."""

    number: int
    updated: str


class Redmine:
    """A project in Redmine. Settings: url, key (of the API), project; tracker; field_..., each by name or id."""

    def __init__(self, settings: Settings) -> None:
        key = settings.need("key")
        self.web = Web(settings.need("url").rstrip("/") + "/", {"X-Redmine-API-Key": key}, (key,))
        self._project = settings.need("project")
        self._tracker = settings.get("tracker")
        self._names = {name: settings.get(name, usual) for name, usual in _FIELDS.items()}

    def find(self, keys: Collection[str], notices: Collection[str]) -> Iterator[Found]:
        """By the custom fields, in all projects that we may see: a person may have moved an issue."""
        asked = (("field_key", keys), ("field_notice", notices))
        met = set()
        for field, values in asked:
            for start in range(0, len(values), _BATCH):
                some = sorted(values)[start : start + _BATCH]
                for issue in self._issues(self._setup.fields[field], some):
                    found = self._found(issue)
                    # a server that does not know the filter gives every issue
                    wanted = found.key if field == "field_key" else found.notice
                    if wanted in values and issue["id"] not in met:
                        met.add(issue["id"])
                        yield found

    def write(self, change: Change) -> None:
        """POST or PUT; before a PUT the issue is looked at once more, Redmine has no If-Match."""
        task = change.task
        if task is None:
            raise RefusedError(f"{change.key}: không có nội dung để ghi")
        content = self._content(task)
        if change.found is None:
            # without start_date Redmine takes today, and refuses dates before
            content |= {
                "project_id": self._setup.project,
                "tracker_id": self._setup.tracker,
                "start_date": "",
            }
            answer = self._change("POST", "issues.json", content)
            self._check_echo(answer, task)
            return
        number, updated = change.found.handle
        now = self._asked(f"issues/{number}.json").get("issue", {})
        if now.get("updated_on") != updated or self._found(now) != change.found:
            raise RefusedError("có người vừa sửa ở hệ thống theo dõi; chạy lại để xem")
        self._change("PUT", f"issues/{number}.json", content)

    # --- what is there ---------------------------------------------------------------------------

    @cached_property
    def _setup(self) -> _Setup:
        """The ids that we need; PushError where the project is not set up for us."""
        path = f"projects/{quote(self._project, safe='')}.json"
        project = self._asked(f"{path}?include=trackers,issue_custom_fields").get("project", {})
        where = f"{self.web.host}: dự án {self._project!r}"
        trackers = {_text(x["name"]): int(x["id"]) for x in project.get("trackers", ())}
        if self._tracker and _text(self._tracker) not in trackers:
            raise PushError(f"{where} không có loại việc {self._tracker!r}; có: {_list(trackers)}")
        if not self._tracker and len(trackers) != 1:
            raise PushError(f"{where} cần chọn loại việc (tracker); có: {_list(trackers)}")
        tracker = trackers[_text(self._tracker)] if self._tracker else next(iter(trackers.values()))
        there = {_text(x["name"]): int(x["id"]) for x in project.get("issue_custom_fields", ())}
        missing = [x for x in self._names.values() if _text(x) not in there and not x.isdecimal()]
        if missing:  # Redmine does not list those that are for all projects
            raise PushError(
                f"{where} không có trường tùy biến {_list(missing)}; trường dành cho mọi dự án thì ghi số của nó"
            )
        fields = {name: there.get(_text(x)) or int(x) for name, x in self._names.items()}
        for name in ("field_key", "field_notice"):
            if any(True for _ in self._issues(fields[name], [_NOBODY])):
                raise PushError(
                    f"{where}: trường {self._names[name]!r} chưa bật “Dùng để lọc”, không tìm lại được nhiệm vụ"
                )
        return _Setup(int(project["id"]), tracker, fields)

    def _issues(self, field: int, values: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The issues with one of the values in that field, closed ones too."""
        query = {"status_id": "*", f"cf_{field}": "|".join(values), "limit": _PAGE, "sort": "id"}
        offset = 0
        while True:
            answer = self._asked(f"issues.json?{urlencode({**query, 'offset': offset})}")
            issues = answer.get("issues", [])
            yield from issues
            offset += len(issues)
            if not issues or offset >= int(answer.get("total_count", 0)):
                return

    def _found(self, issue: Mapping[str, Any]) -> Found:
        values = {int(x["id"]): x.get("value") for x in issue.get("custom_fields", ())}
        ours = {name: _text(values.get(id_)) for name, id_ in self._setup.fields.items()}
        status = issue.get("status", {})
        number = int(issue.get("id", 0))
        return Found(
            ours["field_key"],
            ours["field_notice"],
            {
                "title": _text(issue.get("subject")),
                "due": _text(issue.get("due_date")),
                "lead": ours["field_lead"],
                "description": _text(issue.get("description")),
            },
            ours["field_mark"],
            bool(status.get("is_closed", issue.get("closed_on"))),  # Redmine 4 has only the second
            _Issue(number, str(issue.get("updated_on"))),
            f"{self.web.url}issues/{number}",
        )

    # --- asking and writing ----------------------------------------------------------------------

    def _content(self, task: Task) -> dict[str, Any]:
        ours = {
            "field_key": task.key,
            "field_notice": task.notice,
            "field_mark": task.mark(KEEPS),
            "field_lead": task.fields["lead"],
        }
        return {
            "subject": task.fields["title"],
            "description": task.fields["description"],
            "due_date": task.fields["due"],
            "custom_fields": [{"id": self._setup.fields[k], "value": v} for k, v in ours.items()],
        }

    def _check_echo(self, answer: Answer, task: Task) -> None:
        """Redmine sends back what it stored; without the key every run would make another issue."""
        issue = self._json(answer).get("issue", {})
        found = self._found(issue)
        if found.key != task.key or found.written != task.mark(KEEPS):
            raise PushError(
                f"{self.web.host}: việc #{issue.get('id')} được tạo nhưng không giữ mã nhiệm vụ; "
                "hãy xóa nó và gán các trường tùy biến cho loại việc này"
            )

    def _asked(self, path: str) -> dict[str, Any]:
        answer = self.web.ask("GET", path)
        if answer.status != 200:
            raise PushError(self.web.told(answer))
        return self._json(answer)

    def _change(self, method: str, path: str, content: Mapping[str, Any]) -> Answer:
        body = json.dumps({"issue": content}, ensure_ascii=False).encode()
        answer = self.web.change(method, path, body, Content_Type="application/json")
        if answer.status == 422:
            problems = self._json(answer).get("errors", ())
            raise RefusedError(self.web.told(answer, "; ".join(map(str, problems))))
        if answer.status == 404 and method == "PUT":
            raise RefusedError(self.web.told(answer))
        if answer.status not in {200, 201, 204}:
            raise PushError(self.web.told(answer))
        return answer

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            return dict(json.loads(answer.body))
        except ValueError as error:
            raise PushError(f"{self.web.host}: không phải máy chủ Redmine") from error


def _text(value: object) -> str:
    """A text as we compare it: Redmine sends back lines that end with CRLF, and null for ""."""
    text = "" if value is None else str(value)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def _list(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "(không có)"
