"""The calendar's feed: whose secret it is, and what it may tell."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import AuditEntry
from tenancy.work import unit_of_work
from tests import databases
from tests.visits.conftest import refer
from visits import actions
from visits.calendar import close_feed, feed_of, open_feed, taken_times
from visits.models import CalendarFeed


def book(people, starts_at, **more):
    """A booked visit of the adviser's, on a case of its own."""
    referral = refer(people)
    actions.take(referral.reference, by=people.adviser)
    booking = actions.Booking(
        adviser=people.adviser, starts_at=starts_at, outside_reason="she_asked", **more
    )
    return actions.book(referral.reference, booking, by=people.adviser)


def test_open_feed_gives_a_secret_that_is_kept_nowhere(people):
    secret = open_feed(by=people.adviser)

    feed = feed_of(secret)
    assert feed.membership == people.adviser
    assert secret not in str(CalendarFeed.objects.values())
    assert feed_of(secret[:-1]) is None


def test_open_feed_again_ends_the_one_before(people):
    first = open_feed(by=people.adviser)
    second = open_feed(by=people.adviser)

    assert feed_of(first) is None
    assert feed_of(second).membership == people.adviser


def test_close_feed_ends_it_and_nobody_elses(people):
    mine, hers = open_feed(by=people.adviser), open_feed(by=people.second_adviser)

    close_feed(by=people.adviser)

    assert feed_of(mine) is None
    assert feed_of(hers).membership == people.second_adviser


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE accounts_membership SET ended_at = now() WHERE id = {membership}",
        "UPDATE accounts_user SET is_active = false WHERE id = {user}",
        "UPDATE accounts_agency SET is_active = false WHERE id = {agency}",
    ],
)
def test_feed_of_somebody_who_has_left_is_none(people, own_database, ending):
    secret = open_feed(by=people.adviser)
    assert feed_of(secret) is not None
    adviser = people.adviser
    facts = {"membership": adviser.pk, "user": adviser.user_id, "agency": adviser.agency_id}

    with databases.owner(own_database) as owner:
        owner.execute(ending.format(**facts))

    assert feed_of(secret) is None


def test_taken_times_are_those_on_which_the_member_goes(people):
    starts_at = datetime.now(UTC) + timedelta(hours=3)
    hers = book(people, starts_at, second_worker=people.second_adviser)
    mine = book(people, starts_at + timedelta(hours=2))
    cancelled = book(people, starts_at + timedelta(hours=4))
    with unit_of_work(people.adviser.context):
        reference = cancelled.follow_up.referral.reference
    actions.cancel(reference, by=people.adviser, reason="she_asked")
    feeds = [feed_of(open_feed(by=who)) for who in (people.adviser, people.second_adviser)]

    with unit_of_work(people.adviser.context):
        found = [list(taken_times(feed, now=datetime.now(UTC))) for feed in feeds]

    assert found == [[hers, mine], [hers]]


@pytest.mark.parametrize(
    ("days", "is_told"), [(-8, False), (-6, True), (0, True), (59, True), (61, False)]
)
def test_taken_times_reach_a_week_back_and_two_months_ahead(people, days, is_told):
    visit = book(people, datetime.now(UTC) + timedelta(hours=3))
    feed = feed_of(open_feed(by=people.adviser))

    with unit_of_work(people.adviser.context):
        seen_from = visit.during.lower - timedelta(days=days)
        found = list(taken_times(feed, now=seen_from))

    assert found == ([visit] if is_told else [])


def test_opening_and_closing_are_on_record(people):
    open_feed(by=people.adviser)
    close_feed(by=people.adviser)

    with unit_of_work(people.adviser.context):
        done = list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))
    assert done == ["calendar.open", "calendar.close"]
