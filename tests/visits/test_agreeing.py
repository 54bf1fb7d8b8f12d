"""How to be in touch safely, as it is agreed, confirmed, lost, held and found again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from notices.models import Notice
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import ContactHold, ContactRule, GivenContact, Referral
from referrals.reading import open_case
from referrals.safe_contact import CONFIRMATION_LASTS, ContactRefused, Refusal
from referrals.ways import Way
from tenancy.work import unit_of_work
from tests import databases, given
from visits import actions
from visits.actions.booking import OutsideReason
from visits.asking_again import ask_again, sweep
from visits.models import FollowUp, Rung, Visit, VisitWorker

OTHER_NUMBER = "07700 900777"


@pytest.fixture
def taken(people):
    sent = actions.refer_after_visit(
        given.details(safe_windows=given.ANY_TIME),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    return actions.take(sent.reference, by=people.adviser)


def a_way(channel="phone_call", **changes):
    said = {"allowed": True, "windows": given.ANY_TIME, "document": {"phone": OTHER_NUMBER}}
    return Way(channel=channel, **{**said, **changes})


def an_attempt(outcome, **changes):
    return actions.Attempt(
        **{"channel": "phone_call", "outcome": outcome, "at": datetime.now(UTC), **changes}
    )


def a_booking(people, **changes):
    starts_at = datetime.now(UTC) + timedelta(hours=2)
    return actions.Booking(**{"adviser": people.adviser, "starts_at": starts_at, **changes})


def called(taken, by, channel="phone_call", **more):
    return actions.about_to_call(taken.reference, channel, by=by, **more)


def again(taken, member):
    with unit_of_work(member.context):
        return Referral.objects.get(pk=taken.pk)


def told(member):
    with unit_of_work(member.context):
        return set(Notice.objects.of(member).values_list("kind", flat=True))


def test_about_to_call_shows_the_script_and_the_number(people, taken):
    script = called(taken, people.adviser)

    assert (script.reach, script.words["what_to_say"]) == ("07700 900461", "The surgery")


@pytest.mark.parametrize("who", ["second_adviser", "officer"])
def test_about_to_call_is_for_whose_the_case_is(people, taken, who):
    with pytest.raises(PermissionDenied):
        called(taken, getattr(people, who))

    assert called(taken, people.adviser).reach


def test_about_to_call_in_a_way_nobody_spoke_of_is_refused(people, taken):
    with pytest.raises(ContactRefused) as refused:
        called(taken, people.adviser, "withheld_call", outside_reason="she_asked")

    assert refused.value.reason == Refusal.NOTHING_RECORDED
    assert called(taken, people.adviser).reach


def test_agreeing_keeps_what_is_secret_where_nothing_else_is_said(people, taken):
    secret = {"phone": OTHER_NUMBER, "code_word": "Marigold"}
    actions.agree_way(taken.reference, a_way(document=secret), by=people.adviser)

    actions.agree_way(
        taken.reference, a_way(document={"what_to_say": "The library"}), by=people.adviser
    )

    script = called(taken, people.adviser)
    said = (script.reach, script.code_word, script.words["what_to_say"])
    assert said == (OTHER_NUMBER, "Marigold", "The library")
    assert script.rule.confirmed_by == people.adviser


def test_a_code_word_leaves_with_no_opened_case(people, taken):
    secret = {"phone": OTHER_NUMBER, "code_word": "Marigold"}
    actions.agree_way(taken.reference, a_way(document=secret), by=people.adviser)

    with unit_of_work(people.adviser.context):
        leaving = open_case(taken.reference, by=people.adviser).handed_out()

    assert "Marigold" not in repr([record.document for record in leaving])
    assert OTHER_NUMBER in repr([record.document for record in leaving])


def test_agreeing_is_refused_without_a_time_or_a_number(people, taken):
    with pytest.raises(NotWellFormed, match="when it is safe"):
        actions.agree_way(taken.reference, a_way(windows=()), by=people.adviser)
    with pytest.raises(NotWellFormed, match="where they are reached"):
        actions.agree_way(taken.reference, a_way("email"), by=people.adviser)
    with pytest.raises(PermissionDenied):
        actions.agree_way(taken.reference, a_way(), by=people.second_adviser)

    with unit_of_work(people.adviser.context):
        assert [rule.version for rule in ContactRule.objects.filter(case=taken.case_id)] == [1]
    assert actions.agree_way(taken.reference, a_way(), by=people.adviser).version == 2


def test_another_number_calls_off_what_relied_on_the_old_one(people, taken):
    same_number = a_way("text", document={"phone": "07700 900461"})
    actions.agree_way(taken.reference, same_number, by=people.adviser)
    booking = a_booking(people, kind="call", outside_reason=OutsideReason.SHE_ASKED)
    call = actions.book(taken.reference, booking, by=people.adviser)

    actions.agree_way(taken.reference, a_way(), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=call.pk).status == Visit.Status.CANCELLED
        assert not VisitWorker.objects.filter(visit=call, is_booked=True).exists()
    with pytest.raises(ContactRefused) as refused:
        called(taken, people.adviser, "text")
    assert refused.value.reason == Refusal.ASK_AGAIN
    assert called(taken, people.adviser).reach == OTHER_NUMBER


def test_another_number_leaves_a_visit_standing(people, taken):
    visit = actions.book(taken.reference, a_booking(people), by=people.adviser)

    actions.agree_way(taken.reference, a_way(), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=visit.pk).status == Visit.Status.BOOKED


def test_a_change_of_circumstances_holds_and_wakes_once_until_she_is_asked(people, taken):
    def change():
        with unit_of_work(people.adviser.context):
            return ask_again(taken.case_id, datetime.now(UTC))

    assert (change(), change()) == (1, 0)

    with pytest.raises(ContactRefused, match="ask them again"):
        called(taken, people.adviser)
    assert again(taken, people.adviser).contact == "held"
    actions.confirm_way(taken.reference, "phone_call", by=people.adviser)
    assert called(taken, people.adviser).reach
    assert again(taken, people.adviser).contact == "allowed"
    with unit_of_work(people.adviser.context):
        rungs = Rung.objects.filter(kind="ask_again", about=taken.case_id)
        assert [rung.settled_at is not None for rung in rungs] == [True]


def test_the_sweep_holds_what_nobody_confirmed_and_wakes_once(own_database, people, taken):
    def swept(days):
        with databases.signed_in_as(databases.WORKER):
            return sweep(datetime.now(UTC) + timedelta(days=days))

    assert [swept(13), swept(15), swept(15)] == [0, 1, 0]

    assert again(taken, people.adviser).contact == "held"
    with pytest.raises(ContactRefused) as refused:
        called(taken, people.adviser)
    assert refused.value.reason == Refusal.ASK_AGAIN
    with unit_of_work(people.adviser.context):
        assert Rung.objects.filter(kind="ask_again", about=taken.case_id).count() == 1
    assert timedelta(days=14) == CONFIRMATION_LASTS


def test_a_way_that_ran_out_or_was_wrong_is_said_anew_not_confirmed(people, taken):
    wrong = an_attempt("wrong_number")
    actions.record_attempt(taken.reference, wrong, by=people.adviser)

    with pytest.raises(MoveNotAllowed, match="anew"):
        actions.confirm_way(taken.reference, "phone_call", by=people.adviser)
    same = a_way(document={"phone": "07700 900461"})
    with pytest.raises(NotWellFormed, match="number was wrong"):
        actions.agree_way(taken.reference, same, by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="nothing to confirm"):
        actions.confirm_way(taken.reference, "text", by=people.adviser)

    assert actions.agree_way(taken.reference, a_way(), by=people.adviser).ask_again == ""


@pytest.mark.parametrize("outcome", ["somebody_else_answered", "wrong_code_word", "too_dangerous"])
def test_a_fright_holds_everything_calls_off_and_tells(people, taken, outcome):
    planned = an_attempt("no_reply", next_at=datetime.now(UTC) + timedelta(hours=1))
    before = actions.record_attempt(taken.reference, planned, by=people.adviser)
    visit = actions.book(taken.reference, a_booking(people), by=people.adviser)

    actions.record_attempt(taken.reference, an_attempt(outcome), by=people.adviser)

    with unit_of_work(people.adviser.context):
        assert Visit.objects.get(pk=visit.pk).status == Visit.Status.CANCELLED
        assert Rung.objects.get(about=before.pk, kind="try_again").settled_at
        assert ContactHold.objects.get(case=taken.case_id).reason == outcome
    assert {"follow_up.held", "follow_up.stood_down"} <= told(people.adviser)
    assert "follow_up.held" in told(people.duty_manager)
    assert again(taken, people.officer).feedback == "not_safe"


def test_while_held_nothing_is_shown_called_or_booked_whatever_the_reason(people, taken):
    def tries():
        yield lambda: called(taken, people.adviser)
        yield lambda: called(taken, people.duty_manager, outside_reason="risk_changed")
        for kind in ("visit", "call"):
            for reason in ("", *OutsideReason.values):
                booking = a_booking(people, kind=kind, outside_reason=reason)
                yield lambda booking=booking: actions.book(
                    taken.reference, booking, by=people.adviser
                )

    actions.record_attempt(taken.reference, an_attempt("somebody_else_answered"), by=people.adviser)

    for act in tries():
        with pytest.raises((ContactRefused, NotWellFormed)):
            act()
    with unit_of_work(people.adviser.context):
        assert not Visit.objects.filter(follow_up__referral=taken).exists()
    release = a_way(document={"phone": OTHER_NUMBER})
    actions.release_hold(taken.reference, release, by=people.adviser, reason="they_said_so")
    assert called(taken, people.adviser).reach == OTHER_NUMBER
    assert actions.book(taken.reference, a_booking(people), by=people.adviser)


def test_no_other_way_is_usable_after_a_release(people, taken):
    text = a_way("text", document={"phone": "07700 900461"})
    actions.agree_way(taken.reference, text, by=people.adviser)
    actions.record_attempt(taken.reference, an_attempt("wrong_code_word"), by=people.adviser)

    actions.release_hold(taken.reference, a_way(), by=people.adviser, reason="they_said_so")

    with pytest.raises(ContactRefused) as refused:
        called(taken, people.adviser, "text")
    assert refused.value.reason == Refusal.ASK_AGAIN
    with pytest.raises(MoveNotAllowed, match="anew"):
        actions.confirm_way(taken.reference, "text", by=people.adviser)
    assert called(taken, people.adviser).reach == OTHER_NUMBER


def test_release_takes_a_reason_a_way_and_somebody_who_may(people, taken):
    with pytest.raises(MoveNotAllowed, match="not held"):
        actions.release_hold(taken.reference, a_way(), by=people.adviser, reason="they_said_so")
    actions.record_attempt(taken.reference, an_attempt("too_dangerous"), by=people.adviser)

    with pytest.raises(ReasonMissing):
        actions.release_hold(taken.reference, a_way(), by=people.adviser, reason="")
    no = a_way(allowed=False)
    with pytest.raises(NotWellFormed):
        actions.release_hold(taken.reference, no, by=people.adviser, reason="they_said_so")
    with pytest.raises(PermissionDenied):
        actions.release_hold(
            taken.reference, a_way(), by=people.second_adviser, reason="they_said_so"
        )

    assert again(taken, people.adviser).contact == "held"
    held = actions.release_hold(
        taken.reference, a_way(), by=people.duty_manager, reason="seen_in_person"
    )
    assert (held.released_by, again(taken, people.adviser).contact) == (
        people.duty_manager,
        "allowed",
    )


def test_a_wrong_number_is_asked_of_the_police_who_give_another(people, taken):
    actions.record_attempt(taken.reference, an_attempt("wrong_number"), by=people.adviser)
    asked = again(taken, people.officer).contact_wanted

    referring.give_contact(taken.reference, a_way(), by=people.officer)

    assert (asked, again(taken, people.officer).contact_wanted) == ("number", "")
    assert "referral.contact_wanted" in told(people.officer)
    assert "referral.contact_given" in told(people.adviser)
    with unit_of_work(people.officer.context):
        assert not GivenContact.objects.exists()
    with pytest.raises(ContactRefused):
        called(taken, people.adviser)
    rule = actions.take_up_contact(taken.reference, by=people.adviser)
    assert rule.confirmed_by == people.officer
    assert called(taken, people.adviser).reach == OTHER_NUMBER


def test_what_nobody_asked_for_or_has_not_to_give_is_refused(people, taken):
    with pytest.raises(MoveNotAllowed):
        referring.give_contact(taken.reference, a_way(), by=people.officer)
    with pytest.raises(MoveNotAllowed):
        actions.take_up_contact(taken.reference, by=people.adviser)
    actions.record_attempt(taken.reference, an_attempt("wrong_number"), by=people.adviser)
    with pytest.raises(Referral.DoesNotExist):
        referring.give_contact(taken.reference, a_way(), by=people.colleague)
    with pytest.raises(PermissionDenied):
        referring.give_contact(taken.reference, a_way(), by=people.adviser)

    referring.give_contact(taken.reference, a_way(), by=people.officer)


def test_what_the_police_give_while_contact_is_held_waits_for_a_release(people, taken):
    actions.record_attempt(taken.reference, an_attempt("somebody_else_answered"), by=people.adviser)
    referring.give_contact(taken.reference, a_way(), by=people.officer)

    with pytest.raises(MoveNotAllowed, match="held"):
        actions.take_up_contact(taken.reference, by=people.adviser)

    reason = "referrer_found_a_way"
    actions.release_hold(taken.reference, a_way(), by=people.adviser, reason=reason)
    assert called(taken, people.adviser).reach == OTHER_NUMBER


def test_attempts_are_counted_and_say_on_which_rule_they_relied(people, taken):
    first = actions.record_attempt(
        taken.reference,
        an_attempt("no_reply", concern="sounded_afraid", who_answered="child"),
        by=people.adviser,
    )
    second = actions.record_attempt(
        taken.reference,
        an_attempt("no_reply", channel="text", outside_reason="she_asked"),
        by=people.adviser,
    )

    assert [first.number, second.number] == [1, 2]
    assert [first.rule_version, second.rule_version] == [1, None]
    assert (first.concern, first.who_answered) == ("sounded_afraid", "child")


def test_a_planned_try_wakes_whose_it_is_unless_it_was_tried_before(people, taken):
    soon = datetime.now(UTC) + timedelta(hours=3)
    planned = an_attempt("no_reply", next_at=soon)
    first = actions.record_attempt(taken.reference, planned, by=people.adviser)
    with unit_of_work(people.adviser.context):
        waiting = Rung.objects.get(about=first.pk)
    past = an_attempt("no_reply", next_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(NotWellFormed, match="future"):
        actions.record_attempt(taken.reference, past, by=people.adviser)

    actions.record_attempt(taken.reference, an_attempt("no_reply"), by=people.adviser)

    assert (waiting.kind, waiting.due_at, waiting.settled_at) == ("try_again", soon, None)
    with unit_of_work(people.adviser.context):
        assert Rung.objects.get(pk=waiting.pk).settled_at
        assert FollowUp.objects.get(referral=taken).attempts.count() == 2
