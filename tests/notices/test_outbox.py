"""Owing: part of the caller's transaction, to anybody, once; and whose notices are whose."""

import socket
import time

import pytest
from django.db import DatabaseError, IntegrityError

from notices.inbox import mark_seen
from notices.models import Notice
from notices.outbox import Doorbell, owe
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests.notices.conftest import notices, use_broker

pytestmark = pytest.mark.usefixtures("own_database")
EVENT = {"kind": "referral.sent", "reference": "PH-7K2M9Q4X", "dedupe": "PH-7K2M9Q4X:send:1"}


def test_owe_leaves_a_row_for_each_person_whatever_their_agency(people):
    officer, adviser, team_lead = people.officer, people.adviser, people.team_lead

    with unit_of_work(officer.context):
        owe([officer, adviser, team_lead], **EVENT)

    owed = {(n.recipient_id, n.agency_id, n.kind, n.reference) for n in notices()}
    assert owed == {
        (who.pk, who.agency_id, "referral.sent", "PH-7K2M9Q4X")
        for who in (officer, adviser, team_lead)
    }


def test_owe_twice_owes_once(people):
    officer, adviser = people.officer, people.adviser

    for _ in range(2):
        with unit_of_work(officer.context):
            owe([adviser], **EVENT)
            owe([adviser, adviser], **EVENT)

    assert [n.dedupe for n in notices()] == [f"PH-7K2M9Q4X:send:1:{adviser.pk}"]


def test_owe_passes_over_systems(people):
    with unit_of_work(people.adviser.context):
        owe([people.records_system], **EVENT)

    assert notices() == []


def test_owe_works_for_a_system_that_acts(people):
    system, adviser = people.records_system, people.adviser

    with unit_of_work(system.context):
        owe([adviser], **EVENT)

    assert len(notices()) == 1


def test_owe_is_undone_with_the_work(people):
    officer, adviser = people.officer, people.adviser

    def act_and_fail():
        with unit_of_work(officer.context):
            owe([adviser], **EVENT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()

    assert notices() == []


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "Sent to Ann"},
        {"reference": "ann@example.org"},
        {"dedupe": "for Ann Example"},
    ],
)
def test_owe_refuses_anything_but_codes(people, words):
    officer, adviser = people.officer, people.adviser

    with pytest.raises(IntegrityError, match="says_only_codes"), unit_of_work(officer.context):
        owe([adviser], **EVENT | words)

    assert notices() == []


def test_owe_is_refused_to_nobody(people):
    adviser = people.adviser

    with (
        pytest.raises(DatabaseError, match="row-level security"),
        unit_of_work(Context.nobody()),
    ):
        owe([adviser], **EVENT)


def test_owe_takes_no_time_with_redis_away(people, caplog):
    officer, adviser = people.officer, people.adviser

    started = time.monotonic()
    for nth in range(20):
        with unit_of_work(officer.context):
            owe([adviser], **EVENT | {"dedupe": str(nth)})

    assert time.monotonic() - started < 4  # the first nudge of a process loads Celery's parts
    assert len(notices()) == 20
    assert caplog.text.count("the sweep will find what is owed") == 1


def test_owe_waits_a_second_at_most_for_a_redis_that_is_mute(people, monkeypatch):
    officer, adviser = people.officer, people.adviser
    with socket.create_server(("127.0.0.1", 0)) as mute:
        use_broker(monkeypatch, f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        took = []
        for nth in range(3):
            with unit_of_work(officer.context):
                owe([adviser], **EVENT | {"dedupe": str(nth)})
                started = time.monotonic()
            took.append(time.monotonic() - started)

    assert took[0] < 2.5
    assert max(took[1:]) < 0.5
    assert len(notices()) == 3


def test_doorbell_rings_again_after_a_while(people, monkeypatch, caplog):
    monkeypatch.setattr(Doorbell, "KEEPS_STILL", 0)
    officer, adviser = people.officer, people.adviser

    for nth in range(2):
        with unit_of_work(officer.context):
            owe([adviser], **EVENT | {"dedupe": str(nth)})

    assert caplog.text.count("the sweep will find what is owed") == 2


def test_see_only_ones_own(people):
    officer, adviser, colleague = people.officer, people.adviser, people.second_adviser
    with unit_of_work(officer.context):
        owe([adviser], **EVENT)

    seen = {}
    for who in (officer, adviser, colleague):
        with unit_of_work(who.context):
            seen[who.pk] = Notice.objects.count()

    assert seen == {officer.pk: 0, adviser.pk: 1, colleague.pk: 0}


def test_mark_seen_takes_it_off_the_list(people):
    officer, adviser = people.officer, people.adviser
    with unit_of_work(officer.context):
        owe([adviser], **EVENT)
        owe([adviser], **EVENT | {"reference": "PH-OTHER", "dedupe": "other"})

    with unit_of_work(adviser.context):
        marked = mark_seen(adviser, reference="PH-7K2M9Q4X")
        left = [n.reference for n in Notice.objects.of(adviser).unseen()]

    assert (marked, left) == (1, ["PH-OTHER"])


def test_mark_seen_does_nothing_to_a_colleagues(people):
    officer, adviser, colleague = people.officer, people.adviser, people.second_adviser
    with unit_of_work(officer.context):
        owe([adviser], **EVENT)

    with unit_of_work(colleague.context):
        marked = mark_seen(adviser)

    assert marked == 0
    assert notices()[0].seen_at is None


def test_change_anything_but_seen_is_refused(people):
    officer, adviser = people.officer, people.adviser
    with unit_of_work(officer.context):
        owe([adviser], **EVENT)

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        unit_of_work(adviser.context),
    ):
        Notice.objects.of(adviser).order_by().update(recipient=officer)
