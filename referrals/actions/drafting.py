"""Drafts: sealed like everything else, seen by their author alone, gone after a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from referrals import consent as ledger
from referrals.actions._making_a_move import making
from referrals.beginning import Route, Sealing, begun, seal_case
from referrals.details import CaseDetails, ConsentDetails
from referrals.lifecycle import Move, Status
from referrals.models import Referral, ReferralEvent
from referrals.models.consent import Purpose
from referrals.references import again_if_taken, new_reference
from referrals.ways import NewWay
from tenancy.work import unit_of_work

DRAFT_LASTS: Final = timedelta(hours=24)
BATCH: Final = 500


@again_if_taken
def start_draft(
    details: CaseDetails, consent: ConsentDetails, route: Route, *, by: Membership
) -> Referral:
    """Keep a referral that is not sent yet. Without agreement or a ground nothing is kept.

    :raises PermissionDenied: if their role does not refer.
    :raises ReferralError: for what cannot be kept, before anything is.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        reference = new_reference()
        record("referral.draft", about=("referral", reference))
        if not by.has(Permission.REFER):
            raise PermissionDenied
        ledger.check_at_once(consent, at=at)
        referral = begun(details, consent, route, reference=reference, by=by, at=at)
        save_begun(referral, details, consent, by=by, at=at)
    return referral


def save_begun(
    referral: Referral,
    details: CaseDetails,
    consent: ConsentDetails,
    ways: Sequence[NewWay] = (),
    *,
    by: Membership,
    at: datetime,
) -> None:
    """Save a begun referral with its case, her answer and everything sealed."""
    referral.case.save(force_insert=True)
    referral.save(force_insert=True)
    ledger.enter_in_ledger(
        referral.case,
        referral.receiving_agency,
        consent,
        purpose=Purpose.FOLLOW_UP if referral.visit_ended_at else Purpose.SERVICE,
        by=by,
        at=at,
    )
    reason = "" if consent.is_given else consent.reason
    seal_case(referral.case, Sealing(details, reason, ways), by=by, at=at)


def replace_draft(
    reference: str, details: CaseDetails, consent: ConsentDetails, route: Route, *, by: Membership
) -> Referral:
    """Begin the draft anew with what was changed, under a new reference; the old one is gone.

    :raises Referral.DoesNotExist: if there is no such draft of theirs.
    """
    with unit_of_work(by.context):
        discard(reference, by=by)
        return start_draft(details, consent, route, by=by)


def discard(reference: str, *, by: Membership) -> Referral:
    """Give a draft up: what it said can be opened by nobody from now on."""
    with making(Move.DISCARD, reference, by=by) as (referral, _, _):
        erase(referral)
    return referral


def expire_drafts(*, at: datetime) -> int:
    """Give up the drafts nobody sent within a day. The worker's; returns how many."""
    abandoned = Referral.objects.abandoned(before=at - DRAFT_LASTS)
    with transaction.atomic():
        rows = list(abandoned.select_for_update(skip_locked=True)[:BATCH])
        for referral in rows:
            record("referral.expire", about=("referral", referral.reference))
            erase(referral)
        ids = [referral.pk for referral in rows]
        Referral.objects.filter(pk__in=ids).update(status=Status.EXPIRED)
        ReferralEvent.objects.bulk_create(
            ReferralEvent(referral=referral, move=Move.DISCARD, at=at) for referral in rows
        )
        return len(rows)


def erase(referral: Referral) -> None:
    """Delete the keys, the sealed records and the tags of a draft's case. Needs no key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_erase_draft(%s)", [referral.pk])
