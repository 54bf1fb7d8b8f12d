"""Systems as integrators write them: a token for five minutes, JSON, a key with every POST."""

import json
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.actions.clients import add_client
from accounts.models import Agency
from accounts.scopes import SCOPES
from tests import databases, given
from tests.world import CLIENT_ID, CLIENT_SECRET

ROOT = "/api/v1/"


class System:
    """One system of one agency, with a token for its scopes."""

    def __init__(self, client_id: str, secret: str, scopes: str = " ".join(SCOPES)) -> None:
        self.browser = Client(raise_request_exception=False)
        form = {"grant_type": "client_credentials", "scope": scopes}
        secrets = {"client_id": client_id, "client_secret": secret}
        answer = self.browser.post(f"{ROOT}token/", form | secrets)
        self.token = answer.json()["access_token"]

    def get(self, path: str, **headers: str) -> Any:
        """Read; a path from the root is taken as it is."""
        return self.browser.get(_at(path), headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Do; ``body`` may be bytes as they are to be sent. The key is new unless one is given."""
        text = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        named = {"Idempotency-Key": key or uuid.uuid4().hex, **headers}
        kind = named.pop("Content-Type", "application/json")
        return self.browser.post(_at(path), text, content_type=kind, headers=self._headers(named))

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> HttpResponse:
        """Any method, with exactly these headers beside the token."""
        call = self.browser.generic
        return call(method, ROOT + path, body, "application/json", headers=self._headers(headers))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **headers}


def _at(path: str) -> str:
    return path if path.startswith("/") else ROOT + path


def police(scopes: str = " ".join(SCOPES)) -> System:
    """The force's records system, which every world has."""
    return System(CLIENT_ID, CLIENT_SECRET, scopes)


def system_of(code: str, scopes: str = " ".join(SCOPES)) -> System:
    """A new system of an agency; needs a database that commits."""
    with databases.as_owner():
        made = add_client(Agency.objects.get(code=code), title="Case system", scopes=scopes.split())
    return System(made.client_id, made.client_secret, scopes)


def body(**changes: Any) -> dict[str, Any]:
    """A referral after a visit that ended two hours ago, agreed to, with safe mornings."""
    windows = [{"day": day, "from": "09:00", "to": "12:00"} for day in ("mon", "tue", "wed")]
    return {
        "visit_ended_at": given.route().visit_ended_at.isoformat(),
        "area_code": "E08000012",
        "harm_strands": ["domestic_abuse"],
        "risk_band": "high",
        "children": True,
        "consent": {"answer": "given", "method": "in_person", "wording_version": "2026-1"},
        "contact": {"direct": "allowed", "safe_windows": windows},
        "case": given.DOCUMENTS,
        **changes,
    }


def problem(answer: Any) -> tuple[int, str, list[str]]:
    """A refusal's status, kind, and where what is wrong stands."""
    found = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (found["status"], len(found["request_id"])) == (answer.status_code, 32)
    pointers = [error["pointer"] for error in found.get("errors", [])]
    return answer.status_code, found["type"].rpartition("/")[2], pointers
