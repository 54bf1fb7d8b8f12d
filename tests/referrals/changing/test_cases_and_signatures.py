"""New keys for cases and for signatures: all opens and holds that did, and copies open nothing."""

import pytest
from django.core.management import CommandError

from referrals import actions
from tests import given
from tests.referrals.changing.commands import id_of, minutes_pass, name_of, ran, versions
from tests.referrals.conftest import as_owner, found_faults
from tests.referrals.sealed_with import RECORDS, bundles_of, opened_by, write_everything
from vault.keyd import get_keyd

IDVA = "liverpool-idva"


@pytest.mark.parametrize("purpose", ["grants", "offers"])
def test_rotate_signing_signs_anew_and_what_was_signed_holds(house, taken, purpose):
    waiting = given.a_sent_referral(house.officer)
    minutes_pass("vault_signingkey")

    assert ran("rotate", "signing", purpose) == [f"{purpose}: 0 left."]
    get_keyd.cache_clear()

    assert actions.accept(waiting.reference, by=house.adviser).status == "accepted"
    later = given.a_sent_referral(house.officer)
    assert later.offer_key_version == (2 if purpose == "offers" else 1)
    with pytest.raises(CommandError, match="processes remember"):
        ran("retire", "signing", purpose)
    minutes_pass("vault_signingkey")
    assert ran("retire", "signing", purpose) == [f"{purpose}: 1 destroyed."]
    assert versions("vault_signingkey", purpose=purpose) == [(1, True, False), (2, False, True)]
    get_keyd.cache_clear()
    assert name_of(taken, house.adviser) == "Zoë"
    assert actions.accept(later.reference, by=house.adviser).status == "accepted"


def test_rotate_case_gives_all_that_is_stored_other_keys_and_nobody_loses_or_gains(house, taken):
    onward = given.an_onward_referral(taken, house.adviser, "rowan", compartments=["needs"])
    actions.accept(onward.reference, by=house.caseworker)
    actions.add_note(taken.reference, by=house.adviser, text="Ours")
    copied = bundles_of(taken)
    could = {
        who: opened_by(keys, as_owner(RECORDS, taken.case_id), taken)
        for who, keys in copied.items()
    }
    old = as_owner(RECORDS, taken.case_id)

    assert ran("rotate", "case", taken.reference) == [f"{taken.reference}: 0 left."]

    stored = as_owner(RECORDS, taken.case_id)
    assert len(stored) == len(old)
    assert not {row[-1] for row in stored} & {row[-1] for row in old}
    everything = [key for keys in copied.values() for key in keys]
    assert opened_by(everything, stored, taken) == set()
    now = bundles_of(taken)
    assert {who: opened_by(keys, stored, taken) for who, keys in now.items()} == could
    assert name_of(taken, house.adviser) == name_of(taken, house.officer) == "Zoë"
    later = write_everything(taken, house.adviser)
    assert opened_by(bundles_of(taken)[id_of("rowan")], later, taken) == {"needs"}
    assert opened_by(everything, later, taken) == set()
    assert found_faults() == []


def test_rotate_case_of_an_agency_goes_through_all_its_cases_once(house):
    cases = [given.a_taken_referral(house.officer, house.adviser) for _ in range(3)]
    before = {row[0]: row[1] for row in as_owner("SELECT id, epoch FROM referrals_case")}

    assert ran("rotate", "--dry-run", "case", "--agency", IDVA) == [f"{IDVA}: 3 left."]
    said = ran("rotate", "--batch", "2", "case", "--agency", IDVA)

    assert said == [
        f"{IDVA}: 2 cases have other keys.",
        f"{IDVA}: 1 cases have other keys.",
        f"{IDVA}: 0 left.",
    ]
    after = {row[0]: row[1] for row in as_owner("SELECT id, epoch FROM referrals_case")}
    assert after == {case_id: epoch + 1 for case_id, epoch in before.items()}
    assert [name_of(case, house.adviser) for case in cases] == ["Zoë"] * 3
    assert as_owner("SELECT ended_at IS NOT NULL FROM vault_casekeychange") == [(True,)]


def test_a_dry_run_of_cases_and_signing_keys_changes_nothing(house, taken):
    before = as_owner("SELECT envelope FROM referrals_sealedrecord ORDER BY id")

    assert ran("rotate", "--dry-run", "case", taken.reference) == [f"{taken.reference}: 1 left."]
    assert ran("rotate", "--dry-run", "signing", "grants") == ["grants: 0 left."]

    assert as_owner("SELECT envelope FROM referrals_sealedrecord ORDER BY id") == before
    assert versions("vault_signingkey", purpose="grants") == [(1, False, True)]
