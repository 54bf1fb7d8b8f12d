"""Passing a police referral on to the area's IDVA service, where the police go by the MARAC."""

from django.core.exceptions import PermissionDenied

from accounts.models import Agency, AgencyKind, Membership
from audit.recording import record
from marac.models import MaracReferral
from marac.terms import coordinates
from referrals.details import ConsentDetails
from referrals.errors import NotWellFormed
from referrals.models import Referral
from tenancy.work import unit_of_work
from visits import actions as visiting


def pass_to_idva(
    reference: str, to: Agency, consent: ConsentDetails, *, by: Membership
) -> Referral:
    """Hand a case and the duty to follow it up on to an IDVA service; the clock goes on.

    The coordinator owes the duty until the service has taken it. From now on that service speaks
    for her where the case is on a list.

    :raises PermissionDenied: for everybody but a coordinator's managers.
    :raises NotWellFormed: for an agency that has no IDVAs, or none in her area.
    """
    with unit_of_work(by.context):
        record("marac.pass_to_idva", about=("referral", reference))
        if not coordinates(by):
            raise PermissionDenied
        parent = Referral.objects.visible_to(by).get(reference=reference)
        if to.kind != AgencyKind.IDVA or parent.area_code not in to.areas:
            raise NotWellFormed("agency", "Choose an IDVA service of their area.")
        child = visiting.hand_on(reference, to, consent, by=by)
        MaracReferral.objects.filter(
            case=parent.case_id, agency=by.agency_id, idva_agency=None
        ).update(idva_agency=to)
    return child
