"""Dates and times as people in the UK write them: 7:42am, midday, Sat 21 November."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def time_of_day(at: datetime) -> str:
    """`7:42am`, `5pm`, `midday`, `midnight`, on the clock in Liverpool."""
    local = timezone.localtime(at)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004 -- noon


def day(on: date) -> str:
    """`21 November 2026`; an instant is taken as its day in Liverpool."""
    on = timezone.localtime(on) if isinstance(on, datetime) else on
    return f"{on.day} {on:%B %Y}"


def weekday(at: datetime) -> str:
    """`Sat`."""
    return f"{timezone.localtime(at):%a}"


def day_and_time(at: datetime, *, now: datetime) -> str:
    """`today at 7:42am`, `21 November at 5pm`; with the year when it is another."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    near = {
        today: "today",
        today - timedelta(days=1): "yesterday",
        today + timedelta(days=1): "tomorrow",
    }
    year = "" if local.year == today.year else f" {local.year}"
    spoken = near.get(local.date(), f"{local.day} {local:%B}{year}")
    return f"{spoken} at {time_of_day(at)}"


def capitalised(words: str) -> str:
    """The same words at the start of a line: `Today at 7:42am`."""
    return words[:1].upper() + words[1:]
