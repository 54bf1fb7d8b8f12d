"""Fields sealed for one place open there and nowhere else."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.envelope import FieldContext, open_field, seal_field
from vault.errors import CannotOpen
from vault.sealing import seal

KEY = bytes(range(1, 33))
PLACE = FieldContext("case-1", "identity", "phone", "record-1", 1, 1)
BOUNDED = settings(max_examples=60, derandomize=True, deadline=None, database=None)

HARD_TEXTS = [
    "",
    "x",
    "x" * 63,
    "x" * 64,
    "x" * 65,
    "x" * 508,
    "x" * 509,
    "x" * 10_000,
    "😀👩‍👧",
    "a\x00b\x00",
    "\N{RIGHT-TO-LEFT OVERRIDE}שרה عائشة\N{POP DIRECTIONAL FORMATTING}",
    "𠜎𝔸",
]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_open_field_gives_back_what_was_sealed(text):
    envelope = seal_field(KEY, text.encode(), PLACE)

    assert open_field(KEY, envelope, PLACE) == text.encode()


@BOUNDED
@given(plaintext=st.binary(max_size=3000), record=st.text(max_size=40), version=st.integers(0))
def test_open_field_gives_back_any_bytes_from_any_place(plaintext, record, version):
    place = PLACE._replace(record_id=record, row_version=version)

    assert open_field(KEY, seal_field(KEY, plaintext, place), place) == plaintext


@pytest.mark.parametrize(
    "elsewhere",
    [
        PLACE._replace(case_id="case-2"),
        PLACE._replace(compartment="contact"),
        PLACE._replace(field="name"),
        PLACE._replace(record_id="record-2"),
        PLACE._replace(row_version=2),
        PLACE._replace(epoch=2),
        PLACE._replace(compartment="identityphone", field=""),
        PLACE._replace(row_version=11, epoch=""),
    ],
)
def test_open_field_refuses_an_envelope_moved_elsewhere(elsewhere, caplog):
    envelope = seal_field(KEY, b"07700 900123", PLACE)

    with pytest.raises(CannotOpen):
        open_field(KEY, envelope, elsewhere)

    assert open_field(KEY, envelope, PLACE) == b"07700 900123"
    assert caplog.messages == ["A sealed field was refused"]


def test_seal_field_twice_shares_nothing_past_the_header():
    text = b"the same narrative, word for word, and long enough to repeat itself" * 10

    first, second = seal_field(KEY, text, PLACE), seal_field(KEY, text, PLACE)

    windows = {first[at : at + 16] for at in range(2, len(first) - 15)}
    assert first[:2] == second[:2]
    assert not [at for at in range(2, len(second) - 15) if second[at : at + 16] in windows]


def test_no_text_and_a_short_text_do_not_differ_in_a_copy_of_the_table():
    sealed = [
        seal_field(KEY, text, PLACE) for text in (b"", b"{}", b'{"phone":""}', b"07700900123")
    ]

    assert {len(envelope) for envelope in sealed} == {146}
    assert {envelope[:2] for envelope in sealed} == {b"\x01\x01"}
    assert len({envelope[2:34] for envelope in sealed}) == len(sealed)


def test_empty_text_looks_like_a_short_one():
    assert len(seal_field(KEY, b"", PLACE)) == len(seal_field(KEY, b"x" * 60, PLACE))


@pytest.mark.parametrize(
    ("length", "stored"), [(0, 64), (60, 64), (61, 128), (508, 512), (509, 1024), (1020, 1024)]
)
def test_seal_field_hides_the_length(length, stored):
    envelope = seal_field(KEY, b"x" * length, PLACE)

    assert len(envelope) == 2 + 32 + 32 + stored + 16


def test_every_flipped_bit_is_refused_in_one_way(caplog):
    envelope = seal_field(KEY, b"CANARY-4711", PLACE)
    told = []

    for at in range(len(envelope)):
        tampered = bytearray(envelope)
        tampered[at] ^= 1 << at % 8
        with pytest.raises(CannotOpen) as refusal:
            open_field(KEY, bytes(tampered), PLACE)
        told.append((str(refusal.value), refusal.value.__cause__, refusal.value.__context__))

    assert set(told) == {("This cannot be opened.", None, None)}
    assert set(caplog.messages) == {"A sealed field was refused"}
    assert len(caplog.records) == len(envelope)
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda envelope: b"",
        lambda envelope: envelope[:1],
        lambda envelope: envelope[:81],
        lambda envelope: envelope[:-1],
        lambda envelope: envelope + b"\x00",
        lambda envelope: b"\x02" + envelope[1:],
        lambda envelope: envelope[:1] + b"\x02" + envelope[2:],
    ],
)
def test_open_field_refuses_short_long_and_unknown(spoil, caplog):
    caplog.set_level(logging.DEBUG)
    envelope = seal_field(KEY, b"CANARY-4711", PLACE)

    with pytest.raises(CannotOpen, match=r"^This cannot be opened\.$"):
        open_field(KEY, spoil(envelope), PLACE)

    assert caplog.messages == ["A sealed field was refused"]


@pytest.mark.parametrize("key", [KEY[::-1], KEY[:31], b"", KEY + b"\x00"])
def test_open_field_refuses_another_key(key):
    envelope = seal_field(KEY, b"x", PLACE)

    with pytest.raises(CannotOpen):
        open_field(key, envelope, PLACE)


@pytest.mark.parametrize("key", [b"", KEY[:16], KEY + b"\x00"])
def test_seal_field_refuses_a_key_of_another_length(key):
    with pytest.raises(ValueError, match="32 bytes"):
        seal_field(key, b"x", PLACE)


@pytest.mark.parametrize(
    "badly_padded",
    [
        b"",
        b"\x00\x00",
        b"\x00\x00\x00\x05abc".ljust(4, b"\x00"),
        b"\x00\x00\x00\x03abc".ljust(128, b"\x00"),
        b"\x00\x00\x00\x03abc".ljust(63, b"\x00") + b"\x01",
        b"\xff\xff\xff\xffabc".ljust(64, b"\x00"),
    ],
)
def test_open_field_refuses_padding_we_never_write(badly_padded):
    """Only a holder of the key could have made these."""
    context = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in [b"case_field", *(str(part).encode() for part in PLACE)]
    )
    envelope = seal(
        KEY, badly_padded, header=b"\x01\x01", label=b"pierhead/v1/field", context=context
    )

    with pytest.raises(CannotOpen):
        open_field(KEY, envelope, PLACE)
