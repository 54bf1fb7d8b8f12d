"""A way back in for a colleague who lost theirs: asked for by one, given by another.

One person alone could give themselves somebody's sign-in. So an administrator asks, and a second
person of the agency, an administrator or a manager, says that they have seen the colleague and
hands over a password that is good for an hour. Whoever asked never sees it. The database's
functions (migration 0002) decide again who may.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection
from django.db.models import QuerySet
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from accounts.actions.administering import refuse_others
from accounts.actions.joining import passphrase
from accounts.errors import NotDone
from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from notices.outbox import owe
from oversight.models import Recovery
from tenancy.work import unit_of_work

ANSWER_WITHIN: Final = timedelta(hours=24)
GOOD_FOR: Final = timedelta(hours=1)
SECONDS: Final = (Permission.ADMINISTER, Permission.MANAGE)


def ask(person: Membership, *, reason: str, by: Membership) -> Recovery:
    """Ask for a way back in for a colleague; every possible second person hears of it.

    :raises PermissionDenied: unless ``by`` administers the agency of both.
    :raises NotDone: for oneself, for somebody who acts for another agency too, and where it was
        asked already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("recovery.ask", about=("membership", person.pk), reason=reason)
        refuse_others(by, person)
        if reason not in Recovery.Reason.values:
            raise NotDone("Choose what they lost.")
        if waiting(by, at=at).filter(person=person).exists():
            raise NotDone("This was asked for already: a second person has to answer.")
        with connection.cursor() as cursor:
            asked = "SELECT oversight_ask_for_recovery(%s, %s)"
            cursor.execute(asked, [person.pk, reason])
            (made,) = cursor.fetchone()
        if made is None:
            raise NotDone("They act for another agency as well: the operator has to do this.")
        recovery = Recovery.objects.get(pk=made)
        owe(_seconds(recovery), kind="recovery.asked", reference="", dedupe=f"{made}:asked")
        return recovery


def answer(pk: UUID, *, by: Membership, yes: bool) -> str:
    """Give a colleague their way back in, having seen them; or do not.

    Returns the password to hand over, good for an hour: at the first sign-in they choose their own
    and set up a second factor. Their sessions and the second factor they had end now.

    :raises Recovery.DoesNotExist: if there is none of the agency's.
    :raises PermissionDenied: for whoever asked or is asked for, and for all who may not.
    :raises NotDone: if it was answered, or nobody answered within a day.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        recovery = Recovery.objects.select_related("person__user", "asked_by").get(pk=pk)
        deed = "confirm" if yes else "turn_down"
        record(f"recovery.{deed}", about=("membership", recovery.person_id), reason=recovery.reason)
        if not may_answer(by, recovery):
            raise PermissionDenied
        if not waiting(by, at=at).filter(pk=pk).exists():
            raise NotDone("This was answered already, or its day is over.")
        one_time = passphrase()
        _write([pk, yes, make_password(one_time), at + GOOD_FOR])
        told = [recovery.asked_by, *([recovery.person] if yes else [])]
        kind = "recovery.given" if yes else "recovery.turned_down"
        owe(told, kind=kind, reference="", dedupe=f"{pk}:answered")
        return one_time if yes else ""


def _write(given: list[Any]) -> None:
    """Have it written, unless the database sees a reason not to, which by now there may be.

    :raises NotDone: then.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT oversight_answer_recovery(%s, %s, %s, %s)", given)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise NotDone("They cannot be given one here any more: ask the operator.") from None


def waiting(member: Membership, *, at: datetime) -> QuerySet[Recovery]:
    """What the agency is asked for and nobody has answered, the newest first."""
    asked = Recovery.objects.filter(agency=member.agency_id, answered_at=None)
    return asked.filter(asked_at__gt=at - ANSWER_WITHIN).order_by("-asked_at")


def may_answer(member: Membership, recovery: Recovery) -> bool:
    """Whether a member may be the second person."""
    able = any(member.has(permission) for permission in SECONDS)
    return able and member.pk not in {recovery.asked_by_id, recovery.person_id}


def _seconds(recovery: Recovery) -> list[Membership]:
    able = [
        person
        for permission in SECONDS
        for person in Membership.objects.holding(permission).filter(agency=recovery.agency_id)
    ]
    return [person for person in able if may_answer(person, recovery)]
