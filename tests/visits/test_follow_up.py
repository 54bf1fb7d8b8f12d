"""The follow-up from the police visit to its outcome."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.contact import VisitOutcome
from referrals.errors import NotWellFormed
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from visits import actions
from visits.actions.booking import DoubleBooked, OutsideReason
from visits.models import FollowUp, Rung


@pytest.fixture
def visit_ended_at():
    return datetime.now(UTC) - timedelta(hours=2)


@pytest.fixture
def sent(people, visit_ended_at):
    return actions.refer_after_visit(
        given.details(), given.consent(), by=people.officer, visit_ended_at=visit_ended_at
    )


def test_refer_after_visit_starts_the_clock(people, sent, visit_ended_at):
    with unit_of_work(people.adviser.context):
        follow_up = FollowUp.objects.visible_to(people.adviser).running().get()
        rungs = Rung.objects.filter(follow_up=follow_up).count()

    assert follow_up.referral_id == sent.pk
    assert follow_up.due_at - visit_ended_at == timedelta(hours=24)
    assert rungs == 5


def test_refer_after_a_visit_in_the_future_is_refused_and_leaves_nothing(people):
    with pytest.raises(NotWellFormed, match="future"):
        actions.refer_after_visit(
            given.details(),
            given.consent(),
            by=people.officer,
            visit_ended_at=datetime.now(UTC) + timedelta(hours=1),
        )

    with unit_of_work(people.officer.context):
        assert not Referral.objects.exists()


def test_follow_up_of_an_area_outside_the_programme_goes_to_its_ordinary_route(people):
    referral = actions.refer_after_visit(
        given.details(area_code=""),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC),
    )

    assert referral.receiving_agency.code == "coordinators"
    assert referral.outside_programme


def test_take_book_and_record_the_visit(people, sent):
    actions.take(sent.reference, by=people.adviser)
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=datetime.now(UTC) + timedelta(hours=3),
        outside_reason=OutsideReason.SHE_ASKED,
        venue="our_office",
    )
    actions.book(sent.reference, booking, by=people.adviser)

    follow_up = actions.record_outcome(
        sent.reference, VisitOutcome.DONE, by=people.adviser, note="Safety plan begun."
    )

    assert follow_up.ended_at
    with unit_of_work(people.officer.context):
        assert Referral.objects.get(pk=sent.pk).feedback == "visited"


def test_book_somebody_who_is_elsewhere_is_refused(people, sent):
    somebody_else = given.somebody_else(people.officer)
    other = actions.refer_after_visit(
        given.details(documents=somebody_else),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC),
    )
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=datetime.now(UTC) + timedelta(hours=3),
        outside_reason=OutsideReason.SHE_ASKED,
    )
    for referral in (sent, other):
        actions.take(referral.reference, by=people.adviser)
    actions.book(sent.reference, booking, by=people.adviser)

    with pytest.raises(DoubleBooked):
        actions.book(other.reference, booking, by=people.adviser)
