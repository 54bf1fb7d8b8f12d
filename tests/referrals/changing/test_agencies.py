"""New key pairs for agencies, and what every change of keys has in common."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from referrals import actions
from referrals.actions.giving_contact import opened_contact, waiting_contact
from referrals.ways import Way
from tenancy.work import ContextRefused, unit_of_work
from tests import given
from tests.referrals.changing.commands import (
    id_of,
    minutes_pass,
    name_of,
    ran,
    sealed_to,
    versions,
)
from tests.referrals.conftest import as_owner, found_faults
from tests.referrals.sealed_with import bundles_of
from vault.errors import CannotOpen
from vault.keyd import get_keyd
from vault.models import AgencyKey
from visits.actions import Attempt, record_attempt, refer_after_visit, take

IDVA = "liverpool-idva"


def test_rotate_agency_seals_all_bundles_to_a_new_pair_and_both_pairs_open(house, taken):
    before = sealed_to(IDVA, 1)
    assert before > 0

    said = ran("rotate", "agency", IDVA)

    assert said == [f"{IDVA}: {before} moved.", f"{IDVA}: 0 left."]
    assert (sealed_to(IDVA, 1), sealed_to(IDVA, 2)) == (0, before)
    assert versions("vault_agencykey", agency_id=id_of(IDVA)) == [(1, True, True), (2, False, True)]
    assert name_of(taken, house.adviser) == "Zoë"
    assert name_of(taken, house.officer) == "Zoë"
    assert found_faults() == []


def test_rotate_agency_moves_what_the_referrer_gave_it_later(house):
    sent = refer_after_visit(
        given.details(),
        given.consent(),
        by=house.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    taken = take(sent.reference, by=house.adviser)
    wrong = Attempt(channel="phone_call", outcome="wrong_number", at=datetime.now(UTC))
    record_attempt(taken.reference, replace(wrong, outside_reason="she_asked"), by=house.adviser)
    words = {"phone": "07700 900777"}
    way = Way(channel="text", allowed=True, windows=given.ANY_TIME, document=words)
    actions.give_contact(taken.reference, way, by=house.officer)

    said = ran("rotate", "agency", IDVA)

    assert said == [f"{IDVA}: 1 moved.", f"{IDVA}: 1 moved.", f"{IDVA}: 0 left."]
    with unit_of_work(house.adviser.context):
        waiting = waiting_contact(taken)
        assert waiting.key_version == 2
        assert opened_contact(waiting).document["phone"] == "07700 900777"


def test_rotate_agency_twice_makes_one_new_version_until_the_old_is_destroyed(house, taken):
    ran("rotate", "agency", IDVA)

    assert ran("rotate", "agency", IDVA) == [f"{IDVA}: 0 left."]

    assert len(versions("vault_agencykey", agency_id=id_of(IDVA))) == 2
    minutes_pass("vault_agencykey")
    ran("retire", "agency", IDVA)
    ran("rotate", "agency", IDVA)
    assert [row[0] for row in versions("vault_agencykey", agency_id=id_of(IDVA))] == [1, 2, 3]
    assert name_of(taken, house.adviser) == "Zoë"


@pytest.mark.parametrize("kind", ["agency", "index"])
def test_a_dry_run_changes_nothing(house, taken, kind):
    tables = ("vault_agencykey", "vault_blindindexkey", "referrals_bundle", "referrals_searchtag")
    before = [as_owner(f"SELECT * FROM {table} ORDER BY id") for table in tables]  # noqa: S608

    said = ran("rotate", "--dry-run", kind, IDVA)

    assert [as_owner(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before  # noqa: S608
    assert said[-1].startswith(IDVA)


def test_a_dry_run_in_the_middle_says_how_many_are_left(house, taken):
    more = given.a_taken_referral(house.officer, house.adviser)
    ran("rotate", "agency", IDVA)
    get_keyd.cache_clear()
    total = sealed_to(IDVA, 2)
    as_owner(
        "UPDATE vault_agencykey SET version = 3 WHERE agency_id = %s AND version = 2", id_of(IDVA)
    )

    assert ran("rotate", "--dry-run", "agency", IDVA) == [f"{IDVA}: {total} left."]
    assert more


def test_retire_agency_destroys_only_at_count_nought_and_after_memories_ended(house, taken):
    other = given.a_taken_referral(house.officer, house.adviser)
    ran("rotate", "agency", IDVA)
    stale = as_owner(
        "UPDATE referrals_bundle SET key_version = 1 WHERE case_id = %s AND agency_id = %s"
        " RETURNING id",
        other.case_id,
        id_of(IDVA),
    )
    minutes_pass("vault_agencykey")

    with pytest.raises(CommandError, match=f"^{len(stale)} are still sealed to it"):
        ran("retire", "agency", IDVA)
    assert versions("vault_agencykey", agency_id=id_of(IDVA))[0] == (1, True, True)

    as_owner("UPDATE referrals_bundle SET key_version = 2 WHERE agency_id = %s", id_of(IDVA))
    assert ran("retire", "--dry-run", "agency", IDVA) == [f"{IDVA}: 1 would be destroyed."]
    assert versions("vault_agencykey", agency_id=id_of(IDVA))[0] == (1, True, True)
    assert ran("retire", "agency", IDVA) == [f"{IDVA}: 1 destroyed."]
    assert versions("vault_agencykey", agency_id=id_of(IDVA)) == [
        (1, True, False),
        (2, False, True),
    ]
    assert name_of(taken, house.adviser) == "Zoë"
    assert name_of(other, house.adviser) == "Zoë"
    assert ran("retire", "agency", IDVA) == [f"{IDVA}: 0 destroyed."]
    assert ran("check")[1].endswith("keys open")


def test_retire_agency_waits_for_the_memory_of_processes(house, taken):
    ran("rotate", "agency", IDVA)

    with pytest.raises(CommandError, match="processes remember keys for minutes"):
        ran("retire", "agency", IDVA)

    assert versions("vault_agencykey", agency_id=id_of(IDVA))[0] == (1, True, True)
    minutes_pass("vault_agencykey")
    assert ran("retire", "agency", IDVA) == [f"{IDVA}: 1 destroyed."]


def test_a_process_that_remembers_the_old_pair_is_caught_up_with(house, taken):
    """It goes on sealing to the old one for five minutes: a second run moves that too."""
    name_of(taken, house.adviser)
    as_owner("UPDATE vault_agencykey SET created_at = created_at - interval '1 day'")
    get_keyd().seal_bundle(
        {}, case_id=taken.case_id, agency_id=id_of(IDVA), epoch=1, erasure_key=b"k" * 32
    )
    ran("rotate", "agency", IDVA)
    late = given.a_taken_referral(house.officer, house.adviser)
    assert sealed_to(IDVA, 1) == 1

    said = ran("rotate", "agency", IDVA)

    assert said == [f"{IDVA}: 1 moved.", f"{IDVA}: 0 left."]
    assert name_of(late, house.adviser) == "Zoë"


def test_a_bundle_that_was_tampered_with_is_left_and_holds_up_nothing_else(house, taken):
    other = given.a_taken_referral(house.officer, house.adviser)
    as_owner(
        "UPDATE referrals_bundle SET signature = %s WHERE case_id = %s AND agency_id = %s",
        b"forged",
        taken.case_id,
        id_of(IDVA),
    )

    said = ran("rotate", "--batch", "1", "agency", IDVA)

    assert said[-1] == f"{IDVA}: 1 left."
    assert name_of(other, house.adviser) == "Zoë"
    minutes_pass("vault_agencykey")
    with pytest.raises(CommandError, match=r"^1 are still sealed to it"):
        ran("retire", "agency", IDVA)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rotate", "agency", "nobody"), "There is no agency nobody"),
        (("retire", "agency", "nobody"), "There is no agency nobody"),
        (("rotate", "index", "nobody"), "There is no agency nobody"),
        (("rotate", "case", "PH-22222222"), "There is no referral PH-22222222"),
        (("rotate", "case", "--agency", "nobody"), "There is no agency nobody"),
    ],
)
def test_what_there_is_not_is_named(house, words, said):
    with pytest.raises(CommandError, match=said):
        ran(*words)


def test_a_key_that_was_never_made_is_not_changed(house):
    as_owner("UPDATE vault_signingkey SET purpose = 'gone' WHERE purpose = 'grants'")

    with pytest.raises(CommandError, match="never made"):
        ran("rotate", "signing", "grants")

    assert versions("vault_signingkey", purpose="grants") == []


def test_a_bundle_of_an_erased_case_is_left(house, taken):
    as_owner("DELETE FROM referrals_erasurekey WHERE case_id = %s", taken.case_id)

    assert ran("rotate", "agency", IDVA)[-1] == f"{IDVA}: 1 left."


def test_the_web_role_cannot_change_keys(house, taken):
    with pytest.raises(ContextRefused):
        call_command("vault", "rotate", "agency", IDVA)

    assert len(versions("vault_agencykey", agency_id=id_of(IDVA))) == 1
    assert ran("rotate", "agency", IDVA)[-1] == f"{IDVA}: 0 left."


def test_a_key_that_is_not_retired_cannot_be_destroyed(house):
    newest = AgencyKey.objects.filter(agency_id=id_of(IDVA))

    with pytest.raises(IntegrityError, match="vault_agencykey_destroyed_was_retired"):
        newest.update(wrapped_key=b"")

    newest.update(retired_at=datetime.now(UTC))
    assert newest.update(wrapped_key=b"") == 1


def test_changes_are_on_record(house, taken):
    ran("rotate", "agency", IDVA)

    found = as_owner(
        "SELECT action, object_id, decision FROM audit_auditentry WHERE action LIKE 'keys.%%'"
    )

    assert set(found) == {("keys.agency", IDVA, "allowed"), ("keys.batch", IDVA, "allowed")}


def test_a_destroyed_private_key_opens_nothing(house, taken):
    old = bundles_of(taken)
    ran("rotate", "agency", IDVA)
    minutes_pass("vault_agencykey")
    ran("retire", "agency", IDVA)

    with pytest.raises(CannotOpen):
        get_keyd()._keyring.agency_private(id_of(IDVA), 1)  # noqa: SLF001
    assert old
