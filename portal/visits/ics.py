"""A member's taken times as a calendar. It goes to calendar companies and lock screens, so an
entry says "Appointment" and when, and nothing in it leads back to anybody."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from visits.models import CalendarFeed, Visit

NAME, TITLE = "Work", "Appointment"
ASK_AGAIN = timedelta(minutes=15)


def calendar_of(feed: CalendarFeed, visits: Iterable[Visit], *, now: datetime) -> bytes:
    """The calendar's bytes (RFC 5545, with the refresh hint of RFC 7986)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Work//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for visit in visits:
        calendar.add_component(_event(feed, visit, now))
    return bytes(calendar.to_ical())


def _event(feed: CalendarFeed, visit: Visit, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(uuid.uuid5(feed.pk, str(visit.pk))))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", visit.during.lower.astimezone(UTC))
    event.add("dtend", visit.during.upper.astimezone(UTC))
    event.add("summary", TITLE)
    event.add("class", "PRIVATE")
    return event
