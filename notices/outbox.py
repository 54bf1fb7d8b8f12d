"""The outbox: what an action owes to be told is a row of the action's own transaction."""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from django.db import transaction

from accounts.models import Membership
from notices.models import Notice
from notices.tasks import deliver_notices

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
    if notices:
        ids = [str(notice.pk) for notice in notices[:MOST_IN_A_NUDGE]]
        transaction.on_commit(partial(_nudge, ids), robust=True)


def _nudge(ids: Sequence[str]) -> None:
    try:
        deliver_notices.apply_async(kwargs={"notice_ids": ids}, retry=False)
    except deliver_notices.OperationalError as error:
        logger.warning("No nudge for %d notices, the sweep will find them: %s", len(ids), error)
