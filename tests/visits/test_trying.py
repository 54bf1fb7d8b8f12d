"""The attempt ladder: what is next, from what was tried and what is safe."""

from datetime import UTC, datetime, timedelta

from directory.contact import AskAgain
from directory.safe_times import SafeTime, windows_of, windows_to_json
from referrals.models import ContactRule
from referrals.safe_contact import Ways
from visits.trying import NextStep, Tried, next_step

MONDAY_EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
MORNINGS_AND_EVENINGS = windows_of([SafeTime.WEEKDAY_MORNINGS, SafeTime.EVENINGS])


def a_rule(channel="phone_call", **changes):
    said = {
        "channel": channel,
        "allowed": True,
        "windows": windows_to_json(MORNINGS_AND_EVENINGS),
        "confirmed_at": MONDAY_EIGHT - timedelta(days=1),
    }
    return ContactRule(**{**said, **changes})


def ways(*rules, held=False):
    return Ways(held, True, {rule.channel: rule for rule in rules})  # noqa: FBT003 -- a row's own


def tried(*hours, channel="phone_call", outcome="no_reply"):
    return [Tried(MONDAY_EIGHT.replace(hour=hour), channel, outcome) for hour in hours]


def test_first_try_is_at_the_next_safe_time():
    next_ = next_step([], ways(a_rule()), MONDAY_EIGHT)

    assert (next_.step, next_.at) == (NextStep.TRY, MONDAY_EIGHT.replace(hour=9))


def test_after_a_morning_another_time_of_day_comes_first():
    now = MONDAY_EIGHT.replace(hour=10)

    next_ = next_step(tried(9), ways(a_rule()), now)

    assert (next_.made, next_.is_other_time) == (1, True)
    assert next_.at == MONDAY_EIGHT.replace(hour=17)


def test_where_every_safe_time_of_day_was_tried_the_next_one_will_do():
    now = MONDAY_EIGHT.replace(hour=19)

    next_ = next_step(tried(9, 18), ways(a_rule()), now)

    assert (next_.step, next_.is_other_time, next_.at) == (NextStep.TRY, False, now)


def test_as_often_as_the_programme_expects_then_the_safe_person_then_the_manager():
    known = ways(a_rule(), a_rule("safe_person"))
    all_three = tried(9, 10, 18)

    steps = [
        next_step(all_three, ways(a_rule()), MONDAY_EIGHT, expected=4).step,
        next_step(all_three, known, MONDAY_EIGHT).step,
        next_step(all_three, ways(a_rule()), MONDAY_EIGHT).step,
        next_step([*all_three, *tried(19, channel="safe_person")], known, MONDAY_EIGHT).step,
    ]

    last = NextStep.ASK_MANAGER
    assert steps == [NextStep.TRY, NextStep.TRY_SAFE_PERSON, last, last]


def test_held_or_to_be_asked_again_nobody_tries():
    stale = a_rule(ask_again=AskAgain.CIRCUMSTANCES)

    assert next_step([], ways(a_rule(), held=True), MONDAY_EIGHT).step == NextStep.FIND_A_WAY
    assert next_step([], ways(stale), MONDAY_EIGHT).step == NextStep.ASK_AGAIN
    assert next_step([], ways(), MONDAY_EIGHT).step == NextStep.ASK_MANAGER


def test_reached_leaves_nothing_to_do():
    assert next_step(tried(9, outcome="spoke"), ways(), MONDAY_EIGHT).step == NextStep.NOTHING
