"""The one way to a colleague's rota: theirs to keep, of somebody who is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from referrals.errors import NotWellFormed, ReferralError
from rota.duty import advisers
from rota.models import LONGEST, SHORTEST
from rota.policy import may_keep
from tenancy.work import unit_of_work

FURTHEST_BACK: Final = timedelta(days=366)
FURTHEST_AHEAD: Final = timedelta(days=2 * 366)


class Keeping(NamedTuple):
    """A colleague whose rota is in hand, and the one moment of the act."""

    person: Membership
    agency_id: int
    at: datetime

    @property
    def today(self) -> date:
        """The day in Liverpool."""
        return timezone.localdate(self.at)


@contextmanager
def keeping(
    action: str, person: Membership, *, by: Membership, own: bool = False
) -> Iterator[Keeping]:
    """Take a colleague's rota in hand. The evidence names the act and the colleague, and never why
    anybody is away.

    :raises Membership.DoesNotExist: if nobody of the agency of ``by`` who visits is meant.
    :raises PermissionDenied: if it is not theirs to keep.
    """
    with unit_of_work(by.context):
        record(f"rota.{action}", about=("membership", person.pk))
        if not by.has(Permission.VISIT):
            raise PermissionDenied
        colleague = advisers(by.agency_id).get(pk=person.pk)
        if not may_keep(by, colleague.pk, own=own):
            raise PermissionDenied
        yield Keeping(colleague, by.agency_id, timezone.now())


@contextmanager
def unless(constraint: str, refusal: ReferralError) -> Iterator[None]:
    """Raise the refusal if the database refuses by that constraint; nothing is left behind."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise refusal from None


def check_near(field: str, on: date, today: date) -> None:
    """Refuse a day that is a slip of the pen.

    :raises NotWellFormed: for one more than a year back or two years ahead.
    """
    if not today - FURTHEST_BACK <= on <= today + FURTHEST_AHEAD:
        raise NotWellFormed(field, "Give a day within the last year or the next two.")


def check_length(field: str, begins: int, ends: int) -> None:
    """Refuse a shift that nobody works.

    :raises NotWellFormed: for one shorter than a quarter of an hour, or longer than 16 hours.
    """
    if not SHORTEST <= ends - begins <= LONGEST:
        raise NotWellFormed(field, "A shift takes between a quarter of an hour and 16 hours.")
