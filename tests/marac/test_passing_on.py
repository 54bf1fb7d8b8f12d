"""The coordinator's side: what came by way of it, and transfers to another area's MARAC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from psycopg.types.range import DateRange

from accounts.models import Agency
from marac import actions
from marac.models import MaracReferral
from marac.reading import on_the_list, to_take_on
from referrals import actions as referring
from referrals.errors import ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.models import ConsentEntry, Referral
from risk.models import AreaRule
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.marac.conftest import details, plan
from tests.world import HALTON, LIVERPOOL, WIRRAL
from visits import actions as visiting

AGREED = given.consent(compartments=["identity", "contact", "risk"])


@pytest.fixture
def by_way_of_the_coordinator(people):
    """Halton's police refer to the coordinators."""
    referral = visiting.refer_after_visit(
        given.details(area_code=HALTON),
        given.consent(),
        by=people.cheshire_officer,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=2),
    )
    return visiting.take(referral.reference, by=people.coordinator)


def listed_on(people, meeting):
    with unit_of_work(people.coordinator.context):
        return [each.marac.referral.reference for each in on_the_list(meeting, people.coordinator)]


def test_enter_puts_the_coordinators_own_case_on_a_list(people, by_way_of_the_coordinator):
    meeting = plan(people, area_code=HALTON)
    reference = by_way_of_the_coordinator.reference

    marac = actions.enter(reference, details(), meeting, by=people.coordinator)

    assert listed_on(people, meeting) == [reference]
    assert marac.referring_agency.code == "cheshire-police"
    with unit_of_work(people.coordinator.context):
        entry = ConsentEntry.objects.get(purpose="marac")
        assert (entry.recipient_id, entry.answer) == (people.coordinator.agency_id, "given")


def test_enter_is_the_coordinators_and_once(people, taken, by_way_of_the_coordinator):
    meeting = plan(people, area_code=HALTON)
    reference = by_way_of_the_coordinator.reference
    with pytest.raises(PermissionDenied):
        actions.enter(taken.reference, details(), meeting, by=people.adviser)
    with pytest.raises(PermissionDenied):
        actions.enter(reference, details(), meeting, by=people.cheshire_officer)
    refused = given.consent(answer="refused", method="", wording_version="")
    with pytest.raises(ConsentMissing):
        actions.enter(reference, details(consent=refused), meeting, by=people.coordinator)
    assert listed_on(people, meeting) == []

    actions.enter(reference, details(), meeting, by=people.coordinator)

    with pytest.raises(MoveNotAllowed, match="already"):
        actions.enter(reference, details(), meeting, by=people.coordinator)


def test_pass_to_idva_hands_the_case_on_and_lets_her_idva_speak_for_her(
    people, own_database, by_way_of_the_coordinator
):
    with databases.as_owner(), unit_of_work(Context.migration()):
        idva = Agency.objects.get(code="wirral-idva")
        idva.areas = [WIRRAL, HALTON]
        idva.save(update_fields=["areas"])
    meeting, reference = plan(people, area_code=HALTON), by_way_of_the_coordinator.reference
    actions.enter(reference, details(), meeting, by=people.coordinator)

    child = actions.pass_to_idva(reference, idva, given.consent(), by=people.coordinator)

    assert child.receiving_agency_id == idva.pk
    with unit_of_work(people.wirral_adviser.context):
        assert MaracReferral.objects.get().idva_agency_id == idva.pk


def test_pass_to_idva_is_for_an_idva_service_of_her_area(people, by_way_of_the_coordinator):
    reference = by_way_of_the_coordinator.reference
    for code in ("rowan", "liverpool-idva"):
        with pytest.raises(NotWellFormed) as refused:
            actions.pass_to_idva(
                reference,
                Agency.objects.get(code=code),
                given.consent(),
                by=people.coordinator,
            )
        assert refused.value.field == "agency"
    with unit_of_work(people.coordinator.context):
        assert not Referral.objects.filter(parent=by_way_of_the_coordinator).exists()


@pytest.fixture
def two_areas(own_database):
    """Wirral's MARAC is coordinated by Linden Support."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        AreaRule.objects.create(
            area_code=WIRRAL,
            period=DateRange(date(2025, 1, 1), None),
            consent_rule="needed",
            coordinator=Agency.objects.get(code="rowan"),
        )


def test_transfer_leaves_the_case_with_the_sender_until_it_is_taken_on(
    people, two_areas, listed, referred, meeting
):
    reference = referred.referral.reference
    moved = actions.transfer(reference, WIRRAL, AGREED, by=people.coordinator)

    assert moved.grounds == ["visible_high_risk", "transfer"]
    assert listed_on(people, meeting) == [reference]
    with unit_of_work(people.team_lead.context):
        assert [each.pk for each in to_take_on(people.team_lead)] == [moved.pk]

    referring.accept(moved.referral.reference, by=people.team_lead)

    assert listed_on(people, meeting) == []
    with unit_of_work(people.team_lead.context):
        assert MaracReferral.objects.get(pk=moved.pk).area_code == WIRRAL


def test_transfer_that_is_declined_leaves_the_case_on_the_list(
    people, two_areas, listed, referred, meeting
):
    reference = referred.referral.reference
    moved = actions.transfer(reference, WIRRAL, AGREED, by=people.coordinator)
    with pytest.raises(MoveNotAllowed, match="already"):
        actions.transfer(reference, WIRRAL, AGREED, by=people.coordinator)

    referring.decline(moved.referral.reference, by=people.team_lead, reason="outside_area")

    assert listed_on(people, meeting) == [reference]
    actions.transfer(reference, WIRRAL, AGREED, by=people.coordinator)


def test_transfer_asks_for_agreement_anew_and_is_the_coordinators(
    people, two_areas, listed, referred, meeting
):
    reference = referred.referral.reference
    refused = given.consent(answer="refused", method="", wording_version="")
    with pytest.raises(ConsentMissing):
        actions.transfer(reference, WIRRAL, refused, by=people.coordinator)
    bare = given.consent(compartments=["identity"])
    with pytest.raises(NotWellFormed):
        actions.transfer(reference, WIRRAL, bare, by=people.coordinator)
    with pytest.raises(PermissionDenied):
        actions.transfer(reference, WIRRAL, AGREED, by=people.adviser)
    with pytest.raises(MoveNotAllowed, match="coordinates that area too"):
        actions.transfer(reference, LIVERPOOL, AGREED, by=people.coordinator)
    with unit_of_work(people.coordinator.context):
        assert MaracReferral.objects.count() == 1
