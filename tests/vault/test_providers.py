"""What every key provider must do: each test runs against a local file, Transit and AWS KMS."""

import pytest

from tests.vault.roots import KINDS
from vault.errors import CannotOpen
from vault.sealing import new_key

CONTEXT = {"agency_id": "7", "version": "1"}


@pytest.fixture(params=KINDS)
def roots(request, tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with KINDS[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def any_provider(roots):
    return roots.before()


def test_unwrap_gives_back_what_was_wrapped(any_provider):
    for length in (32, 96):
        key = new_key() * 3
        wrapped = any_provider.wrap("agency-key", CONTEXT, key[:length])

        assert any_provider.unwrap("agency-key", CONTEXT, wrapped) == key[:length]
        assert (
            any_provider.unwrap("agency-key", dict(reversed(CONTEXT.items())), wrapped)
            == key[:length]
        )
        assert key[:length] not in wrapped


def test_wrapping_twice_shares_nothing(any_provider):
    key = new_key()

    wrapped = {any_provider.wrap("agency-key", CONTEXT, key) for _ in range(3)}

    assert len(wrapped) == 3


@pytest.mark.parametrize(
    ("purpose", "context"),
    [
        ("index-key", CONTEXT),
        ("agency-key", {"agency_id": "8", "version": "1"}),
        ("agency-key", {"agency_id": "7", "version": "2"}),
        ("agency-key", {"agency_id": "7"}),
        ("agency-key", {"agency_id": "71", "version": ""}),
        ("agency-key", {}),
    ],
)
def test_unwrap_and_rewrap_refuse_another_purpose_or_context(
    any_provider, purpose, context, caplog
):
    wrapped = any_provider.wrap("agency-key", CONTEXT, new_key())

    with pytest.raises(CannotOpen):
        any_provider.unwrap(purpose, context, wrapped)
    with pytest.raises(CannotOpen):
        any_provider.rewrap(purpose, context, wrapped)

    assert any_provider.unwrap("agency-key", CONTEXT, wrapped)
    assert any_provider.rewrap("agency-key", CONTEXT, wrapped)
    assert caplog.messages == ["A sealed key was refused"] * 2


def test_unwrap_refuses_anything_tampered_with(any_provider):
    wrapped = any_provider.wrap("agency-key", CONTEXT, new_key())
    flipped = [
        wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))
    ]

    for spoiled in [*flipped, b"", wrapped[:1], wrapped[:5], wrapped[:9], wrapped[:-1]]:
        with pytest.raises(CannotOpen):
            any_provider.unwrap("agency-key", CONTEXT, spoiled)

    assert any_provider.unwrap("agency-key", CONTEXT, wrapped)


def test_rewrap_moves_a_key_to_the_current_root(roots):
    key, before = new_key(), roots.before()
    wrapped, old_name = before.wrap("agency-key", CONTEXT, key), before.describe().current
    after = roots.after()

    rewrapped = after.rewrap("agency-key", CONTEXT, wrapped)

    assert after.unwrap("agency-key", CONTEXT, wrapped) == key
    assert after.unwrap("agency-key", CONTEXT, rewrapped) == key
    assert after.wrapped_by(wrapped) == old_name == after.describe().previous
    assert after.wrapped_by(rewrapped) == after.describe().current != old_name
    alone = roots.alone()
    assert alone.unwrap("agency-key", CONTEXT, rewrapped) == key
    with pytest.raises(CannotOpen):
        alone.unwrap("agency-key", CONTEXT, wrapped)


def test_a_root_that_is_gone_opens_nothing_and_vouches_for_nothing(roots):
    before = roots.before()
    wrapped = before.wrap("agency-key", CONTEXT, new_key())
    signed = before.sign("agency-key", b"statement")
    after = roots.after()
    assert after.unwrap("agency-key", CONTEXT, wrapped)
    assert after.holds("agency-key", b"statement", signed)
    alone = roots.alone()

    with pytest.raises(CannotOpen):
        alone.unwrap("agency-key", CONTEXT, wrapped)
    with pytest.raises(CannotOpen):
        alone.rewrap("agency-key", CONTEXT, wrapped)
    assert not alone.holds("agency-key", b"statement", signed)


def test_a_signature_holds_for_its_purpose_and_message_under_either_root(roots):
    before = roots.before()
    signed, old_name = before.sign("agency-key", b"statement"), before.describe().current
    assert before.holds("agency-key", b"statement", signed)
    after = roots.after()

    assert after.holds("agency-key", b"statement", signed)
    assert after.holds("agency-key", b"statement", after.sign("agency-key", b"statement"))
    assert after.signed_by(signed) == old_name
    assert after.signed_by(after.sign("agency-key", b"statement")) == after.describe().current
    assert not after.holds("signing-key", b"statement", signed)
    assert not after.holds("agency-key", b"another", signed)
    assert not after.holds("agency-key", b"statement", signed[:-1])
    assert not after.holds("agency-key", b"statement", signed + b"\x00")
    assert not after.holds("agency-key", b"statement", b"")


def test_every_flipped_byte_of_a_signature_makes_it_none(any_provider):
    signed = any_provider.sign("agency-key", b"statement")
    flipped = [
        signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :] for at in range(len(signed))
    ]

    held = [at for at, forged in enumerate(flipped) if _holds(any_provider, forged)]

    assert held == []
    assert _holds(any_provider, signed)


def _holds(provider, signature):
    return provider.holds("agency-key", b"statement", signature)


def test_a_mac_differs_by_purpose_and_message(any_provider):
    macs = {
        any_provider.mac("a", b"x"),
        any_provider.mac("b", b"x"),
        any_provider.mac("a", b"y"),
        any_provider.mac("ab", b""),
    }

    assert len(macs) == 4
    assert {len(mac) for mac in macs} == {32}
    assert any_provider.mac("a", b"x") in macs


def test_what_nobody_wrapped_or_signed_is_no_roots(any_provider):
    current = any_provider.describe().current

    for scrap in (b"", b"\x01", b"\x03\x09abc"):
        assert any_provider.wrapped_by(scrap) != current
        assert any_provider.signed_by(scrap) != current


def test_describe_names_the_roots_and_no_more(roots):
    before = roots.before().describe()
    after = roots.after().describe()

    assert before.previous is None
    assert after.previous == before.current != after.current
    assert after.provider == before.provider


def test_healthcheck_is_quiet_when_the_root_works(any_provider):
    any_provider.healthcheck()


def test_healthcheck_raises_when_what_comes_back_differs(any_provider, monkeypatch):
    monkeypatch.setattr(any_provider, "unwrap", lambda *_: b"another key")

    with pytest.raises(CannotOpen):
        any_provider.healthcheck()
