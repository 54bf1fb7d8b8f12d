"""Leave, sickness, days that differ and on-call: recorded, ended, and refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEntry
from referrals.errors import MoveNotAllowed, NotWellFormed
from rota import actions
from rota.models import ExceptionDay, Leave, OnCall
from tenancy.work import unit_of_work
from tests.rota.conftest import on_the_clock

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def annual(starts=None, ends=None, kind="annual"):
    return actions.NewLeave(
        kind=kind,
        starts_at=starts or on_the_clock(TOMORROW, 0),
        ends_at=ends or on_the_clock(TOMORROW + timedelta(days=7), 0),
    )


def leave_of(person):
    with unit_of_work(person.context):
        rows = Leave.objects.filter(membership=person).order_by("during")
        return [(row.kind, row.during.lower, row.during.upper) for row in rows]


def calls_of(person):
    with unit_of_work(person.context):
        rows = OnCall.objects.filter(membership=person).order_by("during")
        return [(row.during.lower, row.during.upper) for row in rows]


def days_of(person):
    with unit_of_work(person.context):
        rows = ExceptionDay.objects.filter(membership=person).order_by("on")
        return [
            (row.on, row.kind, row.minutes and (row.minutes.lower, row.minutes.upper))
            for row in rows
        ]


def test_record_leave_by_a_manager(people):
    actions.record_leave(people.adviser, annual(), by=people.duty_manager)

    end = on_the_clock(TOMORROW + timedelta(days=7), 0)
    assert leave_of(people.adviser) == [("annual", on_the_clock(TOMORROW, 0), end)]


def test_record_leave_of_ones_own_from_now_on(people):
    adviser, before = people.adviser, timezone.now()

    actions.record_leave(adviser, actions.NewLeave(kind="sick"), by=adviser)

    ((kind, starts, ends),) = leave_of(adviser)
    assert (kind, ends) == ("sick", None)
    assert before <= starts <= timezone.now()


def test_the_evidence_does_not_say_why_somebody_is_away(people):
    adviser = people.adviser
    actions.record_leave(adviser, actions.NewLeave(kind="sick"), by=adviser)

    with unit_of_work(adviser.context):
        entry = AuditEntry.objects.get(agency_id=adviser.agency_id, action="rota.record_leave")
        said = [str(getattr(entry, field.name)) for field in entry._meta.fields]  # noqa: SLF001

    assert entry.object_id == str(adviser.pk)
    assert not [word for word in said if "sick" in word]


def test_a_colleague_may_not_record_it_and_a_manager_may(people):
    adviser = people.adviser
    for by in (people.second_adviser, people.officer):
        with pytest.raises(PermissionDenied):
            actions.record_leave(adviser, annual(), by=by)
    with pytest.raises(Membership.DoesNotExist):
        actions.record_leave(adviser, annual(), by=people.coordinator)

    assert leave_of(adviser) == []
    actions.record_leave(adviser, annual(), by=people.duty_manager)
    assert len(leave_of(adviser)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (actions.NewLeave(kind="holiday"), "kind"),
        (actions.NewLeave(kind="annual"), "ends_at"),
        (annual(ends=on_the_clock(TOMORROW, 0)), "ends_at"),
        (annual(ends=on_the_clock(TOMORROW + timedelta(days=400), 0)), "ends_at"),
        (annual(starts=datetime(2020, 1, 1, tzinfo=UTC)), "starts_at"),
    ],
)
def test_record_leave_refuses_nonsense(people, wrong, field):
    with pytest.raises(NotWellFormed) as refused:
        actions.record_leave(people.adviser, wrong, by=people.adviser)

    assert refused.value.field == field
    assert leave_of(people.adviser) == []


def test_leave_of_one_kind_is_recorded_once_and_sickness_may_fall_into_it(people):
    adviser = people.adviser
    actions.record_leave(adviser, annual(), by=adviser)
    again = annual(starts=on_the_clock(TOMORROW + timedelta(days=2), 0))

    with pytest.raises(NotWellFormed, match="already"):
        actions.record_leave(adviser, again, by=adviser)
    actions.record_leave(adviser, actions.NewLeave(kind="sick"), by=adviser)

    assert [kind for kind, *_ in leave_of(adviser)] == ["sick", "annual"]


def test_end_leave_that_runs_ends_it_now(people):
    adviser = people.adviser
    leave = actions.record_leave(adviser, actions.NewLeave(kind="sick"), by=adviser)
    before = timezone.now()

    actions.end_leave(adviser, leave.pk, by=people.duty_manager)

    ((_, _, ends),) = leave_of(adviser)
    assert before <= ends <= timezone.now()
    with pytest.raises(MoveNotAllowed):
        actions.end_leave(adviser, leave.pk, by=adviser)


def test_end_leave_to_come_removes_it(people):
    adviser = people.adviser
    leave = actions.record_leave(adviser, annual(), by=adviser)

    actions.end_leave(adviser, leave.pk, by=adviser)

    assert leave_of(adviser) == []


def test_end_leave_of_somebody_else_finds_none(people):
    leave = actions.record_leave(people.adviser, annual(), by=people.adviser)
    colleague = people.second_adviser

    with pytest.raises(Leave.DoesNotExist):
        actions.end_leave(colleague, leave.pk, by=colleague)
    with pytest.raises(PermissionDenied):
        actions.end_leave(people.adviser, leave.pk, by=colleague)

    assert len(leave_of(people.adviser)) == 1


def put(person, by, starts, ends):
    return actions.put_on_call(person, by=by, starts_at=starts, ends_at=ends)


def test_put_on_call_and_take_off(people):
    adviser, manager = people.adviser, people.duty_manager
    now = timezone.now()
    running = put(adviser, manager, now - timedelta(hours=1), now + timedelta(hours=5))
    coming = put(adviser, manager, now + timedelta(days=2), now + timedelta(days=3))

    actions.take_off_call(adviser, coming.pk, by=manager)
    actions.take_off_call(adviser, running.pk, by=manager)

    ((_, ends),) = calls_of(adviser)
    assert ends < now + timedelta(minutes=5)
    with pytest.raises(MoveNotAllowed):
        actions.take_off_call(adviser, running.pk, by=manager)


@pytest.mark.parametrize(
    ("from_hours", "to_hours", "field"),
    [
        (5, 5, "ends_at"),
        (-9, -1, "ends_at"),
        (1, 24 * 15, "ends_at"),
        (24 * 900, 24 * 901, "starts_at"),
    ],
)
def test_put_on_call_refuses_nonsense(people, from_hours, to_hours, field):
    now = timezone.now()

    with pytest.raises(NotWellFormed) as refused:
        put(
            people.adviser,
            people.duty_manager,
            now + timedelta(hours=from_hours),
            now + timedelta(hours=to_hours),
        )

    assert refused.value.field == field
    assert calls_of(people.adviser) == []


def test_put_on_call_twice_for_the_same_time_is_refused_for_one_and_not_for_two(people):
    starts, ends = on_the_clock(TOMORROW, 17), on_the_clock(TOMORROW + timedelta(days=1), 9)
    manager = people.duty_manager
    put(people.adviser, manager, starts, ends)

    with pytest.raises(NotWellFormed, match="already"):
        put(people.adviser, manager, ends - timedelta(hours=1), ends + timedelta(hours=4))
    put(people.adviser, manager, ends, ends + timedelta(hours=4))
    put(people.second_adviser, manager, starts, ends)

    assert calls_of(people.adviser) == [(starts, ends), (ends, ends + timedelta(hours=4))]


def test_nobody_puts_themselves_on_call_or_takes_themselves_off(people):
    adviser, manager = people.adviser, people.duty_manager
    starts, ends = on_the_clock(TOMORROW, 17), on_the_clock(TOMORROW, 23)

    with pytest.raises(PermissionDenied):
        put(adviser, adviser, starts, ends)
    call = put(adviser, manager, starts, ends)
    with pytest.raises(PermissionDenied):
        actions.take_off_call(adviser, call.pk, by=adviser)

    assert calls_of(adviser) == [(starts, ends)]


def except_(person, by, kind="instead", minutes=(600, 900), on=TOMORROW):
    return actions.set_exception(person, on, by=by, kind=kind, minutes=minutes)


def test_set_exception_takes_the_place_of_what_was_said_of_the_day(people):
    adviser, manager = people.adviser, people.duty_manager
    except_(adviser, manager)

    except_(adviser, manager, kind="besides", minutes=(1320, 1800))

    assert days_of(adviser) == [(TOMORROW, "besides", (1320, 1800))]


def test_clear_exception_lets_the_pattern_count_again(people):
    adviser, manager = people.adviser, people.duty_manager
    except_(adviser, manager, minutes=None)
    assert days_of(adviser) == [(TOMORROW, "instead", None)]

    actions.clear_exception(adviser, TOMORROW, by=manager)

    assert days_of(adviser) == []
    with pytest.raises(MoveNotAllowed):
        actions.clear_exception(adviser, TOMORROW, by=manager)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "sometimes"}, "kind"),
        ({"kind": "besides", "minutes": None}, "minutes"),
        ({"minutes": (600, 605)}, "minutes"),
        ({"minutes": (0, 961)}, "minutes"),
        ({"minutes": (1440, 1600)}, "minutes"),
        ({"on": TODAY + timedelta(days=900)}, "on"),
    ],
)
def test_set_exception_refuses_nonsense(people, wrong, field):
    with pytest.raises(NotWellFormed) as refused:
        except_(people.adviser, people.duty_manager, **wrong)

    assert refused.value.field == field
    assert days_of(people.adviser) == []


def test_set_exception_is_the_managers(people):
    adviser = people.adviser

    with pytest.raises(PermissionDenied):
        except_(adviser, adviser)
    except_(adviser, people.duty_manager)
    with pytest.raises(PermissionDenied):
        actions.clear_exception(adviser, TOMORROW, by=adviser)

    assert len(days_of(adviser)) == 1
