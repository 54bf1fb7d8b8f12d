"""How much one person may look at: asked again at the first bound, stopped at the second."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from notices.models import Notice
from referrals.looking import (
    DAY,
    HOUR,
    OPENED_MUCH,
    OPENING,
    SEARCHING,
    LookedTooMuch,
    confirm,
    limits_of,
    look,
)
from referrals.models import Case, Look, LookKind
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given


@pytest.fixture
def taken(people):
    return given.a_taken_referral(people.officer, people.adviser)


def cases(member, number):
    """So many cases, with nothing in them: what is counted is that they were opened."""
    now = timezone.now()
    facts = given.details().facts(timezone.localdate(now))
    with unit_of_work(member.context):
        return Case.objects.bulk_create(
            Case(opened_at=now, last_activity_at=now, **facts) for _ in range(number)
        )


def looked(member, number, *, kind=LookKind.OPENED, ago=timedelta(minutes=5)):
    """So many looks of a member, at different cases, each at a moment of its own."""
    opened = cases(member, number) if kind is LookKind.OPENED else [None] * number
    begins = timezone.now() - ago
    with unit_of_work(member.context):
        Look.objects.bulk_create(
            Look(
                agency_id=member.agency_id,
                membership=member,
                kind=kind,
                case=case,
                at=begins + nth * timedelta(milliseconds=1),
            )
            for nth, case in enumerate(opened)
        )


def looks_of(member):
    with unit_of_work(member.context):
        return Look.objects.filter(membership=member).count()


def told(member):
    with unit_of_work(member.context):
        return Notice.objects.filter(recipient=member, kind=OPENED_MUCH).count()


def test_open_counts_a_case_once_however_often_it_is_opened(people, taken):
    for _ in range(3):
        open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == 1


def test_open_one_more_than_thirty_in_an_hour_asks_who_it_is(people, taken):
    looked(people.adviser, OPENING.asked_at)

    with pytest.raises(LookedTooMuch) as refusal:
        open_case(taken.reference, by=people.adviser)

    assert refusal.value.may_confirm
    assert looks_of(people.adviser) == OPENING.asked_at
    with unit_of_work(people.adviser.context):
        entry = AuditEntry.objects.filter(action="case.open").latest("seq")
    assert entry.decision == "refused"


def test_open_the_thirtieth_in_an_hour_is_let(people, taken):
    looked(people.adviser, OPENING.asked_at - 1)

    open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == OPENING.asked_at
    assert told(people.duty_manager) == 0


def test_open_a_case_that_was_opened_within_the_hour_costs_nothing(people, taken):
    open_case(taken.reference, by=people.adviser)
    looked(people.adviser, OPENING.an_hour)

    open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == OPENING.an_hour + 1


def test_open_after_an_hour_has_passed_begins_anew(people, taken):
    looked(people.adviser, OPENING.asked_at, ago=HOUR + timedelta(seconds=5))

    open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == OPENING.asked_at + 1


def test_confirm_lets_them_go_on_and_tells_the_manager_once(people, taken):
    looked(people.adviser, OPENING.asked_at)
    for _ in range(2):
        with unit_of_work(people.adviser.context):
            confirm(by=people.adviser, at=timezone.now())

    open_case(taken.reference, by=people.adviser)

    assert told(people.duty_manager) == 1
    assert told(people.adviser) == 0


def test_open_past_the_second_bound_stops_whoever_they_say_they_are(people, taken):
    looked(people.adviser, OPENING.an_hour)
    with unit_of_work(people.adviser.context):
        confirm(by=people.adviser, at=timezone.now())

    with pytest.raises(LookedTooMuch) as refusal:
        open_case(taken.reference, by=people.adviser)

    assert not refusal.value.may_confirm


def test_open_past_the_bound_of_a_day_stops(people, taken):
    looked(people.adviser, OPENING.a_day, ago=DAY / 2)

    with pytest.raises(LookedTooMuch) as refusal:
        open_case(taken.reference, by=people.adviser)

    assert not refusal.value.may_confirm


def test_open_by_a_manager_has_a_wider_bound(people, taken):
    looked(people.duty_manager, OPENING.asked_at)

    open_case(taken.reference, by=people.duty_manager)

    assert looks_of(people.duty_manager) == OPENING.asked_at + 1


def test_open_by_a_colleague_is_not_counted_with_anothers(people, taken):
    looked(people.second_adviser, OPENING.a_day)

    open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == 1


def test_searches_have_a_bound_of_their_own(people):
    looked(people.adviser, SEARCHING.asked_at, kind=LookKind.SEARCHED)

    with unit_of_work(people.adviser.context), pytest.raises(LookedTooMuch):
        look(LookKind.SEARCHED, by=people.adviser, at=timezone.now())


def test_no_system_is_asked_who_it_is(people):
    assert limits_of(LookKind.OPENED, people.duty_manager).asked_at == 2 * OPENING.asked_at


def test_looks_are_seen_by_nobody_else_and_changed_by_nobody(people, taken):
    open_case(taken.reference, by=people.adviser)

    assert looks_of(people.adviser) == 1
    for other in (people.second_adviser, people.duty_manager, people.officer):
        with unit_of_work(other.context):
            assert not Look.objects.exists()
