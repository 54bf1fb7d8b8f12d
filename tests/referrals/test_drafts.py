"""Drafts are their author's, for a day; then nobody can open what they said."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import AuditEntry
from referrals import actions, sweeping
from referrals.actions.drafting import expire_drafts
from referrals.errors import AccessEnded, MoveNotAllowed
from referrals.keeping import keys_of
from referrals.models import Referral
from referrals.reading import open_case, see
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, found_faults, timeline, told

LEFT = """
SELECT (SELECT count(*) FROM referrals_erasurekey WHERE case_id = c.id),
    (SELECT count(*) FROM referrals_bundle WHERE case_id = c.id),
    (SELECT count(*) FROM referrals_sealedrecord WHERE case_id = c.id),
    (SELECT count(*) FROM referrals_searchtag WHERE case_id = c.id)
FROM referrals_case c WHERE c.id = %s
"""


def a_draft(by, **changes):
    return actions.start_draft(given.details(**changes), given.consent(), given.route(), by=by)


def expire(at):
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        return expire_drafts(at=at)


def test_draft_is_sealed_and_opens_for_its_author_alone(people):
    draft = a_draft(people.officer)

    assert open_case(draft.reference, by=people.officer).document("identity")
    for other in (people.colleague, people.supervisor, people.adviser, people.duty_manager):
        with pytest.raises(Referral.DoesNotExist):
            see(draft.reference, by=other)
    assert told(people.adviser) == []


def test_send_asks_the_desk_once(people):
    draft = a_draft(people.officer)

    sent = actions.send(draft.reference, by=people.officer)

    assert sent.status == "sent"
    assert timeline(sent, people.officer) == ["send"]
    assert told(people.adviser) == [("referral.send", sent.reference)]
    assert actions.accept(sent.reference, by=people.adviser).status == "accepted"
    with pytest.raises(MoveNotAllowed):
        actions.send(draft.reference, by=people.officer)


def test_discard_leaves_nothing_to_open_and_tells_nobody(house):
    draft = a_draft(house.officer)
    before = told(house.adviser)

    actions.discard(draft.reference, by=house.officer)

    assert as_owner(LEFT, draft.case_id) == [(0, 0, 0, 0)]
    assert timeline(draft, house.officer) == ["discard"]
    assert told(house.adviser) == before
    with pytest.raises(AccessEnded), unit_of_work(house.officer.context):
        keys_of(draft.case_id, house.officer.agency_id)
    with unit_of_work(house.adviser.context):
        assert not AuditEntry.objects.filter(object_id=draft.reference).exists()
    assert found_faults() == []


def test_discard_of_what_was_sent_is_refused(people):
    sent = given.a_sent_referral(people.officer)

    with pytest.raises(MoveNotAllowed):
        actions.discard(sent.reference, by=people.officer)

    assert open_case(sent.reference, by=people.officer).document("identity")


def test_replace_draft_keeps_the_new_words_alone(house):
    draft = a_draft(house.officer)
    changed = given.details(documents={"incident": {"summary": "Changed"}})

    second = actions.replace_draft(
        draft.reference, changed, given.consent(), given.route(), by=house.officer
    )

    assert as_owner(LEFT, draft.case_id) == [(0, 0, 0, 0)]
    case = open_case(second.reference, by=house.officer)
    assert (case.document("incident"), case.document("identity")) == ({"summary": "Changed"}, {})


def test_replace_draft_with_what_cannot_be_kept_leaves_the_draft(people):
    draft = a_draft(people.officer)

    with pytest.raises(Exception, match="cannot be kept"):
        actions.replace_draft(
            draft.reference,
            given.details(documents={"incident": {"summary": "\x00"}}),
            given.consent(),
            given.route(),
            by=people.officer,
        )

    assert open_case(draft.reference, by=people.officer).document("identity")


def test_expire_drafts_gives_up_those_of_a_day_ago_and_no_others(house):
    old, young = a_draft(house.officer), a_draft(house.officer)
    sent = given.a_sent_referral(house.officer)
    as_owner(
        "UPDATE referrals_referral SET created_at = now() - interval '25 hours'"
        " WHERE id IN (%s, %s)",
        old.pk,
        sent.pk,
    )
    keys = as_owner("SELECT sealed FROM referrals_bundle WHERE case_id = %s", old.case_id)

    done = expire(datetime.now(UTC))

    assert (done, bool(keys)) == (1, True)
    assert as_owner(LEFT, old.case_id) == [(0, 0, 0, 0)]
    assert see(old.reference, by=house.officer).status == "expired"
    assert timeline(old, house.officer) == ["discard"]
    with pytest.raises(AccessEnded):
        open_case(old.reference, by=house.officer)
    assert open_case(young.reference, by=house.officer).document("identity")
    assert open_case(sent.reference, by=house.officer).document("identity")
    assert expire(datetime.now(UTC)) == 0
    assert found_faults() == []


def test_sweep_as_the_worker_relays_and_expires(house):
    a_draft(house.officer)

    with databases.signed_in_as(databases.WORKER):
        done = sweeping.sweep(datetime.now(UTC) + timedelta(hours=25))

    assert done >= 1
