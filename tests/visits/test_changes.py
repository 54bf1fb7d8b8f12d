"""A release or a change of bail wakes somebody at once and stays urgent until it is dealt with."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from audit.models import AuditEntry
from notices.models import Notice
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed, ReasonMissing
from referrals.models import Referral
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.actions import Change
from visits.models import ChangeOfCircumstance, FollowUp, Rung
from visits.sweeping import sweep

MINUTE = timedelta(minutes=1)


def report(referral, member, kind="released", ago=10 * MINUTE):
    change = Change(kind=kind, happened_at=datetime.now(UTC) - ago)
    return actions.report_change(referral.reference, change, by=member)


def seen_by(member):
    with unit_of_work(member.context):
        return list(ChangeOfCircumstance.objects.values_list("kind", flat=True))


def woken(at, *members):
    """Who has been told of a change, once a sweep has run at an instant."""
    with databases.signed_in_as(databases.WORKER):
        sweep(at)
    told = set()
    for member in members:
        with unit_of_work(member.context):
            kinds = Notice.objects.of(member).filter(kind__startswith="follow_up.changed")
            told |= {notice.recipient_id for notice in kinds}
    return told


def test_police_who_report_a_release_wake_whoever_has_it_at_once(own_database, people):
    referral = actions.take(refer(people).reference, by=people.adviser)
    staff = (people.adviser, people.second_adviser, people.duty_manager)

    made = report(referral, people.officer)

    assert woken(made.at + MINUTE, *staff) == {people.adviser.pk}
    assert woken(made.at + 31 * MINUTE, *staff) == {people.adviser.pk, people.duty_manager.pk}


def test_change_wakes_the_desk_while_nobody_has_taken_it(own_database, people):
    made = report(refer(people), people.officer)

    told = woken(made.at + MINUTE, people.adviser, people.second_adviser)

    assert told == {people.adviser.pk, people.second_adviser.pk}


def test_change_after_contact_is_told_to_whoever_has_it(own_database, people):
    referral = actions.take(refer(people).reference, by=people.adviser)
    actions.record_outcome(referral.reference, "done", by=people.adviser)

    made = report(referral, people.officer)

    assert woken(made.at, people.adviser, people.second_adviser) == {people.adviser.pk}
    with unit_of_work(people.adviser.context):
        assert not Rung.objects.filter(kind__startswith="changed").exists()


def test_pausing_holds_no_waking_of_a_change(own_database, people):
    referral = actions.take(refer(people).reference, by=people.adviser)
    made = report(referral, people.officer)

    actions.pause(
        referral.reference,
        by=people.adviser,
        reason="not_alone",
        review_at=datetime.now(UTC) + timedelta(hours=2),
    )

    assert woken(made.at + MINUTE, people.adviser) == {people.adviser.pk}


def test_change_is_kept_with_who_reported_it_and_is_evidence_for_both(people):
    referral = actions.take(refer(people).reference, by=people.adviser)

    made = report(referral, people.officer, kind="bail_changed")

    assert (made.kind, made.by, made.reported_by_id) == (
        "bail_changed",
        people.officer,
        people.officer.agency_id,
    )
    for member in (people.officer, people.adviser):
        with unit_of_work(member.context):
            lines = AuditEntry.objects.filter(action="referral.report_change")
            assert [line.object_id for line in lines] == [referral.reference]


def test_desk_staff_report_too_and_the_police_do_not_read_it(people):
    referral = refer(people)

    report(referral, people.second_adviser, kind="whereabouts_unknown")
    report(referral, people.officer)

    assert seen_by(people.officer) == ["released"]
    assert seen_by(people.adviser) == ["whereabouts_unknown", "released"]
    assert seen_by(people.wirral_adviser) == []


@pytest.mark.parametrize(
    ("kind", "ago", "error"),
    [
        ("moon_landing", 10 * MINUTE, ReasonMissing),
        ("", 10 * MINUTE, ReasonMissing),
        ("released", -10 * MINUTE, NotWellFormed),
        ("released", timedelta(days=15), NotWellFormed),
    ],
)
def test_report_of_what_cannot_be_is_refused(people, kind, ago, error):
    referral = refer(people)

    with pytest.raises(error):
        report(referral, people.officer, kind=kind, ago=ago)

    assert seen_by(people.adviser) == []
    report(referral, people.officer)
    assert seen_by(people.adviser) == ["released"]


def test_report_is_theirs_who_may_know_and_act(people):
    referral = refer(people)

    with pytest.raises(Referral.DoesNotExist):
        report(referral, people.colleague)
    with pytest.raises(Referral.DoesNotExist):
        report(referral, people.wirral_adviser)
    with pytest.raises(Referral.DoesNotExist):
        report(referral, people.administrator)

    assert seen_by(people.adviser) == []
    report(referral, people.supervisor)


def test_report_on_what_nobody_follows_up_is_refused(people):
    referral = refer(people)
    referring.withdraw(referral.reference, by=people.officer, reason="sent_in_error")
    alive = refer(people)

    with pytest.raises(MoveNotAllowed):
        report(referral, people.officer)

    assert seen_by(people.adviser) == []
    report(alive, people.officer)


def test_dealing_with_changes_ends_their_urgency_and_is_the_owners(people):
    referral = actions.take(refer(people).reference, by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="no change"):
        actions.deal_with_changes(referral.reference, by=people.adviser)
    report(referral, people.officer)
    report(referral, people.officer, kind="bail_ended")

    with pytest.raises(PermissionDenied):
        actions.deal_with_changes(referral.reference, by=people.officer)
    with pytest.raises(PermissionDenied):
        actions.deal_with_changes(referral.reference, by=people.second_adviser)
    assert actions.deal_with_changes(referral.reference, by=people.adviser) == 2

    with unit_of_work(people.adviser.context):
        rows = ChangeOfCircumstance.objects.filter(dealt_with_at=None)
        assert not rows.exists()


def test_the_database_lets_nobody_report_for_another_agency(people):
    referral = refer(people)
    made = report(referral, people.officer)

    with unit_of_work(people.officer.context):
        untouched = ChangeOfCircumstance.objects.filter(pk=made.pk)
        assert untouched.update(kind="bail_ended") == 0
    made.pk = uuid4()
    with pytest.raises(DatabaseError), unit_of_work(people.adviser.context):
        made.save(force_insert=True)

    assert seen_by(people.adviser) == ["released"]
    with unit_of_work(people.adviser.context):
        assert FollowUp.objects.filter(referral=referral).exists()
