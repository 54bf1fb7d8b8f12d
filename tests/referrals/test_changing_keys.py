"""Keys of agencies, tags, signatures, cases and the root are changed, and everything opens on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from referrals import actions
from referrals.actions.giving_contact import opened_contact, waiting_contact
from referrals.linking import known_cases
from referrals.ways import Way
from tenancy.work import ContextRefused, unit_of_work
from tests import databases, given
from tests.referrals.changing_keys import id_of, minutes_pass, name_of, ran, sealed_to, versions
from tests.referrals.conftest import as_owner, found_faults
from tests.referrals.test_epochs import RECORDS, bundles_of, opened_by, write_everything
from tests.world import People
from vault.errors import CannotOpen
from vault.keyd import get_keyd
from vault.models import AgencyKey
from vault.root import load_root, make_root_file
from visits.actions import Attempt, agree_way, record_attempt, refer_after_visit, take

IDVA = "liverpool-idva"


@pytest.fixture(autouse=True)
def _forget():
    get_keyd.cache_clear()
    yield
    get_keyd.cache_clear()


@pytest.fixture
def house(django_db_setup, django_db_blocker):
    """A database of its own for each test: keys are what changes here."""
    with django_db_blocker.unblock(), databases.clone():
        yield People()


@pytest.fixture
def taken(house):
    return given.a_taken_referral(house.officer, house.adviser)


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


def found_again(member, documents=given.DOCUMENTS):
    with unit_of_work(member.context):
        return known_cases(documents, member.agency_id)


def tags_of(code):
    rows = as_owner(
        "SELECT purpose, key_version, count(*) FROM referrals_searchtag"
        " WHERE agency_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
        id_of(code),
    )
    return {(purpose, version): count for purpose, version, count in rows}


def test_rotate_index_tags_twice_then_reads_the_new_alone_then_drops_the_old(house, taken):
    actions.amend(taken.reference, "contact", {"phone": "07700 900462"}, by=house.adviser)
    before = tags_of(IDVA)
    assert before == {("crime_ref", 1): 1, ("name_dob", 1): 2, ("phone", 1): 2}

    said = ran("rotate", "index", IDVA)

    both = tags_of(IDVA)
    assert said[-1] == f"{IDVA} crime_ref: 0 left; both are written and read."
    assert both == before | {(purpose, 2): count for (purpose, _), count in before.items()}
    assert found_again(house.adviser) == [taken.case_id]
    get_keyd.cache_clear()
    later = given.a_taken_referral(house.officer, house.adviser)
    assert tags_of(IDVA)["name_dob", 1] == tags_of(IDVA)["name_dob", 2] == 4

    with pytest.raises(CommandError, match="It is still read"):
        ran("retire", "index", IDVA)
    minutes_pass("vault_blindindexkey")
    assert (
        ran("rotate", "index", IDVA)[-1] == f"{IDVA} crime_ref: 0 left; the new key is read alone."
    )
    with pytest.raises(CommandError, match="processes remember"):
        ran("retire", "index", IDVA)
    minutes_pass("vault_blindindexkey")
    assert ran("retire", "index", IDVA)[0] == f"{IDVA} name_dob: 1 destroyed."

    assert {version for _, version in tags_of(IDVA)} == {2}
    assert found_again(house.adviser) == sorted([taken.case_id, later.case_id])
    former = {"contact": {"phone": "07700 900461"}}
    assert found_again(house.adviser, former) == sorted([taken.case_id, later.case_id])
    assert found_again(house.adviser, {"contact": {"phone": "07700 900462"}}) == [taken.case_id]
    assert found_again(house.officer) == sorted([taken.case_id, later.case_id])


def test_a_way_to_be_in_touch_is_found_by_its_number_after_a_change(house, taken):
    words = {"phone": "07700 900998", "code_word": "Marigold"}
    way = Way(channel="phone_call", allowed=True, windows=given.ANY_TIME, document=words)
    agree_way(taken.reference, way, by=house.adviser)
    before = tags_of(IDVA)

    ran("rotate", "--batch", "1", "index", IDVA)

    assert tags_of(IDVA)["phone", 2] == before["phone", 1]
    assert found_again(house.adviser, {"contact": {"phone": "07700900998"}}) == [taken.case_id]


def test_nobody_becomes_findable_by_a_change_of_index_keys(house, taken):
    """A tag has a successor; a document without a tag gets none."""
    before = tags_of("merseyside-police")

    ran("rotate", "index", "merseyside-police")

    after = tags_of("merseyside-police")
    assert after == before | {(purpose, 2): count for (purpose, _), count in before.items()}


def test_a_tag_whose_documents_do_not_open_is_left_and_its_key_kept(house, taken):
    as_owner("UPDATE referrals_bundle SET signature = %s WHERE agency_id = %s", b"x", id_of(IDVA))

    said = ran("rotate", "index", IDVA)

    assert said[0] == f"{IDVA} name_dob: 0 moved."
    assert said[1] == f"{IDVA} name_dob: 2 left; both are written and read."
    minutes_pass("vault_blindindexkey")
    assert ran("rotate", "index", IDVA)[1].endswith("2 left; both are written and read.")
    with pytest.raises(CommandError, match=r"^2 tags have no successor"):
        ran("retire", "index", IDVA)


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


@pytest.fixture
def new_root(house, settings, tmp_path, root_key):
    """As an operator does it: a second file; the one in use becomes the previous one, a copy."""
    old, new = tmp_path / "old.key", tmp_path / "new.key"
    old.write_bytes(root_key.read_bytes())
    old.chmod(0o400)
    make_root_file(new, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(new), str(old)
    get_keyd.cache_clear()
    yield old, new
    get_keyd.cache_clear()


def test_rotate_root_moves_every_key_and_the_old_file_goes_at_count_nought(
    house, new_root, settings
):
    taken = given.a_taken_referral(house.officer, house.adviser)
    old, new = new_root
    with pytest.raises(CommandError, match="keys are still under another root"):
        ran("retire", "root")
    assert old.exists()

    dry, said = ran("rotate", "--dry-run", "root"), ran("rotate", "--batch", "7", "root")

    total = int(dry[0].split()[1])
    name = load_root(new, repository=settings.BASE_DIR).key_id.hex()
    assert dry[-1] == f"Root: {total} left."
    assert said[0] == f"Root: {total} keys under another than {name}."
    assert sum(int(line.split()[1]) for line in said[1:-1]) == total
    assert said[-1] == "Root: 0 left."
    assert ran("retire", "--dry-run", "root") == [f"Root: {old} would be destroyed."]
    assert ran("retire", "root")[0].startswith(f"Root: {old} is destroyed.")
    assert not old.exists()
    settings.ROOT_KEY_PREVIOUS_FILE = ""
    get_keyd.cache_clear()
    assert name_of(taken, house.adviser) == "Zoë"
    assert ran("check")[1].startswith("agency-key:")
    assert ran("retire", "root") == [
        "Root: nothing here is under another. What the key service keeps may go there."
    ]


def test_rotate_root_signs_no_public_key_that_somebody_planted(house, new_root):
    as_owner(
        "UPDATE vault_agencykey SET public_key = %s WHERE agency_id = %s", b"theirs", id_of(IDVA)
    )

    said = ran("rotate", "root")

    assert said[-1] == "Root: 1 left."
    with pytest.raises(CommandError, match=r"^1 keys are still under another root"):
        ran("retire", "root")
    assert new_root[0].exists()


def test_what_was_signed_with_a_destroyed_key_holds_under_a_new_root(
    house, taken, settings, tmp_path, root_key
):
    ran("rotate", "signing", "grants")
    minutes_pass("vault_signingkey")
    ran("retire", "signing", "grants")
    new = tmp_path / "another.key"
    make_root_file(new, repository=settings.BASE_DIR)
    settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(new), str(root_key)

    assert ran("rotate", "root")[-1] == "Root: 0 left."

    settings.ROOT_KEY_PREVIOUS_FILE = ""
    get_keyd.cache_clear()
    assert name_of(taken, house.adviser) == "Zoë"


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


def test_a_dry_run_of_cases_and_signing_keys_changes_nothing(house, taken):
    before = as_owner("SELECT envelope FROM referrals_sealedrecord ORDER BY id")

    assert ran("rotate", "--dry-run", "case", taken.reference) == [f"{taken.reference}: 1 left."]
    assert ran("rotate", "--dry-run", "signing", "grants") == ["grants: 0 left."]

    assert as_owner("SELECT envelope FROM referrals_sealedrecord ORDER BY id") == before
    assert versions("vault_signingkey", purpose="grants") == [(1, False, True)]


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
    ran("rotate", "agency", IDVA)
    minutes_pass("vault_agencykey")
    ran("retire", "agency", IDVA)

    keyring = get_keyd()._keyring  # noqa: SLF001
    with pytest.raises(CannotOpen):
        keyring.agency_private(id_of(IDVA), 1)
    assert keyring.agency_private(id_of(IDVA), 2)
