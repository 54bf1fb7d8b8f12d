"""Sending: from now on the receiving desk is asked, and holds no key until it takes it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from referrals import consent as ledger
from referrals.actions._making_a_move import Making, finish, making
from referrals.actions.drafting import save_begun
from referrals.beginning import Route, begun, named_in
from referrals.compartments import Compartment
from referrals.conflicts import keep_out, terms_of
from referrals.details import CaseDetails, ConsentDetails
from referrals.errors import AccessEnded
from referrals.keeping import Writing, keys_of
from referrals.lifecycle import Move, Status
from referrals.models import Referral
from referrals.passing import sign_offer
from referrals.references import again_if_taken, new_reference
from referrals.ways import first_ways, told_contact, write_told_ways
from tenancy.work import unit_of_work


def send(reference: str, *, by: Membership, answer_due_at: datetime | None = None) -> Referral:
    """Send a draft. Agreement and both sharing agreements are checked at this moment.

    What it says of safe contact becomes rules now, confirmed by whoever sends it. Whoever knows
    somebody in the case, on either side, hears nothing of it from now on.

    :raises ConsentMissing: if her agreement has ended since.
    :raises AgreementMissing: if one of the agencies has not signed.
    """
    with making(Move.SEND, reference, by=by) as (referral, case, at):
        if case is None:
            raise AccessEnded("You can no longer open this.")
        ledger.check_agreements(referral.referring_agency, referral.receiving_agency, at=at)
        ledger.permitted(referral.case_id, referral.receiving_agency_id, at=at)
        make_sent(referral, at, answer_due_at)
        sides = (by.agency_id, referral.receiving_agency_id)
        keep_out(case.pk, terms_of(case, by), agencies=sides)
        writing = Writing(case, keys_of(case.pk, by.agency_id), by, at)
        write_told_ways(writing, referral, told_contact(case.pk, by.agency_id))
    return referral


@again_if_taken
def refer(
    details: CaseDetails, consent: ConsentDetails, route: Route, *, by: Membership
) -> Referral:
    """Begin a referral and send it in the same breath; nothing is kept if it cannot be sent.

    :raises PermissionDenied: if their role does not refer.
    :raises ReferralError: for what cannot be kept or may not be sent.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        reference = new_reference()
        record(f"referral.{Move.SEND}", about=("referral", reference))
        if not by.has(Permission.REFER):
            raise PermissionDenied
        ledger.check_at_once(consent, at=at)
        referral = begun(details, consent, route, reference=reference, by=by, at=at)
        ledger.check_agreements(by.agency, route.to, at=at)
        make_sent(referral, at, route.answer_due_at)
        referral.status = Status.SENT
        contact = details.cleaned_documents.get(Compartment.CONTACT, {})
        ways = first_ways(referral, contact, by=by, at=at)
        save_begun(referral, details, consent, ways, by=by, at=at)
        terms = named_in(details)
        keep_out(referral.case_id, terms, agencies=(by.agency_id, route.to.pk))
        finish(Move.SEND, Making(referral, None, at), by=by)
        record_for_both(route.to.pk)
    return referral


def make_sent(referral: Referral, at: datetime, answer_due_at: datetime | None) -> None:
    """Sign what is offered, and start the time to answer."""
    referral.sent_at = at
    referral.answer_due_at = answer_due_at or referral.answer_due_at
    sign_offer(referral)
