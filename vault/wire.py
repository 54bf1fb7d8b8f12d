"""What is said over the key service's socket: a length of 32 bits, then JSON of so many bytes.

JSON knows no bytes, ids, and mappings whose keys are pairs; each goes as a list behind its sign.
"""

import base64
import json
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

MOST_BYTES: Final = 4 * 1024 * 1024
_BYTES, _UUID, _MAP, _LIST = "b", "u", "m", "l"


class Garbled(Exception):
    """What came is no message, is longer than one may be, or ended halfway."""


def send(channel: socket.socket, message: object) -> None:
    """Say one thing."""
    body = json.dumps(_packed(message), separators=(",", ":")).encode()
    channel.sendall(struct.pack(">I", len(body)) + body)


def receive(channel: socket.socket) -> Any:
    """Hear one thing: what was sent, with lists where there were tuples. EOFError at the end.

    :raises Garbled: for anything that is no whole message.
    """
    head = _read(channel, 4)
    if not head:
        raise EOFError
    (length,) = struct.unpack(">I", head) if len(head) == struct.calcsize(">I") else (-1,)
    if not 0 <= length <= MOST_BYTES:
        raise Garbled
    body = _read(channel, length)
    if len(body) != length:
        raise Garbled
    try:
        return _unpacked(json.loads(body))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Garbled from None


def _read(channel: socket.socket, length: int) -> bytes:
    """So many bytes, or fewer if nothing more comes."""
    found = bytearray()
    while len(found) < length and (part := channel.recv(length - len(found))):
        found += part
    return bytes(found)


def _packed(value: object) -> object:
    match value:
        case bytes():
            return [_BYTES, base64.b64encode(value).decode()]
        case UUID():
            return [_UUID, value.hex]
        case Mapping():
            return [_MAP, *([_packed(name), _packed(each)] for name, each in value.items())]
        case str() | bool() | int() | None:
            return value
        case Sequence():
            return [_LIST, *map(_packed, value)]
        case _:
            raise TypeError(type(value).__name__)


def _unpacked(value: Any) -> Any:
    match value:
        case [str(sign), str(text)] if sign == _BYTES:
            return base64.b64decode(text, validate=True)
        case [str(sign), str(text)] if sign == _UUID:
            return UUID(text)
        case [str(sign), *pairs] if sign == _MAP:
            return {_hashable(_unpacked(name)): _unpacked(each) for name, each in pairs}
        case [str(sign), *items] if sign == _LIST:
            return [_unpacked(each) for each in items]
        case str() | bool() | int() | None:
            return value
        case _:
            raise Garbled


def _hashable(name: Any) -> Any:
    return tuple(name) if isinstance(name, list) else name
