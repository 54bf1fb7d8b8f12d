from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError
from django.db.models import ProtectedError

from accounts.models import Agency
from directory.models import Service
from tenancy.work import unit_of_work
from tests.directory.conftest import offer, owner_at_work


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"needs": []}, "directory_service_meets_known_needs"),
        ({"needs": ["counselling", "residence_permit"]}, "directory_service_meets_known_needs"),
        ({"areas": []}, "directory_service_covers_known_areas"),
        ({"areas": ["E08000012", "E09000001"]}, "directory_service_covers_known_areas"),
        ({"minimum_age": 18, "maximum_age": 17}, "directory_service_ages_in_order"),
        ({"minimum_age": 121}, "directory_service_ages_in_order"),
        ({"status": "defunct"}, "directory_service_status_is_known"),
        ({"valid_to": date(2025, 12, 31)}, "directory_service_ends_after_it_starts"),
        ({"answer_within_hours": 0}, "directory_service_answers_within_a_fortnight"),
        ({"answer_within_hours": 337}, "directory_service_answers_within_a_fortnight"),
    ],
)
def test_the_database_refuses_a_service_that_makes_no_sense(refusing_directory, facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), owner_at_work(refusing_directory):
        offer(**facts)

    with owner_at_work(refusing_directory):
        assert not Service.objects.exists()


def test_an_agency_names_each_of_its_services_once(empty_directory):
    with owner_at_work(empty_directory):
        offer("rowan", name="Counselling")
        offer("linden", name="Counselling")

    with (
        pytest.raises(IntegrityError, match="directory_service_named_once_an_agency"),
        owner_at_work(empty_directory),
    ):
        offer("rowan", name="Counselling")


def test_a_service_is_open_to_all_ages_and_answers_within_two_days_unless_it_says_otherwise(
    offering,
):
    service = offering()

    assert (service.minimum_age, service.maximum_age) == (0, None)
    assert (service.answer_within_hours, service.status) == (48, "active")
    assert service.accepts_online


def test_an_agency_that_offers_a_service_cannot_be_deleted(empty_directory):
    with owner_at_work(empty_directory):
        agency = Agency.objects.create(code="hazel", name="Hazel", kind="service")
        service = offer("hazel")

        with pytest.raises(ProtectedError) as refusal:
            agency.delete()

    assert refusal.value.protected_objects == {service}


def refused():
    """The database says no for want of a grant."""
    return pytest.raises(ProgrammingError, match="permission denied")


@pytest.mark.parametrize("who", ["team_lead", "other_caseworker", "coordinator"])
def test_no_member_may_write_the_directory_not_even_their_own_agencys(offering, people, who):
    service = offering()
    member = getattr(people, who)

    with refused(), unit_of_work(member.context):
        Service.objects.filter(pk=service.pk).update(name="Taken over")
    with refused(), unit_of_work(member.context):
        offer(member.agency.code, name="Made up")


def test_a_service_has_no_place_to_keep_an_address():
    kept = Service._meta.concrete_fields  # noqa: SLF001 -- Django's public API for models
    fields = {field.name for field in kept}

    assert fields == {
        "id", "agency", "name", "summary", "needs", "areas", "minimum_age", "maximum_age",
        "languages", "status", "valid_from", "valid_to", "answer_within_hours", "accepts_online",
        "wait_weeks", "created_at", "updated_at",
    }  # fmt: skip
