"""Programmes: which way a referral goes, which policy its clocks follow, and what is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError
from psycopg.types.range import DateRange

from accounts.models import Agency
from directory.routes import Route
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.world import HALTON, LIVERPOOL, SEFTON, WIRRAL
from visits import actions
from visits.actions import setting_up
from visits.demand import demand
from visits.models import FollowUp, Programme

pytestmark = pytest.mark.usefixtures("own_database")


def set_desk(area, desk, **policy):
    with databases.as_owner(), unit_of_work(Context.migration()):
        new = setting_up.NewDesk(
            area_code=area, desk=Agency.objects.get(code=desk), starts_on=date(2026, 1, 1), **policy
        )
        return setting_up.set_desk(new)


def refer(member, area):
    return actions.refer_after_visit(
        given.details(area_code=area),
        given.consent(),
        by=member,
        visit_ended_at=datetime.now(UTC) - timedelta(hours=1),
    )


def version(area, **facts):
    """A version as a row, for what the database itself refuses."""
    given_facts = {"is_joined": True, "period": DateRange(date(2030, 1, 1), None), **facts}
    with databases.as_owner(), unit_of_work(Context.migration()):
        desk = Agency.objects.get(code="wirral-idva")
        return Programme.objects.create(area_code=area, desk=desk, **given_facts)


def test_overlapping_versions_are_refused_by_the_database():
    version(SEFTON, period=DateRange(date(2030, 1, 1), date(2031, 1, 1)))

    with pytest.raises(IntegrityError, match="visits_programme_one_version_at_a_time"):
        version(SEFTON, period=DateRange(date(2030, 12, 31), None))

    version(SEFTON, period=DateRange(date(2031, 1, 1), None))


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"target_hours": 0}, "target_within_a_week"),
        ({"target_hours": 48}, "visit_no_earlier_than_contact"),
        ({"earliest_hours": 24}, "window_in_order"),
        ({"latest_hours": 337}, "window_in_order"),
        ({"takes_direct": False}, "joined_takes_direct"),
        ({"attempts_expected": 0}, "attempts_between_1_and_20"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused_by_the_database(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        version(SEFTON, **facts)

    version(SEFTON)


def test_clocks_follow_the_policy_of_the_area(people):
    set_desk(SEFTON, "wirral-idva", target_hours=12, earliest_hours=2, latest_hours=36)

    referral = refer(people.officer, SEFTON)

    with unit_of_work(people.wirral_adviser.context):
        follow_up = FollowUp.objects.get(referral=referral)
    ended = follow_up.visit_ended_at
    assert follow_up.due_at - ended == timedelta(hours=12)
    assert follow_up.visit_from_at - ended == timedelta(hours=2)
    assert follow_up.visit_by_at - ended == timedelta(hours=36)
    assert referral.answer_due_at == follow_up.due_at


@pytest.mark.parametrize(
    ("area", "desk", "policy", "route"),
    [
        (SEFTON, "wirral-idva", {}, Route.JOINED),
        (SEFTON, "wirral-idva", {"is_joined": False}, Route.ORDINARY),
        (
            SEFTON,
            "coordinators",
            {"is_joined": False, "takes_direct": False},
            Route.MARAC_ONLY,
        ),
    ],
)
def test_a_referral_is_never_refused_and_says_which_way_it_went(people, area, desk, policy, route):
    set_desk(area, desk, **policy)

    referral = refer(people.officer, area)

    assert (referral.receiving_agency.code, referral.route) == (desk, route)
    assert referral.outside_programme == (route is not Route.JOINED)
    assert bool(route.explained) == referral.outside_programme


def test_a_referral_from_elsewhere_goes_to_the_coordinators(people):
    referral = refer(people.officer, "")

    assert (referral.receiving_agency.code, referral.route) == ("coordinators", "coordinators")


def test_demand_counts_what_came_from_outside_by_area_and_month_and_names_nobody(people):
    set_desk(SEFTON, "coordinators", is_joined=False, takes_direct=False)
    for area in (HALTON, HALTON, SEFTON, "", LIVERPOOL, WIRRAL):
        refer(people.officer, area)
    month = datetime.now(UTC).date().replace(day=1)

    with unit_of_work(people.duty_manager.context):
        found = demand()

    assert [(row.month, row.area, row.route, row.referrals) for row in found] == [
        (month, "Halton", Route.ORDINARY, 2),
        (month, "Outside the six areas, or not known", Route.COORDINATORS, 1),
        (month, "Sefton", Route.MARAC_ONLY, 1),
    ]


def test_demand_is_for_those_who_plan_the_programme(people):
    refer(people.officer, HALTON)

    for member in (people.officer, people.team_lead):
        with unit_of_work(member.context):
            assert demand() == []
    with unit_of_work(Context.nobody()):
        assert demand() == []
    with unit_of_work(people.coordinator.context):
        assert sum(row.referrals for row in demand()) == 1
    with databases.as_owner(), unit_of_work(Context.migration()):
        assert sum(row.referrals for row in demand()) == 1
