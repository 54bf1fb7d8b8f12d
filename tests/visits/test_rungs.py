"""Who is woken when: each rung once, late when it was missed, and never for nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from directory.contact import AttemptOutcome
from notices.claiming import MOST_ATTEMPTS, Parking
from notices.models import Notice
from referrals import actions as referring
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.at_once import at_once
from tests.visits.conftest import refer
from visits import actions, firing
from visits.actions.booking import OutsideReason
from visits.ladder import RungKind
from visits.models import Audience, FollowUp, Rung, Unless
from visits.staffing import watch_of
from visits.sweeping import sweep

HOUR = timedelta(hours=1)


@pytest.fixture
def due_at(people, own_database, sent):
    with unit_of_work(people.adviser.context):
        return FollowUp.objects.get(referral=sent).due_at


def notices_of_rungs():
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        found = Notice.objects.filter(kind__startswith="follow_up.")
        return sorted(found.values_list("kind", "recipient__user__email"))


def test_sweep_before_anything_is_due_wakes_nobody(due_at, swept):
    assert swept(due_at - 13 * HOUR) == {}


def test_sweep_wakes_everybody_who_may_take_what_nobody_has_taken(due_at, swept):
    assert swept(due_at - 12 * HOUR) == {RungKind.NOBODYS: 3}


def test_sweep_wakes_only_whose_it_is_four_hours_before(people, own_database, sent, due_at, swept):
    actions.take(sent.reference, by=people.adviser)

    assert swept(due_at - 4 * HOUR) == {RungKind.NOBODYS: 0, RungKind.FOUR_HOURS: 1}
    assert notices_of_rungs() == [("follow_up.four_hours", "adviser@example.org")]


def test_sweep_wakes_the_manager_too_when_the_time_is_up(people, own_database, sent, due_at, swept):
    actions.take(sent.reference, by=people.adviser)
    swept(due_at - 2 * HOUR)

    assert swept(due_at)[RungKind.DUE] == 2


def test_sweep_twice_fires_each_rung_once(due_at, swept):
    swept(due_at)
    told = notices_of_rungs()

    swept(due_at + timedelta(minutes=1))

    assert notices_of_rungs() == told


def test_sweep_after_a_long_stop_fires_what_was_missed_late(due_at, swept):
    assert list(swept(due_at + 2 * HOUR)) == list(RungKind)


def test_two_sweeps_at_once_fire_each_rung_once(people, own_database, due_at):
    for _ in range(9):
        refer(people)
    at = datetime.now(UTC) + 30 * HOUR
    with databases.signed_in_as(databases.WORKER):
        settled = at_once([partial(sweep, at), partial(sweep, at)])

    assert sum(settled) == 10 * len(RungKind)
    assert len(notices_of_rungs()) == 10 * len(RungKind) * 3


def test_sweep_wakes_nobody_once_she_was_reached(people, own_database, sent, due_at, swept):
    actions.take(sent.reference, by=people.adviser)
    attempt = actions.Attempt(
        channel="phone_call",
        outcome=AttemptOutcome.SPOKE,
        at=datetime.now(UTC),
        outside_reason=OutsideReason.SHE_ASKED,
    )
    actions.record_attempt(sent.reference, attempt, by=people.adviser)

    assert set(swept(due_at + 2 * HOUR).values()) == {0}


def test_sweep_wakes_nobody_for_what_was_declined(people, own_database, sent, due_at, swept):
    referring.decline(sent.reference, by=people.adviser, reason="outside_area")

    assert set(swept(due_at + 2 * HOUR).values()) == {0}


def test_sweep_wakes_nobody_while_the_clock_is_paused_and_everybody_afterwards(
    people, own_database, due_at, swept
):
    with unit_of_work(people.adviser.context):
        FollowUp.objects.update(paused_at=due_at - 13 * HOUR)
    paused = swept(due_at - 11 * HOUR)
    with unit_of_work(people.adviser.context):
        FollowUp.objects.update(paused_at=None)

    assert (paused, swept(due_at - 11 * HOUR)) == ({}, {RungKind.NOBODYS: 3})


def test_sweep_of_a_suspended_agencys_rung_tells_nobody_and_is_settled(
    people, own_database, due_at, swept
):
    with databases.owner(own_database) as owner:
        owner.execute("UPDATE accounts_agency SET is_active = false WHERE code = 'liverpool-idva'")

    assert set(swept(due_at + 2 * HOUR).values()) == {0}


REFUSE_ONE = """
CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.dedupe LIKE '{rung}%' THEN RAISE EXCEPTION 'This one cannot be told.'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_one BEFORE INSERT ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_one();
"""


def rungs():
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        return list(Rung.objects.order_by("due_at"))


def test_sweep_puts_off_the_rung_that_cannot_be_fired_and_fires_the_others(
    people, own_database, due_at, swept
):
    first, *others = rungs()
    with databases.owner(own_database) as owner:
        owner.execute(REFUSE_ONE.format(rung=first.pk))

    fired = swept(due_at + 2 * HOUR)

    assert set(fired) == {rung.kind for rung in others}
    put_off = rungs()[0]
    assert (put_off.fired_at, put_off.lease_until, put_off.crashes) == (None, None, 0)
    assert put_off.available_at > due_at + 2 * HOUR


def test_sweep_parks_at_last_the_rung_that_can_never_be_fired(people, own_database, due_at, swept):
    first, *_ = rungs()
    with databases.owner(own_database) as owner:
        owner.execute(REFUSE_ONE.format(rung=first.pk))
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        Rung.objects.filter(pk=first.pk).update(attempts=MOST_ATTEMPTS - 1)

    swept(due_at + 2 * HOUR)

    assert (rungs()[0].parked_for, rungs()[0].fired_at) == (Parking.FAILED, None)


def die_while_firing(at):
    with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
        assert firing.fire(watch_of(firing.agencies_due(at=at), at), 500, at=at).told
        connection.connection.close()  # what a kill does to it
        Rung.objects.count()


def test_worker_that_dies_while_it_fires_leaves_nothing_taken(due_at, swept):
    with pytest.raises(OperationalError):
        die_while_firing(due_at + 2 * HOUR)

    assert notices_of_rungs() == []
    assert {(rung.fired_at, rung.lease_until, rung.crashes) for rung in rungs()} == {
        (None, None, 0)
    }
    assert list(swept(due_at + 2 * HOUR)) == list(RungKind)


def test_sweep_of_many_fires_all_but_the_few_that_cannot_be(people, own_database, swept):
    for _ in range(30):
        refer(people)
    bad = [rung.pk for rung in rungs()[7:140:50]]
    with databases.owner(own_database) as owner:
        owner.execute(
            REFUSE_ONE.format(
                rung="%' AND false OR left(NEW.dedupe, 36) IN ('"
                + "', '".join(map(str, bad))
                + "') AND '' LIKE '"
            )
        )

    swept(datetime.now(UTC) + 30 * HOUR)

    assert {rung.pk for rung in rungs() if rung.fired_at is None} == set(bad)


def test_two_workers_tell_each_of_five_hundred_once(people, own_database):
    agency, at = people.adviser.agency_id, datetime.now(UTC)
    owed = [
        Rung(
            about=uuid4(),
            agency_id=agency,
            kind="tried",
            audience=Audience.MANAGERS,
            unless=Unless.SETTLED,
            due_at=at,
            available_at=at,
        )
        for _ in range(500)
    ]
    with databases.signed_in_as(databases.WORKER):
        with unit_of_work(Context.system()):
            Rung.objects.bulk_create(owed)
        settled = at_once([partial(sweep, at), partial(sweep, at)])
        with unit_of_work(Context.system()):
            told = Counter(Notice.objects.filter(kind="tried").values_list("dedupe", flat=True))

    assert sum(settled) == 500
    assert (len(told), set(told.values())) == (500, {1})
