"""The key service as a process of its own: what the web does with it, and what it refuses the web.

Each refusal is of something that the same service does for the same case when it is asked rightly.
"""

import os
import socket
import time
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from psycopg.errors import InsufficientPrivilege

from audit.models import KEYD, PLATFORM
from referrals import actions
from referrals.errors import AccessEnded
from referrals.looking import OPENING
from referrals.models import Bundle, ErasureKey
from referrals.reading import open_case
from tenancy.roles import WEB
from tenancy.work import unit_of_work
from tests import databases, given
from tests.accounts.signing_in import sign_in
from tests.api.systems import system_of
from tests.keyd.conftest import ASSERTION_KEY
from tests.referrals.conftest import as_owner, found_faults
from vault import wire
from vault.assertions import GOOD_FOR, Asker, assert_asker
from vault.bundles import SealedBundle
from vault.errors import KeyRefused, KeyServiceAway
from vault.keyd import get_keyd

KEY = ASSERTION_KEY.encode()
CLOSED = (AccessEnded, PermissionDenied)


def asker_of(member):
    return Asker(str(member.context.kind), member.agency_id, member.pk)


def held_by(member, case_id):
    """The bundles and the erasure key as the web reads them."""
    with unit_of_work(member.context):
        rows = Bundle.objects.filter(case_id=case_id, agency_id=member.agency_id)
        bundles = list(rows.values_list("epoch", "sealed", "key_version", "signature"))
        erasure = ErasureKey.objects.get(case_id=case_id)
    return [
        (epoch, bytes(sealed), version, bytes(signature))
        for epoch, sealed, version, signature in bundles
    ], bytes(erasure.key)


def ask(keyd, verb, *words, **named):
    """Something said on the socket by hand, as code that has got into the web could."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(10)
        channel.connect(str(keyd.socket))
        wire.send(channel, {"verb": verb, "words": words, "named": named})
        return wire.receive(channel)


def ask_to_open(keyd, member, case_id, **changes):
    """Ask for the keys as ``member``; ``changes`` is what is not right about it."""
    bundles, erasure_key = held_by(changes.pop("of", member), case_id)
    asker = changes.pop("asker", asker_of(member))
    said = changes.pop("said", asker_of(member))
    at = int(time.time()) - changes.pop("seconds_ago", 0)
    key = changes.pop("key", KEY)
    named = {
        "purpose": "open",
        "asker": asker,
        "assertion": assert_asker(key, said, request_id="a request", at=at),
        **changes,
    }
    case_id = named.pop("case_id", case_id)
    agency_id = named.pop("agency_id", member.agency_id)
    return ask(keyd, "open_bundles", case_id, agency_id, bundles, erasure_key, **named)


def released():
    """What the service's own chain says of releases: decisions and reasons."""
    rows = as_owner(
        "SELECT decision, reason, compartments FROM audit_auditentry"
        " WHERE agency_id = %s AND action = 'key.release' ORDER BY seq",
        KEYD,
    )
    return [tuple(row) for row in rows]


def test_a_case_goes_its_whole_way_and_the_web_has_no_root(keyd, people):
    """Sent, taken, opened, passed on, narrowed and withdrawn; nobody reads more than before."""
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    onward = actions.accept(onward.reference, by=people.caseworker)

    case = open_case(onward.reference, by=people.caseworker)
    assert case.document("identity")["family_name"]
    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    with pytest.raises(CLOSED):
        open_case(onward.reference, by=people.caseworker)
    assert open_case(taken.reference, by=people.adviser).document("identity")["family_name"]
    assert found_faults() == []


def test_what_is_released_stands_in_the_services_own_chain(keyd, people, taken):
    before = len(released())

    open_case(taken.reference, by=people.adviser)

    (decision, _, parts), *more = released()[before:]
    assert (decision, more) == ("allowed", [])
    assert {"identity", "contact"} <= set(parts)


def test_an_expired_assertion_gets_nothing(keyd, people, taken):
    late = ask_to_open(keyd, people.adviser, taken.case_id, seconds_ago=GOOD_FOR + 2)

    assert late == {"refused": "refused"}
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id, seconds_ago=GOOD_FOR - 5)


def test_an_assertion_of_the_future_gets_nothing(keyd, people, taken):
    early = ask_to_open(keyd, people.adviser, taken.case_id, seconds_ago=-60)

    assert early == {"refused": "refused"}
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)


def test_another_persons_assertion_gets_nothing(keyd, people, taken):
    theirs = ask_to_open(keyd, people.adviser, taken.case_id, said=asker_of(people.second_adviser))

    assert theirs == {"refused": "refused"}
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)


def test_an_assertion_signed_with_another_key_gets_nothing(keyd, people, taken):
    forged = ask_to_open(keyd, people.adviser, taken.case_id, key=b"x" * 32)

    assert forged == {"refused": "refused"}
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)


