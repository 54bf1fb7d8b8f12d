"""Posting: how what is owed to people goes out on a channel, one message a person.

No network call happens inside a transaction: claim and commit, send, settle and commit. A worker
killed in between leaves a lease on the rows and on the person, which runs out.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import Membership
from notices import quiet
from notices.claiming import LEASE, claim, claim_along, give_back, put_off
from notices.clock import Clock
from notices.models import Channel, Notice, Text
from tenancy.context import Context
from tenancy.work import unit_of_work

BITE: Final = 50
MOST_IN_A_MESSAGE: Final = 1000
LATEST_START: Final = LEASE / 3  # a message begun later might outlast the lease
Owed = Notice | Text
logger = logging.getLogger(__name__)


class Round(NamedTuple):
    """What one bite came to, and whether taking another makes sense."""

    settled: int
    goes_on: bool


class Outcome(Enum):
    """What became of a message."""

    SENT = auto()
    REFUSED = auto()  # this one did not go
    AWAY = auto()  # none would go at present


class Place(NamedTuple):
    """Where a person is reached."""

    user_id: int
    address: str


@dataclass(frozen=True)
class Message:
    """One person's message, for all that is owed to them; the oldest first."""

    to: Place
    begun_at: datetime
    owed: list[Any] = field(default_factory=list)

    @property
    def pks(self) -> list[UUID]:
        """The rows it settles."""
        return [row.pk for row in self.owed]

    @property
    def is_urgent(self) -> bool:
        """Whether any of it cannot wait."""
        return any(row.is_urgent for row in self.owed)


@dataclass(frozen=True)
class Post:
    """A channel: its rows, where people are reached on it, and how a message is handed over.

    ``unreachable`` settles what is owed to whom no message can go; ``failed`` looks after people
    whose message did not.
    """

    channel: Channel
    every: Callable[[], QuerySet[Any]]
    unsent: Callable[[], QuerySet[Any]]
    places: Callable[[Collection[int]], dict[int, Place]]
    hand_over: Callable[[Message], None]
    refusals: tuple[type[Exception], ...]
    unreachable: Callable[[Sequence[Any], datetime], None]
    failed: Callable[[Sequence[Message], datetime], None]

    def rows(self, pks: Collection[UUID]) -> QuerySet[Any]:
        """Those of these that are still to be sent."""
        return self.unsent().filter(pk__in=pks)


def post(by: Post, unsent: QuerySet[Any], at: datetime) -> Round:
    """Send a bite of ``unsent``; what its people are owed besides goes into the same messages."""
    clock, settled = Clock(at), 0
    with unit_of_work(Context.system()):
        taken = _take(by, unsent, at)
        messages = _not_held_back(by, _messages(by, taken, at), at)
    for nth, message in enumerate(messages):
        if nth and clock.elapsed > LATEST_START:
            _give_back(by, messages[nth:], at)
            break
        outcome = _send(by, message)
        _settle(by, message, outcome, at=clock.now)
        settled += len(message.owed)
        if outcome is Outcome.AWAY:
            _give_back(by, messages[nth + 1 :], at)
            _look_after(by, messages[nth:], clock.now)
            return Round(settled, goes_on=False)
    return Round(settled, goes_on=bool(taken))


def _take(by: Post, unsent: QuerySet[Any], at: datetime) -> list[Any]:
    """A bite, and what else its people are owed. Where a worker died it is one person's alone."""
    taken = _rows(by, claim(unsent, at=at, limit=BITE))
    if not taken:
        return []
    users = Membership.objects.filter(pk__in=[row.recipient_id for row in taken]).values("user")
    theirs = by.unsent().filter(recipient__in=Membership.objects.filter(user__in=users))
    if not any(row.crashes for row in taken):
        theirs = theirs.filter(crashes=0, lease_until=None)
    return taken + _rows(by, claim_along(theirs, at=at, limit=MOST_IN_A_MESSAGE))


def _rows(by: Post, pks: Collection[UUID]) -> list[Any]:
    return list(by.rows(pks).order_by("created_at", "pk"))


def _messages(by: Post, owed: Sequence[Any], at: datetime) -> list[Message]:
    places = by.places({row.recipient_id for row in owed})
    to: dict[int, Message] = {}
    nowhere = []
    for row in owed:
        if place := places.get(row.recipient_id):
            to.setdefault(place.user_id, Message(place, at)).owed.append(row)
        else:
            nowhere.append(row)
    by.unreachable(nowhere, at)
    return list(to.values())


def _not_held_back(by: Post, messages: Sequence[Message], at: datetime) -> list[Message]:
    """The messages that may go now; what has to wait for the end of its window is put back."""
    asked = {message.to.user_id: message.is_urgent for message in messages}
    waiting = quiet.begin(by.channel, asked, at=at)
    held: dict[datetime, list[UUID]] = defaultdict(list)
    for message in messages:
        if until := waiting.get(message.to.user_id):
            held[until] += message.pks
    for until, pks in held.items():
        by.rows(pks).update(lease_until=None, attempts=F("attempts") - 1, available_at=until)
    return [message for message in messages if message.to.user_id not in waiting]


def _send(by: Post, message: Message) -> Outcome:
    """Hand a message over. Errors are named only: their texts hold addresses and numbers."""
    try:
        by.hand_over(message)
    except by.refusals as error:
        logger.warning("A %s was refused: %s.", by.channel, type(error).__name__)
        return Outcome.REFUSED
    except OSError as error:
        logger.warning("No %s can go at present: %s.", by.channel, type(error).__name__)
        return Outcome.AWAY
    except Exception as error:  # noqa: BLE001 -- one bad message must not hold up the others
        name = type(error).__name__
        logger.error("A %s could not be written: %s.", by.channel, name)  # noqa: TRY400
        return Outcome.REFUSED
    return Outcome.SENT


def _settle(by: Post, message: Message, outcome: Outcome, *, at: datetime) -> None:
    sent = outcome is Outcome.SENT
    with unit_of_work(Context.system()):
        if sent:
            _settle_sent(by, message, at)
        else:
            for row in by.rows(message.pks).select_for_update().order_by("pk"):
                put_off(row, at=at)
        # After the rows: a worker that has some of them locked may be asking whether it is quiet.
        quiet.keep(by.channel, [message.to.user_id], until=at + quiet.window() if sent else at)
    if outcome is Outcome.REFUSED:
        _look_after(by, [message], at)


def _settle_sent(by: Post, message: Message, at: datetime) -> None:
    """It has told of everything its person was owed by then, also of what it did not hold."""
    settled = {"sent_at": at, "lease_until": None, "parked_at": None, "parked_for": ""}
    by.every().filter(pk__in=message.pks).update(**settled)
    besides = by.unsent().filter(recipient__user=message.to.user_id, lease_until=None)
    besides.filter(created_at__lte=message.begun_at).update(**settled)


def _give_back(by: Post, messages: Sequence[Message], at: datetime) -> None:
    with unit_of_work(Context.system()):
        quiet.keep(by.channel, [message.to.user_id for message in messages], until=at)
        for message in messages:
            give_back(by.rows(message.pks))


def _look_after(by: Post, messages: Sequence[Message], at: datetime) -> None:
    with unit_of_work(Context.system()):
        by.failed(messages, at)


def recipients(owed: Iterable[Owed]) -> set[int]:
    """Whose these are."""
    return {row.recipient_id for row in owed}
