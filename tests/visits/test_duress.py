"""The duress word: to anybody looking on, it is any other word."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from referrals.errors import NotWellFormed
from tenancy.work import unit_of_work
from tests.visits.going_out import (
    MINUTE,
    book,
    check,
    events,
    make_overdue,
    out,
    outing_of,
    sweep_at,
    told,
)
from visits import actions
from visits.duress import is_duress
from visits.lone_working import State, state_of
from visits.models import DuressWord

WORD = "Marmalade on toast"
HELP = [("duress", "second_adviser"), ("duress_all", "duty_manager")]


@pytest.fixture
def going(people, own_database):
    """An adviser with a word, who is out."""
    actions.choose_word(WORD, by=people.adviser)
    return out(people)


def means_help(word, member):
    with unit_of_work(member.context):
        return is_duress(word, by=member)


def alarms():
    return [each for each in told() if each[0].startswith("duress")]


@pytest.mark.parametrize(
    "typed", [WORD, "marmalade ON toast ", "Marmaladeontoast.", "MARMALADE-on-Toast"]
)
def test_the_word_is_known_however_a_phone_writes_it(people, typed):
    actions.choose_word(WORD, by=people.adviser)

    assert means_help(typed, people.adviser)
    assert not means_help("marmalade", people.adviser)
    assert not means_help(typed, people.second_adviser)


@pytest.mark.parametrize("word", ["", "abc", "Back!", "o k a y", "x" * 61])
def test_choose_a_word_that_could_be_typed_by_chance_is_refused(people, word):
    with pytest.raises(NotWellFormed) as refused:
        actions.choose_word(word, by=people.adviser)

    assert refused.value.field == "word"
    with unit_of_work(people.adviser.context):
        assert not DuressWord.objects.exists()


def test_the_word_is_kept_as_a_salted_hash_that_only_its_owner_reaches(people):
    actions.choose_word(WORD, by=people.adviser)
    actions.choose_word(WORD, by=people.second_adviser)

    with unit_of_work(people.adviser.context):
        [mine] = DuressWord.objects.all()
    with unit_of_work(people.second_adviser.context):
        [theirs] = DuressWord.objects.all()
    with unit_of_work(people.duty_manager.context):
        assert not DuressWord.objects.exists()
    assert identify_hasher(mine.hashed)
    assert mine.hashed != theirs.hashed
    assert "marmalade" not in mine.hashed.lower()


def test_nobody_sets_another_ones_word(people):
    actions.choose_word(WORD, by=people.adviser)

    with unit_of_work(people.duty_manager.context):
        assert DuressWord.objects.update(hashed="") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            DuressWord.objects.create(
                membership=people.second_adviser,
                agency_id=people.duty_manager.agency_id,
                hashed="x",
                set_at=people.adviser.started_at,
            )
    assert means_help(WORD, people.adviser)


@pytest.mark.parametrize("act", [actions.come_back, actions.abort])
def test_ending_with_the_word_ends_it_and_wakes_everybody_who_can_help(people, going, act):
    outing = act(going.reference, by=people.adviser, word=WORD)

    assert outing.ended_at
    assert state_of(outing, outing.ended_at, to=people.adviser) is State.ENDED
    assert state_of(outing, outing.ended_at, to=people.second_adviser) is State.DURESS
    sweep_at(outing.ended_at + timedelta(seconds=1))
    assert alarms() == HELP
    assert [each for each in told() if each[0] == "back"] == []


def test_being_late_with_the_word_extends_and_wakes_everybody_who_can_help(people, going):
    until = outing_of(people, going).expected_end_at

    outing = actions.extend(going.reference, 30, until=until, by=people.adviser, word=WORD)

    assert outing.expected_end_at == until + 30 * MINUTE
    assert state_of(outing, until, to=people.adviser) is State.OUT
    sweep_at(until)
    assert alarms() == HELP


def test_the_word_is_not_lost_where_the_act_itself_changes_nothing(people, going):
    """Already checked out, or put off too often: nothing shows, and help comes."""
    actions.come_back(going.reference, by=people.adviser)

    outing = actions.come_back(going.reference, by=people.adviser, word=WORD)

    sweep_at(outing.duress_at + timedelta(seconds=1))
    assert alarms() == HELP
    assert events(people, going) == ["began", "back", "duress"]


def test_the_word_on_a_visit_not_begun_wakes_too(people, own_database):
    actions.choose_word(WORD, by=people.adviser)
    referral = book(people)
    check(people, referral)

    outing = actions.come_back(referral.reference, by=people.adviser, word=WORD)

    assert outing.began_at is None
    sweep_at(outing.duress_at + timedelta(seconds=1))
    assert alarms() == HELP


def test_the_word_twice_is_one_call_until_it_is_answered(people, going):
    for _ in range(2):
        actions.come_back(going.reference, by=people.adviser, word=WORD)
    assert events(people, going).count("duress") == 1

    actions.answer(going.reference, "back_safe", by=people.duty_manager)
    outing = actions.come_back(going.reference, by=people.adviser, word=WORD)

    assert outing.duress_answered_at is None
    assert events(people, going).count("duress") == 2


def test_a_call_for_help_wakes_again_until_somebody_has_found_them(people, going):
    outing = actions.come_back(going.reference, by=people.adviser, word=WORD)
    for quarters in range(3):
        sweep_at(outing.ended_at + quarters * 16 * MINUTE + MINUTE)
    assert alarms() == sorted(HELP * 3)

    actions.answer(going.reference, "back_safe", by=people.duty_manager)
    sweep_at(outing.ended_at + 300 * MINUTE)

    assert alarms() == sorted(HELP * 3)


def test_a_call_for_help_is_not_answered_by_a_voice_on_the_phone(people, going):
    actions.come_back(going.reference, by=people.adviser, word=WORD)

    with pytest.raises(NotWellFormed):
        actions.answer(going.reference, "still_out", by=people.duty_manager)

    outing = actions.answer(going.reference, "called_police", by=people.duty_manager)
    assert outing.duress_answered_at is None


def test_the_word_after_the_alarm_went_off_outlasts_the_answer_by_checking_out(people, going):
    make_overdue()
    ends = outing_of(people, going).expected_end_at
    sweep_at(ends)

    outing = actions.come_back(going.reference, by=people.adviser, word=WORD)

    sweep_at(outing.ended_at + MINUTE)
    assert alarms() == HELP
    assert [each for each in told() if each[0] == "back"] == []


@pytest.mark.parametrize("late", [False, True])
def test_the_word_takes_as_many_steps_as_any_other(people, own_database, late):
    """The hash is worked out either way, and so is everything after it."""
    actions.choose_word(WORD, by=people.adviser)
    counted = []
    for word in ("ready", WORD):
        referral = out(people)
        until = outing_of(people, referral).expected_end_at
        with CaptureQueriesContext(connection) as seen:
            if late:
                actions.extend(referral.reference, 15, until=until, by=people.adviser, word=word)
            else:
                actions.come_back(referral.reference, by=people.adviser, word=word)
        counted.append([query["sql"].split()[0] for query in seen])
        actions.come_back(referral.reference, by=people.adviser)
        actions.record_outcome(referral.reference, "not_in", by=people.adviser)

    assert counted[0] == counted[1]
