"""Cases whose time is up, in a house that commits."""

from datetime import date

import pytest
from psycopg.types.range import DateRange

from referrals import actions as referring
from referrals.models import Grant
from retention.models import RetentionRule
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner
from tests.world import People

KINDS = ("police", "idva", "service", "coordinator")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The people of a clone, with a rule for each kind of agency."""
    with django_db_blocker.unblock(), databases.clone():
        with databases.as_owner(), unit_of_work(Context.migration()):
            for kind in KINDS:
                RetentionRule.objects.create(
                    agency_kind=kind,
                    period=DateRange(date(2025, 1, 1), None),
                    months=72,
                    months_with_children=300,
                    basis="A test",
                )
        yield People()


def grow_old(referral, years=7):
    as_owner(
        "UPDATE referrals_case SET last_activity_at = now() - %s * interval '1 year' WHERE id = %s",
        years,
        referral.case_id,
    )


def own_reference(referral, member):
    with unit_of_work(member.context):
        ours = Grant.objects.filter(agency=member.agency_id, revoked_at=None)
        return ours.get(case=referral.case_id).reference


@pytest.fixture
def old(house):
    """A case the police sent and the IDVA service closed, seven years ago. No children."""
    referral = given.a_taken_referral(
        house.officer,
        house.adviser,
        children=False,
        documents=given.somebody_else(house.officer),
    )
    referring.close(referral.reference, by=house.duty_manager, reason="planned")
    grow_old(referral)
    return referral
