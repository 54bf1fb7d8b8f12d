"""The client: a token when one is needed, a key with every deed, one row after the other."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

import requests
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from pierhead_client.errors import NotAnswered, Refused

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE: Final = 50
"""Seconds an assertion is good for; more than sixty is refused."""
EARLY: Final = 20
"""Seconds before its end that a token is given up."""
TRIES: Final = 3
DONE: Final = frozenset({200, 201})
AGAIN: Final = frozenset({429, 502, 503, 504})
LONGEST_WAIT: Final = 30
MOST_ROWS: Final = 100
MOST_BYTES: Final = 1_000_000
"""So much of an import one request may bring."""
Row = dict[str, Any]


class Proof(Protocol):
    """How a system proves that it is itself."""

    client_id: str

    def form(self, token_url: str) -> Mapping[str, str]:
        """What is sent with a request for a token."""
        ...


@dataclass(frozen=True)
class Secret:
    """A secret that was shown once. For a trial."""

    client_id: str
    secret: str

    def form(self, token_url: str) -> Mapping[str, str]:
        """The secret itself."""
        del token_url
        return {"client_id": self.client_id, "client_secret": self.secret}


@dataclass(frozen=True)
class KeyPair:
    """A private key on P-256 or Ed25519, in PEM, whose public half is registered."""

    client_id: str
    private_pem: bytes

    def form(self, token_url: str) -> Mapping[str, str]:
        """An assertion that is good once, for a minute."""
        key = JWK.from_pem(self.private_pem)
        algorithm = "ES256" if key.export_public(as_dict=True)["kty"] == "EC" else "EdDSA"
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": token_url,
            "jti": uuid.uuid4().hex,
            "exp": int(time.time()) + LIFE,
        }
        signed = JWT(header={"alg": algorithm}, claims=claims, algs=["ES256", "EdDSA"])
        signed.make_signed_token(key)
        return {"client_assertion_type": ASSERTION, "client_assertion": signed.serialize()}


class Client:
    """One system of one agency.

    Use it as a context, or close it. It waits as long as it is told to, at most half a minute, and
    asks three times; after that whoever called decides, with the key they gave.
    """

    def __init__(
        self,
        url: str,
        proof: Proof,
        scopes: str,
        *,
        timeout: float = 15.0,
    ) -> None:
        self._root = url.rstrip("/") + "/api/v1/"
        self._proof, self._scopes = proof, scopes
        self._http, self._timeout = requests.Session(), timeout
        self._token, self._token_ends = "", 0.0

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    # ---- what there is

    def referrals(self, **narrowed: str) -> Iterator[Row]:
        """The agency's referrals, newest first, page after page: ``side``, ``status``."""
        return self._rows("referrals/", narrowed)

    def referral(self, reference: str) -> Row:
        """A referral's clear facts, and in ``available_moves`` what may be done now."""
        return self._get(f"referrals/{reference}/")

    def case(self, reference: str) -> Row:
        """What the agency was granted of a referral's case. Every reading is on record."""
        return self._get(f"referrals/{reference}/case/")

    def follow_ups(self, **narrowed: str) -> Iterator[Row]:
        """The agency's follow-ups."""
        return self._rows("follow-ups/", narrowed)

    def services(self, **narrowed: str) -> Iterator[Row]:
        """The services that take referrals today: ``need``, ``area_code``, ``age_band``."""
        return self._rows("services/", narrowed)

    def events(self, after: int = 0) -> Iterator[Row]:
        """What happened after a position, oldest first, until there is no more just now.

        Keep the last row's ``position``. A 410 (``events-gone``) says that you come too late.
        """
        more = True
        while more:
            page = self._get("events/", {"after": str(after), "page_size": "100"})
            yield from page["results"]
            after, more = page["last"], page["more"]

    # ---- what can be done

    def refer(self, referral: Mapping[str, Any], *, key: str = "") -> Row:
        """Send a referral after a police visit, or keep it with ``"draft": True``."""
        return self.post("referrals/", referral, key=key)

    def move(
        self, reference: str, verb: str, said: Mapping[str, Any] | None = None, *, key: str = ""
    ) -> Row:
        """``accept``, ``decline``, ``ask``, … as ``available_moves`` names them."""
        return self.post(f"referrals/{reference}/{verb}/", said or {}, key=key)

    def import_rows(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
        """Bring referrals many at a time, each with its ``source_id``; what became of each.

        A row that was brought before makes nothing again: after a crash, bring them all again.
        """
        return self._import("application/x-ndjson", b"", (_line(row) for row in rows))

    def import_csv(self, lines: Iterable[str]) -> Iterator[Row]:
        """The same for the lines of a table, the first of which names its columns.

        A line is a row: cells that hold line breaks are for :meth:`import_rows`.
        """
        head, *rest = [line.rstrip("\r\n").encode() + b"\n" for line in lines if line.strip()]
        return self._import("text/csv", head, rest)

    def _import(self, kind: str, head: bytes, lines: Iterable[bytes]) -> Iterator[Row]:
        path = f"{self._root}imports/{self.post('imports/', {})['id']}/rows/"
        for bite in _bites(lines):
            headers = {"Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex}
            told = self._answered("POST", path, headers=headers, data=head + b"".join(bite))
            yield from told["results"]

    def post(self, path: str, said: Mapping[str, Any], *, key: str = "") -> Row:
        """Do something once. Give a ``key`` of your own to be able to ask again after a crash."""
        named = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._answered("POST", self._root + path, headers=named, json=dict(said))

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Row:
        return self._answered("GET", self._root + path, params=dict(query or {}))

    def _rows(self, path: str, query: Mapping[str, str]) -> Iterator[Row]:
        page = self._get(path, query)
        yield from page["results"]
        while page["next"]:
            if not page["next"].startswith(self._root):
                raise NotAnswered("The next page leads elsewhere.")
            page = self._answered("GET", page["next"])
            yield from page["results"]

    def _answered(self, method: str, url: str, **asked: Any) -> Row:
        headers = asked.pop("headers", {})
        for attempt in range(1, TRIES + 1):
            bearer = {"Authorization": f"Bearer {self._bearer()}", **headers}
            answer = self._ask(method, url, headers=bearer, **asked)
            if answer.status_code == HTTPStatus.UNAUTHORIZED and attempt < TRIES:  # it has ended
                self._token = ""
                continue
            if answer.status_code not in AGAIN or attempt == TRIES:
                return _read(answer)
            time.sleep(min(_seconds(answer), LONGEST_WAIT))
        raise AssertionError

    def _bearer(self) -> str:
        if not self._token or time.monotonic() >= self._token_ends:
            url = f"{self._root}token/"
            form = {"grant_type": "client_credentials", "scope": self._scopes}
            answer = self._ask("POST", url, data={**form, **self._proof.form(url)})
            given = _read(answer)
            self._token = str(given["access_token"])
            self._token_ends = time.monotonic() + given["expires_in"] - EARLY
        return self._token

    def _ask(self, method: str, url: str, **asked: Any) -> requests.Response:
        limits: dict[str, Any] = {"timeout": self._timeout, "allow_redirects": False}
        try:
            return self._http.request(method, url, **limits, **asked)
        except requests.RequestException as error:
            raise NotAnswered(type(error).__name__) from error


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(row)).encode() + b"\n"


def _bites(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """So many lines at a time as one request may bring."""
    bite: list[bytes] = []
    for line in lines:
        if bite and (len(bite) == MOST_ROWS or sum(map(len, bite)) + len(line) > MOST_BYTES):
            yield bite
            bite = []
        bite.append(line)
    if bite:
        yield bite


def _seconds(answer: requests.Response) -> float:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else 1.0


def _read(answer: requests.Response) -> Row:
    """The body of what was done; what was refused is raised."""
    try:
        body = answer.json()
    except ValueError:
        raise NotAnswered(f"{answer.status_code}, and no JSON") from None
    if not isinstance(body, dict):
        raise NotAnswered(f"{answer.status_code}, and no object")
    if answer.status_code in DONE:
        return body
    if answer.status_code in AGAIN or answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotAnswered(f"{answer.status_code} {body.get('detail', '')}".strip())
    raise Refused(answer.status_code, body)
