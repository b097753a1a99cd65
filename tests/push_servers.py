"""Real trackers on loopback, what a clerk does in them, and a proxy that spoils the connection."""

# ruff: noqa: S310, S105 - loopback, and a password of no use elsewhere

from __future__ import annotations

import http.client
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
            time.sleep(1.5)
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
