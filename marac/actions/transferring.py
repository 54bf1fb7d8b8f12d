"""Transfer to another area's MARAC, when she has moved: the sender answers until it is taken."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Agency, Membership
from audit.recording import record
from marac.actions.listing import in_hand
from marac.codes import Ground
from marac.grounds import NEEDED_PARTS
from marac.models import MaracReferral
from marac.terms import check_consent, terms_of
from marac.window import next_morning
from referrals import actions as referring
from referrals.actions.referring_on import Passage
from referrals.details import ConsentDetails
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.lifecycle import PENDING, Status
from referrals.models import Referral
from referrals.models.consent import Purpose
from tenancy.work import unit_of_work


def transfer(
    reference: str, area_code: str, consent: ConsentDetails, *, by: Membership
) -> MaracReferral:
    """Refer a case on to the MARAC of the area she has moved to.

    Her agreement, or the ground, is asked for anew: another agency learns of her. The case stays
    on the sender's list until the other coordinator has taken it on.

    :raises MoveNotAllowed: if it is with the other coordinator already, or that is one's own.
    :raises ConsentMissing: without her agreement where the other area's rule asks for it.
    """
    at = timezone.now()
    with unit_of_work(by.context):
        record("marac.transfer", about=("referral", reference), reason=area_code)
        marac = in_hand(reference, by=by)
        terms = terms_of(area_code, timezone.localdate(at))
        if terms.coordinator.pk == by.agency_id:
            raise MoveNotAllowed("Your agency coordinates that area too: move it to its meeting.")
        standing = [*PENDING, Status.ACCEPTED]
        if marac.transfers.filter(referral__status__in=standing, ended_at=None).exists():
            raise MoveNotAllowed("This case was transferred already.")
        if not set(consent.compartments) >= NEEDED_PARTS:
            raise NotWellFormed("compartments", "A MARAC needs to know who they are, and the risk.")
        check_consent(consent, terms, marac.referral.risk_band)
        child = _passed(reference, area_code, terms.coordinator, consent, by=by, at=at)
        return _kept(marac, child, area_code, by=by, at=at)


def _kept(
    marac: MaracReferral, child: Referral, area_code: str, *, by: Membership, at: datetime
) -> MaracReferral:
    grounds = {*marac.grounds, Ground.TRANSFER}
    return MaracReferral.objects.create(
        referral=child,
        case_id=child.case_id,
        agency_id=child.receiving_agency_id,
        referring_agency_id=by.agency_id,
        idva_agency_id=marac.idva_agency_id,
        area_code=area_code,
        grounds=[ground for ground in Ground.values if ground in grounds],
        police_incidents=marac.police_incidents,
        said_repeat=marac.said_repeat,
        knows=marac.knows,
        transferred_from=marac,
        referred_by=by,
        referred_at=at,
    )


def _passed(
    reference: str,
    area_code: str,
    to: Agency,
    consent: ConsentDetails,
    *,
    by: Membership,
    at: datetime,
) -> Referral:
    passage = Passage(
        to=to,
        purpose=Purpose.MARAC,
        consent=consent,
        answer_due_at=next_morning(at),
        facts={"area_code": area_code},
    )
    return referring.pass_on(reference, passage, by=by)
