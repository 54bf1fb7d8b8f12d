"""Delivery: one neutral letter to each person who is owed something.

What happened is on the screen, behind the sign-in; the letter says only that there is something.
No network call happens inside a transaction: claim and commit, send, settle and commit. A worker
killed between the last two sends again (SMTP has no way to ask), so a letter carries a Message-ID
made of its first notice's id, by which mail systems know the copy.
"""

import logging
import smtplib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import Enum, auto
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import Membership
from notices.claiming import LEASE, Parking, claim, give_back, park, put_off
from notices.clock import Clock, database_now
from notices.models import Notice, NoticeQuerySet
from tenancy.context import Context
from tenancy.work import unit_of_work

SUBJECT: Final = "New task in your work system"
BODY: Final = "Sign in to see it."
BITE: Final = 50
MOST_IN_A_LETTER: Final = 1000
LATEST_START: Final = LEASE / 3  # a letter begun later might outlast the lease
_THE_LETTERS_FAULT: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
logger = logging.getLogger(__name__)


class Round(NamedTuple):
    """What one bite came to, and whether taking another makes sense."""

    settled: int
    goes_on: bool


class Outcome(Enum):
    """What became of a letter."""

    SENT = auto()
    REFUSED = auto()  # this one did not go
    AWAY = auto()  # none would go at present


@dataclass(frozen=True)
class Letter:
    """One person's letter, for all that is owed to them; the oldest notice first."""

    address: str
    notices: tuple[Notice, ...]

    @property
    def rows(self) -> NoticeQuerySet:
        """Its notices, as they are now."""
        return Notice.objects.filter(pk__in=[notice.pk for notice in self.notices])


def deliver(notice_ids: Collection[str]) -> int:
    """Deliver these notices unless somebody does or did; how many were settled."""
    with unit_of_work(Context.system()):
        at = database_now()
    return _deliver(Notice.objects.unsent().filter(pk__in=notice_ids), at).settled


def deliver_due(*, at: datetime) -> Round:
    """Deliver a bite of what is due."""
    return _deliver(Notice.objects.unsent(), at)


def _deliver(unsent: NoticeQuerySet, at: datetime) -> Round:
    clock, settled = Clock(at), 0
    with unit_of_work(Context.system()):
        taken = _take(unsent, at)
        letters = _letters(taken, at)
    for nth, letter in enumerate(letters):
        if nth and clock.elapsed > LATEST_START:
            _give_back(letters[nth:])
            break
        outcome = _send(letter)
        _settle(letter, outcome, at=clock.now)
        settled += len(letter.notices)
        if outcome is Outcome.AWAY:
            _give_back(letters[nth + 1 :])
            return Round(settled, goes_on=False)
    return Round(settled, goes_on=bool(taken))


def _take(unsent: NoticeQuerySet, at: datetime) -> list[Notice]:
    """A bite, and what else its people are owed, so that it goes into the same letters."""
    taken = _rows(claim(unsent, at=at, limit=BITE))
    if taken and not any(notice.crashes for notice in taken):
        memberships = Membership.objects.filter(notices__in=taken)
        theirs = Membership.objects.filter(user__in=memberships.values("user"))
        sound = Notice.objects.unsent().filter(recipient__in=theirs, crashes=0, lease_until=None)
        taken += _rows(claim(sound, at=at, limit=MOST_IN_A_LETTER))
    return taken


def _rows(pks: list[UUID]) -> list[Notice]:
    return list(Notice.objects.filter(pk__in=pks).order_by("created_at", "pk"))


def _letters(notices: Iterable[Notice], at: datetime) -> list[Letter]:
    """One letter an address; what is owed to people who have left is parked."""
    members = Membership.objects.current().filter(notices__in=notices)
    addresses = dict(members.values_list("pk", "user__email"))
    owed: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        if address := addresses.get(notice.recipient_id):
            owed[address].append(notice)
        else:
            park(notice, at=at, why=Parking.LEFT)
    return [Letter(address, tuple(notices)) for address, notices in owed.items()]


def _send(letter: Letter) -> Outcome:
    """Hand the letter to the mail server. Errors are named only: their texts hold addresses."""
    try:
        _message(letter).send()
    except _THE_LETTERS_FAULT as error:
        logger.warning("A letter was refused: %s.", type(error).__name__)
        return Outcome.REFUSED
    except OSError as error:
        logger.warning("The mail server is away: %s.", type(error).__name__)
        return Outcome.AWAY
    except Exception as error:  # noqa: BLE001 -- one bad letter must not hold up the others
        logger.error("A letter could not be written: %s.", type(error).__name__)  # noqa: TRY400
        return Outcome.REFUSED
    return Outcome.SENT


def _message(letter: Letter) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<{letter.notices[0].pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(SUBJECT, BODY, to=[letter.address], headers=headers)


def _settle(letter: Letter, outcome: Outcome, *, at: datetime) -> None:
    with unit_of_work(Context.system()):
        if outcome is Outcome.SENT:
            letter.rows.update(sent_at=at, lease_until=None, parked_at=None, parked_for="")
            return
        for notice in letter.rows.unsent().select_for_update().order_by("pk"):
            put_off(notice, at=at)


def _give_back(letters: Iterable[Letter]) -> None:
    with unit_of_work(Context.system()):
        for letter in letters:
            give_back(letter.rows.unsent())
