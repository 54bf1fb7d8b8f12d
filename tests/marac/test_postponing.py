"""Meetings that move and meetings that do not take place: nobody on their lists is lost."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from marac import actions
from marac.models import Listing, Meeting, Telling
from marac.reading import next_meeting, to_take_on
from marac.window import next_morning, tell_due_at
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from tenancy.work import unit_of_work
from tests.marac.conftest import plan, take_on
from tests.world import LIVERPOOL, WIRRAL

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADVISER, COORDINATOR = "adviser@example.org", "coordinator@example.org"


def to(held_at, closes_at=None):
    return actions.PlannedMeeting(
        area_code=LIVERPOOL, held_at=held_at, closes_at=closes_at or held_at - DAY
    )


def standing(member, marac):
    with unit_of_work(member.context):
        rows = Listing.objects.filter(marac=marac).order_by("listed_at")
        return list(rows.values_list("meeting__held_on", "left_for"))


def state_of(people, meeting):
    with unit_of_work(people.coordinator.context):
        return Meeting.objects.get(pk=meeting.pk).state


def due(people):
    with unit_of_work(people.adviser.context):
        return list(Telling.objects.values_list("due_at", flat=True))


def waiting(people):
    with unit_of_work(people.coordinator.context):
        return [each.pk for each in to_take_on(people.coordinator)]


def test_reschedule_takes_the_list_and_the_time_to_tell_her_along(
    people, swept, woken, listed, referred, meeting
):
    later = meeting.held_at + 3 * DAY

    moved = actions.reschedule(LIVERPOOL, meeting.held_on, to(later), by=people.coordinator)

    assert standing(people.adviser, referred) == [(moved.held_on, "")]
    assert ("marac.moved", ADVISER) in woken()
    swept(meeting.held_at + HOUR)
    assert due(people) == []
    swept(later)
    assert due(people) == [tell_due_at(later)]


def test_reschedule_moves_the_coordinators_reminders(people, swept, woken, meeting):
    later = meeting.held_at + 9 * DAY
    actions.reschedule(LIVERPOOL, meeting.held_on, to(later), by=people.coordinator)

    swept(next_morning(meeting.held_at))
    assert woken() == []
    swept(later)
    assert {kind for kind, _ in woken()} == {"marac.agenda_closes"}


def test_reschedule_opens_an_agenda_that_was_closed_for_the_earlier_day(people, meeting):
    actions.close_agenda(LIVERPOOL, meeting.held_on, by=people.coordinator)

    later = to(meeting.held_at + DAY)
    moved = actions.reschedule(LIVERPOOL, meeting.held_on, later, by=people.coordinator)

    assert moved.state == "planned"


def test_reschedule_refused_leaves_everything_as_it_was(people, listed, referred, meeting):
    taken_day, on = plan(people, 14), meeting.held_on
    for member in (people.adviser, people.duty_manager):
        with pytest.raises(PermissionDenied):
            actions.reschedule(LIVERPOOL, on, to(meeting.held_at + DAY), by=member)
    with pytest.raises(Meeting.DoesNotExist):
        actions.reschedule(LIVERPOOL, on, to(meeting.held_at + DAY), by=people.wirral_adviser)
    with pytest.raises(MoveNotAllowed, match="already"):
        actions.reschedule(LIVERPOOL, on, to(taken_day.held_at), by=people.coordinator)
    with pytest.raises(NotWellFormed):
        actions.reschedule(LIVERPOOL, on, to(meeting.held_at - 30 * DAY), by=people.coordinator)
    with time_machine.travel(meeting.held_at), pytest.raises(MoveNotAllowed, match="has come"):
        actions.reschedule(LIVERPOOL, on, to(meeting.held_at + DAY), by=people.coordinator)
    assert standing(people.coordinator, referred) == [(on, "")]

    moved = actions.reschedule(LIVERPOOL, on, to(meeting.held_at + DAY), by=people.coordinator)

    assert standing(people.coordinator, referred) == [(moved.held_on, "")]


def test_cancel_sends_the_list_to_the_areas_next_meeting(people, woken, listed, referred, meeting):
    plan(people, 10, WIRRAL)
    later = plan(people, 14)

    following = actions.cancel(
        LIVERPOOL, meeting.held_on, reason="nobody_to_chair", by=people.coordinator
    )

    assert following == later
    assert standing(people.adviser, referred) == [
        (meeting.held_on, "meeting_cancelled"),
        (later.held_on, ""),
    ]
    assert woken() == [("marac.cancelled", COORDINATOR), ("marac.moved", ADVISER)]
    assert waiting(people) == []


def test_cancel_without_a_next_meeting_leaves_each_case_waiting_and_wakes_for_it(
    people, swept, woken, listed, referred, meeting
):
    with time_machine.travel(meeting.held_at - DAY):
        nothing = actions.cancel(
            LIVERPOOL, meeting.held_on, reason="no_room", by=people.coordinator
        )

    assert nothing is None
    assert waiting(people) == [referred.pk]
    assert woken() == [("marac.cancelled", COORDINATOR), ("marac.waits", ADVISER)]
    swept(next_morning(meeting.held_at - DAY))
    assert ("marac.to_list", COORDINATOR) in woken()
    again = plan(people, 7)
    assert again.held_on == meeting.held_on
    take_on(people, referred, again)
    assert waiting(people) == []


def test_cancel_after_its_time_wakes_nobody_to_tell_a_result(people, swept, woken, listed, meeting):
    swept(meeting.held_at)
    with time_machine.travel(meeting.held_at + HOUR):
        actions.cancel(LIVERPOOL, meeting.held_on, reason="no_room", by=people.coordinator)

    swept(tell_due_at(meeting.held_at) + 2 * HOUR)

    assert [kind for kind, _ in woken() if kind.startswith("marac.tell")] == []


def test_cancelled_meeting_takes_no_case_and_is_nobodys_next(people, referred, meeting):
    actions.cancel(LIVERPOOL, meeting.held_on, reason="no_cases", by=people.coordinator)

    with pytest.raises(MoveNotAllowed, match="cancelled"):
        take_on(people, referred, meeting)
    with time_machine.travel(meeting.held_at), pytest.raises(MoveNotAllowed, match="cancelled"):
        actions.hold(LIVERPOOL, meeting.held_on, by=people.coordinator)
    with unit_of_work(people.coordinator.context):
        assert next_meeting(LIVERPOOL, people.coordinator, meeting.closes_at - DAY) is None


def test_cancel_refused_leaves_the_list_as_it_was(people, listed, referred, meeting):
    on, reason = meeting.held_on, "no_room"
    for member in (people.adviser, people.duty_manager):
        with pytest.raises(PermissionDenied):
            actions.cancel(LIVERPOOL, on, reason=reason, by=member)
    with pytest.raises(Meeting.DoesNotExist):
        actions.cancel(LIVERPOOL, on, reason=reason, by=people.wirral_adviser)
    with pytest.raises(ReasonMissing):
        actions.cancel(LIVERPOOL, on, reason="bored", by=people.coordinator)
    assert standing(people.coordinator, referred) == [(on, "")]
    assert state_of(people, meeting) == "planned"

    actions.cancel(LIVERPOOL, on, reason=reason, by=people.coordinator)

    assert state_of(people, meeting) == "cancelled"
    with pytest.raises(MoveNotAllowed, match="Cancelled"):
        actions.cancel(LIVERPOOL, on, reason=reason, by=people.coordinator)


def test_cancel_is_refused_once_a_case_was_heard(people, listed, referred, meeting):
    with time_machine.travel(meeting.held_at + HOUR):
        actions.record_result(
            referred.referral.reference, [], words="Heard.", by=people.coordinator
        )
        with pytest.raises(MoveNotAllowed, match="heard"):
            actions.cancel(LIVERPOOL, meeting.held_on, reason="no_room", by=people.coordinator)

    assert state_of(people, meeting) == "planned"
