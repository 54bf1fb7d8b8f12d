"""What is said over the key service's socket comes out as it went in, or not at all."""

import json
import socket
import struct
import threading
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import wire

CASE = UUID(int=7)
PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.uuids()
KEYS = st.dictionaries(st.tuples(st.text(), st.integers(0)), st.binary())
ANYTHING = st.recursive(
    PLAIN | KEYS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    for end in (left, right):
        end.settimeout(5)
    yield left, right
    left.close()
    right.close()


def said(*raw, closed=True):
    """What is heard of raw bytes."""
    left, right = socket.socketpair()
    with left, right:
        right.settimeout(5)
        for part in raw:
            left.sendall(part)
        if closed:
            left.shutdown(socket.SHUT_WR)
        return wire.receive(right)


def framed(body):
    return struct.pack(">I", len(body)) + body


@given(ANYTHING)
def test_what_is_said_is_heard(value):
    left, right = socket.socketpair()
    with left, right:
        wire.send(left, value)
        assert wire.receive(right) == value


def test_tuples_are_heard_as_lists_and_pairs_stay_the_names_of_keys(pair):
    left, right = pair
    wire.send(left, {"keys": {("identity", 3): b"k"}, "words": (CASE, 1, True, None)})

    heard = wire.receive(right)

    assert heard == {"keys": {("identity", 3): b"k"}, "words": [CASE, 1, True, None]}


def test_one_thing_is_heard_after_the_other_and_then_the_end(pair):
    left, right = pair
    wire.send(left, "first")
    wire.send(left, "second")
    left.shutdown(socket.SHUT_WR)

    assert [wire.receive(right), wire.receive(right)] == ["first", "second"]
    with pytest.raises(EOFError):
        wire.receive(right)


def test_what_comes_in_pieces_is_heard_whole():
    body = json.dumps(["b", "a2V5"]).encode()

    assert said(framed(body)[:2], framed(body)[2:9], framed(body)[9:]) == b"key"


@pytest.mark.parametrize(
    "raw",
    [
        b"\0",
        b"\0\0\0",
        framed(b'"whole"')[:-1],
        struct.pack(">I", wire.MOST_BYTES + 1),
        framed(b"{}"),
        framed(b"[]"),
        framed(b'["x"]'),
        framed(b'["b"]'),
        framed(b'["b","*"]'),
        framed(b'["b","a"]'),
        framed(b'["u","x"]'),
        framed(b'["m",[1]]'),
        framed(b'["m",[["l"],1],3]'),
        framed(b"1.5"),
        framed(b"\xff"),
        framed(b"["),
        framed(b'["l",' * 20_000),
    ],
    ids=lambda raw: raw.hex()[:24],
)
def test_what_is_no_message_is_garbled(raw):
    with pytest.raises(wire.Garbled):
        said(raw)


def test_the_longest_message_is_heard_and_no_longer_one():
    body = json.dumps("x" * (wire.MOST_BYTES - 2)).encode()
    left, right = socket.socketpair()
    with left, right:
        right.settimeout(5)
        right.settimeout(20)
        writer = threading.Thread(target=left.sendall, args=[framed(body)])
        writer.start()
        assert len(wire.receive(right)) == wire.MOST_BYTES - 2
        writer.join()
    assert len(body) == wire.MOST_BYTES


def test_what_cannot_be_said_is_refused_before_a_byte_goes(pair):
    left, right = pair
    with pytest.raises(TypeError, match="float"):
        wire.send(left, {"a": 1.5})
    wire.send(left, "after")

    assert wire.receive(right) == "after"
