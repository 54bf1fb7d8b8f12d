"""A MARAC in the demonstration: Liverpool's next meeting, and cases that wait for its list."""

from datetime import datetime, time, timedelta
from typing import Final

from accounts.models import Agency, Membership
from directory.areas import LIVERPOOL
from directory.harm import RiskBand
from directory.safe_times import LONDON
from directory.sharing import ConsentAnswer, ConsentMethod
from marac.codes import Answer, Ground
from marac.models import Invitation, MaracReferral, Meeting
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

INVITED: Final = ("merseyside-police", "liverpool-idva", "liverpool-council", "estuary-health")
PARTS: Final = ("identity", "contact", "risk")
WHY: Final = (
    [Ground.VISIBLE_HIGH_RISK],
    [Ground.POTENTIAL_ESCALATION],
    [Ground.VISIBLE_HIGH_RISK, Ground.REPEAT],
)
INCIDENTS: Final = 4
BEGINS: Final = time(9, 30)


def call_meeting(now: datetime) -> int:
    """Call Liverpool's meeting of next week, and refer a few cases; how many. Once is enough."""
    with unit_of_work(Context.migration()):
        coordinators = Agency.objects.get(code="coordinators")
        if Meeting.objects.filter(agency=coordinators).exists():
            return 0
        _meeting(coordinators, now)
        cases = _cases()
        for referral, grounds in zip(cases, WHY, strict=False):
            _refer(referral, grounds, coordinators, now)
        return min(len(cases), len(WHY))


def _meeting(coordinators: Agency, now: datetime) -> None:
    on = now.astimezone(LONDON).date() + timedelta(days=7)
    meeting = Meeting.objects.create(
        agency=coordinators,
        area_code=LIVERPOOL.code,
        held_at=datetime.combine(on, BEGINS, tzinfo=LONDON),
        held_on=on,
        closes_at=datetime.combine(on - timedelta(days=2), time(17), tzinfo=LONDON),
    )
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, coordinator=coordinators, agency=agency)
        for agency in Agency.objects.filter(code__in=INVITED)
    )


def _cases() -> list[Referral]:
    """Cases of high risk that an adviser of Liverpool has and nobody has referred on."""
    taken = Referral.objects.filter(
        receiving_agency__code="liverpool-idva",
        status=Status.ACCEPTED,
        risk_band=RiskBand.HIGH,
        parent=None,
        onward=None,
        assigned_to__isnull=False,
    ).exclude(age_band__in=["under_13", "13_15", "not_known"])
    related = taken.select_related("case", "assigned_to__agency", "receiving_agency")
    return list(related.order_by("reference")[: len(WHY)])


def _refer(parent: Referral, grounds: list[Ground], to: Agency, at: datetime) -> None:
    adviser = parent.assigned_to
    assert adviser is not None  # noqa: S101 -- the query asks for one
    child = _child(parent, to, adviser, at)
    agreed = ConsentDetails(
        answer=ConsentAnswer.GIVEN,
        method=ConsentMethod.PHONE,
        wording_version="marac-2026-1",
        compartments=PARTS,
    )
    enter_in_ledger(parent.case, to, agreed, purpose=Purpose.MARAC, by=adviser, at=at)
    ReferralEvent.objects.create(referral=child, move=Move.SEND, by=adviser, at=at)
    MaracReferral.objects.create(
        referral=child,
        case=parent.case,
        agency=to,
        referring_agency=parent.receiving_agency,
        idva_agency=parent.receiving_agency,
        area_code=LIVERPOOL.code,
        grounds=grounds,
        police_incidents=INCIDENTS if Ground.POTENTIAL_ESCALATION in grounds else None,
        said_repeat=Answer.YES if Ground.REPEAT in grounds else Answer.NO,
        knows=Answer.YES,
        referred_by=adviser,
        referred_at=at,
    )


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
