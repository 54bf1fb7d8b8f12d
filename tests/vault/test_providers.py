"""What every key provider must do. The local one is run through it here; others join the list."""

import pytest

from vault.errors import CannotOpen
from vault.providers.local import LocalProvider
from vault.root import RootKey
from vault.sealing import new_key

CONTEXT = {"agency_id": "7", "version": "1"}
OLD, NEW = RootKey(new_key()), RootKey(new_key())

PROVIDERS = {"local": lambda: LocalProvider(NEW)}
PROVIDERS_THAT_HAVE_ROTATED = {
    "local": (lambda: LocalProvider(OLD), lambda: LocalProvider(NEW, OLD))
}


@pytest.fixture(params=PROVIDERS)
def any_provider(request):
    return PROVIDERS[request.param]()


@pytest.fixture(params=PROVIDERS_THAT_HAVE_ROTATED)
def rotated(request):
    """Before and after its root was replaced."""
    return [make() for make in PROVIDERS_THAT_HAVE_ROTATED[request.param]]


def test_unwrap_gives_back_what_was_wrapped(any_provider):
    key = new_key()

    wrapped = any_provider.wrap("agency-key", CONTEXT, key)

    assert any_provider.unwrap("agency-key", CONTEXT, wrapped) == key
    assert any_provider.unwrap("agency-key", dict(reversed(CONTEXT.items())), wrapped) == key
    assert key not in wrapped


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
def test_unwrap_refuses_another_purpose_or_context(any_provider, purpose, context, caplog):
    wrapped = any_provider.wrap("agency-key", CONTEXT, new_key())

    with pytest.raises(CannotOpen):
        any_provider.unwrap(purpose, context, wrapped)

    assert any_provider.unwrap("agency-key", CONTEXT, wrapped)
    assert caplog.messages == ["A sealed key was refused"]


def test_unwrap_refuses_anything_tampered_with(any_provider):
    wrapped = any_provider.wrap("agency-key", CONTEXT, new_key())
    flipped = [
        wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))
    ]

    for spoiled in [*flipped, b"", wrapped[:9], wrapped[:-1]]:
        with pytest.raises(CannotOpen):
            any_provider.unwrap("agency-key", CONTEXT, spoiled)


def test_rewrap_moves_a_key_to_the_current_root(rotated):
    before, after = rotated
    key = new_key()
    wrapped = before.wrap("agency-key", CONTEXT, key)

    rewrapped = after.rewrap("agency-key", CONTEXT, wrapped)

    assert after.unwrap("agency-key", CONTEXT, wrapped) == key
    assert after.unwrap("agency-key", CONTEXT, rewrapped) == key
    with pytest.raises(CannotOpen):
        before.unwrap("agency-key", CONTEXT, rewrapped)


def test_a_root_that_is_gone_opens_nothing_and_vouches_for_nothing(rotated):
    before, _ = rotated
    wrapped = before.wrap("agency-key", CONTEXT, new_key())
    signed = before.sign("agency-key", b"statement")
    alone = LocalProvider(NEW)

    with pytest.raises(CannotOpen):
        alone.unwrap("agency-key", CONTEXT, wrapped)
    assert not alone.holds("agency-key", b"statement", signed)


def test_a_signature_holds_for_its_purpose_and_message_under_either_root(rotated):
    before, after = rotated

    signed = before.sign("agency-key", b"statement")

    assert before.holds("agency-key", b"statement", signed)
    assert after.holds("agency-key", b"statement", signed)
    assert after.holds("agency-key", b"statement", after.sign("agency-key", b"statement"))
    assert not before.holds("agency-key", b"statement", after.sign("agency-key", b"statement"))
    assert not after.holds("signing-key", b"statement", signed)
    assert not after.holds("agency-key", b"another", signed)
    assert not after.holds("agency-key", b"statement", signed[:-1])
    assert not after.holds("agency-key", b"statement", signed + b"\x00")
    assert not after.holds("agency-key", b"statement", b"")


def test_a_mac_differs_by_purpose_and_message(any_provider):
    macs = {
        any_provider.mac("a", b"x"),
        any_provider.mac("b", b"x"),
        any_provider.mac("a", b"y"),
    }

    assert len(macs) == 3
    assert any_provider.mac("a", b"x") in macs


def test_describe_names_the_roots_and_tells_nothing_of_them(rotated):
    before, after = (provider.describe() for provider in rotated)

    assert (before.provider, before.current, before.previous) == ("local", OLD.key_id.hex(), None)
    assert (after.current, after.previous) == (NEW.key_id.hex(), OLD.key_id.hex())
    assert not [root for root in (OLD, NEW) if root.secret.hex() in repr((before, after))]


def test_healthcheck_is_quiet_when_the_root_works(any_provider):
    any_provider.healthcheck()


def test_healthcheck_raises_when_what_comes_back_differs(monkeypatch):
    provider = LocalProvider(NEW)
    monkeypatch.setattr(provider, "unwrap", lambda *_: b"another key")

    with pytest.raises(CannotOpen):
        provider.healthcheck()
