"""Bundles open for one agency, one case, one epoch and one erasure key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.reference import lp
from vault.bundles import ERASURE_LABEL, BundleContext, open_bundle, seal_bundle
from vault.errors import CannotOpen
from vault.keypairs import KeySuite, PrivateKey
from vault.sealing import new_key, seal

CONTEXT = BundleContext("case-1", "7", 3, 1)
ERASURE_KEY = bytes(range(32))
KEYS = {("identity", 1): b"a" * 32, ("identity", 3): b"b" * 32, ("notes:7", 2): b"c" * 32}
PAIRS = {suite: PrivateKey.generate(suite) for suite in KeySuite}
BOUNDED = settings(max_examples=30, derandomize=True, deadline=None, database=None)


def encoded(context):
    return lp("bundle", *context)


def sealed_for(private, keys=KEYS, erasure_key=ERASURE_KEY, context=CONTEXT):
    return seal_bundle(keys, to=private.public, erasure_key=erasure_key, context=context)


def opened_by(private, sealed, erasure_key=ERASURE_KEY, context=CONTEXT):
    return open_bundle(sealed, private=private, erasure_key=erasure_key, context=context)


@pytest.mark.parametrize("private", PAIRS.values(), ids=PAIRS)
def test_open_bundle_gives_back_the_granted_keys(private):
    assert opened_by(private, sealed_for(private)) == KEYS


@BOUNDED
@given(
    keys=st.dictionaries(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(0, 9)
        ),
        st.binary(min_size=32, max_size=32),
        max_size=8,
    )
)
def test_open_bundle_gives_back_any_keys(keys):
    private, context = PAIRS[KeySuite.X25519], CONTEXT._replace(epoch=9)

    assert opened_by(private, sealed_for(private, keys, context=context), context=context) == keys


@pytest.mark.parametrize("private", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize(
    "other",
    [
        {"context": CONTEXT._replace(case_id="case-2")},
        {"context": CONTEXT._replace(agency_id="8")},
        {"context": CONTEXT._replace(epoch=4)},
        {"context": CONTEXT._replace(key_version=2)},
        {"erasure_key": bytes(32)},
        {"erasure_key": b""},
    ],
)
def test_open_bundle_refuses_every_other_context(private, other, caplog):
    sealed = sealed_for(private)

    with pytest.raises(CannotOpen):
        opened_by(private, sealed, **other)

    assert opened_by(private, sealed) == KEYS
    assert caplog.messages == ["A sealed bundle was refused"]


@pytest.mark.parametrize("private", PAIRS.values(), ids=PAIRS)
def test_open_bundle_refuses_another_agencys_key_and_another_suite(private):
    sealed = sealed_for(private)

    for stranger in [*map(PrivateKey.generate, KeySuite)]:
        with pytest.raises(CannotOpen):
            opened_by(stranger, sealed)


def test_the_context_is_bound_in_hpke_too():
    """The inner seal alone, moved under another case's outer seal, stays shut."""
    private = PAIRS[KeySuite.XWING]
    inner = private.public.seal(b"\x00\x00", info=b"pierhead/v1/bundle" + encoded(CONTEXT))
    other = CONTEXT._replace(case_id="case-2")

    moved = {
        context: seal(
            ERASURE_KEY,
            inner,
            header=b"\x01\x01",
            label=ERASURE_LABEL,
            context=encoded(context),
        )
        for context in (CONTEXT, other)
    }

    assert opened_by(private, moved[CONTEXT]) == {}
    with pytest.raises(CannotOpen):
        opened_by(private, moved[other], context=other)


def test_every_flipped_byte_and_every_cut_is_refused_in_one_way(caplog):
    private = PAIRS[KeySuite.X25519]
    sealed = sealed_for(private)
    flipped = [
        sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))
    ]
    cut = [sealed[:at] for at in range(len(sealed))]

    told = []
    for spoiled in [*flipped, *cut, sealed + b"\x00"]:
        with pytest.raises(CannotOpen) as refusal:
            opened_by(private, spoiled)
        told.append((str(refusal.value), refusal.value.__cause__, refusal.value.__context__))

    assert set(told) == {("This cannot be opened.", None, None)}
    assert caplog.messages == ["A sealed bundle was refused"] * len(told)
    assert opened_by(private, sealed) == KEYS


@pytest.mark.parametrize(
    "keys", [{("identity", 4): b"a" * 32}, {("identity", 1): b"a" * 31}, {("risk", 1): b""}]
)
def test_seal_bundle_refuses_later_epochs_and_broken_keys(keys):
    with pytest.raises(ValueError, match="earlier ones"):
        sealed_for(PAIRS[KeySuite.X25519], keys)


def entry(name, epoch, key=b"k" * 32):
    return bytes([len(name)]) + name + epoch.to_bytes(4, "big") + key


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00",
        b"\x00\x01",
        b"\x00\x01\x04iden",
        b"\x00\x01" + entry(b"risk", 1)[:-1],
        b"\x00\x01" + entry(b"risk", 1) + b"\x00",
        b"\x00\x02" + entry(b"risk", 1) + entry(b"needs", 1),
        b"\x00\x02" + entry(b"risk", 1) + entry(b"risk", 1),
        b"\x00\x01" + entry(b"\xff\xfe", 1),
        b"\x00\x01" + entry(b"risk", 4),
    ],
)
def test_open_bundle_refuses_a_payload_we_never_write(payload):
    """Made by someone with our keys; the last carries a key of a later epoch than its own."""
    private = PAIRS[KeySuite.X25519]
    context = encoded(CONTEXT)
    sealed = seal(
        ERASURE_KEY,
        private.public.seal(payload, info=b"pierhead/v1/bundle" + context),
        header=b"\x01\x03",
        label=ERASURE_LABEL,
        context=context,
    )

    with pytest.raises(CannotOpen):
        opened_by(private, sealed)


@pytest.mark.parametrize("suite", KeySuite)
def test_a_key_pair_survives_storage_and_keeps_its_secrets_out_of_sight(suite):
    private = PrivateKey.generate(suite)

    again = PrivateKey.from_seeds(suite, private.seeds)

    assert again == private
    assert opened_by(again, sealed_for(private)) == KEYS
    assert repr(private) == f"PrivateKey(suite={suite!r}, public=PublicKey(suite={suite!r}))"


def test_a_bundle_holds_more_keys_than_half_of_what_its_count_can_say():
    many = {("notes", number): new_key() for number in range(33_000)}
    context = CONTEXT._replace(epoch=33_000)
    private = PAIRS[KeySuite.X25519]

    sealed = sealed_for(private, many, context=context)

    assert opened_by(private, sealed, context=context) == many


def test_fresh_keys_differ():
    assert len({new_key() for _ in range(50)}) == 50
