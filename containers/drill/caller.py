"""An agency's own system, calling as it would through the proxy that ends TLS."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from drill.report import NotShown, check

HOST = "pierhead.example"
AWAY = (OSError, http.client.HTTPException)


@dataclass
class Caller:
    """Signs in with a client's own secret, and again when its token has run out."""

    port: int
    client_id: str
    client_secret: str
    scopes: str
    _token: str = field(default="", repr=False)
    _good_until: float = 0.0

    def get(self, path: str) -> dict[str, Any]:
        """Read something."""
        return self._succeed("GET", path, None, {})

    def post(self, path: str, body: dict[str, Any], *, key: str = "") -> dict[str, Any]:
        """Do something, once."""
        return self._succeed("POST", path, body, {"Idempotency-Key": key or uuid.uuid4().hex})

    def post_until_answered(self, path: str, body: dict[str, Any], *, within: float) -> Any:
        """Do something once, asking again with the same key while nobody answers."""
        key, ends = uuid.uuid4().hex, time.monotonic() + within
        while True:
            try:
                return self.post(path, body, key=key)
            except (*AWAY, NotShown) as fault:
                check(time.monotonic() < ends, f"No answer within {within:.0f} s: {fault}")
                time.sleep(0.3)

    def _succeed(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        signed = headers | {"Authorization": f"Bearer {self._signed_in()}"}
        sent = None if body is None else json.dumps(body)
        status, answer = call(self.port, method, path, sent, signed)
        check(status in (200, 201), f"{method} {path}: {status} {answer[:600]}")
        return dict(json.loads(answer))

    def _signed_in(self) -> str:
        if time.monotonic() > self._good_until:
            form = urlencode(
                {
                    "grant_type": "client_credentials",
                    "client_id": self.client_id,
                    "client_secret": self.client_secret,
                    "scope": self.scopes,
                }
            )
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            status, answer = call(self.port, "POST", "/api/v1/token/", form, kind)
            check(status == http.client.OK, f"No token: {status} {answer[:300]}")
            self._token, self._good_until = (
                json.loads(answer)["access_token"],
                time.monotonic() + 200,
            )
        return self._token


def call(
    port: int, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[int, str]:
    """One request through the published port, as the proxy passes it on."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    passed_on = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.10",
        "Content-Type": "application/json",
    }
    try:
        connection.request(method, path, body, passed_on | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
