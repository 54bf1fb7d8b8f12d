"""The ledger, and what it permits: nothing passes without a line here that says so."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import Agency, Membership
from directory.sharing import ConsentAnswer, OverrideGround
from referrals.compartments import Compartment
from referrals.details import ConsentDetails
from referrals.errors import AgreementMissing, ConsentMissing, NotWellFormed
from referrals.models import Case, ConsentEntry
from referrals.models.consent import Purpose

EMERGENCY_GROUNDS: Final = frozenset({OverrideGround.LIFE_AT_RISK, OverrideGround.HIGH_RISK})
APPROVAL_WITHIN: Final = timedelta(hours=12)
"""An emergency may be approved afterwards within this time, or it closes by itself."""
OVERRIDE_LASTS: Final = timedelta(days=28)
LEAST_REASON: Final = 20


def check(details: ConsentDetails) -> None:
    """Refuse what cannot be a line of the ledger.

    :raises ConsentMissing: without agreement and without a ground.
    :raises NotWellFormed: for agreement without the wording she heard, a ground without words,
        or a part of the case that does not exist.
    """
    if details.is_given:
        _check_given(details)
    else:
        _check_override(details)
    for unknown in set(details.compartments) - set(Compartment):
        raise NotWellFormed("consent.compartments", f"There is no part called “{unknown}”.")
    if not details.compartments:
        raise NotWellFormed("consent.compartments", "Say which parts may be passed on.")


def _check_given(details: ConsentDetails) -> None:
    if not details.wording_version:
        raise NotWellFormed("consent.wording_version", "Say which wording they were given.")
    if not details.method:
        raise NotWellFormed("consent.method", "Say how they gave their agreement.")
    if details.ground:
        raise NotWellFormed("consent.ground", "They agreed: leave the ground for sharing empty.")


def _check_override(details: ConsentDetails) -> None:
    if not details.ground:
        raise ConsentMissing(
            "They have not agreed, and no ground for sharing without agreement is given."
            " Nothing was sent. Offer them the helpline, or what they want instead."
        )
    if details.ground not in EMERGENCY_GROUNDS:
        raise NotWellFormed(
            "consent.ground",
            "Sharing without agreement on this ground needs a second person first."
            " Ask your supervisor to refer.",
        )
    if len(details.reason.strip()) < LEAST_REASON:
        raise NotWellFormed("consent.reason", "Say why it is necessary and proportionate to share.")
    if not details.safe_to_tell:
        raise NotWellFormed("consent.safe_to_tell", "Say whether it is safe to tell them.")


def enter_in_ledger(
    case: Case,
    recipient: Agency,
    details: ConsentDetails,
    *,
    purpose: Purpose,
    by: Membership,
    at: datetime,
) -> ConsentEntry:
    """Add her answer to the ledger. What it opens, it opens only when the recipient accepts."""
    check(details)
    override = not details.is_given
    return ConsentEntry.objects.create(
        case=case,
        recipient=recipient,
        purpose=purpose,
        compartments=sorted(details.compartments),
        answer=details.answer,
        method=details.method,
        wording_version=details.wording_version,
        capacity=details.capacity,
        basis=details.basis,
        condition=details.condition,
        ground=details.ground,
        safe_to_tell=details.safe_to_tell,
        taken_by=by,
        taken_by_agency_id=by.agency_id,
        taken_at=at,
        expires_at=details.expires_at or (at + OVERRIDE_LASTS if override else None),
        approve_by=at + APPROVAL_WITHIN if override else None,
    )


def permitted(case_id: object, recipient_id: int, *, at: datetime) -> ConsentEntry:
    """The line of the ledger that lets a recipient have the case at an instant.

    :raises ConsentMissing: if the newest answer is a no, a withdrawal, or has run out.
    """
    entries = ConsentEntry.objects.filter(case_id=case_id, recipient_id=recipient_id)
    newest = entries.order_by("-taken_at", "-id").first()
    if newest is None or not allows(newest, at=at):
        raise ConsentMissing("There is no agreement, or it has ended. Nothing was passed on.")
    return newest


def allows(entry: ConsentEntry, *, at: datetime) -> bool:
    """Whether one line opens anything at an instant. Pure."""
    if entry.withdraws_id or (entry.expires_at and entry.expires_at <= at):
        return False
    if entry.ground:
        return entry.approved_by_id is not None or (entry.approve_by or at) > at
    return entry.answer == ConsentAnswer.GIVEN


def closes_at(entry: ConsentEntry) -> datetime | None:
    """When what a line opened closes by itself. An emergency nobody approved closes first."""
    waits_for_approval = entry.ground and entry.approved_by_id is None
    return entry.approve_by if waits_for_approval else entry.expires_at


def check_agreements(*agencies: Agency, at: datetime) -> None:
    """Both sides must have signed.

    :raises AgreementMissing: naming who has not.
    """
    wanted = [agency.pk for agency in agencies]
    signed = set(Agency.objects.sharing(at.date()).filter(pk__in=wanted).values_list("pk", flat=True))
    for agency in agencies:
        if agency.pk not in signed:
            raise AgreementMissing(
                f"{agency.name} has no sharing agreement in force, so nothing can be sent."
            )
