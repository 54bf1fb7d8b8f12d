"""The week of visits: by day, by person, on paper, and in one's own calendar."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.accounts.test_step_up import grow_stale
from tests.live import look_around, page_of
from tests.portal import browsing
from tests.portal.test_duty_desk import a_referral
from visits import actions

PAGES = ("visits", "visits_team", "visits_print")
SECRETS = ("Zoë", "Nyström", "900461", "With a friend", "L3 1BY", "Harte")
UNFOLD = (b"\r\n ", b"")


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def booked(people, hours=3, **more):
    """A visit of the adviser's, so many hours from now; it knows its reference."""
    referral = a_referral(people)
    actions.take(referral.reference, by=people.adviser)
    starts_at = timezone.now() + timedelta(hours=hours)
    booking = actions.Booking(
        adviser=people.adviser,
        starts_at=starts_at,
        venue="our_office",
        outside_reason="she_asked",
        **more,
    )
    visit = actions.book(referral.reference, booking, by=people.adviser)
    visit.reference = referral.reference
    return visit


def week_of(visit, view="visits", **asked):
    on = timezone.localdate(visit.during.lower).isoformat()
    query = "&".join(f"{name}={value}" for name, value in {"week": on, **asked}.items())
    return f"{reverse(f'portal:{view}')}?{query}"


@pytest.mark.parametrize("view", PAGES)
def test_week_says_when_where_and_which_colleagues_go_and_never_to_whom(people, adviser, view):
    visit = booked(people, second_worker=people.second_adviser)

    said = adviser.get(week_of(visit, view)).content.decode()

    assert visit.reference in said
    assert "Visit, our office" in said
    assert "Adviser and Second Adviser" in said
    assert [word for word in SECRETS if word in said] == []


@pytest.mark.parametrize("view", PAGES)
def test_week_of_one_colleague_leaves_out_the_others(people, adviser, view):
    alone, together = booked(people), booked(people, 5, second_worker=people.second_adviser)
    hers = {"who": "second_adviser@example.org"}

    asked = [
        adviser.get(week_of(alone, view, **who)).content.decode()
        for who in ({}, {"who": "mine"}, hers, {"who": "nobody@example.org"})
    ]

    references = [visit.reference for visit in (alone, together)]
    if (
        timezone.localdate(together.during.lower).isocalendar()[1]
        == (timezone.localdate(alone.during.lower).isocalendar()[1])
    ):
        shown = [[reference in said for reference in references] for said in asked]
        assert shown == [[True, True], [True, True], [False, True], [True, True]]


@pytest.mark.parametrize("view", [*PAGES, "calendar"])
def test_week_is_for_who_visits(people, adviser, view):
    address = reverse(f"portal:{view}")

    assert adviser.get(address).status_code == 200
    for member in (people.officer, people.caseworker, people.administrator):
        assert sign_in(member).get(address).status_code == 403


@pytest.mark.parametrize("view", PAGES)
def test_week_is_empty_of_another_desks_visits(people, adviser, view):
    visit = booked(people)
    reference = visit.reference

    theirs = sign_in(people.wirral_adviser).get(week_of(visit, view)).content.decode()

    assert reference not in theirs
    assert reference in adviser.get(week_of(visit, view)).content.decode()


@pytest.mark.parametrize("view", PAGES)
def test_week_asks_the_same_number_of_questions_for_one_and_three(people, adviser, view):
    address = week_of(booked(people), view)
    adviser.get(address)
    with CaptureQueriesContext(connection) as one:
        adviser.get(address)
    for hours in (5, 7):
        booked(people, hours)

    with CaptureQueriesContext(connection) as three:
        adviser.get(address)

    assert len(three) == len(one)


def test_print_is_on_record_as_a_print(people, adviser):
    adviser.get(reverse("portal:visits_print"))

    with unit_of_work(people.adviser.context):
        assert AuditEntry.objects.filter(action="print.visits").count() == 1


