"""What a case asks to be done first, and under which headings the rest stands."""

import re
from datetime import UTC, datetime, timedelta

from django.urls import reverse

from tests import given
from tests.accounts.signing_in import sign_in
from visits import actions
from visits.actions.booking import Booking
from visits.actions.changing import Change


def tried(people, taken, outcome):
    attempt = actions.Attempt(channel="phone_call", outcome=outcome, at=datetime.now(UTC))
    actions.record_attempt(taken.reference, attempt, by=people.adviser)


def booked(people, taken, hours, venue="home"):
    starts_at = datetime.now(UTC) + timedelta(hours=hours)
    booking = Booking(adviser=people.adviser, starts_at=starts_at, outside_reason="she_asked")
    actions.book(taken.reference, booking, by=people.adviser)


def page_of(member, taken):
    return sign_in(member).get(reverse("portal:case", args=[taken.reference])).content.decode()


def first_of(member, taken):
    found = re.search(r'app-first"[^>]*>([^<]+)<', page_of(member, taken))
    return found and found[1]


def groups_of(member, taken):
    """By heading, the links below it."""
    pieces = page_of(member, taken).split('app-deeds__heading">')[1:]
    lists = [(piece.partition("<")[0], piece.partition("</ul>")[0]) for piece in pieces]
    return {heading: re.findall(r">([^<>\n]+)</a>", links) for heading, links in lists}


def test_not_reached_is_to_be_called_first(people, taken):
    assert first_of(people.adviser, taken) == "I am about to call"


def test_service_that_took_it_on_calls_first_too(people, taken):
    child = given.an_onward_referral(taken, people.adviser, "rowan")
    given.accepted(child, people.caseworker)

    assert first_of(people.caseworker, child) == "I am about to call"


def test_held_contact_asks_for_a_safe_way_first(people, taken):
    tried(people, taken, "somebody_else_answered")

    assert first_of(people.adviser, taken) == "How to be in touch safely"
    assert "I am about to call" not in page_of(people.adviser, taken)


def test_reached_is_to_be_visited(people, taken):
    tried(people, taken, "spoke")

    assert first_of(people.adviser, taken) == "Book a visit"


def test_visit_soon_is_to_be_checked_before_anything_else(people, taken):
    booked(people, taken, 3)

    assert first_of(people.adviser, taken) == "Check before the visit"


def test_visit_later_than_today_leaves_them_to_be_reached(people, taken):
    booked(people, taken, 20)

    assert first_of(people.adviser, taken) == "I am about to call"


def test_release_comes_before_everything(people, taken):
    change = Change(kind="released_on_bail", happened_at=datetime.now(UTC))
    actions.report_change(taken.reference, change, by=people.officer)

    assert first_of(people.adviser, taken) == "Deal with what changed"
    assert "I am about to call" not in page_of(people.adviser, taken)


def test_rest_stands_under_its_heading_and_the_first_is_not_repeated(people, taken):
    assert groups_of(people.adviser, taken) == {
        "Reach them": ["Record contact", "How to be in touch safely"],
        "Visit": ["Book a visit", "What the visit needs"],
        "Refer on": ["Refer to a service", "Refer to MARAC", "Transfer to another area"],
        "Record": ["Assess the risk", "Add a note", "Add a document"],
        "End": ["Close"],
    }


def test_manager_finds_what_managers_do_where_it_belongs(people, taken):
    groups = groups_of(people.duty_manager, taken)

    assert groups["Visit"][-1] == "Who must not visit"
    assert groups["Refer on"][-1] == "Give to a colleague"


def test_closed_case_offers_nothing(people, taken):
    tried(people, taken, "spoke")
    actions.record_outcome(taken.reference, outcome="done", by=people.adviser)
    actions.close(taken.reference, reason="planned", by=people.adviser)

    assert first_of(people.adviser, taken) is None
    assert groups_of(people.adviser, taken) == {}
    assert "Nothing: this referral is “Closed”." in page_of(people.adviser, taken)
