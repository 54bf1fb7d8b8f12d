"""The root in a file: the old one cannot read what the new one wrote, and neither shows itself."""

import pytest

from tests.vault.roots import LocalRoots
from vault.errors import CannotOpen
from vault.sealing import new_key

CONTEXT = {"agency_id": "7", "version": "1"}


def test_the_root_of_before_opens_and_trusts_nothing_of_after():
    roots = LocalRoots()
    before, after = roots.before(), roots.after()
    wrapped, key = after.wrap("agency-key", CONTEXT, new_key()), new_key()
    signed = after.sign("agency-key", b"statement")

    with pytest.raises(CannotOpen):
        before.unwrap("agency-key", CONTEXT, wrapped)
    assert not before.holds("agency-key", b"statement", signed)

    own = before.wrap("agency-key", CONTEXT, key)
    assert before.unwrap("agency-key", CONTEXT, own) == key
    assert after.holds("agency-key", b"statement", signed)


def test_describe_tells_nothing_of_the_secrets():
    roots = LocalRoots()

    described = roots.after().describe()

    assert described.provider == "local"
    assert (described.current, described.previous) == (
        roots.new.key_id.hex(),
        roots.old.key_id.hex(),
    )
    for root in (roots.old, roots.new):
        assert root.secret.hex() not in repr(described)
