"""What the database itself refuses of bookings: nothing is overwritten, nobody in two places."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, ProgrammingError, transaction
from psycopg.types.range import TimestamptzRange

from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from tests.visits.test_booking import a_booking
from visits import actions
from visits.models import Visit, VisitWorker

SOON = datetime.now(UTC) + timedelta(days=1)
ELSEWHEN = TimestamptzRange(SOON, SOON + timedelta(hours=1))


@pytest.fixture
def booked(people, sent):
    actions.take(sent.reference, by=people.adviser)
    return actions.book(sent.reference, a_booking(people.adviser), by=people.adviser)


@pytest.mark.parametrize(
    "changes",
    [
        {"during": ELSEWHEN},
        {"venue": "home"},
        {"kind": "call"},
        {"outside_reason": ""},
        {"booked_at": SOON},
        {"adviser": 1},
        {"second_worker": 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_web_may_not_change_what_was_booked(people, booked, changes):
    with unit_of_work(people.adviser.context):
        mine = Visit.objects.filter(pk=booked.pk)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            mine.update(**changes)

        assert mine.update(status="ended", outcome="not_in") == 1


def test_the_web_may_not_move_somebodys_time(people, booked):
    with unit_of_work(people.adviser.context):
        mine = VisitWorker.objects.filter(visit=booked)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            mine.update(during=ELSEWHEN)

        assert mine.update(is_booked=False) == 1


def test_what_was_cancelled_does_not_come_back(people, booked):
    with unit_of_work(people.adviser.context):
        mine = Visit.objects.filter(pk=booked.pk)
        assert mine.update(status="cancelled", cancelled_at=SOON, cancel_reason="she_asked") == 1

        with pytest.raises(DatabaseError, match="from cancelled to booked"), transaction.atomic():
            mine.update(status="booked", cancelled_at=None, cancel_reason="")


def test_cancelled_says_why_and_when(people, booked):
    with unit_of_work(people.adviser.context):
        mine = Visit.objects.filter(pk=booked.pk)
        for changes in ({"cancelled_at": SOON}, {"cancel_reason": "she_asked"}):
            with pytest.raises(DatabaseError, match="cancelled_says_why"), transaction.atomic():
                mine.update(status="cancelled", **changes)


def test_not_even_the_owner_moves_a_booking(people, own_database, sent):
    actions.take(sent.reference, by=people.adviser)
    actions.book(sent.reference, a_booking(people.adviser), by=people.adviser)

    with databases.as_owner(), unit_of_work(Context.migration()):
        with pytest.raises(DatabaseError, match="stays as it was made"), transaction.atomic():
            Visit.objects.update(during=ELSEWHEN)

        assert Visit.objects.update(status="ended", outcome="not_in") == 1


def test_a_booking_replaces_only_one_of_its_own_follow_up(people, booked):
    other = refer(people)
    actions.take(other.reference, by=people.adviser)
    theirs = actions.book(other.reference, a_booking(people.adviser, hours=6), by=people.adviser)

    with unit_of_work(people.adviser.context):
        mixed = Visit.objects.get(pk=theirs.pk)
        Visit.objects.filter(pk=theirs.pk).update(status="ended", outcome="not_in")
        mixed.pk, mixed.instead_of = None, booked
        mixed._state.adding = True  # noqa: SLF001 -- a row no action would make
        with pytest.raises(DatabaseError, match="of its own follow-up"), transaction.atomic():
            mixed.save(force_insert=True)

        mixed.instead_of = None
        mixed.save(force_insert=True)
