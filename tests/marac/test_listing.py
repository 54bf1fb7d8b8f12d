"""Meetings, the coordinator's list, and who sees what of them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from marac import actions
from marac.models import Invitation, Listing, MaracReferral, Meeting
from referrals import actions as referring
from referrals.errors import ConsentMissing, MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests.marac.conftest import details, plan, take_on
from tests.world import LIVERPOOL, WIRRAL


def standing(member, marac):
    with unit_of_work(member.context):
        rows = Listing.objects.filter(marac=marac)
        return list(rows.order_by("listed_at").values_list("meeting__held_on", "left_for"))


def status_of(member, marac):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=marac.referral_id).status


def test_plan_is_for_managers_of_agencies_that_coordinate(people):
    at = datetime.now(UTC) + timedelta(days=7)
    planned = actions.PlannedMeeting(area_code=LIVERPOOL, held_at=at, closes_at=at)
    for member in (people.duty_manager, people.team_lead, people.officer):
        with pytest.raises(PermissionDenied):
            actions.plan(planned, by=member)
    with unit_of_work(people.coordinator.context):
        assert Meeting.objects.count() == 0

    assert actions.plan(planned, by=people.coordinator).state == "planned"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area_code": "E09000001"}, "area_code"),
        ({"held_at": datetime(2026, 1, 1, tzinfo=UTC)}, "held_at"),
        ({"closes_at": datetime(2030, 1, 1, tzinfo=UTC)}, "closes_at"),
    ],
)
def test_plan_of_a_meeting_that_cannot_be_is_refused(people, changes, field):
    at = datetime.now(UTC) + timedelta(days=7)
    planned = {"area_code": LIVERPOOL, "held_at": at, "closes_at": at, **changes}

    with pytest.raises(NotWellFormed) as refused:
        actions.plan(actions.PlannedMeeting(**planned), by=people.coordinator)

    assert refused.value.field == field


def test_plan_of_a_second_meeting_on_a_day_is_refused(people, meeting):
    with pytest.raises(MoveNotAllowed, match="already"):
        plan(people)

    assert plan(people, area_code=WIRRAL).area_code == WIRRAL


def test_database_keeps_a_meetings_day_to_its_time(people, meeting):
    with (
        unit_of_work(people.coordinator.context),
        pytest.raises(IntegrityError, match="marac_meeting_day_is_londons"),
        transaction.atomic(),
    ):
        Meeting.objects.update(held_on=meeting.held_on + timedelta(days=1))


def test_meeting_is_seen_by_who_calls_it_and_who_is_invited(people, meeting):
    def seen(member):
        with unit_of_work(member.context):
            return Meeting.objects.count(), Invitation.objects.count()

    assert seen(people.coordinator) == (1, 2)
    assert seen(people.adviser) == seen(people.officer) == (1, 1)
    assert seen(people.wirral_adviser) == seen(people.caseworker) == (0, 0)


def test_an_invitation_of_ones_own_making_opens_no_meeting(people, meeting):
    with unit_of_work(people.caseworker.context):
        mine = people.caseworker.agency_id
        Invitation.objects.create(meeting_id=meeting.pk, agency_id=mine, coordinator_id=mine)

        assert Meeting.objects.count() == 0


def test_list_is_seen_by_coordinator_referrer_and_her_idva_alone(people, listed):
    def seen(member):
        with unit_of_work(member.context):
            return MaracReferral.objects.count(), Listing.objects.count()

    assert seen(people.coordinator) == seen(people.adviser) == (1, 1)
    assert seen(people.officer) == seen(people.caseworker) == seen(people.wirral_adviser) == (0, 0)


def test_nobody_else_may_write_a_line_of_the_list(people, listed, meeting):
    with (
        unit_of_work(people.adviser.context),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
    ):
        Listing.objects.create(
            marac_id=listed.marac_id,
            meeting_id=meeting.pk,
            agency_id=people.adviser.agency_id,
            listed_at=datetime.now(UTC),
        )
    with unit_of_work(people.adviser.context):
        assert MaracReferral.objects.update(ended_at=datetime.now(UTC)) == 0


def test_take_on_accepts_the_referral_and_lists_the_case(people, referred, meeting):
    take_on(people, referred, meeting)

    assert status_of(people.coordinator, referred) == Status.ACCEPTED
    assert standing(people.adviser, referred) == [(meeting.held_on, "")]


def test_take_on_of_one_accepted_already_lists_it(people, referred, meeting):
    referring.accept(referred.referral.reference, by=people.coordinator)

    take_on(people, referred, meeting)

    assert standing(people.coordinator, referred) == [(meeting.held_on, "")]


def test_take_on_twice_is_refused(people, listed, referred, meeting):
    with pytest.raises(MoveNotAllowed, match="already"):
        take_on(people, referred, meeting)

    assert standing(people.coordinator, referred) == [(meeting.held_on, "")]


def test_take_on_after_her_agreement_ended_is_refused(people, referred, meeting):
    referring.withdraw_consent(referred.referral.reference, by=people.adviser)

    with pytest.raises(ConsentMissing):
        take_on(people, referred, meeting)

    assert standing(people.coordinator, referred) == []


def test_list_is_the_coordinators_to_change(people, listed, referred, meeting):
    later = plan(people, 14)
    reference, on = referred.referral.reference, later.held_on
    said = {"reason": "not_enough_time"}
    for member in (people.adviser, people.duty_manager):
        with pytest.raises(PermissionDenied):
            actions.move(reference, LIVERPOOL, on, by=member, **said)
        with pytest.raises(PermissionDenied):
            actions.take_off(reference, reason="not_met", by=member)
    for member in (people.wirral_adviser, people.officer):
        with pytest.raises(Referral.DoesNotExist):
            actions.take_off(reference, reason="not_met", by=member)
    assert standing(people.coordinator, referred) == [(meeting.held_on, "")]

    actions.move(reference, LIVERPOOL, on, by=people.coordinator, **said)

    assert standing(people.adviser, referred) == [(meeting.held_on, "not_enough_time"), (on, "")]


def test_move_needs_a_reason_and_another_meeting(people, listed, referred, meeting):
    reference, on = referred.referral.reference, meeting.held_on
    with pytest.raises(ReasonMissing):
        actions.move(reference, LIVERPOOL, on, reason="bored", by=people.coordinator)
    with pytest.raises(MoveNotAllowed, match="already"):
        actions.move(reference, LIVERPOOL, on, reason="agency_absent", by=people.coordinator)
    with pytest.raises(Meeting.DoesNotExist):
        actions.move(
            reference,
            LIVERPOOL,
            on + timedelta(days=1),
            reason="agency_absent",
            by=people.coordinator,
        )

    assert standing(people.coordinator, referred) == [(on, "")]


def test_take_off_tells_the_referrer_and_lets_her_be_referred_again(
    people, taken, listed, referred
):
    reference = referred.referral.reference
    with pytest.raises(ReasonMissing):
        actions.take_off(reference, reason="", by=people.coordinator)

    actions.take_off(reference, reason="not_met", by=people.coordinator)

    assert [left for _, left in standing(people.adviser, referred)] == ["not_met"]
    with pytest.raises(MoveNotAllowed):
        actions.take_off(reference, reason="not_met", by=people.coordinator)
    actions.refer(taken.reference, details(), by=people.adviser)


def test_each_act_is_in_the_evidence(people, taken, listed, referred, meeting):
    actions.close_agenda(LIVERPOOL, meeting.held_on, by=people.coordinator)
    actions.take_off(referred.referral.reference, reason="not_met", by=people.coordinator)

    with unit_of_work(people.coordinator.context):
        ours = AuditEntry.objects.filter(action__startswith="marac.").order_by("seq")
        assert list(ours.values_list("action", "decision")) == [
            ("marac.plan", "allowed"),
            ("marac.take_on", "allowed"),
            ("marac.close_agenda", "allowed"),
            ("marac.take_off", "allowed"),
        ]


def test_hold_waits_for_the_meeting(people, meeting):
    on = meeting.held_on
    with pytest.raises(MoveNotAllowed, match="not come"):
        actions.hold(LIVERPOOL, on, by=people.coordinator)
    with pytest.raises(PermissionDenied):
        actions.hold(LIVERPOOL, on, by=people.duty_manager)

    with time_machine.travel(meeting.held_at + timedelta(hours=3)):
        actions.hold(LIVERPOOL, on, by=people.coordinator)
        with pytest.raises(MoveNotAllowed, match="already"):
            actions.hold(LIVERPOOL, on, by=people.coordinator)
