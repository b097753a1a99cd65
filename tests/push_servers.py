"""Real trackers on loopback, what a clerk does in them, and a proxy that spoils the connection."""

# ruff: noqa: S105, S310, S607 - loopback, tools found by name, and a password of no use elsewhere

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from extractor.push.web import basic

Fault = Callable[[str, str], str]  # method, path -> "", "500", "drop", "written", "hang"
HANGING = 3.0  # seconds without an answer; a busy server must answer sooner
PASSWORD = "m\u1eadt-kh\u1ea9u"


class Server(Protocol):
    """A tracker with one place for tasks, and a clerk at work in it."""

    name: str
    base: str  # http://127.0.0.1:port

    def settings(self, base: str) -> dict[str, str]: ...
    def edit(self, key: str, due: str) -> None: ...
    def close(self, key: str) -> None: ...
    def held(self) -> dict[str, list[str]]:
        """Due dates by key; a key that is there twice has two."""

    def empty(self) -> None: ...


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def process(command: list[str], url: str, log: Path, **more: Any) -> Iterator[None]:
    """A server that answers at url while the block runs."""
    with log.open("wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out, **more)
        try:
            deadline = time.monotonic() + 60
            while child.poll() is None and time.monotonic() < deadline:
                try:
                    with urllib.request.urlopen(url, timeout=5):
                        break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise AssertionError(
                    f"{command[0]} did not start: {log.read_text('utf-8')[-2000:]}"
                )
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


# --- Radicale ------------------------------------------------------------------------------------


class RadicaleServer:
    name = "caldav"

    def __init__(self, base: str) -> None:
        self.base = base
        self.ask("MKCALENDAR", "")

    def settings(self, base: str) -> dict[str, str]:
        return {"url": f"{base}/vanthu/nhiem-vu", "user": "vanthu", "password": PASSWORD}

    def ask(self, method: str, name: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(
            f"{self.base}/vanthu/nhiem-vu/{name}", body, method=method,
            headers={"Authorization": basic("vanthu", PASSWORD), "Content-Type": "text/calendar"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as reply:
            return bytes(reply.read())

    def change(self, key: str, old: str, new: str) -> None:
        text = self.ask("GET", f"{key}.ics").decode()
        assert old in text
        self.ask("PUT", f"{key}.ics", text.replace(old, new).encode())

    def edit(self, key: str, due: str) -> None:
        lines = self.ask("GET", f"{key}.ics").decode().splitlines()
        kept = [x for x in lines if not x.startswith("DUE")]
        kept.insert(kept.index("BEGIN:VTODO") + 1, f"DUE;VALUE=DATE:{due.replace('-', '')}")
        self.ask("PUT", f"{key}.ics", "\r\n".join([*kept, ""]).encode())

    def close(self, key: str) -> None:
        self.change(key, "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")

    def held(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        due = key = ""
        for line in self.ask("GET", "").decode().splitlines():
            name, _, value = line.partition(":")
            if name == "BEGIN":
                due = key = ""
            elif name.startswith("DUE"):
                due = f"{value[:4]}-{value[4:6]}-{value[6:]}"
            elif name == "UID":
                key = value.partition("@")[0]
            elif line == "END:VTODO":
                found.setdefault(key, []).append(due)
        return found

    def empty(self) -> None:
        self.ask("DELETE", "")
        self.ask("MKCALENDAR", "")


@contextmanager
def radicale(folder: Path) -> Iterator[RadicaleServer]:
    port = free_port()
    (folder / "users").write_text(f"vanthu:{PASSWORD}\n", "utf-8")
    (folder / "config").write_text(
        f"""[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[logging]
level = warning
""",
        "utf-8",
    )
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with process(command, base, folder / "radicale.log"):
        yield RadicaleServer(base)


# --- Redmine -------------------------------------------------------------------------------------

REDMINE = Path("/usr/share/redmine")
_INSTANCES = Path("/var/lib/redmine")
_SEED = """
Setting.rest_api_enabled = '1'
tracker = Tracker.create!(name: 'Nhiệm vụ', default_status: IssueStatus.sorted.first)
other = Tracker.where.not(id: tracker.id).first
WorkflowRule.copy(other, nil, [tracker], Role.givable.to_a)
fields = ['Mã nhiệm vụ', 'Mã văn bản', 'Dấu đồng bộ', 'Chủ trì'].map do |name|
  IssueCustomField.create!(name: name, field_format: 'string', is_filter: true, trackers: [tracker])
end
project = Project.create!(name: 'Theo dõi', identifier: 'theo-doi', trackers: [tracker, other],
                          enabled_module_names: ['issue_tracking'], is_public: false)
project.issue_custom_fields = fields
role = Role.create!(name: 'Nhập', permissions: [:view_issues, :add_issues, :edit_issues])
clerk = User.new(login: 'nhapviec', firstname: 'Nhập', lastname: 'Việc', mail: 'a@example.vn',
                 language: 'vi')
clerk.password = clerk.password_confirmation = SecureRandom.hex(12)
clerk.save!
Member.create!(principal: clerk, project: project, roles: [role])
puts({key: clerk.api_key, admin: User.where(admin: true).first.api_key, other: other.name,
      closed: IssueStatus.where(is_closed: true).first.id, fields: fields.map(&:id)}.to_json)
"""


def no_redmine() -> str:
    """Why Redmine cannot be started here; "" where it can."""
    for path in (REDMINE / "config.ru", Path("/usr/bin/puma"), Path("/usr/bin/bundle")):
        if not path.exists():
            return f"{path} is not here (apt-get install redmine redmine-sqlite puma)"
    return "" if os.access(_INSTANCES, os.W_OK) else f"{_INSTANCES} cannot be written"


class RedmineServer:
    name = "redmine"

    def __init__(self, base: str, seed: dict[str, Any]) -> None:
        self.base, self.seed = base, seed

    def settings(self, base: str) -> dict[str, str]:
        return {"url": base, "project": "theo-doi", "tracker": "Nhiệm vụ", "key": self.seed["key"]}

    def ask(self, method: str, path: str, content: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.base}/{path}", json.dumps(content).encode() if content else None, method=method,
            headers={"X-Redmine-API-Key": self.seed["admin"], "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.loads(reply.read() or "{}")

    def issues(self) -> list[tuple[int, str, str]]:
        """Number, key and due date of each issue."""
        found = self.ask("GET", "issues.json?status_id=*&limit=100")["issues"]
        keys = [{f["id"]: f["value"] for f in x.get("custom_fields", ())} for x in found]
        return [
            (x["id"], k.get(self.seed["fields"][0]) or "", x.get("due_date") or "")
            for x, k in zip(found, keys, strict=True)
        ]

    def put(self, key: str, **fields: Any) -> None:
        (number,) = (n for n, k, _ in self.issues() if k == key)
        self.ask("PUT", f"issues/{number}.json", {"issue": fields})

    def edit(self, key: str, due: str) -> None:
        self.put(key, due_date=due)

    def close(self, key: str) -> None:
        self.put(key, status_id=self.seed["closed"])

    def held(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for _, key, due in self.issues():
            found.setdefault(key, []).append(due)
        return found

    def empty(self) -> None:
        for number, *_ in self.issues():
            self.ask("DELETE", f"issues/{number}.json")


@contextmanager
def redmine(folder: Path) -> Iterator[RedmineServer]:
    """Debian's Redmine over SQLite: an instance is a folder that /var/lib/redmine points at."""
    for name in ("config", "files", "log", "tmp/pids", "tmp/cache", "public/plugin_assets"):
        (folder / name).mkdir(parents=True)
    (folder / "config/secret_key.txt").write_text(secrets.token_hex(64))
    (folder / "config/database.yml").write_text(
        f"production:\n  adapter: sqlite3\n  database: {folder}/redmine.sqlite3\n  timeout: 10000\n"
    )
    # Debian's own Gemfile names no server, and its lock file must not be touched
    (folder / "Gemfile").write_text(f"eval_gemfile '{REDMINE}/Gemfile'\ngem 'puma'\n")
    (folder / "seed.rb").write_text(_SEED, "utf-8")
    instance = _INSTANCES / f"nhiemvu-test-{os.getpid()}"
    env = os.environ | {
        "BUNDLE_GEMFILE": str(folder / "Gemfile"), "REDMINE_INSTANCE": instance.name, "REDMINE_LANG": "vi",
        "RAILS_ENV": "production", "LANG": "C.UTF-8", "SCHEMA": "/dev/null",
    }  # fmt: skip

    def bundle(*args: str) -> str:
        done = subprocess.run(
            ["bundle", *args],
            cwd=REDMINE,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    instance.symlink_to(folder)
    try:
        bundle("lock", "--local")
        bundle("exec", "rake", "db:migrate")
        bundle("exec", "rake", "redmine:load_default_data")
        seed = json.loads(
            bundle("exec", "rails", "runner", str(folder / "seed.rb")).splitlines()[-1]
        )
        base = f"http://127.0.0.1:{free_port()}"
        command = [
            "bundle",
            "exec",
            "puma",
            "-e",
            "production",
            "-t",
            "1:4",
            "-w",
            "0",
            "--dir",
            str(REDMINE),
        ]
        bind = ["-b", base.replace("http", "tcp")]
        log = folder / "puma.log"
        with process([*command, *bind], f"{base}/login", log, cwd=REDMINE, env=env):
            yield RedmineServer(base, seed)
    finally:
        instance.unlink()


# --- between client and server -------------------------------------------------------------------


class Proxy:
    """Passes requests on and spoils those that `fault` names.

    "500": answered here, the server never sees it. "drop": the connection ends instead. "written":
    the server does it, then the connection ends. "hang": the server does it, no answer comes.
    """

    def __init__(self, base: str) -> None:
        self.host = base.removeprefix("http://")
        self.fault: Fault = lambda _method, _path: ""
        self.seen: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if self.raw_requestline and self.parse_request():
                    outer.passed(self)
                self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def passed(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.seen.append((handler.command, handler.path))
        what = self.fault(handler.command, handler.path)
        if what == "drop":
            return
        if what == "500":
            handler.send_response(500)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        upstream = http.client.HTTPConnection(self.host, timeout=20)
        headers = {k: v for k, v in handler.headers.items() if k.lower() != "connection"}
        upstream.request(handler.command, handler.path, body or None, headers)
        reply = upstream.getresponse()
        content = reply.read()
        upstream.close()
        if what == "written":
            return
        if what == "hang":
            time.sleep(HANGING)
            return
        with suppress(OSError):
            handler.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

    def writes(self) -> list[tuple[str, str]]:
        return [x for x in self.seen if x[0] in {"PUT", "POST", "DELETE", "PATCH"}]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
