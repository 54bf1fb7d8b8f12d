"""Transfer to another area: the sender answers for it until somebody there has taken it on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals import actions as referring
from referrals.errors import ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given
from tests.visits.conftest import refer
from tests.visits.test_handing_over import booked, in_hours, taken
from tests.world import LIVERPOOL, WIRRAL
from visits import actions
from visits.models import FollowUp, Rung, Visit

PARTS = ["identity", "contact", "risk"]
NOWHERE = "E08000099"
CLOCK = ("visit_ended_at", "visit_from_at", "due_at", "visit_by_at", "code_due_at")


def transfer(people, referral, area=WIRRAL, **more):
    """From Liverpool to the Wirral, with her agreement."""
    agreed = {"compartments": PARTS, **more}
    return actions.transfer(referral.reference, area, given.consent(**agreed), by=people.adviser)


def of(people, who, referral):
    """The follow-up of a referral as a member's agency sees it."""
    with unit_of_work(getattr(people, who).context):
        return FollowUp.objects.get(referral=referral)


def made(people):
    """How many referrals the sender has made of it."""
    with unit_of_work(people.adviser.context):
        return Referral.objects.made_by(people.adviser).count()


def test_transfer_reaches_the_other_desk_on_the_same_clock(people):
    referral = taken(people)
    ours = of(people, "adviser", referral)

    there = transfer(people, referral)

    theirs = of(people, "wirral_adviser", there)
    assert (there.area_code, there.visit_ended_at) == (WIRRAL, referral.visit_ended_at)
    assert [getattr(theirs, each) for each in CLOCK] == [getattr(ours, each) for each in CLOCK]
    with unit_of_work(people.wirral_adviser.context):
        assert Rung.objects.filter(follow_up=theirs).count() > 0


def test_transfer_leaves_the_sender_responsible_until_it_is_taken(people):
    referral = taken(people)
    there = transfer(people, referral)
    before = of(people, "adviser", referral)

    actions.take(there.reference, by=people.wirral_adviser)

    after = of(people, "adviser", referral)
    assert (before.ended_at, before.outcome) == (None, "")
    assert after.ended_at is not None
    assert after.outcome == "handed_on"
    assert of(people, "wirral_adviser", there).ended_at is None


def test_transfer_that_is_declined_leaves_it_here_and_may_be_tried_again(people):
    referral = taken(people)
    there = transfer(people, referral)

    referring.decline(there.reference, by=people.wirral_adviser, reason="no_capacity")

    assert of(people, "adviser", referral).ended_at is None
    assert transfer(people, referral).area_code == WIRRAL


def test_transfer_taken_calls_off_the_visit_booked_here(people):
    referral = taken(people)
    visit = booked(people, referral, in_hours(5))
    there = transfer(people, referral)

    actions.take(there.reference, by=people.wirral_adviser)

    with unit_of_work(people.adviser.context):
        visit = Visit.objects.get(pk=visit.pk)
        assert (visit.status, visit.cancel_reason) == ("cancelled", "not_needed")
        assert not visit.workers.filter(is_booked=True).exists()
        assert not Rung.objects.filter(about=visit.pk, fired_at=None, settled_at=None).exists()
    assert booked(people, taken(people), visit.during.lower).status == "booked"


def test_transfer_opens_there_what_was_agreed_once_it_is_taken_and_no_more(people):
    there = transfer(people, taken(people)).reference
    with pytest.raises(PermissionDenied):
        open_case(there, by=people.wirral_adviser)

    actions.take(there, by=people.wirral_adviser)

    opened = open_case(there, by=people.wirral_adviser)
    assert opened.document("identity")["given_name"] == "Zoë"
    assert opened.document("incident") == {}


def test_transfer_without_agreement_is_refused_and_leaves_nothing(people):
    referral = taken(people)

    with pytest.raises(ConsentMissing):
        transfer(people, referral, answer="refused")

    assert made(people) == 0
    assert transfer(people, referral).area_code == WIRRAL


def test_transfer_while_one_is_on_its_way_is_refused(people):
    referral = taken(people)
    transfer(people, referral)

    with pytest.raises(MoveNotAllowed, match="handed on already"):
        transfer(people, referral)

    assert made(people) == 1


@pytest.mark.parametrize(
    ("area", "sentence"),
    [(LIVERPOOL, "Your own desk answers"), (NOWHERE, "Choose the area they are in now")],
)
def test_transfer_to_nowhere_else_is_refused(people, area, sentence):
    referral = taken(people)

    with pytest.raises(NotWellFormed, match=sentence):
        transfer(people, referral, area)

    assert made(people) == 0
    assert transfer(people, referral).area_code == WIRRAL


def test_transfer_is_for_those_who_work_on_the_case(people):
    referral, sent = taken(people), refer(people)
    agreed = given.consent(compartments=PARTS)

    with pytest.raises(PermissionDenied):
        actions.transfer(referral.reference, WIRRAL, agreed, by=people.second_adviser)
    with pytest.raises(PermissionDenied):
        actions.transfer(sent.reference, WIRRAL, agreed, by=people.adviser)
    with pytest.raises(Referral.DoesNotExist):
        actions.transfer(referral.reference, LIVERPOOL, agreed, by=people.wirral_adviser)

    assert transfer(people, referral).area_code == WIRRAL


def test_police_see_nothing_of_where_she_went(people):
    referral = taken(people)
    transfer(people, referral)

    with unit_of_work(people.officer.context):
        known = Referral.objects.visible_to(people.officer)
        assert [each.reference for each in known] == [referral.reference]
        assert known.get().area_code == LIVERPOOL
        assert FollowUp.objects.count() == 1


def test_contact_made_here_counts_there(people):
    referral = taken(people)
    attempt = actions.Attempt(
        channel="phone_call", outcome="spoke", at=datetime.now(UTC), outside_reason="she_asked"
    )
    actions.record_attempt(referral.reference, attempt, by=people.adviser)

    there = transfer(people, referral)

    theirs = of(people, "wirral_adviser", there)
    assert datetime.now(UTC) - theirs.contacted_at < timedelta(minutes=1)
