"""The MARAC in the demonstration: St Helens' meeting with a list, and Liverpool's, for which cases
wait that no list has yet."""

from datetime import datetime, time, timedelta
from typing import Final

from accounts.models import Agency, Membership
from directory.areas import LIVERPOOL, ST_HELENS, Area
from directory.harm import RiskBand
from directory.safe_times import LONDON
from directory.sharing import ConsentAnswer, ConsentMethod
from marac.codes import Answer, Ground
from marac.models import Invitation, Listing, MaracReferral, Meeting
from marac.window import next_morning
from referrals.actions.sending import make_sent
from referrals.consent import enter_in_ledger
from referrals.details import ConsentDetails
from referrals.lifecycle import Move, Status
from referrals.models import Referral, ReferralEvent
from referrals.models.consent import Purpose
from referrals.references import new_reference
from tenancy.context import Context
from tenancy.work import unit_of_work

INVITED: Final = {
    LIVERPOOL: ("merseyside-police", "liverpool-idva", "liverpool-council", "estuary-health"),
    ST_HELENS: ("merseyside-police", "st-helens-idva", "st-helens-council", "estuary-health"),
}
PARTS: Final = ("identity", "contact", "risk")
AGREED: Final = ConsentDetails(
    answer=ConsentAnswer.GIVEN,
    method=ConsentMethod.PHONE,
    wording_version="marac-2026-1",
    compartments=PARTS,
)
WHY: Final = (
    [Ground.VISIBLE_HIGH_RISK],
    [Ground.POTENTIAL_ESCALATION],
    [Ground.VISIBLE_HIGH_RISK, Ground.REPEAT],
)
INCIDENTS: Final = 4
TOO_YOUNG: Final = ("under_13", "13_15", "not_known")
BEGINS: Final = time(9, 30)
DAYS_AHEAD: Final = {LIVERPOOL: timedelta(days=7), ST_HELENS: timedelta(days=5)}


def call_meeting(now: datetime) -> int:
    """Call the meetings to come, and refer a few cases to Liverpool's; how many. Once is enough."""
    with unit_of_work(Context.migration()):
        coordinators = Agency.objects.get(code="coordinators")
        if Meeting.objects.filter(agency=coordinators).exists():
            return 0
        _meeting(LIVERPOOL, coordinators, now)
        cases = _cases()
        for referral, grounds in zip(cases, WHY, strict=False):
            _refer(referral, grounds, coordinators, now)
        _list_what_is_in_hand(_meeting(ST_HELENS, coordinators, now), now)
        return min(len(cases), len(WHY))


def _meeting(area: Area, coordinators: Agency, now: datetime) -> Meeting:
    on = now.astimezone(LONDON).date() + DAYS_AHEAD[area]
    meeting = Meeting.objects.create(
        agency=coordinators,
        area_code=area.code,
        held_at=datetime.combine(on, BEGINS, tzinfo=LONDON),
        held_on=on,
        closes_at=datetime.combine(on - timedelta(days=2), time(17), tzinfo=LONDON),
    )
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, coordinator=coordinators, agency=agency)
        for agency in Agency.objects.filter(code__in=INVITED[area])
    )
    return meeting


def _list_what_is_in_hand(meeting: Meeting, at: datetime) -> None:
    """Put on its list what the police referred to the coordinator in that area."""
    in_hand = Referral.objects.filter(
        receiving_agency=meeting.agency_id,
        area_code=meeting.area_code,
        status=Status.ACCEPTED,
        risk_band=RiskBand.HIGH,
        parent=None,
        assigned_to__isnull=False,
    ).exclude(age_band__in=TOO_YOUNG)
    related = in_hand.select_related("case", "assigned_to__agency", "receiving_agency")
    for referral in related.order_by("reference")[: len(WHY)]:
        by = _adviser(referral)
        enter_in_ledger(referral.case, meeting.agency, AGREED, purpose=Purpose.MARAC, by=by, at=at)
        marac = _marac(referral, [Ground.VISIBLE_HIGH_RISK], by, at)
        Listing.objects.create(marac=marac, meeting=meeting, agency=meeting.agency, listed_at=at)


def _cases() -> list[Referral]:
    """Cases of high risk that an adviser of Liverpool has and nobody has referred on."""
    taken = Referral.objects.filter(
        receiving_agency__code="liverpool-idva",
        status=Status.ACCEPTED,
        risk_band=RiskBand.HIGH,
        parent=None,
        onward=None,
        assigned_to__isnull=False,
    ).exclude(age_band__in=TOO_YOUNG)
    related = taken.select_related("case", "assigned_to__agency", "receiving_agency")
    return list(related.order_by("reference")[: len(WHY)])


def _refer(parent: Referral, grounds: list[Ground], to: Agency, at: datetime) -> None:
    adviser = _adviser(parent)
    child = _child(parent, to, adviser, at)
    enter_in_ledger(parent.case, to, AGREED, purpose=Purpose.MARAC, by=adviser, at=at)
    ReferralEvent.objects.create(referral=child, move=Move.SEND, by=adviser, at=at)
    _marac(child, grounds, adviser, at, idva=parent.receiving_agency)


def _marac(
    referral: Referral,
    grounds: list[Ground],
    by: Membership,
    at: datetime,
    *,
    idva: Agency | None = None,
) -> MaracReferral:
    return MaracReferral.objects.create(
        referral=referral,
        case=referral.case,
        agency=referral.receiving_agency,
        referring_agency_id=referral.referring_agency_id,
        idva_agency=idva,
        area_code=referral.area_code,
        grounds=grounds,
        police_incidents=INCIDENTS if Ground.POTENTIAL_ESCALATION in grounds else None,
        said_repeat=Answer.YES if Ground.REPEAT in grounds else Answer.NO,
        knows=Answer.YES,
        referred_by=by,
        referred_at=at,
    )


def _adviser(referral: Referral) -> Membership:
    adviser = referral.assigned_to
    assert adviser is not None  # noqa: S101 -- both queries ask for one
    return adviser


def _child(parent: Referral, to: Agency, by: Membership, at: datetime) -> Referral:
    child = Referral(
        reference=new_reference(),
        case=parent.case,
        parent=parent,
        referring_agency=parent.receiving_agency,
        receiving_agency=to,
        source="idva",
        status=Status.SENT,
        sent_by=by,
        offered=sorted(PARTS),
        answer_due_at=next_morning(at),
        created_at=at,
        **parent.facts(),
    )
    make_sent(child, at, None)
    child.save(force_insert=True)
    return child
