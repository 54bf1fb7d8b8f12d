"""Systems as integrators write them: a key with every POST, and again until it is answered."""

import http.client
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from accounts.scopes import SCOPES

ROOT = "/api/v1/"
PAUSE = 0.1


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass
class System:
    """One agency's system. ``patience`` is for how long it asks again what was not answered."""

    port: int
    client_id: str
    secret: str
    patience: float = 30
    token: str = ""
    retries: Counter[str] = field(default_factory=Counter)

    def sign_in(self) -> "System":
        """Get a token for everything."""
        form = {"grant_type": "client_credentials", "scope": " ".join(SCOPES)}
        secrets = {"client_id": self.client_id, "client_secret": self.secret}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._again("POST", "token/", urlencode(form | secrets), kind)
        assert answer.status == 200, answer
        self.token = answer.json()["access_token"]
        return self

    def get(self, path: str) -> Answer:
        """Read."""
        return self._again("GET", path, None, self._token())

    def post(self, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Do once."""
        named = {"Idempotency-Key": key or uuid4().hex, "Content-Type": "application/json"}
        return self._again("POST", path, json.dumps(body or {}), self._token() | named)

    def send_file(self, path: str, content: str) -> Answer:
        """Add a text file once."""
        named = {"Idempotency-Key": uuid4().hex, "Content-Type": "text/plain"}
        return self._again("POST", path, content, self._token() | named)

    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _again(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        give_up_at = time.monotonic() + self.patience
        while True:
            try:
                answer = ask(self.port, method, ROOT + path, body, headers)
                if answer.status != 503 or time.monotonic() > give_up_at:
                    return answer
                self.retries["503"] += 1
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > give_up_at:
                    raise
                self.retries[type(error).__name__] += 1
            time.sleep(PAUSE)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request on a connection of its own, tried once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    began = time.monotonic()
    try:
        connection.request(method, path, body, {"Connection": "close", **(headers or {})})
        response = connection.getresponse()
        read = response.read()
        return Answer(response.status, dict(response.headers), read, time.monotonic() - began)
    finally:
        connection.close()
