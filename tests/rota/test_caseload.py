"""What each adviser carries, beside what one can carry."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.rota import wording
from rota.caseload import Caseload, caseloads
from tenancy.work import unit_of_work
from tests import databases, given
from tests.rota.conftest import WEEKDAYS, a_pattern, on_the_clock

YEAR = timedelta(days=365)


def joined(member, days_ago):
    """Let somebody have joined so many days ago."""
    with databases.owner(databases.current()) as connection_:
        connection_.execute(
            "UPDATE accounts_membership SET started_at = %s WHERE id = %s",
            [on_the_clock(timezone.localdate() - timedelta(days=days_ago), 12), member.pk],
        )


def load_of(member, at=None):
    with unit_of_work(member.context):
        return caseloads(member.agency_id, at or timezone.now())[member.pk]


def test_caseload_counts_what_is_open_and_what_was_taken(people):
    adviser = people.adviser
    for _ in range(2):
        given.a_taken_referral(people.officer, adviser)
    given.a_sent_referral(people.officer)

    load, colleagues = load_of(adviser), load_of(people.second_adviser)

    assert (load.open_now, load.taken) == (2, 2)
    assert (colleagues.open_now, colleagues.taken) == (0, 0)


def test_what_was_taken_more_than_a_year_ago_is_open_and_no_longer_counted(people):
    given.a_taken_referral(people.officer, people.adviser)

    load = load_of(people.adviser, at=timezone.now() + YEAR + timedelta(days=1))

    assert (load.open_now, load.taken) == (1, 0)


@pytest.mark.parametrize(
    ("days_ago", "share", "expected"),
    [
        (800, 100, (60, 80, 365)),
        (800, 50, (30, 40, 365)),
        (73, 100, (12, 16, 73)),
        (73, 50, (6, 8, 73)),
    ],
)
def test_what_is_recommended_goes_by_share_and_joining(
    own_database, people, days_ago, share, expected
):
    adviser = people.adviser
    joined(adviser, days_ago)
    a_pattern(adviser, WEEKDAYS, starts_on=timezone.localdate() - timedelta(days=20), share=share)

    load = load_of(adviser)

    assert (load.fewest, load.most, load.days) == expected


def test_a_share_that_changed_counts_for_its_own_time(own_database, people):
    adviser, today = people.adviser, timezone.localdate()
    joined(adviser, 800)
    half_way = today - timedelta(days=182)
    a_pattern(adviser, WEEKDAYS, starts_on=date(2020, 1, 1), ends_before=half_way, share=50)
    a_pattern(adviser, WEEKDAYS, starts_on=half_way, share=100)

    load = load_of(adviser)

    assert (load.fewest, load.most) == (45, 60)


def a_load(taken, fewest=60, most=80, days=365):
    return Caseload(5, taken, fewest, most, days)


def test_caseload_is_said_in_words():
    assert wording.caseload(a_load(52)) == (
        "52 in the last 12 months; 60 to 80 a year is recommended"
    )
    assert wording.caseload(a_load(81)) == (
        "81 in the last 12 months; 60 to 80 a year is recommended: more than recommended"
    )
    assert wording.caseload(a_load(30, 30, 40)) == (
        "30 in the last 12 months; 30 to 40 is recommended for their hours and time here"
    )
    assert wording.caseload(a_load(9, 1, 2, 10)) == "9 since joining, less than four weeks ago"


def test_caseloads_cost_the_same_queries_however_many_cases(people):
    def queries():
        with unit_of_work(people.adviser.context), CaptureQueriesContext(connection) as asked:
            caseloads(people.adviser.agency_id, timezone.now())
        return len(asked)

    none = queries()
    for adviser in (people.adviser, people.second_adviser):
        given.a_taken_referral(people.officer, adviser)
        a_pattern(adviser)

    assert queries() == none
