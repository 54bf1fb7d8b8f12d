"""Signatures hold for one statement, one key and one domain."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.signing import Signature, holds, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DOMAIN = "pierhead/v1/sign/offers"


def test_a_signature_holds_for_what_was_signed_and_nothing_else():
    signed = sign(KEY, DOMAIN, ["PH-1", "identity", 3])

    public = KEY.public_key()
    assert holds(public, DOMAIN, ["PH-1", "identity", 3], signed)
    assert not holds(public, DOMAIN, ["PH-1identity", "", 3], signed)
    assert not holds(public, DOMAIN, ["PH-1", "identity"], signed)
    assert not holds(public, "pierhead/v1/sign/grants", ["PH-1", "identity", 3], signed)
    assert not holds(public, DOMAIN, ["PH-1", "identity", 3], signed[:-1])
    assert not holds(public, DOMAIN, ["PH-1", "identity", 3], b"")


def test_another_key_does_not_make_it_hold():
    signed = sign(KEY, DOMAIN, ["PH-1"])

    assert not holds(Ed25519PrivateKey.generate().public_key(), DOMAIN, ["PH-1"], signed)


def test_sign_refuses_a_domain_that_is_not_ours():
    with pytest.raises(ValueError, match="pierhead/"):
        sign(KEY, "offers", ["PH-1"])


def test_a_signature_survives_storage():
    signature = Signature(sign(KEY, DOMAIN, ["PH-1"]), 258)

    stored = signature.to_bytes()

    assert stored[:4] == b"\x00\x00\x01\x02"
    assert Signature.from_bytes(stored) == signature