def test_week_leads_to_the_weeks_before_and_after(adviser):
    page = adviser.get("/visits/?week=2026-03-29&who=mine").content.decode()

    assert "?week=2026-03-16&amp;who=adviser%40example.org" in page
    assert "?week=2026-03-30&amp;who=adviser%40example.org" in page
    assert adviser.get("/visits/?week=nonsense").status_code == 200


def switch_on(browser):
    """Switch the calendar on; the path of its secret address."""
    page = browser.post(reverse("portal:calendar_on")).content.decode()
    return page.partition('app-secret">http://testserver')[2].partition("<")[0]


def test_calendar_is_off_until_it_is_switched_on(adviser):
    assert "It is off." in adviser.get(reverse("portal:calendar")).content.decode()

    address = switch_on(adviser)

    assert address.startswith("/c/")
    assert Client().get(address).status_code == 200
    page = adviser.get(reverse("portal:calendar")).content.decode()
    assert "It is on" in page
    assert address not in page


def test_calendar_says_appointment_and_when_and_nothing_else(people, adviser):
    visit = booked(people, second_worker=people.second_adviser)

    answer = Client().get(switch_on(adviser))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, max-age=0"
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["CLASS"])) == ("Appointment", "PRIVATE")
    whole_seconds = [at.replace(microsecond=0) for at in (visit.during.lower, visit.during.upper)]
    assert [event.start, event.end] == whole_seconds
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert str(calendar["X-WR-CALNAME"]) == "Work"
    text = answer.content.replace(*UNFOLD).decode()
    told = (*SECRETS, visit.reference, "Liverpool", "Pierhead", str(visit.pk))
    assert [word for word in told if word in text] == []


def test_calendar_tells_an_entry_from_the_next_time_it_asks(people, adviser):
    booked(people)
    address = switch_on(adviser)

    uids = [
        [str(event["UID"]) for event in Calendar.from_ical(each.content).walk("VEVENT")]
        for each in (Client().get(address), Client().get(address))
    ]

    assert len(uids[0]) == 1
    assert uids[0] == uids[1]


def test_calendar_that_was_switched_off_is_as_absent_as_one_that_never_was(people, adviser):
    address = switch_on(adviser)
    assert Client().get(address).status_code == 200

    adviser.post(reverse("portal:calendar_off"))

    gone, never = Client().get(address), Client().get("/c/never-was.ics")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.content == never.content


def test_calendar_asks_for_a_fresh_code_before_it_shows_an_address(people, adviser):
    grow_stale(adviser, timedelta(minutes=6))

    asked = adviser.post(reverse("portal:calendar_on"))

    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    assert "It is off." in adviser.get(reverse("portal:calendar")).content.decode()


def test_calendar_ends_with_the_permission_to_visit(people, own_database):
    address = switch_on(sign_in(people.adviser))
    assert Client().get(address).status_code == 200

    with databases.owner(own_database) as owner:
        owner.execute(
            "UPDATE accounts_membership SET role = 'administrator' WHERE id = %s",
            [people.adviser.pk],
        )

    assert Client().get(address).status_code == 404


def test_asking_is_on_record_and_so_is_asking_in_vain(people, own_database):
    Client().get(switch_on(sign_in(people.adviser)))
    Client().get("/c/never-was.ics")

    with databases.as_owner(), unit_of_work(Context.migration()):
        asked = AuditEntry.objects.filter(action="calendar.ask").order_by("at")
        assert [each.decision for each in asked] == ["allowed", "refused"]


def test_week_is_open_to_everybody_at_every_width(people, chromium, site):
    visit = booked(people, second_worker=people.second_adviser)
    page = page_of(people.adviser, chromium, site)

    addresses = [week_of(visit, each) for each in PAGES]
    look_around(page, [*addresses, reverse("portal:calendar")], "visits")
    page.set_viewport_size({"width": 390, "height": 900})
    page.get_by_role("button", name="Switch it on").click()

    assert "Your calendar’s address" in page.title()
    assert (browsing.barriers(page), browsing.sideways(page)) == ([], 0)
