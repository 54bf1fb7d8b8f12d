"""The gate: every way it says no, each beside a yes on the same rows."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from directory.contact import AskAgain, ContactChannel
from directory.safe_times import SafeTime, windows_of, windows_to_json
from referrals.models import ContactRule
from referrals.safe_contact import (
    CONFIRMATION_LASTS,
    Refusal,
    Summary,
    Ways,
    judged,
    judged_any,
    may_contact,
    summary_of,
)
from tenancy.work import unit_of_work
from tests import given

MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
SUNDAY = MONDAY_TEN - timedelta(days=1)
MORNINGS = windows_to_json(given.WEEKDAY_MORNINGS)


def a_rule(channel="phone_call", **changes):
    """A way that is safe on weekday mornings, confirmed the day before."""
    said = {
        "channel": channel,
        "allowed": True,
        "windows": MORNINGS,
        "confirmed_at": MONDAY_TEN - timedelta(days=1),
    }
    return ContactRule(**{**said, **changes})


def ways(*rules, held=False, is_direct=True):
    return Ways(held, is_direct, MappingProxyType({rule.channel: rule for rule in rules}))


def test_what_is_recorded_fresh_and_at_a_safe_time_is_allowed():
    assert judged(ways(a_rule()), "phone_call", MONDAY_TEN).allowed


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (ways(), Refusal.NOTHING_RECORDED),
        (ways(a_rule("text")), Refusal.NOTHING_RECORDED),
        (ways(a_rule(), held=True), Refusal.ON_HOLD),
        (ways(a_rule(allowed=False)), Refusal.NOT_THIS_WAY),
        (ways(a_rule(), is_direct=False), Refusal.NOT_THIS_WAY),
        (ways(a_rule(ask_again=AskAgain.CIRCUMSTANCES)), Refusal.ASK_AGAIN),
        (ways(a_rule(ask_again=AskAgain.WRONG_NUMBER)), Refusal.ASK_AGAIN),
        (ways(a_rule(expires_at=MONDAY_TEN)), Refusal.ASK_AGAIN),
        (ways(a_rule(confirmed_at=None)), Refusal.ASK_AGAIN),
        (ways(a_rule(confirmed_at=MONDAY_TEN - CONFIRMATION_LASTS)), Refusal.ASK_AGAIN),
        (ways(a_rule(windows=[])), Refusal.OUTSIDE_TIMES),
    ],
)
def test_anything_else_is_refused_with_a_code_and_a_sentence(known, reason):
    verdict = judged(known, "phone_call", MONDAY_TEN)

    assert (verdict.allowed, verdict.reason) == (False, reason)
    assert verdict.sentence.endswith(".")


@pytest.mark.parametrize("reason", [each for each in Refusal if each != Refusal.OUTSIDE_TIMES])
def test_a_coded_reason_stands_in_for_a_safe_time_and_for_nothing_else(reason):
    refused = {
        Refusal.ON_HOLD: ways(a_rule(), held=True),
        Refusal.NOTHING_RECORDED: ways(),
        Refusal.NOT_THIS_WAY: ways(a_rule(allowed=False)),
        Refusal.ASK_AGAIN: ways(a_rule(ask_again=AskAgain.CIRCUMSTANCES)),
    }

    verdict = judged(refused[reason], "phone_call", SUNDAY, outside_reason="she_asked")

    assert verdict.reason == reason
    assert judged(ways(a_rule()), "phone_call", SUNDAY).reason == Refusal.OUTSIDE_TIMES
    assert judged(ways(a_rule()), "phone_call", SUNDAY, outside_reason="she_asked").allowed


def test_a_confirmation_holds_to_the_last_instant_of_its_fourteen_days():
    known = ways(a_rule(confirmed_at=MONDAY_TEN - CONFIRMATION_LASTS + timedelta(seconds=1)))

    assert judged(known, "phone_call", MONDAY_TEN).allowed
    assert not judged(known, "phone_call", MONDAY_TEN + timedelta(seconds=1)).allowed


def test_of_several_ways_one_is_enough_and_the_nearest_refusal_is_told():
    stale = a_rule("text", ask_again=AskAgain.CIRCUMSTANCES)

    assert judged_any(ways(stale, a_rule()), ["text", "phone_call"], MONDAY_TEN).allowed
    refused = judged_any(ways(stale), ["phone_call", "text"], MONDAY_TEN)
    assert refused.reason == Refusal.ASK_AGAIN


def test_going_through_somebody_is_no_direct_contact():
    known = ways(a_rule(ContactChannel.SAFE_PERSON), is_direct=False)

    assert judged(known, ContactChannel.SAFE_PERSON, MONDAY_TEN).allowed
    assert summary_of(known, MONDAY_TEN).contact == "held"


def test_the_summary_is_the_union_of_what_may_be_relied_on():
    evenings = windows_of([SafeTime.EVENINGS])
    known = ways(a_rule(), a_rule("text", windows=windows_to_json(evenings)))
    stale = ways(a_rule(ask_again=AskAgain.EXPIRED), a_rule("text", windows=[]))

    both = Summary("allowed", sorted({*given.WEEKDAY_MORNINGS, *evenings}))
    assert summary_of(known, MONDAY_TEN) == both
    assert summary_of(known._replace(held=True), MONDAY_TEN).contact == "held"
    assert summary_of(stale, MONDAY_TEN).contact == "held"


def test_sending_makes_rules_of_what_the_referral_says(people):
    taken = given.a_taken_referral(people.officer, people.adviser)

    with unit_of_work(people.adviser.context):
        rule = ContactRule.objects.get(case=taken.case_id)
        verdicts = [
            may_contact(taken, channel, MONDAY_TEN + timedelta(days=7 * weeks), outside_reason=why)
            for channel, weeks, why in (
                ("phone_call", 0, "she_asked"),
                ("withheld_call", 0, "she_asked"),
                ("phone_call", 60, "she_asked"),
            )
        ]

    assert (rule.channel, rule.allowed, rule.windows) == ("phone_call", True, MORNINGS)
    assert rule.confirmed_by == people.officer
    reasons = ["", Refusal.NOTHING_RECORDED, Refusal.ASK_AGAIN]
    assert [verdict.reason for verdict in verdicts] == reasons


def test_contact_said_to_be_safe_without_any_way_is_held(people):
    nothing = given.a_sent_referral(people.officer, documents={})
    control = given.a_sent_referral(people.officer)

    assert (nothing.contact, control.contact) == ("held", "allowed")


def test_a_third_agency_and_who_handed_over_and_whose_access_ended_see_no_rule(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=["needs"])
    given.accepted(onward, people.caseworker)

    def seen_by(member):
        with unit_of_work(member.context):
            return ContactRule.objects.filter(case=taken.case_id).count()

    without = (people.officer, people.supervisor, people.wirral_adviser, people.caseworker)
    assert [seen_by(member) for member in without] == [0, 0, 0, 0]
    assert seen_by(people.adviser) == 1


def test_a_service_given_the_contact_part_sees_the_rule_until_its_access_ends(people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    given.accepted(onward, people.caseworker)
    with unit_of_work(people.caseworker.context):
        before = ContactRule.objects.filter(case=taken.case_id).count()

    given.withdrawn(onward, people.adviser)

    with unit_of_work(people.caseworker.context):
        assert (before, ContactRule.objects.filter(case=taken.case_id).count()) == (1, 0)
        assert may_contact(onward, "phone_call", MONDAY_TEN).reason == Refusal.NOTHING_RECORDED
