"""The outbox: what an action owes to be told is a row of the action's own transaction."""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import transaction

from accounts.models import Membership
from notices.kinds import is_urgent
from notices.models import Notice, Text
from notices.tasks import deliver_due, deliver_notices
from tenancy.work import Work, current_work

MOST_IN_A_NUDGE: Final = 100
logger = logging.getLogger(__name__)


def owe(recipients: Iterable[Membership], *, kind: str, reference: str, dedupe: str) -> None:
    """Owe each person a notice, kept or lost with the caller's transaction; twice is once.

    ``kind`` and ``reference`` are codes, and ``dedupe`` names the event (``"PH-…:accepted:7"``).
    Systems are passed over: they ask for themselves. After the commit a worker is nudged; with
    Redis away the next sweep finds the rows.
    """
    people = {member.pk: member for member in recipients if not member.is_client}
    notices = [
        Notice(
            recipient=member,
            agency_id=member.agency_id,
            kind=kind,
            reference=reference,
            dedupe=f"{dedupe}:{member.pk}",
        )
        for member in people.values()
    ]
    # Without a conflict target and without RETURNING: the asker may not read another agency's rows.
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if is_urgent(kind):
        _owe_texts(notices)
    if notices:
        unrung = _unrung()
        unrung.extend(str(notice.pk) for notice in notices)
        transaction.on_commit(lambda: _ring(unrung), robust=True)


def _owe_texts(notices: Sequence[Notice]) -> None:
    """What cannot wait is texted too. Who has agreed to that, the worker finds out."""
    texts = [
        Text(
            recipient_id=notice.recipient_id,
            agency_id=notice.agency_id,
            is_urgent=True,
            dedupe=notice.dedupe,
        )
        for notice in notices
    ]
    Text.objects.bulk_create(texts, ignore_conflicts=True)
    transaction.on_commit(_ring_for_all, robust=True)


def _ring_for_all() -> None:
    doorbell.ring_for_all()


_UNRUNG: Final[WeakKeyDictionary[Work, list[str]]] = WeakKeyDictionary()


def _unrung() -> list[str]:
    """What the open work owes so far. Some of it may yet be undone, which does no harm."""
    work = current_work()
    return [] if work is None else _UNRUNG.setdefault(work, [])


def _ring(unrung: list[str]) -> None:
    """Ring for all of a work's notices at its first commit hook; the later ones find none."""
    while unrung:
        bite, unrung[:MOST_IN_A_NUDGE] = unrung[:MOST_IN_A_NUDGE], []
        doorbell.ring(bite)


class Doorbell:
    """Rings for a worker. After a ring that failed it keeps still for a while, because a Redis
    that does not answer costs each ring a second, and those seconds are somebody's.
    """

    KEEPS_STILL: Final = 10.0

    def __init__(self) -> None:
        self._still_until = 0.0

    def ring(self, notice_ids: Sequence[str]) -> None:
        """Ask for the delivery of these notices; never raises, for the sweep will find them."""
        self._ask(deliver_notices, notice_ids=notice_ids)

    def ring_for_all(self) -> None:
        """Ask for everything that is due, letters and texts; never raises, likewise."""
        self._ask(deliver_due)

    def _ask(self, task: Any, **words: object) -> None:
        if time.monotonic() < self._still_until:
            return
        try:
            task.apply_async(kwargs=words, retry=False)
        except task.OperationalError as error:
            self._still_until = time.monotonic() + self.KEEPS_STILL
            logger.warning("No nudge, the sweep will find what is owed: %s", error)


doorbell = Doorbell()
