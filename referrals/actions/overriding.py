"""Sharing without her agreement where it is no emergency: a second person comes first."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Agency, Membership
from accounts.roles import Permission
from audit.recording import record
from directory.models import Service
from notices.outbox import owe
from referrals import consent as ledger
from referrals.actions._making_a_move import lock_case
from referrals.actions.referring_on import Onward, in_hand, keep_the_words, refer_to
from referrals.compartments import Compartment
from referrals.details import ConsentDetails
from referrals.employers import refuse_an_employer
from referrals.errors import ConsentMissing, MoveNotAllowed, NotWellFormed
from referrals.keeping import Writing, keys_of, newest_documents
from referrals.models import ConsentEntry, Referral
from referrals.models.consent import Purpose
from referrals.references import again_if_taken
from tenancy.work import unit_of_work


def ask_to_share(
    reference: str, to: Agency, consent: ConsentDetails, *, by: Membership
) -> ConsentEntry:
    """Ask to share parts of a case with an agency on a ground, for a time. Nothing is passed on.

    The words why are sealed with the agency's own notes, where its authoriser reads them.

    :raises PermissionDenied: if they may not work on the case or their role does not refer.
    :raises NotWellFormed: without reason, end date, basis or condition, or where it waits already.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        parts = sorted(set(consent.compartments))
        record("consent.ask", about=("referral", reference), compartments=parts)
        case, _ = in_hand(reference, by)
        if to.pk == by.agency_id:
            raise NotWellFormed("receiving_agency", "Choose another agency than your own.")
        if ledger.waiting_request(case.pk, to.pk):
            raise NotWellFormed("receiving_agency", "This waits for a second person already.")
        ledger.check_agreements(by.agency, to, at=at)
        refuse_an_employer(to, newest_documents(case.pk, by.agency_id, [Compartment.RISK]))
        entry = ledger.enter_request(case, to, consent, purpose=Purpose.SERVICE, by=by, at=at)
        keep_the_words(Writing(case, keys_of(case.pk, by.agency_id), by, at), consent)
        told = Membership.objects.holding(Permission.APPROVE).filter(agency=by.agency_id)
        others = told.exclude(user=None).exclude(pk=by.pk)
        owe(others, kind="consent.approve", reference=reference, dedupe=f"{entry.pk}:asked")
        return entry


def approve_sharing(reference: str, to: Agency, *, by: Membership) -> ConsentEntry:
    """Stand behind what a colleague asked to share. Now it may be referred, until its end date.

    :raises PermissionDenied: for whoever asked, and for all but the agency's authorisers.
    :raises MoveNotAllowed: if nothing waits, or its time has passed.
    """
    return _decided("approve", reference, to, by=by)


def turn_down_sharing(reference: str, to: Agency, *, by: Membership) -> ConsentEntry:
    """Say no to what a colleague asked to share. It is on record, and nothing was passed on.

    :raises PermissionDenied: for whoever asked, and for all but the agency's authorisers.
    :raises MoveNotAllowed: if nothing waits, or its time has passed.
    """
    return _decided("turn_down", reference, to, by=by)


@again_if_taken
def share_approved(reference: str, onward: Onward, *, by: Membership) -> Referral:
    """Refer to a service on a ground that a second person has stood behind: those parts, until
    that end date. ``onward.consent`` names the parts; of the ground the ledger's line counts.

    :raises ConsentMissing: if nobody stands behind it, or its time has passed.
    :raises NotWellFormed: for more parts than were approved.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("referral.refer_on", about=("referral", reference))
        case, parent = in_hand(reference, by)
        service = Service.objects.get(pk=onward.service)
        line = ledger.permitted(case.pk, service.agency_id, at=at)
        if not (line.ground and line.approved_by_id):
            raise ConsentMissing("Nobody has stood behind sharing without agreement here.")
        if set(onward.consent.compartments) - set(line.compartments):
            raise NotWellFormed("consent.compartments", "More than was approved cannot be shared.")
        return refer_to(onward, case, parent, by=by, at=at, approved=line)


def _decided(deed: str, reference: str, to: Agency, *, by: Membership) -> ConsentEntry:
    at = timezone.now()
    with unit_of_work(by.context):
        record(f"consent.{deed}", about=("referral", reference))
        case = lock_case(reference)
        Referral.objects.visible_to(by).get(reference=reference)
        waiting = ledger.waiting_request(case.pk, to.pk) if case else None
        if waiting is None or (waiting.expires_at and waiting.expires_at <= at):
            raise MoveNotAllowed("There is nothing to approve here, or its time has passed.")
        if not by.has(Permission.APPROVE) or by.pk == waiting.taken_by_id:
            raise PermissionDenied
        if waiting.taken_by_agency_id != by.agency_id:
            raise PermissionDenied
        is_yes = deed == "approve"
        decided = {"approved_by_id": by.pk} if is_yes else {"withdraws_id": waiting.pk}
        entry = waiting.again(taken_at=at, **decided)
        entry.save(force_insert=True)
        kind = "consent.approved" if is_yes else "consent.turned_down"
        owe([waiting.taken_by], kind=kind, reference=reference, dedupe=f"{entry.pk}:decided")
        return entry
