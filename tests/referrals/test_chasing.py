"""A referral that nobody answers wakes people on both sides, and the managers a day later."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals import actions, sweeping
from referrals.chasing import UNANSWERED
from tests import databases, given
from tests.referrals.conftest import told
from tests.referrals.test_conflicts import FEARED, HE
from visits.actions import refer_after_visit

SOON = timedelta(minutes=1)
DAY = timedelta(hours=24)


@pytest.fixture
def onward(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    return given.an_onward_referral(taken, people.adviser, "rowan")


def sweep(at):
    with databases.signed_in_as(databases.WORKER):
        return sweeping.sweep(at)


def chased(referral, *people):
    return [told(each).count((UNANSWERED, referral.reference)) for each in people]


def test_both_sides_are_told_once_when_the_time_is_up(people, onward):
    sides = (people.adviser, people.caseworker, people.team_lead)
    sweep(onward.answer_due_at - SOON)
    assert chased(onward, *sides) == [0, 0, 0]

    sweep(onward.answer_due_at)
    sweep(onward.answer_due_at + SOON)

    assert chased(onward, *sides) == [1, 1, 1]
    assert chased(onward, people.officer, people.other_caseworker) == [0, 0]


def test_managers_of_both_are_told_a_day_later_and_then_nobody(people, onward):
    sweep(onward.answer_due_at)
    before = chased(onward, people.duty_manager, people.team_lead)

    for days in (1, 2, 3):
        sweep(onward.answer_due_at + days * DAY)

    assert before == [0, 1]
    assert chased(onward, people.duty_manager, people.team_lead) == [1, 2]
    assert chased(onward, people.adviser, people.caseworker) == [1, 1]


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_what_was_answered_or_taken_back_is_chased_no_more(people, onward, answer):
    match answer:
        case "accept":
            actions.accept(onward.reference, by=people.caseworker)
        case "decline":
            actions.decline(onward.reference, by=people.caseworker, reason="no_capacity")
        case "withdraw":
            actions.withdraw(onward.reference, by=people.adviser, reason="consent_withdrawn")

    sweep(onward.answer_due_at + SOON)

    assert chased(onward, people.adviser, people.caseworker) == [0, 0]


def test_question_that_was_not_answered_is_chased_too(people, onward):
    actions.ask(onward.reference, by=people.caseworker, question="language")

    sweep(onward.answer_due_at)

    assert chased(onward, people.adviser, people.caseworker) == [1, 1]


def test_follow_up_is_left_to_its_own_ladder(own_database, people):
    route = given.details(), given.consent()
    sent = refer_after_visit(*route, by=people.officer, visit_ended_at=datetime.now(UTC))

    sweep(sent.answer_due_at + SOON)

    assert chased(sent, people.officer, people.adviser, people.duty_manager) == [0, 0, 0]


def test_whoever_must_not_know_of_the_case_is_not_told(own_database, people):
    actions.declare(HE, of=people.team_lead, by=people.team_lead)
    taken = given.a_taken_referral(people.officer, people.adviser, parties=[FEARED])
    onward = given.an_onward_referral(taken, people.adviser, "rowan")

    sweep(onward.answer_due_at)
    sweep(onward.answer_due_at + DAY)

    assert chased(onward, people.caseworker, people.team_lead) == [1, 0]
