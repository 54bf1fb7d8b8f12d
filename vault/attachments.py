"""Files, sealed frame by frame under a key of their own, sealed in turn with what is said of them.

    frame key[32] | commit[32] = HKDF-SHA256(ikm = file key, info = label | SHA256(CTX))
    frame i = GCM(frame key, nonce = 0^7 | u32(i) | u8(is last), 64 KiB, aad = label | CTX)
    CTX = LP("attachment") LP(case_id) LP(record_id)
    the first frame is preceded by the commitment

A file key seals one file, once, so that the counter never meets the same key twice. Dropped,
swapped, doubled or cut off, a frame does not open; moved to another case, none does.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.encoding import length_prefixed
from vault.errors import refused
from vault.sealing import COMMIT_LENGTH, KEY_LENGTH, TAG_LENGTH, derive

FRAME: Final = 64 * 1024
LABEL: Final = b"pierhead/v1/attachment"


class FileContext(NamedTuple):
    """Where a file belongs."""

    case_id: str
    record_id: str


def frames_of(length: int) -> int:
    """How many frames a file of so many bytes has; an empty one has one."""
    return max(1, -(-length // FRAME))


def sealed_length(length: int) -> int:
    """How many bytes its frames have together."""
    return length + frames_of(length) * TAG_LENGTH + COMMIT_LENGTH


def seal_frames(key: bytes, content: bytes, context: FileContext) -> Iterator[bytes]:
    """The frames of a file, in their order."""
    cipher, commit, bound = _opener(key, context)
    last = frames_of(len(content)) - 1
    for number in range(last + 1):
        part = content[number * FRAME : (number + 1) * FRAME]
        locked = cipher.encrypt(_nonce(number, is_last=number == last), part, bound)
        yield (b"" if number else commit) + locked


def open_frame(
    key: bytes, frame: bytes, context: FileContext, *, number: int, frames: int
) -> bytes:
    """What the frame with a number (from 0) holds.

    :raises CannotOpen: unless it is that frame of that file, as it was sealed.
    """
    cipher, commit, bound = _opener(key, context)
    if number == 0:
        if not hmac.compare_digest(frame[:COMMIT_LENGTH], commit):
            raise refused("file")
        frame = frame[COMMIT_LENGTH:]
    try:
        return cipher.decrypt(_nonce(number, is_last=number == frames - 1), frame, bound)
    except (InvalidTag, ValueError):
        raise refused("file") from None


def _opener(key: bytes, context: FileContext) -> tuple[AESGCM, bytes, bytes]:
    if len(key) != KEY_LENGTH:
        raise refused("file")
    place = length_prefixed("attachment", *context)
    info = LABEL + hashlib.sha256(place).digest()
    made = derive(key, info=info, length=KEY_LENGTH + COMMIT_LENGTH)
    return AESGCM(made[:KEY_LENGTH]), made[KEY_LENGTH:], LABEL + place


def _nonce(number: int, *, is_last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([is_last])
