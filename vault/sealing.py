"""The one symmetric seal of the house: AES-256-GCM under a key used once, with a commitment to it.

    sealed = header | salt[32] | commit[32]
             | GCM(message key, nonce = 0^12, aad = header | context, plaintext)
    message key[32] | commit[32]
           = HKDF-SHA256(ikm = key, salt = salt, info = label | SHA256(context))

One AES-GCM ciphertext can be made to open under two keys; the commitment, compared before
decrypting, closes that. The random salt gives every message a key of its own, so the fixed nonce
never meets the same key twice.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH = 32
SALT_LENGTH = 32
COMMIT_LENGTH = 32
TAG_LENGTH = 16
NONCE = bytes(12)


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return secrets.token_bytes(KEY_LENGTH)


def derive(
    key: bytes, *, info: bytes, salt: bytes | None = None, length: int = KEY_LENGTH
) -> bytes:
    """HKDF-SHA256."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def seal(key: bytes, plaintext: bytes, *, header: bytes, label: bytes, context: bytes) -> bytes:
    """Seal `plaintext` so that it opens only with this key, header, label and context."""
    if len(key) != KEY_LENGTH:
        raise ValueError("A key has 32 bytes.")
    salt = secrets.token_bytes(SALT_LENGTH)
    message_key, commit = _message_key(key, salt, label, context)
    locked = AESGCM(message_key).encrypt(NONCE, plaintext, header + context)
    return header + salt + commit + locked


def unseal(
    key: bytes, sealed: bytes, *, header: bytes, label: bytes, context: bytes
) -> bytes | None:
    """The plaintext, or None for every reason alike."""
    body = sealed[len(header) :]
    too_short = len(body) < SALT_LENGTH + COMMIT_LENGTH + TAG_LENGTH
    if len(key) != KEY_LENGTH or too_short or not sealed.startswith(header):
        return None
    salt, commit = body[:SALT_LENGTH], body[SALT_LENGTH : SALT_LENGTH + COMMIT_LENGTH]
    message_key, expected = _message_key(key, salt, label, context)
    if not hmac.compare_digest(commit, expected):
        return None
    try:
        locked = body[SALT_LENGTH + COMMIT_LENGTH :]
        return AESGCM(message_key).decrypt(NONCE, locked, header + context)
    except InvalidTag:
        return None


def _message_key(key: bytes, salt: bytes, label: bytes, context: bytes) -> tuple[bytes, bytes]:
    info = label + hashlib.sha256(context).digest()
    okm = derive(key, info=info, salt=salt, length=KEY_LENGTH + COMMIT_LENGTH)
    return okm[:KEY_LENGTH], okm[KEY_LENGTH:]
