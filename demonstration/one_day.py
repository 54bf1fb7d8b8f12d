"""One case of today, step by step, up to where a scene wants it."""

from datetime import datetime, timedelta
from typing import Any, Final

from accounts.models import Membership
from accounts.roles import Role
from demonstration import moves
from demonstration.casebook import Casebook
from demonstration.following import attempt, book_visit, end_visit
from demonstration.lives import Person
from demonstration.risk import reassess
from demonstration.stories import Tale, after_visit, send
from demonstration.words import NOTES
from directory.contact import AttemptOutcome, DirectContact, VisitOutcome
from directory.safe_times import LONDON, SafeTime, windows_of

TaleOf = tuple[Casebook, int, Person]
OFFICE_HOURS: Final = range(9, 18)


class Today:
    """One case of today, before it is told: her police visit ended so long before it falls due."""

    def __init__(self, tale_of: TaleOf) -> None:
        self.tale_of = tale_of
        self.book = tale_of[0]
        self.now = self.book.now

    def sent(self, due_in: float, *, mine: bool = False, **facts: Any) -> Tale:
        """Sent by the police, and due in so many minutes."""
        tale = self.drafted(due_in, mine=mine, **facts)
        send(tale)
        return tale

    def drafted(self, due_in: float, *, mine: bool = False, **facts: Any) -> Tale:
        """Written after a police visit, and not sent."""
        given: dict[str, Any] = {
            "contact": DirectContact.ALLOWED,
            "safe_windows": windows_of([SafeTime.ANY_TIME]),
        }
        ended_at = self.now + timedelta(minutes=due_in) - timedelta(hours=24)
        sent_after = min(timedelta(minutes=35), (self.now - ended_at) / 2)
        officer = self.book.world.who("merseyside-police", Role.OFFICER)[0] if mine else None
        return after_visit(
            self.tale_of, ended_at, officer=officer, sent_after=sent_after, **{**given, **facts}
        )

    def taken(
        self, due_in: float, *, adviser: int = 0, assign: bool = True, **facts: Any
    ) -> tuple[Tale, Membership, datetime]:
        """Taken by an adviser of the desk some time ago."""
        tale = self.sent(due_in, **facts)
        by = self.advisers(tale)[adviser]
        at = tale.referral.created_at + (self.now - tale.referral.created_at) / 3
        moves.accept(self.book, tale.referral, by, at, assign=assign)
        return tale, by, at

    def visited(self, due_in: float, **facts: Any) -> tuple[Tale, Membership, datetime]:
        """Visited within the day; the follow-up is met."""
        tale, by, at = self.taken(due_in, **facts)
        assert tale.follow is not None  # noqa: S101 -- the police were there
        step = (self.now - at) / 6
        attempt(tale.follow, by, at + step, AttemptOutcome.SPOKE)
        visit = book_visit(tale.follow, [by], at + 2 * step, at + step)
        end_visit(tale.follow, visit, VisitOutcome.DONE, at + 3 * step)
        self.book.note(by, at + 3 * step, tale.dice.choice(NOTES))
        reassess(tale, by, at + 3 * step)
        return tale, by, at + 3 * step

    def advisers(self, tale: Tale) -> list[Membership]:
        """Who visits for the desk, in order of joining."""
        return self.book.world.who(tale.desk, Role.ADVISER, Role.COORDINATOR)

    def hour(self, number: int) -> datetime:
        """The so-manieth office hour from now on, so that nobody is booked twice."""
        at = self.now.astimezone(LONDON).replace(minute=0, second=0, microsecond=0)
        while number >= 0:
            at += timedelta(hours=1)
            number -= at.hour in OFFICE_HOURS
        return at
