"""The ledger, and what it permits: nothing passes without a line here that says so."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency, Membership
from directory.sharing import (
    Capacity,
    ConsentAnswer,
    ConsentMethod,
    LawfulBasis,
    OverrideGround,
    SafeToTell,
    SpecialCondition,
)
from referrals.clear_facts import check_code
from referrals.compartments import Compartment
from referrals.details import ConsentDetails
from referrals.errors import AgreementMissing, ConsentMissing, NotWellFormed
from referrals.models import Case, ConsentEntry
from referrals.models.consent import Purpose

EMERGENCY_GROUNDS: Final = frozenset({OverrideGround.LIFE_AT_RISK, OverrideGround.HIGH_RISK})
APPROVAL_WITHIN: Final = timedelta(hours=12)
"""An emergency may be approved afterwards within this time, or it closes by itself."""
OVERRIDE_LASTS: Final = timedelta(days=28)
TYPED_IN_WITHIN: Final = timedelta(days=14)
"""So late a form on paper may be typed in, like the visit it tells of."""
LEAST_REASON: Final = 20
CODES: Final[Mapping[str, Collection[str]]] = {
    "answer": frozenset(ConsentAnswer.values),
    "method": {"", *ConsentMethod.values},
    "capacity": frozenset(Capacity.values),
    "basis": frozenset(LawfulBasis.values),
    "condition": frozenset(SpecialCondition.values),
    "ground": {"", *OverrideGround.values},
    "safe_to_tell": {"", *SafeToTell.values},
}
_WORDING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")


def check(details: ConsentDetails, *, at: datetime) -> None:
    """Refuse what cannot be a line of the ledger at an instant.

    :raises ConsentMissing: without agreement and without a ground.
    :raises NotWellFormed: for agreement without the wording she heard, a ground without words,
        a code on no list, or a part of the case that does not exist.
    """
    for name, codes in CODES.items():
        check_code(f"consent.{name}", getattr(details, name), codes)
    if details.is_given:
        _check_given(details, at=at)
    else:
        _check_override(details, at=at)
    if details.expires_at and details.expires_at <= at:
        raise NotWellFormed("consent.expires_at", "The agreement would have ended already.")
    for part in details.compartments:
        check_code("consent.compartments", part, set(Compartment))
    if not details.compartments:
        raise NotWellFormed("consent.compartments", "Say which parts may be passed on.")


def _check_given(details: ConsentDetails, *, at: datetime) -> None:
    if not details.wording_version:
        raise NotWellFormed("consent.wording_version", "Say which wording they were given.")
    if not _WORDING.fullmatch(details.wording_version):
        raise NotWellFormed("consent.wording_version", "Give the version as on the form: 2026-1.")
    if not details.method:
        raise NotWellFormed("consent.method", "Say how they gave their agreement.")
    if details.agreed_at and not at - TYPED_IN_WITHIN <= details.agreed_at <= at:
        raise NotWellFormed("agreed_at", "They cannot have agreed then: at most 14 days ago.")
    if details.ground:
        raise NotWellFormed("consent.ground", "They agreed: leave the ground for sharing empty.")


def _check_override(details: ConsentDetails, *, at: datetime) -> None:
    if not details.ground:
        raise ConsentMissing(
            "They have not agreed, and no ground for sharing without agreement is given."
            " Nothing was sent. Offer them the helpline, or what they want instead."
        )
    if details.agreed_at:
        raise NotWellFormed("agreed_at", "They have not agreed: leave out when they did.")
    if details.basis == LawfulBasis.CONSENT:
        raise NotWellFormed("consent.basis", "They have not agreed: choose what allows sharing.")
    if details.condition == SpecialCondition.EXPLICIT_CONSENT:
        raise NotWellFormed("consent.condition", "They have not agreed: choose another condition.")
    if len(details.reason.strip()) < LEAST_REASON:
        raise NotWellFormed("consent.reason", "Say why it is necessary and proportionate to share.")
    if not details.safe_to_tell:
        raise NotWellFormed("consent.safe_to_tell", "Say whether it is safe to tell them.")
    if details.expires_at and details.expires_at > at + OVERRIDE_LASTS:
        raise NotWellFormed(
            "consent.expires_at", "Sharing without agreement ends after 28 days at most."
        )


def waits_for_second(details: ConsentDetails) -> bool:
    """Whether nothing may be shared on a ground before a second person stands behind it."""
    return not details.is_given and details.ground not in EMERGENCY_GROUNDS


def check_at_once(details: ConsentDetails, *, at: datetime) -> None:
    """Refuse what cannot be a line of the ledger that opens something at once.

    :raises NotWellFormed: besides, for a ground on which a second person comes first.
    """
    check(details, at=at)
    if waits_for_second(details):
        raise NotWellFormed(
            "consent.ground",
            "Sharing without agreement on this ground needs a second person first."
            " Ask for it on a case in hand. A new referral goes without agreement only where"
            " life or serious harm is at risk.",
        )


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
    check_at_once(details, at=at)
    return _entered(case, recipient, details, purpose=purpose, by=by, at=at)


def enter_request(
    case: Case,
    recipient: Agency,
    details: ConsentDetails,
    *,
    purpose: Purpose,
    by: Membership,
    at: datetime,
) -> ConsentEntry:
    """Add a line that opens nothing until a second person has stood behind it.

    :raises NotWellFormed: where she agreed, or the ground is an emergency's: nothing waits then.
    """
    check(details, at=at)
    if not waits_for_second(details):
        raise NotWellFormed("consent.ground", "This needs nobody’s approval first: refer it.")
    if not details.expires_at:
        raise NotWellFormed("consent.expires_at", "Say until when it is shared: 28 days at most.")
    return _entered(case, recipient, details, purpose=purpose, by=by, at=at)


def _entered(
    case: Case,
    recipient: Agency,
    details: ConsentDetails,
    *,
    purpose: Purpose,
    by: Membership,
    at: datetime,
) -> ConsentEntry:
    override = not details.is_given
    approved_later = override and not waits_for_second(details)
    return ConsentEntry.objects.create(
        case=case,
        recipient=recipient,
        purpose=purpose,
        compartments=sorted(set(details.compartments)),
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
        taken_at=details.agreed_at or at,
        expires_at=details.expires_at or (at + OVERRIDE_LASTS if override else None),
        approve_by=at + APPROVAL_WITHIN if approved_later else None,
    )


_WAITS: Final = ~Q(ground="") & Q(approve_by=None, approved_by=None)


def newest_line(case_id: UUID, recipient_id: int) -> ConsentEntry | None:
    """Her last answer about a recipient, so far as the asker's agency may know of it.

    What waits for a second person, or was turned down by one, was never an answer.
    """
    entries = ConsentEntry.objects.filter(case_id=case_id, recipient_id=recipient_id)
    return entries.exclude(_WAITS).order_by("-taken_at", "-id").first()


def waiting_request(case_id: UUID, recipient_id: int) -> ConsentEntry | None:
    """What somebody of the agency asked to share without her agreement and nobody has decided."""
    entries = ConsentEntry.objects.filter(case_id=case_id, recipient_id=recipient_id)
    newest = entries.select_related("recipient", "taken_by").order_by("-taken_at", "-id").first()
    waits = newest and newest.ground and not (newest.approve_by or newest.approved_by_id)
    return newest if waits and newest and newest.withdraws_id is None else None


def permitted(case_id: UUID, recipient_id: int, *, at: datetime) -> ConsentEntry:
    """The line of the ledger that lets a recipient have the case at an instant.

    :raises ConsentMissing: if the newest answer is a no, a withdrawal, or has run out.
    """
    newest = newest_line(case_id, recipient_id)
    if newest is None or not allows(newest, at=at):
        raise ConsentMissing("There is no agreement, or it has ended. Nothing was passed on.")
    return newest


def withdrawn(given: ConsentEntry, *, by: Membership, at: datetime) -> ConsentEntry:
    """Add to the ledger that she withdraws an answer."""
    entry = given.again(
        answer=ConsentAnswer.REFUSED,
        method="",
        wording_version="",
        ground="",
        safe_to_tell="",
        expires_at=None,
        approve_by=None,
        approved_by_id=None,
        taken_by_id=by.pk,
        taken_by_agency_id=by.agency_id,
        taken_at=at,
        withdraws_id=given.pk,
    )
    entry.save(force_insert=True)
    return entry


def said_anew(given: ConsentEntry, *, by: Membership, at: datetime, **changes: Any) -> ConsentEntry:
    """Add to the ledger an answer that says the same as before but for the ``changes``."""
    taken = {"taken_by_id": by.pk, "taken_by_agency_id": by.agency_id, "taken_at": at}
    entry = given.again(**taken, withdraws_id=None, **changes)
    entry.save(force_insert=True)
    return entry


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
    sharing = Agency.objects.sharing(timezone.localdate(at)).filter(pk__in=wanted)
    signed = set(sharing.values_list("pk", flat=True))
    for agency in agencies:
        if agency.pk not in signed:
            raise AgreementMissing(
                f"{agency.name} has no sharing agreement in force, so nothing can be sent."
            )
