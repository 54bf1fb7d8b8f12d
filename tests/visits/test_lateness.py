"""A clock that ran out is explained before the follow-up ends, and counted for what it was."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from directory.safe_times import SafeWindow
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.lifecycle import Status
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import given
from tests.visits.conftest import refer
from tests.visits.test_pausing import follow_up_of, pause
from visits import actions
from visits.clocks import NO_SAFE_TIME, clocks_of, safe_only_after, tally
from visits.models import FollowUp, Lateness
from visits.standing import Standing

HOUR = timedelta(hours=1)


def taken(people, hours, **facts):
    """A referral that the adviser has, so many hours after the police left."""
    referral = actions.refer_after_visit(
        given.details(**facts),
        given.consent(),
        by=people.officer,
        visit_ended_at=datetime.now(UTC) - hours * HOUR,
    )
    return actions.take(referral.reference, by=people.adviser)


def explain(referral, member, clock="contact", reason="no_worker"):
    return actions.explain(referral.reference, by=member, clock=clock, reason=reason)


def standings(referral, member):
    with unit_of_work(member.context):
        follow_up = FollowUp.objects.get(referral=referral)
        found = clocks_of(follow_up, datetime.now(UTC))
        return {str(each.which): (each.standing, each.reason) for each in found}


def counted(member, later=0 * HOUR):
    with unit_of_work(member.context):
        return tally(FollowUp.objects.visible_to(member), datetime.now(UTC) + later)


def test_clocks_of_a_referral_in_time_all_run_but_that_of_the_code(people):
    referral = taken(people, 2)

    assert standings(referral, people.adviser) == {
        "contact": (Standing.RUNNING, ""),
        "visit": (Standing.RUNNING, ""),
        "code": (Standing.MET, ""),
    }


def test_late_follow_up_ends_only_once_every_missed_clock_is_explained(people):
    referral = taken(people, 25)
    end = {"reference": referral.reference, "outcome": "done", "by": people.adviser}

    with pytest.raises(MoveNotAllowed, match="why it was late: Contact and Visit"):
        actions.record_outcome(**end)
    explain(referral, people.adviser, "contact", "not_safe_to_try")
    with pytest.raises(MoveNotAllowed, match="late: Visit"):
        actions.record_outcome(**end)

    assert follow_up_of(referral, people.adviser).ended_at is None
    explain(referral, people.adviser, "visit", "no_worker")
    assert actions.record_outcome(**end).ended_at
    assert standings(referral, people.adviser)["contact"] == (Standing.MISSED, "not_safe_to_try")


def test_late_referral_is_closed_only_once_it_is_explained(people):
    referral = taken(people, 25)

    with pytest.raises(MoveNotAllowed, match="why it was late"):
        actions.close(referral.reference, by=people.duty_manager, reason="not_reached")

    with unit_of_work(people.adviser.context):
        assert Referral.objects.get(pk=referral.pk).status == Status.ACCEPTED
    for clock in ("contact", "visit"):
        explain(referral, people.adviser, clock, "not_reached")
    actions.close(referral.reference, by=people.duty_manager, reason="not_reached")
    with unit_of_work(people.adviser.context):
        assert Referral.objects.get(pk=referral.pk).status == Status.CLOSED


def test_visit_that_was_in_time_is_not_late_for_being_written_down_later(people):
    referral = taken(people, 23)
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=datetime.now(UTC) + timedelta(minutes=1),
        outside_reason="she_asked",
        venue="our_office",
    )
    actions.book(referral.reference, booking, by=people.adviser)

    ended = actions.record_outcome(referral.reference, "done", by=people.adviser)

    assert ended.contacted_at <= datetime.now(UTC)
    assert standings(referral, people.adviser)["visit"] == (Standing.MET, "")


def test_police_who_refer_late_miss_the_clock_of_the_code(people):
    referral = taken(people, 24 * 9)

    assert standings(referral, people.adviser)["code"] == (Standing.MISSED, "")
    explain(referral, people.adviser, "code", "referral_late")
    assert standings(referral, people.adviser)["code"] == (Standing.MISSED, "referral_late")


def test_explaining_again_corrects_it_and_keeps_both(people):
    referral = taken(people, 25)

    explain(referral, people.adviser, reason="no_worker")
    explain(referral, people.duty_manager, reason="system_down")

    assert standings(referral, people.adviser)["contact"] == (Standing.MISSED, "system_down")
    with unit_of_work(people.adviser.context):
        assert Lateness.objects.count() == 2


def test_explaining_is_refused_where_nothing_was_late_or_nothing_is_said(people):
    referral, in_time = taken(people, 25), taken(people, 2)

    with pytest.raises(MoveNotAllowed, match="not late"):
        explain(in_time, people.adviser)
    with pytest.raises(ReasonMissing):
        explain(referral, people.adviser, reason="")
    with pytest.raises(NotWellFormed):
        explain(referral, people.adviser, clock="kitchen")
    with pytest.raises(PermissionDenied):
        explain(referral, people.second_adviser)
    with pytest.raises(Referral.DoesNotExist):
        explain(referral, people.wirral_adviser)

    with unit_of_work(people.adviser.context):
        assert not Lateness.objects.exists()
    explain(referral, people.adviser)


def test_the_referrer_cannot_read_why_it_was_late(people):
    explain(taken(people, 25), people.adviser)

    with unit_of_work(people.officer.context):
        assert not Lateness.objects.exists()
    with unit_of_work(people.adviser.context):
        assert Lateness.objects.exists()


def test_tally_counts_what_had_no_safe_time_apart_and_what_is_paused(people):
    """One just runs, one is paused, one has no safe time; one had none, as somebody has said."""
    all_week = [SafeWindow(day, time(0), time(0)) for day in range(7)]
    not_for_days = [SafeWindow((datetime.now(UTC).weekday() - 2) % 7, time(0), time(0, 1))]
    taken(people, 2, safe_windows=all_week)
    pause(taken(people, 2, safe_windows=all_week), people.adviser)
    taken(people, 2, safe_windows=not_for_days)
    said = taken(people, 25, safe_windows=all_week)
    explain(said, people.adviser, reason="no_safe_time_before_deadline")

    now, later = (counted(people.adviser, at)["contact"] for at in (0 * HOUR, 30 * HOUR))

    assert now == {Standing.RUNNING: 2, Standing.PAUSED: 1, NO_SAFE_TIME: 1}
    assert later == {Standing.MISSED: 1, Standing.PAUSED: 1, NO_SAFE_TIME: 2}
    assert counted(people.wirral_adviser)["contact"] == {}


def test_safe_time_after_the_deadline_shows_until_somebody_was_reached(people):
    day_after_tomorrow = (datetime.now(UTC) + 48 * HOUR).weekday()
    late = [SafeWindow(day_after_tomorrow, time(9), time(10))]
    referral, fine = taken(people, 2, safe_windows=late), taken(people, 2)

    with unit_of_work(people.adviser.context):
        rows = {row.referral_id: row for row in FollowUp.objects.select_related("referral")}
        now = datetime.now(UTC)
        assert safe_only_after(rows[referral.pk], now) > rows[referral.pk].due_at
        rows[referral.pk].contacted_at = now
        assert safe_only_after(rows[referral.pk], now) is None
        assert fine.pk in rows
    assert refer(people)
