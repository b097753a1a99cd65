"""HTTP to one server: with a time limit, no redirects, and no password in any message."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from extractor.push import PushError, UnsureError

TIMEOUT = 30.0  # seconds that a server may keep silent
_PAUSE = 0.3  # seconds before a question is asked again
_MAX_ANSWER = 100_000_000  # bytes
_OPEN = "không rõ đã ghi chưa; chạy lại sẽ rõ"
_LOST = (OSError, http.client.HTTPException)  # timeouts and urllib's own errors are OSErrors


@dataclass(frozen=True)
class Answer:
    """A server's answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would carry the password to wherever the server says."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


class Web:
    """One server, asked with the same headers each time.

    url: http or https, without a password in it. secrets: texts that no message may hold.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], secrets: Sequence[str], timeout: float = 0
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise PushError("địa chỉ máy chủ phải bắt đầu bằng https:// hoặc http://")
        if parts.username or parts.password:
            raise PushError("địa chỉ máy chủ không được chứa tên và mật khẩu; ghi riêng chúng")
        self.url, self.host = url, parts.netloc
        self.in_clear = parts.scheme == "http" and not _loopback(parts.hostname)
        self._headers, self._secrets, self._timeout = (
            dict(headers),
            tuple(secrets),
            timeout or TIMEOUT,
        )
        self._opener = urllib.request.build_opener(_Stay)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """The answer to what changes nothing, asked once more where it was lost; PushError after that."""
        try:
            try:
                answer = self._send(method, path, body, headers)
                if answer.status < 500 and answer.status != 429:
                    return answer
            except _LOST:
                pass
            time.sleep(_PAUSE)
            return self._send(method, path, body, headers)
        except _LOST as error:
            raise PushError(f"{self.host}: không kết nối được ({self._said(error)})") from error

    def change(
        self, method: str, path: str, body: bytes, *, again: bool = False, **headers: str
    ) -> Answer:
        """The answer to a write, sent once; UnsureError where the server may have written or not."""
        try:
            answer = self._send(method, path, body, headers)
        except _LOST as error:
            lost = f"{self.host}: mất kết nối ({self._said(error)}), {_OPEN}"
            raise UnsureError(lost, again=again) from error
        if answer.status >= 500 or answer.status == 429:
            raise UnsureError(f"{self.told(answer)}, {_OPEN}", again=again)
        return answer

    def told(self, answer: Answer, words: str = "") -> str:
        """An answer in words for a person, without our passwords."""
        if 300 <= answer.status < 400:
            words = f"chuyển hướng tới {answer.headers.get('location', '?')}; hãy ghi địa chỉ ấy"
        known = {401: "sai tên hoặc mật khẩu", 403: "không có quyền", 404: "không có ở đó"}
        words = words or known.get(answer.status, "")
        text = f"{self.host}: máy chủ trả lời {answer.status}" + (f" ({words})" if words else "")
        return self._clean(text)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        where = urljoin(self.url, path)
        if urlsplit(where).netloc != self.host:
            raise PushError(self._clean(f"{self.host}: máy chủ chỉ sang {urlsplit(where).netloc}"))
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            where, data=body, headers={**self._headers, **named}, method=method
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as reply:
                return _read(reply)
        except urllib.error.HTTPError as reply:
            with reply:
                return _read(reply)

    def _said(self, error: BaseException) -> str:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return f"quá {self._timeout:g} giây không trả lời"
        return self._clean(
            str(getattr(reason, "strerror", None) or reason or type(reason).__name__)
        )

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            if secret:
                text = text.replace(secret, "***")
        return text


def basic(user: str, password: str) -> str:
    """The header that names a user (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _read(reply: Any) -> Answer:
    body = reply.read(_MAX_ANSWER)
    return Answer(reply.status, {k.lower(): v for k, v in reply.headers.items()}, body)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
