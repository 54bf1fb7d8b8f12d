"""What goes upstream: that an answer came, once, and nothing of whose or which."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection

from referrals import actions, sweeping
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.reading import see
from referrals.sweeping import relay_answers
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import told


@pytest.fixture
def relay(own_database):
    def run():
        with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
            return relay_answers(at=datetime.now(UTC))

    return run


@pytest.fixture
def taken(own_database, people):
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_officer_learns_only_that_an_answer_came(people, taken, relay, answer):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    reasons = {"reason": "no_capacity"} if answer == "decline" else {}
    before, heard = see(taken.reference, by=people.officer), told(people.officer)

    getattr(actions, answer)(onward.reference, by=people.caseworker, **reasons)
    assert (relay(), relay()) == (1, 0)

    after = see(taken.reference, by=people.officer)
    differences = {
        field.attname
        for field in Referral._meta.concrete_fields  # noqa: SLF001 -- Django's own way to the fields
        if getattr(before, field.attname) != getattr(after, field.attname)
    }
    assert differences == {"onward_answered_at"}
    assert told(people.officer) == [*heard, ("referral.onward_answered", taken.reference)]
    with unit_of_work(people.officer.context):
        assert list(Referral.objects.values_list("pk", flat=True)) == [taken.pk]


def test_nothing_is_relayed_before_the_answer(people, taken, relay):
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.ask(onward.reference, by=people.caseworker, question="needs")

    assert relay() == 0
    assert see(taken.reference, by=people.officer).onward_answered_at is None


def test_answer_to_a_referral_passed_on_twice_reaches_everybody_upstream(people, taken, relay):
    rowan = given.an_onward_referral(taken, people.adviser, "rowan")
    actions.accept(rowan.reference, by=people.caseworker)
    relay()
    linden = given.an_onward_referral(rowan, people.caseworker, "linden")
    actions.accept(linden.reference, by=people.other_caseworker)

    relay()

    came = ("referral.onward_answered", taken.reference)
    assert told(people.officer)[-2:] == [came, came]
    assert told(people.adviser)[-1] == ("referral.onward_answered", rowan.reference)
    assert told(people.caseworker)[-1] == ("referral.accept", linden.reference)


REFUSE_ONE = """
CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.dedupe LIKE '{onward}%' THEN RAISE EXCEPTION 'This one cannot be told.'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_one BEFORE INSERT ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_one();
"""


@pytest.fixture
def three_answers(people, own_database):
    taken = [given.a_taken_referral(people.officer, people.adviser) for _ in range(3)]
    onward = [given.an_onward_referral(each, people.adviser, "rowan") for each in taken]
    for each in onward:
        actions.decline(each.reference, by=people.caseworker, reason="no_capacity")
    return onward


def swept():
    with databases.signed_in_as(databases.WORKER):
        return sweeping.sweep(datetime.now(UTC))


def test_sweep_goes_on_until_nothing_is_left(three_answers, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 1)

    assert (swept(), swept()) == (3, 0)


def test_an_answer_that_cannot_be_relayed_holds_up_no_other(own_database, three_answers):
    with databases.owner(own_database) as owner:
        owner.execute(REFUSE_ONE.format(onward=three_answers[0].pk))
    assert (swept(), swept()) == (2, 0)
    with databases.owner(own_database) as owner:
        owner.execute("DROP TRIGGER refuse_one ON notices_notice")

    assert swept() == 1


MEANT_FOR_PEOPLE = [
    "status = 'accepted'",
    "status = 'withdrawn'",
    "status = 'accepted', answer_relayed_at = now()",
    "assigned_to_id = 1",
    "offered = '{}'",
    "contact = 'allowed'",
    "risk_band = 'standard'",
]


@pytest.mark.parametrize("change", MEANT_FOR_PEOPLE)
def test_the_worker_can_change_nothing_of_a_referral_but_what_the_clock_does(
    own_database, people, change
):
    sent = given.a_sent_referral(people.officer)

    with (
        databases.signed_in_as(databases.WORKER),
        pytest.raises(ProgrammingError) as refused,
        unit_of_work(Context.system()),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE referrals_referral SET {change}")  # noqa: S608 -- of this list

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert see(sent.reference, by=people.officer).status == Status.SENT


def test_the_worker_marks_what_was_relayed_by_the_same_road(own_database, people):
    sent = given.a_sent_referral(people.officer)

    with (
        databases.signed_in_as(databases.WORKER),
        unit_of_work(Context.system()),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE referrals_referral SET onward_answered_at = now()")
        assert cursor.rowcount == 1

    assert see(sent.reference, by=people.officer).onward_answered_at is not None


def test_sweep_lets_a_draft_of_yesterday_go_and_leaves_what_was_sent(own_database, people):
    sent = given.a_sent_referral(people.officer)
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=people.officer)

    with databases.signed_in_as(databases.WORKER):
        assert sweeping.sweep(datetime.now(UTC) + timedelta(hours=25)) == 1

    with unit_of_work(people.officer.context):
        status = dict(Referral.objects.values_list("pk", "status"))
    assert status == {draft.pk: Status.EXPIRED, sent.pk: Status.SENT}
