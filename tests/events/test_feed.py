"""The feed: whoever has read as far as a position has missed nothing before it."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from events import sweeping
from events.kinds import EventKind
from events.outbox import tell_systems
from referrals import actions
from tenancy.roles import WORKER
from tenancy.work import unit_of_work
from tests import databases, given
from tests.api.systems import System, problem
from tests.events.conftest import a_system, sweep
from tests.referrals.conftest import as_owner


@pytest.fixture
def idva(own_database, people):
    """The IDVA's case system, with a token."""
    made = a_system("liverpool-idva")
    return System(made.client_id, made.client_secret)


def read(system, after=0):
    answer = system.get(f"events/?after={after}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def kinds(feed):
    return [event["type"] for event in feed["results"]]


def test_both_sides_hear_of_a_referral_and_its_moves_in_order(idva, people):
    rowan = a_system("rowan")
    theirs = System(rowan.client_id, rowan.client_secret)
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)
    sweep()

    ours = read(idva)
    assert kinds(ours) == [
        "referral.sent",
        "referral.accepted",
        "referral.sent",
        "referral.accepted",
    ]
    assert [event["position"] for event in ours["results"]] == [1, 2, 3, 4]
    assert (ours["last"], ours["more"]) == (4, False)
    heard = [(event["type"], event["reference"]) for event in read(theirs)["results"]]
    assert heard == [
        ("referral.sent", onward.reference),
        ("referral.accepted", onward.reference),
    ]


def test_an_event_says_a_reference_and_nothing_else(idva, people):
    given.a_taken_referral(people.officer, people.adviser)
    sweep()

    event = read(idva)["results"][0]

    assert set(event) == {"position", "id", "type", "reference", "occurred_at"}


def test_a_reader_goes_on_where_it_was_and_asks_again_where_there_is_nothing(idva, people):
    given.a_taken_referral(people.officer, people.adviser)
    sweep()
    first = read(idva)
    assert read(idva, first["last"]) == {"results": [], "last": first["last"], "more": False}

    given.a_taken_referral(people.officer, people.adviser)
    sweep()

    assert [event["position"] for event in read(idva, first["last"])["results"]] == [3, 4]


def test_a_page_says_that_there_is_more(idva, people):
    given.a_taken_referral(people.officer, people.adviser)
    sweep()

    page = idva.get("events/?after=0&page_size=1").json()

    assert (len(page["results"]), page["last"], page["more"]) == (1, 1, True)


def test_what_commits_late_is_not_left_out(idva, people):
    """The one that happened first commits last; whoever read in between still gets it."""
    is_open, may_commit, adviser = Barrier(2), Event(), people.adviser
    agency = adviser.agency_id
    at = timezone.now()

    def late():
        with unit_of_work(adviser.context):
            told = {"reference": "PH-LATE", "at": at - timedelta(seconds=5)}
            tell_systems([agency], EventKind.SENT, **told)
            is_open.wait(10)
            may_commit.wait(10)
        connections.close_all()

    thread = Thread(target=late)
    thread.start()
    is_open.wait(10)
    with unit_of_work(adviser.context):
        tell_systems([agency], EventKind.SENT, reference="PH-SOON", at=at)
    sweep()
    before = read(idva)
    may_commit.set()
    thread.join()
    sweep()

    assert [event["reference"] for event in before["results"]] == ["PH-SOON"]
    after = read(idva, before["last"])
    assert [event["reference"] for event in after["results"]] == ["PH-LATE"]


def test_two_workers_number_nothing_twice(idva, people):
    with unit_of_work(people.adviser.context):
        for number in range(40):
            told = {"reference": f"PH-{number:04}", "at": timezone.now()}
            tell_systems([people.adviser.agency_id], EventKind.SENT, **told)
    agency, ready = people.adviser.agency_id, Barrier(2)

    def number():
        connection.ensure_connection()
        ready.wait(10)
        sweeping.number_new(at=timezone.now())
        connections.close_all()

    with databases.signed_in_as(WORKER):
        threads = [Thread(target=number) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    rows = as_owner(
        "SELECT position FROM events_event WHERE agency_id = %s ORDER BY position", agency
    )
    assert [position for (position,) in rows] == list(range(1, 41))


def test_a_draft_that_is_given_up_and_a_move_that_fails_are_told_to_nobody(idva, people):
    told = {"reference": "PH-GONE", "at": timezone.now()}
    with suppress(RuntimeError), unit_of_work(people.adviser.context):
        tell_systems([people.adviser.agency_id], EventKind.SENT, **told)
        raise RuntimeError
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)
    actions.discard(draft.reference, by=people.officer)
    sweep()

    assert read(idva)["results"] == []


def test_another_agency_reads_none_of_it(idva, people):
    other = a_system("wirral-idva")
    given.a_taken_referral(people.officer, people.adviser)
    sweep()

    assert read(System(other.client_id, other.client_secret))["results"] == []
    assert read(idva)["results"]


def test_a_system_without_the_scope_reads_none_of_it(own_database, people):
    made = a_system("liverpool-idva", ["referral:read", "event:read"])
    system = System(made.client_id, made.client_secret, "referral:read")

    assert problem(system.get("events/"))[0] == 403
    assert read(System(made.client_id, made.client_secret, "event:read"))["results"] == []


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 19, "%00"])
def test_a_position_that_is_none_is_refused(idva, after):
    assert problem(idva.get(f"events/?after={after}"))[::2] == (400, ["/after"])


def test_a_gap_is_said_and_never_passed_over(idva, people):
    """What was forgotten cannot be caught up with: whoever is that late is told so."""
    given.a_taken_referral(people.officer, people.adviser)
    given.a_taken_referral(people.officer, people.adviser)
    sweep()
    as_owner("UPDATE events_event SET occurred_at = now() - interval '91 days' WHERE position < 4")
    sweep()

    assert problem(idva.get("events/?after=1"))[:2] == (410, "events-gone")
    assert [event["position"] for event in read(idva, 0)["results"]] == [4]
    assert [event["position"] for event in read(idva, 3)["results"]] == [4]


def test_what_may_be_shared_and_the_follow_up_are_told_as_changed(idva, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(onward.reference, by=people.caseworker)
    actions.withdraw_consent(onward.reference, by=people.adviser)
    sweep()

    assert "consent.changed" in kinds(read(idva))