def test_a_refused_assertion_is_in_the_houses_chain(keyd, people, taken):
    ask_to_open(keyd, people.adviser, taken.case_id, key=b"x" * 32)

    rows = as_owner(
        "SELECT decision, reason, object_id FROM audit_auditentry"
        " WHERE agency_id = %s AND action = 'key.release'",
        PLATFORM,
    )
    assert rows == [("refused", "assertion is not the web's", str(taken.case_id))]


def test_a_case_without_a_grant_is_not_opened_even_with_bundles_that_were_once_good(
    keyd, people, taken
):
    """The web kept what it read before the withdrawal; the service asks the database."""
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    onward = actions.accept(onward.reference, by=people.caseworker)
    bundles, erasure_key = held_by(people.caseworker, onward.case_id)
    member = people.caseworker

    def asked():
        said = assert_asker(KEY, asker_of(member), request_id="r", at=int(time.time()))
        return ask(
            keyd,
            "open_bundles",
            onward.case_id,
            member.agency_id,
            bundles,
            erasure_key,
            purpose="open",
            asker=asker_of(member),
            assertion=said,
        )

    assert "said" in asked()
    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    assert asked() == {"refused": "refused"}
    assert released()[-1][0] == "refused"


def test_an_agency_that_has_no_part_in_a_case_gets_nothing(keyd, people, taken):
    """Bundles of the IDVA's in the hand of somebody who stole them."""
    for purpose in ("open", "reseal"):
        stolen = ask_to_open(
            keyd,
            people.caseworker,
            taken.case_id,
            of=people.adviser,
            agency_id=people.adviser.agency_id,
            purpose=purpose,
        )
        assert stolen == {"refused": "refused"}


def test_another_agencys_bundles_are_opened_to_seal_anew_and_not_to_read(keyd, people, taken):
    wanted = {"of": people.officer, "agency_id": people.officer.agency_id}

    read = ask_to_open(keyd, people.adviser, taken.case_id, **wanted)
    resealed = ask_to_open(keyd, people.adviser, taken.case_id, purpose="reseal", **wanted)

    assert read == {"refused": "refused"}
    assert "said" in resealed


def test_whoever_has_left_gets_nothing(keyd, people, taken):
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)
    bundles, erasure_key = held_by(people.adviser, taken.case_id)
    as_owner("UPDATE accounts_membership SET ended_at = now() WHERE id = %s", people.adviser.pk)

    asker = asker_of(people.adviser)
    left = ask(
        keyd,
        "open_bundles",
        taken.case_id,
        asker.agency_id,
        bundles,
        erasure_key,
        purpose="open",
        asker=asker,
        assertion=assert_asker(KEY, asker, request_id="r", at=int(time.time())),
    )

    assert left == {"refused": "refused"}


def test_the_budget_is_the_services_own_and_the_web_cannot_raise_it(keyd, people, taken):
    """As many cases as a person may open in an hour, and not one more; the same one goes on."""
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)
    as_owner(
        "INSERT INTO keyd_release (id, agency_id, membership_id, case_id, purpose, at)"
        " SELECT gen_random_uuid(), %s, %s, gen_random_uuid(), 'open', now()"
        " FROM generate_series(2, %s)",
        people.adviser.agency_id,
        people.adviser.pk,
        OPENING.an_hour,
    )
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)
    forget = "UPDATE keyd_release SET case_id = gen_random_uuid() WHERE case_id = %s"
    as_owner(forget, taken.case_id)

    assert ask_to_open(keyd, people.adviser, taken.case_id) == {"refused": "refused"}
    assert released()[-1][:2] == ("refused", "NotTheirs")
    with (
        databases.connect(databases.current(), WEB) as web,
        pytest.raises(InsufficientPrivilege, match="keyd_release"),
    ):
        web.execute("DELETE FROM keyd_release")


def test_without_evidence_there_are_no_keys(keyd, people, taken):
    """Nothing can be written to the service's chain: it answers as though it were away."""
    as_owner("INSERT INTO audit_chainhead VALUES (%s, 0, '') ON CONFLICT DO NOTHING", KEYD)
    with databases.owner(databases.current()) as owner:
        owner.execute("REVOKE EXECUTE ON FUNCTION audit_append(jsonb) FROM PUBLIC")
        owner.execute(f'REVOKE EXECUTE ON FUNCTION audit_append(jsonb) FROM "{WEB.name}"')
        refused = ask_to_open(keyd, people.adviser, taken.case_id)
        owner.execute(f'GRANT EXECUTE ON FUNCTION audit_append(jsonb) TO "{WEB.name}"')

    assert refused == {"refused": "away"}
    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)


