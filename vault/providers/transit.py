"""The root in HashiCorp Vault or OpenBao: one Transit key, made with ``derived=true``.

    wrapped   = 0x02 | key version32 | ciphertext, under the key derived for
                LP("wrap") LP(purpose) LP(name) LP(value) …
    signature = 0x02 | key version32 | HMAC-SHA-256 of the statement

What a key was wrapped for goes into the derivation and not into associated data, because Transit
rewraps by the former alone. The root itself never leaves the service.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3

from vault.errors import CannotOpen, RootKeyRefused, away, refused
from vault.providers import Context, Description, statement_of, try_out, wrapping_context
from vault.providers.patience import ANSWER_WITHIN, AT_ONCE, CONNECT_WITHIN, Patience

FORMAT: Final = b"\x02"
HEADER_LENGTH: Final = 5
MOST_ANSWERED: Final = 64 * 1024
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SPOKEN: Final = re.compile(r"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class TransitSite:
    """Where the key is. The token is read from its file anew each time, for an agent renews it."""

    url: str
    token_file: Path
    key: str
    mount: str = "transit"
    namespace: str = ""
    ca_file: str = ""


class TransitProvider:
    """Sends what it wraps and unwraps to the service; holds no root."""

    def __init__(self, site: TransitSite, patience: Patience | None = None) -> None:
        _refuse_in_the_clear(site.url)
        self._site, self._patience = site, patience or Patience()
        self._is_checked = False
        self._http = urllib3.PoolManager(
            maxsize=AT_ONCE,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_WITHIN, read=ANSWER_WITHIN),
            ca_certs=site.ca_file or None,
        )

    def wrap(self, purpose: str, context: Context, key: bytes) -> bytes:
        """Encrypted under the newest version."""
        self._refuse_a_key_that_ignores_context()
        asked = {"plaintext": _spoken(key), "context": _context(purpose, context)}
        return _kept(self._ask("encrypt", asked)["ciphertext"])

    def unwrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Decrypted with the version that encrypted, so long as the service still lets it."""
        self._refuse_a_key_that_ignores_context()
        asked = {"ciphertext": _said(wrapped), "context": _context(purpose, context)}
        return base64.b64decode(self._ask("decrypt", asked)["plaintext"])

    def rewrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Done inside the service: the key is not seen here."""
        self._refuse_a_key_that_ignores_context()
        asked = {"ciphertext": _said(wrapped), "context": _context(purpose, context)}
        return _kept(self._ask("rewrap", asked)["ciphertext"])

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under the newest version."""
        return self.sign(purpose, message)[HEADER_LENGTH:]

    def sign(self, purpose: str, message: bytes) -> bytes:
        """An HMAC: only the service itself can check it, and only the house ever asks."""
        asked = {"input": _spoken(statement_of(purpose, message))}
        return _kept(self._ask("hmac", asked, "/sha2-256")["hmac"])

    def holds(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Checked by the service, with the version that signed."""
        try:
            asked = {"input": _spoken(statement_of(purpose, message)), "hmac": _said(signature)}
            return self._ask("verify", asked, "/sha2-256")["valid"] is True
        except CannotOpen:
            return False

    def wrapped_by(self, wrapped: bytes) -> str:
        """The key and the version in the header."""
        return self._named(int.from_bytes(wrapped[1:HEADER_LENGTH], "big"))

    def signed_by(self, signature: bytes) -> str:
        """Likewise."""
        return self.wrapped_by(signature)

    def healthcheck(self) -> None:
        """Raise unless the service wraps and unwraps, each for its own context alone."""
        try_out(self)

    def describe(self) -> Description:
        """The newest version, and the one before where there is one."""
        newest = int(self._ask("keys")["latest_version"])
        previous = self._named(newest - 1) if newest > 1 else None
        return Description("transit", self._named(newest), previous)

    def _named(self, version: int) -> str:
        return f"{self._site.key}:v{version}"

    def _refuse_a_key_that_ignores_context(self) -> None:
        """A Transit key that does not derive lets any wrapped key pass for any other."""
        if self._is_checked:
            return
        if self._ask("keys").get("derived") is not True:
            raise RootKeyRefused(
                f"The Transit key {self._site.key} does not derive: what it wraps could be moved "
                "to another agency. Make one with derived=true."
            )
        self._is_checked = True

    def _ask(
        self, verb: str, body: Mapping[str, str] | None = None, more: str = ""
    ) -> Mapping[str, Any]:
        """One question. CannotOpen when the service will not, KeyServiceAway when it cannot."""
        with self._patience.asking():
            status, answer = self._answered(f"{verb}/{self._site.key}{more}", body)
            if status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
                raise away(f"HTTP {status}")
            if status == HTTPStatus.OK and not isinstance(answer.get("data"), dict):
                raise away("no answer we know")
        if status == HTTPStatus.BAD_REQUEST:
            raise refused("key")
        found: Mapping[str, Any] = answer["data"]
        return found

    def _answered(self, path: str, body: Mapping[str, str] | None) -> tuple[int, Mapping[str, Any]]:
        try:
            response = self._http.request(
                "POST" if body else "GET",
                f"{self._site.url.rstrip('/')}/v1/{self._site.mount}/{path}",
                body=json.dumps(body) if body else None,
                headers=self._headers(),
                redirect=False,
                preload_content=False,
            )
            said = response.read(MOST_ANSWERED)
            response.release_conn()
            return response.status, json.loads(said) if said.startswith(b"{") else {}
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
            raise away(type(fault).__name__) from None

    def _headers(self) -> dict[str, str]:
        named = {"X-Vault-Namespace": self._site.namespace} if self._site.namespace else {}
        token = self._site.token_file.read_text().strip()
        return {"X-Vault-Token": token, "X-Vault-Request": "true", **named}


def _refuse_in_the_clear(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise RootKeyRefused("TRANSIT_URL must begin with https://.")


def _context(purpose: str, context: Context) -> str:
    return _spoken(wrapping_context(purpose, context))


def _spoken(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _kept(said: str) -> bytes:
    """`vault:v3:…` as it is stored: in bytes, so that no two spellings mean the same."""
    found = _SPOKEN.fullmatch(said)
    if found is None:
        raise away("no ciphertext we know")
    version, encoded = found.groups()
    return FORMAT + int(version).to_bytes(4, "big") + base64.b64decode(encoded)


def _said(kept: bytes) -> str:
    version = int.from_bytes(kept[1:HEADER_LENGTH], "big")
    if not kept.startswith(FORMAT) or len(kept) <= HEADER_LENGTH or version < 1:
        raise refused("key")
    return f"vault:v{version}:{_spoken(kept[HEADER_LENGTH:])}"
