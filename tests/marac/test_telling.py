"""After the meeting: the result, what was agreed, and her IDVA's duty to tell her."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.models import Agency
from marac import actions
from marac.models import MaracAction, Telling
from marac.sealed import ACTION, RESULT, words_of
from marac.window import remind_at, tell_due_at
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests.marac.conftest import plan, take_on
from tests.world import LIVERPOOL

HOUR = timedelta(hours=1)
ADVISER, MANAGER = "adviser@example.org", "duty_manager@example.org"


def tellings(member):
    with unit_of_work(member.context):
        return list(Telling.objects.values_list("due_at", "outcome"))


def agreed(meeting, **changes):
    said = {
        "code": "home_security",
        "agency": Agency.objects.get(code="rowan"),
        "due_on": meeting.held_on + timedelta(days=7),
        "words": "New locks before the hearing.",
    }
    return actions.Agreed(**{**said, **changes})


def test_result_is_sealed_for_whoever_was_given_the_risk(people, taken, listed, referred, meeting):
    reference = referred.referral.reference
    with time_machine.travel(meeting.held_at + HOUR, tick=True):
        actions.record_result(
            reference, [agreed(meeting)], by=people.coordinator, words="High risk stands."
        )

        with unit_of_work(people.adviser.context):
            action = MaracAction.objects.get()
        records = open_case(taken.reference, by=people.adviser).records
        theirs = open_case(taken.reference, by=people.officer).records

    assert words_of(records, listed.pk, RESULT) == "High risk stands."
    assert words_of(records, action.pk, ACTION) == "New locks before the hearing."
    assert words_of(theirs, listed.pk, RESULT) == ""


def test_result_is_recorded_after_the_meeting_by_the_coordinator(people, listed, referred, meeting):
    reference, on = referred.referral.reference, meeting.held_on
    early = agreed(meeting, due_on=on - timedelta(days=1))
    with pytest.raises(MoveNotAllowed, match="not been heard"):
        actions.record_result(reference, [agreed(meeting)], by=people.coordinator)
    with time_machine.travel(meeting.held_at + HOUR):
        with pytest.raises(PermissionDenied):
            actions.record_result(reference, [agreed(meeting)], by=people.adviser)
        for nothing in ([], [early]):
            with pytest.raises(NotWellFormed):
                actions.record_result(reference, nothing, by=people.coordinator)
        with unit_of_work(people.coordinator.context):
            assert MaracAction.objects.count() == 0

        actions.record_result(reference, [agreed(meeting)], by=people.coordinator)


def test_agreed_action_is_seen_by_who_agreed_to_it_and_done_by_the_coordinators_word(
    people, listed, referred, meeting
):
    with time_machine.travel(meeting.held_at + HOUR):
        actions.record_result(referred.referral.reference, [agreed(meeting)], by=people.coordinator)

        def seen(member):
            with unit_of_work(member.context):
                return list(MaracAction.objects.values_list("pk", flat=True))

        assert len(seen(people.team_lead)) == len(seen(people.adviser)) == 1
        assert seen(people.other_caseworker) == seen(people.wirral_adviser) == []
        action = seen(people.coordinator)[0]
        with pytest.raises(PermissionDenied):
            actions.mark_done(action, by=people.team_lead)
        with pytest.raises(MaracAction.DoesNotExist):
            actions.mark_done(action, by=people.wirral_adviser)

        assert actions.mark_done(action, by=people.coordinator).done_at


def test_sweep_before_the_meeting_owes_no_telling(people, swept, listed, meeting):
    swept(meeting.held_at - HOUR)

    assert tellings(people.adviser) == []


def test_telling_is_owed_from_the_meeting_whether_or_not_a_result_was_recorded(
    people, swept, listed, meeting
):
    swept(meeting.held_at)
    swept(meeting.held_at + HOUR)

    assert tellings(people.adviser) == [(tell_due_at(meeting.held_at), "")]
    assert tellings(people.officer) == tellings(people.caseworker) == []


def test_telling_wakes_her_idva_twice_and_then_the_manager(people, swept, woken, listed, meeting):
    def told():
        return [each for each in woken() if each[0].startswith("marac.tell")]

    swept(meeting.held_at)
    assert told() == []
    swept(remind_at(meeting.held_at))
    assert told() == [("marac.tell_person", ADVISER)]
    swept(tell_due_at(meeting.held_at))
    assert told() == [("marac.tell_person", ADVISER)] * 2
    swept(tell_due_at(meeting.held_at) + HOUR)
    assert told() == [("marac.tell_late", MANAGER), *[("marac.tell_person", ADVISER)] * 2]


def test_telling_wakes_nobody_once_she_was_told(people, swept, woken, taken, listed, meeting):
    swept(meeting.held_at)
    actions.tell(taken.reference, "told", by=people.adviser)

    swept(tell_due_at(meeting.held_at) + HOUR)

    assert [each for each in woken() if each[0].startswith("marac.tell")] == []
    assert tellings(people.coordinator) == [(tell_due_at(meeting.held_at), "told")]


def test_telling_is_for_whoever_has_the_case(people, swept, taken, listed, meeting):
    with pytest.raises(MoveNotAllowed, match="no result"):
        actions.tell(taken.reference, "told", by=people.adviser)
    swept(meeting.held_at)
    with pytest.raises(ReasonMissing):
        actions.tell(taken.reference, "rang_twice", by=people.adviser)
    with pytest.raises(PermissionDenied):
        actions.tell(taken.reference, "told", by=people.second_adviser)
    with pytest.raises(PermissionDenied):
        actions.tell(taken.reference, "told", by=people.officer)
    with pytest.raises(Referral.DoesNotExist):
        actions.tell(taken.reference, "told", by=people.wirral_adviser)
    assert tellings(people.adviser) == [(tell_due_at(meeting.held_at), "")]

    actions.tell(taken.reference, "not_safe", by=people.duty_manager)

    assert tellings(people.adviser) == [(tell_due_at(meeting.held_at), "not_safe")]


def test_telling_of_a_hearing_that_was_moved_wakes_nobody(
    people, swept, woken, listed, referred, meeting
):
    later = plan(people, 14)
    swept(meeting.held_at)
    actions.move(
        referred.referral.reference,
        LIVERPOOL,
        later.held_on,
        reason="meeting_postponed",
        by=people.coordinator,
    )

    swept(tell_due_at(meeting.held_at) + HOUR)

    assert [each for each in woken() if each[0].startswith("marac.tell")] == []
    swept(remind_at(later.held_at))
    assert ("marac.tell_person", ADVISER) in woken()


def test_referral_on_no_list_wakes_the_coordinators_once(people, swept, woken, referred, meeting):
    for days in (0, 7, 8):
        swept(referred.referred_at + timedelta(days=days))

    listing = [each for each in woken() if each[0] == "marac.to_list"]
    assert listing == [("marac.to_list", "coordinator@example.org")]


def test_referral_on_a_list_wakes_nobody_to_list_it(people, swept, woken, referred, meeting):
    swept(referred.referred_at)
    take_on(people, referred, meeting)

    swept(referred.referred_at + timedelta(days=6))

    assert [each for each in woken() if each[0] == "marac.to_list"] == []


def test_meeting_reminds_its_coordinators_of_the_agenda_and_of_recording_it(
    people, swept, woken, meeting
):
    swept(meeting.closes_at)
    swept(meeting.held_at + timedelta(days=5))

    coordinator = "coordinator@example.org"
    assert woken() == [
        ("marac.agenda_closes", coordinator),
        ("marac.record_meeting", coordinator),
    ]
