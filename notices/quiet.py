"""Quiet: one message a person a window, however much is owed and however many workers send."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from notices.claiming import LEASE
from notices.models import Channel, Quiet


def window() -> timedelta:
    """How long nothing more is sent after a message."""
    return timedelta(seconds=settings.NOTICES_WINDOW)


# One statement, so that of two workers with a message for the same person one waits. In order of
# people, so that neither waits for the other.
_BEGIN: Final = """
INSERT INTO notices_quiet (user_id, channel, until)
SELECT person, %(channel)s, %(until)s
FROM unnest(%(people)s::bigint[], %(urgent)s::bool[]) AS asked (person, is_urgent)
WHERE is_urgent OR NOT EXISTS (
    SELECT 1 FROM notices_quiet
    WHERE user_id = person AND channel = %(channel)s AND until > %(at)s
)
ORDER BY person
ON CONFLICT (user_id, channel) DO UPDATE SET until = EXCLUDED.until
WHERE notices_quiet.until <= %(at)s OR notices_quiet.user_id = ANY (%(break_through)s)
RETURNING user_id
"""


def begin(channel: Channel, people: Mapping[int, bool], *, at: datetime) -> dict[int, datetime]:
    """Begin to send to people, of whom some are told what cannot wait.

    Returns those who are not to be sent anything yet, and until when.
    """
    if not people:
        return {}
    urgent = [person for person, cannot_wait in people.items() if cannot_wait]
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "people": list(people),
            "urgent": list(people.values()),
            "break_through": urgent,
        }
        cursor.execute(_BEGIN, {"channel": channel, "at": at, "until": at + LEASE, **asked})
        begun = {person for (person,) in cursor.fetchall()}
    waiting = Quiet.objects.filter(channel=channel, user__in=people.keys() - begun)
    return dict(waiting.values_list("user_id", "until"))


def keep(channel: Channel, people: Collection[int], *, until: datetime) -> None:
    """Keep quiet until then: the end of the window, or now, to lift it."""
    Quiet.objects.filter(channel=channel, user__in=people).update(until=until)
