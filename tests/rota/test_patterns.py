"""Setting the week somebody works: what it takes the place of, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEntry
from referrals.errors import NotWellFormed
from rota import actions
from rota.models import PatternShift, WorkingPattern
from tenancy.work import unit_of_work

NINE_TO_FIVE = [(day * 1440 + 540, day * 1440 + 1020) for day in range(5)]
MONDAYS = [(540, 780)]
TODAY = timezone.localdate()


def new(shifts=NINE_TO_FIVE, starts_on=TODAY, **more):
    return actions.NewPattern(shifts=shifts, starts_on=starts_on, **more)


def patterns_of(person):
    with unit_of_work(person.context):
        rows = WorkingPattern.objects.filter(membership=person).order_by("period")
        return [
            (row.period.lower, row.period.upper, row.full_time_share, row.shifts.count())
            for row in rows.prefetch_related("shifts")
        ]


def evidence(by, action):
    with unit_of_work(by.context):
        rows = AuditEntry.objects.filter(agency_id=by.agency_id, action=action)
        return list(rows.values_list("object_id", "decision", "reason"))


def test_set_pattern_keeps_the_week_and_the_evidence(people):
    manager, adviser = people.duty_manager, people.adviser

    pattern = actions.set_pattern(adviser, new(full_time_share=60), by=manager)

    assert patterns_of(adviser) == [(TODAY, None, 60, 5)]
    assert (pattern.set_by_id, pattern.agency_id) == (manager.pk, manager.agency_id)
    assert evidence(manager, "rota.set_pattern") == [(str(adviser.pk), "allowed", "")]


def test_set_pattern_ends_the_one_before(people):
    manager, adviser = people.duty_manager, people.adviser
    actions.set_pattern(adviser, new(starts_on=TODAY - timedelta(days=30)), by=manager)
    next_week = TODAY + timedelta(days=7)

    actions.set_pattern(adviser, new(MONDAYS, next_week), by=manager)

    assert patterns_of(adviser) == [
        (TODAY - timedelta(days=30), next_week, 100, 5),
        (next_week, None, 100, 1),
    ]


def test_set_pattern_for_a_time_lets_the_one_before_go_on_afterwards(people):
    manager, adviser = people.duty_manager, people.adviser
    actions.set_pattern(adviser, new(full_time_share=80), by=manager)
    first, last = TODAY + timedelta(days=7), TODAY + timedelta(days=13)

    actions.set_pattern(adviser, new(MONDAYS, first, ends_on=last), by=manager)

    back = last + timedelta(days=1)
    assert patterns_of(adviser) == [
        (TODAY, first, 80, 5),
        (first, back, 100, 1),
        (back, None, 80, 5),
    ]


def test_set_pattern_from_the_same_day_replaces_it(people):
    manager, adviser = people.duty_manager, people.adviser
    actions.set_pattern(adviser, new(), by=manager)

    actions.set_pattern(adviser, new(MONDAYS), by=manager)

    assert patterns_of(adviser) == [(TODAY, None, 100, 1)]
    with unit_of_work(manager.context):
        assert PatternShift.objects.count() == 1


def test_set_pattern_leaves_a_colleagues_alone(people):
    manager = people.duty_manager
    actions.set_pattern(people.second_adviser, new(), by=manager)

    actions.set_pattern(people.adviser, new(MONDAYS), by=manager)

    assert patterns_of(people.second_adviser) == [(TODAY, None, 100, 5)]


SUNDAY_NIGHT = (6 * 1440 + 1320, 7 * 1440 + 360)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"shifts": []}, "shifts"),
        ({"shifts": [(540, 541)]}, "shifts"),
        ({"shifts": [(0, 961)]}, "shifts"),
        ({"shifts": [(540, 1020), (1000, 1200)]}, "shifts"),
        ({"shifts": [SUNDAY_NIGHT, (300, 600)]}, "shifts"),
        ({"starts_on": TODAY - timedelta(days=400)}, "starts_on"),
        ({"starts_on": date(2126, 1, 1)}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"full_time_share": 4}, "full_time_share"),
        ({"full_time_share": 101}, "full_time_share"),
    ],
)
def test_set_pattern_refuses_nonsense_and_leaves_nothing(people, wrong, field):
    with pytest.raises(NotWellFormed) as refused:
        actions.set_pattern(people.adviser, new(**wrong), by=people.duty_manager)

    assert refused.value.field == field
    assert patterns_of(people.adviser) == []


def test_sundays_night_may_touch_mondays_morning(people):
    shifts = [SUNDAY_NIGHT, (360, 600)]

    actions.set_pattern(people.adviser, new(shifts), by=people.duty_manager)

    assert patterns_of(people.adviser) == [(TODAY, None, 100, 2)]


@pytest.mark.parametrize("who", ["adviser", "second_adviser", "officer", "supervisor", "team_lead"])
def test_set_pattern_is_refused_to_all_but_managers_who_visit(people, who):
    """An adviser may not set their own hours either; a manager of theirs may."""
    by = getattr(people, who)

    with pytest.raises(PermissionDenied):
        actions.set_pattern(people.adviser, new(), by=by)

    assert patterns_of(people.adviser) == []
    actions.set_pattern(people.adviser, new(), by=people.duty_manager)
    assert len(patterns_of(people.adviser)) == 1


def test_a_refused_attempt_stays_in_the_evidence(own_database, people):
    adviser = people.adviser

    with pytest.raises(PermissionDenied):
        actions.set_pattern(people.second_adviser, new(), by=adviser)

    about = str(people.second_adviser.pk)
    assert evidence(adviser, "rota.set_pattern") == [(about, "refused", "PermissionDenied")]


def test_another_agencys_manager_finds_nobody(people):
    with pytest.raises(Membership.DoesNotExist):
        actions.set_pattern(people.adviser, new(), by=people.coordinator)

    assert patterns_of(people.adviser) == []


def test_no_rota_is_kept_of_whoever_does_not_visit(people):
    with pytest.raises(Membership.DoesNotExist):
        actions.set_pattern(people.administrator, new(), by=people.duty_manager)
