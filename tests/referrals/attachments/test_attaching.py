"""A file is kept with a case, sealed, and goes where the keys go."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection

from audit.models import AuditEntry
from referrals import actions
from referrals.attachments.reading import list_attachments, open_attachment
from referrals.errors import AccessEnded, NotWellFormed
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import found_faults
from vault.attachments import FRAME
from vault.errors import CannotOpen

WORDS = b"canary-5d21 " * 12_000
"""Three frames of text."""
PARTS = ["identity", "needs", "attachments"]


@pytest.fixture
def taken(own_database, people):
    given_away = given.consent(compartments=[*given.consent().compartments, "attachments"])
    return given.a_taken_referral(people.officer, people.adviser, agreed=given_away)


def read(reference, attachment_id, by):
    return b"".join(open_attachment(reference, attachment_id, by=by).pieces)


def attached(referral, by, **changes):
    said = {"title": "Letter from housing", "content": WORDS, **changes}
    return actions.attach(referral.reference, said.pop("content"), by=by, **said).attachment_id


def behind_the_policies(statement, *parameters):
    """What the owner of the tables finds, or does."""
    with databases.as_owner(), unit_of_work(Context.migration()), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def test_a_file_is_given_back_as_it_was_under_a_name_that_tells_nothing(people, taken):
    kept = attached(taken, people.adviser)

    (about,) = list_attachments(taken.reference, by=people.adviser)
    assert (about.attachment_id, about.title) == (kept, "Letter from housing")
    assert (about.is_shared, about.is_checked) == (False, False)
    opened = open_attachment(taken.reference, kept, by=people.adviser)
    assert (opened.about, opened.file_name) == (about, "document-1.txt")
    assert read(taken.reference, kept, people.adviser) == WORDS
    assert _frames() == -(-len(WORDS) // FRAME)


def test_nothing_of_it_lies_in_the_clear(own_database, people, taken):
    attached(taken, people.adviser, title="Canary-9a4 letter")
    rows = behind_the_policies("SELECT sealed FROM referrals_attachmentframe")
    rows += behind_the_policies("SELECT envelope FROM referrals_sealedrecord")
    everything = b"".join(bytes(row[0]) for row in rows)
    assert len(everything) > len(WORDS)
    assert b"canary-5d21" not in everything
    assert b"Canary-9a4" not in everything


def test_for_our_agency_alone_is_for_nobody_else(people, taken):
    ours = attached(taken, people.adviser)
    shared = attached(taken, people.adviser, title="Photo", is_shared=True)
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=PARTS)
    actions.accept(onward.reference, by=people.caseworker)

    (seen,) = list_attachments(onward.reference, by=people.caseworker)

    assert seen.attachment_id == shared
    assert read(onward.reference, shared, people.caseworker) == WORDS
    with pytest.raises(ObjectDoesNotExist):
        open_attachment(onward.reference, ours, by=people.caseworker)


def test_whoever_was_not_given_the_documents_sees_none(people, taken):
    shared = attached(taken, people.adviser, is_shared=True)
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=["needs"])
    actions.accept(onward.reference, by=people.caseworker)

    assert list_attachments(onward.reference, by=people.caseworker) == []
    with pytest.raises(ObjectDoesNotExist):
        open_attachment(onward.reference, shared, by=people.caseworker)
    with pytest.raises(NotWellFormed, match="keep it for your agency"):
        attached(onward, people.caseworker, is_shared=True)
    assert attached(onward, people.caseworker)


def test_what_she_takes_back_closes_files_too_also_one_that_is_being_read(people, taken):
    content = WORDS * 20  # more frames than are fetched at once
    shared = attached(taken, people.adviser, content=content, is_shared=True)
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=PARTS)
    actions.accept(onward.reference, by=people.caseworker)
    begun = open_attachment(onward.reference, shared, by=people.caseworker).pieces
    first = next(begun)

    actions.withdraw_consent(onward.reference, by=people.adviser)

    assert content.startswith(first)
    with pytest.raises(CannotOpen):
        b"".join(begun)
    with pytest.raises(AccessEnded):
        open_attachment(onward.reference, shared, by=people.caseworker)
    assert read(taken.reference, shared, people.adviser) == content
    assert found_faults() == []


def test_whoever_may_not_open_the_case_opens_no_file(people, taken):
    kept = attached(taken, people.adviser)
    for stranger in (people.officer, people.caseworker, people.wirral_adviser):
        with pytest.raises((PermissionDenied, ObjectDoesNotExist)):
            open_attachment(taken.reference, kept, by=stranger)
        with pytest.raises((PermissionDenied, ObjectDoesNotExist)):
            attached(taken, stranger)
    assert read(taken.reference, kept, people.adviser) == WORDS


def test_the_author_may_attach_until_it_is_answered(own_database, people):
    given_away = given.consent(compartments=[*given.consent().compartments, "attachments"])
    sent = given.a_sent_referral(people.officer, agreed=given_away)
    photo = attached(sent, people.officer, title="Photo", is_shared=True)

    actions.accept(sent.reference, by=people.adviser)

    assert read(sent.reference, photo, people.adviser) == WORDS
    with pytest.raises(PermissionDenied):
        attached(sent, people.officer)


def test_whoever_added_it_takes_it_off_and_that_it_was_there_stays(people, taken):
    kept = attached(taken, people.adviser, is_shared=True)
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=PARTS)
    actions.accept(onward.reference, by=people.caseworker)
    with pytest.raises(ObjectDoesNotExist):
        actions.detach(onward.reference, kept, by=people.caseworker)
    assert read(taken.reference, kept, people.adviser) == WORDS

    actions.detach(taken.reference, kept, by=people.adviser)

    assert list_attachments(taken.reference, by=people.adviser) == []
    assert _frames() == 0
    with pytest.raises(ObjectDoesNotExist):
        actions.detach(taken.reference, kept, by=people.adviser)
    asked = "SELECT version FROM referrals_sealedrecord WHERE record_id = %s ORDER BY version"
    assert behind_the_policies(asked, kept) == [(1,), (2,)]
    assert found_faults() == []


@pytest.mark.parametrize(
    "spoil",
    [
        "DELETE FROM referrals_attachmentframe WHERE number = 2",
        "UPDATE referrals_attachmentframe SET sealed = substr(sealed, 2) WHERE number = 2",
        "DELETE FROM referrals_attachmentframe WHERE number = 0",
    ],
)
def test_a_file_that_is_not_whole_gives_out_nothing(own_database, people, taken, spoil):
    kept = attached(taken, people.adviser)
    assert read(taken.reference, kept, people.adviser) == WORDS
    behind_the_policies(spoil)

    with pytest.raises(CannotOpen):
        open_attachment(taken.reference, kept, by=people.adviser)


def test_a_file_without_any_piece_is_found_by_whoever_looks_for_faults(people, taken):
    attached(taken, people.adviser)
    assert found_faults() == []
    behind_the_policies("DELETE FROM referrals_attachmentframe")
    assert found_faults() == [f"a file of case {taken.case_id} has no pieces"]


def test_frames_of_two_files_cannot_be_exchanged(own_database, people, taken):
    first, second = (attached(taken, people.adviser) for _ in range(2))
    assert read(taken.reference, first, people.adviser) == WORDS
    behind_the_policies(
        """UPDATE referrals_attachmentframe f SET sealed = o.sealed
            FROM referrals_attachmentframe o, referrals_sealedrecord s, referrals_sealedrecord t
            WHERE f.record_id = s.id AND s.record_id = %s AND o.record_id = t.id
            AND t.record_id = %s AND o.number = f.number AND f.number = 1""",
        first,
        second,
    )

    with pytest.raises(CannotOpen):
        read(taken.reference, first, people.adviser)
    assert read(taken.reference, second, people.adviser) == WORDS


def test_adding_listing_opening_and_taking_off_are_in_evidence(people, taken):
    kept = attached(taken, people.adviser)
    list_attachments(taken.reference, by=people.adviser)
    read(taken.reference, kept, people.adviser)
    actions.detach(taken.reference, kept, by=people.adviser)

    with unit_of_work(people.duty_manager.context):
        entries = AuditEntry.objects.filter(action__startswith="attachment.").order_by("seq")
        said = [(each.action, each.object_id, each.decision) for each in entries]
    verbs = ("add", "list", "open", "remove")
    assert said == [(f"attachment.{verb}", taken.reference, "allowed") for verb in verbs]


def test_a_draft_that_is_given_up_takes_its_files_with_it(own_database, people):
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)
    attached(draft, people.officer)
    assert _frames() > 0

    actions.discard(draft.reference, by=people.officer)

    assert _frames() == 0


def _frames():
    ((number,),) = behind_the_policies("SELECT count(*) FROM referrals_attachmentframe")
    return number


@pytest.mark.parametrize("title", ["", "   ", "x" * 121, "a\0b"])
def test_a_title_says_something_and_not_too_much(people, taken, title):
    with pytest.raises(NotWellFormed, match=r"Say what it is|What it is"):
        attached(taken, people.adviser, title=title)
    assert attached(taken, people.adviser, title="Letter\n  from\thousing")
    assert list_attachments(taken.reference, by=people.adviser)[0].title == "Letter from housing"
