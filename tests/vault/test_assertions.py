"""What the web says about who is asking: theirs, now, and from the web."""

import hashlib
import hmac

import pytest

from vault.assertions import GOOD_FOR, MAY_BE_AHEAD, Asker, assert_asker, fault_of
from vault.encoding import length_prefixed

KEY, OTHER = b"k" * 32, b"o" * 32
ASKER = Asker("member", 7, 12)
NOW = 1_800_000_000


def said(asker=ASKER, *, key=KEY, at=NOW, request_id="r1"):
    return assert_asker(key, asker, request_id=request_id, at=at)


@pytest.mark.parametrize("at", [NOW, NOW - GOOD_FOR, NOW + MAY_BE_AHEAD])
def test_it_speaks_for_the_asker_for_a_minute(at):
    assert fault_of(said(at=at), KEY, asker=ASKER, now=NOW) == ""


@pytest.mark.parametrize("at", [NOW - GOOD_FOR - 1, NOW + MAY_BE_AHEAD + 1])
def test_before_and_after_it_does_not(at):
    assert fault_of(said(at=at), KEY, asker=ASKER, now=NOW) == "assertion has expired"


@pytest.mark.parametrize(
    "other", [Asker("client", 7, 12), Asker("member", 8, 12), Asker("member", 7, 13)]
)
def test_it_speaks_for_nobody_else(other):
    assert fault_of(said(), KEY, asker=other, now=NOW) == "assertion is another's"


def test_one_signed_with_another_key_is_not_the_webs():
    forged = said(key=OTHER)

    assert fault_of(forged, KEY, asker=ASKER, now=NOW) == "assertion is not the web's"
    assert fault_of(forged, OTHER, asker=ASKER, now=NOW) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"asker": Asker("member", 7, 13)},
        {"request_id": "r2"},
        {"at": NOW + 1},
        {"proof": b"\0" * 32},
        {"proof": b""},
    ],
)
def test_whatever_is_changed_in_it_shows(changes):
    changed = said()._replace(**changes)

    fault = fault_of(changed, KEY, asker=changed.asker, now=NOW)

    assert fault == "assertion is not the web's"


def test_the_proof_covers_every_part_behind_its_length():
    message = length_prefixed("pierhead/v1/assertion", "member", 7, 12, "r1", NOW)

    assert said().proof == hmac.new(KEY, message, hashlib.sha256).digest()
