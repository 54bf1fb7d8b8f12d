"""What the tests of the MARAC share: a taken case, a meeting, and a case on its list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Agency
from marac import actions
from marac.models import Listing, MaracReferral, Meeting
from marac.sweeping import sweep
from notices.models import Notice
from referrals.models import Referral
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.world import LIVERPOOL, People
from visits.sweeping import sweep as ladder_sweep

JUDGEMENT = "She says he will find her whatever the court orders."


def details(**changes: Any) -> actions.MaracDetails:
    """High risk is visible, and she agreed."""
    agreed = given.consent(compartments=["identity", "contact", "risk"])
    said: dict[str, Any] = {"consent": agreed, "grounds": ["visible_high_risk"], "knows": "yes"}
    return actions.MaracDetails(**{**said, **changes})


def plan(people: People, days: int = 7, area_code: str = LIVERPOOL) -> Meeting:
    """A meeting in some days; Liverpool's IDVA service and the police are invited."""
    held_at = datetime.now(UTC) + timedelta(days=days)
    planned = actions.PlannedMeeting(
        area_code=area_code,
        held_at=held_at,
        closes_at=held_at - timedelta(days=1),
        invited=Agency.objects.filter(code__in=["liverpool-idva", "merseyside-police"]),
    )
    return actions.plan(planned, by=people.coordinator)


def take_on(people: People, marac: MaracReferral, meeting: Meeting) -> Listing:
    """The coordinator takes a case onto a meeting's list."""
    reference = marac.referral.reference
    return actions.take_on(reference, meeting.area_code, meeting.held_on, by=people.coordinator)


@pytest.fixture
def taken(people: People) -> Referral:
    """A police referral that Liverpool's adviser has taken."""
    return given.a_taken_referral(people.officer, people.adviser)


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Liverpool's meeting in a week."""
    return plan(people)


@pytest.fixture
def referred(people: People, taken: Referral) -> MaracReferral:
    """The adviser's case, referred to the MARAC; nobody has taken it on."""
    return actions.refer(taken.reference, details(), by=people.adviser)


@pytest.fixture
def listed(people: People, referred: MaracReferral, meeting: Meeting) -> Listing:
    """The adviser's case, on the list."""
    return take_on(people, referred, meeting)


@pytest.fixture
def swept(own_database: str) -> Callable[[datetime], None]:
    """Sweep as the worker does at an instant: first the MARAC, then the ladders."""

    def sweep_at(at: datetime) -> None:
        with databases.signed_in_as(databases.WORKER):
            sweep(at)
            ladder_sweep(at)

    return sweep_at


@pytest.fixture
def woken(own_database: str) -> Callable[[], list[tuple[str, str]]]:
    """Who was woken about what by the MARAC's rungs, so far."""

    def found() -> list[tuple[str, str]]:
        with databases.signed_in_as(databases.WORKER), unit_of_work(Context.system()):
            notices = Notice.objects.filter(kind__startswith="marac.")
            return sorted(notices.values_list("kind", "recipient__user__email"))

    return found
