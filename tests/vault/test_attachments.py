"""A file opens whole, in its place, or not at all."""

import hashlib

import pytest

from tests.vault import reference
from vault.attachments import (
    FRAME,
    FileContext,
    frames_of,
    open_frame,
    seal_frames,
    sealed_length,
)
from vault.errors import CannotOpen

KEY = bytes(range(1, 33))
PLACE = FileContext("case-1", "record-1")
LENGTHS = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME]
KNOWN = "836a111735a20c79"
"""The first bytes of SHA-256 over the frames of 70,000 times ``p``: they may never change."""


def sealed(content, place=PLACE):
    return list(seal_frames(KEY, content, place))


def opened(frames, place=PLACE, key=KEY, number_of=None):
    number_of = number_of or len(frames)
    return b"".join(
        open_frame(key, frame, place, number=number, frames=number_of)
        for number, frame in enumerate(frames)
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_of_any_length_is_given_back_as_it_was(length):
    content = bytes(length % 251 for length in range(length))
    frames = sealed(content)

    assert opened(frames) == content
    assert len(frames) == frames_of(length)
    assert sum(map(len, frames)) == sealed_length(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_an_implementation_that_knows_only_the_format_writes_the_same(length):
    content = bytes(length)
    assert sealed(content) == reference.frames(KEY, PLACE, content)


def test_the_format_is_what_it_was():
    digest = hashlib.sha256(b"".join(sealed(b"p" * 70_000))).hexdigest()
    assert digest.startswith(KNOWN)


@pytest.fixture
def frames():
    made = sealed(b"a" * FRAME + b"b" * FRAME + b"c")
    assert opened(made)  # whole, it opens
    return made


def test_cut_off_at_a_frame_it_does_not_open(frames):
    with pytest.raises(CannotOpen):
        opened(frames[:2])


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 0, 2), (0, 1, 1)])
def test_swapped_or_doubled_frames_do_not_open(frames, order):
    with pytest.raises(CannotOpen):
        opened([frames[at] for at in order])


def test_with_something_behind_it_it_does_not_open(frames):
    with pytest.raises(CannotOpen):
        opened([*frames, frames[2]])


@pytest.mark.parametrize("at", [0, 31, 40, -1])
def test_a_changed_bit_is_seen(frames, at):
    spoilt = bytearray(frames[0])
    spoilt[at] ^= 1
    with pytest.raises(CannotOpen):
        opened([bytes(spoilt), *frames[1:]])


@pytest.mark.parametrize("frame", [b"", b"x" * 10, b"x" * 47])
def test_what_is_no_frame_is_refused_like_a_spoilt_one(frame):
    with pytest.raises(CannotOpen):
        opened([frame])


@pytest.mark.parametrize("place", [FileContext("case-2", "record-1"), FileContext("case-1", "r")])
def test_in_another_place_it_does_not_open(frames, place):
    with pytest.raises(CannotOpen):
        opened(frames, place)


@pytest.mark.parametrize("key", [bytes(32), b"", KEY[:31]])
def test_with_another_key_it_does_not_open(frames, key):
    with pytest.raises(CannotOpen):
        opened(frames, key=key)
