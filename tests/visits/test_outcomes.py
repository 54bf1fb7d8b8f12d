"""How it came out and why, what is wanted, and her view on prosecution, which opens no door."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.utils import ProgrammingError
from django.utils import timezone

from directory.contact import VisitOutcome
from directory.outcomes import REASONS, OutcomeReason, Prosecution
from referrals import actions as referring
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.models import Referral, SealedRecord
from referrals.reading import open_case
from risk import actions as assessing
from tenancy.work import unit_of_work
from tests import given
from tests.risk.harbour import an_assessment
from tests.visits.conftest import refer
from visits import actions
from visits.actions.ending import GOES_ON, TOLD
from visits.models import FollowUp, Outcome, ProsecutionView
from visits.views_on_prosecution import views_of

PAIRS = [(outcome, reason) for outcome, reasons in REASONS.items() for reason in reasons]


@pytest.fixture
def taken(people):
    return actions.take(refer(people).reference, by=people.adviser)


def outcomes(member):
    with unit_of_work(member.context):
        return list(Outcome.objects.values_list("outcome", "reason", "support_wanted"))


def views(referral, member):
    with unit_of_work(member.context):
        return [row.view for row in views_of(referral)]


def test_every_outcome_has_reasons_and_every_reason_one_outcome():
    assert set(REASONS) == set(VisitOutcome)
    assert sorted(reason for _, reason in PAIRS) == sorted(OutcomeReason)


@pytest.mark.parametrize(("outcome", "reason"), PAIRS)
def test_record_outcome_keeps_why_and_what_is_wanted(people, taken, outcome, reason):
    follow_up = actions.record_outcome(
        taken.reference,
        outcome,
        by=people.adviser,
        reason=reason,
        support_wanted=["housing", "legal", "housing"],
    )

    assert outcomes(people.adviser) == [(outcome, reason, ["housing", "legal"])]
    assert (follow_up.ended_at is None) == (outcome in GOES_ON)
    with unit_of_work(people.officer.context):
        assert Referral.objects.get(pk=taken.pk).feedback == TOLD.get(outcome, "")


def test_having_spoken_to_them_without_a_visit_meets_the_duty(people, taken):
    follow_up = actions.record_outcome(taken.reference, "contacted", by=people.adviser)

    assert follow_up.contacted_at == follow_up.ended_at
    assert follow_up.outcome == "contacted"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "afraid"}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"support_wanted": ["money", "gold"]}, "support_wanted"),
    ],
)
def test_record_outcome_refuses_what_does_not_fit_and_keeps_nothing(people, taken, changes, field):
    with pytest.raises(NotWellFormed) as refused:
        actions.record_outcome(taken.reference, "done", by=people.adviser, **changes)

    assert refused.value.field == field
    assert outcomes(people.adviser) == []
    actions.record_outcome(taken.reference, "declined", by=people.adviser, reason="afraid")
    assert len(outcomes(people.adviser)) == 1


def test_the_database_refuses_a_reason_of_another_outcome(people, taken):
    with (
        pytest.raises(IntegrityError, match="visits_outcome_reason_is_the_outcomes"),
        unit_of_work(people.adviser.context),
    ):
        Outcome.objects.create(
            follow_up=FollowUp.objects.get(),
            agency_id=people.adviser.agency_id,
            outcome="done",
            reason="afraid",
            by=people.adviser,
            recorded_at=timezone.now(),
        )


def test_her_view_is_noted_with_its_day_and_the_newest_counts(people, taken):
    yesterday = timezone.localdate() - timedelta(days=1)
    assert views(taken, people.adviser) == []

    actions.note_view(taken.reference, "supports", by=people.adviser, held_on=yesterday)
    actions.note_view(taken.reference, "does_not", by=people.duty_manager)

    assert views(taken, people.adviser) == ["does_not", "supports"]
    with unit_of_work(people.adviser.context):
        newest, first = views_of(taken)
    assert (newest.held_on, first.held_on) == (timezone.localdate(), yesterday)
    assert (newest.by, first.by) == (people.duty_manager, people.adviser)


def test_not_asked_says_nothing_and_so_changes_nothing(people, taken):
    actions.note_view(taken.reference, "supports", by=people.adviser)

    assert actions.note_view(taken.reference, "not_asked", by=people.adviser) is None

    assert views(taken, people.adviser) == ["supports"]


@pytest.mark.parametrize("view", Prosecution.values)
def test_no_help_waits_for_her_view(people, taken, view):
    """Whatever she says, everything that is done for her is done."""
    actions.note_view(taken.reference, view, by=people.adviser)

    spoke = actions.Attempt(channel="phone_call", outcome="spoke", at=timezone.now())
    spoke = actions.Attempt(**{**vars(spoke), "outside_reason": "she_asked"})
    actions.record_attempt(taken.reference, spoke, by=people.adviser)
    assessing.assess(taken.reference, an_assessment(), by=people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    referring.accept(onward.reference, by=people.caseworker)
    actions.record_outcome(taken.reference, "done", by=people.adviser)
    referring.close(taken.reference, by=people.adviser, reason="planned")

    with unit_of_work(people.officer.context):
        assert Referral.objects.get(pk=taken.pk).feedback == "visited"


def test_her_view_may_change_after_the_follow_up_has_ended_and_not_after_closing(people, taken):
    actions.record_outcome(taken.reference, "done", by=people.adviser)

    actions.note_view(taken.reference, "undecided", by=people.adviser)

    assert views(taken, people.adviser) == ["undecided"]
    referring.close(taken.reference, by=people.adviser, reason="planned")
    with pytest.raises((PermissionDenied, MoveNotAllowed)):
        actions.note_view(taken.reference, "supports", by=people.adviser)
    assert views(taken, people.adviser) == ["undecided"]


def test_the_police_see_neither_her_view_nor_the_reasons(people, taken):
    actions.note_view(taken.reference, "does_not", by=people.adviser)
    actions.record_outcome(
        taken.reference, "declined", by=people.adviser, reason="afraid", note="She is afraid."
    )

    for police in (people.officer, people.supervisor, people.records_system):
        assert views(taken, police) == []
        assert outcomes(police) == []
        with unit_of_work(police.context):
            assert Referral.objects.filter(pk=taken.pk).exists()
    assert views(taken, people.adviser) == ["does_not"]
    assert outcomes(people.adviser) == [("declined", "afraid", [])]
    read = open_case(taken.reference, by=people.officer).records
    assert "afraid" not in repr(read)


def test_a_service_sees_no_view_either_and_keeps_its_own_to_itself(people, taken):
    actions.note_view(taken.reference, "supports", by=people.adviser)
    onward = given.an_onward_referral(taken, people.adviser, "rowan")
    referring.accept(onward.reference, by=people.caseworker)

    assert views(onward, people.caseworker) == []
    with pytest.raises(PermissionDenied):
        actions.note_view(onward.reference, "supports", by=people.caseworker)


@pytest.mark.parametrize("who", ["officer", "supervisor", "second_adviser"])
def test_note_view_is_for_those_who_work_on_the_case(people, taken, who):
    with pytest.raises(PermissionDenied):
        actions.note_view(taken.reference, "supports", by=getattr(people, who))

    assert views(taken, people.adviser) == []
    assert actions.note_view(taken.reference, "supports", by=people.duty_manager)


@pytest.mark.parametrize(
    ("view", "days", "field"), [("perhaps", 0, "view"), ("supports", 1, "held_on")]
)
def test_note_view_refuses_what_cannot_be(people, taken, view, days, field):
    day = timezone.localdate() + timedelta(days=days)

    with pytest.raises(NotWellFormed) as refused:
        actions.note_view(taken.reference, view, by=people.adviser, held_on=day)

    assert refused.value.field == field
    assert views(taken, people.adviser) == []


def test_what_was_noted_is_only_added_to_and_forged_by_nobody(people, taken):
    row = actions.note_view(taken.reference, "supports", by=people.adviser)
    values = {"case_id": taken.case_id, "view": "does_not", "held_on": row.held_on}

    for member, deed in (
        (people.adviser, lambda: ProsecutionView.objects.update(view="does_not")),
        (people.adviser, lambda: ProsecutionView.objects.all().delete()),
        (people.officer, lambda: _forged(values, people.officer)),
        (people.wirral_adviser, lambda: _forged(values, people.wirral_adviser)),
        (people.adviser, lambda: _forged({**values, "view": "not_asked"}, people.adviser)),
    ):
        with pytest.raises((ProgrammingError, IntegrityError)), unit_of_work(member.context):
            deed()

    assert views(taken, people.adviser) == ["supports"]


def _forged(values, by):
    return ProsecutionView.objects.create(
        **values, by=by, agency_id=by.agency_id, recorded_at=timezone.now()
    )


def test_what_was_said_beside_the_outcome_is_sealed(people, taken):
    actions.record_outcome(taken.reference, "done", by=people.adviser, note="Locks changed.")

    with unit_of_work(people.adviser.context):
        assert SealedRecord.objects.filter(case=taken.case_id, kind="note").count() == 1
    ours = [record.document for record in open_case(taken.reference, by=people.adviser).records]
    assert {"text": "Locks changed."} in ours
