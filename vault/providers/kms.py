"""The root in AWS KMS: a symmetric key that wraps, and an HMAC key that signs, named by their ARNs.

    wrapped   = 0x03 | len8 | ARN of the wrapping key | ciphertext
    signature = 0x03 | len8 | ARN of the wrapping key | HMAC-SHA-256 of the statement

What a key was wrapped for is the encryption context. Rewrapping is done inside KMS. The two keys
of a root change together: its name is the wrapping key's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.errors import CannotOpen, away, refused
from vault.providers import Context, Description, statement_of, try_out
from vault.providers.patience import ANSWER_WITHIN, AT_ONCE, CONNECT_WITHIN, Patience

FORMAT: Final = b"\x03"
PURPOSE: Final = "wrapped-for"
ALGORITHM: Final = "HMAC_SHA_256"
REFUSALS: Final[set[str]] = {
    "InvalidCiphertextException",
    "IncorrectKeyException",
    "KMSInvalidMacException",
    "ValidationException",
}
# What a planted ciphertext gets that names a key elsewhere. Were it taken for an outage, whoever
# writes to the database could make the service rest for everybody.
DENIALS: Final[Mapping[str, set[str]]] = {
    "decrypt": {"AccessDeniedException"},
    "re_encrypt": {"AccessDeniedException"},
}


@dataclass(frozen=True)
class KmsRoot:
    """One version of the root."""

    key: str
    mac_key: str


class KmsProvider:
    """Sends what it wraps and unwraps to KMS; holds no root."""

    def __init__(
        self,
        region: str,
        current: KmsRoot,
        previous: KmsRoot | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._current, self._previous = current, previous
        self._roots = {root.key: root for root in (current, previous) if root}
        self._patience = patience or Patience()
        limits = Config(
            connect_timeout=CONNECT_WITHIN,
            read_timeout=ANSWER_WITHIN,
            retries={"total_max_attempts": 1},
            max_pool_connections=AT_ONCE,
        )
        self._client: Any = boto3.client("kms", region_name=region, config=limits)

    def wrap(self, purpose: str, context: Context, key: bytes) -> bytes:
        """Encrypted under the current root."""
        name = self._current.key
        asked = {"KeyId": name, "Plaintext": key, "EncryptionContext": _context(purpose, context)}
        return _kept(name, self._ask("encrypt", asked)["CiphertextBlob"])

    def unwrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Decrypted with the root that encrypted, so long as it is one of ours."""
        name, blob = self._read(wrapped)
        asked = {"KeyId": name, "CiphertextBlob": blob}
        return bytes(
            self._ask("decrypt", {**asked, "EncryptionContext": _context(purpose, context)})[
                "Plaintext"
            ]
        )

    def rewrap(self, purpose: str, context: Context, wrapped: bytes) -> bytes:
        """Done inside KMS: the key is not seen here."""
        name, blob = self._read(wrapped)
        bound = _context(purpose, context)
        asked = {
            "SourceKeyId": name,
            "CiphertextBlob": blob,
            "DestinationKeyId": self._current.key,
            "SourceEncryptionContext": bound,
            "DestinationEncryptionContext": bound,
        }
        return _kept(self._current.key, self._ask("re_encrypt", asked)["CiphertextBlob"])

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under the current root's HMAC key."""
        asked = {
            "KeyId": self._current.mac_key,
            "Message": statement_of(purpose, message),
            "MacAlgorithm": ALGORITHM,
        }
        return bytes(self._ask("generate_mac", asked)["Mac"])

    def sign(self, purpose: str, message: bytes) -> bytes:
        """An HMAC: only KMS itself can check it, and only the house ever asks."""
        return _kept(self._current.key, self.mac(purpose, message))

    def holds(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Checked by KMS, with the root that signed."""
        try:
            name, mac = self._read(signature)
            asked = {
                "KeyId": self._roots[name].mac_key,
                "Message": statement_of(purpose, message),
                "MacAlgorithm": ALGORITHM,
                "Mac": mac,
            }
            return self._ask("verify_mac", asked)["MacValid"] is True
        except CannotOpen:
            return False

    def wrapped_by(self, wrapped: bytes) -> str:
        """The ARN in the header."""
        return wrapped[2 : 2 + wrapped[1]].decode("ascii", "replace") if len(wrapped) > 1 else ""

    def signed_by(self, signature: bytes) -> str:
        """Likewise."""
        return self.wrapped_by(signature)

    def healthcheck(self) -> None:
        """Raise unless KMS wraps and unwraps."""
        try_out(self)

    def describe(self) -> Description:
        """Which keys of KMS are in use."""
        previous = self._previous.key if self._previous else None
        return Description("kms", self._current.key, previous)

    def _read(self, kept: bytes) -> tuple[str, bytes]:
        name = self.wrapped_by(kept)
        body = kept[2 + len(name) :]
        if not kept.startswith(FORMAT) or name not in self._roots or not body:
            raise refused("key")
        return name, body

    def _ask(self, verb: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """One question. CannotOpen when KMS will not, KeyServiceAway when it cannot."""
        with self._patience.asking():
            try:
                found: Mapping[str, Any] = getattr(self._client, verb)(**asked)
            except ClientError as fault:
                code = fault.response.get("Error", {}).get("Code", "")
                if code not in REFUSALS | DENIALS.get(verb, set()):
                    raise away(code) from None
            except BotoCoreError as fault:
                raise away(type(fault).__name__) from None
            else:
                return found
        raise refused("key")


def _context(purpose: str, context: Context) -> dict[str, str]:
    return {PURPOSE: purpose, **context}


def _kept(name: str, body: bytes) -> bytes:
    return FORMAT + bytes([len(name)]) + name.encode("ascii") + body
