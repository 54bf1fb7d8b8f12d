"""FHIR's words for the life of a referral, and which of ours they stand for.

Two differences are kept that the field keeps losing
(https://build.fhir.org/ig/HL7/fhir-sdoh-clinicalcare): *rejected* never began, *failed* was tried
and not delivered; and a no of the person's is never counted as the service's.
"""

from collections.abc import Mapping
from typing import Final

from django.db.models import Q

from directory.harm import RiskBand
from directory.reasons import ClosureReason, DeclineKind, DeclineReason
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.models.referral import Feedback

BASE: Final = "https://pierhead.invalid/fhir/"
"""The names of code lists, extensions and identifiers begin so. Nothing is fetched from there."""
SYSTEM: Final = f"{BASE}CodeSystem/"
EXTENSION: Final = f"{BASE}StructureDefinition/"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
STATUS_REASON: Final = "http://hl7.org/fhir/StructureDefinition/request-statusReason"
FULFIL: Final = "http://hl7.org/fhir/CodeSystem/task-code"

REQUESTED, RECEIVED, ACCEPTED, IN_PROGRESS = "requested", "received", "accepted", "in-progress"
REJECTED, COMPLETED, FAILED, CANCELLED, DRAFT = (
    "rejected",
    "completed",
    "failed",
    "cancelled",
    "draft",
)
CLOSED_AS: Final[Mapping[str, str]] = {
    ClosureReason.PLANNED: COMPLETED,
    ClosureReason.STEPPED_DOWN: COMPLETED,
    ClosureReason.MOVED: COMPLETED,
    ClosureReason.DISENGAGED: FAILED,
    ClosureReason.NOT_REACHED: FAILED,
    ClosureReason.NOT_DELIVERED: FAILED,
    ClosureReason.IN_CUSTODY: FAILED,
    ClosureReason.CLIENT_DECLINED: CANCELLED,
    ClosureReason.OUT_OF_REMIT: CANCELLED,
    ClosureReason.DIED: CANCELLED,
    ClosureReason.DUPLICATE: CANCELLED,
}
"""Ended as agreed; tried, and not delivered; or not to be delivered any more."""
_BEGUN: Final = (Feedback.CONTACTED, Feedback.VISITED)
_PLAIN: Final[Mapping[str, str]] = {
    Status.DRAFT: DRAFT,
    Status.MORE_INFORMATION_ASKED: RECEIVED,
    Status.DECLINED: REJECTED,
    Status.WITHDRAWN: CANCELLED,
    Status.SUPERSEDED: CANCELLED,
    Status.EXPIRED: CANCELLED,
}
WAITING, CLIENT_DECLINED, PROVIDER_DECLINED, UNREACHABLE = (
    "waiting-list",
    "client-declined",
    "provider-declined",
    "not-reached",
)
_WHOSE_NO: Final[Mapping[str, str]] = {
    DeclineKind.CLIENT: CLIENT_DECLINED,
    DeclineKind.PROVIDER: PROVIDER_DECLINED,
    DeclineKind.UNREACHABLE: UNREACHABLE,
}


def task_status(referral: Referral) -> str:
    """Where its Task stands."""
    if plain := _PLAIN.get(referral.status):
        return plain
    if referral.status == Status.SENT:
        return RECEIVED if referral.expected_on else REQUESTED
    if referral.status == Status.ACCEPTED:
        return IN_PROGRESS if referral.feedback in _BEGUN else ACCEPTED
    return CLOSED_AS[referral.closure_reason]


def business_status(referral: Referral) -> str:
    """Where it stands in this field's words."""
    if referral.status == Status.DECLINED:
        return _WHOSE_NO[DeclineReason(referral.decline_reason).kind]
    if referral.closure_reason == ClosureReason.CLIENT_DECLINED:
        return CLIENT_DECLINED
    if referral.status == Status.SENT and referral.expected_on:
        return WAITING
    return referral.status.replace("_", "-")


def request_status(referral: Referral) -> str:
    """Where its ServiceRequest stands."""
    task = task_status(referral)
    if task in {DRAFT, COMPLETED}:
        return task
    return "revoked" if task in {REJECTED, CANCELLED, FAILED} else "active"


def priority_of(risk_band: str) -> str:
    """High risk cannot wait; all else runs on its clocks."""
    return "urgent" if risk_band == RiskBand.HIGH else "routine"


def with_task_status(status: str) -> Q:
    """Referrals whose Task has a status."""
    plain = [ours for ours, theirs in _PLAIN.items() if theirs == status]
    closed = [reason for reason, theirs in CLOSED_AS.items() if theirs == status]
    found = Q(status__in=plain) | Q(status=Status.CLOSED, closure_reason__in=closed)
    begun, waits = Q(feedback__in=_BEGUN), Q(expected_on__isnull=False)
    sent, taken = Q(status=Status.SENT), Q(status=Status.ACCEPTED)
    return {
        REQUESTED: sent & ~waits,
        RECEIVED: found | sent & waits,
        ACCEPTED: taken & ~begun,
        IN_PROGRESS: taken & begun,
    }.get(status, found)


TASK_STATUSES: Final = (
    DRAFT,
    REQUESTED,
    RECEIVED,
    ACCEPTED,
    IN_PROGRESS,
    REJECTED,
    COMPLETED,
    FAILED,
    CANCELLED,
)
