"""What agencies agreed to do: each is reminded once, the coordinator once when it is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import Agency
from marac import actions
from marac.models import MaracAction
from marac.reading import overdue, still_to_do
from marac.window import due_soon_at, overdue_at
from notices.models import Notice
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEAM_LEAD, COORDINATOR = "team_lead@example.org", "coordinator@example.org"
DUE, OVERDUE = ("marac.action_due", TEAM_LEAD), ("marac.action_overdue", COORDINATOR)


@pytest.fixture
def action(people, listed, referred, meeting):
    """A service that is no part of the case agreed to make the home safer."""
    agreed = actions.Agreed(
        code="home_security",
        agency=Agency.objects.get(code="rowan"),
        due_on=meeting.held_on + timedelta(days=20),
        words="New locks before the hearing.",
    )
    with time_machine.travel(meeting.held_at + HOUR):
        actions.record_result(referred.referral.reference, [agreed], by=people.coordinator)
    with unit_of_work(people.coordinator.context):
        return MaracAction.objects.get()


def told(woken):
    return [each for each in woken() if each[0].startswith("marac.action")]


def named(kind):
    """Which referral the notices of a kind name."""
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        return list(Notice.objects.filter(kind=kind).values_list("reference", flat=True))


@pytest.mark.parametrize(
    ("due_on", "soon", "late"),
    [
        (date(2026, 12, 2), (2026, 12, 1), (2026, 12, 3)),
        (date(2026, 12, 7), (2026, 12, 4), (2026, 12, 8)),
        (date(2026, 12, 26), (2026, 12, 24), (2026, 12, 29)),
        (date(2032, 1, 5), (2032, 1, 2), (2032, 1, 6)),
    ],
)
def test_reminders_come_in_working_hours(due_on, soon, late):
    assert due_soon_at(due_on) == datetime(*soon, 9, tzinfo=UTC)
    assert overdue_at(due_on) == datetime(*late, 9, tzinfo=UTC)


def test_owner_is_reminded_once_and_the_coordinator_once_when_it_is_overdue(swept, woken, action):
    swept(due_soon_at(action.due_on) - HOUR)
    assert told(woken) == []
    swept(due_soon_at(action.due_on))
    swept(due_soon_at(action.due_on) + HOUR)
    assert told(woken) == [DUE]
    swept(overdue_at(action.due_on))
    swept(overdue_at(action.due_on) + DAY)

    assert told(woken) == [DUE, OVERDUE]


def test_reminder_names_the_case_to_those_alone_who_work_on_it(swept, referred, action):
    swept(due_soon_at(action.due_on))
    swept(overdue_at(action.due_on))

    assert named("marac.action_due") == [""]
    assert named("marac.action_overdue") == [referred.referral.reference]


def test_what_is_done_wakes_nobody(people, swept, woken, action):
    swept(due_soon_at(action.due_on) - DAY)
    actions.mark_done(action.pk, by=people.coordinator)

    swept(due_soon_at(action.due_on))
    swept(overdue_at(action.due_on))

    assert told(woken) == []


def test_what_was_done_after_the_reminder_is_not_overdue(people, swept, woken, action):
    swept(due_soon_at(action.due_on))
    actions.mark_done(action.pk, by=people.coordinator)

    swept(overdue_at(action.due_on))

    assert told(woken) == [DUE]


def test_what_is_left_to_do_is_shown_to_its_owner_and_the_coordinator(people, referred, action):
    def left(member):
        with unit_of_work(member.context):
            return [(each.action.pk, each.reference) for each in still_to_do(member)]

    assert left(people.coordinator) == [(action.pk, referred.referral.reference)]
    assert left(people.team_lead) == [(action.pk, "")]
    assert left(people.adviser) == left(people.officer) == left(people.wirral_adviser) == []

    actions.mark_done(action.pk, by=people.coordinator)

    assert left(people.coordinator) == left(people.team_lead) == []


def test_overdue_is_the_coordinators_and_begins_the_day_after(people, action):
    def late(member, on):
        with unit_of_work(member.context):
            return [each.pk for each in overdue(member, on)]

    assert late(people.coordinator, action.due_on) == []
    assert late(people.coordinator, action.due_on + DAY) == [action.pk]
    assert late(people.team_lead, action.due_on + DAY) == []
