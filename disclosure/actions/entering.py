"""Entering a request into the register."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from audit.recording import record
from directory.disclosure import Footing, RequestKind, ToldThem
from disclosure.clock import due_on
from disclosure.models import DisclosureRequest
from disclosure.reading import copy_of, may_disclose
from referrals.errors import NotWellFormed, ReasonMissing
from tenancy.work import unit_of_work

LONGEST_AGO = 366


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """Who asks about which case, on what footing, and whether the person knows. ``due_on`` is only
    for a day that the request names itself."""

    reference: str
    kind: str
    received_on: date
    told_them: str
    footing: str = ""
    due_on: date | None = None


def enter(new: NewRequest, *, by: Membership) -> DisclosureRequest:
    """Enter a request; its clock runs from the day it was received.

    :raises Grant.DoesNotExist: if the agency keeps no such case, or ``by`` may not know of it.
    :raises PermissionDenied: for all but those who look over what goes out.
    :raises ReasonMissing: for what is not on its list.
    :raises NotWellFormed: for a day still to come or long past, or others without a footing.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("disclosure.enter", about=("case_reference", new.reference), reason=new.kind)
        if not may_disclose(by):
            raise PermissionDenied
        copy = copy_of(new.reference, by)
        _check(new, timezone.localdate(at))
        return DisclosureRequest.objects.create(
            agency_id=by.agency_id,
            case_id=copy.case_id,
            reference=new.reference,
            kind=new.kind,
            footing=new.footing,
            told_them=new.told_them,
            received_on=new.received_on,
            due_on=new.due_on or due_on(new.kind, new.received_on),
            entered_by=by,
            entered_at=at,
        )


def _check(new: NewRequest, today: date) -> None:
    if new.kind not in RequestKind.values:
        raise ReasonMissing("Choose who asks.")
    theirs = new.kind == RequestKind.SUBJECT_ACCESS
    if theirs and new.footing:
        raise NotWellFormed("footing", "The person needs no footing to ask.")
    if not theirs and new.footing not in Footing.values:
        raise NotWellFormed("footing", "Choose on what footing it may be given.")
    if new.told_them not in ToldThem.values or (new.told_them == ToldThem.THEY_ASK) != theirs:
        raise NotWellFormed("told_them", "Choose whether the person was told.")
    if not 0 <= (today - new.received_on).days <= LONGEST_AGO:
        raise NotWellFormed("received_on", "The day must be within the last year.")
    if new.due_on and new.due_on < new.received_on:
        raise NotWellFormed("due_on", "It cannot be due before it was received.")
