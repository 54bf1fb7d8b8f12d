"""What a visit needs, and who must not go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals.errors import MoveNotAllowed, NotWellFormed
from tenancy.work import unit_of_work
from tests.visits.planner.conftest import a_taken_one, not_placed, proposals
from visits import actions
from visits.models import Conflict, VisitNeeds
from visits.planner.needing import Needs, declare_conflict, set_needs, withdraw_conflict


def a_booking(adviser, **changes):
    soon = datetime.now(UTC) + timedelta(hours=2)
    return actions.Booking(**{"adviser": adviser, "starts_at": soon, **changes})


def rows(model, by):
    with unit_of_work(by.context):
        return list(model.objects.all())


def test_set_needs_again_replaces_them(able):
    reference = a_taken_one(able).reference
    set_needs(reference, Needs(language="pl", language_is_must=True), by=able.adviser)

    set_needs(reference, Needs(gender="woman", minutes=90), by=able.duty_manager)

    (needs,) = rows(VisitNeeds, able.adviser)
    assert (needs.language, needs.language_is_must, needs.gender) == ("", False, "woman")
    assert needs.minutes == 90


@pytest.mark.parametrize(
    ("needs", "field"),
    [
        (Needs(language="xx"), "language"),
        (Needs(gender="xx"), "gender"),
        (Needs(specialisms=("xx",)), "specialisms"),
        (Needs(minutes=4), "minutes"),
        (Needs(language_is_must=True), "language"),
        (Needs(gender_is_must=True), "gender"),
    ],
)
def test_set_needs_that_are_on_no_list_are_refused(able, needs, field):
    reference = a_taken_one(able).reference

    with pytest.raises(NotWellFormed) as refused:
        set_needs(reference, needs, by=able.adviser)

    assert refused.value.field == field
    assert rows(VisitNeeds, able.adviser) == []


def test_conflict_keeps_plan_and_booking_from_sending_them(able, planned):
    reference = a_taken_one(able).reference
    for who in (able.adviser, able.duty_manager):
        declare_conflict(reference, who, by=able.duty_manager)

    for role in ({"adviser": able.adviser}, {"second_worker": able.adviser}):
        booking = a_booking(**{"adviser": able.second_adviser, **role})
        with pytest.raises(NotWellFormed, match="must not visit here"):
            actions.book(reference, booking, by=able.duty_manager)

    (proposal,) = proposals(planned(), able.duty_manager)
    assert proposal.adviser_id == able.second_adviser.pk
    assert actions.book(reference, a_booking(able.second_adviser), by=able.duty_manager)


def test_conflict_of_everybody_is_said_as_the_reason(able, planned):
    reference = a_taken_one(able).reference
    for who in (able.adviser, able.second_adviser, able.duty_manager):
        declare_conflict(reference, who, by=able.duty_manager)

    assert not_placed(planned(), able.duty_manager) == {reference: "nobody"}


def test_withdraw_conflict_lets_them_go_again(able):
    reference = a_taken_one(able).reference
    declare_conflict(reference, able.adviser, by=able.duty_manager)

    withdraw_conflict(reference, able.adviser, by=able.duty_manager)

    assert actions.book(reference, a_booking(able.adviser), by=able.adviser)
    with pytest.raises(MoveNotAllowed):
        withdraw_conflict(reference, able.adviser, by=able.duty_manager)


def test_conflict_is_declared_by_managers_alone(able):
    reference = a_taken_one(able).reference

    for deed in (declare_conflict, withdraw_conflict):
        with pytest.raises(PermissionDenied):
            deed(reference, able.second_adviser, by=able.adviser)

    assert rows(Conflict, able.adviser) == []
    assert declare_conflict(reference, able.second_adviser, by=able.duty_manager)


def test_conflict_with_somebody_of_another_agency_is_refused(able):
    reference = a_taken_one(able).reference

    with pytest.raises(NotWellFormed, match="your agency"):
        declare_conflict(reference, able.wirral_adviser, by=able.duty_manager)

    assert rows(Conflict, able.adviser) == []


def test_conflict_of_somebody_booked_is_refused_until_the_booking_is_changed(able):
    reference = a_taken_one(able).reference
    actions.book(reference, a_booking(able.adviser), by=able.adviser)

    with pytest.raises(MoveNotAllowed, match="booked to go"):
        declare_conflict(reference, able.adviser, by=able.duty_manager)

    moved = a_booking(able.second_adviser, moved_reason="not_available")
    actions.book(reference, moved, by=able.adviser)
    assert declare_conflict(reference, able.adviser, by=able.duty_manager)


def test_needs_and_conflicts_are_seen_by_their_own_agency_alone(able):
    reference = a_taken_one(able).reference
    set_needs(reference, Needs(language="pl"), by=able.adviser)
    declare_conflict(reference, able.second_adviser, by=able.duty_manager)
    assert rows(VisitNeeds, able.adviser)
    assert rows(Conflict, able.adviser)

    for outsider in (able.officer, able.wirral_adviser):
        assert rows(VisitNeeds, outsider) == []
        assert rows(Conflict, outsider) == []
