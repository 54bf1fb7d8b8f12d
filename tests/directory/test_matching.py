from datetime import date, timedelta

import pytest

from accounts.models import SharingAgreement
from directory.matching import closed, matching, narrowed, open_on, outside, why_not
from directory.models import Service
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.directory.conftest import ASKED, ROWAN, TODAY, owner_at_work

PERSON = {fact: code for fact, code in ASKED.items() if fact != "on"}


@pytest.fixture
def asking(people):
    """A member of staff is at work."""
    with unit_of_work(people.adviser.context):
        yield


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        ({}, []),
        ({"areas": ["E08000015"]}, ["Rowan Counselling does not cover Liverpool."]),
        ({"needs": ["legal"]}, ["Rowan Counselling does not offer counselling."]),
        ({"maximum_age": 24}, ["Rowan Counselling only takes people aged 0 to 24."]),
        ({"minimum_age": 35}, ["Rowan Counselling only takes people aged 35 or over."]),
        (
            {"minimum_age": 13, "maximum_age": 17},
            ["Rowan Counselling only takes people aged 13 to 17."],
        ),
        ({"minimum_age": 34}, []),
        ({"maximum_age": 25}, []),
        ({"status": "temporarily_closed"}, ["Rowan Counselling is closed for now."]),
        ({"status": "inactive"}, ["Rowan Counselling no longer takes referrals."]),
        (
            {"accepts_online": False},
            ["Rowan Counselling does not take referrals here. Contact them directly."],
        ),
        ({"valid_from": TODAY}, []),
        (
            {"valid_from": date(2026, 12, 1)},
            ["Rowan Counselling does not start until 1 December 2026."],
        ),
        ({"valid_to": TODAY}, []),
        ({"valid_to": date(2026, 11, 20)}, ["Rowan Counselling ended on 20 November 2026."]),
        (
            {"areas": ["E06000006"], "needs": ["legal"], "status": "inactive"},
            [
                "Rowan Counselling does not offer counselling.",
                "Rowan Counselling does not cover Liverpool.",
                "Rowan Counselling no longer takes referrals.",
            ],
        ),
    ],
)
def test_what_is_against_a_service_is_said_in_sentences(facts, sentences):
    service = Service(**ROWAN | facts)

    said = [*outside(service, **PERSON), *closed(service, TODAY)]

    assert said == sentences


def test_an_area_outside_the_region_is_not_covered(offering, people):
    service = offering()

    with unit_of_work(people.adviser.context):
        assert why_not(service, **ASKED | {"area_code": "E09000001"}) == [
            "Rowan Counselling does not cover that area."
        ]


def test_a_service_of_an_agency_without_an_agreement_may_not_be_asked(offering, people):
    service = offering("unsigned", name="Unsigned Counselling")

    with unit_of_work(people.adviser.context):
        assert why_not(service, **ASKED) == ["No Agreement Yet has no sharing agreement in force."]
        assert not matching(**ASKED).exists()


def test_a_service_stops_matching_the_day_after_its_agreement_ends(
    offering, people, empty_directory
):
    service = offering()
    with owner_at_work(empty_directory):
        SharingAgreement.objects.filter(agency=service.agency).update(ends_on=TODAY)

    with unit_of_work(people.adviser.context):
        assert list(matching(**ASKED)) == [service]
        assert not matching(**ASKED | {"on": TODAY + timedelta(days=1)}).exists()


def test_an_unknown_age_is_no_reason_to_offer_nobody_help(offering, people):
    service = offering(minimum_age=13, maximum_age=17)

    with unit_of_work(people.adviser.context):
        assert list(matching(**ASKED | {"age_band": "not_known"})) == [service]


@pytest.mark.parametrize("slip", [{"need": "refuge"}, {"age_band": "25-34"}])
def test_an_unknown_code_is_refused_rather_than_matching_nothing(asking, slip):
    with pytest.raises(ValueError, match="is not a valid"):
        matching(**ASKED | slip)


def test_every_member_and_client_sees_the_directory(offering, people):
    service = offering()

    for member in (people.officer, people.caseworker, people.records_system):
        with unit_of_work(member.context):
            assert list(Service.objects.all()) == [service]


def test_nobody_sees_no_services(offering):
    offering()

    with unit_of_work(Context.nobody()):
        assert not Service.objects.exists()


def test_the_owner_sees_services_only_in_a_migration_context(offering, empty_directory):
    service = offering()

    with owner_at_work(empty_directory):
        assert Service.objects.get() == service
    with databases.owner(empty_directory) as connection:
        assert connection.execute("SELECT count(*) FROM directory_service").fetchone() == (0,)


def test_the_directory_lists_what_is_open_and_narrows_by_what_is_given(offering, people):
    young = offering(name="Alder", areas=["E08000015"], needs=["young_people"], maximum_age=17)
    legal = offering("linden", name="Birch", needs=["legal", "housing"])
    offering(name="Cedar", status="inactive")

    with unit_of_work(people.adviser.context):
        services = open_on(TODAY)
        assert list(services) == [young, legal]
        assert list(narrowed(services)) == [young, legal]
        assert list(narrowed(services, need="housing")) == [legal]
        assert list(narrowed(services, area_code="E08000015")) == [young]
        assert list(narrowed(services, age_band="18_24")) == [legal]