def test_a_process_of_another_account_is_not_answered(keyd, people, taken):
    assert "said" in ask(keyd, "healthcheck")
    keyd.end()
    keyd.log.write_text("")
    keyd.start(KEYD_PEERS=f"{os.getuid() + 1}:web")

    with pytest.raises((EOFError, ConnectionResetError)):
        ask(keyd, "healthcheck")
    with pytest.raises(KeyServiceAway):
        open_case(taken.reference, by=people.adviser)
    assert "Somebody with the user id" in keyd.log.read_text()


def test_the_web_may_not_sign_for_the_notary_nor_the_notary_open(keyd, people, taken):
    stand = (1, 1, b"\0" * 32, "2026-01-01T00:00:00Z")
    assert ask(keyd, "sign_checkpoint", stand) == {"refused": "refused"}
    keyd.end()
    keyd.log.write_text("")
    keyd.start(KEYD_PEERS=f"{os.getuid()}:notary")

    assert "said" in ask(keyd, "sign_checkpoint", stand)
    assert ask_to_open(keyd, people.adviser, taken.case_id) == {"refused": "refused"}


@pytest.mark.parametrize("verb", ["make_agency_keys", "_open_bundle", "__init__", "nothing"])
def test_what_is_no_verb_is_refused(keyd, verb):
    assert ask(keyd, verb, 1) == {"refused": "refused"}
    assert "said" in ask(keyd, "healthcheck")


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, b"\0\0\0\x02[]", b'\0\0\0\x09{"a":1}x']
)
def test_noise_ends_its_connection_and_nothing_else(keyd, people, taken, noise):
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(10)
        channel.connect(str(keyd.socket))
        channel.sendall(noise)
        channel.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert channel.recv(4096) == b""

    assert "said" in ask_to_open(keyd, people.adviser, taken.case_id)


def test_killed_while_a_case_is_read_nothing_leaves_and_afterwards_it_opens(keyd, people, taken):
    """F08 of a view: a clean refusal while it is away, and the same connection heals by itself."""
    assert open_case(taken.reference, by=people.adviser)
    keyd.kill()

    with pytest.raises(KeyServiceAway):
        open_case(taken.reference, by=people.adviser)
    keyd.start()

    assert open_case(taken.reference, by=people.adviser).document("identity")["family_name"]


@pytest.mark.parametrize("address", ["/cases/{}/", "/api/v1/referrals/{}/case/"])
def test_while_it_is_away_a_page_says_so_and_holds_nothing_of_the_case(
    keyd, people, taken, address
):
    """503 with how long to wait, as a page and as a problem document; the lists go on."""
    path = address.format(taken.reference)
    if path.startswith("/api/"):
        system = system_of("liverpool-idva")
        get = lambda: system.get(path.removeprefix("/api/v1/"))  # noqa: E731 -- either of two
    else:
        browser = sign_in(people.adviser)
        get = lambda: browser.get(path)  # noqa: E731
    name = given.DOCUMENTS["identity"]["family_name"]
    assert name in get().content.decode()
    keyd.kill()

    answer = get()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert name not in answer.content.decode()


def test_killed_before_a_withdrawal_nothing_is_withdrawn_by_halves(keyd, people, taken):
    """F08 of a withdrawal: all or nothing, and it can be said again."""
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    onward = actions.accept(onward.reference, by=people.caseworker)
    keyd.kill()

    with pytest.raises(KeyServiceAway):
        actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")
    keyd.start()

    assert open_case(onward.reference, by=people.caseworker)
    assert found_faults() == []
    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")
    with pytest.raises(CLOSED):
        open_case(onward.reference, by=people.caseworker)
    assert found_faults() == []


def test_a_refusal_never_takes_the_others_keys_along(keyd, people, taken):
    """Whoever withdraws seals anew for the rest; a budget that is spent must not pass for a bundle
    that does not open, which is left out."""
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    onward = actions.accept(onward.reference, by=people.caseworker)
    as_owner(
        "INSERT INTO keyd_release (id, agency_id, membership_id, case_id, purpose, at)"
        " SELECT gen_random_uuid(), %s, %s, gen_random_uuid(), 'reseal', now()"
        " FROM generate_series(1, %s)",
        people.adviser.agency_id,
        people.adviser.pk,
        10 * OPENING.an_hour,
    )

    with pytest.raises(KeyRefused):
        actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    assert open_case(onward.reference, by=people.caseworker)
    as_owner("DELETE FROM keyd_release")
    actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")
    assert open_case(taken.reference, by=people.adviser).document("identity")["family_name"]


def test_nobody_asks_outside_a_work(keyd, people, taken):
    bundles, erasure_key = held_by(people.adviser, taken.case_id)
    sealed = [SealedBundle(*bundle) for bundle in bundles]
    asked = (taken.case_id, people.adviser.agency_id, sealed, erasure_key)

    with pytest.raises(KeyRefused):
        get_keyd().open_bundles(*asked)
    with unit_of_work(people.adviser.context):
        assert get_keyd().open_bundles(*asked)
